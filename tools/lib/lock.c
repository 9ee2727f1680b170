// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Locks in shared memory that survive the death of their holders.
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"
#include "ipcx_lock.h"

static int result(int err)
{
	if (!err)
		return 0;
	errno = err;
	return -1;
}

static struct timespec time_of(uint64_t ns)
{
	return (struct timespec) {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};
}

int ipcx_lock_init(struct ipcx_lock *lock)
{
	pthread_mutexattr_t attr;
	int err = pthread_mutexattr_init(&attr);

	if (err)
		return result(err);
	err = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (!err)
		err = pthread_mutex_init(&lock->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	return result(err);
}

int ipcx_lock(struct ipcx_lock *lock, uint64_t deadline)
{
	struct timespec until = time_of(deadline);

	if (!deadline)
		return result(pthread_mutex_lock(&lock->mutex));
	return result(pthread_mutex_clocklock(&lock->mutex, CLOCK_MONOTONIC, &until));
}

int ipcx_trylock(struct ipcx_lock *lock)
{
	return result(pthread_mutex_trylock(&lock->mutex));
}

int ipcx_unlock(struct ipcx_lock *lock)
{
	return result(pthread_mutex_unlock(&lock->mutex));
}

int ipcx_lock_repaired(struct ipcx_lock *lock)
{
	return result(pthread_mutex_consistent(&lock->mutex));
}

static _Atomic uint32_t *count_of(struct ipcx_news *news)
{
	return (_Atomic uint32_t *)&news->count;
}

int ipcx_news_wait(struct ipcx_news *news, struct ipcx_lock *lock, uint64_t deadline)
{
	/* The count does not change while the lock is held; if it has when we sleep, we do not. */
	uint32_t seen = atomic_load_explicit(count_of(news), memory_order_relaxed);
	struct timespec until = time_of(deadline);
	int err = 0;

	if (ipcx_unlock(lock))
		return -1;
	/* With a bit set, the time is absolute, and CLOCK_MONOTONIC. */
	if (syscall(SYS_futex, &news->count, FUTEX_WAIT_BITSET, seen, deadline ? &until : NULL,
		    NULL, FUTEX_BITSET_MATCH_ANY) && errno == ETIMEDOUT)
		err = ETIMEDOUT;
	if (ipcx_lock(lock, 0))
		return -1;
	return result(err);
}

int ipcx_news_tell(struct ipcx_news *news)
{
	atomic_fetch_add_explicit(count_of(news), 1, memory_order_relaxed);
	return syscall(SYS_futex, &news->count, FUTEX_WAKE, INT_MAX, NULL, NULL, 0) < 0 ? -1 : 0;
}
