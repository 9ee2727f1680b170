/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks for memory that processes share: the C library's robust mutex, which survives the death of
 * its holder, and news that can be waited for under it. They are placed in the memory, a region for
 * instance, and made there once.
 *
 * When a holder dies, what the lock protects may be half changed. So:
 *
 *	switch (ipcx_lock(lock, deadline) ? errno : 0) {
 *	case EOWNERDEAD:	// you hold it, and you alone have been told
 *		repair();
 *		ipcx_lock_repaired(lock);
 *		break;		// go on as if nothing had been
 *	case ENOTRECOVERABLE:	// somebody was told, and unlocked it without having repaired
 *	...
 *	}
 *
 * Whoever is told and dies before ipcx_lock_repaired() leaves that to the next, who is told again.
 */
#ifndef IPCX_LOCK_H
#define IPCX_LOCK_H

#include <pthread.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct ipcx_lock - a lock in shared memory
 * @mutex: the library's alone
 */
struct ipcx_lock {
	pthread_mutex_t mutex;
};

/**
 * struct ipcx_news - what can be waited for under a lock, in shared memory; zero is a new one
 * @count: the library's alone
 *
 * It is no condition variable of the C library: one of those counts who is in it, and a waiter that
 * is killed can leave it so that whoever signals waits for the dead.
 */
struct ipcx_news {
	uint32_t count;
};

/**
 * ipcx_lock_init() - make a lock, before anybody uses it
 * @lock: in memory that is mapped shared
 *
 * Return: 0 or -1.
 */
int ipcx_lock_init(struct ipcx_lock *lock);

/**
 * ipcx_lock() - take a lock
 * @lock: lock
 * @deadline: CLOCK_MONOTONIC nanoseconds, or 0 to wait for ever
 *
 * Return: 0, or -1: EOWNERDEAD if the holder died, and the caller has the lock now; ENOTRECOVERABLE
 * if it cannot be had any more; ETIMEDOUT.
 */
int ipcx_lock(struct ipcx_lock *lock, uint64_t deadline);

/** ipcx_trylock() - ipcx_lock() without waiting; also EBUSY */
int ipcx_trylock(struct ipcx_lock *lock);

/** ipcx_unlock() - give a lock back; after EOWNERDEAD, without ipcx_lock_repaired(), for good */
int ipcx_unlock(struct ipcx_lock *lock);

/** ipcx_lock_repaired() - after EOWNERDEAD: what the lock protects is as it should be again */
int ipcx_lock_repaired(struct ipcx_lock *lock);

/**
 * ipcx_news_wait() - give a lock back, wait for news, take the lock
 * @news: news
 * @lock: held by the caller, who has found that what he wants is not so yet
 * @deadline: as ipcx_lock(); the lock is then waited for beyond it
 *
 * It may return without news, too: look again.
 *
 * Return: 0, or -1: ETIMEDOUT, with the lock held; what ipcx_lock() says.
 */
int ipcx_news_wait(struct ipcx_news *news, struct ipcx_lock *lock, uint64_t deadline);

/**
 * ipcx_news_tell() - wake all who wait
 * @news: news
 *
 * All, because one that was woken alone may have been killed since. The caller holds the lock under
 * which it has changed what is waited for.
 *
 * Return: 0 or -1.
 */
int ipcx_news_tell(struct ipcx_news *news);

#ifdef __cplusplus
}
#endif

#endif /* IPCX_LOCK_H */
