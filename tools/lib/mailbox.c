// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Mailboxes: opening or making one by name.
 */
#include <fcntl.h>

#include "internal.h"

int ipcx_mailbox(const char *name, int oflag, mode_t mode)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };

	if (oflag & O_CREAT)
		bind.mode = mode;
	return ipcx__open(name, oflag, &bind);
}
