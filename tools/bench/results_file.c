// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of results. What is read may come from anywhere, so it is checked for all that anyone
 * relies on, and nothing of it is printed as it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "results.h"
#include "results_file.h"

#define READ_STEP	(64u << 10)
#define FAULT_TEXT	128

static bool is_text(const json_t *value)
{
	return json_is_string(value);
}

static bool is_count(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool is_positive(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) > 0;
}

static bool is_limit(const json_t *value)
{
	return is_positive(value) || json_is_null(value);
}

static bool is_text_or_none(const json_t *value)
{
	return is_text(value) || json_is_null(value);
}

static bool is_figure(const json_t *value)
{
	return json_is_number(value) || json_is_null(value);
}

static bool is_rounds(const json_t *value)
{
	const json_t *mean;
	size_t i;

	json_array_foreach(value, i, mean)
		if (!json_is_number(mean))
			return false;
	return json_is_array(value);
}

/* What a cell has. What is in every cell of a schema must be there, the rest may be. */
static const struct {
	const char *key;
	bool (*is)(const json_t *value);
	bool in_1;
	bool in_2;
} cell_keys[] = {
	{ "mechanism", is_text, true, true },
	{ "mode", is_text, true, true },
	{ "mean", is_figure, true, true },
	{ "placement", is_text, true, false },
	{ "wait", is_text, true, false },
	{ "size", is_count, true, false },
	{ "batch", is_positive, true, false },
	{ "capacity", is_limit, false, false },
	{ "knob", is_text_or_none, false, false },
	{ "n", is_count, true, false },
	{ "lost", is_count, true, false },
	{ "reordered", is_count, true, false },
	{ "corrupt", is_count, true, false },
	{ "p50", is_figure, true, false },
	{ "p90", is_figure, true, false },
	{ "p99", is_figure, true, false },
	{ "max", is_figure, true, false },
	{ "mean_low", is_figure, false, false },
	{ "mean_high", is_figure, false, false },
	{ "messages_per_receive", is_figure, false, false },
	{ "rounds", is_rounds, false, false },
	{ "refused", is_text, false, false },
	{ "unavailable", is_text, false, false },
};

/* What is wrong with a cell; NULL if nothing is. */
static const char *cell_fault(const json_t *cell, bool first_schema)
{
	for (size_t i = 0; i < ARRAY_SIZE(cell_keys); i++) {
		const json_t *value = json_object_get(cell, cell_keys[i].key);
		bool needed = first_schema ? cell_keys[i].in_1 : cell_keys[i].in_2;

		if (value ? !cell_keys[i].is(value) : needed)
			return cell_keys[i].key;
	}
	return NULL;
}

static int results_check(const char *path, const json_t *root)
{
	const json_t *cells = json_object_get(root, "cells"), *cell;
	const char *schema = json_string_value(json_object_get(root, "schema"));
	bool first = schema && !strcmp(schema, "ipcx-bench/1");
	const char *fault;
	size_t i;

	if (!first && (!schema || strcmp(schema, "ipcx-bench/2")))
		return bench_complain(2, "%s: not results of schema ipcx-bench/1 or /2", path);
	if (!json_is_string(json_object_get(root, "unit")))
		return bench_complain(2, "%s: no unit", path);
	if (!json_is_object(json_object_get(root, "host")))
		return bench_complain(2, "%s: no host", path);
	if (!json_is_array(cells))
		return bench_complain(2, "%s: no cells", path);
	json_array_foreach(cells, i, cell) {
		fault = cell_fault(cell, first);
		if (fault)
			return bench_complain(2, "%s: cell %zu: bad or missing \"%s\"", path, i,
					      fault);
	}
	return -1;
}

/* All of @fd, into memory to be freed; NULL, and errno, if that cannot be had. */
static char *read_all(int fd, size_t *len)
{
	char *text = NULL, *more;
	size_t room = 0;
	ssize_t got;

	*len = 0;
	do {
		if (*len + READ_STEP > room) {
			room = 2 * room + READ_STEP;
			more = realloc(text, room);
			if (!more) {
				free(text);
				return NULL;
			}
			text = more;
		}
		got = read(fd, text + *len, READ_STEP);
		if (got > 0)
			*len += (size_t)got;
		if (*len > RESULTS_FILE_MOST) {
			got = -1;
			errno = EFBIG;
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (!got)
		return text;
	free(text);
	return NULL;
}

int results_read(const char *path, json_t **root)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), status;
	char fault[FAULT_TEXT];
	char *text = NULL;
	json_error_t error;
	size_t len;

	if (fd >= 0)
		text = read_all(fd, &len);
	if (!text)
		bench_complain(2, "cannot read %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!text)
		return 2;
	*root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	free(text);
	if (!*root)
		return bench_complain(2, "%s, line %d: %s", path, error.line,
				      plain_text(fault, sizeof(fault), error.text));
	status = results_check(path, *root);
	if (status >= 0) {
		json_decref(*root);
		*root = NULL;
	}
	return status;
}

/* To @out, which is closed unless it is standard output. */
static int dump(const json_t *json, FILE *out)
{
	int ret;

	if (!out)
		return -1;
	ret = json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	if (!ret && (fputc('\n', out) == EOF || fflush(out)))
		ret = -1;
	if (out != stdout && fclose(out))
		ret = -1;
	return ret;
}

static int dump_and_rename(const json_t *json, const char *path)
{
	size_t len = strlen(path) + sizeof(".part");
	char *part = malloc(len);
	FILE *out = NULL;
	int err = 0;

	if (!part)
		return -1;
	snprintf(part, len, "%s.part", path);
	out = fopen(part, "we");
	if (dump(json, out) || rename(part, path))
		err = errno;
	if (out && err)
		unlink(part);
	free(part);
	errno = err;
	return err ? -1 : 0;
}

int results_file_write(const json_t *json, const char *path)
{
	struct stat st;
	int ret;

	if (!strcmp(path, "-"))
		ret = dump(json, stdout);
	else if (!stat(path, &st) && !S_ISREG(st.st_mode))
		ret = dump(json, fopen(path, "we"));
	else
		ret = dump_and_rename(json, path);
	return ret ? bench_complain(2, "cannot write %s: %s", path, strerror(errno)) : -1;
}

const char *plain_text(char *plain, size_t room, const char *text)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < room; i++)
		plain[i] = text[i];
	plain[i] = '\0';
	for (i = 0; plain[i]; i++)
		if (plain[i] < ' ' || plain[i] > '~')
			plain[i] = '?';
	return plain;
}
