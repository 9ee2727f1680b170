/* SPDX-License-Identifier: GPL-2.0-only */
/* The texts of a plot. gnuplot is given numbers for them, and never sees one. */
#ifndef BENCH_PLOT_TEXT_H
#define BENCH_PLOT_TEXT_H

#include <stddef.h>

/** struct plot_texts - those of one drawing, by number */
struct plot_texts {
	char **list;
	size_t n;
};

/**
 * plot_texts_add() - keep a copy of @text, fit to be shown in one line
 * @texts: where to
 * @text: any bytes; those that are no UTF-8 or control something are replaced
 * @most: how many characters are shown, the last of them "…" if there are more
 *
 * Return: its number, or -1 without memory.
 */
int plot_texts_add(struct plot_texts *texts, const char *text, size_t most);

/** plot_texts_free() - forget them all */
void plot_texts_free(struct plot_texts *texts);

/** plot_text_width() - how wide @text is at most, in units of the font's size */
double plot_text_width(const char *text);

#endif /* BENCH_PLOT_TEXT_H */
