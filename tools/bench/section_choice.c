// SPDX-License-Identifier: GPL-2.0-only
/* Which one should I use? A table by need, answered by the figures and a rule. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "html.h"
#include "page.h"
#include "value.h"

#define SMALL		64
#define BULK_LEAST	(64 << 10)

/**
 * struct need - what somebody needs
 * @title: in words
 * @about: which cells tell
 * @command: the command that measures them
 * @keep: leave only those cells of a choice
 * @modes: modes to choose from, the first that has cells counts
 * @cpu: by CPU time, not by the mean
 */
struct need {
	const char *title;
	const char *about;
	const char *command;
	void (*keep)(struct choice *choice);
	const char *modes[2];
	bool cpu;
};

static void keep_small(struct choice *choice)
{
	choice_keep(choice, ENTRY_SIZE, SMALL);
}

static void keep_bulk(struct choice *choice)
{
	int64_t most = choice_most(choice, ENTRY_SIZE);

	choice_keep(choice, ENTRY_SIZE, most < BULK_LEAST ? -1 : most);
}

/* Sides that stay awake take all CPU time that there is, with and without messages. */
static void keep_thrifty(struct choice *choice)
{
	choice_keep(choice, ENTRY_SIZE, SMALL);
	choice_keep_asleep(choice);
}

static void keep_fan_in(struct choice *choice)
{
	int64_t most;

	choice_keep(choice, ENTRY_SIZE, SMALL);
	choice_keep(choice, ENTRY_CONSUMERS, 1);
	most = choice_most(choice, ENTRY_PRODUCERS);
	choice_keep(choice, ENTRY_PRODUCERS, most < 2 ? -1 : most);
}

static void keep_guarded(struct choice *choice)
{
	choice_keep(choice, ENTRY_SIZE, SMALL);
	choice_keep_guarded(choice);
}

static void keep_idle(struct choice *choice)
{
	int64_t most;

	choice_keep(choice, ENTRY_SIZE, SMALL);
	most = choice_most(choice, ENTRY_GAP);
	choice_keep(choice, ENTRY_GAP, most < 1 ? -1 : most);
}

static const struct need needs[] = {
	{ "Small requests and replies", "a round trip of 64 B", "ipcx bench lat -s 64",
	  keep_small, { "lat" }, false },
	{ "A stream of small messages", "64 B one way", "ipcx bench bw -s 64",
	  keep_small, { "bw" }, false },
	{ "Bulk", "one way, or else a round trip, of the largest size measured, from 64 KiB",
	  "ipcx bench bw -s 1M", keep_bulk, { "bw", "lat" }, false },
	{ "Many senders, one receiver", "64 B, from the most senders measured",
	  "ipcx bench scale -s 64 -P 4 -C 1", keep_fan_in, { "scale" }, false },
	{ "Sides that do not trust each other", "a round trip of 64 B; of those that keep "
	  "boundaries, and where no side sees, or can change, memory that the other uses",
	  "ipcx bench lat -s 64", keep_guarded, { "lat" }, false },
	{ "Little CPU time", "user and system time of both sides, for a round trip of 64 B; of "
	  "those that sleep while they wait", "ipcx bench lat -s 64",
	  keep_thrifty, { "lat" }, true },
	{ "Rare messages", "a round trip of 64 B after the longest gap measured",
	  "ipcx bench wake -s 64", keep_idle, { "wake" }, false },
};

/* The choice for @need where @like is; false if there is nothing to choose from. */
static bool choose(struct choice *choice, const struct page *page, const struct need *need,
		   const struct entry *like)
{
	for (size_t i = 0; i < 2 && need->modes[i]; i++) {
		choice_begin(choice, page->part, like, need->modes[i]);
		choice->cpu = need->cpu;
		need->keep(choice);
		choice_make(choice);
		if (choice->n)
			return true;
		free(choice->entries);
	}
	return false;
}

static void put_name(FILE *out, const struct entry *entry)
{
	char name[ENTRY_NAME];

	html_text(out, entry_row(name, sizeof(name), entry));
}

static void put_figure(struct page *page, const struct choice *choice, const struct entry *entry)
{
	enum plot_axis axis = page_unit_axis(page);
	char text[4 * VALUE_TEXT];

	/* So wide an interval that it begins below 0 begins at 0. */
	fputs(value_interval(text, sizeof(text), axis, choice_figure(choice, entry),
			     choice->cpu || isnan(entry->low) ? NAN : fmax(entry->low, 0),
			     choice->cpu ? NAN : entry->high), page->out);
}

static void put_more(FILE *out, double ratio)
{
	if (ratio < 2)
		fprintf(out, ", %.0f&nbsp;%% more", 100 * (ratio - 1));
	else
		fprintf(out, ", %.3g times as much", ratio);
}

/* The best, those that are as good, and how far off the next is. */
static void put_answer(struct page *page, const struct choice *choice)
{
	size_t next = choice->equal ? choice->equal : 1;
	const struct entry *best = choice->entries[0];
	FILE *out = page->out;

	fputs("<strong>", out);
	put_name(out, best);
	fputs("</strong> ", out);
	put_figure(page, choice, best);
	if (entry_awake(best))
		fputs(", and keeps CPUs busy", out);
	for (size_t i = 1; i < choice->equal; i++) {
		fputs(i == 1 ? "; as good: " : ", ", out);
		put_name(out, choice->entries[i]);
	}
	if (choice->n == 1) {
		fputs("; nothing else was measured that could", out);
	} else if (next < choice->n) {
		double figure = choice_figure(choice, choice->entries[next]);

		fputs(choice->equal ? "; next: " : "; one round, so not sure; next: ", out);
		put_name(out, choice->entries[next]);
		put_more(out, figure / choice_figure(choice, best));
	}
}

static void put_point(FILE *out, const struct choice *choice)
{
	const struct entry *entry = choice->entries[0];
	char axes[ENTRY_NAME], size[32];

	html_text(out, entry_axes(axes, sizeof(axes), entry, VARY(WAIT)));
	fprintf(out, ", %s&nbsp;B", entry_size(size, sizeof(size), entry));
}

/* One line of a need's answers; false if there is none where @like is. */
static bool put_where(struct page *page, const struct need *need, const struct entry *like)
{
	struct choice choice;

	if (!choose(&choice, page, need, like))
		return false;
	fputs("<li><span class=\"where\">", page->out);
	put_point(page->out, &choice);
	fputs(":</span> ", page->out);
	put_answer(page, &choice);
	if (entry_awake(choice.entries[0])) {
		choice_keep_asleep(&choice);
		choice_make(&choice);
		if (choice.n) {
			fputs(".<br> Of those that sleep while they wait: ", page->out);
			put_answer(page, &choice);
		}
	}
	fputs(".</li>\n", page->out);
	free(choice.entries);
	return true;
}

static bool has_mean(const struct entry *entry)
{
	return !isnan(entry->mean);
}

static void put_need(struct page *page, const struct need *need)
{
	const unsigned int vary = ~(VARY(PLACEMENT) | VARY(AS) | VARY(POLICY));
	const struct part *part = page->part;
	bool any = false;

	fprintf(page->out, "<tr><th scope=\"row\">%s<br><span class=\"dim\">%s</span></th>"
		"<td class=\"text\"><ul>\n", need->title, need->about);
	for (size_t i = 0; i < part->n; i++)
		if (entry_is_first(part, &part->entries[i], has_mean, vary))
			any |= put_where(page, need, &part->entries[i]);
	if (!any)
		fprintf(page->out, "<li class=\"dim\">Not in these results; <code>%s</code> "
			"measures it.</li>\n", need->command);
	fputs("</ul></td></tr>\n", page->out);
}

static bool choice_present(const struct page *page)
{
	for (size_t i = 0; i < page->part->n; i++)
		if (has_mean(&page->part->entries[i]))
			return true;
	return false;
}

static void choice_put(struct page *page)
{
	fputs("<table class=\"choice\"><thead><tr><th class=\"text\">You need</th>"
	      "<th class=\"text\">Then, where both sides run so</th></tr></thead><tbody>\n",
	      page->out);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		put_need(page, &needs[i]);
	fprintf(page->out, "</tbody></table>\n<p class=\"dim\">Nobody has chosen these: the rule "
		"is that the best has the least mean, and all whose 95&nbsp;%% interval overlaps "
		"that of the best are as good. CPU time has no interval; there, what is within "
		"%.0f&nbsp;%% is as good. A cell of one round is not sure of anything. What may "
		"lose messages, and what lost or damaged any, is not chosen from; nor are other "
		"batches and capacities than the usual, and turned knobs. The best of what is in "
		"these results need not be the best there is.</p>\n", 100 * CHOICE_ALIKE);
}

const struct section section_choice = {
	.id = "choice",
	.title = "Which one should I use?",
	.present = choice_present,
	.put = choice_put,
};
