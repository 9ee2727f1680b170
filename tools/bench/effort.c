// SPDX-License-Identifier: GPL-2.0-only
/* Rounds until the mean is sure. */
#include <math.h>
#include <string.h>

#include "effort.h"
#include "mode.h"
#include "stats.h"

/* Share of a cell's time that is spent before it is asked whether its mean is sure. */
#define EFFORT_FIRST	0.25

/* Rounds of the first length, after which it can be told how long they have to be */
#define EFFORT_PROBES	3

/* Gaps may last so many times as long as what is measured between them. */
#define EFFORT_GAPS	10

/* Share of the mean that the beginning of rounds may have. */
#define EFFORT_UNSTEADY	0.005

/* Time that is spent on @cell in any case */
static double effort_first(const struct cell *cell)
{
	return (cell->whole ? 1 : EFFORT_FIRST) * cell->time;
}

bool effort_steady(const struct cell *cell)
{
	double fixed[BENCH_MAX_ROUNDS], low, high;

	if (!cell->nrounds || fabs(cell_fixed(cell)) <= EFFORT_UNSTEADY * cell->mean)
		return true;
	memcpy(fixed, cell->round_fixed, sizeof(fixed));
	return !stats_mean_interval(fixed, cell->nrounds, &low, &high) || (low <= 0 && high >= 0);
}

/* Not by the standard error alone, which is itself not sure if it is of few rounds */
static bool effort_sure(const struct cell *cell, double sure)
{
	double low, high;

	cell_interval(cell, &low, &high);
	return high - low <= 2 * sure * cell->mean;
}

uint64_t effort_count(const struct cell *cell)
{
	/* The first rounds take what does not divide evenly. */
	return (cell->count / cell->rounds + (cell->tried < cell->count % cell->rounds)) *
	       cell->longer;
}

/* What was measured in shorter rounds is not of the same kind; what went wrong in them stays. */
static void effort_forget(struct cell *cell)
{
	cell->tried = 0;
	cell->nrounds = 0;
	cell->n = 0;
	cell->span = 0;
	memset(cell->phase, 0, sizeof(cell->phase));
	memset(&cell->usage, 0, sizeof(cell->usage));
	if (cell->hist)
		memset(cell->hist, 0, sizeof(*cell->hist));
}

/* How many messages there may be, for the gaps between them not to last too long */
static double effort_most(const struct cell *cell)
{
	return cell->gap ? EFFORT_GAPS * cell->time / (double)cell->gap : INFINITY;
}

/* Make the rounds of @cell so long that they take @time together, if that is worth a new start. */
static bool effort_lengthen(struct cell *cell, double time)
{
	double times = time * (double)cell->tried / cell->rounds /
		       (cell->mean * (double)cell->n);

	times = fmin(times, effort_most(cell) / (double)(cell->count * cell->longer));
	if (!cell->mode->lengthens || !(times >= 2))
		return false;
	cell->longer *= (uint64_t)fmin(times, 1e6);
	effort_forget(cell);
	return true;
}

/* Most of what a short round takes is to begin and end it: there are no more than needed. */
static void effort_probed(struct cell *cell)
{
	if (cell->longer > 1 || cell->most_rounds <= cell->rounds || !cell->nrounds)
		return;
	cell_summarise(cell);
	effort_lengthen(cell, effort_first(cell));
}

/*
 * What the first rounds take tells how many messages a part of the time is for: the scheduler and
 * buffers need time to settle.
 */
bool effort_wants(struct cell *cell, double sure)
{
	double left = cell->time - cell->spent;

	if (cell->state != CELL_MEASURED)
		return false;
	if (cell->tried < cell->rounds) {
		if (cell->tried == EFFORT_PROBES)
			effort_probed(cell);
		return true;
	}
	if (cell->tried >= cell->most_rounds || !cell->nrounds)
		return false;
	cell_summarise(cell);
	if (cell->spent < effort_first(cell) && effort_lengthen(cell, effort_first(cell)))
		return true;
	if (effort_steady(cell) && effort_sure(cell, sure))
		return false;
	return effort_lengthen(cell, left) ||
	       (left > 0 && (double)cell->n < effort_most(cell));
}

double effort_share(const struct cell *cell)
{
	bool longer = cell->most_rounds > cell->rounds && cell->mode->lengthens;
	double share = longer ? cell->spent / effort_first(cell) :
				(double)cell->tried / cell->rounds;

	return cell->state == CELL_MEASURED ? fmin(share, 1) : 1;
}
