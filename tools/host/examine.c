// SPDX-License-Identifier: GPL-2.0-only
/* The checks, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "examine.h"

static const struct {
	const char *name;
	bool in_instructions;
	json_t *(*look)(struct host_exam *x);
} checks[] = {
#define HOST_CHECK(name, in_instructions)	{ #name, in_instructions, host_check_##name },
#include "checks.def"
#undef HOST_CHECK
};

bool host_counts_instructions(void)
{
	const char *icount = getenv("IPCX_ICOUNT");

	return icount && !strcmp(icount, "1");
}

void host_warn(struct host_exam *x, const char *remedy, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finding_addv(x->findings, FINDING_WARNING, remedy, format, args);
	va_end(args);
}

void host_note(struct host_exam *x, const char *remedy, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finding_addv(x->findings, FINDING_NOTE, remedy, format, args);
	va_end(args);
}

/* What a process may use includes CPUs that are not there, or not running. */
static bool read_cpus(cpu_set_t *cpus)
{
	char list[HOST_LINE];
	cpu_set_t online;

	if (!host_field(list, "/proc/self/status", "Cpus_allowed_list") ||
	    !host_list_parse(cpus, list) ||
	    !host_list(&online, "/sys/devices/system/cpu/online"))
		return false;
	CPU_AND(cpus, cpus, &online);
	return CPU_COUNT(cpus) > 0;
}

void host_examine(struct host_exam *x)
{
	x->facts = json_object();
	x->findings = json_array();
	x->cpus_known = read_cpus(&x->cpus);
	if (x->instructions)
		host_note(x, "compare these figures with each other and with other counts; for "
			  "times, measure on hardware",
			  "the clock counts instructions: how fast or how busy this machine is "
			  "does not matter and was not looked at");
	else
		host_sample(&x->sample, x->sample_ms);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].in_instructions || !x->instructions)
			json_object_set_new(x->facts, checks[i].name, checks[i].look(x));
}

void host_exam_end(struct host_exam *x)
{
	json_decref(x->facts);
	json_decref(x->findings);
}

json_t *host_exam_unknown(const struct host_exam *x)
{
	json_t *unknown = json_array();
	const char *name;
	json_t *fact;

	json_object_foreach(x->facts, name, fact)
		if (json_is_null(fact))
			json_array_append_new(unknown, json_string(name));
	return unknown;
}
