/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing HTML. */
#ifndef BENCH_HTML_H
#define BENCH_HTML_H

#include <stdio.h>

/*
 * Before what is long and folded, up to "</details>". It is not printed then, and nobody is to look
 * for it on paper.
 */
#define HTML_FOLDED							\
	"<p class=\"dim printed\">Printed only if it is shown on the screen.</p>\n"	\
	"<details><summary>Show</summary>\n"

/** html_text() - @text with what means something to HTML escaped; fit for attributes as well */
void html_text(FILE *out, const char *text);

/** html_head() - everything before the body's own: title, style */
void html_head(FILE *out, const char *title);

/** html_foot() - the end of the page */
void html_foot(FILE *out);

#endif /* BENCH_HTML_H */
