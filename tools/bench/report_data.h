/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report is made of: the cells of all files, merged. A part has what was measured on one
 * host, and nothing in a page mixes parts.
 */
#ifndef BENCH_REPORT_DATA_H
#define BENCH_REPORT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/** enum entry_axis - what tells entries apart */
enum entry_axis {
	ENTRY_MECHANISM,
	ENTRY_MODE,
	ENTRY_PLACEMENT,
	ENTRY_WAIT,
	ENTRY_AS,
	ENTRY_POLICY,
	ENTRY_KNOB,
	ENTRY_TEXTS,		/* so many are texts, the others numbers */
	ENTRY_SIZE = ENTRY_TEXTS,
	ENTRY_BATCH,
	ENTRY_CAPACITY,
	ENTRY_RATE,
	ENTRY_GAP,
	ENTRY_PRODUCERS,
	ENTRY_CONSUMERS,
	ENTRY_AXES
};

#define VARY(axis)	(1u << ENTRY_##axis)
/* What a line of a plot is of */
#define VARY_ROW	(VARY(MECHANISM) | VARY(WAIT) | VARY(KNOB))

/**
 * struct source - a file of results
 * @path: its name
 * @root: what is in it
 * @part: the part that it is in
 */
struct source {
	const char *path;
	json_t *root;
	size_t part;
};

/**
 * struct entry - a cell of a file
 * @json: all of it
 * @source: the file
 * @instead: the earlier file whose cell it is taken instead of; or NULL
 * @text: where it is on the axes that are texts, by enum entry_axis
 * @number: and on the others; -1 where that axis means nothing
 * @mean: its mean; NAN if it has none
 * @low: lower end of the interval of @mean; NAN if that is not known
 * @high: upper end
 */
struct entry {
	const json_t *json;
	const struct source *source;
	const struct source *instead;
	const char *text[ENTRY_TEXTS];
	int64_t number[ENTRY_AXES];
	double mean;
	double low;
	double high;
};

/**
 * struct part - what was measured on one host
 * @entries: its cells, those of a file that was named earlier first
 * @n: how many
 */
struct part {
	struct entry *entries;
	size_t n;
};

/**
 * struct report - all files
 * @sources: in the order that they were named in
 * @nsources: how many
 * @parts: by the first file of each host
 * @nparts: how many
 * @instructions: the unit, which is that of all files, is instructions; else nanoseconds
 */
struct report {
	struct source *sources;
	size_t nsources;
	struct part *parts;
	size_t nparts;
	bool instructions;
};

/** report_read() - read @n files; -1; or 2, after a sentence on what is wrong with which */
int report_read(struct report *report, char **paths, size_t n);

/** report_drop() - free what report_read() has read, whatever it returned */
void report_drop(struct report *report);

/** report_alloc() - zeroed memory; where there is none, one sentence, and the program ends */
void *report_alloc(size_t n, size_t size);

/** report_no_memory() - say so, and end */
_Noreturn void report_no_memory(void);

/** report_host_differs() - the first fact that the hosts of two files differ in; NULL if none */
const char *report_host_differs(const struct source *a, const struct source *b);

/** json_text() - @object's text at @key; "" if it has none */
const char *json_text(const json_t *object, const char *key);

/** json_figure() - @object's number at @key; NAN if it has none */
double json_figure(const json_t *object, const char *key);

#endif /* BENCH_REPORT_DATA_H */
