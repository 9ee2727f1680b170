/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics over samples. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
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

/**
 * stats_t_quantile() - how many standard errors an estimate and the truth are apart at most
 * @df: degrees of freedom of the standard error, at least 1
 * @confidence: how sure to be, below 1: 0.95
 *
 * Return: that of Student's t distribution, within 1 %; over 1000 degrees of freedom as at 1000.
 */
double stats_t_quantile(double df, double confidence);

/**
 * stats_mean_error() - standard error of stats_midmean() that can be relied on
 * @values: at least 1; they are sorted
 * @n: how many
 * @df: set to its degrees of freedom, 0 if nothing is known of the error
 *
 * Return: stats_midmean_error(). Less than 8 values are too few to leave any out: those that are
 * left may be alike by chance. Of those, it is the standard error of the mean of all.
 */
double stats_mean_error(double *values, size_t n, double *df);

/**
 * stats_mean_interval() - an interval of 95 % confidence around stats_midmean()
 * @values: means of rounds, at least 1; they are sorted
 * @n: how many
 * @low: set to its lower end
 * @high: set to its upper end
 *
 * Return: whether there is one. Of a single value, both ends are that value.
 */
bool stats_mean_interval(double *values, size_t n, double *low, double *high);

/**
 * stats_rank_interval() - of which ranks the samples are that a percentile lies between
 * @n: how many samples there are, independent of each other
 * @percent: over 0 and below 100
 * @z: how sure to be, in standard deviations of a normal distribution: 1.96 for 95 %
 * @first: set to the rank of the lower sample, the smallest of all having rank 1
 * @last: set to the rank of the upper one
 *
 * Whatever the distribution, how many samples are below a percentile is binomial. At least as sure
 * as was asked for; for a few samples more, since there are no ranks between two.
 *
 * Return: whether there are samples enough for both; one that they are too few for is 1 or @n.
 */
bool stats_rank_interval(uint64_t n, double percent, double z, uint64_t *first, uint64_t *last);

/**
 * struct stats_line - a line a + b * x through points
 * @a: cost of no bytes
 * @a_low: lower end of its interval of 95 % confidence
 * @a_high: upper end
 * @b: cost of each byte
 * @b_low: lower end of its interval of 95 % confidence
 * @b_high: upper end
 * @a_variance: square of the standard error of @a
 * @b_variance: square of the standard error of @b
 * @covariance: covariance of @a and @b
 * @df: degrees of freedom of these
 * @from: smallest x of a point
 * @to: largest
 */
struct stats_line {
	double a;
	double a_low;
	double a_high;
	double b;
	double b_low;
	double b_high;
	double a_variance;
	double b_variance;
	double covariance;
	double df;
	double from;
	double to;
};

/**
 * stats_slope() - the line that comes closest to points: what a message costs by its size
 * @x: sizes
 * @y: costs
 * @n: how many points
 * @line: set to it
 *
 * Closest in relative terms: each point weighs 1 / y^2. Costs are known within some percent of
 * themselves, and are orders of magnitude apart: if all errors counted alike, those of the largest
 * would drown what the small ones tell of @a.
 *
 * Return: whether there is a line, and with it an interval: of three points or more, not all of one
 * size, with costs over 0.
 */
bool stats_slope(const double *x, const double *y, size_t n, struct stats_line *line);

/**
 * stats_crossover() - the size at which two mechanisms cost the same
 * @one: cost of one
 * @other: cost of the other
 * @at: set to the size
 * @low: set to the smallest size at which it is not sure, with 95 % confidence, which costs less
 * @high: set to the largest
 *
 * @low and @high end where the measured sizes do: an end there says only that it is not within.
 *
 * Return: whether the lines cross within the sizes that both were measured at.
 */
bool stats_crossover(const struct stats_line *one, const struct stats_line *other, double *at,
		     double *low, double *high);

#endif /* BENCH_STATS_H */
