// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Statistics: what has happened to an object.
 */
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_stats(int fd, struct ipcx_stats *stats)
{
	return ioctl(fd, IPCX_IOC_STATS, stats);
}
