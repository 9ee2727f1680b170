/* SPDX-License-Identifier: GPL-2.0-only */
/* The program gnuplot. */
#ifndef BENCH_PLOT_GNUPLOT_H
#define BENCH_PLOT_GNUPLOT_H

#include <stddef.h>

/**
 * gnuplot_run() - have a script run
 * @script: its bytes
 * @len: how many
 * @patience: after how many milliseconds it is killed, and all that it started with it
 * @printed: set to what it printed, which is never nothing, with a zero at the end; the caller's to
 *	free
 * @error: set to a sentence, without a stop, if it fails
 * @room: size of that
 *
 * Return: 0; -1 if there is no such program, or it failed, complained, or hung.
 */
int gnuplot_run(const char *script, size_t len, int patience, char **printed, char *error,
		size_t room);

#endif /* BENCH_PLOT_GNUPLOT_H */
