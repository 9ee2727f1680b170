/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Being another user for a while, in a network namespace of one's own, whose limits can be set.
 */
#ifndef _IPCX_USERS_H
#define _IPCX_USERS_H

#include <sys/stat.h>

#include "harness.h"

enum { ALICE = 1000, BOB = 2000 };

/* From now on, until another call: that user; but for root without capabilities */
static inline void become(uid_t uid)
{
	if (seteuid(0) || seteuid(uid))
		abort();
}

static inline int set_limit(const char *name, const char *value)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipcx/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static inline struct ipcx_usage usage_of(int fd)
{
	struct ipcx_usage usage = { .user.objects = 0 };

	if (command(fd, IPCX_IOC_USAGE, &usage))
		abort();
	return usage;
}

/* Tells what that user's messages count, who is root now and then, too. */
static inline uint64_t bytes_of(int fd, uid_t uid)
{
	struct ipcx_usage usage;

	become(uid);
	usage = usage_of(fd);
	become(0);
	return usage.user.bytes;
}

static inline int put_as(uid_t uid, int fd, uint64_t type, size_t len, uint32_t flags)
{
	int err;

	become(uid);
	err = put(fd, type, len, flags);
	become(0);
	return err;
}

/* A child that is that user, sends one message and waits for room, as the @nth. */
static inline int waiting_sender(struct child *child, uid_t uid, int fd, uint64_t type, size_t len,
				 unsigned int nth)
{
	if (child_start(child)) {
		become(uid);
		child_done(child, put(fd, type, len, 0));
	}
	return await_senders(fd, nth);
}

FIXTURE(namespace)
{
	int fd;
};

FIXTURE_SETUP(namespace)
{
	if (geteuid() || unshare(CLONE_NEWNET))
		SKIP(return, "needs root");
	umask(0);
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(namespace)
{
	close(self->fd);
}

#endif
