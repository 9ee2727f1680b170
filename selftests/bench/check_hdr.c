// SPDX-License-Identifier: GPL-2.0-only
/*
 * check_hdr FILE DIRECTORY: whether DIRECTORY has a file of percentiles for each cell of the
 * results in FILE that has a histogram, and both tell the same. One sentence and status 1 if not.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Both are numbers of a bucket, which is no wider than that. */
#define WIDTH	0.0079
#define SAME	0.000001

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

static const char *text(const json_t *cell, const char *key)
{
	return json_string_value(json_object_get(cell, key));
}

static double number(const json_t *cell, const char *key)
{
	return json_number_value(json_object_get(cell, key));
}

static void check_percentile(const json_t *cell, const char *path, const char *key, double percent,
			     double before, double at, double value)
{
	if (!(before < percent && at >= percent))
		return;
	/* The line whose percentile is not below it is of a value that is not below, either. */
	if (value < number(cell, key) * (1 - WIDTH))
		wrong("%s: %g at %g, but %s is %g", path, value, at, key, number(cell, key));
	if (at < percent + SAME && fabs(value / number(cell, key) - 1) > WIDTH)
		wrong("%s: %g for %s, which is %g", path, value, key, number(cell, key));
}

static void check_file(const json_t *cell, const char *path)
{
	double value, last = 0, at, before = 0, max = -1, mean = -1;
	long long count, total = 0;
	char line[256];
	FILE *file = fopen(path, "re");

	if (!file || !fgets(line, sizeof(line), file) ||
	    strcmp(line, "       Value     Percentile TotalCount 1/(1-Percentile)\n"))
		wrong("%s: no file, or no head of one", path);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "#[Mean = %lf,", &mean) == 1 ||
		    sscanf(line, "#[Max = %lf,", &max) == 1)
			continue;
		if (sscanf(line, "%lf %lf %lld", &value, &at, &count) != 3)
			continue;
		if (value < last || at < before || count < total)
			wrong("%s: less than before: %s", path, line);
		check_percentile(cell, path, "p50", 0.5, before, at, value);
		check_percentile(cell, path, "p90", 0.9, before, at, value);
		check_percentile(cell, path, "p99", 0.99, before, at, value);
		last = value;
		before = at;
		total = count;
	}
	fclose(file);
	if (total != (long long)number(cell, "n") || before != 1)
		wrong("%s: %lld values up to %g", path, total, before);
	if (last != number(cell, "max") || max != last)
		wrong("%s: a maximum of %g and %g", path, last, max);
	if (mean < 0 || mean > max)
		wrong("%s: a mean of %g", path, mean);
}

int main(int argc, char **argv)
{
	json_t *root = argc == 3 ? json_load_file(argv[1], 0, NULL) : NULL, *cell;
	unsigned int files = 0;
	char path[4096];
	size_t i;

	if (!root)
		wrong("check_hdr FILE DIRECTORY");
	json_array_foreach(json_object_get(root, "cells"), i, cell) {
		if (!json_is_object(json_object_get(cell, "histogram")))
			continue;
		snprintf(path, sizeof(path), "%s/%s.%s.%.0f.%s.%s.%s.hgrm", argv[2],
			 text(cell, "mechanism"), text(cell, "mode"), number(cell, "size"),
			 text(cell, "placement"), text(cell, "wait"), text(cell, "as"));
		check_file(cell, path);
		files++;
	}
	json_decref(root);
	if (!files)
		wrong("no histograms");
	return 0;
}
