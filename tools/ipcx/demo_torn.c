// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo torn: a reader sees half of what is being written. */
#include <sched.h>

#include "demo.h"

#define TORN_WORDS	64u
#define TORN_READS	4000u	/* of a round, or more */
#define TORN_WRITES	1000u	/* likewise, while there is reading */
#define TORN_PAUSE	16u	/* of so many writes, one has a pause; of reads likewise */
#define TORN_YIELDS	200u	/* most times to give the CPU away in it */
#define TORN_ROUNDS	50u
#define TORN_AGAIN	10000000u	/* times that a reader is patient */

/*
 * struct torn - what writer and reader share
 * @here: who has started
 * @over: the reader has read enough
 * @writes: records written so far
 * @looks: times that the reader has looked at all of the record
 * @sequence: odd while somebody writes
 * @mutex: who has it reads or writes
 * @record: all words the same, once it is written
 * @reads: records read
 * @torn: of these, records that had two kinds of words
 * @again: times that the reader had to read again
 */
struct torn {
	_Atomic unsigned int here;
	_Atomic bool over;
	_Atomic unsigned int writes;
	_Atomic unsigned int looks;
	_Atomic unsigned int sequence;
	pthread_mutex_t mutex;
	_Atomic unsigned int record[TORN_WORDS];
	unsigned int reads;
	unsigned int torn;
	unsigned int again;
	const struct torn_way *way;
};

struct torn_way {
	void (*write)(struct torn *t, unsigned int value);
	bool (*read)(struct torn *t);
};

/*
 * Gives the CPU away until the reader has looked from the first word to the last, for certain also
 * on one CPU; but not for ever, as he may have to wait for us.
 */
static void let_look(struct torn *t)
{
	unsigned int before = atomic_load(&t->looks);

	for (unsigned int i = 0; i < TORN_YIELDS && atomic_load(&t->looks) - before < 2; i++)
		sched_yield();
}

/* Every so many have a pause in the middle. */
static void record_write(struct torn *t, unsigned int value)
{
	for (unsigned int i = 0; i < TORN_WORDS; i++) {
		if (i == TORN_WORDS / 2 && value % TORN_PAUSE == 0)
			let_look(t);
		atomic_store_explicit(&t->record[i], value, memory_order_relaxed);
	}
}

/* Whether all of it was written at once */
static bool record_read(struct torn *t)
{
	unsigned int first = atomic_load_explicit(&t->record[0], memory_order_relaxed);
	bool same = true;

	for (unsigned int i = 1; i < TORN_WORDS; i++)
		same &= atomic_load_explicit(&t->record[i], memory_order_relaxed) == first;
	atomic_fetch_add(&t->looks, 1);
	return same;
}

static const struct torn_way unprotected = { record_write, record_read };

/*
 * The words must not be seen before the odd number is, nor the even one before the words: the
 * fence orders the first, the release the second.
 */
static void seqlock_write(struct torn *t, unsigned int value)
{
	unsigned int seq = atomic_load_explicit(&t->sequence, memory_order_relaxed);

	atomic_store_explicit(&t->sequence, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	record_write(t, value);
	atomic_store_explicit(&t->sequence, seq + 2, memory_order_release);
}

/* The acquire pairs with the writer's release, the fence with his fence. */
static bool seqlock_read(struct torn *t)
{
	for (;;) {
		unsigned int seq = atomic_load_explicit(&t->sequence, memory_order_acquire);
		bool same = record_read(t);

		atomic_thread_fence(memory_order_acquire);
		if (!(seq & 1) &&
		    atomic_load_explicit(&t->sequence, memory_order_relaxed) == seq)
			return same;
		if (++t->again > TORN_AGAIN)
			fail(STATUS_FAILED, "the writer leaves the reader of the seqlock no time");
		sched_yield();
	}
}

static const struct torn_way seqlock = { seqlock_write, seqlock_read };

static void mutex_write(struct torn *t, unsigned int value)
{
	pthread_mutex_lock(&t->mutex);
	record_write(t, value);
	pthread_mutex_unlock(&t->mutex);
}

static bool mutex_read(struct torn *t)
{
	bool same;

	pthread_mutex_lock(&t->mutex);
	same = record_read(t);
	pthread_mutex_unlock(&t->mutex);
	return same;
}

static const struct torn_way mutex = { mutex_write, mutex_read };

static void writer(void *arg)
{
	struct torn *t = arg;

	demo_meet(&t->here, 2);
	/* Between two writes, there is time to read: a seqlock is for writers who leave some. */
	for (unsigned int value = 1; !atomic_load(&t->over); value++) {
		t->way->write(t, value);
		atomic_store(&t->writes, value);
		sched_yield();
	}
}

static void reader(void *arg)
{
	struct torn *t = arg;

	demo_meet(&t->here, 2);
	/* What nobody writes meanwhile is not torn, whatever is done about it. */
	while (t->reads < TORN_READS || atomic_load(&t->writes) < TORN_WRITES) {
		if (t->reads++ % TORN_PAUSE == 0)
			sched_yield();
		t->torn += !t->way->read(t);
	}
	atomic_store(&t->over, true);
}

static void torn_run(struct torn *t, const struct torn_way *way)
{
	pid_t pids[2];

	t->here = 0;
	t->over = false;
	t->writes = 0;
	t->reads = 0;
	t->torn = 0;
	t->again = 0;
	t->way = way;
	pids[0] = child_start(writer, t);
	pids[1] = child_start(reader, t);
	children_wait(pids, 2);
}

static bool torn_unprotected(struct torn *t, const char *what)
{
	unsigned int round = 0;

	tell_does("one process writes a record of %u equal words into %s, again and again with "
		  "another word; in the middle of one in %u, it gives the CPU away until the other "
		  "has looked; another process reads it meanwhile, %u times or more", TORN_WORDS,
		  what, TORN_PAUSE, TORN_READS);
	tell_expects("some records that the reader sees have old words and new ones");
	do
		torn_run(t, &unprotected);
	while (!t->torn && ++round < TORN_ROUNDS);
	if (t->torn)
		return tell_happened(true, "%u of %u records were torn, in round %u of at most %u",
				     t->torn, t->reads, round + 1, TORN_ROUNDS);
	return tell_happened(false, "none was torn in %u rounds", TORN_ROUNDS);
}

static bool show_torn(bool native)
{
	const char *what;
	struct torn *t = memory_share(native, sizeof(*t), &what);
	bool expected;

	mutex_make(&t->mutex, false);
	expected = torn_unprotected(t, what);

	tell_does("the same with a seqlock: the writer makes a number odd before it writes, and "
		  "even afterwards; a reader that sees an odd number, or another one than before, "
		  "reads again");
	tell_expects("no torn record; the reader has to read some again, the writer never waits");
	torn_run(t, &seqlock);
	expected &= tell_happened(!t->torn && t->again, "%u of %u records were torn; %u times, the "
				  "reader read again", t->torn, t->reads, t->again);

	tell_does("the same with a mutex: who writes or reads keeps the other out");
	tell_expects("no torn record; now both wait for each other");
	torn_run(t, &mutex);
	expected &= tell_happened(!t->torn, "%u of %u records were torn", t->torn, t->reads);
	memory_unshare(t, native, sizeof(*t));
	return expected;
}

static bool torn_ipcx(void)
{
	return show_torn(false);
}

static bool torn_native(void)
{
	return show_torn(true);
}

const struct demo demo_torn = {
	.name = "torn",
	.claim = "who reads shared memory while it is written sees half of it",
	.ipcx = torn_ipcx,
	.native = torn_native,
};
