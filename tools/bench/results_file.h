/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of results: reading them, wherever they come from, and writing JSON. */
#ifndef BENCH_RESULTS_FILE_H
#define BENCH_RESULTS_FILE_H

#include <stddef.h>

#include <jansson.h>

#define RESULTS_FILE_MOST	(64u << 20)

/**
 * results_read() - read and check a file of results, of schema ipcx-bench/1 or /2
 * @path: the file
 * @root: set to what is in it: an object with a text "schema", a text "unit", an object "host" and
 *	a list "cells" of objects. Each of these has texts "mechanism" and "mode", and a "mean" that
 *	is a number or null; whatever else is known is of the type that it should be
 *
 * Return: -1; or 2, after a sentence on what is wrong.
 */
int results_read(const char *path, json_t **root);

/**
 * results_file_write() - write @json to @path, or to standard output if that is "-"
 *
 * A file is whole or, on any failure, as it was.
 *
 * Return: -1; or 2, after a sentence on what went wrong.
 */
int results_file_write(const json_t *json, const char *path);

/** plain_text() - @text, cut off at @room, with a "?" for all that could upset a terminal */
const char *plain_text(char *plain, size_t room, const char *text);

#endif /* BENCH_RESULTS_FILE_H */
