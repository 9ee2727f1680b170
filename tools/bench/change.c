// SPDX-License-Identifier: GPL-2.0-only
/* Changes of means, and what they come to. */
#include <math.h>

#include "change.h"
#include "stats.h"

struct change_mean change_mean(double mean, double *rounds, size_t n)
{
	struct change_mean m = { .mean = mean };

	if (n)
		m.error = stats_mean_error(rounds, n, &m.df) / mean;
	return m;
}

/* Welch: two means whose errors differ, and are known from few rounds. */
static double change_df(const struct change_mean *a, const struct change_mean *b)
{
	double v = a->error * a->error, u = b->error * b->error;

	if (!(v + u > 0))
		return fmin(a->df, b->df);
	return (v + u) * (v + u) / (v * v / a->df + u * u / b->df);
}

static double to_percent(double logarithm)
{
	return 100 * expm1(logarithm);
}

struct change change_between(const struct change_mean *before, const struct change_mean *after,
			     size_t compared)
{
	/* Relative errors add up in the logarithm, and a mean never changes by -100 %. */
	double ratio = log(after->mean) - log(before->mean);
	double error = hypot(before->error, after->error), df;
	struct change change = {
		.percent = to_percent(ratio),
		.low = -100,
		.high = INFINITY,
		.surely = -100,
	};

	if (before->df < 1 || after->df < 1)
		return change;
	df = change_df(before, after);
	change.sure = true;
	change.low = to_percent(ratio - error * stats_t_quantile(df, 0.95));
	change.high = to_percent(ratio + error * stats_t_quantile(df, 0.95));
	change.surely = to_percent(ratio - error *
				   stats_t_quantile(df, 1 - 0.05 / fmax((double)compared, 1)));
	return change;
}

enum change_verdict change_judge(const struct change *change, double threshold)
{
	if (change->surely > threshold)
		return CHANGE_WORSE;
	/* An end that is infinite, or no number, is no reason to pass. */
	if (change->low > threshold || !(change->high <= 2 * threshold))
		return CHANGE_UNSURE;
	return change->high < -threshold ? CHANGE_BETTER : CHANGE_NONE;
}

enum change_verdict change_same(const struct change *change, double threshold)
{
	return fabs(change->percent) <= threshold ? CHANGE_NONE : CHANGE_APART;
}
