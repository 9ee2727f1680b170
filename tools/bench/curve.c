// SPDX-License-Identifier: GPL-2.0-only
/* Curves: the cells of a mode, along one axis. */
#include <math.h>
#include <string.h>

#include "curve.h"
#include "value.h"

static bool is_of(const struct entry *entry, const struct curve *curve)
{
	return entry_of_mode(entry, curve->mode) && entry->number[curve->along] >= 0;
}

static unsigned int varies(const struct curve *curve)
{
	return VARY_ROW | 1u << curve->along;
}

bool curve_present(const struct page *page, const struct curve *curve)
{
	const struct part *part = page->part;

	for (size_t i = 0; i < part->n; i++) {
		if (!is_of(&part->entries[i], curve))
			continue;
		for (size_t j = 0; j < i; j++)
			if (is_of(&part->entries[j], curve) &&
			    entry_same(&part->entries[i], &part->entries[j], 1u << curve->along))
				return true;
	}
	return false;
}

void curve_quantile(const struct entry *entry, const char *name, struct plot_point *point)
{
	const json_t *ends = json_object_get(json_object_get(entry->json, "intervals"), name);

	point->y = json_figure(entry->json, name);
	if (json_array_size(ends) != 2)
		return;
	point->low = json_number_value(json_array_get(ends, 0));
	point->high = json_number_value(json_array_get(ends, 1));
}

void curve_rate(const struct entry *entry, double amount, struct plot_point *point)
{
	point->y = amount / entry->mean;
	if (!(entry->low > 0))
		return;
	point->low = amount / entry->high;
	point->high = amount / entry->low;
}

static void add_floors(const struct page *page, struct chart *chart, const struct entry *like)
{
	for (size_t s = 0; s < page->report->nsources; s++) {
		const struct source *source = &page->report->sources[s];
		const json_t *list = json_object_get(source->root, "floors"), *floor;
		size_t i;

		if (source != like->source)
			continue;
		json_array_foreach(list, i, floor) {
			double mean = json_figure(floor, "mean");
			const char *policy = json_text(floor, "policy");
			char text[VALUE_TEXT];

			if (!(mean > 0) || chart->nfloors == CHART_FLOORS ||
			    strcmp(json_text(floor, "placement"), like->text[ENTRY_PLACEMENT]) ||
			    strcmp(*policy ? policy : "other", like->text[ENTRY_POLICY]))
				continue;
			snprintf(chart->floors[chart->nfloors].name, ENTRY_NAME, "%.30s, %s",
				 json_text(floor, "name"),
				 value_text(text, chart->plot.y_axis, mean));
			chart->floors[chart->nfloors++].at =
				(struct plot_point){ 0, mean, NAN, NAN };
		}
	}
}

static void put_one(struct page *page, const struct curve *curve, const struct entry *first)
{
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME], size[32];
	struct chart chart = {
		.plot = {
			.title = title,
			.about = curve->about,
			.x_title = curve->x_title,
			.y_title = curve->time ? page_unit(page) : curve->y_title,
			.kind = PLOT_LINES,
			.x_axis = curve->x_axis,
			.y_axis = curve->time ? page_unit_axis(page) : PLOT_NUMBER,
			.log_x = true,
			.log_y = true,
		},
	};

	entry_axes(axes, sizeof(axes), first, varies(curve));
	if (curve->along == ENTRY_SIZE)
		snprintf(title, sizeof(title), "%s, %s", curve->what, axes);
	else
		snprintf(title, sizeof(title), "%s, %s B, %s", curve->what,
			 entry_size(size, sizeof(size), first), axes);
	page_heading(page, 1, NULL, title);
	for (const struct entry *entry = first; entry < page->part->entries + page->part->n;
	     entry++) {
		struct plot_point point = { (double)entry->number[curve->along], NAN, NAN, NAN };

		if (!is_of(entry, curve) || !entry_same(entry, first, varies(curve)))
			continue;
		curve->point(entry, &point);
		chart_add(chart_row(&chart, entry), point);
	}
	if (curve->floors)
		add_floors(page, &chart, first);
	chart_put(page, &chart);
}

/* Whether @entry is the first of its curves that has a mean. */
static bool is_first(const struct page *page, const struct curve *curve,
		     const struct entry *entry)
{
	for (const struct entry *other = page->part->entries; other < entry; other++)
		if (is_of(other, curve) && entry_same(other, entry, varies(curve)))
			return false;
	return is_of(entry, curve);
}

void curve_put(struct page *page, const struct curve *curve)
{
	for (size_t i = 0; i < page->part->n; i++)
		if (is_first(page, curve, &page->part->entries[i]))
			put_one(page, curve, &page->part->entries[i]);
}
