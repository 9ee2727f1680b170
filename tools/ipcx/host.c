// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as far as it bears on ipcx: kernel, clock, CPUs, and the limits of the kernel's own
 * message queues and shared memory.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

/* Reads the first line of a file, without its newline. */
bool read_line(const char *path, char text[TEXT_MAX])
{
	FILE *file = fopen(path, "re");
	bool got;

	if (!file)
		return false;
	got = fgets(text, TEXT_MAX, file);
	fclose(file);
	if (got)
		text[strcspn(text, "\n")] = '\0';
	return got;
}

/* The first line of a file as a JSON string, or null. */
static json_t *line_json(const char *path)
{
	char text[TEXT_MAX];

	return read_line(path, text) ? json_string(text) : json_null();
}

/* The number in a file; what no signed number can hold, the kernel means as "no limit". */
static json_t *number_json(const char *path)
{
	char text[TEXT_MAX];
	uint64_t value;

	if (!read_line(path, text))
		return json_null();
	value = strtoull(text, NULL, 10);
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

uint64_t kernel_taint(void)
{
	char text[TEXT_MAX];

	return read_line("/proc/sys/kernel/tainted", text) ? strtoull(text, NULL, 10) : 0;
}

/* Bit by bit the letters of the kernel's own reports. */
static json_t *taint_json(void)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTN";
	uint64_t taint = kernel_taint();
	char text[sizeof(letters)];
	size_t len = 0;

	for (size_t i = 0; letters[i]; i++) {
		if (taint & 1ULL << i)
			text[len++] = letters[i];
	}
	return len ? json_stringn(text, len) : json_string("none");
}

json_t *report_kernel(void)
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

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* The smallest step between two readings, and what a reading costs on average. */
static void measure_clock(uint64_t *step, uint64_t *cost)
{
	enum { READINGS = 10000 };
	uint64_t start = now_ns();
	uint64_t last = start;

	*step = UINT64_MAX;
	for (int i = 0; i < READINGS; i++) {
		uint64_t now = now_ns();

		if (now > last && now - last < *step)
			*step = now - last;
		last = now;
	}
	*cost = (last - start) / READINGS;
	if (*step == UINT64_MAX)
		*step = 0;
}

json_t *report_clock(void)
{
	static const char clocksource[] =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	json_t *report = json_object();
	struct timespec resolution;
	uint64_t step, cost;

	measure_clock(&step, &cost);
	clock_getres(CLOCK_MONOTONIC, &resolution);
	json_object_set_new(report, "source", line_json(clocksource));
	json_object_set_new(report, "resolution_ns",
			    json_integer(resolution.tv_sec * 1000000000LL + resolution.tv_nsec));
	json_object_set_new(report, "smallest_step_ns", json_integer((json_int_t)step));
	json_object_set_new(report, "reading_ns", json_integer((json_int_t)cost));
	return report;
}

static json_t *cpu_model(void)
{
	char line[TEXT_MAX];
	json_t *model = NULL;
	FILE *file = fopen("/proc/cpuinfo", "re");

	while (file && !model && fgets(line, sizeof(line), file)) {
		char *value = strstr(line, ": ");

		if (strncmp(line, "model name", strlen("model name")) || !value)
			continue;
		value[strcspn(value, "\n")] = '\0';
		model = json_string(value + 2);
	}
	if (file)
		fclose(file);
	return model ? model : json_null();
}

static json_t *mitigations(void)
{
	json_t *report = json_object();
	struct dirent **entries;
	int n = scandir(VULNERABILITIES, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), VULNERABILITIES "/%s", entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			json_object_set_new(report, entries[i]->d_name, line_json(path));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return report;
}

json_t *report_cpus(void)
{
	static const char governor[] = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
	json_t *report = json_object();

	json_object_set_new(report, "model", cpu_model());
	json_object_set_new(report, "online", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(report, "governor", line_json(governor));
	json_object_set_new(report, "mitigations", mitigations());
	return report;
}

json_t *report_posix_mq(void)
{
	json_t *report = json_object();
	json_int_t most = INT64_MAX;
	struct rlimit rlimit;

	if (!getrlimit(RLIMIT_MSGQUEUE, &rlimit) && rlimit.rlim_cur != RLIM_INFINITY)
		most = (json_int_t)rlimit.rlim_cur;
	json_object_set_new(report, "queues_max", number_json("/proc/sys/fs/mqueue/queues_max"));
	json_object_set_new(report, "msg_max", number_json("/proc/sys/fs/mqueue/msg_max"));
	json_object_set_new(report, "msgsize_max", number_json("/proc/sys/fs/mqueue/msgsize_max"));
	json_object_set_new(report, "rlimit_msgqueue", json_integer(most));
	return report;
}

json_t *report_sysv(void)
{
	static const char *const limits[] = {
		"msgmni", "msgmax", "msgmnb", "shmmni", "shmmax", "shmall",
	};
	json_t *report = json_object();

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "/proc/sys/kernel/%s", limits[i]);
		json_object_set_new(report, limits[i], number_json(path));
	}
	return report;
}
