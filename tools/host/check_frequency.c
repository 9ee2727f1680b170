// SPDX-License-Identifier: GPL-2.0-only
/* How fast the CPUs run, and whether they do so all the time, and all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examine.h"

#define CPU	"/sys/devices/system/cpu"

json_t *host_check_governor(struct host_exam *x)
{
	char governor[HOST_LINE], other[HOST_LINE] = "", list[64];
	cpu_set_t without;
	int known = 0;

	CPU_ZERO(&without);
	for (int cpu = 0; x->cpus_known && cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &x->cpus) ||
		    !host_line(governor, CPU "/cpu%d/cpufreq/scaling_governor", cpu))
			continue;
		known++;
		if (!strcmp(governor, "performance"))
			continue;
		CPU_SET(cpu, &without);
		strcpy(other, governor);
	}
	if (!known)
		return json_null();
	if (!*other)
		return json_string("performance");
	host_warn(x, "as root, 'cpupower frequency-set -g performance', or 'echo performance | tee "
		  CPU "/cpu*/cpufreq/scaling_governor'",
		  "the frequency governor of CPU %s is %.40s, not performance: how fast it runs "
		  "varies with what it does",
		  host_list_text(list, sizeof(list), &without), other);
	return json_string(other);
}

json_t *host_check_boost(struct host_exam *x)
{
	long long off, on;
	bool intel = host_number(&off, CPU "/intel_pstate/no_turbo");

	if (!intel && !host_number(&on, CPU "/cpufreq/boost"))
		return json_null();
	if (intel)
		on = !off;
	if (on)
		host_note(x, intel ? "as root, 'echo 1 > " CPU "/intel_pstate/no_turbo'" :
			  "as root, 'echo 0 > " CPU "/cpufreq/boost'",
			  "the CPUs may boost: how fast they run depends on heat and on how many of "
			  "them work");
	return json_boolean(on);
}

/* Cores that are named by kind; a CPU may be of one only. */
static bool kinds_named(const struct host_exam *x, cpu_set_t *fast, cpu_set_t *slow)
{
	if (!host_list(fast, "/sys/devices/cpu_core/cpus") ||
	    !host_list(slow, "/sys/devices/cpu_atom/cpus"))
		return false;
	CPU_AND(fast, fast, &x->cpus);
	CPU_AND(slow, slow, &x->cpus);
	return true;
}

/* Cores by their highest frequency: a tenth is more than what cores of one kind differ by. */
static bool kinds_by_frequency(const struct host_exam *x, cpu_set_t *fast, cpu_set_t *slow)
{
	long long khz[CPU_SETSIZE] = { 0 }, most = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &x->cpus))
			continue;
		if (!host_number(&khz[cpu], CPU "/cpu%d/cpufreq/cpuinfo_max_freq", cpu) ||
		    khz[cpu] <= 0 || khz[cpu] > 1LL << 40)
			return false;
		if (khz[cpu] > most)
			most = khz[cpu];
	}
	CPU_ZERO(fast);
	CPU_ZERO(slow);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (khz[cpu])
			CPU_SET(cpu, khz[cpu] < most - most / 10 ? slow : fast);
	return true;
}

json_t *host_check_core_kinds(struct host_exam *x)
{
	char remedy[128], fast_list[64], slow_list[64];
	cpu_set_t fast, slow;

	if (!x->cpus_known ||
	    (!kinds_named(x, &fast, &slow) && !kinds_by_frequency(x, &fast, &slow)))
		return json_null();
	if (!CPU_COUNT(&fast) || !CPU_COUNT(&slow))
		return json_string("alike");
	host_list_text(fast_list, sizeof(fast_list), &fast);
	host_list_text(slow_list, sizeof(slow_list), &slow);
	snprintf(remedy, sizeof(remedy), "'taskset -c %s ipcx bench'", fast_list);
	host_warn(x, remedy, "CPU %s are faster than %s: a figure depends on where it was measured",
		  fast_list, slow_list);
	return json_pack("{s:s, s:s}", "fast", fast_list, "slow", slow_list);
}
