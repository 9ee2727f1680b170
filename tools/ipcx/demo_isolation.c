// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo isolation: a pointer is of one process, an offset into shared memory of all. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "demo.h"

#define PLACE_SIZE	4096u
#define PLACE_TEXT	"hello from the other process"

static int mine = 1;

/*
 * struct isolation - what the processes tell each other; nothing of it is part of the claim
 * @value: of the variable, as the child saw it in the end
 * @pointer: of the one who wrote the text
 * @other: where the other has the same memory
 * @offset: of the text
 * @text: as the other read it
 * @fd: of the shared memory
 */
struct isolation {
	int value;
	const char *pointer;
	const char *other;
	size_t offset;
	char text[64];
	int fd;
};

static void change_mine(void *arg)
{
	struct isolation *shared = arg;

	*(volatile int *)&mine = 2;
	shared->value = *(volatile int *)&mine;
}

static void write_private(void *arg)
{
	struct isolation *shared = arg;
	char *page = mmap(NULL, PLACE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (page == MAP_FAILED)
		demo_failed("no memory");
	strcpy(page, PLACE_TEXT);
	shared->pointer = page;
}

/* A crash is a crash, also with a sanitizer that would handle it. */
static void follow_pointer(void *arg)
{
	struct isolation *shared = arg;

	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	shared->value = *(const volatile char *)shared->pointer;
}

static char *map_shared(struct isolation *shared)
{
	char *base = mmap(NULL, PLACE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, shared->fd, 0);

	if (base == MAP_FAILED)
		demo_failed("cannot map shared memory");
	return base;
}

static void write_shared(void *arg)
{
	struct isolation *shared = arg;
	char *base = map_shared(shared);

	shared->offset = 256;
	shared->pointer = base + shared->offset;
	strcpy(base + shared->offset, PLACE_TEXT);
}

/* Something else is where the writer had it, so that the memory is mapped elsewhere here. */
static char *map_elsewhere(struct isolation *shared)
{
	void *there = (void *)(shared->pointer - shared->offset);

	if (mmap(there, PLACE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
		 -1, 0) == MAP_FAILED)
		demo_failed("an address is taken that should be free");
	return map_shared(shared);
}

static void follow_pointer_shared(void *arg)
{
	struct isolation *shared = arg;

	shared->other = map_elsewhere(shared);
	follow_pointer(arg);
}

static void follow_offset(void *arg)
{
	struct isolation *shared = arg;
	char *base = map_elsewhere(shared);

	shared->other = base;
	snprintf(shared->text, sizeof(shared->text), "%s", base + shared->offset);
}

static void run_child(child_fn fn, struct isolation *shared)
{
	pid_t pid = child_start(fn, shared);

	children_wait(&pid, 1);
}

static bool private_variable(struct isolation *shared)
{
	tell_does("a process and its child have a variable at the same address, %p; the child "
		  "makes it 2", (void *)&mine);
	tell_expects("it stays 1 for the parent: the same address, but another memory");
	run_child(change_mine, shared);
	return tell_happened(shared->value == 2 && *(volatile int *)&mine == 1,
			     "it is %d for the child, and %d for the parent", shared->value, mine);
}

static bool private_pointer(struct isolation *shared)
{
	int sig;

	tell_does("a process puts a text into its memory and tells another the address, which "
		  "reads there");
	tell_expects("there is nothing at that address, and it dies of SIGSEGV");
	run_child(write_private, shared);
	sig = child_fate(child_start_doomed(follow_pointer, shared));
	return tell_happened(sig == SIGSEGV, "%p: %s", (const void *)shared->pointer,
			     sig ? strsignal(sig) : "it could read");
}

static bool shared_pointer(struct isolation *shared, const char *what)
{
	int sig;

	tell_does("the text is in %s, which each of two processes has mapped, at different "
		  "addresses; one tells the other its pointer to the text", what);
	tell_expects("the pointer is still of use to the one only: the other dies of SIGSEGV");
	run_child(write_shared, shared);
	sig = child_fate(child_start_doomed(follow_pointer_shared, shared));
	return tell_happened(sig == SIGSEGV && shared->other != shared->pointer - shared->offset,
			     "mapped at %p and at %p: %s",
			     (const void *)(shared->pointer - shared->offset),
			     (const void *)shared->other, sig ? strsignal(sig) : "it could read");
}

static bool shared_offset(struct isolation *shared)
{
	bool same;

	tell_does("the same, but it tells the offset from the beginning of the memory, %zu, to "
		  "which the other adds its own address", shared->offset);
	tell_expects("the other reads the text");
	run_child(follow_offset, shared);
	same = !strcmp(shared->text, PLACE_TEXT);
	return tell_happened(same, "at %p, the other reads \"%s\"",
			     (const void *)(shared->other + shared->offset), shared->text);
}

static bool isolation(bool native)
{
	struct isolation *shared = notebook(sizeof(*shared));
	const char *what;
	bool expected;

	expected = private_variable(shared);
	expected &= private_pointer(shared);
	shared->fd = memory_fd(native, PLACE_SIZE, &what);
	expected &= shared_pointer(shared, what);
	expected &= shared_offset(shared);
	close(shared->fd);
	notebook_close(shared, sizeof(*shared));
	return expected;
}

static bool isolation_ipcx(void)
{
	return isolation(false);
}

static bool isolation_native(void)
{
	return isolation(true);
}

const struct demo demo_isolation = {
	.name = "isolation",
	.claim = "a pointer of one process means nothing to another",
	.ipcx = isolation_ipcx,
	.native = isolation_native,
};
