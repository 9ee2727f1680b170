// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo race: two processes add to a number that they share. */
#include <sched.h>

#include <bench/clock.h>

#include "demo.h"

#define RACE_TIMES	20000u	/* that each adds */
#define RACE_PAUSE	500u	/* of so many additions, one is interrupted */
#define RACE_YIELDS	100u	/* most times to give the CPU away then */
#define RACE_ROUNDS	50u

/* What the two share */
struct race {
	_Atomic unsigned int here;
	_Atomic unsigned long number;
	pthread_mutex_t mutex;
	void (*add)(struct race *race, bool pause);
};

/* Gives the CPU away until the other has added something; not for ever, as he may have to wait. */
static void let_add(struct race *race, unsigned long number)
{
	for (unsigned int i = 0; i < RACE_YIELDS && atomic_load(&race->number) == number; i++)
		sched_yield();
}

/*
 * Three steps, between which the other may run. One CPU alone would switch in between only once in
 * a while, so now and then the CPU is given away there.
 */
static void add_in_steps(struct race *race, bool pause)
{
	unsigned long number = atomic_load_explicit(&race->number, memory_order_relaxed);

	if (pause)
		let_add(race, number);
	atomic_store_explicit(&race->number, number + 1, memory_order_relaxed);
}

static void add_locked(struct race *race, bool pause)
{
	pthread_mutex_lock(&race->mutex);
	add_in_steps(race, pause);
	pthread_mutex_unlock(&race->mutex);
}

static void add_atomically(struct race *race, bool pause)
{
	if (pause)
		let_add(race, atomic_load(&race->number));
	atomic_fetch_add(&race->number, 1);
}

static void adder(void *arg)
{
	struct race *race = arg;

	demo_meet(&race->here, 2);
	for (unsigned int i = 0; i < RACE_TIMES; i++)
		race->add(race, i % RACE_PAUSE == 0);
}

/* Returns how much is missing in the end, and sets how long it took. */
static long race_run(struct race *race, void (*add)(struct race *race, bool pause), uint64_t *ns)
{
	uint64_t begun = clock_now();
	pid_t pids[2];

	race->here = 0;
	race->number = 0;
	race->add = add;
	for (int i = 0; i < 2; i++)
		pids[i] = child_start(adder, race);
	children_wait(pids, 2);
	*ns = clock_now() - begun;
	return 2 * (long)RACE_TIMES - (long)race->number;
}

static bool race_unsynchronised(struct race *race, const char *what)
{
	unsigned int round = 0;
	uint64_t ns;
	long lost;

	tell_does("two processes add 1 to a number in %s, %u times each: they read it, add, and "
		  "write it back; one time in %u, the CPU is given away in between until the "
		  "other has added something, at most %u times", what, RACE_TIMES, RACE_PAUSE,
		  RACE_YIELDS);
	tell_expects("less than %u in the end, as each overwrites what the other has added "
		     "meanwhile", 2 * RACE_TIMES);
	do
		lost = race_run(race, add_in_steps, &ns);
	while (!lost && ++round < RACE_ROUNDS);
	if (lost)
		return tell_happened(lost > 0, "%ld: %ld additions are lost, in round %u of at "
				     "most %u, after %.1f ms", 2 * (long)RACE_TIMES - lost, lost,
				     round + 1, RACE_ROUNDS, (double)ns / 1e6);
	return tell_happened(false, "none was lost in %u rounds", RACE_ROUNDS);
}

static bool race_synchronised(struct race *race, const char *how,
			      void (*add)(struct race *race, bool pause))
{
	uint64_t ns;
	long lost;

	tell_does("the same, %s", how);
	tell_expects("%u in the end: nothing is lost", 2 * RACE_TIMES);
	lost = race_run(race, add, &ns);
	return tell_happened(!lost, "%ld: %ld additions are lost, after %.1f ms",
			     2 * (long)RACE_TIMES - lost, lost, (double)ns / 1e6);
}

static bool race(bool native)
{
	const char *what;
	struct race *race = memory_share(native, sizeof(*race), &what);
	bool expected;

	mutex_make(&race->mutex, false);
	expected = race_unsynchronised(race, what);
	expected &= race_synchronised(race, "between pthread_mutex_lock() and unlock() of a mutex "
				      "that is in the same memory", add_locked);
	expected &= race_synchronised(race, "by one instruction that reads, adds and writes "
				      "(atomic_fetch_add())", add_atomically);
	memory_unshare(race, native, sizeof(*race));
	return expected;
}

static bool race_ipcx(void)
{
	return race(false);
}

static bool race_native(void)
{
	return race(true);
}

const struct demo demo_race = {
	.name = "race",
	.claim = "who changes shared memory without synchronisation loses updates",
	.ipcx = race_ipcx,
	.native = race_native,
};
