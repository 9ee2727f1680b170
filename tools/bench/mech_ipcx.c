// SPDX-License-Identifier: GPL-2.0-only
/* Two ipcx mailboxes, one each way. */
#include <ipcx.h>

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
	.no_batch = "the module takes no batches yet",
	.sized = true,
	.open = mailbox_open,
	.commit = mailbox_commit,
	.receive = mailbox_receive,
};
