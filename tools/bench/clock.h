/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock: CLOCK_MONOTONIC, which all processes share. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

/** clock_now() - nanoseconds; instructions where the machine counts those as nanoseconds */
static inline uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

#endif /* BENCH_CLOCK_H */
