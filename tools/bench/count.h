/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted of each cell beside time, when that has been measured: in rounds of their own. */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H

#include "results.h"

/**
 * count_cells() - count system calls and, where the machine can, instructions of every cell
 * @results: a comparison whose cells have been measured
 *
 * What cannot be counted is left out, and why is noted.
 *
 * Return: -1; or 130, after a sentence, if it was interrupted.
 */
int count_cells(struct results *results);

#endif /* BENCH_COUNT_H */
