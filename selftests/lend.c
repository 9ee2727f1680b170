// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long messages to a receiver that waits: they are copied once, out of the sender's memory, while
 * he waits for it. Nobody is to notice but by the time it takes.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "box.h"
#include "stuck.h"

enum { LONG_SIZE = STUCK_SIZE };

static int64_t receive_long(int fd, size_t room)
{
	void *buf = malloc(room);
	struct ipcx_recv recv;
	int64_t type = get_into(fd, &recv, buf, room, 0);

	free(buf);
	return type;
}

/* Sends from an address that is no multiple of anything */
static int send_from_odd(int fd, uint64_t type, size_t len)
{
	char *buf = malloc(len + 13);
	struct ipcx_send send = { .msg = msg_of(buf + 13, len, type) };

	fill(buf + 13, len, type);
	return command(fd, IPCX_IOC_SEND, &send);
}

TEST_F(box, a_long_message_arrives_whole)
{
	static const size_t lens[] = { 32767, 32768, 32769, 40961, 65535, 65536 };
	struct child receiver;
	unsigned int i;

	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		if (child_start(&receiver))
			child_done(&receiver, receive_long(self->fd, lens[i]));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		EXPECT_EQ(0, send_from_odd(self->fd, i + 1, lens[i]));
		EXPECT_EQ(i + 1, child_join(&receiver));
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(box, a_long_message_arrives_in_parts_of_a_buffer)
{
	static char first[100], second[LONG_SIZE];
	const struct iovec parts[] = { { first, sizeof(first) }, { second, sizeof(second) } };
	static char sent[LONG_SIZE];
	struct child receiver;

	fill(sent, sizeof(sent), 7);
	if (child_start(&receiver)) {
		if (readv(self->fd, parts, 2) != LONG_SIZE)
			child_done(&receiver, -errno);
		if (memcmp(first, sent, 100) || memcmp(second, sent + 100, LONG_SIZE - 100))
			child_done(&receiver, -EBADMSG);
		child_done(&receiver, 0);
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(LONG_SIZE, write(self->fd, sent, sizeof(sent)));
	EXPECT_EQ(0, child_join(&receiver));
}

TEST_F(box, a_long_message_that_is_too_long_for_the_receiver_stays)
{
	struct child receiver;

	if (child_start(&receiver))
		child_done(&receiver, receive_long(self->fd, 40000));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, put(self->fd, 1, 40001, 0));
	EXPECT_EQ(-EMSGSIZE, child_join(&receiver));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

static int send_from(int fd, void *buf, size_t len, uint64_t type)
{
	struct ipcx_send send = { .msg = msg_of(buf, len, type) };

	return command(fd, IPCX_IOC_SEND, &send);
}

/* What the sender may read can be sent, be it a file that nobody can write. */
TEST_F(box, a_long_message_may_be_a_file_and_of_several_mappings)
{
	int file = memfd_create("ipcx", MFD_CLOEXEC);
	struct child receiver;
	size_t page = sysconf(_SC_PAGESIZE);
	char *buf, *pieces;

	ASSERT_EQ(0, ftruncate(file, LONG_SIZE));
	buf = mmap(NULL, LONG_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	ASSERT_NE(MAP_FAILED, (void *)buf);
	fill(buf, LONG_SIZE, 1);
	ASSERT_EQ(0, mprotect(buf, LONG_SIZE, PROT_READ));
	if (child_start(&receiver))
		child_done(&receiver, receive_long(self->fd, LONG_SIZE));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, send_from(self->fd, buf, LONG_SIZE, 1));
	EXPECT_EQ(1, child_join(&receiver));

	/* The file, then memory that is there, then more of the file */
	pieces = mmap(NULL, LONG_SIZE, PROT_READ, MAP_PRIVATE, file, 0);
	ASSERT_NE(MAP_FAILED, (void *)pieces);
	ASSERT_EQ(pieces + 3 * page, mmap(pieces + 3 * page, 4 * page, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	memcpy(pieces + 3 * page, buf + 3 * page, 4 * page);
	if (child_start(&receiver))
		child_done(&receiver, receive_long(self->fd, LONG_SIZE));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, send_from(self->fd, pieces, LONG_SIZE, 1));
	EXPECT_EQ(1, child_join(&receiver));

	/* A hole in it is a fault, and the receiver goes on waiting. */
	ASSERT_EQ(0, munmap(pieces + 8 * page, page));
	if (child_start(&receiver))
		child_done(&receiver, receive_long(self->fd, LONG_SIZE));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(-EFAULT, send_from(self->fd, pieces, LONG_SIZE, 1));
	EXPECT_EQ(1, stat_of(self->fd).receivers);
	EXPECT_EQ(0, put(self->fd, 2, 10, 0));
	EXPECT_EQ(2, child_join(&receiver));
	munmap(pieces, LONG_SIZE);
	munmap(buf, LONG_SIZE);
	close(file);
}

struct overlap {
	int fd;
	char *buf;
	ssize_t result;
};

static void *read_overlap(void *arg)
{
	struct overlap *overlap = arg;

	overlap->result = read(overlap->fd, overlap->buf, LONG_SIZE);
	return NULL;
}

static void *send_overlap(void *arg)
{
	struct overlap *overlap = arg;

	overlap->result = send_from(overlap->fd, overlap->buf, LONG_SIZE, 1);
	return NULL;
}

/* Sender and receiver are threads and use the same memory: what arrives is anybody's guess. */
TEST_F(box, a_long_message_may_be_received_into_where_it_is)
{
	static char buf[LONG_SIZE + 100];
	struct overlap overlap = { .fd = self->fd };
	pthread_t thread;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		overlap.buf = buf + i * 100;
		ASSERT_EQ(0, pthread_create(&thread, NULL, read_overlap, &overlap));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		EXPECT_EQ(LONG_SIZE, write(self->fd, buf, LONG_SIZE));
		pthread_join(thread, NULL);
		EXPECT_EQ(LONG_SIZE, overlap.result);
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

/* A sender that waits until the receiver, which is stuck, has copied */
FIXTURE(lender)
{
	struct stuck stuck;
	struct child sender;
	bool ready;
	int fd;
};

FIXTURE_SETUP(lender)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->ready = stuck_start(&self->stuck, self->fd);
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, await_receivers(self->fd, 1));
}

FIXTURE_TEARDOWN(lender)
{
	close(self->fd);
}

TEST_F(lender, waits_until_the_receiver_has_it)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(lender, queues_it_if_the_receiver_cannot_have_it)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(lender, queues_it_at_its_deadline)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put_until(self->fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	/* What it has copied by now is not a message; it takes the one in the queue. */
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(lender, queues_it_after_a_signal)
{
	handle(SIGUSR1, 0);
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	ASSERT_EQ(0, kill(self->sender.pid, SIGUSR1));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

/* Others may have received it meanwhile: then the receiver waits for the next. */
TEST_F(lender, lets_others_have_it_then)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put_until(self->fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	ASSERT_EQ(0, put(self->fd, 2, 100, 0));
	EXPECT_EQ(2, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

static void *read_thread(void *arg)
{
	struct stuck *stuck = arg;
	ssize_t len = read(stuck->fd, stuck->buf, stuck->len);

	stuck->result = len < 0 ? -errno : len;
	return NULL;
}

static void *readv_thread(void *arg)
{
	struct stuck *stuck = arg;
	const struct iovec parts[] = { { stuck->buf, 1 }, { stuck->buf + 1, stuck->len - 1 } };
	ssize_t len = readv(stuck->fd, parts, 2);

	stuck->result = len < 0 ? -errno : len;
	return NULL;
}

/* A reader that is stuck with a message whose sender has taken it back, and queued it */
FIXTURE(reader)
{
	struct stuck stuck;
	struct child sender;
	int fd;
};

FIXTURE_VARIANT(reader)
{
	void *(*thread)(void *arg);
};

FIXTURE_VARIANT_ADD(reader, of_one_buffer) { .thread = read_thread };
FIXTURE_VARIANT_ADD(reader, of_parts) { .thread = readv_thread };

FIXTURE_SETUP(reader)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	if (!stuck_start_thread(&self->stuck, self->fd, variant->thread))
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&self->sender))
		child_done(&self->sender, put_until(self->fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, child_join(&self->sender));
}

FIXTURE_TEARDOWN(reader)
{
	close(self->fd);
}

/* First it could not be copied, now it cannot be copied again. */
TEST_F(reader, that_fails_when_the_lender_has_gone_leaves_the_message)
{
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

/* It takes what is in the queue, from its buffer's beginning. */
TEST_F(reader, begins_anew_when_the_lender_has_gone)
{
	EXPECT_EQ(LONG_SIZE, stuck_end(&self->stuck, false));
	EXPECT_TRUE(filled(self->stuck.buf, LONG_SIZE, 1));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(lender, can_be_killed)
{
	int64_t first;

	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	child_kill(&self->sender);
	ASSERT_EQ(0, put(self->fd, 2, 100, 0));
	/* It may have been sent, or not; but not more than once. */
	first = stuck_end(&self->stuck, false);
	if (first == 1)
		first = get(self->fd, IPCX_DONTWAIT);
	EXPECT_EQ(2, first);
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST(a_lender_gets_rid_of_its_message_although_the_mailbox_is_unlinked)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct stuck stuck;
	struct child sender;

	ASSERT_GE(fd, 0);
	ASSERT_TRUE(stuck_start(&stuck, fd));
	ASSERT_EQ(0, await_receivers(fd, 1));
	if (child_start(&sender))
		child_done(&sender, put(fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&stuck));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(1, stuck_end(&stuck, false));
	EXPECT_EQ(0, child_join(&sender));
	close(fd);
}

/* The memory is copied by fork while it is lent, and written to. */
TEST_F(lender, may_fork_meanwhile)
{
	int *forked = shared(sizeof(int)), *lent = shared(sizeof(int));

	if (child_start(&self->sender)) {
		static char buf[LONG_SIZE];
		struct overlap overlap = { .fd = self->fd, .buf = buf };
		pthread_t thread;
		pid_t pid;

		fill(buf, sizeof(buf), 1);
		if (pthread_create(&thread, NULL, send_overlap, &overlap) || await_flag(lent))
			child_done(&self->sender, -errno);
		pid = fork();
		if (!pid) {
			memset(buf, 0, sizeof(buf));
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		__atomic_store_n(forked, 1, __ATOMIC_RELEASE);
		pthread_join(thread, NULL);
		child_done(&self->sender, overlap.result);
	}
	ASSERT_EQ(0, stuck_await(&self->stuck));
	__atomic_store_n(lent, 1, __ATOMIC_RELEASE);
	ASSERT_EQ(0, await_flag(forked));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(0, child_join(&self->sender));
}

TEST_F(lender, does_not_wait_if_told_not_to)
{
	ASSERT_EQ(0, put(self->fd, 1, LONG_SIZE, IPCX_DONTWAIT));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
}

/* Pages that are lent count as locked: who may lock none has his message copied. */
TEST_F(lender, does_not_lock_more_than_it_may)
{
	const struct rlimit none = { 0, 0 };

	if (child_start(&self->sender)) {
		if (setrlimit(RLIMIT_MEMLOCK, &none) || setuid(65534))
			child_done(&self->sender, -errno);
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	}
	EXPECT_EQ(0, child_join(&self->sender));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
}

TEST(a_message_is_not_lost_with_a_receiver_killed_while_it_copies)
{
	int *is_stuck = shared(sizeof(int));
	int fd = mailbox(NULL, O_RDWR);
	struct child receiver, sender;
	struct stuck stuck;

	if (child_start(&receiver)) {
		if (!stuck_start(&stuck, fd))
			*is_stuck = -1;
		else if (!stuck_await(&stuck))
			*is_stuck = 1;
		for (;;)
			pause();
	}
	if (!await_receivers(fd, 1)) {
		if (child_start(&sender))
			child_done(&sender, put(fd, 1, LONG_SIZE, 0));
		ASSERT_EQ(0, await_flag(is_stuck));
	}
	if (*is_stuck < 0)
		SKIP(return, "no userfaultfd for kernel faults");
	child_kill(&receiver);
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST_HARNESS_MAIN
