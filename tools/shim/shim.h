/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of libipcx-mqueue.so share. A queue is a persistent mailbox, its descriptor an
 * endpoint, its name that of the mailbox behind a "/".
 */
#ifndef SHIM_H
#define SHIM_H

#include <mqueue.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include <ipcx.h>

/* error.c: sets errno to what POSIX has for an errno of ipcx; always -1 */
int shim_error(void);

/* name.c: the mailbox's name for a queue's, or -1 */
int shim_name(char field[IPCX_NAME_SIZE], const char *name);

/* size.c: longest message of a queue: remembered, so that a receive is one system call */
void size_set(mqd_t mqd, uint32_t size);
void size_forget(mqd_t mqd);
/* 0 if it is not known */
uint32_t size_known(mqd_t mqd);
/* Asks if it must: -1 if @mqd is no queue */
int64_t size_of(mqd_t mqd);

/* state.c: state of the mailbox, or -1 if @mqd is no queue */
int shim_stat(mqd_t mqd, struct ipcx_stat *stat);

/* timeout.c */
struct timeout {
	uint64_t deadline;
	uint32_t flags;
	bool invalid;	/* which matters if there is something to wait for */
};

struct timeout timeout_until(const struct timespec *abs);
/* After a failure with errno: -1, with the errno that an invalid timeout makes of it */
int timeout_error(const struct timeout *timeout, mqd_t mqd);

/* watcher.c: threads that wait to run a function */
int watcher_start(mqd_t mqd, uint64_t mailbox, const struct sigevent *event);
void watcher_end_of(uint64_t mailbox);
void watcher_end_by(mqd_t mqd);

/* read.c */
ssize_t shim_real_read(int fd, void *buf, size_t size);

/* What fortified callers call, and what the C library then has for them */
mqd_t __mq_open_2(const char *name, int oflag);
ssize_t __read_chk(int fd, void *buf, size_t size, size_t room);
_Noreturn void __chk_fail(void);

#endif /* SHIM_H */
