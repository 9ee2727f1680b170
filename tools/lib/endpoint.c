// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Endpoints: opening the device, binding, asking what is bound, removing a name.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

static void close_quietly(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
}

int ipcx__name(char field[IPCX_NAME_SIZE], const char *name)
{
	size_t len = strnlen(name, IPCX_NAME_SIZE);

	/* The kernel takes an empty name for an anonymous object, which is not what "" means. */
	if (!len) {
		errno = EINVAL;
		return -1;
	}
	if (len == IPCX_NAME_SIZE) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memset(field, 0, IPCX_NAME_SIZE);
	memcpy(field, name, len);
	return 0;
}

int ipcx__open(const char *name, int oflag, struct ipcx_bind *bind)
{
	int fd;

	if (name && ipcx__name(bind->name, name))
		return -1;
	if (oflag & O_CREAT)
		bind->flags |= IPCX_BIND_CREATE;
	if (oflag & O_EXCL)
		bind->flags |= IPCX_BIND_EXCL;

	fd = ipcx_endpoint(oflag & ~(O_CREAT | O_EXCL));
	if (fd < 0)
		return -1;
	if (ipcx_bind(fd, bind)) {
		close_quietly(fd);
		return -1;
	}
	return fd;
}

int ipcx_endpoint(int oflag)
{
	int fd;

	/* O_CREAT above all: without the module it would leave a file in the device's place. */
	if ((oflag & O_ACCMODE) == O_ACCMODE || (oflag & ~(O_ACCMODE | O_NONBLOCK | O_CLOEXEC))) {
		errno = EINVAL;
		return -1;
	}

	fd = open(IPCX_DEVICE, oflag);
	/* ENOENT is kept for names, so that the caller can tell one from the other. */
	if (fd < 0 && (errno == ENOENT || errno == ENXIO))
		errno = ENODEV;
	return fd;
}

int ipcx_bind(int fd, const struct ipcx_bind *bind)
{
	return ioctl(fd, IPCX_IOC_BIND, bind);
}

int ipcx_unlink(const char *name)
{
	struct ipcx_unlink unlink = { .flags = 0 };
	int fd, ret;

	if (ipcx__name(unlink.name, name))
		return -1;
	fd = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = ioctl(fd, IPCX_IOC_UNLINK, &unlink);
	close_quietly(fd);
	return ret;
}

int ipcx_stat(int fd, struct ipcx_stat *stat)
{
	return ioctl(fd, IPCX_IOC_STAT, stat);
}

int ipcx_info(int fd, struct ipcx_info *info)
{
	return ioctl(fd, IPCX_IOC_INFO, info);
}

int ipcx_reopen(int fd, int oflag)
{
	struct ipcx_reopen reopen = { .flags = 0 };

	if (oflag & ~O_ACCMODE || (oflag & O_ACCMODE) == O_ACCMODE) {
		errno = EINVAL;
		return -1;
	}
	if (oflag != O_WRONLY)
		reopen.flags |= IPCX_REOPEN_READ;
	if (oflag != O_RDONLY)
		reopen.flags |= IPCX_REOPEN_WRITE;
	return ioctl(fd, IPCX_IOC_REOPEN, &reopen);
}
