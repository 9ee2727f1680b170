// SPDX-License-Identifier: GPL-2.0-only
/* Histograms: what can be told of the values in them. */
#include <math.h>

#include "hist.h"
#include "stats.h"

/* Lines that HdrHistogram prints for each halving of what is left to 100 %. */
#define HDR_TICKS	5

void hist_merge(struct hist *h, const struct hist *from)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		h->bucket[i] += from->bucket[i];
	h->count += from->count;
	h->sum_low += from->sum_low;
	h->sum_high += from->sum_high + (h->sum_low < from->sum_low);
	if (h->min_inverse < from->min_inverse)
		h->min_inverse = from->min_inverse;
	if (h->max < from->max)
		h->max = from->max;
}

uint64_t hist_count(const struct hist *h)
{
	return h->count;
}

uint64_t hist_min(const struct hist *h)
{
	return h->count ? ~h->min_inverse : 0;
}

uint64_t hist_max(const struct hist *h)
{
	return h->max;
}

double hist_mean(const struct hist *h)
{
	if (!h->count)
		return 0;
	return (ldexp((double)h->sum_high, 64) + (double)h->sum_low) / (double)h->count;
}

double hist_deviation(const struct hist *h)
{
	double mean = hist_mean(h), squares = 0, away;

	if (!h->count)
		return 0;
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		away = ((double)hist_lower(i) + (double)hist_upper(i)) / 2 - mean;
		squares += (double)h->bucket[i] * away * away;
	}
	return sqrt(squares / (double)h->count);
}

static unsigned int hist_shift(unsigned int i)
{
	return i < HIST_SUB_BUCKETS ? 0 : (i >> HIST_SUB_BITS) - 1;
}

uint64_t hist_lower(unsigned int i)
{
	unsigned int shift = hist_shift(i);

	return (uint64_t)(i - (shift << HIST_SUB_BITS)) << shift;
}

uint64_t hist_upper(unsigned int i)
{
	return hist_lower(i) + (((uint64_t)1 << hist_shift(i)) - 1);
}

/* The bucket of the value of @rank, from 1 to the number of values. */
static unsigned int hist_ranked(const struct hist *h, uint64_t rank)
{
	uint64_t n = 0;
	unsigned int i = 0;

	while (i < HIST_BUCKETS - 1 && (n += h->bucket[i]) < rank)
		i++;
	return i;
}

static uint64_t hist_clamp(const struct hist *h, uint64_t value)
{
	return value < hist_min(h) ? hist_min(h) : value > h->max ? h->max : value;
}

uint64_t hist_percentile(const struct hist *h, double percent)
{
	/* As in stats_percentile(). */
	double at = ceil((double)h->count * percent / 100 - 0.000000001);
	uint64_t rank = at > 1 ? (uint64_t)at : 1, lower;
	unsigned int i;

	if (rank <= 1)
		return hist_min(h);
	if (rank >= h->count)
		return h->max;
	i = hist_ranked(h, rank);
	lower = hist_lower(i);
	return hist_clamp(h, lower + (hist_upper(i) - lower) / 2);
}

bool hist_percentile_interval(const struct hist *h, double percent, double z, uint64_t *low,
			      uint64_t *high)
{
	uint64_t first, last;
	bool sure = stats_rank_interval(h->count, percent, z, &first, &last);

	*low = *high = 0;
	if (!h->count)
		return false;
	*low = hist_clamp(h, hist_lower(hist_ranked(h, first)));
	*high = hist_clamp(h, hist_upper(hist_ranked(h, last)));
	return sure;
}

/* How far it is from the line for @level percent to the next. */
static double hdr_step(double level)
{
	return 100 / (HDR_TICKS * exp2(floor(log2(100 / (100 - level))) + 1));
}

static void hdr_lines(const struct hist *h, FILE *out, double scale)
{
	double level = 0;
	uint64_t n = 0;

	for (unsigned int i = 0; i < HIST_BUCKETS && n < h->count; i++) {
		double value = (double)hist_clamp(h, hist_upper(i)) / scale;

		if (!h->bucket[i])
			continue;
		n += h->bucket[i];
		/* The last bucket has one line of its own, whatever it reaches. */
		while (level <= 100 * (double)n / (double)h->count) {
			fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", value, level / 100,
				(unsigned long long)n, 1 / (1 - level / 100));
			level += hdr_step(level);
			if (n == h->count)
				break;
		}
	}
	if (h->count)
		fprintf(out, "%12.3f %2.12f %10llu\n", (double)h->max / scale, 1.0,
			(unsigned long long)h->count);
}

void hist_print_hdr(const struct hist *h, FILE *out, double scale)
{
	fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	hdr_lines(h, out, scale);
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", hist_mean(h) / scale,
		hist_deviation(h) / scale);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12llu]\n", (double)h->max / scale,
		(unsigned long long)h->count);
	/* As HdrHistogram counts them: the first has twice as many, the others use one half. */
	fprintf(out, "#[Buckets = %12u, SubBuckets     = %12u]\n",
		HIST_BUCKETS / HIST_SUB_BUCKETS - 1, 2 * HIST_SUB_BUCKETS);
}
