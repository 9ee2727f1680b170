/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which mechanism the figures choose, by a rule.
 *
 * The best has the least figure. What cannot be told from it is named with it: all whose interval
 * overlaps that of the best. Figures without an interval, as CPU time is, overlap if they are less
 * than CHOICE_ALIKE apart.
 */
#ifndef BENCH_CHOICE_H
#define BENCH_CHOICE_H

#include "entry.h"

#define CHOICE_ALIKE	0.1

/**
 * struct choice - what is there to choose from, best first
 * @entries: of each candidate, its cell
 * @n: how many
 * @equal: how many of them, from the first, cannot be told from the best; 0 if the best has no
 *	interval but should
 * @cpu: the figure is CPU time, not the mean
 */
struct choice {
	const struct entry **entries;
	size_t n;
	size_t equal;
	bool cpu;
};

/**
 * choice_begin() - choose from the entries of @mode that are placed like @like
 *
 * And fit to be recommended: no message may be lost, none was damaged, batches and capacity are the
 * usual ones, and no knob is turned.
 */
void choice_begin(struct choice *choice, const struct part *part, const struct entry *like,
		  const char *mode);

/** choice_keep() - leave only those that are at @value of an axis */
void choice_keep(struct choice *choice, enum entry_axis axis, int64_t value);

/** choice_keep_asleep() - leave only those whose sides sleep while they wait */
void choice_keep_asleep(struct choice *choice);

/** choice_keep_guarded() - leave only those with boundaries whose sides see no memory of others */
void choice_keep_guarded(struct choice *choice);

/** choice_most() - the largest value of an axis that one of them is at; -1 if there are none */
int64_t choice_most(const struct choice *choice, enum entry_axis axis);

/** choice_make() - put them in order, and find which are equal */
void choice_make(struct choice *choice);

/** choice_figure() - what a candidate is chosen by */
double choice_figure(const struct choice *choice, const struct entry *entry);

#endif /* BENCH_CHOICE_H */
