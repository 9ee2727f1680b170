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
	uint64_t used = 0, start, end;

	/* Each time is shorter than the kernel's own interval for such figures. */
	for (int i = 0; i < TIMES; i++) {
		start = cpu_time();
		usage_now(&before);
		end = clock_now() + AWAKE_NS;
		while (clock_now() < end)
			;
		usage_now(&after);
		used += cpu_time() - start;
		usage_add(&sum, &before, &after);
	}
	/* Figures are of whole microseconds. */
	check(sum.user + sum.system + used / 10 + TIMES * 1000 > used,
	      "who stays awake has used that time: %llu of %llu",
	      (unsigned long long)(sum.user + sum.system), (unsigned long long)used);
}
