/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What outlives the processes that made it: files, queues, System V's objects.
 *
 * A process of its own, the keeper, removes what is left of them when all others of the comparison
 * have ended, even if they were killed. So it is told what they are called before they are made: a
 * system call that makes one is done before its caller dies of a signal, and tells nobody.
 */
#ifndef BENCH_KEEPER_H
#define BENCH_KEEPER_H

#include <sys/types.h>

/** enum kept_kind - what is kept, which tells how it is removed */
enum kept_kind {
	KEPT_NOTHING,
	KEPT_SYSV_MSG,
	KEPT_SYSV_SEM,
	KEPT_SYSV_SHM,
	KEPT_POSIX_MQ,
	KEPT_POSIX_SHM,
	KEPT_ALONE_IN_DIRECTORY,	/* a file, whose directory goes with it */
};

struct kept;

/**
 * keeper_start() - make the process; before any channel is opened
 *
 * Without it nothing is kept.
 *
 * Return: 0, or -1 with errno set.
 */
int keeper_start(void);

/**
 * keep_name() - keep what is about to be made by name
 * @kind: not one of System V's
 * @name: at most 299 bytes
 *
 * Return: for keep_no_more(), once it is removed or could not be made; NULL if there is no keeper.
 */
struct kept *keep_name(enum kept_kind kind, const char *name);

/**
 * keep_key() - keep what System V is about to make
 * @kind: one of System V's
 * @key: set to a key for it that nobody has; to IPC_PRIVATE if there is no keeper
 *
 * Return: as keep_name()
 */
struct kept *keep_key(enum kept_kind kind, key_t *key);

/**
 * keeper_serial() - a number that no process of this comparison has got, nor likely of another
 */
unsigned int keeper_serial(void);

/** keep_no_more() - @kept is no more; NULL is ignored */
void keep_no_more(struct kept *kept);

#endif /* BENCH_KEEPER_H */
