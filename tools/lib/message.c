// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages: sending and receiving one.
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

	if (len > UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return ipcx_sendmsg(fd, &send);
}

ssize_t ipcx_recv(int fd, void *buf, size_t size)
{
	int fds[IPCX_FDS_MAX];
	struct ipcx_recv recv = {
		.msg = {
			.data = ipcx__ptr(buf),
			.len = ipcx__room(size),
			.fds = ipcx__ptr(fds),
			.nfds = IPCX_FDS_MAX,
		},
	};

	if (ipcx_recvmsg(fd, &recv))
		return -1;
	while (recv.msg.nfds)
		close(fds[--recv.msg.nfds]);
	return recv.msg.len;
}
