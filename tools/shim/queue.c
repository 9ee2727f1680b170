// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Queues: mq_open(), mq_close() and mq_unlink().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim.h"

/* What Linux takes where there are no attributes */
#define DEFAULT_MSGS		10
#define DEFAULT_MSG_SIZE	8192

static void close_quietly(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
}

/* 0 with the limits filled in, or the negative errno that such a queue cannot be made for */
static int set_limits(int fd, struct ipcx_bind *bind, const struct mq_attr *attr)
{
	long msgs = attr ? attr->mq_maxmsg : DEFAULT_MSGS;
	long size = attr ? attr->mq_msgsize : DEFAULT_MSG_SIZE;
	struct ipcx_info info;

	if (ipcx_info(fd, &info))
		return -errno;
	if (msgs <= 0 || size <= 0 || msgs > info.max_msgs || size > info.max_msg_size)
		return -EINVAL;
	if ((uint64_t)msgs * (uint64_t)size > info.max_bytes)
		return -ENOSPC;
	bind->max_msgs = (__u32)msgs;
	bind->max_msg_size = (__u32)size;
	bind->max_bytes = (uint64_t)msgs * (uint64_t)size;
	return 0;
}

/* Attributes that cannot be had matter only if there is no such queue. */
static int bind_existing(int fd, const struct ipcx_bind *bind, bool excl, int err)
{
	int ret = ipcx_bind(fd, bind);

	if (ret && errno == ENOENT)
		errno = -err;
	else if (excl)
		errno = EEXIST;
	else
		return ret;
	return -1;
}

static int bind_queue(int fd, const char *name, int oflag, mode_t mode, const struct mq_attr *attr)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	int err;

	if (shim_name(bind.name, name))
		return -1;
	if (!(oflag & O_CREAT))
		return ipcx_bind(fd, &bind);
	err = set_limits(fd, &bind, attr);
	if (err)
		return bind_existing(fd, &bind, oflag & O_EXCL, err);
	bind.mode = mode & 0666;
	bind.flags = IPCX_BIND_CREATE | IPCX_BIND_PERSIST | IPCX_BIND_MANY_PRIOS;
	if (oflag & O_EXCL)
		bind.flags |= IPCX_BIND_EXCL;
	return ipcx_bind(fd, &bind);
}

static mqd_t open_queue(const char *name, int oflag, mode_t mode, const struct mq_attr *attr)
{
	int fd;

	fd = ipcx_endpoint((oflag & (O_ACCMODE | O_NONBLOCK)) | O_CLOEXEC);
	if (fd < 0)
		return shim_error();
	if (bind_queue(fd, name, oflag, mode, attr)) {
		close_quietly(fd);
		/* As of a user who has reached RLIMIT_MSGQUEUE. */
		if (errno == EDQUOT)
			errno = EMFILE;
		return shim_error();
	}
	/* Of whatever had the number before. */
	size_forget(fd);
	if (size_of(fd) < 0) {
		close_quietly(fd);
		return -1;
	}
	return fd;
}

mqd_t mq_open(const char *name, int oflag, ...)
{
	const struct mq_attr *attr = NULL;
	mode_t mode = 0;
	va_list args;

	if (oflag & O_CREAT) {
		va_start(args, oflag);
		mode = va_arg(args, mode_t);
		attr = va_arg(args, const struct mq_attr *);
		va_end(args);
	}
	return open_queue(name, oflag, mode, attr);
}

mqd_t __mq_open_2(const char *name, int oflag)
{
	if (oflag & O_CREAT)
		abort();
	return open_queue(name, oflag, 0, NULL);
}

int mq_close(mqd_t mqd)
{
	watcher_end_by(mqd);
	size_forget(mqd);
	return close(mqd);
}

int mq_unlink(const char *name)
{
	struct ipcx_unlink unlink = { .flags = IPCX_UNLINK_KEEP };
	int fd, ret;

	if (shim_name(unlink.name, name))
		return -1;
	fd = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return shim_error();
	ret = ioctl(fd, IPCX_IOC_UNLINK, &unlink);
	close_quietly(fd);
	return ret ? shim_error() : 0;
}
