/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The demonstrations of ipcx demo: one file each, behind one table. What they share: telling what
 * is done, expected and seen; processes that do not outlive the command; memory and queues that do
 * not either.
 */
#ifndef DEMO_H
#define DEMO_H

#include <pthread.h>
#include <stdatomic.h>

#include "cmd.h"

/**
 * struct demo - one claim, and how it is shown
 * @name: as on the command line
 * @claim: what is claimed
 * @ipcx: show it with ipcx; whether all that happened was expected
 * @native: likewise, with what the system has
 */
struct demo {
	const char *name;
	const char *claim;
	bool (*ipcx)(void);
	bool (*native)(void);
};

extern const struct demo demo_race, demo_torn, demo_isolation, demo_pipe, demo_queue_full;
extern const struct demo demo_copies, demo_crossover, demo_crash, demo_server;

/* demo_tell.c: one step of a demonstration is told in this order. */
void tell_does(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void tell_expects(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What happened, and whether it was expected, which is returned */
bool tell_happened(bool expected, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What cannot be shown, and why */
void tell_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What was measured beside; nothing is expected of it. */
void tell_more(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "EAGAIN", as programs and their manuals have it */
const char *errno_name(int error);

/* demo_child.c */
typedef void (*child_fn)(void *arg);

/* Whether this process ends, and so all of them, when one fails or is killed by somebody */
void children_watch(bool watch);
/* Start a process that runs @fn, and dies with this one. */
pid_t child_start(child_fn fn, void *arg);
/* Likewise, but it is to die; child_fate() or child_kill() is due. */
pid_t child_start_doomed(child_fn fn, void *arg);
/* Wait for a process that is to die; returns the signal that it died of, or 0. */
int child_fate(pid_t pid);
/* Kill it first. */
int child_kill(pid_t pid);
/* Wait for processes that are to end by themselves. */
void children_wait(const pid_t *pids, unsigned int count);
/* A pipe that nobody else has, to tell each other how far one is. */
void wire(int fds[2]);
void wire_tell(int fd);
/* Whether the other end tells something within so many milliseconds; -1: for as long as it lives */
bool wire_told(int fd, int timeout);
/* Fails with "@what: @errno". */
_Noreturn void demo_failed(const char *what);

/* demo_keep.c */

/**
 * struct kept - something that has to be removed, in the care of a process that does it when the
 * command has ended, however it did
 * @id: of a System V queue or set of semaphores
 * @path: of a file
 * @error: errno, if it could not be made
 */
struct kept {
	int id;
	char path[256];
	int error;
};

/**
 * keep() - have something made by a process that removes it when this one, and its children, are
 * gone, or keep_end() is called
 * @make: make it; 0 or -1
 * @undo: remove it
 *
 * Return: what was made; NULL with errno if it was not.
 */
struct kept *keep(int (*make)(struct kept *kept), void (*undo)(const struct kept *kept));
void keep_end(void);
/* If this is who was to remove it, but died first, do it. */
void keep_instead(pid_t dead);

/* demo_memory.c: what processes share; no name is left of it */

/* Memory that all who are started from here on have; @what is set to what it is. */
void *memory_share(bool native, size_t size, const char **what);
void memory_unshare(void *memory, bool native, size_t size);
/* A descriptor of shared memory, to map. */
int memory_fd(bool native, size_t size, const char **what);
/* Ordinary memory that children have as well: a notebook of the demonstration itself */
void *notebook(size_t size);
void notebook_close(void *notebook, size_t size);
/* For names of mailboxes that nobody else has */
void demo_mailbox_name(char name[IPCX_NAME_SIZE], const char *what);
void mutex_make(pthread_mutex_t *mutex, bool robust);
/* Wait until so many processes have come here. */
void demo_meet(_Atomic unsigned int *here, unsigned int count);

/* demo_measure.c */

/**
 * struct measured - messages there and back, between two processes on one CPU
 * @mechanism: of ipcx bench
 * @size: bytes of each
 * @ns: nanoseconds of a round trip, making and reading the message included
 */
struct measured {
	const char *mechanism;
	size_t size;
	double ns;
};

void measure_messages(struct measured *all, unsigned int count);

#endif /* DEMO_H */
