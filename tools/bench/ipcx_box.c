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

enum channel_opened ipcx_box(struct channel *ch, enum bench_side side)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	struct ipcx_info info;
	struct ipcx_stat stat;

	if (ipcx_module(&info))
		return ipcx_unavailable(ch);
	if (ch->size > info.max_msg_size)
		return channel_says(ch, CHANNEL_REFUSED, "a mailbox takes messages of at most %u",
				    info.max_msg_size);
	/* By name, so that each side has an endpoint of its own; gone with the last of them. */
	snprintf(bind.name, sizeof(bind.name), "ipcx-bench.%d.%d", (int)getpid(), (int)side);
	ch->in[side] = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	ch->out[!side] = ipcx_endpoint(O_WRONLY | O_CLOEXEC);
	if (ch->in[side] < 0 || ch->out[!side] < 0)
		return ipcx_unavailable(ch);
	bind.flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL;
	if (ch->size > info.default_msg_size)
		bind.max_msg_size = (__u32)ch->size;
	if (ipcx_bind(ch->in[side], &bind))
		return channel_failed(ch, "mailbox");
	bind.flags = 0;
	bind.max_msg_size = 0;
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
