/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of libipcx share. Nothing here leaves the library: the linker map keeps it local.
 */
#ifndef IPCX_INTERNAL_H
#define IPCX_INTERNAL_H

#include <stdint.h>

#include "ipcx.h"

/* A user pointer as the commands of <linux/ipcx.h> carry it. */
static inline __u64 ipcx__ptr(const void *p)
{
	return (__u64)(uintptr_t)p;
}

/* A buffer size as they carry it: no message is longer than 32 bits can say. */
static inline __u32 ipcx__room(size_t size)
{
	return size < UINT32_MAX ? (__u32)size : UINT32_MAX;
}

/* Copies a name into its field: 0, or -1 with errno EINVAL (empty) or ENAMETOOLONG. */
int ipcx__name(char field[IPCX_NAME_SIZE], const char *name);

/* Opens an endpoint and binds it; name, CREATE and EXCL are filled in from the first two. */
int ipcx__open(const char *name, int oflag, struct ipcx_bind *bind);

#endif /* IPCX_INTERNAL_H */
