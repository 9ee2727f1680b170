// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches by io_uring: a request a message, each linked to the one before it, so that they are
 * carried out in their order; one call submits them all.
 *
 * A sender waits for the whole batch, as its memory is filled again then. A receiver waits for the
 * next message only: the rest of the requests stay with the kernel.
 */
#include <errno.h>

#include "bundle.h"
#include "uring.h"
#include "uring_ring.h"

static int batch_enter(struct channel *ch)
{
	/* A ring that defers completions stops at the first: each message would take a call. */
	return bundle_stream_enter(ch) || uring_begin(ch, ch->batch, false) ? -1 : 0;
}

/* Of a request that has transferred @res bytes: they must be those of a message. */
static int batch_complete(struct channel *ch, int res)
{
	if (res > 0 && (size_t)res == ch->size)
		return 0;
	errno = res < 0 ? -res : EPIPE;		/* less is received only at the end */
	return -1;
}

static int batch_flush(struct channel *ch)
{
	struct io_uring *ring = &ch->uring->ring;
	unsigned int filled = ch->bundle->filled;
	struct io_uring_cqe *cqe;

	ch->bundle->filled = 0;
	for (unsigned int i = 0; i < filled; i++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

		io_uring_prep_send(sqe, ch->wfd, ch->bundle->out + i * ch->size, ch->size,
				   MSG_WAITALL);
		io_uring_sqe_set_flags(sqe, i + 1 < filled ? IOSQE_IO_LINK : 0);
	}
	if (filled && uring_submit(ring, filled))
		return -1;
	for (unsigned int i = 0; i < filled; i++) {
		int res;

		if (uring_next(ring, &cqe))
			return -1;
		res = cqe->res;
		io_uring_cqe_seen(ring, cqe);
		if (batch_complete(ch, res))
			return -1;
	}
	return 0;
}

/* Ask for as many messages as a batch has. */
static int batch_ask(struct channel *ch)
{
	struct io_uring *ring = &ch->uring->ring;

	for (unsigned int i = 0; i < ch->batch; i++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

		io_uring_prep_recv(sqe, ch->rfd, ch->bundle->in + i * ch->size, ch->size,
				   MSG_WAITALL);
		io_uring_sqe_set_flags(sqe, i + 1 < ch->batch ? IOSQE_IO_LINK : 0);
	}
	ch->bundle->have = ch->batch;
	ch->bundle->next = 0;
	ch->fetches++;
	return uring_submit(ring, 1);
}

static void *batch_receive(struct channel *ch)
{
	struct io_uring *ring = &ch->uring->ring;
	struct bundle *b = ch->bundle;
	struct io_uring_cqe *cqe;
	int res;

	if (b->next == b->have && batch_ask(ch))
		return NULL;
	if (io_uring_peek_cqe(ring, &cqe)) {
		ch->fetches++;
		if (uring_next(ring, &cqe))
			return NULL;
	}
	res = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	if (batch_complete(ch, res))
		return NULL;
	ch->got = (size_t)res;
	return b->in + b->next++ * ch->size;
}

const struct batching uring_batching = {
	.enter = batch_enter,
	.reserve = bundle_reserve,
	.commit = bundle_commit,
	.receive = batch_receive,
	.release = bundle_release,
	.flush = batch_flush,
};
