/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much of a cell is measured: rounds until its mean is sure, and rounds so long that what
 * happens at the beginning of each of them does not tell.
 */
#ifndef BENCH_EFFORT_H
#define BENCH_EFFORT_H

#include "cell.h"

/** effort_wants() - whether @cell is to have a round more, as its mean is not within ± @sure */
bool effort_wants(struct cell *cell, double sure);

/** effort_count() - messages to measure in the next round of @cell */
uint64_t effort_count(const struct cell *cell);

/**
 * effort_share() - how much of @cell has been measured, of what is for certain: 0 to 1
 *
 * What it takes beyond that to be sure, nobody knows before.
 */
double effort_share(const struct cell *cell);

/**
 * effort_steady() - whether messages cost the same early and late in a round
 *
 * A queue that fills for longer than a round, a buffer that the kernel enlarges, a scheduler that
 * still owes something to one side: all make a short run cheaper, or dearer, than a long one.
 */
bool effort_steady(const struct cell *cell);

#endif /* BENCH_EFFORT_H */
