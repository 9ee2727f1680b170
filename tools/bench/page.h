/* SPDX-License-Identifier: GPL-2.0-only */
/* The page of a report, and what stands in it. */
#ifndef BENCH_PAGE_H
#define BENCH_PAGE_H

#include <stdio.h>

#include "plot.h"
#include "report_data.h"

#define PAGE_ERROR	256

/**
 * struct page - the page that is being written
 * @out: where to
 * @report: what it is about
 * @part: the part that is being written
 * @number: of that, from 0
 * @undrawn: there are to be no plots, only their tables
 * @plots: tried so far
 * @failed: those that could not be drawn
 * @error: why not; of the first
 */
struct page {
	FILE *out;
	const struct report *report;
	const struct part *part;
	unsigned int number;
	bool undrawn;
	unsigned int plots;
	unsigned int failed;
	char error[PAGE_ERROR];
};

/**
 * struct section - a section of a part
 * @id: to be linked to
 * @title: its heading
 * @missing: what of it is missing in results without it, with the command that measures it, as
 *	HTML; NULL if that is not worth a word
 * @present: whether the page's part has anything for it
 * @put: write it, but for its heading
 */
struct section {
	const char *id;
	const char *title;
	const char *missing;
	bool (*present)(const struct page *page);
	void (*put)(struct page *page);
};

/** page_write() - the whole page, by @page; its @out is set already */
void page_write(struct page *page);

/** page_heading() - a heading @depth below a section's, the section's being 0 */
void page_heading(const struct page *page, unsigned int depth, const char *id, const char *text);

/** page_warnings() - what weakens the page, after all else has been written by @page */
void page_warnings(struct page *page, FILE *out);

/** page_unit_axis() - how figures in the unit of the report are written */
enum plot_axis page_unit_axis(const struct page *page);

/** page_unit() - "time" or "instructions" */
const char *page_unit(const struct page *page);

#endif /* BENCH_PAGE_H */
