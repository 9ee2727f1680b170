// SPDX-License-Identifier: GPL-2.0-only
/* ipcx bench hdr: one file of percentiles for each cell that has a histogram. */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hdr.h"
#include "hist.h"
#include "options.h"
#include "report_data.h"
#include "results.h"
#include "results_file.h"

#define HDR_NAME	240	/* of a file, and its ending */

static const char hdr_help[] =
"Usage: ipcx bench hdr [OPTION]... RESULTS.json\n"
"\n"
"Writes the histogram of each cell as HdrHistogram does its percentiles, for the programs that plot\n"
"those. A cell's file is named by what the cell is of, as pipe.lat.64.same-cpu.block.process.hgrm,\n"
"with the rate, gap or number of sides in the end if its mode has one.\n"
"\n"
"  -c, --cell PATTERN  only cells whose name without .hgrm is like that, as 'pipe.*' or '*.lat.64.*'\n"
"  -o, --output DIR    write them there (default: here)\n"
"  -h, --help          this\n"
"\n"
"Values are in the unit of the results: nanoseconds or instructions.\n";

/**
 * struct hdr - what is to be done
 * @path: the results
 * @pattern: of the names of cells
 * @dir: where files go
 * @written: names of those that are written
 */
struct hdr {
	const char *path;
	const char *pattern;
	const char *dir;
	json_t *written;
};

/* What a file is named by, in this order, and what stands before a number */
static const struct {
	const char *key;
	const char *before;
} hdr_parts[] = {
	{ "mechanism", "" }, { "mode", "" }, { "size", "" }, { "placement", "" }, { "wait", "" },
	{ "as", "" }, { "policy", "" }, { "knob", "" }, { "capacity", "holds-" },
	{ "rate", "rate-" }, { "gap", "gap-" }, { "producers", "" }, { "consumers", "to-" },
};

/* One sender and one receiver are not worth telling, nor is the usual policy. */
static bool hdr_tells(const json_t *cell, const char *key)
{
	if (!strcmp(key, "policy"))
		return strcmp(json_text(cell, key), "other");
	if (strcmp(key, "producers") && strcmp(key, "consumers"))
		return true;
	return json_integer_value(json_object_get(cell, "producers")) > 1 ||
	       json_integer_value(json_object_get(cell, "consumers")) > 1;
}

/* What is in a file of results may come from anywhere: only what is harmless gets into a name. */
static void hdr_name(char name[HDR_NAME], const json_t *cell)
{
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(hdr_parts) && len < HDR_NAME; i++) {
		const json_t *value = json_object_get(cell, hdr_parts[i].key);
		size_t room = HDR_NAME - len;

		if (!hdr_tells(cell, hdr_parts[i].key))
			continue;
		if (json_is_string(value))
			len += (size_t)snprintf(name + len, room, "%s%s", len ? "." : "",
						json_string_value(value));
		else if (json_is_integer(value))
			len += (size_t)snprintf(name + len, room, "%s%s%lld", len ? "." : "",
						hdr_parts[i].before,
						(long long)json_integer_value(value));
	}
	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_",
			    *c))
			*c = '_';
	if (*name == '.' || *name == '-')
		*name = '_';
}

/* A file is whole or as it was. */
static int hdr_write(const struct hist *h, const char *path)
{
	size_t len = strlen(path) + sizeof(".part");
	char *part = malloc(len);
	FILE *out = NULL;
	int err = 0;

	if (!part)
		return bench_complain(2, "cannot write %s: no memory", path);
	snprintf(part, len, "%s.part", path);
	out = fopen(part, "we");
	if (!out) {
		err = errno;
	} else {
		hist_print_hdr(h, out, 1);
		if (fflush(out) || ferror(out))
			err = errno ? errno : EIO;
		if (fclose(out) && !err)
			err = errno;
		if (!err && rename(part, path))
			err = errno;
		if (err)
			unlink(part);
	}
	free(part);
	return err ? bench_complain(2, "cannot write %s: %s", path, strerror(err)) : -1;
}

static int hdr_cell(struct hdr *hdr, const json_t *cell, size_t index, struct hist *h)
{
	const json_t *json = json_object_get(cell, "histogram");
	char name[HDR_NAME] = "", *path;
	const char *fault;
	size_t len;
	int status;

	if (!json || json_is_null(json))
		return -1;
	hdr_name(name, cell);
	if (fnmatch(hdr->pattern, name, 0))
		return -1;
	fault = hist_from_json(h, json);
	if (fault)
		return bench_complain(2, "%s: cell %zu: \"histogram\": %s", hdr->path, index,
				      fault);
	if (json_object_get(hdr->written, name))
		return bench_complain(2, "%s: cells %lld and %zu are both %s", hdr->path,
				      (long long)json_integer_value(json_object_get(hdr->written,
										    name)),
				      index, name);
	len = strlen(hdr->dir) + strlen(name) + sizeof("/.hgrm");
	path = malloc(len);
	if (!path || json_object_set_new(hdr->written, name, json_integer((json_int_t)index))) {
		free(path);
		return bench_complain(2, "no memory");
	}
	snprintf(path, len, "%s/%s.hgrm", hdr->dir, name);
	status = hdr_write(h, path);
	if (status < 0)
		printf("%s\n", path);
	free(path);
	return status;
}

static int hdr_cells(struct hdr *hdr, const json_t *root)
{
	struct hist *h = calloc(1, sizeof(*h));
	const json_t *cells = json_object_get(root, "cells"), *cell;
	int status = -1;
	size_t i;

	hdr->written = json_object();
	if (!h || !hdr->written)
		status = bench_complain(2, "no memory");
	if (status < 0 && mkdir(hdr->dir, 0777) && errno != EEXIST)
		status = bench_complain(2, "cannot make %s: %s", hdr->dir, strerror(errno));
	for (i = 0; i < json_array_size(cells) && status < 0; i++) {
		cell = json_array_get(cells, i);
		status = hdr_cell(hdr, cell, i, h);
	}
	if (status < 0 && !json_object_size(hdr->written))
		status = bench_complain(2, "%s: no cell like \"%s\" has a histogram", hdr->path,
					hdr->pattern);
	json_decref(hdr->written);
	free(h);
	return status;
}

static int hdr_options(struct hdr *hdr, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "cell", required_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":c:o:h", longs, NULL)) != -1) {
		switch (option) {
		case 'c':
			hdr->pattern = optarg;
			break;
		case 'o':
			hdr->dir = optarg;
			break;
		case 'h':
			fputs(hdr_help, stdout);
			return 0;
		default:
			return bench_complain(2, option == ':' ? "%s wants a value" :
					      "hdr: no option \"%s\"", argv[optind - 1]);
		}
	}
	if (optind != argc - 1 || !*hdr->dir)
		return bench_complain(2, "hdr wants a file of results, and --output a directory");
	hdr->path = argv[optind];
	return -1;
}

int hdr_main(int argc, char **argv)
{
	struct hdr hdr = { .pattern = "*", .dir = "." };
	int status = hdr_options(&hdr, argc, argv);
	json_t *root = NULL;

	if (status >= 0)
		return status;
	status = results_read(hdr.path, &root);
	if (status < 0)
		status = hdr_cells(&hdr, root);
	json_decref(root);
	return status < 0 ? 0 : status;
}
