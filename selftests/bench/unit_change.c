// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a change for the worse is found, and chance is not taken for one: over many comparisons
 * of rounds whose true means are known.
 */
#include "change.h"
#include "stats.h"
#include "unit.h"

#define CELLS		100	/* of one comparison */
#define COMPARISONS	20
#define ALL		(COMPARISONS * CELLS)

static struct change_mean measured(struct unit_random *random, double mean, double noise,
				   unsigned int n)
{
	double rounds[120];

	for (unsigned int i = 0; i < n; i++)
		rounds[i] = mean * (1 + noise * unit_normal(random));
	return change_mean(stats_midmean(rounds, n), rounds, n);
}

/**
 * struct outcome - how many cells of many comparisons came to each verdict
 * @of: the verdicts
 * @comparisons_worse: comparisons with at least one cell that is worse
 */
struct outcome {
	unsigned int of[CHANGE_APART];
	unsigned int comparisons_worse;
};

static struct outcome compare(double percent, double noise, unsigned int rounds, double threshold)
{
	struct unit_random random = { rounds };
	struct outcome outcome = { .comparisons_worse = 0 };

	for (unsigned int comparison = 0; comparison < COMPARISONS; comparison++) {
		unsigned int worse = outcome.of[CHANGE_WORSE];

		for (unsigned int cell = 0; cell < CELLS; cell++) {
			struct change_mean before, after;
			struct change change;

			before = measured(&random, 5000, noise, rounds);
			after = measured(&random, 5000 * (1 + percent / 100), noise, rounds);
			change = change_between(&before, &after, CELLS);
			outcome.of[change_judge(&change, threshold)]++;
		}
		outcome.comparisons_worse += outcome.of[CHANGE_WORSE] > worse;
	}
	return outcome;
}

static void test_equal(void)
{
	struct outcome o;

	o = compare(0, 0.002, 9, 1);
	check(o.of[CHANGE_NONE] == ALL, "rounds alike, nothing changed: %u of 2000 pass",
	      o.of[CHANGE_NONE]);
	o = compare(0, 0.02, 18, 5);
	check(o.of[CHANGE_NONE] == ALL, "noise within the threshold: %u of 2000 pass",
	      o.of[CHANGE_NONE]);
	o = compare(0, 0.1, 9, 1);
	check(o.comparisons_worse <= 2, "noise far over it makes %u of 20 comparisons fail",
	      o.comparisons_worse);
	check(o.of[CHANGE_UNSURE] > ALL * 9 / 10, "and most cells unsure: %u of 2000",
	      o.of[CHANGE_UNSURE]);
	o = compare(0, 0.1, 4, 1);
	check(o.comparisons_worse <= 2, "of few rounds, %u of 20", o.comparisons_worse);
}

static void test_worse(void)
{
	struct outcome o;

	o = compare(2, 0.002, 9, 1);
	check(o.of[CHANGE_WORSE] > ALL * 8 / 10, "rounds alike, 2 %% worse: %u of 2000 are found",
	      o.of[CHANGE_WORSE]);
	check(!o.of[CHANGE_NONE], "and none passes");
	o = compare(2.1, 0.02, 9, 1);
	check(o.of[CHANGE_NONE] + o.of[CHANGE_BETTER] < ALL * 3 / 100,
	      "2.1 %% worse in noise of 2 %%: %u of 2000 pass", o.of[CHANGE_NONE]);
	o = compare(2.1, 0.02, 120, 1);
	check(o.of[CHANGE_NONE] + o.of[CHANGE_BETTER] < ALL * 3 / 100 &&
	      o.of[CHANGE_WORSE] > ALL / 2,
	      "in more rounds, %u pass and %u are found", o.of[CHANGE_NONE], o.of[CHANGE_WORSE]);
	o = compare(-3, 0.002, 9, 1);
	check(o.of[CHANGE_BETTER] > ALL * 98 / 100, "3 %% better is told: %u of 2000",
	      o.of[CHANGE_BETTER]);
	o = compare(0.5, 0.002, 9, 1);
	check(!o.of[CHANGE_WORSE], "what is worse by less than the threshold is not worse");
}

static void test_figures(void)
{
	struct change_mean before = { 1000, 0.01, 8 }, after = { 1030, 0.01, 8 };
	struct change_mean exact = { 1000, 0, 8 }, once = { 1030, 0, 0 };
	struct change_mean vast = { 1e300, NAN, 8 };
	struct change change = change_between(&before, &after, 1);

	/* 16 degrees of freedom: 2.120 standard errors of 1.414 %. */
	check(fabs(change.percent - 3) < 1 / 1e6 && fabs(change.low + 0.044) < 0.01 &&
	      fabs(change.high - 6.136) < 0.01 && fabs(change.surely - change.low) < 1 / 1e9,
	      "3 %%, from %.2f to %.2f", change.low, change.high);
	change = change_between(&before, &after, 100);
	check(change.surely < -3, "less surely among 100: %.2f", change.surely);
	change = change_between(&exact, &exact, 1);
	check(change.sure && change.low == 0 && change.high == 0 &&
	      change_judge(&change, 0) == CHANGE_NONE, "the same, exactly");
	after.error = 0;
	change = change_between(&exact, &after, 1);
	check(change_judge(&change, 2.9) == CHANGE_WORSE &&
	      change_judge(&change, 3.1) == CHANGE_NONE, "3 %%, exactly");
	check(change_same(&change, 3.1) == CHANGE_NONE && change_same(&change, 2.9) == CHANGE_APART,
	      "of the same, 3 %% too many");
	change = change_between(&after, &exact, 1);
	check(change_same(&change, 2.9) == CHANGE_APART, "nor too few");
	change = change_between(&exact, &once, 1);
	check(!change.sure && change_judge(&change, 100) == CHANGE_UNSURE,
	      "one round is not enough to be sure");
	change = change_between(&vast, &vast, 1);
	check(change_judge(&change, 1) == CHANGE_UNSURE, "nor is an error that is no number");
}

void unit_change(void)
{
	test_equal();
	test_worse();
	test_figures();
}
