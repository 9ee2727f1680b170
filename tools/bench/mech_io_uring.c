// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connected pair of Unix stream sockets, used through a ring of io_uring on each side. A ring
 * belongs to the process that uses it, so it is made after the fork.
 */
#include <errno.h>
#include <liburing.h>
#include <sys/socket.h>

#include "bundle.h"
#include "fdio.h"

/* What makes a ring of one thread cheaper, best first; each newer than those after it. */
static const unsigned int uring_flags[] = {
	IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,	/* Linux 6.1 */
	IORING_SETUP_SINGLE_ISSUER,					/* 6.0 */
	0,
};

/**
 * struct uring_state - one side
 * @ring: its ring
 * @flags: those that the kernel grants
 */
struct uring_state {
	struct io_uring ring;
	unsigned int flags;
};

/* The flags of a ring that the kernel grants, found out once; or an error below 0 */
static int uring_probe(void)
{
	static int known = -EINVAL;
	struct io_uring ring;

	for (size_t i = 0; i < sizeof(uring_flags) / sizeof(uring_flags[0]) && known == -EINVAL;
	     i++) {
		int ret = io_uring_queue_init(2, &ring, uring_flags[i]);

		if (!ret)
			io_uring_queue_exit(&ring);
		if (ret != -EINVAL)
			known = ret ? ret : (int)uring_flags[i];
	}
	return known;
}

static enum channel_opened uring_open(struct channel *ch)
{
	struct uring_state *state = ch->state;
	int flags = uring_probe();

	if (flags == -ENOSYS)
		return channel_says(ch, CHANNEL_UNAVAILABLE, "the kernel has no io_uring");
	if (flags == -EPERM)
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    "io_uring is forbidden: see kernel.io_uring_disabled");
	errno = -flags;
	if (flags < 0)
		return channel_failed(ch, "io_uring");
	state->flags = (unsigned int)flags;
	channel_fact(ch, "single_issuer", !!(state->flags & IORING_SETUP_SINGLE_ISSUER));
	channel_fact(ch, "defer_taskrun", !!(state->flags & IORING_SETUP_DEFER_TASKRUN));
	return unix_pair(ch, SOCK_STREAM);
}

static int uring_enter(struct channel *ch)
{
	struct uring_state *state = ch->state;
	int ret = io_uring_queue_init(2, &state->ring, state->flags);

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
	struct uring_state *state = ch->state;
	struct io_uring *ring = &state->ring;
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
	struct uring_state *state = ch->state;
	struct io_uring *ring = &state->ring;

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
	.batching = &uring_batching,
	.sized = true,
	.state_size = sizeof(struct uring_state),
	.open = uring_open,
	.enter = uring_enter,
	.commit = uring_commit,
	.receive = uring_receive,
};
