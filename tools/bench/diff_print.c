// SPDX-License-Identifier: GPL-2.0-only
/* What has changed, as a table and as JSON. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "results.h"
#include "results_file.h"

#define NAME_TEXT	120
#define NUMBER_TEXT	32

static const char *const verdict_names[] = {
	[CHANGE_WORSE] = "worse",
	[CHANGE_UNSURE] = "unsure",
	[CHANGE_NONE] = "none",
	[CHANGE_BETTER] = "better",
	[CHANGE_APART] = "apart",
};

static const char *const state_names[DIFF_STATES] = {
	[DIFF_GONE] = "gone",
	[DIFF_UNMEASURED] = "unmeasured",
	[DIFF_NEW] = "new",
};

static void append(char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(char *name, const char *format, ...)
{
	size_t len = strlen(name);
	va_list args;

	va_start(args, format);
	vsnprintf(name + len, NAME_TEXT - len, format, args);
	va_end(args);
}

static const char *row_name(char name[NAME_TEXT], const struct diff_row *row)
{
	json_t *axes = row->before ? row->before->axes : row->after->axes, *value;
	char plain[NAME_TEXT];
	const char *key;
	char *text;

	*name = '\0';
	json_object_foreach(axes, key, value) {
		if (diff_usual(key, value))
			continue;
		text = json_is_string(value) ? strdup(json_string_value(value)) :
		       json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		plain_text(plain, sizeof(plain), text ? text : "?");
		free(text);
		if (*name)
			append(name, " ");
		if (!strcmp(key, "size"))
			append(name, "%s B", plain);
		else if (!strcmp(key, "mechanism") || !strcmp(key, "mode") ||
			 !strcmp(key, "placement"))
			append(name, "%s", plain);
		else
			append(name, "%s %s", key, plain);
	}
	return name;
}

static const char *mean_text(char text[NUMBER_TEXT], double mean)
{
	if (mean < 1000)
		snprintf(text, NUMBER_TEXT, "%.1f", mean);
	else if (mean < 1e15)
		number_text(text, NUMBER_TEXT, mean);
	else
		snprintf(text, NUMBER_TEXT, "%.3e", mean);
	return text;
}

static void print_compared(const struct diff_row *row, int width, FILE *out)
{
	char name[NAME_TEXT], before[NUMBER_TEXT], after[NUMBER_TEXT], interval[64] = "not known";
	const struct change *change = &row->change;

	if (change->sure)
		snprintf(interval, sizeof(interval), "%+.2f to %+.2f", change->low, change->high);
	fprintf(out, "%-*s %13s %13s %+9.2f %20s%s%s\n", width, row_name(name, row),
		mean_text(before, diff_mean(row->before)), mean_text(after, diff_mean(row->after)),
		change->percent, interval, row->verdict == CHANGE_NONE ? "" : "  ",
		row->verdict == CHANGE_NONE ? "" : verdict_names[row->verdict]);
}

/* Why a cell has no mean; "all lost" if nothing came that could be timed. */
static const char *cell_reason(char plain[NAME_TEXT], const struct diff_cell *cell)
{
	const char *refused = json_string_value(json_object_get(cell->json, "refused"));
	const char *missing = json_string_value(json_object_get(cell->json, "unavailable"));
	char text[NAME_TEXT];

	if (!refused && !missing)
		return "all lost";
	snprintf(text, sizeof(text), "%s: %s", refused ? "refused" : "unavailable",
		 refused ? refused : missing);
	return plain_text(plain, NAME_TEXT, text);
}

static void print_other(const struct diff *diff, const struct diff_row *row, FILE *out)
{
	char name[NAME_TEXT], reason[NAME_TEXT];

	row_name(name, row);
	switch (row->state) {
	case DIFF_GONE:
		fprintf(out, "%s: was measured, and is not in %s\n", name, diff->after.path);
		break;
	case DIFF_UNMEASURED:
		fprintf(out, "%s: was measured, and is %s\n", name,
			cell_reason(reason, row->after));
		break;
	default:
		if (row->before)
			fprintf(out, "%s: was %s, and is measured\n", name,
				cell_reason(reason, row->before));
		else
			fprintf(out, "%s: is not in %s\n", name, diff->before.path);
	}
}

void diff_print(const struct diff *diff, FILE *out)
{
	const char *unit = json_string_value(json_object_get(diff->before.root, "unit"));
	size_t compared = diff->states[DIFF_COMPARED], i;
	char name[NAME_TEXT];
	int width = 0, len;

	for (i = 0; i < compared; i++) {
		len = (int)strlen(row_name(name, &diff->rows[i]));
		width = len > width ? len : width;
	}
	if (compared)
		fprintf(out, "%-*s %13s %13s %9s %20s\n", width, plain_text(name, 14, unit),
			"before", "after", "change, %", "95 % interval");
	for (i = 0; i < compared; i++)
		print_compared(&diff->rows[i], width, out);
	for (; i < diff->nrows; i++)
		print_other(diff, &diff->rows[i], out);
}

static json_t *figure_json(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *mean_json(const struct diff_cell *cell)
{
	return cell && diff_mean(cell) > 0 ? json_real(diff_mean(cell)) : json_null();
}

static json_t *row_json(const struct diff_row *row)
{
	json_t *json = json_copy(row->before ? row->before->axes : row->after->axes);
	const struct change *change = &row->change;
	bool compared = row->state == DIFF_COMPARED, sure = compared && change->sure;

	json_object_set_new(json, "before", mean_json(row->before));
	json_object_set_new(json, "after", mean_json(row->after));
	json_object_set_new(json, "change", compared ? figure_json(change->percent) : json_null());
	json_object_set_new(json, "change_low", sure ? figure_json(change->low) : json_null());
	json_object_set_new(json, "change_high", sure ? figure_json(change->high) : json_null());
	json_object_set_new(json, "verdict", json_string(compared ? verdict_names[row->verdict] :
							 state_names[row->state]));
	return json;
}

json_t *diff_json(const struct diff *diff)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < diff->nrows; i++)
		json_array_append_new(cells, row_json(&diff->rows[i]));
	return json_pack("{s:s, s:O, s:f, s:o}", "schema", "ipcx-bench-diff/1",
			 "unit", json_object_get(diff->before.root, "unit"),
			 "threshold", diff->threshold, "cells", cells);
}
