/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling a person how far a comparison is. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdint.h>

/**
 * struct progress - how far it is
 * @begun: when it began
 * @told: when that was told last
 * @share: how much is done of what is planned, 0 to 1
 */
struct progress {
	uint64_t begun;
	uint64_t told;
	double share;
};

/** progress_begin() - it begins */
void progress_begin(struct progress *p);

/**
 * progress_tell() - part of it is done
 * @p: progress
 * @share: how much is done of what is planned, 0 to 1
 *
 * On a terminal, one line is kept up to date. Elsewhere, a line of text now and then.
 */
void progress_tell(struct progress *p, double share);

/** progress_end() - take the line away */
void progress_end(struct progress *p);

#endif /* BENCH_PROGRESS_H */
