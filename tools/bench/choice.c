// SPDX-License-Identifier: GPL-2.0-only
/* Choosing a mechanism by its figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"

static bool is_candidate(const struct entry *entry, const struct entry *like, const char *mode)
{
	return entry_of_mode(entry, mode) && !entry_damaged(entry) &&
	       !entry_is(entry, TRAIT_LOSSY) && entry->number[ENTRY_BATCH] == 1 &&
	       entry->number[ENTRY_CAPACITY] < 0 && !*entry->text[ENTRY_KNOB] &&
	       !strcmp(entry->text[ENTRY_PLACEMENT], like->text[ENTRY_PLACEMENT]) &&
	       !strcmp(entry->text[ENTRY_AS], like->text[ENTRY_AS]) &&
	       !strcmp(entry->text[ENTRY_POLICY], like->text[ENTRY_POLICY]);
}

void choice_begin(struct choice *choice, const struct part *part, const struct entry *like,
		  const char *mode)
{
	*choice = (struct choice){ .entries = report_alloc(part->n, sizeof(*choice->entries)) };
	for (size_t i = 0; i < part->n; i++)
		if (is_candidate(&part->entries[i], like, mode))
			choice->entries[choice->n++] = &part->entries[i];
}

void choice_keep(struct choice *choice, enum entry_axis axis, int64_t value)
{
	size_t kept = 0;

	for (size_t i = 0; i < choice->n; i++)
		if (choice->entries[i]->number[axis] == value)
			choice->entries[kept++] = choice->entries[i];
	choice->n = kept;
}

void choice_keep_asleep(struct choice *choice)
{
	size_t kept = 0;

	for (size_t i = 0; i < choice->n; i++)
		if (!entry_awake(choice->entries[i]))
			choice->entries[kept++] = choice->entries[i];
	choice->n = kept;
}

void choice_keep_guarded(struct choice *choice)
{
	size_t kept = 0;

	for (size_t i = 0; i < choice->n; i++)
		if (entry_is(choice->entries[i], TRAIT_BOUNDARIES) &&
		    !entry_is(choice->entries[i], TRAIT_IN_PLACE) &&
		    !entry_is(choice->entries[i], TRAIT_EXPOSED))
			choice->entries[kept++] = choice->entries[i];
	choice->n = kept;
}

int64_t choice_most(const struct choice *choice, enum entry_axis axis)
{
	int64_t most = -1;

	for (size_t i = 0; i < choice->n; i++)
		if (choice->entries[i]->number[axis] > most)
			most = choice->entries[i]->number[axis];
	return most;
}

double choice_figure(const struct choice *choice, const struct entry *entry)
{
	return choice->cpu ? entry_cpu(entry) : entry->mean;
}

static int compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_means(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;

	return compare(a->mean, b->mean);
}

static int compare_cpu(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;

	return compare(entry_cpu(a), entry_cpu(b));
}

/* Whether @entry cannot be told from @best, whose interval is known. */
static bool overlaps(const struct choice *choice, const struct entry *best,
		     const struct entry *entry)
{
	if (choice->cpu)
		return entry_cpu(entry) <= entry_cpu(best) * (1 + CHOICE_ALIKE);
	return isnan(entry->low) || entry->low <= best->high;
}

/* Those that are equal to the best move before those that are not, in the order that they have. */
static void gather_equal(struct choice *choice)
{
	const struct entry *best = choice->entries[0];

	for (size_t i = 0; i < choice->n; i++) {
		const struct entry *entry = choice->entries[i];

		if (!overlaps(choice, best, entry))
			continue;
		memmove(&choice->entries[choice->equal + 1], &choice->entries[choice->equal],
			(i - choice->equal) * sizeof(*choice->entries));
		choice->entries[choice->equal++] = entry;
	}
}

void choice_make(struct choice *choice)
{
	size_t kept = 0;

	for (size_t i = 0; i < choice->n; i++)
		if (choice_figure(choice, choice->entries[i]) > 0)
			choice->entries[kept++] = choice->entries[i];
	choice->n = kept;
	choice->equal = 0;
	if (!choice->n)
		return;
	qsort(choice->entries, choice->n, sizeof(*choice->entries),
	      choice->cpu ? compare_cpu : compare_means);
	if (choice->cpu || !isnan(choice->entries[0]->low))
		gather_equal(choice);
}
