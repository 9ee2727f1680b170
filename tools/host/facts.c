// SPDX-License-Identifier: GPL-2.0-only
/* What machine this is, as the kernel tells it, and as can be measured. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facts.h"

#define VULNERABILITIES	"/sys/devices/system/cpu/vulnerabilities"

bool host_taint(uint64_t *taint)
{
	long long value;
	bool known = host_number(&value, "/proc/sys/kernel/tainted");

	*taint = (uint64_t)value;
	return known;
}

bool host_mitigation(unsigned int i, char flaw[HOST_LINE], char state[HOST_LINE])
{
	struct dirent **names;
	int n = host_names(&names, VULNERABILITIES);
	bool found = n > 0 && i < (unsigned int)n;

	if (found) {
		snprintf(flaw, HOST_LINE, "%s", names[i]->d_name);
		host_line(state, VULNERABILITIES "/%s", flaw);
	}
	while (n > 0)
		free(names[--n]);
	free(names);
	return found;
}

const char *host_mitigations(char *text, size_t room)
{
	static const char done[] = "Mitigation: ";
	char flaw[HOST_LINE], state[HOST_LINE];
	unsigned int n = 0;
	size_t len = 0;

	*text = '\0';
	for (; host_mitigation(n, flaw, state) && len < room; n++) {
		const char *what = state;

		if (!*state || !strcmp(state, "Not affected"))
			continue;
		if (!strncmp(state, done, sizeof(done) - 1))
			what += sizeof(done) - 1;
		len += (size_t)snprintf(text + len, room - len, "%s%s: %s", len ? ", " : "", flaw,
					what);
	}
	if (n && !len)
		snprintf(text, room, "none needed");
	return text;
}

bool host_siblings(int a, int b)
{
	cpu_set_t set;

	return host_list(&set, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", a) &&
	       CPU_ISSET(b, &set);
}

int host_cpus_choose(const cpu_set_t *set, int *first, int *second)
{
	int fallback = -1;

	*first = -1;
	*second = -1;
	/* From the end: the first CPU is the one that most interrupts go to. */
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && *second < 0; cpu--) {
		if (!CPU_ISSET(cpu, set))
			continue;
		if (*first < 0)
			*first = cpu;
		else if (!host_siblings(*first, cpu))
			*second = cpu;
		else if (fallback < 0)
			fallback = cpu;
	}
	if (*second < 0)
		*second = fallback;
	return *second < 0 ? -1 : 0;
}

int host_node(int cpu)
{
	struct dirent **names;
	char path[HOST_PATH];
	int n, node = -1;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d", cpu);
	n = host_names(&names, path);
	while (n > 0) {
		const char *name = names[--n]->d_name;

		if (!strncmp(name, "node", 4) && isdigit((unsigned char)name[4]))
			node = atoi(name + 4);
		free(names[n]);
	}
	free(names);
	return node;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void host_clock_measure(double *reading, double *step)
{
	enum { READS = 1000, TIMES = 9 };
	double mean[TIMES];
	uint64_t smallest = UINT64_MAX;

	for (int t = 0; t < TIMES; t++) {
		uint64_t first = now_ns(), last = first, now = first;

		for (int i = 0; i < READS; i++) {
			now = now_ns();
			if (now != last && now - last < smallest)
				smallest = now - last;
			last = now;
		}
		mean[t] = (double)(now - first) / READS;
	}
	qsort(mean, TIMES, sizeof(mean[0]), by_value);
	*reading = mean[TIMES / 2];
	*step = smallest == UINT64_MAX ? 0 : (double)smallest;
}
