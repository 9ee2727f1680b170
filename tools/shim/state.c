// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * State: asking the module about the mailbox behind a descriptor.
 */
#include <errno.h>

#include "shim.h"

int shim_stat(mqd_t mqd, struct ipcx_stat *stat)
{
	if (ipcx_stat(mqd, stat))
		return shim_error();
	if (stat->kind != IPCX_KIND_MAILBOX) {
		errno = EBADF;
		return -1;
	}
	return 0;
}
