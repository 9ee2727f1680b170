// SPDX-License-Identifier: GPL-2.0-only
/* Cells of files: telling them apart, finding them, and what is known of their mechanisms. */
#include <math.h>
#include <string.h>

#include "entry.h"
#include "mechanism.h"

/* What is usual, and what a file that knows nothing of an axis was measured with. */
static const struct {
	const char *key;
	const char *text;
	int64_t number;
} axes[ENTRY_AXES] = {
	[ENTRY_MECHANISM] = { "mechanism", "", -1 },
	[ENTRY_MODE] = { "mode", "", -1 },
	[ENTRY_PLACEMENT] = { "placement", "", -1 },
	[ENTRY_WAIT] = { "wait", "block", -1 },
	[ENTRY_AS] = { "as", "process", -1 },
	[ENTRY_POLICY] = { "policy", "other", -1 },
	[ENTRY_KNOB] = { "knob", "", -1 },
	[ENTRY_SIZE] = { "size", NULL, 0 },
	[ENTRY_BATCH] = { "batch", NULL, 1 },
	[ENTRY_CAPACITY] = { "capacity", NULL, -1 },
	[ENTRY_RATE] = { "rate", NULL, -1 },
	[ENTRY_GAP] = { "gap", NULL, -1 },
	[ENTRY_PRODUCERS] = { "producers", NULL, 1 },
	[ENTRY_CONSUMERS] = { "consumers", NULL, 1 },
};

void entry_parse(struct entry *entry, const json_t *cell, const struct source *source)
{
	*entry = (struct entry){ .json = cell, .source = source };
	for (int i = 0; i < ENTRY_AXES; i++) {
		const json_t *value = json_object_get(cell, axes[i].key);

		if (i < ENTRY_TEXTS)
			entry->text[i] = json_is_string(value) ? json_string_value(value) :
					 axes[i].text;
		else
			entry->number[i] = json_is_integer(value) ? json_integer_value(value) :
					   axes[i].number;
	}
	entry->mean = json_figure(cell, "mean");
	entry->low = json_figure(cell, "mean_low");
	entry->high = json_figure(cell, "mean_high");
	/* No time is not over 0, and there is neither a ratio to it nor a rate. */
	if (!(entry->mean > 0))
		entry->mean = NAN;
	if (isnan(entry->mean) || entry_one_round(entry) || !(entry->low <= entry->mean) ||
	    !(entry->high >= entry->mean))
		entry->low = entry->high = NAN;
}

bool entry_same(const struct entry *a, const struct entry *b, unsigned int vary)
{
	for (int i = ENTRY_AXES - 1; i >= 0; i--) {
		if (vary & 1u << i)
			continue;
		if (i < ENTRY_TEXTS ? strcmp(a->text[i], b->text[i]) :
				      a->number[i] != b->number[i])
			return false;
	}
	return true;
}

bool entry_is_first(const struct part *part, const struct entry *entry, entry_filter *filter,
		    unsigned int vary)
{
	if (!filter(entry))
		return false;
	for (const struct entry *other = part->entries; other < entry; other++)
		if (entry_same(other, entry, vary) && filter(other))
			return false;
	return true;
}

int64_t entry_small(const struct part *part, entry_filter *filter)
{
	int64_t small = -1;

	for (size_t i = 0; i < part->n; i++) {
		int64_t size = part->entries[i].number[ENTRY_SIZE];

		if (filter(&part->entries[i]) &&
		    (small < 0 || size == 64 || (size < small && small != 64)))
			small = size;
	}
	return small;
}

const struct entry *entry_find(const struct part *part, const struct entry *like,
			       unsigned int vary, const struct entry *in_this)
{
	for (size_t i = 0; i < part->n; i++) {
		const struct entry *entry = &part->entries[i];

		if (entry_same(entry, like, vary) && entry_same(entry, in_this, ~vary))
			return entry;
	}
	return NULL;
}

bool entry_of_mode(const struct entry *entry, const char *mode)
{
	return !isnan(entry->mean) && !strcmp(entry->text[ENTRY_MODE], mode);
}

const char *entry_reason(const struct entry *entry)
{
	const char *refused = json_text(entry->json, "refused");

	return *refused ? refused : json_text(entry->json, "unavailable");
}

bool entry_damaged(const struct entry *entry)
{
	return json_figure(entry->json, "lost") > 0 || json_figure(entry->json, "reordered") > 0 ||
	       json_figure(entry->json, "corrupt") > 0;
}

bool entry_one_round(const struct entry *entry)
{
	const json_t *rounds = json_object_get(entry->json, "rounds");

	return json_is_array(rounds) && json_array_size(rounds) < 2;
}

bool entry_awake(const struct entry *entry)
{
	return !strcmp(entry->text[ENTRY_WAIT], "spin");
}

double entry_cpu(const struct entry *entry)
{
	const json_t *usage = json_object_get(entry->json, "usage");

	return json_figure(usage, "user") + json_figure(usage, "system");
}

/* What its file tells of its mechanism. */
static const json_t *told(const struct entry *entry)
{
	const json_t *list = json_object_get(entry->source->root, "mechanisms"), *mech;
	size_t i;

	json_array_foreach(list, i, mech)
		if (!strcmp(json_text(mech, "mechanism"), entry->text[ENTRY_MECHANISM]))
			return mech;
	return NULL;
}

static const struct mechanism *known(const struct entry *entry)
{
	const char *name = entry->text[ENTRY_MECHANISM];

	return mechanism_find(name, strlen(name));
}

bool entry_is(const struct entry *entry, enum entry_trait trait)
{
	static const char *const keys[] = { "boundaries", "lossy", "in_place", "exposed" };
	const json_t *value = json_object_get(told(entry), keys[trait]);
	const struct mechanism *mech = known(entry);

	if (json_is_boolean(value))
		return json_is_true(value);
	if (!mech)
		return trait == TRAIT_LOSSY || trait == TRAIT_EXPOSED;
	switch (trait) {
	case TRAIT_BOUNDARIES:
		return mech->boundaries;
	case TRAIT_LOSSY:
		return mech->lossy;
	case TRAIT_IN_PLACE:
		return mech->in_place;
	default:
		return mech->in_place || mech->exposed;
	}
}

const char *entry_family(const struct entry *entry)
{
	const char *family = json_text(told(entry), "family");
	const struct mechanism *mech = known(entry);

	if (*family)
		return family;
	return mech && mech->family ? mech->family : "other";
}
