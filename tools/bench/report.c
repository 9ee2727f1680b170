// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx bench report: reading results and writing the page. The file may come from anywhere, so it
 * is checked before anything is written, and everything from it is escaped.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html.h"
#include "report.h"
#include "results.h"

static bool number_or_null(const json_t *value)
{
	return json_is_number(value) || json_is_null(value);
}

/* What is wrong with a cell; NULL if nothing is. */
static const char *cell_fault(const json_t *cell)
{
	static const char *const texts[] = { "mechanism", "mode", "placement", "wait" };
	static const char *const counts[] = { "size", "batch", "n", "lost", "reordered",
					      "corrupt" };
	static const char *const figures[] = { "mean", "p50", "p90", "p99", "max" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!json_is_string(json_object_get(cell, texts[i])))
			return texts[i];
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		if (json_integer_value(json_object_get(cell, counts[i])) < 0 ||
		    !json_is_integer(json_object_get(cell, counts[i])))
			return counts[i];
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		if (!number_or_null(json_object_get(cell, figures[i])))
			return figures[i];
	return NULL;
}

/* Check results for everything that the page relies on: 2, and a sentence, or -1. */
static int results_check(const char *path, const json_t *root)
{
	const json_t *cells = json_object_get(root, "cells"), *cell;
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *fault;
	size_t i;

	if (!schema || strcmp(schema, BENCH_SCHEMA))
		return bench_complain(2, "%s: not results of schema %s", path, BENCH_SCHEMA);
	if (!json_is_string(json_object_get(root, "unit")))
		return bench_complain(2, "%s: no unit", path);
	if (!json_is_object(json_object_get(root, "host")))
		return bench_complain(2, "%s: no host", path);
	if (!json_is_array(cells))
		return bench_complain(2, "%s: no cells", path);
	json_array_foreach(cells, i, cell) {
		fault = cell_fault(cell);
		if (fault)
			return bench_complain(2, "%s: cell %zu: bad or missing \"%s\"", path, i,
					      fault);
	}
	return -1;
}

static int results_read(const char *path, json_t **root)
{
	json_error_t error;
	FILE *in = fopen(path, "re");
	int status;

	if (!in)
		return bench_complain(2, "cannot read %s: %s", path, strerror(errno));
	*root = json_loadf(in, 0, &error);
	fclose(in);
	if (!*root)
		return bench_complain(2, "%s, line %d: %s", path, error.line, error.text);
	status = results_check(path, *root);
	if (status >= 0)
		json_decref(*root);
	return status;
}

/* mkdir -p */
static int make_directories(const char *dir)
{
	char *path = strdup(dir);
	int ret = path ? 0 : -1;

	for (char *p = path; p && *p && !ret; p++) {
		if (*p != '/' || p == path)
			continue;
		*p = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			ret = -1;
		*p = '/';
	}
	if (!ret && mkdir(path, 0777) && errno != EEXIST)
		ret = -1;
	free(path);
	return ret;
}

static int report_write(const json_t *root, const char *dir)
{
	size_t len = strlen(dir) + sizeof("/index.html.part");
	char *path = malloc(len), *part = malloc(len);
	FILE *out = NULL;
	int err = ENOMEM, status = -1;

	if (!path || !part)
		goto free;
	snprintf(path, len, "%s/index.html", dir);
	snprintf(part, len, "%s/index.html.part", dir);
	err = 0;
	if (make_directories(dir))
		err = errno;
	else
		out = fopen(part, "we");
	if (out) {
		report_page(out, root);
		if (fflush(out) || ferror(out))
			err = errno ? errno : EIO;
		if (fclose(out) && !err)
			err = errno;
		if (!err && rename(part, path))
			err = errno;
		if (err)
			unlink(part);
	} else if (!err) {
		err = errno;
	}
free:
	if (err)
		status = bench_complain(2, "cannot write %s/index.html: %s", dir, strerror(err));
	else
		printf("%s\n", path);
	free(path);
	free(part);
	return status;
}

int report_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 }
	};
	const char *dir = NULL;
	json_t *root = NULL;
	int option, status;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", longs, NULL)) != -1) {
		if (option != 'o')
			return bench_complain(2, option == ':' ? "%s wants a value" :
					      "report: no option \"%s\"", argv[optind - 1]);
		dir = optarg;
	}
	if (optind != argc - 1 || !dir || !*dir)
		return bench_complain(2, "report wants a results file and -o DIRECTORY");
	status = results_read(argv[optind], &root);
	if (status >= 0)
		return status;
	status = report_write(root, dir);
	json_decref(root);
	return status < 0 ? 0 : status;
}
