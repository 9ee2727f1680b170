// SPDX-License-Identifier: GPL-2.0-only
/* Two channels of libipcx, one each way: a mailbox tells of slices of a region. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ipcx.h>
#include <ipcx_channel.h>

#include "ipcx_box.h"
#include "window.h"

/**
 * struct channel_ends - this side's ends
 * @rx: what it receives from
 * @tx: what it sends to
 * @data: message received last
 */
struct channel_ends {
	struct ipcx_channel *rx;
	struct ipcx_channel *tx;
	const void *data;
};

static enum channel_opened channel_box(struct channel *ch, enum bench_side side)
{
	struct ipcx_bind bind = {
		.kind = IPCX_KIND_MAILBOX,
		.flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL | IPCX_BIND_HANGUP,
	};

	snprintf(bind.name, sizeof(bind.name), "ipcx-bench.%d.%d", (int)getpid(), (int)side);
	ch->in[side] = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	ch->out[!side] = ipcx_endpoint(O_WRONLY | O_CLOEXEC);
	if (ch->in[side] < 0 || ch->out[!side] < 0)
		return ipcx_unavailable(ch);
	if (ipcx_bind(ch->in[side], &bind))
		return channel_failed(ch, "mailbox");
	bind.flags = 0;
	if (ipcx_bind(ch->out[!side], &bind))
		return channel_failed(ch, "mailbox");
	return CHANNEL_OPEN;
}

static enum channel_opened ends_open(struct channel *ch)
{
	enum channel_opened result = channel_box(ch, SIDE_PEER);

	return result == CHANNEL_OPEN ? channel_box(ch, SIDE_ORIGIN) : result;
}

static int ends_enter(struct channel *ch)
{
	struct channel_ends *ends = ch->state;
	size_t pages = (ch->size + 4095) / 4096 * 4096;

	/* As many as other mechanisms have room for. */
	ends->rx = ipcx_channel_on(ch->rfd, 0);
	ends->tx = ipcx_channel_on(ch->wfd, window_fit(pages) * pages);
	return ends->rx && ends->tx ? 0 : -1;
}

static void *ends_reserve(struct channel *ch)
{
	struct channel_ends *ends = ch->state;

	return ipcx_channel_reserve(ends->tx, ch->size, IPCX_NO_DEADLINE);
}

static int ends_commit(struct channel *ch, void *buf)
{
	struct channel_ends *ends = ch->state;

	return ipcx_channel_commit(ends->tx, buf, ch->size, IPCX_NO_DEADLINE);
}

static void *ends_receive(struct channel *ch)
{
	struct channel_ends *ends = ch->state;
	ssize_t len = ipcx_channel_receive(ends->rx, &ends->data, IPCX_NO_DEADLINE);

	if (len < 0)
		return NULL;
	ch->got = (size_t)len;
	return (void *)(uintptr_t)ends->data;
}

static int ends_release(struct channel *ch)
{
	struct channel_ends *ends = ch->state;

	return ipcx_channel_release(ends->rx, ends->data);
}

const struct mechanism mech_ipcx_channel = {
	.name = "ipcx-channel",
	.family = "ipcx",
	.about = "slices of an ipcx region, filled and checked in place; a mailbox tells of them",
	.flow = "a sender without a slice polls the region",
	.copies = 0,
	.syscalls = 2,
	.boundaries = true,
	.in_place = true,
	.waits = WAITS_BLOCK,
	.state_size = sizeof(struct channel_ends),
	.open = ends_open,
	.enter = ends_enter,
	.reserve = ends_reserve,
	.commit = ends_commit,
	.receive = ends_receive,
	.release = ends_release,
};
