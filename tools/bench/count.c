// SPDX-License-Identifier: GPL-2.0-only
/* Which cells have what counted, and in how many messages. */
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "progress.h"
#include "round.h"
#include "trap.h"
#include "wait.h"

/* Few messages, as these rounds are to take little time, but enough to repeat. */
#define COUNT_SHARE		40
#define COUNT_LEAST		8
#define COUNT_MOST_ECHO		64
#define COUNT_MOST_STREAM	256
#define COUNT_MOST_WARM		64

/* How long a mode may take that has a pace. */
#define COUNT_PATIENCE_NS	200000000u

static struct round_length count_length(const struct cell *cell, enum round_kind kind)
{
	uint64_t most = cell->mode->flow == FLOW_ECHO ? COUNT_MOST_ECHO : COUNT_MOST_STREAM;
	uint64_t pace = cell->rate ? 1000000000u / cell->rate : cell->gap;
	uint64_t n = cell->count / COUNT_SHARE;

	/* Instructions vary more, and cost nothing to count. */
	if (kind == ROUND_INSTRUCTIONS)
		most *= COUNT_SHARE;

	n = n < COUNT_LEAST ? COUNT_LEAST : n > most ? most : n;
	if (pace && n > COUNT_PATIENCE_NS / pace)
		n = COUNT_PATIENCE_NS / pace;
	n = n ? n : 1;
	return (struct round_length){ n < 2 ? 2 : n > COUNT_MOST_WARM ? COUNT_MOST_WARM : n, n };
}

/* A side that stays awake calls the kernel as often as there is time to, unless it has no need. */
static bool count_tells(const struct cell *cell)
{
	return cell->wait != WAIT_ADAPTIVE && (cell->wait != WAIT_SPIN || cell->mech->in_place);
}

static enum round_result count_round(struct results *results, struct cell *cell,
				     enum round_kind kind)
{
	struct round_length length = count_length(cell, kind);
	char error[ROUND_ERROR];
	struct round_counts counts;
	enum round_result result;
	int cpu[SIDES];

	cell_cpus(cell, cpu);
	result = round_count(cell, kind, &length, cpu, &counts, error);
	if (result == ROUND_INTERRUPTED)
		bench_complain(130, "%s", error);
	else if (result == ROUND_DONE && !counts.counted)
		snprintf(error, sizeof(error), "it cannot be counted here");
	if (result != ROUND_DONE || !counts.counted) {
		if (!*results->count_why[kind])
			snprintf(results->count_why[kind], COUNT_WHY, "%s: %s", cell->mech->name,
				 error);
		return result;
	}
	if (kind == ROUND_CALLS) {
		cell->calls_known = true;
		cell->calls = counts.calls;
	} else {
		cell->counted = true;
		memcpy(cell->counter, counts.counter, sizeof(cell->counter));
	}
	return result;
}

/* Count of one cell what can be; false if that was interrupted. */
static bool count_cell(struct results *results, struct cell *cell, bool calls, bool instructions)
{
	if (cell->state != CELL_MEASURED || !cell->nrounds)
		return true;
	if (calls && count_tells(cell) &&
	    count_round(results, cell, ROUND_CALLS) == ROUND_INTERRUPTED)
		return false;
	return !instructions ||
	       count_round(results, cell, ROUND_INSTRUCTIONS) != ROUND_INTERRUPTED;
}

int count_cells(struct results *results)
{
	bool calls = trap_possible(), instructions = false, goes_on = true;
	struct progress progress;

	if (!calls)
		snprintf(results->count_why[ROUND_CALLS], COUNT_WHY,
			 "there is no way on this kind of machine");
	if (results->opts.unit != UNIT_INSTRUCTIONS)
		instructions = counter_possible(results->counter_parts,
						results->count_why[ROUND_INSTRUCTIONS], COUNT_WHY);
	progress_begin(&progress);
	for (unsigned int i = 0; i < results->ncells && goes_on; i++) {
		goes_on = count_cell(results, &results->cells[i], calls, instructions);
		progress_tell(&progress, (i + 1.0) / results->ncells);
	}
	progress_end(&progress);
	return goes_on ? -1 : 130;
}
