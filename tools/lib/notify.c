// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Notices: being told of messages without waiting for them.
 */
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_notify(int fd, const struct ipcx_notify *notify)
{
	static const struct ipcx_notify remove = { .kind = IPCX_NOTIFY_REMOVE };

	return ioctl(fd, IPCX_IOC_NOTIFY, notify ? notify : &remove);
}
