// SPDX-License-Identifier: GPL-2.0-only
/* Two ipcx mailboxes, one each way. */
#include <errno.h>

#include <ipcx.h>

#include "ipcx_box.h"

static enum channel_opened mailbox_open(struct channel *ch)
{
	enum channel_opened result = ipcx_box(ch, SIDE_PEER);

	return result == CHANNEL_OPEN ? ipcx_box(ch, SIDE_ORIGIN) : result;
}

static int mailbox_commit(struct channel *ch, void *buf)
{
	int ret;

	do
		ret = ipcx_send(ch->wfd, buf, ch->size, 0);
	while (ret < 0 && errno == EINTR);
	return ret;
}

static void *mailbox_receive(struct channel *ch)
{
	ssize_t n;

	do
		n = ipcx_recv(ch->rfd, ch->rx, ch->size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	return ch->rx;
}

const struct mechanism mech_ipcx = {
	.name = "ipcx",
	.about = "two ipcx mailboxes, one each way; ipcx_send and ipcx_recv",
	.flow = "a full mailbox blocks the sender",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.open = mailbox_open,
	.commit = mailbox_commit,
	.receive = mailbox_receive,
};
