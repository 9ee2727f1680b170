// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx doctor: what ipcx finds here, what is wrong with it, what would spoil a measurement, and
 * what to do.
 */
#include <stdio.h>

#include <host/finding.h>

#include "cmd.h"
#include "doctor.h"

static const char help[] =
"Usage: ipcx doctor [--bench] [--json]\n"
"\n"
"Tell about the module, the device, the limits, the kernel, the clock and the CPUs, what is wrong\n"
"with them, and what would spoil a measurement of 'ipcx bench'. Each finding is followed by what to\n"
"do about it. What could not be read, for lack of rights or because this kernel does not tell, is\n"
"'unknown' and counts neither as good nor as bad.\n"
"\n"
"  -b, --bench               only what concerns measuring; needs neither the module nor root\n"
"  -j, --json                as one JSON object\n"
"  -h, --help                this help\n"
"\n"
"A warning is of what makes figures vary or be wrong; a note, of what is part of the figures, or is\n"
"missing from them, and must be the same where they are compared. If IPCX_ICOUNT=1 is in the\n"
"environment, the clock counts instructions, and what concerns time is left out.\n"
"\n"
"The exit status is 1 if ipcx does not work here; with --bench, if there is a warning.\n";

static void print_measuring(const json_t *measuring, const json_t *spoilers)
{
	doctor_print("measuring", measuring);
	doctor_print_findings("What spoils a measurement:", spoilers, "warning");
	doctor_print_findings("What is to be known about measurements here:", spoilers, "note");
}

static void print_problems(const json_t *problems)
{
	doctor_print_findings("What does not work:", problems, "error");
	doctor_print_findings("What is wrong:", problems, "warning");
	if (!json_array_size(problems))
		puts("\nNothing is wrong with ipcx.");
}

/* Only what concerns measuring. */
static int examine_bench(bool json)
{
	json_t *spoilers, *measuring = doctor_measuring(&spoilers);
	bool warned = finding_count(spoilers, FINDING_WARNING);

	if (json)
		output_json(json_pack("{s:O, s:O}", "measuring", measuring, "spoilers", spoilers));
	else
		print_measuring(measuring, spoilers);
	if (!json && !warned)
		puts("\nNothing that is known here spoils a measurement.");
	json_decref(measuring);
	json_decref(spoilers);
	return warned ? STATUS_FAILED : STATUS_OK;
}

static int examine_all(bool json)
{
	struct doctor d = { .report = json_object(), .problems = json_array(), .fd = -1 };
	json_t *host = doctor_host(), *spoilers, *measuring, *part;
	const char *key;
	bool works;

	doctor_tools(&d);
	doctor_device(&d);
	doctor_module(&d);
	doctor_limits(&d);
	doctor_try(&d);
	json_object_update(d.report, host);
	works = !finding_count(d.problems, FINDING_ERROR);
	json_object_set_new(d.report, "works", json_boolean(works));
	measuring = doctor_measuring(&spoilers);
	if (json) {
		json_object_set(d.report, "problems", d.problems);
		json_object_set(d.report, "measuring", measuring);
		json_object_set(d.report, "spoilers", spoilers);
		output_json(json_incref(d.report));
	} else {
		json_object_foreach(d.report, key, part)
			doctor_print(key, part);
		print_measuring(measuring, spoilers);
		print_problems(d.problems);
	}
	json_decref(host);
	json_decref(measuring);
	json_decref(spoilers);
	json_decref(d.problems);
	json_decref(d.report);
	return works ? STATUS_OK : STATUS_FAILED;
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "bench", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool json = false, bench = false;
	int c;

	while ((c = next_option(argc, argv, ":bjh", longs)) != -1) {
		json |= c == 'j';
		bench |= c == 'b';
	}
	want_operands(argc, argv, 0, 0, "nothing more");
	return bench ? examine_bench(json) : examine_all(json);
}

const struct command cmd_doctor = {
	.name = "doctor",
	.run = run,
	.summary = "tell what ipcx finds here, what is wrong, and what spoils a measurement",
	.help = help,
};
