/* SPDX-License-Identifier: GPL-2.0-only */
/* From gnuplot's SVG to one that stands in a page. */
#ifndef BENCH_PLOT_INLINE_H
#define BENCH_PLOT_INLINE_H

#include <stdio.h>

#include "plot_text.h"

/**
 * plot_inline() - write what is within the svg element that gnuplot made
 * @out: where to
 * @svg: all that gnuplot printed
 * @texts: what its texts, which are "ipt" and a number, stand for
 *
 * What comes out has no ids, no links, no fonts and no colours but the page's. Only what is known
 * passes: what is not, is an error and not left out, as a plot that lacks something is wrong.
 *
 * Return: 0, or -1 if it is not what gnuplot makes.
 */
int plot_inline(FILE *out, const char *svg, const struct plot_texts *texts);

#endif /* BENCH_PLOT_INLINE_H */
