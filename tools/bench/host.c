// SPDX-License-Identifier: GPL-2.0-only
/* What machine this is, and what the comparison itself costs on it. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <host/examine.h>
#include <host/facts.h>
#include <ipcx.h>

#include "clock.h"
#include "host.h"
#include "ipcx_box.h"
#include "stats.h"
#include "work.h"

/* Part of a short comparison; 'ipcx doctor' takes longer. */
#define SAMPLE_MS	200

void host_read(struct host *host)
{
	const char *commit = getenv("IPCX_GIT_COMMIT");
	char line[HOST_LINE];
	struct ipcx_info info;
	struct utsname name;
	time_t now = time(NULL);
	struct tm tm;
	cpu_set_t set;

	memset(host, 0, sizeof(*host));
	if (!uname(&name))
		snprintf(host->kernel, sizeof(host->kernel), "%s %s %s", name.sysname,
			 name.release, name.machine);
	host_field(line, "/proc/cpuinfo", "model name");
	snprintf(host->cpu, sizeof(host->cpu), "%.*s", (int)sizeof(host->cpu) - 1, line);
	host->cpus = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
	host_mitigations(host->mitigations, sizeof(host->mitigations));
	host_line(line, HOST_CLOCKSOURCE);
	snprintf(host->clocksource, sizeof(host->clocksource), "%.*s",
		 (int)sizeof(host->clocksource) - 1, line);
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

int host_cpus(int *first, int *second)
{
	cpu_set_t set;

	*first = -1;
	*second = -1;
	return sched_getaffinity(0, sizeof(set), &set) ? -1 :
	       host_cpus_choose(&set, first, second);
}

void host_judge(struct host *host, const uint64_t *sizes, unsigned int nsizes, bool instructions)
{
	struct host_exam x = {
		.instructions = instructions,
		.sizes = sizes,
		.nsizes = nsizes,
		.sample_ms = SAMPLE_MS,
	};

	host_examine(&x);
	host->spoilers = json_incref(x.findings);
	host->unknown = host_exam_unknown(&x);
	host_exam_end(&x);
}

unsigned int host_warnings(const struct host *host)
{
	return finding_count(host->spoilers, FINDING_WARNING);
}

void host_forget(struct host *host)
{
	json_decref(host->spoilers);
	json_decref(host->unknown);
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
	host_clock_measure(&overhead->clock, &overhead->granularity);
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
