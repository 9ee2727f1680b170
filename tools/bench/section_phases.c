// SPDX-License-Identifier: GPL-2.0-only
/* Instructions of a message, and what opening and closing take: bars, in parts where known. */
#include <math.h>
#include <string.h>

#include "chart.h"

#define PARTS_MOST	8

/**
 * struct stack - what a section draws bars of
 * @what: what they are titled with
 * @x_title: what their length is
 * @of: the object, or the number, with the parts of a cell; NULL if it has none
 * @filter: cells that have parts
 */
struct stack {
	const char *what;
	const char *x_title;
	const json_t *(*of)(const struct entry *entry);
	entry_filter *filter;
};

/* Names of the parts that any cell of the chart has, "total" not being one. */
static size_t part_names(const struct page *page, const struct stack *stack,
			 const struct entry *first, const char **names)
{
	size_t n = 0, i;

	for (const struct entry *entry = first; entry < page->part->entries + page->part->n;
	     entry++) {
		json_t *parts = (json_t *)stack->of(entry), *value;
		const char *key;

		if (!stack->filter(entry) || !entry_same(entry, first, VARY_ROW) ||
		    !json_is_object(parts))
			continue;
		json_object_foreach(parts, key, value) {
			for (i = 0; i < n && strcmp(names[i], key); i++)
				;
			if (i == n && n < PARTS_MOST && json_is_number(value) &&
			    strcmp(key, "total"))
				names[n++] = key;
		}
	}
	return n;
}

static void add_bar(struct chart *chart, const struct stack *stack, const struct entry *entry)
{
	struct chart_row *row = chart_row(chart, entry);
	const json_t *parts = stack->of(entry);

	for (size_t i = 0; i < chart->nstack; i++)
		chart_add(row, (struct plot_point){
			(double)i, fmax(0, json_figure(parts, chart->stack[i])), NAN, NAN });
	if (!chart->nstack)
		chart_add(row, (struct plot_point){
			0, json_is_number(parts) ? json_number_value(parts) :
						   json_figure(parts, "total"), NAN, NAN });
}

static void put_one(struct page *page, const struct stack *stack, const struct entry *first,
		    enum plot_axis axis)
{
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME], size[32];
	const char *names[PARTS_MOST];
	struct chart chart = {
		.plot = {
			.title = title,
			.about = "Shorter bars are better.",
			.x_title = stack->x_title,
			.kind = PLOT_BARS,
			.x_axis = axis,
			.y_axis = axis,
		},
	};

	chart.nstack = part_names(page, stack, first, names);
	chart.stack = chart.nstack ? names : NULL;
	entry_axes(axes, sizeof(axes), first, VARY_ROW);
	snprintf(title, sizeof(title), "%s, %s B, %s", stack->what,
		 entry_size(size, sizeof(size), first), axes);
	page_heading(page, 1, NULL, title);
	for (const struct entry *entry = first; entry < page->part->entries + page->part->n;
	     entry++)
		if (stack->filter(entry) && entry_same(entry, first, VARY_ROW))
			add_bar(&chart, stack, entry);
	chart_put(page, &chart);
}

/* Of the small size only: what larger ones add is in the cost model. */
static void put_stack(struct page *page, const struct stack *stack, enum plot_axis axis)
{
	const struct part *part = page->part;
	int64_t size = entry_small(part, stack->filter);

	for (size_t i = 0; i < part->n; i++)
		if (part->entries[i].number[ENTRY_SIZE] == size &&
		    entry_is_first(part, &part->entries[i], stack->filter, VARY_ROW))
			put_one(page, stack, &part->entries[i], axis);
}

static const json_t *instructions_of(const struct entry *entry)
{
	return json_object_get(entry->json, "instructions");
}

static bool has_instructions(const struct entry *entry)
{
	json_t *parts = (json_t *)instructions_of(entry), *value;
	double sum = 0;
	const char *key;

	if (!entry_of_mode(entry, "lat"))
		return false;
	if (json_is_number(parts))
		return json_number_value(parts) > 0;
	json_object_foreach(parts, key, value)
		sum += fmax(0, json_number_value(value));
	return sum > 0;
}

static const struct stack instructions = {
	.what = "Instructions of a round trip",
	.x_title = "instructions",
	.of = instructions_of,
	.filter = has_instructions,
};

static bool instructions_present(const struct page *page)
{
	return entry_small(page->part, has_instructions) >= 0;
}

static void instructions_put(struct page *page)
{
	fputs("<p>What both sides together execute for a round trip. Instructions are not time: "
	      "one that waits for memory costs as much as a hundred that do not.</p>\n", page->out);
	put_stack(page, &instructions, PLOT_NUMBER);
}

const struct section section_instructions = {
	.id = "instructions",
	.title = "Instructions",
	.missing = "instructions; <code>tools/vm/vm --icount -- ipcx bench lat</code>",
	.present = instructions_present,
	.put = instructions_put,
};

static const json_t *phases_of(const struct entry *entry)
{
	return json_object_get(entry->json, "phases");
}

static bool has_phases(const struct entry *entry)
{
	return entry_of_mode(entry, "setup") && json_object_size(phases_of(entry));
}

static const struct stack phases = {
	.what = "Opening and closing",
	.x_title = "for one channel",
	.of = phases_of,
	.filter = has_phases,
};

static bool setup_present(const struct page *page)
{
	return entry_small(page->part, has_phases) >= 0;
}

static void setup_put(struct page *page)
{
	fputs("<p>What it takes to open both ends of a channel, and to close them. It matters to "
	      "who opens one for each request, and to nobody else.</p>\n", page->out);
	put_stack(page, &phases, page_unit_axis(page));
}

const struct section section_setup = {
	.id = "setup",
	.title = "Opening and closing",
	.missing = "opening and closing; <code>ipcx bench setup</code>",
	.present = setup_present,
	.put = setup_put,
};
