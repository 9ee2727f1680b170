/* SPDX-License-Identifier: GPL-2.0-only */
/* Looking cells up, and what to call them. */
#ifndef BENCH_ENTRY_H
#define BENCH_ENTRY_H

#include <stdio.h>

#include "report_data.h"

#define ENTRY_NAME	80

/** entry_parse() - make an entry of a cell of @source */
void entry_parse(struct entry *entry, const json_t *cell, const struct source *source);

/** entry_same() - whether two are the same but for the axes in @vary, a set of VARY() */
bool entry_same(const struct entry *a, const struct entry *b, unsigned int vary);

/** entry_filter - which entries are of interest */
typedef bool entry_filter(const struct entry *entry);

/** entry_is_first() - whether @entry is the first of those of interest that differ in @vary only */
bool entry_is_first(const struct part *part, const struct entry *entry, entry_filter *filter,
		    unsigned int vary);

/** entry_small() - 64 bytes or else the smallest size of those of interest; -1 if there are none */
int64_t entry_small(const struct part *part, entry_filter *filter);

/** entry_find() - the one that is @like in all but @vary, and in that like @in_this; or NULL */
const struct entry *entry_find(const struct part *part, const struct entry *like,
			       unsigned int vary, const struct entry *in_this);

/** entry_of_mode() - whether @entry is of @mode, and has a mean */
bool entry_of_mode(const struct entry *entry, const char *mode);

/** entry_reason() - why @entry has no figures; "" if nothing is told */
const char *entry_reason(const struct entry *entry);

/** entry_damaged() - whether messages of it were lost, reordered or corrupt */
bool entry_damaged(const struct entry *entry);

/** entry_one_round() - whether it has but one round, or none, so that its mean has no interval */
bool entry_one_round(const struct entry *entry);

/** entry_awake() - whether its sides stay awake while they wait */
bool entry_awake(const struct entry *entry);

/** entry_cpu() - user and system time of both sides for a message, in nanoseconds; or NAN */
double entry_cpu(const struct entry *entry);

/** enum entry_trait - what is told of mechanisms */
enum entry_trait {
	TRAIT_BOUNDARIES,
	TRAIT_LOSSY,
	TRAIT_IN_PLACE,
	TRAIT_EXPOSED,
};

/**
 * entry_is() - whether its mechanism has @trait: as its file tells, or else this program
 *
 * What neither tells is taken to be what is to be wary of: lossy and exposed, without boundaries.
 */
bool entry_is(const struct entry *entry, enum entry_trait trait);

/** entry_family() - what its mechanism is related to, likewise; else "other" */
const char *entry_family(const struct entry *entry);

/** entry_row() - mechanism, how it waits unless that is by blocking, and its knob if it has one */
const char *entry_row(char *text, size_t room, const struct entry *entry);

/** entry_axes() - where it is on the axes that are not mechanism and size, but for what is usual */
const char *entry_axes(char *text, size_t room, const struct entry *entry, unsigned int vary);

/** entry_size() - its size as people write it */
const char *entry_size(char *text, size_t room, const struct entry *entry);

/** entry_command() - the command that has it again; "" if its words are fit for none */
const char *entry_command(char *text, size_t room, const struct entry *entry, bool instructions);

#endif /* BENCH_ENTRY_H */
