// SPDX-License-Identifier: GPL-2.0-only
/* Results for a terminal: a table for each placement and mode, mechanisms down, sizes across. */
#include <math.h>
#include <string.h>

#include "results.h"

#define TABLE_NAME	15
#define TABLE_COLUMN	20
#define TABLE_COLUMNS	4	/* of sizes, side by side */

const char *size_text(char *text, size_t room, uint64_t size)
{
	if (size && size % (1 << 20) == 0)
		snprintf(text, room, "%lluM", (unsigned long long)size >> 20);
	else if (size && size % (1 << 10) == 0)
		snprintf(text, room, "%lluK", (unsigned long long)size >> 10);
	else
		snprintf(text, room, "%llu", (unsigned long long)size);
	return text;
}

const char *number_text(char *text, size_t room, double value)
{
	char digits[32];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%.0f", round(value));
	size_t at = 0;

	for (size_t i = 0; i < len && at + 2 < room; i++) {
		if (i && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

const struct cell *results_cell(const struct results *results, enum bench_placement placement,
				enum bench_mode mode, const struct mechanism *mech, size_t size)
{
	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];

		if (cell->placement == placement && cell->mode == mode && cell->mech == mech &&
		    cell->size == size)
			return cell;
	}
	return NULL;
}

static void table_cell(const struct results *results, const struct cell *cell, FILE *out)
{
	const struct mechanism *pipe = mechanism_find("pipe", 4);
	const struct cell *base = results_cell(results, cell->placement, cell->mode, pipe,
					       cell->size);
	char number[32], ratio[16] = "-";
	const char *mark = "  ";

	if (cell->state != CELL_MEASURED || !cell->nrounds) {
		const char *what = cell->state == CELL_REFUSED ? "refused" :
				   cell->state == CELL_UNAVAILABLE ? "unavailable" : "all lost";

		fprintf(out, "%*s  ", TABLE_COLUMN - 2, what);
		return;
	}
	if (base && base->nrounds)
		snprintf(ratio, sizeof(ratio), "%.2f", cell->mean / base->mean);
	if (cell->tally.lost || cell->tally.reordered || cell->tally.corrupt)
		mark = " !";
	fprintf(out, "%*s %6s%s", TABLE_COLUMN - 9, number_text(number, sizeof(number), cell->mean),
		ratio, mark);
}

static void table_rows(const struct results *results, enum bench_placement placement,
		       enum bench_mode mode, unsigned int from, unsigned int to, FILE *out)
{
	const struct options *opts = &results->opts;
	char text[32], head[64];

	fprintf(out, "%-*s", TABLE_NAME, "");
	for (unsigned int s = from; s < to; s++) {
		snprintf(head, sizeof(head), "%s B", size_text(text, sizeof(text), opts->sizes[s]));
		fprintf(out, "%*s %6s  ", TABLE_COLUMN - 9, head, "/pipe");
	}
	fputc('\n', out);
	for (unsigned int m = 0; m < opts->nmechs; m++) {
		fprintf(out, "%-*s", TABLE_NAME, opts->mechs[m]->name);
		for (unsigned int s = from; s < to; s++)
			table_cell(results, results_cell(results, placement, mode, opts->mechs[m],
							 opts->sizes[s]), out);
		fputc('\n', out);
	}
}

/* The first cell of @mech and @size that has no figures for the reason @state; NULL if none. */
static const struct cell *table_without(const struct results *results, const struct mechanism *mech,
					size_t size, enum cell_state state)
{
	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];

		if (cell->mech == mech && cell->size == size && cell->state == state)
			return cell;
	}
	return NULL;
}

static void table_reasons(const struct results *results, const struct mechanism *mech, FILE *out)
{
	const size_t *sizes = results->opts.sizes;
	const struct cell *cell = table_without(results, mech, sizes[0], CELL_UNAVAILABLE);
	char text[32];

	if (cell) {
		fprintf(out, "%s is unavailable: %s\n", mech->name, cell->why);
		return;
	}
	for (unsigned int s = 0; s < results->opts.nsizes; s++) {
		cell = table_without(results, mech, sizes[s], CELL_REFUSED);
		if (cell)
			fprintf(out, "%s refuses %s B: %s\n", mech->name,
				size_text(text, sizeof(text), cell->size), cell->why);
	}
}

/* What a table has no room for: reasons and damage. */
static void table_notes(const struct results *results, FILE *out)
{
	char text[32];

	for (unsigned int m = 0; m < results->opts.nmechs; m++)
		table_reasons(results, results->opts.mechs[m], out);
	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];
		const struct work_tally *tally = &cell->tally;

		if (tally->lost || tally->reordered || tally->corrupt)
			fprintf(out, "! %s %s %s B %s: %llu lost, %llu reordered, %llu corrupt\n",
				cell->mech->name, bench_mode_names[cell->mode],
				size_text(text, sizeof(text), cell->size),
				bench_placement_names[cell->placement],
				(unsigned long long)tally->lost,
				(unsigned long long)tally->reordered,
				(unsigned long long)tally->corrupt);
	}
}

static void table_footer(const struct results *results, FILE *out)
{
	const char *unit = bench_unit_names[results->opts.unit];
	char size[32], fill[32], check[32];

	fprintf(out, "\nMean %s a message; /pipe: how many times pipe's. Figures are gross: a\n"
		"round trip reads the clock once (%.0f), fills a message once and checks it "
		"twice;\none way, once each. To fill and to check a message of\n", unit,
		results->overhead.clock);
	for (unsigned int i = 0; i < results->opts.nsizes; i++) {
		const struct work_cost *cost = &results->work[i];

		fprintf(out, "%s%s B costs %s and %s", i ? ", of " : "",
			size_text(size, sizeof(size), cost->size),
			number_text(fill, sizeof(fill), cost->fill),
			number_text(check, sizeof(check), cost->check));
	}
	fputs(".\n", out);
	table_notes(results, out);
}

void table_print(const struct results *results, FILE *out)
{
	const struct options *opts = &results->opts;
	static const char *const modes[BENCH_MODES] = {
		[BENCH_RTT] = "Round trip",
		[BENCH_ONEWAY] = "One way",
	};

	for (int place = 0; place < BENCH_PLACEMENTS; place++) {
		for (int mode = 0; mode < BENCH_MODES; mode++) {
			if (!opts->placements[place] || !opts->modes[mode])
				continue;
			for (unsigned int s = 0; s < opts->nsizes; s += TABLE_COLUMNS) {
				unsigned int end = s + TABLE_COLUMNS;

				fprintf(out, "\n%s, %s, %s\n", modes[mode],
					bench_placement_names[place], bench_unit_names[opts->unit]);
				table_rows(results, place, mode, s,
					   end < opts->nsizes ? end : opts->nsizes, out);
			}
		}
	}
	table_footer(results, out);
}
