// SPDX-License-Identifier: GPL-2.0-only
/* What times are taken with. */
#include <string.h>

#include "examine.h"
#include "facts.h"

/* A reading takes some 20 ns where no system call is needed. */
#define READING_MOST	200
#define STEP_MOST	100

json_t *host_check_clocksource(struct host_exam *x)
{
	static const char *const good[] = {
		"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page",
		"riscv_clocksource", "timebase", "tod",
	};
	char source[HOST_LINE];

	if (!host_line(source, HOST_CLOCKSOURCE) || !*source)
		return json_null();
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!strcmp(source, good[i]))
			return json_string(source);
	host_warn(x, "see in the kernel's log ('dmesg') why it is not tsc; if that is sound, boot "
		  "with tsc=reliable; else measure on another machine",
		  "the clock source is %.40s: reading it is slow, or its steps are coarse",
		  source);
	return json_string(source);
}

void host_judge_clock(struct host_exam *x, double reading, double step)
{
	/* Steps shorter than a reading cannot be seen. */
	if ((step > STEP_MOST && step > reading) || step <= 0)
		host_warn(x, "measure on a machine with a better clock, or believe means only",
			  "the clock goes in steps of %.0f ns: shorter times cannot be told apart",
			  step);
	if (reading > READING_MOST)
		host_warn(x, "measure on a machine with a better clock, or look at net figures",
			  "reading the clock takes %.0f ns, which is in every time that is taken",
			  reading);
}

json_t *host_check_clock(struct host_exam *x)
{
	double reading, step;

	host_clock_measure(&reading, &step);
	host_judge_clock(x, reading, step);
	return json_pack("{s:f, s:f}", "reading_ns", reading, "step_ns", step);
}
