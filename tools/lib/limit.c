// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Limits: those of a mailbox, and what users and namespaces have.
 */
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_limit(int fd, const struct ipcx_limit *limit)
{
	return ioctl(fd, IPCX_IOC_LIMIT, limit);
}

int ipcx_usage(int fd, struct ipcx_usage *usage)
{
	return ioctl(fd, IPCX_IOC_USAGE, usage);
}
