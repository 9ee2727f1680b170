// SPDX-License-Identifier: GPL-2.0-only
/* What machine this is, and what the comparison itself costs on it. */
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <ipcx.h>

#include "clock.h"
#include "host.h"
#include "ipcx_box.h"
#include "stats.h"
#include "work.h"

#define VULNERABILITIES	"/sys/devices/system/cpu/vulnerabilities"

/* The first line of a file, without its end; empty if there is none. */
static void host_line(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");

	*text = '\0';
	if (!file)
		return;
	if (fgets(text, (int)size, file))
		text[strcspn(text, "\n")] = '\0';
	else
		*text = '\0';
	fclose(file);
}

static void host_cpu_model(char *text, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512];

	*text = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');

		if (strncmp(line, "model name", 10) || !value)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(text, size, "%s", value);
		break;
	}
	if (file)
		fclose(file);
}

static int host_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* "name: what is done about it", for each flaw that this CPU has. */
static void host_mitigations(char *text, size_t size)
{
	struct dirent **names = NULL;
	int n = scandir(VULNERABILITIES, &names, host_visible, alphasort);
	size_t len = 0;

	*text = '\0';
	for (int i = 0; i < n; i++) {
		char path[512], state[256];

		snprintf(path, sizeof(path), VULNERABILITIES "/%s", names[i]->d_name);
		host_line(path, state, sizeof(state));
		if (*state && strcmp(state, "Not affected") && len < size) {
			const char *what = strncmp(state, "Mitigation: ", 12) ? state : state + 12;

			len += (size_t)snprintf(text + len, size - len, "%s%s: %s", len ? ", " : "",
						names[i]->d_name, what);
		}
		free(names[i]);
	}
	free(names);
	if (n > 0 && !len)
		snprintf(text, size, "none needed");
}

void host_read(struct host *host)
{
	const char *commit = getenv("IPCX_GIT_COMMIT");
	struct ipcx_info info;
	struct utsname name;
	time_t now = time(NULL);
	struct tm tm;
	cpu_set_t set;

	memset(host, 0, sizeof(*host));
	if (!uname(&name))
		snprintf(host->kernel, sizeof(host->kernel), "%s %s %s", name.sysname,
			 name.release, name.machine);
	host_cpu_model(host->cpu, sizeof(host->cpu));
	host->cpus = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
	host_mitigations(host->mitigations, sizeof(host->mitigations));
	host_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  host->clocksource, sizeof(host->clocksource));
	if (!ipcx_module(&info))
		snprintf(host->module_version, sizeof(host->module_version), "%.*s",
			 (int)sizeof(info.version), info.version);
#ifdef IPCX_GIT_COMMIT
	if (!commit || !*commit)
		commit = IPCX_GIT_COMMIT;
#endif
	snprintf(host->git_commit, sizeof(host->git_commit), "%s", commit ? commit : "");
	if (gmtime_r(&now, &tm))
		strftime(host->date, sizeof(host->date), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Whether @a and @b are threads of one core. */
static bool host_siblings(int a, int b)
{
	char path[128], list[256];
	char *p = list;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		 a);
	host_line(path, list, sizeof(list));
	while (*p) {
		long from = strtol(p, &p, 10), to = from;

		if (*p == '-')
			to = strtol(p + 1, &p, 10);
		if (b >= from && b <= to)
			return true;
		if (*p != ',')
			break;
		p++;
	}
	return false;
}

int host_cpus(int *first, int *second)
{
	int fallback = -1;
	cpu_set_t set;

	*first = -1;
	*second = -1;
	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	/* From the end: the first CPU is the one that most interrupts go to. */
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && *second < 0; cpu--) {
		if (!CPU_ISSET(cpu, &set))
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

void host_settle(void)
{
	const time_t rest_s = 10;
	struct timespec up;

	/* What a kernel puts off until after its start makes everything look slower. */
	if (!clock_gettime(CLOCK_BOOTTIME, &up) && up.tv_sec < rest_s)
		sleep((unsigned int)(rest_s - up.tv_sec));
}

void overhead_measure(struct overhead *overhead)
{
	enum { READS = 1000, TIMES = 9 };
	double mean[TIMES];
	uint64_t smallest = UINT64_MAX;

	for (int t = 0; t < TIMES; t++) {
		uint64_t first = clock_now(), last = first, now = first;

		for (int i = 0; i < READS; i++) {
			now = clock_now();
			if (now != last && now - last < smallest)
				smallest = now - last;
			last = now;
		}
		mean[t] = (double)(now - first) / READS;
	}
	overhead->clock = stats_median(mean, TIMES);
	overhead->granularity = smallest == UINT64_MAX ? 0 : (double)smallest;
}

int work_cost_measure(struct work_cost *cost, size_t size)
{
	enum { MESSAGES = 64, TIMES = 9 };
	double fill[TIMES], check[TIMES];
	unsigned char *buf = aligned_alloc(64, (size + 63) / 64 * 64);
	uint64_t seq, good = 0;

	if (!buf)
		return -1;
	for (int t = 0; t < TIMES; t++) {
		uint64_t start, middle, end;

		start = clock_now();
		for (uint64_t i = 0; i < MESSAGES; i++)
			work_fill(buf, size, i);
		middle = clock_now();
		for (uint64_t i = 0; i < MESSAGES; i++)
			good += work_check(buf, size, &seq);
		end = clock_now();
		fill[t] = (double)(middle - start) / MESSAGES;
		check[t] = (double)(end - middle) / MESSAGES;
	}
	free(buf);
	if (good != MESSAGES * TIMES)
		return -1;
	*cost = (struct work_cost){ size, stats_median(fill, TIMES), stats_median(check, TIMES) };
	return 0;
}
