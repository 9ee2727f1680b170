// SPDX-License-Identifier: GPL-2.0-only
/* Every cell, and the command that has it again. */
#include <math.h>
#include <string.h>

#include "entry.h"
#include "html.h"
#include "page.h"
#include "results.h"

static const char *const figures[] = { "n", "mean", "mean_low", "mean_high", "p50", "p90", "p99",
				       "p99.9", "max", "syscalls", "lost", "reordered", "corrupt" };

static void put_number(FILE *out, double value)
{
	char text[32];

	if (isnan(value))
		fputs("<td class=\"none\">–</td>", out);
	else if (value < 100 && value > floor(value))
		fprintf(out, "<td>%.2f</td>", value);
	else
		fprintf(out, "<td>%s</td>", number_text(text, sizeof(text), value));
}

static void put_cell(struct page *page, const struct entry *entry)
{
	char axes[ENTRY_NAME], command[512], size[32];
	FILE *out = page->out;

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, entry->text[ENTRY_MECHANISM]);
	fputs(" ", out);
	html_text(out, entry->text[ENTRY_MODE]);
	fprintf(out, " %s B ", entry_size(size, sizeof(size), entry));
	html_text(out, entry_axes(axes, sizeof(axes), entry, 0));
	fputs("</th>", out);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		put_number(out, json_figure(entry->json, figures[i]));
	fputs("<td class=\"text\"><code>", out);
	html_text(out, entry_command(command, sizeof(command), entry, page->report->instructions));
	fputs("</code></td></tr>\n", out);
}

static bool cells_present(const struct page *page)
{
	return page->part->n;
}

static void cells_put(struct page *page)
{
	FILE *out = page->out;

	fputs(HTML_FOLDED "<div class=\"wide\"><table><thead><tr>"
	      "<th class=\"text\">cell</th>", out);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		fprintf(out, "<th>%s</th>", figures[i]);
	fputs("<th class=\"text\">command</th></tr></thead><tbody>\n", out);
	for (size_t i = 0; i < page->part->n; i++)
		if (!*entry_reason(&page->part->entries[i]))
			put_cell(page, &page->part->entries[i]);
	fputs("</tbody></table></div></details>\n", out);
}

const struct section section_cells = {
	.id = "cells",
	.title = "Every cell, and how to have it again",
	.present = cells_present,
	.put = cells_put,
};
