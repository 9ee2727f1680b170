// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages: sending, receiving, and looking at one.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

int ipcx_sendmsg(int fd, const struct ipcx_send *send)
{
	return ioctl(fd, IPCX_IOC_SEND, send);
}

int ipcx_recvmsg(int fd, struct ipcx_recv *recv)
{
	return ioctl(fd, IPCX_IOC_RECV, recv);
}

int ipcx_send(int fd, const void *buf, size_t len, unsigned int prio)
{
	struct ipcx_send send = {
		.msg = { .data = ipcx__ptr(buf), .len = ipcx__room(len), .prio = prio },
	};

	if (!prio)
		return write(fd, buf, len) < 0 ? -1 : 0;
	if (len > UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return ipcx_sendmsg(fd, &send);
}

ssize_t ipcx_recv(int fd, void *buf, size_t size)
{
	return read(fd, buf, size);
}

int ipcx_peekmsg(int fd, struct ipcx_peek *peek)
{
	return ioctl(fd, IPCX_IOC_PEEK, peek);
}

ssize_t ipcx_peek_next(int fd, struct ipcx_peek *peek, void *buf, size_t size)
{
	if (peek->seq) {
		peek->after = peek->seq;
		peek->after_prio = peek->msg.prio;
	}
	peek->msg.data = ipcx__ptr(buf);
	peek->msg.len = ipcx__room(size);
	peek->flags |= IPCX_DONTWAIT;
	return ipcx_peekmsg(fd, peek) ? -1 : (ssize_t)peek->msg.len;
}
