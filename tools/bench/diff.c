// SPDX-License-Identifier: GPL-2.0-only
/* ipcx bench diff: matching the cells of two files, and what to say of those that changed. */
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "options.h"
#include "results.h"
#include "results_file.h"

#define THRESHOLD_INSTRUCTIONS	1
#define THRESHOLD_NS		5
#define THRESHOLD_MOST		1000

static const char diff_help[] =
"Usage: ipcx bench diff [OPTION]... BEFORE.json AFTER.json\n"
"\n"
"Compares the cells of two files of results, worst first: how much the mean has changed, in\n"
"percent, and between which figures that is with a confidence of 95 %, as the rounds tell.\n"
"\n"
"  -t, --threshold PERCENT  the change for the worse that matters (default: 1 if the unit is\n"
"                           instructions, else 5)\n"
"  -s, --same               both are of the same: neither may be farther off the other\n"
"  -j, --json FILE          write the comparison to FILE, - for standard output\n"
"  -h, --help               this\n"
"\n"
"A cell is worse if its change is above the threshold, and all of its interval is, too, even when\n"
"that is made wider for the number of cells: where nothing has changed, all cells together have a\n"
"chance of at most 5 % that one of them comes out as worse, and far less of one if the rounds of a\n"
"cell are alike. A cell is unsure if its interval is above the threshold only before it is made\n"
"wider; or if it goes beyond twice the threshold, so that a change of that much could hide in it;\n"
"or if there is none, as the cell has but one round. More rounds help. A cell that was measured\n"
"and no longer is fails like one that is worse; one that is new does not.\n"
"\n"
"With --same, what matters is how far the means are apart, either way and whatever the intervals: a\n"
"cell fails if that is above the threshold, or if only one of the files has it.\n"
"\n"
"Exit status: 0 if every cell is sure not to be worse; 1 if one is worse, or no longer measured, or\n"
"fails with --same; 2 for bad input; 3 if none is worse, but one is unsure.\n";

/*
 * What tells cells apart, in the order that it is printed in. Files that know nothing of an axis
 * have what is usual; nobody knew batches, threads and several sides before all files told.
 */
static const struct {
	const char *key;
	const char *word;
	int number;
} axes[] = {
	{ .key = "mechanism" }, { .key = "mode" }, { .key = "size" }, { .key = "placement" },
	{ .key = "batch", .number = 1 }, { .key = "capacity" }, { .key = "wait", .word = "block" },
	{ .key = "as", .word = "process" }, { .key = "policy", .word = "other" },
	{ .key = "knob" }, { .key = "rate" }, { .key = "gap" }, { .key = "producers", .number = 1 },
	{ .key = "consumers", .number = 1 },
};

bool diff_usual(const char *key, const json_t *value)
{
	size_t i = 0;

	while (strcmp(axes[i].key, key))
		i++;
	if (axes[i].word)
		return json_is_string(value) && !strcmp(json_string_value(value), axes[i].word);
	return axes[i].number && json_integer_value(value) == axes[i].number;
}

double diff_mean(const struct diff_cell *cell)
{
	return json_number_value(json_object_get(cell->json, "mean"));
}

static int compare_cells(const void *left, const void *right)
{
	return strcmp(((const struct diff_cell *)left)->key,
		      ((const struct diff_cell *)right)->key);
}

/* Set the key of @cell; -1 if there is no memory. */
static int cell_identify(struct diff_cell *cell)
{
	cell->axes = json_object();
	for (size_t i = 0; i < ARRAY_SIZE(axes); i++) {
		json_t *value = json_object_get(cell->json, axes[i].key);

		if (value && !json_is_null(value))
			json_object_set(cell->axes, axes[i].key, value);
		else if (axes[i].word)
			json_object_set_new(cell->axes, axes[i].key, json_string(axes[i].word));
		else if (axes[i].number)
			json_object_set_new(cell->axes, axes[i].key, json_integer(axes[i].number));
	}
	cell->key = json_dumps(cell->axes, JSON_COMPACT);
	return cell->key ? 0 : -1;
}

static int file_cells(struct diff_file *file)
{
	const json_t *cells = json_object_get(file->root, "cells"), *mean;

	file->cells = calloc(json_array_size(cells) + 1, sizeof(*file->cells));
	if (!file->cells)
		return bench_complain(2, "%s: no memory", file->path);
	for (size_t i = 0; i < json_array_size(cells); i++) {
		struct diff_cell *cell = &file->cells[file->ncells++];

		cell->json = json_array_get(cells, i);
		cell->index = i;
		mean = json_object_get(cell->json, "mean");
		if (json_is_number(mean) && !(json_number_value(mean) > 0))
			return bench_complain(2, "%s: cell %zu: its mean is not over 0", file->path,
					      i);
		if (cell_identify(cell))
			return bench_complain(2, "%s: no memory", file->path);
	}
	qsort(file->cells, file->ncells, sizeof(*file->cells), compare_cells);
	for (size_t i = 1; i < file->ncells; i++)
		if (!compare_cells(&file->cells[i - 1], &file->cells[i]))
			return bench_complain(2, "%s: cells %zu and %zu are of the same",
					      file->path, file->cells[i - 1].index,
					      file->cells[i].index);
	return -1;
}

static int file_read(struct diff_file *file)
{
	int status = results_read(file->path, &file->root);

	return status < 0 ? file_cells(file) : status;
}

static void file_drop(struct diff_file *file)
{
	for (size_t i = 0; i < file->ncells; i++) {
		free(file->cells[i].key);
		json_decref(file->cells[i].axes);
	}
	free(file->cells);
	json_decref(file->root);
}

/* What is known of a cell's mean. If it has no rounds, its interval has to do. */
static int cell_mean(const struct diff_cell *cell, struct change_mean *mean)
{
	const json_t *list = json_object_get(cell->json, "rounds");
	double low = json_number_value(json_object_get(cell->json, "mean_low"));
	double high = json_number_value(json_object_get(cell->json, "mean_high"));
	size_t n = json_array_size(list);
	double *rounds = calloc(n + 1, sizeof(*rounds));

	if (!rounds)
		return bench_complain(2, "no memory");
	for (size_t i = 0; i < n; i++)
		rounds[i] = json_number_value(json_array_get(list, i));
	*mean = change_mean(diff_mean(cell), rounds, n);
	free(rounds);
	if (n < 2 && low > 0 && low < high) {
		mean->error = (high - low) / (2 * 1.96) / mean->mean;
		mean->df = 1000;
	}
	return -1;
}

/* Add a row for a cell, or for one that only one file has, unless it has a mean in neither. */
static void add_row(struct diff *diff, const struct diff_cell *before,
		    const struct diff_cell *after)
{
	struct diff_row *row = &diff->rows[diff->nrows];
	bool was = before && diff_mean(before) > 0, is = after && diff_mean(after) > 0;

	if (!was && !is)
		return;
	*row = (struct diff_row){ .before = before, .after = after };
	row->state = was && is ? DIFF_COMPARED : is ? DIFF_NEW :
		     after ? DIFF_UNMEASURED : DIFF_GONE;
	diff->states[row->state]++;
	diff->nrows++;
}

static int match_cells(struct diff *diff)
{
	const struct diff_cell *a = diff->before.cells, *a_end = a + diff->before.ncells;
	const struct diff_cell *b = diff->after.cells, *b_end = b + diff->after.ncells;
	int order;

	diff->rows = calloc(diff->before.ncells + diff->after.ncells + 1, sizeof(*diff->rows));
	if (!diff->rows)
		return bench_complain(2, "no memory");
	while (a < a_end || b < b_end) {
		order = a == a_end ? 1 : b == b_end ? -1 : compare_cells(a, b);
		add_row(diff, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
		a += order <= 0;
		b += order >= 0;
	}
	if (!diff->states[DIFF_COMPARED] && diff->states[DIFF_NEW] == diff->nrows)
		return bench_complain(2, "%s: nothing is measured there", diff->before.path);
	return -1;
}

static int compare_rows(const void *left, const void *right)
{
	const struct diff_row *a = left, *b = right;
	const struct diff_cell *x = a->before ? a->before : a->after;
	const struct diff_cell *y = b->before ? b->before : b->after;

	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return strcmp(x->key, y->key);
}

static void judge_row(struct diff *diff, struct diff_row *row, const struct change_mean *before,
		      const struct change_mean *after)
{
	row->change = change_between(before, after, diff->states[DIFF_COMPARED]);
	row->rank = diff->same ? fabs(row->change.percent) : row->change.percent;
	row->verdict = diff->same ? change_same(&row->change, diff->threshold) :
				    change_judge(&row->change, diff->threshold);
	diff->worse += row->verdict == CHANGE_WORSE || row->verdict == CHANGE_APART;
	diff->unsure += row->verdict == CHANGE_UNSURE;
}

static int judge_rows(struct diff *diff)
{
	struct change_mean before, after;
	int status;

	for (size_t i = 0; i < diff->nrows; i++) {
		struct diff_row *row = &diff->rows[i];

		if (row->state != DIFF_COMPARED)
			continue;
		status = cell_mean(row->before, &before);
		if (status < 0)
			status = cell_mean(row->after, &after);
		if (status >= 0)
			return status;
		judge_row(diff, row, &before, &after);
	}
	qsort(diff->rows, diff->nrows, sizeof(*diff->rows), compare_rows);
	return -1;
}

/* Whatever is not the same may be what made the difference. */
static void warn_hosts(const struct diff *diff)
{
	static const char *const keys[] = { "kernel", "cpu", "mitigations" };
	char before[80], after[80];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *a, *b;

		a = json_string_value(json_object_get(json_object_get(diff->before.root, "host"),
						      keys[i]));
		b = json_string_value(json_object_get(json_object_get(diff->after.root, "host"),
						      keys[i]));
		a = a ? a : "not known";
		b = b ? b : "not known";
		if (strcmp(a, b))
			bench_complain(-1, "the hosts differ in %s: \"%s\" and \"%s\"", keys[i],
				       plain_text(before, sizeof(before), a),
				       plain_text(after, sizeof(after), b));
	}
}

static int check_units(struct diff *diff)
{
	const char *a = json_string_value(json_object_get(diff->before.root, "unit"));
	const char *b = json_string_value(json_object_get(diff->after.root, "unit"));
	char before[40], after[40];

	if (strcmp(a, b))
		return bench_complain(2, "figures in %s and in %s cannot be compared",
				      plain_text(before, sizeof(before), a),
				      plain_text(after, sizeof(after), b));
	if (diff->threshold < 0)
		diff->threshold = strcmp(a, "instructions") ? THRESHOLD_NS : THRESHOLD_INSTRUCTIONS;
	return -1;
}

static const char *are(size_t n)
{
	return n == 1 ? "is" : "are";
}

/* Of two runs of the same, also a cell that only the second has is one too many. */
static int conclude_same(const struct diff *diff)
{
	size_t compared = diff->states[DIFF_COMPARED], lone = diff->nrows - compared;

	if (diff->worse)
		bench_complain(1, "%zu of %zu cells %s off by more than %g %%", diff->worse,
			       compared, are(diff->worse), diff->threshold);
	if (lone)
		bench_complain(1, "%zu of %zu cells %s in one of the files only", lone, diff->nrows,
			       are(lone));
	return diff->worse || lone;
}

static int conclude(const struct diff *diff)
{
	size_t lost = diff->states[DIFF_GONE] + diff->states[DIFF_UNMEASURED];
	size_t compared = diff->states[DIFF_COMPARED];

	if (diff->worse && lost)
		return bench_complain(1, "%zu of %zu cells %s worse by more than %g %%, and %zu %s "
				      "no longer measured", diff->worse, compared, are(diff->worse),
				      diff->threshold, lost, are(lost));
	if (diff->worse)
		return bench_complain(1, "%zu of %zu cells %s worse by more than %g %%",
				      diff->worse, compared, are(diff->worse), diff->threshold);
	if (lost)
		return bench_complain(1, "%zu of %zu cells %s no longer measured", lost,
				      compared + lost, are(lost));
	if (diff->unsure)
		return bench_complain(3, "%zu of %zu cells %s unsure: too few rounds, or too "
				      "different ones, to rule out that it costs %g %% more",
				      diff->unsure, compared, are(diff->unsure),
				      2 * diff->threshold);
	return 0;
}

static int diff_run(struct diff *diff, const char *json)
{
	int status = file_read(&diff->before);
	json_t *written;

	if (status < 0)
		status = file_read(&diff->after);
	if (status < 0)
		status = check_units(diff);
	if (status < 0)
		status = match_cells(diff);
	if (status < 0)
		status = judge_rows(diff);
	if (status >= 0)
		return status;
	warn_hosts(diff);
	diff_print(diff, json && !strcmp(json, "-") ? stderr : stdout);
	if (json) {
		written = diff_json(diff);
		status = written ? results_file_write(written, json) :
				   bench_complain(2, "no memory");
		json_decref(written);
	}
	if (status >= 0)
		return status;
	return diff->same ? conclude_same(diff) : conclude(diff);
}

static int parse_threshold(const char *text, double *threshold)
{
	char *end;

	*threshold = strtod(text, &end);
	if (strspn(text, "0123456789.") != strlen(text) || end == text || *end ||
	    *threshold > THRESHOLD_MOST)
		return bench_complain(2, "threshold \"%s\" is not a number of percent from 0 to %d",
				      text, THRESHOLD_MOST);
	return -1;
}

static int diff_options(struct diff *diff, const char **json, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "threshold", required_argument, NULL, 't' },
		{ "same", no_argument, NULL, 's' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int option, status = -1;

	opterr = 0;
	optind = 0;
	while (status < 0 && (option = getopt_long(argc, argv, ":t:sj:h", longs, NULL)) != -1) {
		if (option == 't') {
			status = parse_threshold(optarg, &diff->threshold);
		} else if (option == 's') {
			diff->same = true;
		} else if (option == 'j') {
			*json = optarg;
		} else if (option == 'h') {
			fputs(diff_help, stdout);
			status = 0;
		} else {
			status = bench_complain(2, option == ':' ? "%s wants a value" :
						"diff: no option \"%s\"", argv[optind - 1]);
		}
	}
	if (status < 0 && (optind != argc - 2 || (*json && !**json)))
		status = bench_complain(2, "diff wants two files of results, and --json a third");
	return status;
}

int diff_main(int argc, char **argv)
{
	struct diff diff = { .threshold = -1 };
	const char *json = NULL;
	int status = diff_options(&diff, &json, argc, argv);

	if (status >= 0)
		return status;
	diff.before.path = argv[optind];
	diff.after.path = argv[optind + 1];
	status = diff_run(&diff, json);
	free(diff.rows);
	file_drop(&diff.before);
	file_drop(&diff.after);
	return status;
}
