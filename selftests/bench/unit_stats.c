// SPDX-License-Identifier: GPL-2.0-only
/* Whether intervals are as wide as they must be, and lines go where the points are. */
#include <stdlib.h>

#include "stats.h"
#include "unit.h"

static void test_t(void)
{
	static const double known[][3] = {
		{ 1, 0.95, 12.706 }, { 2, 0.95, 4.303 }, { 3, 0.95, 3.182 }, { 5, 0.95, 2.571 },
		{ 10, 0.95, 2.228 }, { 30, 0.95, 2.042 }, { 120, 0.95, 1.980 },
		{ 1e9, 0.95, 1.960 }, { 1, 0.999, 636.62 }, { 5, 0.999, 6.869 },
		{ 30, 0.999, 3.646 }, { 8, 0.9999, 7.120 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		double t = stats_t_quantile(known[i][0], known[i][1]);

		check(fabs(t / known[i][2] - 1) < 0.005, "t of %g, %g is %.3f", known[i][0],
		      known[i][1], t);
	}
	check(stats_t_quantile(1.5, 0.95) < 12.7 && stats_t_quantile(1.5, 0.95) > 4.31,
	      "there is one between two whole numbers");
}

/* How many of 1000 intervals of @n rounds have the true mean in them. */
static unsigned int covered(size_t n)
{
	struct unit_random random = { n };
	double rounds[120], low, high;
	unsigned int hits = 0;

	for (unsigned int set = 0; set < 1000; set++) {
		for (size_t i = 0; i < n; i++)
			rounds[i] = 100 + 3 * unit_normal(&random);
		hits += stats_mean_interval(rounds, n, &low, &high) && low <= 100 && high >= 100;
	}
	return hits;
}

static void test_mean_interval(void)
{
	static const size_t counts[] = { 3, 7, 9, 18, 120 };
	double same[] = { 7, 7, 7, 7, 7 }, one[] = { 3 }, two[] = { 4, 6 };
	/* Were any left out, those that are left would be alike. */
	double alike[] = { 100, 102, 102, 110 };
	double low, high;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		unsigned int hits = covered(counts[i]);

		check(hits >= 930 && hits <= 975, "of 1000 intervals of %zu rounds, %u are right",
		      counts[i], hits);
	}
	check(stats_mean_interval(same, 5, &low, &high) && low == 7 && high == 7,
	      "rounds that are alike leave no doubt");
	check(!stats_mean_interval(one, 1, &low, &high) && low == 3 && high == 3,
	      "one round has no interval");
	check(stats_mean_interval(two, 2, &low, &high) && fabs(low - (5 - 12.706)) < 0.01,
	      "two have a wide one");
	check(stats_mean_interval(alike, 4, &low, &high) && high - low > 5,
	      "a few that are alike by chance are not trusted");
}

static void test_ranks(void)
{
	uint64_t first, last;

	check(stats_rank_interval(10, 50, 1.96, &first, &last) && first == 2 && last == 9,
	      "ranks around the median of 10");
	check(!stats_rank_interval(5, 50, 1.96, &first, &last) && first == 1 && last == 5,
	      "5 are too few");
	check(!stats_rank_interval(0, 50, 1.96, &first, &last), "and so are none");
	check(stats_rank_interval(1000000, 50, 1.96, &first, &last) && first == 499020 &&
	      last == 500981, "of a million");
	check(stats_rank_interval(100000000, 50, 1.96, &first, &last) &&
	      llabs((long long)first - 49990200) <= 1 && last == 100000001 - first,
	      "of more than are summed up one by one");
	check(!stats_rank_interval(10, 100, 1.96, &first, &last) && last == 10 &&
	      !stats_rank_interval(10, 0, 1.96, &first, &last) && first == 1,
	      "percentiles that no interval is of");
}

static void test_slope(void)
{
	static const double x[] = { 64, 256, 1024, 4096, 16384, 65536 };
	double y[6];
	struct unit_random random = { 3 };
	struct stats_line line;
	unsigned int a = 0, b = 0;

	for (unsigned int i = 0; i < 6; i++)
		y[i] = 1500 + 0.25 * x[i];
	check(stats_slope(x, y, 6, &line) && fabs(line.a - 1500) < 1 / 1e6 &&
	      fabs(line.b - 0.25) < 1 / 1e9 && line.a_high - line.a_low < 1 / 1e3 &&
	      line.from == 64 && line.to == 65536, "a line through points that are on one");
	for (unsigned int set = 0; set < 1000; set++) {
		for (unsigned int i = 0; i < 6; i++)
			y[i] = (1500 + 0.25 * x[i]) * (1 + 0.02 * unit_normal(&random));
		if (!stats_slope(x, y, 6, &line))
			continue;
		a += line.a_low <= 1500 && line.a_high >= 1500;
		b += line.b_low <= 0.25 && line.b_high >= 0.25;
	}
	check(a >= 930 && a <= 975, "with errors of 2 %%, %u of 1000 are right of a", a);
	check(b >= 930 && b <= 975, "and %u of b", b);
	check(fabs(line.a / 1500 - 1) < 0.1, "the large ones do not drown the small: %.0f", line.a);
	check(!stats_slope(x, y, 2, &line), "two points are too few");
	y[1] = 0;
	check(!stats_slope(x, y, 6, &line), "a cost of 0 has no relative error");
	check(!stats_slope((double[]){ 5, 5, 5 }, (double[]){ 1, 2, 3 }, 3, &line),
	      "points of one size make no line");
}

/* Far from no bytes, so that errors of a and b hang together. Known from exact fractions. */
static void test_line_errors(void)
{
	static const double x[] = { 1000, 1010, 1020, 1040 }, y[] = { 500, 530, 525, 590 };
	struct stats_line line;

	check(stats_slope(x, y, 4, &line) && fabs(line.a / -1591.3234221530786 - 1) < 1 / 1e9 &&
	      fabs(line.b / 2.0905906952658504 - 1) < 1 / 1e9, "a line known from fractions");
	check(fabs(line.a_variance / 257467.37414604993 - 1) < 1 / 1e9 &&
	      fabs(line.b_variance / 0.24943919330961237 - 1) < 1 / 1e9 &&
	      fabs(line.covariance / -253.39648359468086 - 1) < 1 / 1e9 && line.df == 2,
	      "and its errors");
	check(fabs((line.b_high - line.b) / (4.303 * 0.49944) - 1) < 0.001 &&
	      fabs((line.b - line.b_low) / (4.303 * 0.49944) - 1) < 0.001, "and their interval");
}

static bool line_of(double a, double b, double error, struct unit_random *random,
		    struct stats_line *line)
{
	static const double x[] = { 64, 256, 1024, 4096, 16384, 65536 };
	double y[6];

	for (unsigned int i = 0; i < 6; i++)
		y[i] = (a + b * x[i]) * (1 + error * unit_normal(random));
	return stats_slope(x, y, 6, line);
}

static void test_crossover(void)
{
	struct unit_random random = { 11 };
	struct stats_line copy, map, slow;
	unsigned int hits = 0, found = 0;
	double at, low, high;

	line_of(1000, 0.5, 0, &random, &copy);
	line_of(3000, 0.1, 0, &random, &map);
	check(stats_crossover(&copy, &map, &at, &low, &high) && fabs(at - 5000) < 0.1 &&
	      fabs(low - 5000) < 1 && fabs(high - 5000) < 1, "two lines cross at 5000");
	check(stats_crossover(&map, &copy, &at, &low, &high) && fabs(at - 5000) < 0.1,
	      "whichever is named first");
	line_of(3000, 0.5, 0, &random, &slow);
	check(!stats_crossover(&copy, &slow, &at, &low, &high) &&
	      !stats_crossover(&copy, &copy, &at, &low, &high), "lines side by side do not");
	line_of(900000, 0.4, 0, &random, &slow);
	check(!stats_crossover(&copy, &slow, &at, &low, &high), "nor do some, among those sizes");
	for (unsigned int set = 0; set < 1000; set++) {
		line_of(1000, 0.5, 0.02, &random, &copy);
		line_of(3000, 0.1, 0.02, &random, &map);
		if (!stats_crossover(&copy, &map, &at, &low, &high))
			continue;
		found++;
		hits += low <= 5000 && high >= 5000 && low <= at && at <= high;
	}
	check(found == 1000 && hits >= 930 && hits <= 985,
	      "with errors of 2 %%, %u of %u intervals are right", hits, found);
	found = 0;
	hits = 0;
	for (unsigned int set = 0; set < 1000; set++) {
		line_of(3000, 0.5, 0.1, &random, &copy);
		line_of(3050, 0.49, 0.1, &random, &map);
		if (!stats_crossover(&copy, &map, &at, &low, &high))
			continue;
		found++;
		hits += low >= 64 && low <= at && at <= high && high <= 65536 &&
			(low <= 5000 && high >= 5000);
	}
	check(found > 100 && hits >= found * 93 / 100,
	      "of lines that are hardly apart, %u of %u are", hits, found);
}

void unit_stats(void)
{
	test_t();
	test_mean_interval();
	test_ranks();
	test_slope();
	test_line_errors();
	test_crossover();
}
