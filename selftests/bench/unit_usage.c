// SPDX-License-Identifier: GPL-2.0-only
/* What a thread has used, also one that never leaves its CPU. */
#include <time.h>

#include "clock.h"
#include "unit.h"
#include "usage.h"

#define TIMES	20
#define AWAKE_NS	500000u

static uint64_t cpu_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void unit_usage(void)
{
	struct usage sum = { 0 }, before, after;

	/* Each time is shorter than the kernel's own interval for such figures. */
	for (int i = 0; i < TIMES; i++) {
		uint64_t start = cpu_time();

		usage_now(&before);
		while (cpu_time() - start < AWAKE_NS)
			;
		usage_now(&after);
		usage_add(&sum, &before, &after);
	}
	check(sum.user + sum.system > TIMES * AWAKE_NS * 9 / 10 &&
	      sum.user + sum.system < TIMES * AWAKE_NS * 2,
	      "who stays awake for %u times %u ns has used that: %llu", TIMES, AWAKE_NS,
	      (unsigned long long)(sum.user + sum.system));
}
