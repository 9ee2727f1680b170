// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Attributes: mq_getattr() and mq_setattr().
 */
#include <errno.h>
#include <fcntl.h>

#include "shim.h"

int mq_getattr(mqd_t mqd, struct mq_attr *attr)
{
	struct ipcx_stat stat;
	int flags;

	if (shim_stat(mqd, &stat))
		return -1;
	flags = fcntl(mqd, F_GETFL);
	if (flags < 0)
		return -1;
	*attr = (struct mq_attr) {
		.mq_flags = flags & O_NONBLOCK,
		.mq_maxmsg = stat.max_msgs,
		.mq_msgsize = stat.max_msg_size,
		.mq_curmsgs = stat.msgs,
	};
	return 0;
}

int mq_setattr(mqd_t mqd, const struct mq_attr *restrict attr, struct mq_attr *restrict old)
{
	struct mq_attr now;
	int flags;

	if (attr->mq_flags & ~(long)O_NONBLOCK) {
		errno = EINVAL;
		return -1;
	}
	if (mq_getattr(mqd, &now))
		return -1;
	flags = fcntl(mqd, F_GETFL);
	if (flags < 0 || fcntl(mqd, F_SETFL, (flags & ~O_NONBLOCK) | (int)attr->mq_flags))
		return -1;
	if (old)
		*old = now;
	return 0;
}
