// SPDX-License-Identifier: GPL-2.0-only
/* For how long a cell is measured. */
#include <stdlib.h>

#include "effort.h"
#include "mode.h"
#include "unit.h"

#define ROUNDS	9

/* A cell whose rounds agree, of which @spent of 1000 has been measured */
static struct cell *agreed(bool whole, double spent)
{
	static const struct mode mode = { .lengthens = true };
	struct cell *cell = calloc(1, sizeof(*cell));

	if (!cell)
		abort();
	cell->mode = &mode;
	cell->state = CELL_MEASURED;
	cell->count = ROUNDS;
	cell->rounds = ROUNDS;
	cell->tried = ROUNDS;
	cell->nrounds = ROUNDS;
	cell->most_rounds = BENCH_MAX_ROUNDS;
	cell->longer = 1;
	cell->time = 1000;
	cell->whole = whole;
	cell->spent = spent;
	cell->n = ROUNDS;
	for (unsigned int i = 0; i < ROUNDS; i++)
		cell->round_mean[i] = spent / ROUNDS;
	return cell;
}

void unit_effort(void)
{
	struct cell *cell = agreed(false, 300);

	check(!effort_wants(cell, 0.002), "a cell whose mean is sure is done with");
	free(cell);
	cell = agreed(true, 300);
	check(effort_wants(cell, 0.002) && cell->longer == 3,
	      "unless it is to have all of its time: then rounds are longer");
	free(cell);
	cell = agreed(true, 990);
	check(!effort_wants(cell, 0.002), "when it has had that, it is done with, too");
	free(cell);
}
