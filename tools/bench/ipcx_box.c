// SPDX-License-Identifier: GPL-2.0-only
/* Making mailboxes of ipcx, and asking its module. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ipcx.h>

#include "ipcx_box.h"

static int ipcx_ask(struct ipcx_info *info)
{
	int fd = ipcx_endpoint(O_RDWR | O_CLOEXEC);
	int ret, err;

	if (fd < 0)
		return -1;
	ret = ipcx_info(fd, info);
	err = errno;
	close(fd);
	errno = err;
	return ret;
}

int ipcx_module(struct ipcx_info *info)
{
	static struct ipcx_info known;
	static bool asked;

	if (!asked && ipcx_ask(&known))
		return -1;
	asked = true;
	*info = known;
	return 0;
}

enum channel_opened ipcx_unavailable(struct channel *ch)
{
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		return channel_says(ch, CHANNEL_UNAVAILABLE, "the ipcx module is not loaded");
	return channel_says(ch, CHANNEL_UNAVAILABLE, "%s: %s", IPCX_DEVICE, strerror(errno));
}

/* The limits of a mailbox; by default, as the module makes it, but for large messages. */
static enum channel_opened ipcx_limits(struct channel *ch, const struct ipcx_info *info,
				       struct ipcx_bind *bind)
{
	if (ch->size > info->max_msg_size)
		return channel_says(ch, CHANNEL_REFUSED, "a mailbox takes messages of at most %u",
				    info->max_msg_size);
	if (ch->size > info->default_msg_size || ch->capacity)
		bind->max_msg_size = (__u32)ch->size;
	if (!ch->capacity)
		return CHANNEL_OPEN;
	if (ch->capacity > info->max_bytes || ch->capacity / ch->size > info->max_msgs)
		return channel_says(ch, CHANNEL_REFUSED,
				    "a mailbox holds at most %llu bytes and %u messages",
				    (unsigned long long)info->max_bytes, info->max_msgs);
	bind->max_bytes = ch->capacity;
	bind->max_msgs = (__u32)(ch->capacity / ch->size);
	return CHANNEL_OPEN;
}

enum channel_opened ipcx_box(struct channel *ch, enum bench_side side)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	enum channel_opened result;
	struct ipcx_info info;
	struct ipcx_stat stat;

	if (ipcx_module(&info))
		return ipcx_unavailable(ch);
	result = ipcx_limits(ch, &info, &bind);
	if (result != CHANNEL_OPEN)
		return result;
	/* By name, so that each side has an endpoint of its own; gone with the last of them. */
	snprintf(bind.name, sizeof(bind.name), "ipcx-bench.%d.%d", (int)getpid(), (int)side);
	ch->in[side] = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	ch->out[!side] = ipcx_endpoint(O_WRONLY | O_CLOEXEC);
	if (ch->in[side] < 0 || ch->out[!side] < 0)
		return ipcx_unavailable(ch);
	bind.flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL;
	if (ipcx_bind(ch->in[side], &bind))
		return channel_failed(ch, "mailbox");
	if (knob_turn(ch->in[side], &ch->knob))
		return channel_failed(ch, "knob");
	bind.flags = 0;
	bind.max_msg_size = 0;
	bind.max_msgs = 0;
	bind.max_bytes = 0;
	if (ipcx_bind(ch->out[!side], &bind))
		return channel_failed(ch, "mailbox");
	if (side == SIDE_PEER && !ch->unnoted) {
		if (ipcx_stat(ch->in[side], &stat))
			return channel_failed(ch, "mailbox");
		channel_fact(ch, "max_msgs", stat.max_msgs);
		channel_fact(ch, "max_msg_size", stat.max_msg_size);
		channel_fact(ch, "max_bytes", (long long)stat.max_bytes);
	}
	return CHANNEL_OPEN;
}
