// SPDX-License-Identifier: GPL-2.0-only
/* What happens on the machine in a moment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "examine.h"

#define SAMPLES	10

/** struct moment - counters at one time; -1: not known */
struct moment {
	long long cpu;
	long long steal;
	long long swapped;
	long long throttled;
};

static void read_cpu_time(struct moment *now)
{
	enum { STEAL = 7, COLUMNS };
	char line[HOST_LINE], *p = line, *end;
	long long sum = 0;

	now->cpu = -1;
	if (!host_field(line, "/proc/stat", "cpu"))
		return;
	for (int column = 0; column < COLUMNS; column++, p = end) {
		long long ticks = strtoll(p, &end, 10);

		if (end == p || ticks < 0 || ticks > 1LL << 56)
			return;
		sum += ticks;
		now->steal = ticks;
	}
	now->cpu = sum;
}

static void read_swapped(struct moment *now)
{
	long long in, out;

	now->swapped = -1;
	if (host_figure(&in, "/proc/vmstat", "pswpin") &&
	    host_figure(&out, "/proc/vmstat", "pswpout") && in >= 0 && out >= 0 &&
	    in < 1LL << 60 && out < 1LL << 60)
		now->swapped = in + out;
}

static void read_throttled(struct moment *now)
{
	struct dirent **names;
	int n = host_names(&names, "/sys/devices/system/cpu");
	long long times;

	now->throttled = -1;
	while (n > 0) {
		if (host_number(&times, "/sys/devices/system/cpu/%s/thermal_throttle/"
				"core_throttle_count", names[--n]->d_name) &&
		    times >= 0 && times < 1LL << 32)
			now->throttled = times + (now->throttled < 0 ? 0 : now->throttled);
		free(names[n]);
	}
	free(names);
}

static void read_moment(struct moment *now)
{
	read_cpu_time(now);
	read_swapped(now);
	read_throttled(now);
}

/* Tasks that could run beside this one, summed over some looks at them; -1: not known */
static long long watch_running(unsigned int ms)
{
	const struct timespec rest = { .tv_nsec = (long)ms * 1000000 / SAMPLES };
	long long sum = 0, running;

	for (int i = 0; i < SAMPLES; i++) {
		bool known = host_figure(&running, "/proc/stat", "procs_running");

		if (!known || running < 0 || running > 1 << 22)
			sum = -1;
		else if (sum >= 0 && running > 1)
			sum += running - 1;
		nanosleep(&rest, NULL);
	}
	return sum;
}

void host_sample(struct host_sample *sample, unsigned int ms)
{
	struct moment before, after;
	long long running, cpu;

	read_moment(&before);
	running = watch_running(ms);
	read_moment(&after);
	cpu = after.cpu - before.cpu;
	*sample = (struct host_sample){
		.cpu = before.cpu >= 0 && after.cpu >= 0 && cpu >= 0,
		.running_known = running >= 0,
		.running = (double)running / SAMPLES,
		.swapped = -1,
		.throttled = after.throttled,
	};
	if (sample->cpu && cpu && after.steal > before.steal)
		sample->steal = 100.0 * (double)(after.steal - before.steal) / (double)cpu;
	if (before.swapped >= 0 && after.swapped >= before.swapped)
		sample->swapped = after.swapped - before.swapped;
	if (before.throttled >= 0 && after.throttled > before.throttled)
		sample->throttled_now = after.throttled - before.throttled;
}
