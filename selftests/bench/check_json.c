// SPDX-License-Identifier: GPL-2.0-only
/*
 * check_json FILE MECHANISMS MODES SIZES: whether FILE is results of schema ipcx-bench/2 with as
 * many cells of each mechanism, mode and size (lists with commas) as of every other.
 * One sentence and status 1 if not.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static _Noreturn void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
static _Noreturn void wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}

static void check_host(const json_t *host)
{
	static const char *const texts[] = { "kernel", "cpu", "mitigations", "clocksource",
					     "module_version", "git_commit" };

	if (!json_is_object(host))
		wrong("no host");
	if (json_integer_value(json_object_get(host, "cpus")) < 1)
		wrong("no CPUs");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const json_t *value = json_object_get(host, texts[i]);

		if (!json_is_string(value) && !json_is_null(value))
			wrong("host: bad or missing \"%s\"", texts[i]);
	}
}

static void check_figures(const json_t *cell, const char *name, bool sampled)
{
	static const char *const keys[] = { "p50", "p90", "p99", "p99.9", "max" };
	double mean = json_number_value(json_object_get(cell, "mean")), before = 0, value;
	const json_t *histogram = json_object_get(cell, "histogram");

	if (json_integer_value(json_object_get(cell, "n")) < 1)
		wrong("%s: nothing measured", name);
	if (mean <= 0)
		wrong("%s: no mean", name);
	if (json_number_value(json_object_get(cell, "mean_low")) > mean ||
	    json_number_value(json_object_get(cell, "mean_high")) < mean)
		wrong("%s: the mean is not in its interval", name);
	if (json_number_value(json_object_get(cell, "net")) > mean)
		wrong("%s: more net than gross", name);
	if (!json_is_object(json_object_get(cell, "usage")))
		wrong("%s: no usage", name);
	if (sampled && json_integer_value(json_object_get(histogram, "count")) !=
	    json_integer_value(json_object_get(cell, "n")))
		wrong("%s: a histogram of other messages", name);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const json_t *figure = json_object_get(cell, keys[i]);

		if (!sampled && json_is_null(figure))
			continue;
		value = json_number_value(figure);
		if (!json_is_integer(figure) || value < before)
			wrong("%s: bad or missing \"%s\"", name, keys[i]);
		before = value;
	}
}

static void check_no_figures(const json_t *cell, const char *name)
{
	static const char *const keys[] = { "mean", "p50", "p90", "p99", "p99.9", "max" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!json_is_null(json_object_get(cell, keys[i])))
			wrong("%s: not measured, but has \"%s\"", name, keys[i]);
	if (json_integer_value(json_object_get(cell, "n")))
		wrong("%s: not measured, but counted", name);
}

static const json_t *mechanism_of(const json_t *root, const char *name)
{
	const json_t *mech;
	size_t i;

	json_array_foreach(json_object_get(root, "mechanisms"), i, mech)
		if (!strcmp(json_string_value(json_object_get(mech, "mechanism")), name))
			return mech;
	wrong("%s is no mechanism of these", name);
}

/*
 * A small round trip makes twice the system calls that its mechanism declares; of one that makes
 * fewer for a side that is awake, that is the most.
 */
static void check_calls(const json_t *root, const json_t *cell, const char *name)
{
	const json_t *mech = mechanism_of(root, json_string_value(json_object_get(cell,
										  "mechanism")));
	double declared = 2 * json_number_value(json_object_get(mech, "syscalls"));
	double calls = json_number_value(json_object_get(cell, "syscalls"));
	double least = json_is_true(json_object_get(mech, "skips")) ? 0 : declared;

	if (json_is_null(json_object_get(cell, "syscalls")))
		wrong("%s: system calls are not counted", name);
	if (calls < least - 0.001 || calls > declared + 0.001)
		wrong("%s: %g system calls, but declared %g", name, calls, declared);
}

static void check_counts(const json_t *root, const json_t *cell, const char *name)
{
	const json_t *by = json_object_get(json_object_get(json_object_get(root, "counters"),
							   "syscalls"), "by");
	const json_t *instructions = json_object_get(cell, "instructions");
	const char *unit = json_string_value(json_object_get(root, "unit"));

	if (!json_object_get(cell, "syscalls") || !instructions)
		wrong("%s: counts are missing", name);
	if (!strcmp(unit, "instructions") &&
	    json_number_value(json_object_get(instructions, "total")) !=
	    json_number_value(json_object_get(cell, "mean")))
		wrong("%s: other instructions than its mean", name);
	if (!json_is_string(by)) {
		if (!json_is_null(json_object_get(cell, "syscalls")))
			wrong("%s: system calls counted by nobody", name);
		return;
	}
	if (!strcmp(json_string_value(json_object_get(cell, "mode")), "lat") &&
	    !strcmp(json_string_value(json_object_get(cell, "wait")), "block") &&
	    !strcmp(json_string_value(json_object_get(cell, "placement")), "same-cpu") &&
	    json_integer_value(json_object_get(cell, "size")) <= 64)
		check_calls(root, cell, name);
}

static void check_floors(const json_t *root)
{
	const json_t *floors = json_object_get(root, "floors"), *list, *floor;
	const json_t *counters = json_object_get(root, "counters");
	bool counted = json_is_string(json_object_get(json_object_get(counters, "syscalls"), "by"));
	bool instructions = !strcmp(json_string_value(json_object_get(root, "unit")),
				    "instructions");
	double mean, syscalls = 0;
	size_t i;

	json_array_foreach(floors, i, floor) {
		const char *name = json_string_value(json_object_get(floor, "name"));

		mean = json_number_value(json_object_get(floor, "mean"));
		if (!name || mean <= 0 ||
		    json_number_value(json_object_get(floor, "mean_low")) > mean ||
		    json_number_value(json_object_get(floor, "mean_high")) < mean)
			wrong("floor %zu: bad or missing figures", i);
		if (!strcmp(name, "syscall"))
			syscalls = mean;
		/* Instructions are the same on a machine that is busy; times are not. */
		else if (instructions && mean <= syscalls)
			wrong("floor %s: %g, but a system call takes %g", name, mean, syscalls);
	}
	if (!json_is_array(floors) || (counted && !syscalls))
		wrong("no floors");
	list = json_object_get(root, "copies");
	if (!json_is_array(list))
		wrong("no copies");
	json_array_foreach(list, i, floor)
		if (!json_is_integer(json_object_get(floor, "declared")) ||
		    (!json_is_null(json_object_get(floor, "measured")) &&
		     (json_number_value(json_object_get(floor, "low")) >
		      json_number_value(json_object_get(floor, "measured")) ||
		      json_number_value(json_object_get(floor, "high")) <
		      json_number_value(json_object_get(floor, "measured")))))
			wrong("copies %zu: bad figures", i);
}

/* With batches, what a call has received; one more if the last of a stream was incomplete */
static void check_receives(const json_t *cell, const char *name, json_int_t batch)
{
	const json_t *figure = json_object_get(cell, "messages_per_receive");
	double messages = json_number_value(figure);

	if (batch == 1 ? !json_is_null(figure) : messages <= 0 || messages > (double)batch)
		wrong("%s: %g messages received at a time, of %lld", name, messages,
		      (long long)batch);
}

static bool is_knob(const char *knob)
{
	return knob && (!strncmp(knob, "wait=", 5) || !strncmp(knob, "copy=", 5) ||
			!strncmp(knob, "wake=", 5)) && knob[5];
}

static void check_cell(const json_t *root, const json_t *cell)
{
	static const char *const counts[] = { "lost", "reordered", "corrupt" };
	const char *mech, *mode, *placement, *wait, *reason = NULL;
	const json_t *capacity = json_object_get(cell, "capacity");
	const json_t *knob = json_object_get(cell, "knob");
	json_int_t size, batch;
	char name[256];

	if (json_unpack((json_t *)cell, "{s:s, s:s, s:I, s:I, s:s, s:s}", "mechanism", &mech,
			"mode", &mode, "size", &size, "batch", &batch, "placement", &placement,
			"wait", &wait))
		wrong("a cell without a name");
	snprintf(name, sizeof(name), "%s %s %lld %s %s", mech, mode, (long long)size, placement,
		 wait);
	if (size < 1 || batch < 1 || (batch > 1 && strcmp(mode, "bw")) ||
	    (!json_is_null(capacity) && json_integer_value(capacity) < 1) ||
	    (!json_is_null(knob) && !is_knob(json_string_value(knob))) ||
	    (strcmp(placement, "same-cpu") && strcmp(placement, "two-cpus") &&
	     strcmp(placement, "unpinned")))
		wrong("%s: bad name", name);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const json_t *count = json_object_get(cell, counts[i]);

		if (!json_is_integer(count) || json_integer_value(count))
			wrong("%s: messages %s", name, counts[i]);
	}
	json_unpack((json_t *)cell, "{s?s, s?s}", "refused", &reason, "unavailable", &reason);
	if (reason)
		check_no_figures(cell, name);
	else
		check_figures(cell, name, strcmp(mode, "bw") && strcmp(mode, "scale"));
	if (!reason)
		check_counts(root, cell, name);
	if (!reason)
		check_receives(cell, name, batch);
}

static unsigned int count_cells(const json_t *cells, const char *mech, const char *mode,
				json_int_t size)
{
	const json_t *cell;
	unsigned int n = 0;
	size_t i;

	json_array_foreach(cells, i, cell)
		n += !strcmp(json_string_value(json_object_get(cell, "mechanism")), mech) &&
		     !strcmp(json_string_value(json_object_get(cell, "mode")), mode) &&
		     json_integer_value(json_object_get(cell, "size")) == size;
	return n;
}

static void check_complete(const json_t *cells, char **lists)
{
	char *save[3], *mech, *mode, *size;
	char *mechs = strdup(lists[0]), *modes, *sizes;
	unsigned int placements = 0, n;

	for (mech = strtok_r(mechs, ",", &save[0]); mech; mech = strtok_r(NULL, ",", &save[0])) {
		modes = strdup(lists[1]);
		for (mode = strtok_r(modes, ",", &save[1]); mode;
		     mode = strtok_r(NULL, ",", &save[1])) {
			sizes = strdup(lists[2]);
			for (size = strtok_r(sizes, ",", &save[2]); size;
			     size = strtok_r(NULL, ",", &save[2])) {
				n = count_cells(cells, mech, mode, atoll(size));
				if (!placements)
					placements = n;
				if (!n || n != placements)
					wrong("%u cells of %s %s %s", n, mech, mode, size);
			}
			free(sizes);
		}
		free(modes);
	}
	free(mechs);
}

int main(int argc, char **argv)
{
	const json_t *cells, *cell;
	const char *schema, *unit;
	json_error_t error;
	json_t *root;
	size_t i;

	if (argc != 5)
		wrong("check_json FILE MECHANISMS MODES SIZES");
	root = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);
	if (!root)
		wrong("%s, line %d: %s", argv[1], error.line, error.text);
	if (json_unpack(root, "{s:s, s:s}", "schema", &schema, "unit", &unit) ||
	    strcmp(schema, "ipcx-bench/2") || (strcmp(unit, "ns") && strcmp(unit, "instructions")))
		wrong("bad schema or unit");
	check_host(json_object_get(root, "host"));
	check_floors(root);
	cells = json_object_get(root, "cells");
	json_array_foreach(cells, i, cell)
		check_cell(root, cell);
	check_complete(cells, argv + 2);
	json_decref(root);
	return 0;
}
