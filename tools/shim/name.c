// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names: "/x" is the mailbox x. The errnos are Linux's for the same names.
 */
#include <errno.h>
#include <string.h>

#include "shim.h"

static int check(const char *name)
{
	if (*name != '/')
		return -EINVAL;
	name++;
	if (!*name)
		return -ENOENT;
	if (strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		return -EACCES;
	if (strlen(name) >= IPCX_NAME_SIZE)
		return -ENAMETOOLONG;
	return 0;
}

int shim_name(char field[IPCX_NAME_SIZE], const char *name)
{
	int err = check(name);

	if (err) {
		errno = -err;
		return -1;
	}
	memset(field, 0, IPCX_NAME_SIZE);
	memcpy(field, name + 1, strlen(name + 1));
	return 0;
}
