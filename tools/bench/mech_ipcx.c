// SPDX-License-Identifier: GPL-2.0-only
/* Two ipcx mailboxes, one each way. */
#include <ipcx.h>

#include "bundle.h"
#include "fdio.h"
#include "ipcx_box.h"

static enum channel_opened mailbox_open(struct channel *ch)
{
	enum channel_opened result = ipcx_box(ch, SIDE_PEER);

	return result == CHANNEL_OPEN ? ipcx_box(ch, SIDE_ORIGIN) : result;
}

static int mailbox_commit(struct channel *ch, void *buf)
{
	uint64_t since = 0;
	int ret;

	if (fd_ask(ch, POLLOUT))
		return -1;
	do
		ret = ipcx_send(ch->wfd, buf, ch->size, 0);
	while (fd_again(ch, POLLOUT, ret, &since));
	return ret;
}

static void *mailbox_receive(struct channel *ch)
{
	uint64_t since = 0;
	ssize_t n;

	if (fd_ask(ch, POLLIN))
		return NULL;
	do
		n = ipcx_recv(ch->rfd, ch->rx, ch->size);
	while (fd_again(ch, POLLIN, n, &since));
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	return ch->rx;
}

/* What the module is told of each message of a batch */
struct mailbox_heads {
	struct ipcx_received taken;
	struct ipcx_msg sent;
};

static struct ipcx_received *mailbox_taken(struct channel *ch)
{
	return ch->bundle->own;
}

static struct ipcx_msg *mailbox_sent(struct channel *ch)
{
	return (struct ipcx_msg *)(mailbox_taken(ch) + ch->batch);
}

static int mailbox_batch_enter(struct channel *ch)
{
	size_t stride = bundle_round(ch->size);

	if (bundle_enter(ch, stride, sizeof(struct mailbox_heads)))
		return -1;
	for (unsigned int i = 0; i < ch->batch; i++) {
		mailbox_sent(ch)[i].data = (__u64)(uintptr_t)(ch->bundle->out + i * stride);
		mailbox_sent(ch)[i].len = (__u32)ch->size;
		mailbox_taken(ch)[i].msg.data = (__u64)(uintptr_t)(ch->bundle->in + i * stride);
		mailbox_taken(ch)[i].msg.len = (__u32)ch->size;
	}
	return 0;
}

static int mailbox_batch_flush(struct channel *ch)
{
	unsigned int filled = ch->bundle->filled, sent = 0;
	uint64_t since = 0;

	ch->bundle->filled = 0;
	while (sent < filled) {
		int n;

		if (fd_ask(ch, POLLOUT))
			return -1;
		n = ipcx_send_batch(ch->wfd, mailbox_sent(ch) + sent, filled - sent);
		if (fd_again(ch, POLLOUT, n, &since))
			continue;
		if (n < 0)
			return -1;
		sent += (unsigned int)n;
	}
	return 0;
}

/*
 * Receive what is there, as far as it is of one batch, but at least one message. Not in line, for
 * that would make each message dearer that is there already.
 */
static __attribute__((noinline)) int mailbox_batch_fetch(struct channel *ch)
{
	struct bundle *b = ch->bundle;
	uint64_t since = 0;
	int n;

	for (unsigned int i = 0; i < b->have; i++)
		mailbox_taken(ch)[i].msg.len = (__u32)ch->size;
	if (fd_ask(ch, POLLIN))
		return -1;
	do
		n = ipcx_recv_batch(ch->rfd, mailbox_taken(ch), ch->batch);
	while (fd_again(ch, POLLIN, n, &since));
	if (n < 0)
		return -1;
	b->have = (unsigned int)n;
	b->next = 0;
	ch->fetches++;
	return 0;
}

static void *mailbox_batch_receive(struct channel *ch)
{
	struct bundle *b = ch->bundle;

	if (b->next == b->have && mailbox_batch_fetch(ch))
		return NULL;
	ch->got = mailbox_taken(ch)[b->next].msg.len;
	return b->in + b->next++ * b->stride;
}

static const struct batching mailbox_batching = {
	.enter = mailbox_batch_enter,
	.reserve = bundle_reserve,
	.commit = bundle_commit,
	.receive = mailbox_batch_receive,
	.release = bundle_release,
	.flush = mailbox_batch_flush,
};

const struct mechanism mech_ipcx = {
	.name = "ipcx",
	.family = "ipcx",
	.about = "two ipcx mailboxes, one each way; ipcx_send and ipcx_recv",
	.flow = "a full mailbox blocks the sender",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.fan_in = true,
	.fan_out = true,
	.waits = WAITS_FD,
	.batching = &mailbox_batching,
	.sized = true,
	.knobs = true,
	.open = mailbox_open,
	.commit = mailbox_commit,
	.receive = mailbox_receive,
};
