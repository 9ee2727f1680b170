// SPDX-License-Identifier: GPL-2.0-only
/* Statistics over samples: exact, from all of them. */
#include <math.h>
#include <stdlib.h>

#include "stats.h"

/* From this variance on, a binomial distribution is summed up by the normal one. */
#define RANK_VARIANCE	1e6

/* A term that is a smaller share of the largest does not matter. */
#define RANK_TERM	(1 / 1e20)

static int stats_compare_u64(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static int stats_compare_double(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

void stats_sort(uint64_t *samples, size_t n)
{
	/* Of none, there may be no memory, either. */
	if (n)
		qsort(samples, n, sizeof(*samples), stats_compare_u64);
}

uint64_t stats_percentile(const uint64_t *sorted, size_t n, double percent)
{
	/* The product of two rounded numbers can be a hair over the whole number it stands for. */
	size_t rank = (size_t)ceil((double)n * percent / 100 - 0.000000001);

	if (rank < 1)
		rank = 1;
	if (rank > n)
		rank = n;
	return sorted[rank - 1];
}

double stats_midmean(double *values, size_t n)
{
	size_t skip = n / 4;
	double sum = 0;

	qsort(values, n, sizeof(*values), stats_compare_double);
	for (size_t i = skip; i < n - skip; i++)
		sum += values[i];
	return sum / (double)(n - 2 * skip);
}

double stats_midmean_error(double *values, size_t n)
{
	size_t skip = n / 4, kept = n - 2 * skip;
	double sum = 0, square = 0, v;

	if (n < 4)
		return 0;
	/* Winsorized: what is left out counts as the nearest that is not. */
	qsort(values, n, sizeof(*values), stats_compare_double);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < n; i++) {
			v = values[i < skip ? skip : i >= n - skip ? n - skip - 1 : i];
			if (pass)
				square += (v - sum / (double)n) * (v - sum / (double)n);
			else
				sum += v;
		}
	}
	return sqrt(square / (double)(n - 1)) * sqrt((double)n) / (double)kept;
}

double stats_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), stats_compare_double);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double stats_t_quantile(double df, double confidence)
{
	const double step = M_PI_2 / 4096;
	double angle = M_PI_2, area = 0, piece = step, all, tail;

	/* In the angle of tangent t / sqrt(df), the density is a power of its cosine, and ends. */
	df = fmin(df, 1000);
	all = sqrt(M_PI) / 2 * exp(lgamma(df / 2) - lgamma((df + 1) / 2));
	tail = (1 - confidence) * all;
	while (area < tail && angle > 0) {
		angle -= step;
		piece = step * pow(cos(angle + step / 2), df - 1);
		area += piece;
	}
	return sqrt(df) * tan(angle + step * (area - tail) / piece);
}

double stats_mean_error(double *values, size_t n, double *df)
{
	double mean = 0, square = 0;

	*df = (double)(n - 1);
	if (n < 2)
		return 0;
	if (n >= 8) {
		/* One less than are kept would be 92 % sure instead of 95; so few are 94 to 95. */
		*df = 0.75 * (double)(n - 2 * (n / 4)) - 0.5;
		return stats_midmean_error(values, n);
	}
	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (values[i] - mean) * (values[i] - mean);
	return sqrt(square / (double)(n - 1) / (double)n);
}

bool stats_mean_interval(double *values, size_t n, double *low, double *high)
{
	double df, error = stats_mean_error(values, n, &df);
	double mean = stats_midmean(values, n);

	*low = *high = mean;
	if (df < 1)
		return false;
	error *= stats_t_quantile(df, 0.95);
	*low -= error;
	*high += error;
	return true;
}

/* The highest rank whose sample is hardly ever over the quantile @p; 0 if there is none. */
static uint64_t rank_below(uint64_t n, double p, double z)
{
	double mode = fmin(floor(((double)n + 1) * p), (double)n);
	double variance = (double)n * p * (1 - p), odds = p / (1 - p);
	double alpha = erfc(z / M_SQRT2) / 2, term = 1, all = 1, sum, k;

	if (!(p > 0 && p < 1))
		return 0;
	if (variance > RANK_VARIANCE)
		return (uint64_t)fmax(floor((double)n * p - z * sqrt(variance) + 0.5), 0);
	/* Terms in units of the largest, which is at the mode. */
	for (k = mode; k < (double)n && term > RANK_TERM; k++) {
		term *= ((double)n - k) / (k + 1) * odds;
		all += term;
	}
	term = 1;
	for (k = mode; k > 0 && term > RANK_TERM; k--) {
		term *= k / ((double)n - k + 1) / odds;
		all += term;
	}
	for (sum = term; sum <= alpha * all; k++) {
		term *= ((double)n - k) / (k + 1) * odds;
		sum += term;
	}
	return (uint64_t)k;
}

bool stats_rank_interval(uint64_t n, double percent, double z, uint64_t *first, uint64_t *last)
{
	uint64_t below = rank_below(n, percent / 100, z);
	uint64_t above = rank_below(n, 1 - percent / 100, z);

	*first = below ? below : 1;
	*last = above ? n + 1 - above : n;
	return below && above;
}
