// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two pipes, one each way, that take the pages of a message instead of a copy.
 *
 * What is in a pipe is the sender's memory still, so it must not be filled again before it has been
 * read. In a round trip the echo proves that. One way, only a full pipe tells: it has a slot for
 * each page, so when all pages of a message are in, those that went in as many slots before it are
 * out. The sender takes turns with one buffer more than the messages that a pipe can hold, or with
 * a batch more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"
#include "sendring.h"

static enum channel_opened vmsplice_open(struct channel *ch)
{
	enum channel_opened result = pipe_pair(ch);

	return result == CHANNEL_OPEN ? pipe_sized(ch) : result;
}

static int vmsplice_enter(struct channel *ch)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = (ch->size + page - 1) / page;
	int pipe_size = fcntl(ch->wfd, F_GETPIPE_SZ);
	unsigned int buffers = 1;

	if (pipe_size < 0)
		return -1;
	if (ch->flow != FLOW_ECHO)
		buffers += (unsigned int)(((size_t)pipe_size / page + pages - 1) / pages);
	buffers += ch->batch - 1;
	/* An echo is sent from where it was received. */
	ch->rx = aligned_alloc(page, pages * page);
	return ch->rx ? sendring_enter(ch, ch->state, buffers, page) : -1;
}

/* Give all @n pieces of memory, in as many calls as it takes. */
static int vmsplice_all(struct channel *ch, struct iovec *piece, unsigned int n)
{
	while (n) {
		ssize_t given = vmsplice(ch->wfd, piece, n, 0);

		if (given < 0 && errno != EINTR)
			return -1;
		for (; n && given >= (ssize_t)piece->iov_len; n--)
			given -= (ssize_t)piece++->iov_len;
		if (given > 0) {
			piece->iov_base = (char *)piece->iov_base + given;
			piece->iov_len -= (size_t)given;
		}
	}
	return 0;
}

static int vmsplice_commit(struct channel *ch, void *buf)
{
	struct iovec message = { .iov_base = buf, .iov_len = ch->size };

	if (vmsplice_all(ch, &message, 1))
		return -1;
	sendring_turn(ch, ch->state);
	return 0;
}

static int vmsplice_batch_enter(struct channel *ch)
{
	return vmsplice_enter(ch) || bundle_stream_enter(ch) ? -1 : 0;
}

static int vmsplice_batch_flush(struct channel *ch)
{
	unsigned int filled = ch->bundle->filled;

	ch->bundle->filled = 0;
	return vmsplice_all(ch, bundle_vectors(ch->bundle->sent), filled);
}

static const struct batching vmsplice_batching = {
	.enter = vmsplice_batch_enter,
	.reserve = sendring_batch_reserve,
	.commit = sendring_batch_commit,
	.receive = bundle_stream_receive,
	.release = bundle_release,
	.flush = vmsplice_batch_flush,
};

const struct mechanism mech_vmsplice = {
	.name = "vmsplice",
	.family = "stream",
	.about = "two pipes, one each way, that take the sender's pages; vmsplice and read",
	.flow = "a full pipe blocks the sender",
	.copies = 1,
	.syscalls = 2,
	.processes = true,
	.batching = &vmsplice_batching,
	.sized = true,
	.exposed = true,
	.state_size = sizeof(struct sendring),
	.open = vmsplice_open,
	.enter = vmsplice_enter,
	.commit = vmsplice_commit,
	.receive = stream_receive,
};
