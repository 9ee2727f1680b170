// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Batches: many messages in one system call.
 */
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_sendmmsg(int fd, const struct ipcx_send_batch *batch)
{
	return ioctl(fd, IPCX_IOC_SEND_BATCH, batch);
}

int ipcx_recvmmsg(int fd, const struct ipcx_recv_batch *batch)
{
	return ioctl(fd, IPCX_IOC_RECV_BATCH, batch);
}

int ipcx_send_batch(int fd, const struct ipcx_msg *msgs, unsigned int count)
{
	const struct ipcx_send_batch batch = { .msgs = ipcx__ptr(msgs), .count = count };

	return ipcx_sendmmsg(fd, &batch);
}

int ipcx_recv_batch(int fd, struct ipcx_received *msgs, unsigned int count)
{
	const struct ipcx_recv_batch batch = { .msgs = ipcx__ptr(msgs), .count = count };

	return ipcx_recvmmsg(fd, &batch);
}
