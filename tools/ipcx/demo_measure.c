// SPDX-License-Identifier: GPL-2.0-only
/* What messages cost: measured as ipcx bench does, in short. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <bench/mode.h>
#include <bench/round.h>

#include "demo.h"

#define MEASURE_ROUNDS		5
#define MEASURE_BYTES		(4u << 20)	/* of a round, about */
#define MEASURE_MOST		200u		/* messages of it */
#define MEASURE_LEAST		60u

/* A round must not be disturbed by what it starts and ends. */
static void signals_block(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	children_watch(false);
	sigprocmask(SIG_BLOCK, &set, before);
}

static void signals_restore(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
	children_watch(true);
}

/* One round; nanoseconds of a message */
static double measure_round(struct cell *cell)
{
	struct round_time time = { 0 };
	char error[ROUND_ERROR];
	int cpu[SIDES];

	cell_cpus(cell, cpu);
	switch (round_run(cell, cell->count, cpu, &time, error)) {
	case ROUND_DONE:
		break;
	case ROUND_INTERRUPTED:
		fail(130, "%s", error);
	default:
		fail(STATUS_FAILED, "%s: %s", cell->mech->name, error);
	}
	if (cell->state != CELL_MEASURED)
		fail(STATUS_FAILED, "%s: %s", cell->mech->name, cell->why);
	if (cell_damaged(cell))
		fail(STATUS_FAILED, "%s: messages were damaged or lost", cell->mech->name);
	return time.n ? (double)time.total / (double)time.n : 0;
}

/* The fastest of several rounds: others that run meanwhile make some slower, and none faster. */
double measure_message(const char *mechanism, const char *mode, size_t size)
{
	struct cell cell = {
		.mech = mechanism_find(mechanism, strlen(mechanism)),
		.mode = mode_find(mode, strlen(mode)),
		.placement = PLACE_SAME_CPU,
		.size = size,
		.batch = 1,
		.several = { 1, 1 },
		.rounds = MEASURE_ROUNDS,
		.most_rounds = MEASURE_ROUNDS,
		.longer = 1,
	};
	double best = 0;
	sigset_t before;

	cell.count = MEASURE_BYTES / size;
	cell.count = cell.count > MEASURE_MOST ? MEASURE_MOST :
		     cell.count < MEASURE_LEAST ? MEASURE_LEAST : cell.count;
	signals_block(&before);
	for (int i = 0; i < MEASURE_ROUNDS; i++) {
		double mean = measure_round(&cell);

		if (!i || mean < best)
			best = mean;
	}
	signals_restore(&before);
	free(cell.hist);
	return best;
}
