// SPDX-License-Identifier: GPL-2.0-only
/* From which size on shared memory costs less than copying. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "html.h"
#include "page.h"
#include "value.h"

/**
 * struct crossing - shared memory against one that copies
 * @from: smallest size that both were measured at
 * @to: largest
 * @cross: whether the lines cross in between
 * @above: shared memory costs less above the crossing, or, if there is none, everywhere
 * @at: the crossing
 * @low: lower end of its interval
 * @high: upper end
 */
struct crossing {
	double from;
	double to;
	bool cross;
	bool above;
	double at;
	double low;
	double high;
};

static bool same_wait(const struct fit *a, const struct fit *b)
{
	return !strcmp(a->entry->text[ENTRY_WAIT], b->entry->text[ENTRY_WAIT]);
}

static bool is_shared(const struct fit *fit)
{
	return entry_is(fit->entry, TRAIT_IN_PLACE);
}

/* The entry of the row of @fit at its largest size. */
static const struct entry *largest(const struct part *part, const struct fit *fit)
{
	const struct entry *most = fit->entry;

	for (size_t i = 0; i < part->n; i++)
		if (fit_filter(&part->entries[i]) &&
		    entry_same(&part->entries[i], fit->entry, VARY(SIZE)) &&
		    part->entries[i].number[ENTRY_SIZE] > most->number[ENTRY_SIZE])
			most = &part->entries[i];
	return most;
}

/* Of those in shared memory that wait as @like does, the one to compare with; NULL if none. */
static const struct fit *best_shared(const struct part *part, const struct fit *fits, size_t n,
				     const struct fit *like)
{
	const struct entry *best_at = NULL, *at;
	const struct fit *best = NULL;

	for (const struct fit *fit = fits; fit < fits + n; fit++) {
		if (!fit->known || !is_shared(fit) || !same_wait(fit, like))
			continue;
		at = largest(part, fit);
		if (!best || at->number[ENTRY_SIZE] > best_at->number[ENTRY_SIZE] ||
		    (at->number[ENTRY_SIZE] == best_at->number[ENTRY_SIZE] &&
		     at->mean < best_at->mean)) {
			best = fit;
			best_at = at;
		}
	}
	return best;
}

static bool is_against(const struct fit *fit, const struct fit *shared)
{
	return fit->known && !is_shared(fit) && same_wait(fit, shared);
}

static struct crossing find_crossing(const struct fit *shared, const struct fit *copying)
{
	const struct stats_line *s = &shared->line, *c = &copying->line;
	struct crossing crossing = {
		.from = fmax(s->from, c->from),
		.to = fmin(s->to, c->to),
	};
	double middle;

	crossing.cross = stats_crossover(s, c, &crossing.at, &crossing.low, &crossing.high);
	if (crossing.cross) {
		crossing.above = s->b < c->b;
	} else {
		middle = (crossing.from + crossing.to) / 2;
		crossing.above = s->a + s->b * middle < c->a + c->b * middle;
	}
	return crossing;
}

/*
 * Between which measured sizes it is that @shared begins to have the smaller mean for good. Sets
 * @to to the first with, and @from to the last without, each -1 if there is none.
 */
static void find_measured(const struct part *part, const struct fit *shared,
			  const struct fit *copying, int64_t *from, int64_t *to)
{
	*from = -1;
	*to = -1;
	for (size_t i = 0; i < part->n; i++) {
		const struct entry *one = &part->entries[i], *other;

		if (!fit_filter(one) || !entry_same(one, shared->entry, VARY(SIZE)))
			continue;
		other = entry_find(part, copying->entry, VARY(SIZE), one);
		if (other && fit_filter(other) && other->mean <= one->mean &&
		    one->number[ENTRY_SIZE] > *from)
			*from = one->number[ENTRY_SIZE];
	}
	for (size_t i = 0; i < part->n; i++) {
		const struct entry *one = &part->entries[i], *other;
		int64_t size = one->number[ENTRY_SIZE];

		if (!fit_filter(one) || !entry_same(one, shared->entry, VARY(SIZE)) ||
		    size <= *from || (*to >= 0 && size > *to))
			continue;
		other = entry_find(part, copying->entry, VARY(SIZE), one);
		if (other && fit_filter(other))
			*to = size;
	}
}

static void put_bytes(FILE *out, double bytes)
{
	char text[VALUE_TEXT];

	fprintf(out, "%s&nbsp;B", value_text(text, PLOT_SIZE, bytes));
}

static void put_measured(FILE *out, const struct part *part, const struct fit *shared,
			 const struct fit *copying)
{
	int64_t from, to;

	find_measured(part, shared, copying, &from, &to);
	fputs("<td>", out);
	if (from < 0) {
		fputs("at all sizes", out);
	} else if (to < 0) {
		fputs("not at the largest", out);
	} else {
		put_bytes(out, (double)from);
		fputs(" to ", out);
		put_bytes(out, (double)to);
	}
	fputs("</td></tr>\n", out);
}

static void put_interval(FILE *out, const struct crossing *crossing)
{
	if (crossing->low <= crossing->from)
		fputs("below ", out);
	put_bytes(out, crossing->low);
	fputs(crossing->high >= crossing->to ? " to above " : " to ", out);
	put_bytes(out, crossing->high);
}

static void put_row(FILE *out, const struct part *part, const struct fit *shared,
		    const struct fit *copying)
{
	struct crossing crossing = find_crossing(shared, copying);
	char name[ENTRY_NAME];

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, entry_row(name, sizeof(name), copying->entry));
	fputs("</th>", out);
	if (!crossing.cross) {
		fprintf(out, "<td>%s</td><td class=\"none\">–</td>",
			crossing.above ? "less at all sizes" : "more at all sizes");
	} else {
		fprintf(out, "<td>less %s ", crossing.above ? "from" : "only below");
		put_bytes(out, crossing.at);
		fputs("</td><td>", out);
		put_interval(out, &crossing);
		fputs("</td>", out);
	}
	put_measured(out, part, shared, copying);
}

/**
 * struct overtaken - what shared memory is compared with, in numbers
 * @first: the one that is overtaken at the smallest size; NULL if none is
 * @last: at the largest
 * @n: how many it is compared with
 * @always: how many cost more at all sizes
 * @never: how many cost less at the largest
 */
struct overtaken {
	const struct fit *first;
	const struct fit *last;
	size_t n;
	size_t always;
	size_t never;
};

static void overtake(struct overtaken *all, const struct fit *shared, const struct fit *fit)
{
	struct crossing crossing = find_crossing(shared, fit);

	all->n++;
	all->always += !crossing.cross && crossing.above;
	all->never += !crossing.above;
	if (!crossing.cross || !crossing.above)
		return;
	if (!all->first || crossing.at < find_crossing(shared, all->first).at)
		all->first = fit;
	if (!all->last || crossing.at > find_crossing(shared, all->last).at)
		all->last = fit;
}

static void put_overtaken(FILE *out, const struct fit *shared, const struct fit *fit)
{
	struct crossing crossing = find_crossing(shared, fit);
	char name[ENTRY_NAME];

	html_text(out, entry_row(name, sizeof(name), fit->entry));
	fputs(" at ", out);
	put_bytes(out, crossing.at);
	fputs(" (", out);
	put_interval(out, &crossing);
	fputs(")", out);
}

/* In a sentence: the first that is overtaken, and the last. */
static void put_sentence(struct page *page, const struct fit *fits, size_t n,
			 const struct fit *shared)
{
	struct overtaken all = { .n = 0 };
	char name[ENTRY_NAME];
	FILE *out = page->out;

	for (const struct fit *fit = fits; fit < fits + n; fit++)
		if (is_against(fit, shared))
			overtake(&all, shared, fit);
	fputs("<p>By the lines, shared memory, here <strong>", out);
	html_text(out, entry_row(name, sizeof(name), shared->entry));
	fprintf(out, "</strong>, costs less than %zu of %zu that copy at every size measured",
		all.always, all.n);
	if (all.first) {
		fputs("; it overtakes ", out);
		put_overtaken(out, shared, all.first);
	}
	if (all.last != all.first) {
		fputs(" and, last of all, ", out);
		put_overtaken(out, shared, all.last);
	}
	if (all.never)
		fprintf(out, "; %zu it does not overtake", all.never);
	fputs(".</p>\n", out);
}

static void put_wait(struct page *page, const struct fit *fits, size_t n, const struct fit *like)
{
	const struct fit *shared = best_shared(page->part, fits, n, like);
	FILE *out = page->out;
	char name[ENTRY_NAME];

	put_sentence(page, fits, n, shared);
	fputs("<div class=\"wide\"><table><thead><tr><th class=\"text\">", out);
	html_text(out, entry_row(name, sizeof(name), shared->entry));
	fputs(" costs, against</th><th>by the lines</th><th>95&nbsp;% interval</th>"
	      "<th>by the means, from</th></tr></thead><tbody>\n", out);
	for (const struct fit *fit = fits; fit < fits + n; fit++)
		if (is_against(fit, shared))
			put_row(out, page->part, shared, fit);
	fputs("</tbody></table></div>\n", out);
}

/* Whether @fit is the first that copies of those that wait like it, and there is one to compare. */
static bool begins_wait(const struct part *part, const struct fit *fits, size_t n,
			const struct fit *fit)
{
	if (!fit->known || is_shared(fit) || !best_shared(part, fits, n, fit))
		return false;
	for (const struct fit *other = fits; other < fit; other++)
		if (other->known && !is_shared(other) && same_wait(other, fit))
			return false;
	return true;
}

/* Write the tables that @first is in; or only tell whether there are any. */
static bool put_tables(struct page *page, const struct entry *first, bool write)
{
	char axes[ENTRY_NAME];
	bool any = false;
	struct fit *fits;
	size_t n;

	fits = fit_all(page->part, first, &n);
	for (const struct fit *fit = fits; fit < fits + n; fit++) {
		if (!begins_wait(page->part, fits, n, fit))
			continue;
		any = true;
		if (!write)
			break;
		page_heading(page, 1, NULL, entry_axes(axes, sizeof(axes), fit->entry, 0));
		put_wait(page, fits, n, fit);
	}
	free(fits);
	return any;
}

static bool crossover_present(const struct page *page)
{
	struct page asked = *page;

	for (size_t i = 0; i < page->part->n; i++)
		if (fit_is_first(page->part, &page->part->entries[i]) &&
		    put_tables(&asked, &page->part->entries[i], false))
			return true;
	return false;
}

static void crossover_put(struct page *page)
{
	fputs("<p>Where the lines of the cost model cross: from that size on, shared memory costs "
	      "less than a mechanism that copies. Compared is the shared memory with the least "
	      "mean at the largest size; only with what waits in the same way. The means "
	      "themselves cross between the sizes in the last column: if those and the line "
	      "disagree, trust the means, and measure sizes in between.</p>\n", page->out);
	for (size_t i = 0; i < page->part->n; i++)
		if (fit_is_first(page->part, &page->part->entries[i]))
			put_tables(page, &page->part->entries[i], true);
}

const struct section section_crossover = {
	.id = "crossover",
	.title = "Where shared memory overtakes copying",
	.present = crossover_present,
	.put = crossover_put,
};
