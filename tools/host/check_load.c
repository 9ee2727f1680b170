// SPDX-License-Identifier: GPL-2.0-only
/* What else is going on: tasks, and memory that is short. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examine.h"

#define MEMORY_LEAST_KB	(64 << 10)
#define PRESSURE_MOST	10.0

/* Whether @busy other tasks are in the way of the two sides. A little of a CPU is always used. */
static bool in_the_way(const struct host_exam *x, double busy)
{
	int cpus = CPU_COUNT(&x->cpus), sides = cpus < 2 ? 1 : 2;

	return busy >= 0.5 && cpus - busy < sides - 0.25;
}

/* Percent of the last ten seconds in which some task waited for @what; below 0: not known */
static double pressure_of(const char *what)
{
	char line[HOST_LINE], path[64], *end;
	const char *avg;
	double value;

	snprintf(path, sizeof(path), "/proc/pressure/%s", what);
	if (!host_field(line, path, "some"))
		return -1;
	avg = strstr(line, "avg10=");
	if (!avg)
		return -1;
	avg += strlen("avg10=");
	value = strtod(avg, &end);
	return end != avg && value >= 0 && value <= 100 ? value : -1;
}

/* The load average of the last minute; below 0: not known */
static double load_average(void)
{
	char line[HOST_LINE], *end;
	double load;

	if (!host_line(line, "/proc/loadavg"))
		return -1;
	load = strtod(line, &end);
	return end != line && load >= 0 && load < 1e6 ? load : -1;
}

static json_t *known_or_null(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

/* One finding at most: what runs now shows in the averages, too. */
json_t *host_check_load(struct host_exam *x)
{
	static const char remedy[] = "end what else runs here ('top' tells), or wait for it";
	double running = x->sample.running_known ? x->sample.running : -1;
	double waited = pressure_of("cpu"), average = load_average();
	int cpus = CPU_COUNT(&x->cpus);

	if (x->cpus_known && in_the_way(x, running))
		host_warn(x, remedy, "%.1f other tasks run on %d CPUs: they take turns with "
			  "what is measured", running, cpus);
	else if (waited > PRESSURE_MOST)
		host_warn(x, remedy, "for %.0f %% of the last ten seconds a task waited for a CPU",
			  waited);
	else if (x->cpus_known && average > cpus)
		host_warn(x, remedy, "the load average of the last minute is %.2f, on %d CPUs",
			  average, cpus);
	else if (x->cpus_known && in_the_way(x, average))
		host_note(x, remedy, "the load average of the last minute is %.2f, on %d CPUs: "
			  "look whether that goes on", average, cpus);
	else if (running >= 0.5)
		host_note(x, remedy, "%.1f other tasks run: they share caches and memory with "
			  "what is measured", running);
	if (running < 0 && waited < 0 && average < 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "running", known_or_null(running), "average",
			 known_or_null(average), "waited_percent", known_or_null(waited));
}

json_t *host_check_memory(struct host_exam *x)
{
	long long total, free_kb;
	double waited = pressure_of("memory");

	if (!host_figure(&total, "/proc/meminfo", "MemTotal") ||
	    !host_figure(&free_kb, "/proc/meminfo", "MemAvailable") || total <= 0 || free_kb < 0)
		return json_null();
	if (free_kb < total / 20 || free_kb < MEMORY_LEAST_KB)
		host_warn(x, "end what has most of it ('ps aux --sort -rss' tells)",
			  "of %lld MiB of memory, %lld are left: the kernel looks for more while "
			  "it is measured", total >> 10, free_kb >> 10);
	else if (waited > 1)
		host_warn(x, "end what has most of it ('ps aux --sort -rss' tells)",
			  "for %.0f %% of the last ten seconds a task waited for memory", waited);
	return json_pack("{s:I, s:I}", "total_kb", (json_int_t)total, "available_kb",
			 (json_int_t)free_kb);
}

json_t *host_check_swapping(struct host_exam *x)
{
	if (x->sample.swapped < 0)
		return json_null();
	if (x->sample.swapped)
		host_warn(x, "end what has most of the memory ('ps aux --sort -rss' tells), or wait",
			  "%lld pages were swapped in this moment", x->sample.swapped);
	return json_integer(x->sample.swapped);
}
