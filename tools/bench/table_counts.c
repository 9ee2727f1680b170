// SPDX-License-Identifier: GPL-2.0-only
/* What is counted beside time, for a terminal: floors, system calls, copies. */
#include <stdio.h>
#include <string.h>

#include "results_counts.h"

#define COUNTS_NAME	22	/* at least */

/* A line for each floor: what it costs, by placement */
static void counts_floors(const struct results *results, FILE *out)
{
	const struct cell *floors = results->floors;
	char number[32];

	for (unsigned int i = 0; i < results->nfloors; i++) {
		bool told = false, any = false;

		for (unsigned int j = 0; j < i; j++)
			told |= floors[j].mode == floors[i].mode;
		for (unsigned int j = i; j < results->nfloors && !told; j++) {
			if (floors[j].mode != floors[i].mode || !floors[j].nrounds)
				continue;
			fprintf(out, "%s%s%s %s%s%s", any ? ", " : floors[i].mode->title,
				any ? "" : " costs ",
				number_text(number, sizeof(number), floors[j].mean),
				bench_placement_names[floors[j].placement],
				floors[j].policy == POLICY_OTHER ? "" : " policy ",
				floors[j].policy == POLICY_OTHER ? "" :
				bench_policy_names[floors[j].policy]);
			any = true;
		}
		if (any)
			fputs(".\n", out);
	}
}

/**
 * struct counts_row - what a line is of
 * @mech: the mechanism
 * @knob: what of it is turned
 */
struct counts_row {
	const struct mechanism *mech;
	struct knob knob;
};

/* The smallest cell of @row in @mode, where both sides are as usual; NULL if there is none. */
static const struct cell *counts_cell(const struct results *results, const struct counts_row *row,
				      const char *mode)
{
	const struct cell *found = NULL;

	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];

		if (cell->mech == row->mech && knob_same(&cell->knob, &row->knob) &&
		    !strcmp(cell->mode->name, mode) && cell->nrounds &&
		    cell->wait == WAIT_BLOCK && cell->as == AS_PROCESS &&
		    (!found || (cell->placement == found->placement &&
				cell->policy == found->policy && cell->size < found->size)))
			found = cell;
	}
	return found;
}

static void counts_calls(const struct cell *cell, FILE *out)
{
	double messages = cell && cell->mode->flow == FLOW_ECHO ? 2 : 1;

	if (cell && cell->calls_known)
		fprintf(out, "%12.2f", cell->calls / messages);
	else
		fprintf(out, "%12s", "-");
}

static void counts_copies(const struct results *results, const struct cell *cell, FILE *out)
{
	struct copies copies = { 0 };

	if (cell)
		copies = copies_of(results, cell);
	if (copies.known)
		fprintf(out, "%12.2f", copies.measured);
	else
		fprintf(out, "%12s", "-");
}

/* The line of @row, if anything of it was measured */
static void counts_line(const struct results *results, const struct counts_row *row, bool copies,
			int width, FILE *out)
{
	const struct cell *lat = counts_cell(results, row, "lat");
	const struct cell *bw = counts_cell(results, row, "bw");
	char declared[32], name[64];

	if (!lat && !bw)
		return;
	snprintf(declared, sizeof(declared), "%s%g", row->mech->skips ? "<=" : "",
		 row->mech->syscalls);
	fprintf(out, "%-*s%8s", width, cell_row(name, sizeof(name), lat ? lat : bw), declared);
	counts_calls(lat, out);
	counts_calls(bw, out);
	if (copies) {
		fprintf(out, "%10u", row->mech->copies);
		counts_copies(results, lat, out);
		counts_copies(results, bw, out);
	}
	fputc('\n', out);
}

static int counts_width(const struct results *results)
{
	int width = COUNTS_NAME, wide;
	char name[64];

	for (unsigned int i = 0; i < results->ncells; i++) {
		if (results->cells[i].wait != WAIT_BLOCK)
			continue;
		wide = (int)strlen(cell_row(name, sizeof(name), &results->cells[i]));
		width = wide > width ? wide : width;
	}
	return width;
}

/* Copies are told of instructions only: in time, what caches do is more than what a copy does. */
static void counts_table(const struct results *results, FILE *out)
{
	const char *why = results->count_why[ROUND_CALLS];
	const struct options *opts = &results->opts;
	bool copies = opts->unit == UNIT_INSTRUCTIONS && opts->sizes.n > 1;
	int width = counts_width(results);

	fprintf(out, "\nA message one way takes system calls%s, as declared, and as found in\n",
		copies ? " and copies of the payload" : "");
	fprintf(out, "%-*s%8s%12s%12s", width, "", "calls", "round trips", "one way");
	fprintf(out, copies ? "%10s%12s%12s\n" : "\n", "copies", "round trips", "one way");
	for (unsigned int m = 0; m < opts->nmechs; m++) {
		for (unsigned int k = 0; k < opts->knobs.n; k++) {
			const struct counts_row row = {
				.mech = opts->mechs[m],
				.knob = { opts->knob, opts->knobs.value[k] },
			};

			counts_line(results, &row, copies, width, out);
		}
	}
	if (*why)
		fprintf(out, "System calls were not counted everywhere: %s\n", why);
}

void table_counts(const struct results *results, FILE *out)
{
	bool any = false;

	for (unsigned int i = 0; i < results->ncells; i++)
		any |= results->cells[i].calls_known;
	if (!results->opts.uncounted && (any || *results->count_why[ROUND_CALLS]))
		counts_table(results, out);
	counts_floors(results, out);
}
