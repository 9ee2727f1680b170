/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the checker of interleavings (model.c) share: threads, memory, choices.
 */
#ifndef IPCX_TEST_MODEL_THREAD_H
#define IPCX_TEST_MODEL_THREAD_H

#include <setjmp.h>
#include <ucontext.h>

#include "model.h"

#include "../../tools/lib/ring_internal.h"

#define CAPACITY	256
#define PLACES		48
#define STORES		48
#define THREADS		3

/* What a thread knows: of each place, which store; of each thread, which reading of payload */
struct view {
	uint8_t store[PLACES];
	uint16_t read[THREADS];
};

struct store {
	uint64_t value;
	struct view view;
};

struct place {
	const void *at;		/* NULL: nobody was there */
	unsigned int count;
	struct store store[STORES];
	uint16_t read[THREADS];	/* payload: last reading of each thread that read it */
};

/* A coroutine that stops before each step */
struct thread {
	ucontext_t context;
	char *stack;
	char *top;		/* of what lies on the stack when it begins */
	jmp_buf start;
	/* From here on, zero when a run begins */
	jmp_buf where;
	char *sp;		/* where it has stopped */
	struct view now;
	struct view heard;	/* by relaxed loads, of releases: a fence takes it over */
	struct view fenced;	/* at the last fence: a relaxed store leaves it */
	const void *blocked;	/* on a futex, or a lock */
	const void *failed;	/* place of the last exchange that failed */
	unsigned int holds;	/* bits of enum model_lock */
	bool futex;
	bool moved;
	bool done;
};

enum model_lock {
	LOCK_NONE = 0,
	LOCK_SENDER = 1,
	LOCK_RECEIVER = 2,
};

/* model_memory.c */
extern unsigned char model_mem[];
extern struct place places[PLACES];
extern struct view global;	/* of fences */
struct place *place(const void *p);
uint64_t model_see(struct place *p, unsigned int which, int order);
void model_fence_of(struct thread *t);
void model_memory_begin(void);

/* model_run.c */
extern struct thread threads[THREADS];
extern unsigned int nthreads, me;
extern struct ipcx_ring rings[THREADS];
extern bool modelled;
unsigned int choose(unsigned int of);
void stop_here(void);
void complain(const char *what);
bool breaks(const char *what);

/* model.c: what is played */
struct play {
	const char *name;
	uint32_t kind;
	bool fenced;
	unsigned int senders, receivers;
	unsigned int messages;	/* of each sender */
	size_t len;
	bool batch;
	bool before;		/* sent before the receivers begin */
	bool after;		/* received by the sender that is done last */
};

extern const struct play *play;
extern unsigned int received[THREADS * 8];
void play_part(void);		/* of the thread that runs */
void play_begin(void);

/* model_run.c: plays it, all orders; what is wrong, or NULL */
struct outcome {
	const char *wrong;
	unsigned long states, runs;
	bool all;
};

struct outcome check(const struct play *what, const char *leave_out, unsigned long limit);

#endif
