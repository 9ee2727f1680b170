// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Regions: opening or making one by name, and mapping it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "internal.h"

int ipcx_region(const char *name, int oflag, mode_t mode, uint64_t size)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_REGION };

	if (oflag & O_CREAT) {
		bind.mode = mode;
		bind.size = size;
	}
	return ipcx__open(name, oflag, &bind);
}

void *ipcx_map(int fd, int prot, size_t *size)
{
	struct ipcx_stat stat;
	void *addr;

	if (ipcx_stat(fd, &stat))
		return MAP_FAILED;
	if (stat.kind != IPCX_KIND_REGION) {
		errno = EOPNOTSUPP;
		return MAP_FAILED;
	}
	if (stat.size > SIZE_MAX) {
		errno = ENOMEM;
		return MAP_FAILED;
	}

	addr = mmap(NULL, stat.size, prot, MAP_SHARED, fd, 0);
	if (addr != MAP_FAILED && size)
		*size = stat.size;
	return addr;
}

int ipcx_region_notify(int fd)
{
	struct ipcx_region_notify notify;

	return ioctl(fd, IPCX_IOC_REGION_NOTIFY, &notify);
}

int ipcx_region_wait(int fd, uint64_t *seen, uint64_t deadline)
{
	struct ipcx_region_wait wait = { .seen = *seen, .deadline = deadline };

	if (ioctl(fd, IPCX_IOC_REGION_WAIT, &wait))
		return -1;
	*seen = wait.seen;
	return 0;
}
