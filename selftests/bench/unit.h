/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit tests of ipcx bench share. */
#ifndef UNIT_H
#define UNIT_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/** check() - one test: whether @ok, and what that says */
void check(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** struct unit_random - numbers that are the same every time */
struct unit_random {
	uint64_t state;
};

/** unit_uniform() - from 0 to 1, neither included */
static inline double unit_uniform(struct unit_random *random)
{
	random->state = random->state * 6364136223846793005u + 1442695040888963407u;
	return ((double)(random->state >> 33) + 0.5) / (double)(1u << 31);
}

/** unit_normal() - of mean 0 and standard deviation 1 */
static inline double unit_normal(struct unit_random *random)
{
	double far = sqrt(-2 * log(unit_uniform(random)));

	return far * cos(2 * M_PI * unit_uniform(random));
}

void unit_stats(void);
void unit_hist(void);
void unit_change(void);
void unit_count(void);
void unit_axes(void);
void unit_plot(void);
void unit_host(void);
void unit_usage(void);
void unit_effort(void);
void unit_place(void);
void unit_knob(void);

#endif /* UNIT_H */
