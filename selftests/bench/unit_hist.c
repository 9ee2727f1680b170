// SPDX-License-Identifier: GPL-2.0-only
/* Whether histograms tell of values what the values themselves would. */
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "stats.h"
#include "unit.h"

#define SAMPLES		100000

static const double percents[] = { 0.001, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99 };

static uint64_t draw_uniform(struct unit_random *random)
{
	return (uint64_t)(unit_uniform(random) * 5000);
}

static uint64_t draw_exponential(struct unit_random *random)
{
	return (uint64_t)(-20000 * log(unit_uniform(random)));
}

static uint64_t draw_lognormal(struct unit_random *random)
{
	return (uint64_t)exp(9 + 3 * unit_normal(random));
}

static uint64_t draw_two_kinds(struct unit_random *random)
{
	return unit_uniform(random) < 0.9 ? 1234 : 9876543;
}

static uint64_t draw_any(struct unit_random *random)
{
	return (uint64_t)exp2(unit_uniform(random) * 63.9);
}

static const struct {
	const char *name;
	uint64_t (*draw)(struct unit_random *random);
} draws[] = {
	{ "uniform", draw_uniform },
	{ "exponential", draw_exponential },
	{ "lognormal", draw_lognormal },
	{ "of two kinds", draw_two_kinds },
	{ "of all magnitudes", draw_any },
};

static bool same(const struct hist *a, const struct hist *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool near_exact(const struct hist *h, const uint64_t *sorted, double percent)
{
	double exact = (double)stats_percentile(sorted, SAMPLES, percent);

	return fabs((double)hist_percentile(h, percent) - exact) <= exact / 256;
}

static void test_draw(unsigned int kind)
{
	uint64_t *samples = calloc(SAMPLES, sizeof(*samples));
	struct hist *h = calloc(4, sizeof(*h)), *part = h + 1, *merged = h + 3;
	struct unit_random random = { kind };
	const char *name = draws[kind].name;
	bool near = true, within = true;
	double sum = 0;

	for (unsigned int i = 0; i < SAMPLES; i++) {
		samples[i] = draws[kind].draw(&random);
		sum += (double)samples[i];
		hist_add(h, samples[i]);
		hist_add(&part[i % 3 == 0], samples[i]);
	}
	stats_sort(samples, SAMPLES);
	for (size_t i = 0; i < ARRAY_SIZE(percents); i++) {
		near &= near_exact(h, samples, percents[i]);
		within &= hist_percentile(h, percents[i]) >= samples[0] &&
			  hist_percentile(h, percents[i]) <= samples[SAMPLES - 1];
	}
	check(near, "%s: percentiles are within 1/256", name);
	check(within, "%s: and within what there is", name);
	check(hist_percentile(h, 0) == samples[0] && hist_min(h) == samples[0] &&
	      hist_percentile(h, 100) == samples[SAMPLES - 1] &&
	      hist_max(h) == samples[SAMPLES - 1], "%s: smallest and largest are exact", name);
	check(hist_count(h) == SAMPLES && fabs(hist_mean(h) / (sum / SAMPLES) - 1) < 1 / 1e9,
	      "%s: so is the mean", name);
	hist_merge(merged, &part[0]);
	hist_merge(merged, &part[1]);
	check(same(merged, h), "%s: merging is recording all in one", name);
	free(h);
	free(samples);
}

static void test_extremes(void)
{
	static const uint64_t values[] = { 0, 1, 127, 128, 255, 256, 257, UINT64_MAX };
	struct hist *h = calloc(2, sizeof(*h));
	bool placed = true;

	check(!hist_count(h) && !hist_min(h) && !hist_max(h) && hist_mean(h) == 0 &&
	      !hist_percentile(h, 50) && !hist_percentile(h, 100), "an empty histogram is all 0");
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		unsigned int at = hist_bucket(values[i]);

		placed &= at < HIST_BUCKETS && hist_lower(at) <= values[i] &&
			  hist_upper(at) >= values[i];
		memset(h, 0, sizeof(*h));
		hist_add(h, values[i]);
		placed &= hist_min(h) == values[i] && hist_max(h) == values[i] &&
			  hist_percentile(h, 50) == values[i];
		hist_add(h + 1, values[i]);
	}
	check(placed, "values from 0 to 2^64 - 1 are placed, and found alone");
	check(hist_percentile(h + 1, 30) == 127 && hist_percentile(h + 1, 50) == 128 &&
	      hist_percentile(h + 1, 60) == 255, "and together");
	hist_add(h, UINT64_MAX);
	check(hist_mean(h) == (double)UINT64_MAX && h->sum_high == 1, "a sum over 2^64 is exact");
	h[1] = h[0];
	hist_merge(h, h + 1);
	check(h->sum_high == 3 && h->sum_low == UINT64_MAX - 3 && hist_count(h) == 4,
	      "and when merged");
	free(h);
}

static void test_buckets(void)
{
	bool seamless = hist_lower(0) == 0, narrow = true, found = true;

	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		uint64_t lower = hist_lower(i), upper = hist_upper(i);

		seamless &= i == HIST_BUCKETS - 1 ? upper == UINT64_MAX :
						    upper + 1 == hist_lower(i + 1);
		narrow &= (upper - lower) * 128 < lower || lower == upper;
		found &= hist_bucket(lower) == i && hist_bucket(upper) == i;
	}
	check(seamless, "the buckets cover all numbers, each once");
	check(narrow, "none is wider than 1/128 of what is in it");
	check(found, "and its ends are found in it");
}

/* How many of 1000 intervals have the true percentile of an exponential distribution in them. */
static unsigned int covered(double percent, unsigned int n)
{
	double truth = -1e6 * log(1 - percent / 100);
	struct unit_random random = { (uint64_t)percent };
	struct hist *h = malloc(sizeof(*h));
	unsigned int hits = 0;
	uint64_t low, high;

	for (unsigned int set = 0; set < 1000; set++) {
		memset(h, 0, sizeof(*h));
		for (unsigned int i = 0; i < n; i++)
			hist_add(h, (uint64_t)(-1e6 * log(unit_uniform(&random))));
		if (hist_percentile_interval(h, percent, 1.96, &low, &high))
			hits += (double)low <= truth && truth <= (double)high;
	}
	free(h);
	return hits;
}

static void test_interval(void)
{
	/* Not the percentile 99 of fewer: there, one rank more or less is a matter of 2 %. */
	static const double tried[][2] = { { 10, 1000 }, { 50, 1000 }, { 90, 1000 }, { 99, 3000 } };
	struct hist *h = calloc(1, sizeof(*h));
	uint64_t low, high;

	for (size_t i = 0; i < ARRAY_SIZE(tried); i++) {
		unsigned int hits = covered(tried[i][0], (unsigned int)tried[i][1]);

		check(hits >= 930 && hits <= 975,
		      "of 1000 intervals of percentile %g, %u have it in them", tried[i][0], hits);
	}
	check(!hist_percentile_interval(h, 50, 1.96, &low, &high) && !low && !high,
	      "nothing has no interval");
	for (unsigned int i = 1; i <= 100; i++)
		hist_add(h, i);
	check(hist_percentile_interval(h, 50, 1.96, &low, &high) && low == 40 && high == 61,
	      "that of the median of 1 to 100");
	check(!hist_percentile_interval(h, 99, 1.96, &low, &high) && low < 99 && high == 100,
	      "100 values are too few for the upper end of percentile 99, and that is told");
	free(h);
}

static bool round_trip(const struct hist *h)
{
	struct hist *back = calloc(1, sizeof(*back));
	json_t *json = hist_json(h), *read;
	char *text = json_dumps(json, 0);
	bool ok;

	read = json_loads(text, 0, NULL);
	ok = read && !hist_from_json(back, read) && same(back, h);
	json_decref(json);
	json_decref(read);
	free(text);
	free(back);
	return ok;
}

static void test_json(void)
{
	struct hist *h = calloc(1, sizeof(*h));
	struct unit_random random = { 5 };

	check(round_trip(h), "an empty histogram comes back from JSON");
	for (unsigned int i = 0; i < 1000; i++)
		hist_add(h, draw_lognormal(&random));
	check(round_trip(h), "one with values does");
	hist_add(h, 0);
	for (unsigned int i = 0; i < 20; i++)
		hist_add(h, UINT64_MAX);
	check(round_trip(h), "and one with the largest, and a sum over 2^64");
	free(h);
}

static void test_bad_json(void)
{
	/* A good one, and what is put in the place of a part of it, and what is said to that. */
	static const char good[] = "{\"sub_buckets\": 128, \"count\": 3, \"min\": 5, \"max\": 1003,"
				   " \"sum\": 2008, \"buckets\": [[5, 1], [1000, 2]]}";
	static const char *const bad[][3] = {
		{ "128,", "64,", "\"sub_buckets\"" },
		{ "128,", "\"128\",", "\"sub_buckets\"" },
		{ "3, ", "4, ", "less than" },
		{ "3, ", "2, ", "more than" },
		{ "3, ", "-3, ", "\"count\"" },
		{ "3, ", "3.0, ", "\"count\"" },
		{ "3, ", "\"0x\", ", "\"count\"" },
		{ "3, ", "\"0xg\", ", "\"count\"" },
		{ "3, ", "\"0x10000000000000003\", ", "\"count\"" },
		{ "\"min\"", "\"mim\"", "\"min\"" },
		{ "5, \"max\"", "6, \"max\"", "empty" },
		{ "5, \"max\"", "1002, \"max\"", "below" },
		{ "5, \"max\"", "1004, \"max\"", "fit" },
		{ "1003", "1004", "empty" },
		{ "1003", "5", "above" },
		{ "2008", "2004", "\"sum\"" },
		{ "2008", "2012", "\"sum\"" },
		{ "2008", "null", "\"sum\"" },
		{ "2008", "\"0x1000000000000000000000000000007d8\"", "\"sum\"" },
		{ "[[5, 1], [1000, 2]]", "{}", "list" },
		{ "[1000, 2]", "[1000]", "lower bound and a count" },
		{ "[1000, 2]", "[\"1000\", 2]", "lower bound and a count" },
		{ "[1000, 2]", "[1001, 2]", "no bucket" },
		{ "[1000, 2]", "[1000, 0]", "empty" },
		{ "[5, 1], [1000, 2]", "[1000, 2], [5, 1]", "order" },
		{ "[5, 1], [1000, 2]", "[5, 1], [5, 2]", "order" },
	};
	struct hist *h = calloc(1, sizeof(*h));
	json_t *json = json_loads(good, 0, NULL);
	char text[512];

	check(!hist_from_json(h, json) && hist_count(h) == 3, "a histogram in JSON is read");
	json_decref(json);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *at = strstr(good, bad[i][0]), *fault;

		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, bad[i][1],
			 at + strlen(bad[i][0]));
		json = json_loads(text, 0, NULL);
		fault = hist_from_json(h, json);
		check(json && fault && strstr(fault, bad[i][2]) && hist_count(h) == 3,
		      "%s for %s: %s", bad[i][1], bad[i][0], fault ? fault : "taken");
		json_decref(json);
	}
	free(h);
}

static void test_hdr(void)
{
	static const char expected[] =
		"       Value     Percentile TotalCount 1/(1-Percentile)\n"
		"\n"
		"      25.000 0.000000000000          1           1.00\n"
		"      25.000 0.100000000000          1           1.11\n"
		"      25.000 0.200000000000          1           1.25\n"
		"      25.000 0.300000000000          1           1.43\n"
		"      50.000 0.400000000000          2           1.67\n"
		"      50.000 0.500000000000          2           2.00\n"
		"      50.000 0.550000000000          2           2.22\n"
		"      50.000 0.600000000000          2           2.50\n"
		"      50.000 0.650000000000          2           2.86\n"
		"      75.000 0.700000000000          3           3.33\n"
		"      75.000 1.000000000000          3\n"
		"#[Mean    =       50.000, StdDeviation   =       20.412]\n"
		"#[Max     =       75.000, Total count    =            3]\n"
		"#[Buckets =           57, SubBuckets     =          256]\n";
	struct hist *h = calloc(1, sizeof(*h));
	char text[4096] = "";
	FILE *out;

	for (uint64_t value = 25; value <= 75; value += 25)
		hist_add(h, value);
	out = fmemopen(text, sizeof(text), "w");
	hist_print_hdr(h, out, 1);
	fclose(out);
	check(!strcmp(text, expected), "three values print as HdrHistogram prints them");
	hist_add(h, 123456789);
	out = fmemopen(text, sizeof(text), "w");
	hist_print_hdr(h, out, 1000);
	fclose(out);
	check(strstr(text, "  123456.789 1.000000000000          4\n") &&
	      strstr(text, "       0.025 0.200000000000          1           1.25\n") &&
	      strstr(text, "#[Max     =   123456.789, Total count    =            4]\n"),
	      "nanoseconds print as microseconds");
	free(h);
}

void unit_hist(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(draws); i++)
		test_draw(i);
	test_extremes();
	test_buckets();
	test_interval();
	test_json();
	test_bad_json();
	test_hdr();
}
