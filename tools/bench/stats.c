// SPDX-License-Identifier: GPL-2.0-only
/* Statistics over samples: exact, from all of them. */
#include <math.h>
#include <stdlib.h>

#include "stats.h"

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
