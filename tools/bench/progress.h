/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling a person how far a comparison is. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdint.h>

/**
 * struct progress - how far it is
 * @begun: when it began
 * @told: when that was told last
 * @weight: of all rounds that are planned, in messages
 * @done: of those that are run
 */
struct progress {
	uint64_t begun;
	uint64_t told;
	double weight;
	double done;
};

/** progress_begin() - it begins */
void progress_begin(struct progress *p, double weight);

/**
 * progress_step() - part of it is done
 * @p: progress
 * @weight: of that part
 *
 * On a terminal, one line is kept up to date. Elsewhere, a line of text now and then.
 */
void progress_step(struct progress *p, double weight);

/** progress_end() - take the line away */
void progress_end(struct progress *p);

#endif /* BENCH_PROGRESS_H */
