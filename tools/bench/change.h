/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a mean has changed, how much, and how sure that is.
 *
 * A comparison that can stop a change from being made must be right in both ways: neither let one
 * for the worse pass because rounds differ so much that it is lost among them, nor take chance for
 * one. So there is a third answer, that these rounds cannot tell.
 */
#ifndef BENCH_CHANGE_H
#define BENCH_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct change_mean - one of two means to compare
 * @mean: the mean, over 0
 * @error: its standard error, as a share of it
 * @df: degrees of freedom of @error; 0 if that is not known
 */
struct change_mean {
	double mean;
	double error;
	double df;
};

/**
 * struct change - from one mean to another, in percent of the first
 * @percent: the change; over 0 if it is for the worse
 * @low: lower end of its interval of 95 % confidence
 * @high: upper end
 * @surely: what it is more than, even if it stood out among as many as are compared
 * @sure: whether these three are known; if not, @low is -100, and @high is infinite
 */
struct change {
	double percent;
	double low;
	double high;
	double surely;
	bool sure;
};

/**
 * enum change_verdict - what a change comes to
 * @CHANGE_WORSE: it is above the threshold, and not by chance
 * @CHANGE_UNSURE: it is not, but all of its interval is above the threshold, as that of some cell
 *	could be by chance; or the interval goes beyond twice the threshold
 * @CHANGE_NONE: none of the others
 * @CHANGE_BETTER: all of its interval is below the threshold's negative
 * @CHANGE_APART: of two of the same: it is over the threshold, for the better or worse
 */
enum change_verdict {
	CHANGE_WORSE,
	CHANGE_UNSURE,
	CHANGE_NONE,
	CHANGE_BETTER,
	CHANGE_APART,
};

/** change_mean() - @mean, whose error is told by @n means of @rounds, which are sorted */
struct change_mean change_mean(double mean, double *rounds, size_t n);

/**
 * change_between() - the change from @before to @after
 * @before: the first mean
 * @after: the second
 * @compared: how many such changes are looked at together: the more, the likelier it is that one
 *	of them is large by chance
 */
struct change change_between(const struct change_mean *before, const struct change_mean *after,
			     size_t compared);

/** change_judge() - what @change comes to if @threshold percent matter */
enum change_verdict change_judge(const struct change *change, double threshold);

/** change_same() - likewise if nothing has changed, and @change itself is what matters */
enum change_verdict change_same(const struct change *change, double threshold);

#endif /* BENCH_CHANGE_H */
