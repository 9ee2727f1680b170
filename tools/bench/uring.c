// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting by io_uring. What a message takes is one io_uring_enter() a side: a poll and, linked to
 * it, the read or write, which does not block.
 *
 * Without the poll, a kernel that cannot try to read a descriptor would hand the request to a
 * thread of its own, and what that does would be nobody's.
 */
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "uring.h"
#include "uring_ring.h"
#include "wait.h"

enum { DONE_POLL, DONE_TRANSFER };

/* Flags that make a ring of one thread cheaper; Linux has them since 6.1. */
static int uring_make(struct io_uring *ring, unsigned int entries, bool defer)
{
	unsigned int flags = defer ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN : 0;
	int ret = io_uring_queue_init(entries, ring, flags);

	return ret == -EINVAL ? io_uring_queue_init(entries, ring, 0) : ret;
}

enum channel_opened uring_available(struct channel *ch)
{
	static bool made;
	struct io_uring ring;
	int ret;

	/* Once is enough, and is no part of setting up a channel. */
	if (made)
		return CHANNEL_OPEN;
	ret = uring_make(&ring, 2, true);
	switch (ret) {
	case 0:
		io_uring_queue_exit(&ring);
		made = true;
		return CHANNEL_OPEN;
	case -ENOSYS:
		return channel_says(ch, CHANNEL_UNAVAILABLE, "the kernel has no io_uring");
	case -EPERM:
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    "io_uring is forbidden: see kernel.io_uring_disabled");
	case -ENOMEM:
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    "no memory for io_uring: see RLIMIT_MEMLOCK");
	default:
		errno = -ret;
		return channel_failed(ch, "io_uring");
	}
}

static bool uring_is_socket(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode);
}

int uring_begin(struct channel *ch, unsigned int entries, bool defer)
{
	int ret;

	ch->uring = calloc(1, sizeof(*ch->uring));
	if (!ch->uring)
		return -1;
	ret = uring_make(&ch->uring->ring, entries, defer);
	if (ret) {
		free(ch->uring);
		ch->uring = NULL;
		errno = -ret;
		return -1;
	}
	ch->uring->packets = ch->mech->boundaries && uring_is_socket(ch->rfd);
	return 0;
}

void uring_drop(struct uring *uring)
{
	if (!uring)
		return;
	io_uring_queue_exit(&uring->ring);
	free(uring);
}

int uring_next(struct io_uring *ring, struct io_uring_cqe **cqe)
{
	int ret = io_uring_wait_cqe(ring, cqe);

	while (ret == -EINTR)
		ret = io_uring_wait_cqe(ring, cqe);
	errno = -ret;
	return ret ? -1 : 0;
}

int uring_submit(struct io_uring *ring, unsigned int wait)
{
	int ret = io_uring_submit_and_wait(ring, wait);

	if (ret >= 0 || ret == -EINTR)
		return 0;
	errno = -ret;
	return -1;
}

/* Submit a poll of @fd for @events and what has been prepared after it: the result of that. */
static int uring_run(struct io_uring *ring)
{
	struct io_uring_cqe *cqe;
	int ret = 0, fault = 0;

	if (uring_submit(ring, 2))
		return -errno;
	for (int i = 0; i < 2; i++) {
		if (uring_next(ring, &cqe))
			return -errno;
		if (io_uring_cqe_get_data64(cqe) == DONE_TRANSFER)
			ret = cqe->res;
		else if (cqe->res < 0)
			fault = cqe->res;
		io_uring_cqe_seen(ring, cqe);
	}
	return fault ? fault : ret;
}

/* Prepare a poll that the next request waits for, and return that one. */
static struct io_uring_sqe *uring_after_poll(struct io_uring *ring, int fd, short events)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	io_uring_prep_poll_add(sqe, fd, (unsigned int)events);
	io_uring_sqe_set_flags(sqe, IOSQE_IO_LINK);
	io_uring_sqe_set_data64(sqe, DONE_POLL);
	return io_uring_get_sqe(ring);
}

/* Whether the request is to be made again: it has waited, but somebody else was there first. */
static bool uring_again(int ret)
{
	return ret == -EAGAIN || ret == -EINTR;
}

int uring_poll_commit(struct channel *ch, void *buf)
{
	struct io_uring *ring = &ch->uring->ring;
	size_t sent = 0;

	while (sent < ch->size) {
		struct io_uring_sqe *sqe = uring_after_poll(ring, ch->wfd, POLLOUT);
		int ret;

		io_uring_prep_write(sqe, ch->wfd, (char *)buf + sent,
				    (unsigned int)(ch->size - sent), (__u64)-1);
		io_uring_sqe_set_data64(sqe, DONE_TRANSFER);
		ret = uring_run(ring);
		if (uring_again(ret))
			continue;
		if (ret < 0 || (ch->mech->boundaries && (size_t)ret != ch->size)) {
			errno = ret < 0 ? -ret : EMSGSIZE;
			return -1;
		}
		sent += (size_t)ret;
	}
	return 0;
}

/* Packets: MSG_TRUNC tells the true length, also of a message that is longer than it should be. */
static void uring_prep_receive(struct channel *ch, struct io_uring_sqe *sqe)
{
	unsigned int left = (unsigned int)(ch->size - ch->got);

	if (ch->uring->packets)
		io_uring_prep_recv(sqe, ch->rfd, ch->rx, left, MSG_TRUNC);
	else
		io_uring_prep_read(sqe, ch->rfd, ch->rx + ch->got, left, (__u64)-1);
	io_uring_sqe_set_data64(sqe, DONE_TRANSFER);
}

void *uring_poll_receive(struct channel *ch)
{
	struct io_uring *ring = &ch->uring->ring;

	ch->got = 0;
	do {
		int ret;

		uring_prep_receive(ch, uring_after_poll(ring, ch->rfd, POLLIN));
		ret = uring_run(ring);
		if (uring_again(ret))
			continue;
		if (ret <= 0) {
			errno = ret ? -ret : EPIPE;
			return NULL;
		}
		ch->got += (size_t)ret;
	} while (!ch->got || (!ch->mech->boundaries && ch->got < ch->size));
	return ch->rx;
}
