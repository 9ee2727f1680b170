// SPDX-License-Identifier: GPL-2.0-only
/* Lines through points: what a message costs by its size, and where two of them cross. */
#include <math.h>

#include "stats.h"

/* Standard errors from how far the points are off, in relative terms, and intervals from those. */
static void line_errors(const double *x, const double *y, size_t n, double weight, double centre,
			double spread, struct stats_line *line)
{
	double square = 0, t;

	for (size_t i = 0; i < n; i++) {
		double off = (y[i] - line->a - line->b * x[i]) / y[i];

		square += off * off;
	}
	line->df = (double)(n - 2);
	square /= line->df;
	line->a_variance = square * (1 / weight + centre * centre / spread);
	line->b_variance = square / spread;
	line->covariance = -square * centre / spread;
	t = stats_t_quantile(line->df, 0.95);
	line->a_low = line->a - t * sqrt(line->a_variance);
	line->a_high = line->a + t * sqrt(line->a_variance);
	line->b_low = line->b - t * sqrt(line->b_variance);
	line->b_high = line->b + t * sqrt(line->b_variance);
}

bool stats_slope(const double *x, const double *y, size_t n, struct stats_line *line)
{
	double weight = 0, centre = 0, middle = 0, spread = 0, product = 0, w;

	*line = (struct stats_line){ .from = INFINITY, .to = -INFINITY };
	if (n < 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!(y[i] > 0))
			return false;
		w = 1 / (y[i] * y[i]);
		weight += w;
		centre += w * x[i];
		middle += w * y[i];
		line->from = fmin(line->from, x[i]);
		line->to = fmax(line->to, x[i]);
	}
	centre /= weight;
	middle /= weight;
	/* About the centre, so that no small difference of large sums is left. */
	for (size_t i = 0; i < n; i++) {
		w = 1 / (y[i] * y[i]);
		spread += w * (x[i] - centre) * (x[i] - centre);
		product += w * (x[i] - centre) * (y[i] - middle);
	}
	if (!(line->from < line->to))
		return false;
	line->b = product / spread;
	line->a = middle - line->b * centre;
	line_errors(x, y, n, weight, centre, spread, line);
	return true;
}

static double line_variance(const struct stats_line *line, double x)
{
	return line->a_variance + 2 * x * line->covariance + x * x * line->b_variance;
}

/* How many standard errors two lines differ by at @x at most, by chance. */
static double line_chance(const struct stats_line *one, const struct stats_line *other, double x)
{
	double v = line_variance(one, x), u = line_variance(other, x);

	if (!(v + u > 0))
		return 0;
	return stats_t_quantile((v + u) * (v + u) / (v * v / one->df + u * u / other->df), 0.95);
}

bool stats_crossover(const struct stats_line *one, const struct stats_line *other, double *at,
		     double *low, double *high)
{
	double from = fmax(one->from, other->from), to = fmin(one->to, other->to);
	double a = one->a - other->a, b = one->b - other->b, t, p, q, r, root;

	*at = *low = *high = -a / b;
	if (!(*at >= from && *at <= to))
		return false;
	/*
	 * Where (a + b * x)^2 is within the square of its error: p * x^2 + 2 * q * x + r <= 0. So
	 * it is at the crossing. To divide the error by the slope is wrong where slopes are alike.
	 */
	t = line_chance(one, other, *at);
	p = b * b - t * t * (one->b_variance + other->b_variance);
	q = a * b - t * t * (one->covariance + other->covariance);
	r = a * a - t * t * (one->a_variance + other->a_variance);
	root = sqrt(fmax(q * q - p * r, 0));
	*low = from;
	*high = to;
	if (p > 0) {
		*low = fmax(from, (-q - root) / p);
		*high = fmin(to, (-q + root) / p);
	} else if (p < 0 && root > 0) {
		/* It is so on both sides of where it is not: take the side of the crossing. */
		if (*at <= (-q + root) / p)
			*high = fmin(to, (-q + root) / p);
		else
			*low = fmax(from, (-q - root) / p);
	}
	return true;
}
