// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo copies: who copies what, how often. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <bench/copies.h>
#include <bench/mechanism.h>

#include "demo.h"

#define COPIES_SMALL	16384u
#define COPIES_LARGE	65536u
#define COPIES_PAGE	4096u
#define COPIES_TRIES	5	/* that a busy machine has */

static unsigned int declared_copies(const char *mechanism)
{
	return mechanism_find(mechanism, strlen(mechanism))->copies;
}

/* Sends "old", changes it to "new" in the same place, and then receives. */
static bool change_after(const char *how, bool copied, char *page,
			 void (*send)(int fd, char *page), void (*receive)(int fd, char *text),
			 int out, int in)
{
	char text[4] = "";

	tell_does("a process sends \"old\" from its memory, %s, and writes \"new\" there before it "
		  "is received", how);
	tell_expects("\"%s\": %s", copied ? "old" : "new", copied ?
		     "when sending returns, the kernel has copied it" :
		     "nobody has copied it, and the receiver sees the sender's memory itself");
	memcpy(page, "old", 4);
	send(out, page);
	memcpy(page, "new", 4);
	receive(in, text);
	return tell_happened(!strcmp(text, copied ? "old" : "new"), "\"%s\"", text);
}

static void by_write(int fd, char *page)
{
	if (write(fd, page, 4) != 4)
		demo_failed("cannot send");
}

static void by_vmsplice(int fd, char *page)
{
	struct iovec iov = { page, 4 };

	if (vmsplice(fd, &iov, 1, 0) != 4)
		demo_failed("cannot send (vmsplice)");
}

static void by_read(int fd, char *text)
{
	if (read(fd, text, 4) != 4)
		demo_failed("cannot receive");
}

static void by_nothing(int fd, char *page)
{
	(void)fd;
	(void)page;
}

/* Another mapping of the same memory, as another process would have it */
static void by_map(int fd, char *text)
{
	char *base = mmap(NULL, COPIES_PAGE, PROT_READ, MAP_SHARED, fd, 0);

	if (base == MAP_FAILED)
		demo_failed("cannot map shared memory");
	memcpy(text, base, 4);
	munmap(base, COPIES_PAGE);
}

static bool change_shared(bool native)
{
	const char *what;
	int fd = memory_fd(native, COPIES_PAGE, &what);
	char *page = mmap(NULL, COPIES_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char how[96] = "which is ";
	bool expected;

	if (page == MAP_FAILED)
		demo_failed("cannot map shared memory");
	strncat(how, what, sizeof(how) - strlen(how) - 1);
	expected = change_after(how, false, page, by_nothing, by_map, -1, fd);
	munmap(page, COPIES_PAGE);
	close(fd);
	return expected;
}

/*
 * struct copied - what was measured, in nanoseconds there and back, of the bytes that a long
 * message has more than a short one
 */
struct copied {
	double message;
	double memory;
	double copy;
	double copies;
};

/*
 * Both sides make and read all of a message, by whatever it goes, so that what one way costs more
 * per byte is copies. Shared memory has one, too, which is not the kernel's: the other side writes
 * what it has read to where it is to go back from. That there are some is seen in any measurement;
 * how many exactly, only in one that nothing disturbs.
 */
static void measure_copies(struct copied *c, const char *message, const char *memory)
{
	struct measured cost[] = {
		{ message, COPIES_SMALL, 0 }, { message, COPIES_LARGE, 0 },
		{ memory, COPIES_SMALL, 0 }, { memory, COPIES_LARGE, 0 },
	};
	struct copy_cost small, large;

	measure_messages(cost, sizeof(cost) / sizeof(cost[0]));
	copy_cost_measure(&small, COPIES_SMALL);
	copy_cost_measure(&large, COPIES_LARGE);
	c->message = cost[1].ns - cost[0].ns;
	c->memory = cost[3].ns - cost[2].ns - (large.memory - small.memory);
	c->copy = large.kernel - small.kernel;
	c->copies = c->copy > 0 ? (c->message - c->memory) / 2 / c->copy : 0;
}

static bool count_copies(const char *message, const char *memory)
{
	struct copied c;
	int tries = 0;

	tell_does("messages of %u and of %u bytes go to another process and back, by %s and by %s; "
		  "how much more the long ones cost is compared with a copy of as many bytes by "
		  "the kernel", COPIES_SMALL, COPIES_LARGE, message, memory);
	tell_expects("each way, some %u copies more by %s, into the kernel and out of it: at "
		     "least, more than half of one",
		     declared_copies(message) - declared_copies(memory), message);
	do
		measure_copies(&c, message, memory);
	while (++tries < COPIES_TRIES && c.copies <= 0.5);
	return tell_happened(c.copies > 0.5, "%.1f copies more: %.2f us and %.2f us there and "
			     "back, where a copy costs %.2f us; measured at try %d of at most %d",
			     c.copies, c.message / 1e3, c.memory / 1e3, c.copy / 1e3, tries,
			     COPIES_TRIES);
}

static bool copies_native(void)
{
	char *page = notebook(COPIES_PAGE);
	bool expected;
	int fds[2];

	wire(fds);
	expected = change_after("by a pipe (write)", true, page, by_write, by_read, fds[1], fds[0]);
	expected &= change_after("by a pipe that is given its pages (vmsplice)", false, page,
				 by_vmsplice, by_read, fds[1], fds[0]);
	close(fds[0]);
	close(fds[1]);
	notebook_close(page, COPIES_PAGE);
	expected &= change_shared(true);
	expected &= count_copies("pipe", "posix-shm");
	return expected;
}

static bool copies_ipcx(void)
{
	int fd = ipcx_mailbox(NULL, O_RDWR | O_CREAT | O_CLOEXEC, 0);
	char page[8];
	bool expected;

	if (fd < 0)
		bind_failed("(anonymous)", IPCX_KIND_MAILBOX, O_RDWR | O_CREAT);
	expected = change_after("by a mailbox (write)", true, page, by_write, by_read, fd, fd);
	close(fd);
	expected &= change_shared(false);
	expected &= count_copies("ipcx", "ipcx-region");
	return expected;
}

const struct demo demo_copies = {
	.name = "copies",
	.claim = "a message is copied into the kernel and out again; shared memory is not copied",
	.ipcx = copies_ipcx,
	.native = copies_native,
};
