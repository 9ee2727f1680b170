// SPDX-License-Identifier: GPL-2.0-only
/* Results for a terminal: mechanisms down; sizes, rates, gaps or numbers of sides across. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results.h"
#include "results_counts.h"

#define TABLE_NAME	22	/* at least */
#define TABLE_COLUMN	20	/* at least */
#define TABLE_COLUMNS	4	/* side by side */

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

static void table_cell(const struct results *results, const struct cell *cell, int width, FILE *out)
{
	const struct cell *base = results_like(results, cell, mechanism_find("pipe", 4));
	char number[32], ratio[16] = "-";
	const char *mark = "  ";

	if (cell->state != CELL_MEASURED || !cell->nrounds) {
		const char *what = cell->state == CELL_REFUSED ? "refused" :
				   cell->state == CELL_UNAVAILABLE ? "unavailable" :
				   cell->n ? "all lost" : "not yet";

		fprintf(out, "%*s  ", width - 2, what);
		return;
	}
	if (base && base->nrounds)
		snprintf(ratio, sizeof(ratio), "%.2f", cell->mean / base->mean);
	if (cell->tally.lost || cell->tally.reordered || cell->tally.corrupt)
		mark = " !";
	fprintf(out, "%*s %6s%s", width - 9, number_text(number, sizeof(number), cell->mean),
		ratio, mark);
}

/**
 * struct table - cells side by side
 * @results: all cells
 * @column: of each column, a cell
 * @columns: how many
 * @row: of each row, a cell
 * @rows: how many
 * @name: characters of the name of a row
 * @width: characters of a column
 */
struct table {
	const struct results *results;
	const struct cell **column;
	unsigned int columns;
	const struct cell **row;
	unsigned int rows;
	int name;
	int width;
};

static bool table_same_row(const struct cell *a, const struct cell *b)
{
	return a->mech == b->mech && a->wait == b->wait && knob_same(&a->knob, &b->knob);
}

static void table_add(struct table *table, const struct cell *cell)
{
	unsigned int i = 0;
	char text[64];
	int wide;

	while (i < table->columns && !cell_below(table->column[i], cell))
		i++;
	if (i == table->columns)
		table->column[table->columns++] = cell;
	wide = (int)strlen(cell_column(text, sizeof(text), cell)) + 10;
	table->width = wide > table->width ? wide : table->width;
	for (i = 0; i < table->rows && !table_same_row(table->row[i], cell);)
		i++;
	if (i == table->rows)
		table->row[table->rows++] = cell;
	wide = (int)strlen(cell_row(text, sizeof(text), cell));
	table->name = wide > table->name ? wide : table->name;
}

static const struct cell *table_at(const struct table *table, const struct cell *row,
				   const struct cell *column)
{
	for (unsigned int i = 0; i < table->results->ncells; i++) {
		const struct cell *cell = &table->results->cells[i];

		if (table_same_row(cell, row) && cell_below(cell, column))
			return cell;
	}
	return NULL;
}

/* Columns @from to @to - 1 of all rows */
static void table_block(const struct table *table, unsigned int from, unsigned int to, FILE *out)
{
	char text[64];

	fprintf(out, "%-*s", table->name, "");
	for (unsigned int c = from; c < to; c++)
		fprintf(out, "%*s %6s  ", table->width - 9,
			cell_column(text, sizeof(text), table->column[c]), "/pipe");
	fputc('\n', out);
	for (unsigned int r = 0; r < table->rows; r++) {
		fprintf(out, "%-*s", table->name, cell_row(text, sizeof(text), table->row[r]));
		for (unsigned int c = from; c < to; c++) {
			const struct cell *cell = table_at(table, table->row[r], table->column[c]);

			if (cell)
				table_cell(table->results, cell, table->width, out);
			else
				fprintf(out, "%*s", table->width, "");
		}
		fputc('\n', out);
	}
}

/* Whether a cell before @cell has no figures for the same reason. */
static bool table_told(const struct results *results, const struct cell *cell)
{
	for (const struct cell *c = results->cells; c < cell; c++)
		if (c->mech == cell->mech && c->state == cell->state && !strcmp(c->why, cell->why))
			return true;
	return false;
}

static void table_reasons(const struct results *results, const struct mechanism *mech, FILE *out)
{
	char row[64], point[64];

	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];

		if (cell->mech != mech || cell->state == CELL_MEASURED || table_told(results, cell))
			continue;
		cell_row(row, sizeof(row), cell);
		if (cell->state == CELL_UNAVAILABLE)
			fprintf(out, "%s is unavailable: %s\n", row, cell->why);
		else
			fprintf(out, "%s refuses %s: %s\n", row,
				cell_point(point, sizeof(point), cell), cell->why);
	}
}

/* What a table has no room for: reasons and damage. */
static void table_notes(const struct results *results, FILE *out)
{
	char row[64], column[64];

	for (unsigned int m = 0; m < results->opts.nmechs; m++)
		table_reasons(results, results->opts.mechs[m], out);
	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];
		const struct work_tally *tally = &cell->tally;

		if (tally->lost || tally->reordered || tally->corrupt)
			fprintf(out, "! %s %s %s %s: %llu lost, %llu reordered, %llu corrupt\n",
				cell_row(row, sizeof(row), cell), cell->mode->name,
				cell_column(column, sizeof(column), cell),
				bench_placement_names[cell->placement],
				(unsigned long long)tally->lost,
				(unsigned long long)tally->reordered,
				(unsigned long long)tally->corrupt);
	}
	if (!results->complete)
		fputs("Not complete: it was interrupted.\n", out);
}

static void table_footer(const struct results *results, FILE *out)
{
	char size[32], fill[32], check[32];

	fprintf(out, "\nMean %s a message; /pipe: how many times pipe's. Figures are gross: a\n"
		"round trip reads the clock once (%.0f), fills a message once and checks it "
		"twice;\none way, once each. To fill and to check a message of\n",
		bench_unit_names[results->opts.unit], results->overhead.clock);
	for (unsigned int i = 0; i < results->opts.sizes.n; i++) {
		const struct work_cost *cost = &results->work[i];

		fprintf(out, "%s%s B costs %s and %s", i ? ", of " : "",
			size_text(size, sizeof(size), cost->size),
			number_text(fill, sizeof(fill), cost->fill),
			number_text(check, sizeof(check), cost->check));
	}
	fputs(".\n", out);
	table_counts(results, out);
	table_notes(results, out);
}

/* The table that starts at cell @first; returns the cell after its last. */
static unsigned int table_one(struct table *table, unsigned int first, FILE *out)
{
	const struct results *results = table->results;
	const struct cell *cell = &results->cells[first];
	unsigned int i = first;

	table->columns = 0;
	table->rows = 0;
	table->name = TABLE_NAME;
	table->width = TABLE_COLUMN;
	for (; i < results->ncells && cell_beside(&results->cells[i], cell); i++)
		table_add(table, &results->cells[i]);
	for (unsigned int c = 0; c < table->columns; c += TABLE_COLUMNS) {
		unsigned int end = c + TABLE_COLUMNS;

		fprintf(out, "\n%s, %s%s%s%s, %s\n", cell->mode->title,
			bench_placement_names[cell->placement],
			cell->as == AS_THREAD ? ", threads" : "",
			cell->policy == POLICY_OTHER ? "" : ", policy ",
			cell->policy == POLICY_OTHER ? "" : bench_policy_names[cell->policy],
			bench_unit_names[results->opts.unit]);
		table_block(table, c, end < table->columns ? end : table->columns, out);
	}
	return i;
}

void table_print(const struct results *results, FILE *out)
{
	const struct cell **cells = calloc(2 * results->ncells, sizeof(*cells));
	struct table table = {
		.results = results,
		.column = cells,
		.row = cells + results->ncells,
	};

	for (unsigned int i = 0; cells && i < results->ncells;)
		i = table_one(&table, i, out);
	free(cells);
	table_footer(results, out);
}
