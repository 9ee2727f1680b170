// SPDX-License-Identifier: GPL-2.0-only
/* The machine: what it is, and whether it is one to measure on. */
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <host/examine.h>
#include <host/facts.h>

#include "doctor.h"

#define SAMPLE_MS	500

/* Bit by bit the letters of the kernel's own reports. */
static json_t *taint_json(void)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTN";
	char text[sizeof(letters)];
	uint64_t taint;
	size_t len = 0;

	if (!host_taint(&taint))
		return json_null();
	for (size_t i = 0; letters[i]; i++) {
		if (taint & 1ULL << i)
			text[len++] = letters[i];
	}
	return len ? json_stringn(text, len) : json_string("none");
}

static json_t *kernel_json(void)
{
	json_t *report = json_object();
	struct utsname name;

	uname(&name);
	json_object_set_new(report, "release", json_string(name.release));
	json_object_set_new(report, "version", json_string(name.version));
	json_object_set_new(report, "machine", json_string(name.machine));
	json_object_set_new(report, "taint", taint_json());
	return report;
}

static json_t *clock_json(void)
{
	char source[HOST_LINE];
	struct timespec resolution;

	clock_getres(CLOCK_MONOTONIC, &resolution);
	return json_pack("{s:o, s:I}", "source",
			 host_line(source, HOST_CLOCKSOURCE) ? json_string(source) : json_null(),
			 "resolution_ns",
			 (json_int_t)resolution.tv_sec * 1000000000 + resolution.tv_nsec);
}

static json_t *cpus_json(void)
{
	char model[HOST_LINE], flaw[HOST_LINE], state[HOST_LINE];
	json_t *mitigations = json_object();

	for (unsigned int i = 0; host_mitigation(i, flaw, state); i++)
		json_object_set_new(mitigations, flaw, *state ? json_string(state) : json_null());
	return json_pack("{s:o, s:I, s:o}", "model",
			 host_field(model, "/proc/cpuinfo", "model name") ? json_string(model) :
			 json_null(), "online", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN),
			 "mitigations", mitigations);
}

json_t *doctor_host(void)
{
	return json_pack("{s:o, s:o, s:o}", "kernel", kernel_json(), "clock", clock_json(),
			 "cpus", cpus_json());
}

json_t *doctor_measuring(json_t **spoilers)
{
	/* Those of 'ipcx bench' */
	static const uint64_t sizes[] = { 64, 4096, 65536 };
	struct host_exam x = {
		.instructions = host_counts_instructions(),
		.sizes = sizes,
		.nsizes = sizeof(sizes) / sizeof(sizes[0]),
		.sample_ms = SAMPLE_MS,
	};
	json_t *facts;

	host_examine(&x);
	facts = json_incref(x.facts);
	*spoilers = json_incref(x.findings);
	host_exam_end(&x);
	return facts;
}
