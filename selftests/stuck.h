/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A receiver that is stopped in the middle of its fault: its buffer is a page that does not come
 * until somebody provides it, or takes the address away.
 */
#ifndef _IPCX_STUCK_H
#define _IPCX_STUCK_H

#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "ipcx_test.h"

enum { STUCK_SIZE = 65536 };

struct stuck {
	int fd;
	int uffd;
	void *buf;
	int64_t result;
	pthread_t thread;
	size_t len;
};

static void *stuck_thread(void *arg)
{
	struct stuck *stuck = arg;
	struct ipcx_recv recv;

	stuck->result = get_into(stuck->fd, &recv, stuck->buf, stuck->len, 0);
	return NULL;
}

/* A buffer that whoever touches it gets stuck on; false if this kernel cannot do that. */
static bool stuck_map(struct stuck *stuck)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	stuck->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (stuck->uffd < 0 || ioctl(stuck->uffd, UFFDIO_API, &api))
		return false;
	stuck->buf = mmap(NULL, STUCK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
	reg.range.start = (uintptr_t)stuck->buf;
	reg.range.len = STUCK_SIZE;
	return !ioctl(stuck->uffd, UFFDIO_REGISTER, &reg);
}

/* Starts a thread that will get stuck. */
static bool stuck_start_thread(struct stuck *stuck, int fd, void *(*thread)(void *))
{
	stuck->fd = fd;
	stuck->len = STUCK_SIZE;
	return stuck_map(stuck) && !pthread_create(&stuck->thread, NULL, thread, stuck);
}

/* The same of a receiver */
static bool stuck_start(struct stuck *stuck, int fd)
{
	return stuck_start_thread(stuck, fd, stuck_thread);
}

/* Until it is stuck, with the message in its hands */
static int stuck_await(struct stuck *stuck)
{
	struct pollfd poll_fd = { .fd = stuck->uffd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&poll_fd, 1, 100000) != 1)
		return -ETIMEDOUT;
	return read(stuck->uffd, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -errno;
}

/* Lets it fail, or succeed. */
static int64_t stuck_end(struct stuck *stuck, bool fail)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)stuck->buf, STUCK_SIZE } };

	if (fail) {
		munmap(stuck->buf, STUCK_SIZE);
		ioctl(stuck->uffd, UFFDIO_WAKE, &zero.range);
	} else {
		ioctl(stuck->uffd, UFFDIO_ZEROPAGE, &zero);
	}
	pthread_join(stuck->thread, NULL);
	close(stuck->uffd);
	return stuck->result;
}

#endif
