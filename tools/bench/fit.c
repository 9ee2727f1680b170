// SPDX-License-Identifier: GPL-2.0-only
/* What a round trip costs by its size. */
#include <math.h>
#include <stdlib.h>

#include "fit.h"

#define VARIES	(VARY_ROW | VARY(SIZE))

bool fit_filter(const struct entry *entry)
{
	return entry_of_mode(entry, "lat");
}

bool fit_is_first(const struct part *part, const struct entry *entry)
{
	return entry_is_first(part, entry, fit_filter, VARIES);
}

static void fit_one(struct fit *fit, const struct part *part)
{
	double *x = report_alloc(2 * part->n, sizeof(*x)), *y = x + part->n;

	for (size_t i = 0; i < part->n; i++) {
		const struct entry *entry = &part->entries[i];

		if (!fit_filter(entry) || !entry_same(entry, fit->entry, VARY(SIZE)))
			continue;
		x[fit->points] = (double)entry->number[ENTRY_SIZE];
		y[fit->points++] = entry->mean;
	}
	fit->known = stats_slope(x, y, fit->points, &fit->line);
	for (size_t i = 0; fit->known && i < fit->points; i++)
		fit->off = fmax(fit->off, fabs(fit->line.a + fit->line.b * x[i] - y[i]) / y[i]);
	free(x);
}

struct fit *fit_all(const struct part *part, const struct entry *first, size_t *n)
{
	struct fit *fits = report_alloc(part->n, sizeof(*fits));

	*n = 0;
	for (size_t i = 0; i < part->n; i++) {
		const struct entry *entry = &part->entries[i];

		if (!entry_same(entry, first, VARIES) ||
		    !entry_is_first(part, entry, fit_filter, VARY(SIZE)))
			continue;
		fits[*n].entry = entry;
		fit_one(&fits[(*n)++], part);
	}
	return fits;
}
