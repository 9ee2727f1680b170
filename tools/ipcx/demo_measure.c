// SPDX-License-Identifier: GPL-2.0-only
/* What messages cost: measured as ipcx bench does, in short. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <bench/janitor.h>
#include <bench/mode.h>
#include <bench/round.h>

#include "demo.h"

#define MEASURE_ROUNDS		7
#define MEASURE_BYTES		(2u << 20)	/* of a round, about */
#define MEASURE_MOST		100u		/* messages of it */

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

static void measure_cell(struct cell *cell, const struct measured *m)
{
	const struct mode *mode = mode_find("lat", 3);
	uint64_t count = MEASURE_BYTES / m->size;

	*cell = (struct cell){
		.mech = mechanism_find(m->mechanism, strlen(m->mechanism)),
		.mode = mode,
		.placement = PLACE_SAME_CPU,
		.size = m->size,
		.batch = 1,
		.several = { 1, 1 },
		.count = count > MEASURE_MOST ? MEASURE_MOST : count,
		.rounds = MEASURE_ROUNDS,
		.most_rounds = MEASURE_ROUNDS,
		.longer = 1,
	};
}

/*
 * The fastest of several rounds: others that run meanwhile make some slower, and none faster. All
 * take turns, so that they do not do it to one only.
 */
void measure_messages(struct measured *all, unsigned int count)
{
	struct cell *cells = calloc(count, sizeof(*cells));
	sigset_t before;

	if (!cells)
		fail(STATUS_FAILED, "no memory");
	for (unsigned int i = 0; i < count; i++)
		measure_cell(&cells[i], &all[i]);
	signals_block(&before);
	if (janitor_start())
		demo_failed("cannot start a process");
	for (int round = 0; round < MEASURE_ROUNDS; round++) {
		for (unsigned int i = 0; i < count; i++) {
			double mean = measure_round(&cells[i]);

			if (!round || mean < all[i].ns)
				all[i].ns = mean;
		}
	}
	signals_restore(&before);
	for (unsigned int i = 0; i < count; i++)
		free(cells[i].hist);
	free(cells);
}
