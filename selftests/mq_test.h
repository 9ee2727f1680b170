/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of POSIX message queues share. They use <mqueue.h> and know nothing of ipcx: they
 * run on the kernel's queues, and on ipcx with the library that takes those calls, with the same
 * expectations. Functions return what is asked for, or a negative errno.
 */
#ifndef _IPCX_MQ_TEST_H
#define _IPCX_MQ_TEST_H

#include <mqueue.h>
#include <sys/stat.h>
#include <time.h>

#include "harness.h"

#define MSGS	4
#define SIZE	64

static inline int mq_new(const char *name, int oflag, long msgs, long size)
{
	struct mq_attr attr = { .mq_maxmsg = msgs, .mq_msgsize = size };
	mqd_t mqd = mq_open(name, oflag, 0600, &attr);

	return mqd < 0 ? -errno : mqd;
}

static inline int mq_old(const char *name, int oflag)
{
	mqd_t mqd = mq_open(name, oflag);

	return mqd < 0 ? -errno : mqd;
}

static inline int mq_gone(const char *name)
{
	return mq_unlink(name) ? -errno : 0;
}

static inline int mq_put(mqd_t mqd, const char *text, unsigned int prio)
{
	return mq_send(mqd, text, strlen(text), prio) ? -errno : 0;
}

/* A message of one byte: that, or a negative errno */
static inline int mq_get(mqd_t mqd)
{
	char buf[SIZE];
	ssize_t len = mq_receive(mqd, buf, sizeof(buf), NULL);

	if (len < 0)
		return -errno;
	return len == 1 ? buf[0] : -EBADMSG;
}

static inline struct timespec realtime_after(int64_t ms)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * (int64_t)MSEC;
	if (time.tv_nsec >= (int64_t)SEC) {
		time.tv_sec++;
		time.tv_nsec -= (int64_t)SEC;
	} else if (time.tv_nsec < 0) {
		time.tv_sec--;
		time.tv_nsec += (int64_t)SEC;
	}
	return time;
}

static inline int mq_get_until(mqd_t mqd, struct timespec time)
{
	char buf[SIZE];
	ssize_t len = mq_timedreceive(mqd, buf, sizeof(buf), NULL, &time);

	if (len < 0)
		return -errno;
	return len == 1 ? buf[0] : -EBADMSG;
}

static inline int mq_put_until(mqd_t mqd, struct timespec time)
{
	return mq_timedsend(mqd, "t", 1, 0, &time) ? -errno : 0;
}

static inline long mq_count(mqd_t mqd)
{
	struct mq_attr attr;

	return mq_getattr(mqd, &attr) ? -errno : attr.mq_curmsgs;
}

static inline int mq_nonblock(mqd_t mqd, long flags)
{
	struct mq_attr attr = { .mq_flags = flags };

	return mq_setattr(mqd, &attr, NULL) ? -errno : 0;
}

FIXTURE(queue)
{
	char name[64];
	mqd_t mqd;
};

FIXTURE_SETUP(queue)
{
	snprintf(self->name, sizeof(self->name), "/test-mq-%d", getpid());
	self->mqd = mq_new(self->name, O_CREAT | O_EXCL | O_RDWR, MSGS, SIZE);
	ASSERT_GE(self->mqd, 0);
}

FIXTURE_TEARDOWN(queue)
{
	mq_close(self->mqd);
	mq_unlink(self->name);
}

#endif
