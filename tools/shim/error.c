// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Errnos: those of ipcx that POSIX does not have for queues.
 */
#include <errno.h>

#include "shim.h"

int shim_error(void)
{
	switch (errno) {
	case ENOTTY:
	case ENOTCONN:
	case EOPNOTSUPP:
		errno = EBADF;	/* an open descriptor, but no queue */
		break;
	case ENODEV:
		errno = ENOSYS;	/* the module is not loaded */
		break;
	case EPROTOTYPE:
		errno = EACCES;	/* the name is a region's */
		break;
	case EPERM:
		errno = EACCES;
		break;
	}
	return -1;
}
