// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two pipes, one each way, that take the pages of a message instead of a copy.
 *
 * What is in a pipe is the sender's memory still, so it must not be filled again before it has been
 * read. In a round trip the echo proves that. One way, only a full pipe tells: it has a slot for
 * each page, so when all pages of a message are in, those that went in as many slots before it are
 * out. The sender takes turns with one buffer more than the messages that a pipe can hold.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fdio.h"
#include "sendring.h"

static enum channel_opened vmsplice_open(struct channel *ch)
{
	enum channel_opened result = pipe_pair(ch);

	if (result == CHANNEL_OPEN)
		pipe_facts(ch, ch->in[SIDE_PEER]);
	return result;
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
	/* An echo is sent from where it was received. */
	ch->rx = aligned_alloc(page, pages * page);
	return ch->rx ? sendring_enter(ch, ch->state, buffers, page) : -1;
}

static int vmsplice_commit(struct channel *ch, void *buf)
{
	struct iovec left = { .iov_base = buf, .iov_len = ch->size };

	while (left.iov_len) {
		ssize_t n = vmsplice(ch->wfd, &left, 1, 0);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		left.iov_base = (char *)left.iov_base + n;
		left.iov_len -= (size_t)n;
	}
	sendring_turn(ch, ch->state);
	return 0;
}

const struct mechanism mech_vmsplice = {
	.name = "vmsplice",
	.family = "stream",
	.about = "two pipes, one each way, that take the sender's pages; vmsplice and read",
	.flow = "a full pipe blocks the sender",
	.copies = 1,
	.syscalls = 2,
	.processes = true,
	.exposed = true,
	.state_size = sizeof(struct sendring),
	.open = vmsplice_open,
	.enter = vmsplice_enter,
	.commit = vmsplice_commit,
	.receive = stream_receive,
};
