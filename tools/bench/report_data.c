// SPDX-License-Identifier: GPL-2.0-only
/* Reading the files of a report, and merging their cells. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "options.h"
#include "report_data.h"
#include "results.h"
#include "results_file.h"

/* Each entry is compared with all others. */
#define ENTRIES_MOST	10000

void report_no_memory(void)
{
	exit(bench_complain(2, "no memory for a report"));
}

void *report_alloc(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size);

	if (!memory)
		report_no_memory();
	return memory;
}

const char *json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

double json_figure(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *report_host_differs(const struct source *a, const struct source *b)
{
	static const char *const keys[] = { "kernel", "cpu", "cpus", "mitigations", "clocksource" };
	const json_t *one = json_object_get(a->root, "host");
	const json_t *other = json_object_get(b->root, "host");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const json_t *x = json_object_get(one, keys[i]);
		const json_t *y = json_object_get(other, keys[i]);

		if ((x && !json_is_null(x)) != (y && !json_is_null(y)) ||
		    (x && !json_is_null(x) && !json_equal(x, y)))
			return keys[i];
	}
	return NULL;
}

/* The unit must be that of the first file. */
static int check_unit(struct report *report, const struct source *source)
{
	const char *unit = json_text(source->root, "unit");
	bool instructions = !strcmp(unit, "instructions");
	char plain[40];

	if (!instructions && strcmp(unit, "ns"))
		return bench_complain(2, "%s: its figures are in \"%s\", which is no known unit",
				      source->path, plain_text(plain, sizeof(plain), unit));
	if (source == report->sources)
		report->instructions = instructions;
	if (instructions != report->instructions)
		return bench_complain(2, "figures in %s, of %s, and in %s, of %s, are not to be "
				      "mixed", report->instructions ? "instructions" : "ns",
				      report->sources->path, unit, source->path);
	return -1;
}

/* The part of the files that are of the same host, or a new one. */
static size_t part_of(struct report *report, const struct source *source)
{
	for (const struct source *other = report->sources; other < source; other++)
		if (!report_host_differs(source, other))
			return other->part;
	return report->nparts++;
}

/* What was not measured, because somebody interrupted that, does not replace what was. */
static bool replaces(const struct entry *entry, const struct entry *earlier)
{
	return !isnan(entry->mean) || *entry_reason(entry) || isnan(earlier->mean);
}

static int merge_entry(struct part *part, const struct entry *entry)
{
	for (size_t i = 0; i < part->n; i++) {
		struct entry *earlier = &part->entries[i];
		const struct source *source = earlier->source;

		if (!entry_same(earlier, entry, 0))
			continue;
		if (source == entry->source)
			return bench_complain(2, "%s: two cells are of the same: %s %s",
					      source->path, entry->text[ENTRY_MECHANISM],
					      entry->text[ENTRY_MODE]);
		if (replaces(entry, earlier)) {
			*earlier = *entry;
			earlier->instead = source;
		}
		return -1;
	}
	part->entries[part->n++] = *entry;
	return -1;
}

static int merge_source(struct report *report, const struct source *source)
{
	const json_t *cells = json_object_get(source->root, "cells"), *cell;
	int status = -1;
	size_t i;

	json_array_foreach(cells, i, cell) {
		struct entry entry;

		entry_parse(&entry, cell, source);
		status = merge_entry(&report->parts[source->part], &entry);
		if (status >= 0)
			return status;
	}
	return status;
}

static int read_source(struct report *report, struct source *source)
{
	int status = results_read(source->path, &source->root);

	report->nsources++;
	if (status < 0)
		status = check_unit(report, source);
	if (status < 0)
		source->part = part_of(report, source);
	return status;
}

int report_read(struct report *report, char **paths, size_t n)
{
	size_t cells = 0;
	int status = -1;

	*report = (struct report){ .sources = report_alloc(n, sizeof(*report->sources)) };
	for (size_t i = 0; i < n && status < 0; i++) {
		report->sources[i].path = paths[i];
		status = read_source(report, &report->sources[i]);
		cells += json_array_size(json_object_get(report->sources[i].root, "cells"));
	}
	if (status < 0 && cells > ENTRIES_MOST)
		status = bench_complain(2, "%zu cells are more than a report has room for, which "
					"is %d", cells, ENTRIES_MOST);
	if (status >= 0)
		return status;
	report->parts = report_alloc(report->nparts, sizeof(*report->parts));
	for (size_t i = 0; i < report->nparts; i++)
		report->parts[i].entries = report_alloc(cells, sizeof(struct entry));
	for (size_t i = 0; i < n && status < 0; i++)
		status = merge_source(report, &report->sources[i]);
	return status;
}

void report_drop(struct report *report)
{
	for (size_t i = 0; report->parts && i < report->nparts; i++)
		free(report->parts[i].entries);
	for (size_t i = 0; i < report->nsources; i++)
		json_decref(report->sources[i].root);
	free(report->parts);
	free(report->sources);
}
