// SPDX-License-Identifier: GPL-2.0-only
/* Rounds until the mean is sure. */
#include <math.h>
#include <string.h>

#include "effort.h"
#include "mode.h"
#include "stats.h"

/* How many times as long as before the rounds become that were too short. */
#define EFFORT_LONGER	4

/* Nanoseconds or instructions that the measured messages of a cell may take before it is enough. */
#define EFFORT_MOST	600e6

/* Share of the mean that the beginning of rounds may have. */
#define EFFORT_UNSTEADY	0.005

bool effort_steady(const struct cell *cell)
{
	double fixed[BENCH_MAX_ROUNDS], low, high;

	if (!cell->nrounds || fabs(cell_fixed(cell)) <= EFFORT_UNSTEADY * cell->mean)
		return true;
	memcpy(fixed, cell->round_fixed, sizeof(fixed));
	return !stats_mean_interval(fixed, cell->nrounds, &low, &high) || (low <= 0 && high >= 0);
}

uint64_t effort_count(const struct cell *cell)
{
	/* The first rounds take what does not divide evenly. */
	return (cell->count / cell->rounds + (cell->tried < cell->count % cell->rounds)) *
	       cell->longer;
}

/* What was measured in rounds that were too short is not of the same kind; what went wrong stays. */
static void effort_lengthen(struct cell *cell)
{
	cell->longer *= EFFORT_LONGER;
	cell->tried = 0;
	cell->nrounds = 0;
	cell->n = 0;
	cell->span = 0;
	memset(cell->phase, 0, sizeof(cell->phase));
	memset(&cell->usage, 0, sizeof(cell->usage));
	if (cell->hist)
		memset(cell->hist, 0, sizeof(*cell->hist));
}

static bool effort_can_lengthen(const struct cell *cell)
{
	double rounds = cell->mean * (double)cell->n / cell->tried * cell->rounds;

	return cell->mode->lengthens && cell->spent + EFFORT_LONGER * rounds <= EFFORT_MOST;
}

bool effort_wants(struct cell *cell, double sure)
{
	bool steady;

	if (cell->state != CELL_MEASURED)
		return false;
	if (cell->tried < cell->rounds)
		return true;
	if (cell->tried >= cell->most_rounds || !cell->nrounds)
		return false;
	cell_summarise(cell);
	steady = effort_steady(cell);
	if (steady && cell->error <= sure * cell->mean)
		return false;
	/* Some rounds more may do, but many short ones only repeat what is wrong with them. */
	if ((!steady || cell->tried >= 2 * cell->rounds) && effort_can_lengthen(cell)) {
		effort_lengthen(cell);
		return true;
	}
	return cell->spent < EFFORT_MOST;
}
