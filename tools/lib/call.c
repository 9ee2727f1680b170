// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls: a request and its reply, each side one system call.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_callmsg(int fd, struct ipcx_call *call)
{
	return ioctl(fd, IPCX_IOC_CALL, call);
}

int ipcx_replymsg(int fd, struct ipcx_reply *reply)
{
	return ioctl(fd, IPCX_IOC_REPLY, reply);
}

ssize_t ipcx_call(int fd, const void *req, size_t reqlen, void *reply, size_t size)
{
	struct ipcx_call call = {
		.request = { .data = ipcx__ptr(req), .len = ipcx__room(reqlen) },
		.reply = { .data = ipcx__ptr(reply), .len = ipcx__room(size) },
	};

	if (reqlen > UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (ipcx_callmsg(fd, &call))
		return -1;
	return call.reply.len;
}

int ipcx_reply(int fd, uint64_t token, const void *buf, size_t len)
{
	struct ipcx_reply reply = {
		.token = token,
		.msg = { .data = ipcx__ptr(buf), .len = ipcx__room(len) },
	};

	if (len > UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return ipcx_replymsg(fd, &reply);
}
