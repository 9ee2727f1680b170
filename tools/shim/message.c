// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages: mq_send(), mq_receive() and their timed variants.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "shim.h"

static int send_until(mqd_t mqd, const char *msg, size_t len, unsigned int prio,
		      const struct timespec *abs)
{
	struct timeout timeout = timeout_until(abs);
	struct ipcx_send send = {
		.msg = {
			.data = (__u64)(uintptr_t)msg,
			.len = len < UINT32_MAX ? (__u32)len : UINT32_MAX,
			.prio = prio,
		},
		.deadline = timeout.deadline,
		.flags = timeout.flags,
	};

	if (ipcx_sendmsg(mqd, &send))
		return timeout_error(&timeout, mqd);
	return 0;
}

int mq_send(mqd_t mqd, const char *msg, size_t len, unsigned int prio)
{
	return send_until(mqd, msg, len, prio, NULL);
}

int mq_timedsend(mqd_t mqd, const char *msg, size_t len, unsigned int prio,
		 const struct timespec *abs)
{
	return send_until(mqd, msg, len, prio, abs);
}

static int too_short(mqd_t mqd)
{
	int flags = fcntl(mqd, F_GETFL);

	/* Not to be received from at all is the greater mistake. */
	errno = flags < 0 || (flags & O_ACCMODE) == O_WRONLY ? EBADF : EMSGSIZE;
	return -1;
}

static ssize_t receive_until(mqd_t mqd, char *msg, size_t len, unsigned int *prio,
			     const struct timespec *abs)
{
	struct timeout timeout = timeout_until(abs);
	struct ipcx_recv recv = {
		.msg = {
			.data = (__u64)(uintptr_t)msg,
			.len = len < UINT32_MAX ? (__u32)len : UINT32_MAX,
		},
		.deadline = timeout.deadline,
		.flags = timeout.flags,
	};
	int64_t size = size_of(mqd);
	int fds[IPCX_FDS_MAX];

	if (size < 0)
		return -1;
	if (len < (uint64_t)size)
		return too_short(mqd);
	/* A sender that is no queue's may send them, and must not stop the queue with them. */
	recv.msg.fds = (__u64)(uintptr_t)fds;
	recv.msg.nfds = IPCX_FDS_MAX;
	if (ipcx_recvmsg(mqd, &recv))
		return timeout_error(&timeout, mqd);
	for (__u32 i = 0; i < recv.msg.nfds; i++)
		close(fds[i]);
	if (prio)
		*prio = recv.msg.prio;
	return recv.msg.len;
}

ssize_t mq_receive(mqd_t mqd, char *msg, size_t len, unsigned int *prio)
{
	return receive_until(mqd, msg, len, prio, NULL);
}

ssize_t mq_timedreceive(mqd_t mqd, char *restrict msg, size_t len, unsigned int *restrict prio,
			const struct timespec *restrict abs)
{
	return receive_until(mqd, msg, len, prio, abs);
}
