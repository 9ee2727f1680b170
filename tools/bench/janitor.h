/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What outlives the processes that made it: files, queues, System V's objects.
 *
 * A process of its own, the janitor, removes what is left of them when all others of the comparison
 * have ended, even if they were killed. So it is told what they are called before they are made: a
 * system call that makes one is done before its caller dies of a signal, and tells nobody.
 */
#ifndef BENCH_JANITOR_H
#define BENCH_JANITOR_H

#include <sys/types.h>

/** enum chore_kind - what there is to remove */
enum chore_kind {
	CHORE_NOTHING,
	CHORE_SYSV_MSG,
	CHORE_SYSV_SEM,
	CHORE_SYSV_SHM,
	CHORE_POSIX_MQ,
	CHORE_POSIX_SHM,
	CHORE_ALONE_IN_DIRECTORY,	/* a file, whose directory goes with it */
};

struct chore;

/**
 * janitor_start() - make the process, if there is none yet; before any channel is opened
 *
 * Return: 0, or -1 with errno set.
 */
int janitor_start(void);

/**
 * janitor_name() - tell of what is about to be made by name
 * @kind: not one of System V's
 * @name: at most 299 bytes
 *
 * Return: for janitor_done(), once it is removed or could not be made; NULL if there is no janitor.
 */
struct chore *janitor_name(enum chore_kind kind, const char *name);

/**
 * janitor_key() - tell of what System V is about to make
 * @kind: one of System V's
 * @key: set to a key for it that nobody has; to IPC_PRIVATE if there is no janitor
 *
 * Return: as janitor_name()
 */
struct chore *janitor_key(enum chore_kind kind, key_t *key);

/**
 * janitor_serial() - a number that no process of this comparison has got, nor likely of another
 */
unsigned int janitor_serial(void);

/** janitor_done() - @chore is done; NULL is ignored */
void janitor_done(struct chore *chore);

#endif /* BENCH_JANITOR_H */
