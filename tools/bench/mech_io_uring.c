// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connected pair of Unix stream sockets, used through a ring of io_uring on each side. A ring
 * belongs to the process that uses it, so it is made after the fork.
 */
#include <errno.h>
#include <liburing.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fdio.h"

static enum channel_opened uring_open(struct channel *ch)
{
	struct io_uring_params none = { 0 };

	/* No ring has no entries, but whether it may be made at all is looked at first. */
	syscall(SYS_io_uring_setup, 0, &none);
	if (errno == ENOSYS)
		return channel_says(ch, CHANNEL_UNAVAILABLE, "the kernel has no io_uring");
	if (errno == EPERM)
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    "io_uring is forbidden: see kernel.io_uring_disabled");
	return unix_pair(ch, SOCK_STREAM);
}

static int uring_enter(struct channel *ch)
{
	struct io_uring *ring = ch->state;
	int ret = io_uring_queue_init(2, ring,
				      IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);

	if (ret == -EINVAL)	/* before Linux 6.1 */
		ret = io_uring_queue_init(2, ring, 0);
	errno = -ret;
	return ret ? -1 : 0;
}

/* Submit what was prepared and wait until it is done; its result, or -1. */
static int uring_run(struct io_uring *ring)
{
	struct io_uring_cqe *cqe;
	int ret;

	do {
		ret = io_uring_submit_and_wait(ring, 1);
		if (ret < 0 && ret != -EINTR) {
			errno = -ret;
			return -1;
		}
	} while (io_uring_peek_cqe(ring, &cqe));
	ret = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	errno = ret < 0 ? -ret : EPIPE;		/* nothing received is the end */
	return ret > 0 ? ret : -1;
}

static int uring_commit(struct channel *ch, void *buf)
{
	struct io_uring *ring = ch->state;
	size_t sent = 0;

	while (sent < ch->size) {
		int n;

		io_uring_prep_send(io_uring_get_sqe(ring), ch->wfd, (char *)buf + sent,
				   ch->size - sent, MSG_WAITALL);
		n = uring_run(ring);
		if (n < 0)
			return -1;
		sent += (size_t)n;
	}
	return 0;
}

static void *uring_receive(struct channel *ch)
{
	struct io_uring *ring = ch->state;

	ch->got = 0;
	while (ch->got < ch->size) {
		int n;

		io_uring_prep_recv(io_uring_get_sqe(ring), ch->rfd, ch->rx + ch->got,
				   ch->size - ch->got, MSG_WAITALL);
		n = uring_run(ring);
		if (n < 0)
			return NULL;
		ch->got += (size_t)n;
	}
	return ch->rx;
}

const struct mechanism mech_io_uring = {
	.name = "io-uring",
	.family = "socket",
	.about = "a pair of Unix stream sockets; io_uring's send and recv, each submitted and "
		 "waited for in one call",
	.flow = "a full send buffer keeps the send from completing",
	.copies = 2,
	.syscalls = 2,
	.state_size = sizeof(struct io_uring),
	.open = uring_open,
	.enter = uring_enter,
	.commit = uring_commit,
	.receive = uring_receive,
};
