/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics over samples. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

/** stats_sort() - sort @n samples, smallest first */
void stats_sort(uint64_t *samples, size_t n);

/**
 * stats_percentile() - the smallest sample that at least @percent of all do not exceed
 * @sorted: samples, smallest first
 * @n: how many, at least 1
 * @percent: over 0, up to 100
 */
uint64_t stats_percentile(const uint64_t *sorted, size_t n, double percent);

/**
 * stats_midmean() - mean of the middle half of @n values, at least 1; sorts @values
 *
 * As good as the median against a value that is far off, and better than it where values come in
 * two kinds: it moves with their shares, and does not jump from one to the other.
 */
double stats_midmean(double *values, size_t n);

/** stats_midmean_error() - standard error of stats_midmean(); 0 for less than 4 values */
double stats_midmean_error(double *values, size_t n);

/** stats_median() - median of @n values, at least 1; sorts @values */
double stats_median(double *values, size_t n);

#endif /* BENCH_STATS_H */
