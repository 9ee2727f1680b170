// SPDX-License-Identifier: GPL-2.0-only
/* Every combination of what was asked for, as far as it makes sense. */
#include <stdio.h>
#include <stdlib.h>

#include "plan.h"

#define BENCH_DEFAULT_ROUNDS	9

/* The axes, the slowest first; those that are one table in the results first of all. */
enum plan_axis {
	PLAN_MODE,
	PLAN_PLACEMENT,
	PLAN_AS,
	PLAN_POLICY,
	PLAN_RATE,
	PLAN_GAP,
	PLAN_ORIGINS,
	PLAN_PEERS,
	PLAN_MECH,
	PLAN_WAIT,
	PLAN_KNOB,
	PLAN_CAPACITY,
	PLAN_SIZE,
	PLAN_BATCH,
	PLAN_AXES
};

static void plan_lengths(const struct options *opts, unsigned int length[PLAN_AXES])
{
	length[PLAN_MODE] = opts->nmodes;
	length[PLAN_PLACEMENT] = BENCH_PLACEMENTS;
	length[PLAN_AS] = BENCH_AS;
	length[PLAN_POLICY] = BENCH_POLICIES;
	length[PLAN_RATE] = opts->rates.n;
	length[PLAN_GAP] = opts->gaps.n;
	length[PLAN_ORIGINS] = opts->several[SIDE_ORIGIN].n;
	length[PLAN_PEERS] = opts->several[SIDE_PEER].n;
	length[PLAN_MECH] = opts->nmechs;
	length[PLAN_WAIT] = WAITS;
	length[PLAN_KNOB] = opts->knobs.n;
	length[PLAN_CAPACITY] = opts->capacities.n;
	length[PLAN_SIZE] = opts->sizes.n;
	length[PLAN_BATCH] = opts->batches.n;
}

/* Go on to the next combination; false after the last. */
static bool plan_next(unsigned int at[PLAN_AXES], const unsigned int length[PLAN_AXES])
{
	for (int axis = PLAN_AXES - 1; axis >= 0; axis--) {
		if (++at[axis] < length[axis])
			return true;
		at[axis] = 0;
	}
	return false;
}

/*
 * Shared memory is the one place where a side can wait without the kernel, so it is what people
 * have in mind when they compare; with a CPU for each side it is shown unless told otherwise.
 */
static bool plan_wait(const struct options *opts, const struct mechanism *mech,
		      enum bench_placement placement, enum channel_wait wait)
{
	if (opts->waits_asked || wait != WAIT_SPIN)
		return opts->waits[wait];
	return mech->in_place && (mech->waits & 1u << WAIT_SPIN) && placement == PLACE_TWO_CPUS;
}

/* Whether the combination is one of its own: an axis that its mode does not have counts once. */
static bool plan_wanted(const struct options *opts, const unsigned int at[PLAN_AXES])
{
	const struct mode *mode = opts->modes[at[PLAN_MODE]];
	unsigned int smallest = 0, first = 0;

	while (first < BENCH_PLACEMENTS && !opts->placements[first])
		first++;
	for (unsigned int i = 1; i < opts->sizes.n; i++)
		if (opts->sizes.value[i] < opts->sizes.value[smallest])
			smallest = i;
	if (!opts->placements[at[PLAN_PLACEMENT]] || !opts->as[at[PLAN_AS]] ||
	    !opts->policies[at[PLAN_POLICY]] ||
	    !plan_wait(opts, opts->mechs[at[PLAN_MECH]], at[PLAN_PLACEMENT], at[PLAN_WAIT]))
		return false;
	if (mode->alone && (at[PLAN_SIZE] != smallest || at[PLAN_WAIT] != WAIT_BLOCK ||
			    at[PLAN_PLACEMENT] != first))
		return false;
	return (mode->batched || !at[PLAN_BATCH]) && (mode->axis == AXIS_RATE || !at[PLAN_RATE]) &&
	       (mode->axis == AXIS_GAP || !at[PLAN_GAP]) &&
	       (mode->axis == AXIS_SEVERAL || (!at[PLAN_ORIGINS] && !at[PLAN_PEERS]));
}

static void plan_rounds(const struct options *opts, struct cell *cell)
{
	bool instructions = opts->unit == UNIT_INSTRUCTIONS;

	cell->count = opts->count;
	if (!cell->count)
		cell->count = cell->mode->count(cell);
	cell->rounds = opts->rounds ? opts->rounds : BENCH_DEFAULT_ROUNDS;
	if (cell->count < cell->rounds)
		cell->rounds = (unsigned int)cell->count;
	cell->most_rounds = cell->rounds;
	cell->longer = 1;
	cell->time = (double)opts->time;
	cell->whole = opts->whole || cell->mode->whole;
	if (!opts->rounds && !opts->count)
		cell->most_rounds = instructions || cell->mode->lengthens ? BENCH_MAX_ROUNDS :
				    2 * cell->rounds;
}

static void plan_cell(const struct options *opts, const unsigned int at[PLAN_AXES],
		      struct cell *cell)
{
	cell->mech = opts->mechs[at[PLAN_MECH]];
	cell->mode = opts->modes[at[PLAN_MODE]];
	cell->placement = at[PLAN_PLACEMENT];
	cell->wait = at[PLAN_WAIT];
	cell->as = at[PLAN_AS];
	cell->policy = at[PLAN_POLICY];
	cell->size = opts->sizes.value[at[PLAN_SIZE]];
	cell->batch = cell->mode->batched ? (unsigned int)opts->batches.value[at[PLAN_BATCH]] : 1;
	cell->knob = (struct knob){ opts->knob, opts->knobs.value[at[PLAN_KNOB]] };
	cell->capacity = opts->capacities.value[at[PLAN_CAPACITY]];
	cell->several[SIDE_ORIGIN] = 1;
	cell->several[SIDE_PEER] = 1;
	switch (cell->mode->axis) {
	case AXIS_RATE:
		cell->rate = opts->rates.value[at[PLAN_RATE]];
		break;
	case AXIS_GAP:
		cell->gap = opts->gaps.value[at[PLAN_GAP]];
		break;
	case AXIS_SEVERAL:
		for (int side = 0; side < SIDES; side++)
			cell->several[side] = (unsigned int)
				opts->several[side].value[at[side == SIDE_ORIGIN ? PLAN_ORIGINS :
										   PLAN_PEERS]];
		break;
	case AXIS_NONE:
		break;
	}
	plan_rounds(opts, cell);
	if (cell->wait == WAIT_SPIN && cell->placement == PLACE_SAME_CPU) {
		cell->state = CELL_REFUSED;
		snprintf(cell->why, sizeof(cell->why),
			 "a side that spins keeps the CPU that the other one needs");
	}
}

int plan_cells(struct results *results)
{
	unsigned int length[PLAN_AXES], at[PLAN_AXES] = { 0 }, n = 0;

	plan_lengths(&results->opts, length);
	do
		n += plan_wanted(&results->opts, at);
	while (plan_next(at, length));
	if (!n)
		return bench_complain(2, "nothing is left to measure");
	results->cells = calloc(n, sizeof(*results->cells));
	if (!results->cells)
		return bench_complain(1, "no memory for %u cells", n);
	do {
		if (plan_wanted(&results->opts, at))
			plan_cell(&results->opts, at, &results->cells[results->ncells++]);
	} while (plan_next(at, length));
	return -1;
}
