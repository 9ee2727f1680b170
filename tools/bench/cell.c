// SPDX-License-Identifier: GPL-2.0-only
/* What a cell's figures come to. */
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "host.h"
#include "mode.h"
#include "results.h"
#include "stats.h"
#include "wait.h"
#include "words.h"

const char *const bench_placement_names[BENCH_PLACEMENTS] = {
	[PLACE_SAME_CPU] = "same-cpu",
	[PLACE_TWO_CPUS] = "two-cpus",
	[PLACE_UNPINNED] = "unpinned",
};

const char *const bench_as_names[BENCH_AS] = {
	[AS_PROCESS] = "process",
	[AS_THREAD] = "thread",
};

void cell_cpus(const struct cell *cell, int cpu[SIDES])
{
	int first, second;

	host_cpus(&first, &second);
	cpu[SIDE_ORIGIN] = cell->placement == PLACE_UNPINNED ? -1 : first;
	cpu[SIDE_PEER] = cell->placement == PLACE_TWO_CPUS ? second : cpu[SIDE_ORIGIN];
}

void cell_summarise(struct cell *cell)
{
	double means[BENCH_MAX_ROUNDS];

	if (!cell->nrounds)
		return;
	memcpy(means, cell->round_mean, sizeof(means));
	cell->mean = stats_midmean(means, cell->nrounds);
	cell->error = stats_midmean_error(means, cell->nrounds);
}

bool cell_damaged(const struct cell *cell)
{
	return cell->tally.corrupt ||
	       (!cell->mech->lossy && (cell->tally.lost || cell->tally.reordered));
}

void cell_interval(const struct cell *cell, double *low, double *high)
{
	double means[BENCH_MAX_ROUNDS];

	memcpy(means, cell->round_mean, sizeof(means));
	stats_mean_interval(means, cell->nrounds, low, high);
}

double cell_fixed(const struct cell *cell)
{
	double fixed[BENCH_MAX_ROUNDS];

	if (!cell->nrounds || !cell->n)
		return 0;
	memcpy(fixed, cell->round_fixed, sizeof(fixed));
	/* Each round has two parts. */
	return 2 * stats_midmean(fixed, cell->nrounds) * cell->nrounds / (double)cell->n;
}

bool cell_beside(const struct cell *a, const struct cell *b)
{
	return a->mode == b->mode && a->placement == b->placement && a->as == b->as &&
	       a->policy == b->policy;
}

bool cell_below(const struct cell *a, const struct cell *b)
{
	return cell_beside(a, b) && a->size == b->size && a->batch == b->batch &&
	       a->capacity == b->capacity && a->rate == b->rate &&
	       a->gap == b->gap && a->several[SIDE_ORIGIN] == b->several[SIDE_ORIGIN] &&
	       a->several[SIDE_PEER] == b->several[SIDE_PEER];
}

const char *cell_row(char *text, size_t room, const struct cell *cell)
{
	bool blocks = cell->wait == WAIT_BLOCK, plain = cell->knob.which == KNOB_NONE;
	char knob[KNOB_TEXT];

	snprintf(text, room, "%s%s%s%s%s", cell->mech->name, blocks ? "" : ", ",
		 blocks ? "" : channel_wait_names[cell->wait], plain ? "" : ", ",
		 knob_text(knob, sizeof(knob), &cell->knob));
	return text;
}

const char *cell_point(char *text, size_t room, const struct cell *cell)
{
	char size[32], batch[32] = "", capacity[32] = "", bytes[32];

	if (cell->batch > 1)
		snprintf(batch, sizeof(batch), " x%u", cell->batch);
	if (cell->capacity)
		snprintf(capacity, sizeof(capacity), " in %s",
			 size_text(bytes, sizeof(bytes), cell->capacity));
	snprintf(text, room, "%s B%s%s", size_text(size, sizeof(size), cell->size), batch,
		 capacity);
	return text;
}

const char *cell_column(char *text, size_t room, const struct cell *cell)
{
	char point[64], gap[32];

	cell_point(point, sizeof(point), cell);
	switch (cell->mode->axis) {
	case AXIS_RATE:
		snprintf(text, room, "%s %llu/s", point, (unsigned long long)cell->rate);
		break;
	case AXIS_GAP:
		snprintf(text, room, "%s %s", point, word_duration(gap, sizeof(gap), cell->gap));
		break;
	case AXIS_SEVERAL:
		snprintf(text, room, "%s %u to %u", point, cell->several[SIDE_ORIGIN],
			 cell->several[SIDE_PEER]);
		break;
	default:
		snprintf(text, room, "%s", point);
	}
	return text;
}
