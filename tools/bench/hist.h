/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram of whole numbers from 0 to 2^64 - 1: nanoseconds, or instructions.
 *
 * Numbers below 256 have a bucket each. From there on, every doubling is divided into
 * HIST_SUB_BUCKETS buckets of one width, so that a bucket is never wider than 1/128 of what is in
 * it, and its middle never farther than 1/256 from any of it.
 */
#ifndef BENCH_HIST_H
#define BENCH_HIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#define HIST_SUB_BITS		7
#define HIST_SUB_BUCKETS	(1u << HIST_SUB_BITS)
#define HIST_BUCKETS		((65 - HIST_SUB_BITS) * HIST_SUB_BUCKETS)

/**
 * struct hist - a histogram; all zeroes is an empty one, and it has no pointers, so fresh memory
 *	that processes share holds one
 * @count: values in it
 * @sum_low: their sum, modulo 2^64
 * @sum_high: and what is over that
 * @min_inverse: the smallest of them, inverted
 * @max: the largest
 * @bucket: how many in each bucket
 *
 * Written by one at a time: processes that record at once have one each, to be merged later.
 */
struct hist {
	uint64_t count;
	uint64_t sum_low;
	uint64_t sum_high;
	uint64_t min_inverse;
	uint64_t max;
	uint64_t bucket[HIST_BUCKETS];
};

/** hist_bucket() - the bucket that @value falls into */
static inline unsigned int hist_bucket(uint64_t value)
{
	/* How many of the low bits do not tell; none, of numbers with a bucket of their own. */
	unsigned int shift = (unsigned int)(63 - HIST_SUB_BITS -
					    __builtin_clzll(value | HIST_SUB_BUCKETS));

	return (shift << HIST_SUB_BITS) + (unsigned int)(value >> shift);
}

/** hist_add() - record @value; a few instructions, whatever it is */
static inline void hist_add(struct hist *h, uint64_t value)
{
	h->bucket[hist_bucket(value)]++;
	h->count++;
	h->sum_low += value;
	h->sum_high += h->sum_low < value;
	h->min_inverse = h->min_inverse > ~value ? h->min_inverse : ~value;
	h->max = h->max > value ? h->max : value;
}

/** hist_merge() - add all that was recorded in @from to @h */
void hist_merge(struct hist *h, const struct hist *from);

/** hist_count() - how many values were recorded */
uint64_t hist_count(const struct hist *h);

/** hist_min() - the smallest value, exactly; 0 if there is none */
uint64_t hist_min(const struct hist *h);

/** hist_max() - the largest value, exactly; 0 if there is none */
uint64_t hist_max(const struct hist *h);

/** hist_mean() - the mean of the exact sum; 0 if there is no value */
double hist_mean(const struct hist *h);

/** hist_deviation() - standard deviation, of the middles of buckets; 0 if there is no value */
double hist_deviation(const struct hist *h);

/** hist_lower() - the smallest number of bucket @i */
uint64_t hist_lower(unsigned int i);

/** hist_upper() - the largest number of bucket @i */
uint64_t hist_upper(unsigned int i);

/**
 * hist_percentile() - a number within 1/256 of the smallest value that at least @percent of all do
 *	not exceed
 * @h: a histogram; 0 if it is empty
 * @percent: 0, for hist_min(), to 100, for hist_max()
 */
uint64_t hist_percentile(const struct hist *h, double percent);

/**
 * hist_percentile_interval() - where the percentile is of all values that could have been recorded
 * @h: a histogram
 * @percent: over 0 and below 100
 * @z: how sure to be, in standard deviations of a normal distribution: 1.96 for 95 %
 * @low: set to the lower end
 * @high: set to the upper end
 *
 * Takes the values to be independent, and nothing of how they are distributed: the ends are values
 * of such a rank that as few or as many as that below the true percentile would be a rare chance.
 *
 * Return: whether there are values enough for both ends. An end that they are too few for is the
 * smallest or the largest of all, and the true one may well be beyond it.
 */
bool hist_percentile_interval(const struct hist *h, double percent, double z, uint64_t *low,
			      uint64_t *high);

/**
 * hist_json() - the histogram as JSON; NULL if there is no memory
 *
 * {"sub_buckets": 128, "count", "min", "max", "sum", "buckets": [[lower bound, count], ...]}, with
 * only those buckets that are not empty, in order. A number over 2^63 - 1, which readers of JSON do
 * not agree on, is a string of hexadecimal digits, "0x" before them.
 */
json_t *hist_json(const struct hist *h);

/**
 * hist_from_json() - read what hist_json() made
 * @h: set to it, unless there is a fault
 * @json: from anywhere
 *
 * Return: what is wrong with it, or with how its parts fit each other; NULL if nothing is.
 */
const char *hist_from_json(struct hist *h, const json_t *json);

/**
 * hist_print_hdr() - print percentiles as HdrHistogram does, for the programs that plot those
 * @h: a histogram
 * @out: where to
 * @scale: what to divide values by: 1000 to print nanoseconds as microseconds
 *
 * Values are the largest that their bucket can hold, but for the maximum, which is exact.
 */
void hist_print_hdr(const struct hist *h, FILE *out, double scale);

#endif /* BENCH_HIST_H */
