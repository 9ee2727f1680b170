// SPDX-License-Identifier: GPL-2.0-only
/* A plot, twice: from its layout over gnuplot to the page. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "plot.h"
#include "plot_gnuplot.h"
#include "plot_inline.h"
#include "plot_sheet.h"

/* After how many milliseconds gnuplot hangs */
#define PATIENCE	30000

/* Longest description, in characters */
#define ABOUT_CHARS	2000

static void put_element(FILE *out, const struct plot_sheet *sheet, const char *name, int number)
{
	if (number < 0 || !*sheet->texts.list[number])
		return;
	fprintf(out, "<%s>", name);
	html_text(out, sheet->texts.list[number]);
	fprintf(out, "</%s>\n", name);
}

static int put_svg(FILE *out, struct plot_sheet *sheet, const char *svg)
{
	const struct plot *plot = sheet->plot;
	int title = sheet_add(sheet, plot->title, ABOUT_CHARS, NULL);
	int about = sheet_add(sheet, plot->about, ABOUT_CHARS, NULL);

	fprintf(out, "<svg id=\"%s%s\" class=\"plot plot-%s\" role=\"img\" "
		"viewBox=\"0 0 %.0f %.0f\" font-size=\"%.0f\">\n", plot->id,
		sheet->narrow ? "-narrow" : "", sheet->narrow ? "narrow" : "wide", sheet->width,
		sheet->height, sheet->font);
	put_element(out, sheet, "title", title);
	put_element(out, sheet, "desc", about);
	if (plot_inline(out, svg, &sheet->texts))
		return -1;
	fputs("</svg>\n", out);
	return 0;
}

static int say(char *error, size_t room, const char *what)
{
	snprintf(error, room, "%s", what);
	return -1;
}

static int draw_once(FILE *out, struct plot_sheet *sheet, char *error, size_t room)
{
	char *script = NULL, *svg = NULL;
	size_t len = 0;
	int empty, ret;

	sheet->script = open_memstream(&script, &len);
	if (!sheet->script)
		return say(error, room, strerror(errno));
	empty = sheet_draw(sheet);
	sheet->failed |= ferror(sheet->script) != 0;
	if (fclose(sheet->script) || sheet->failed)
		ret = say(error, room, strerror(ENOMEM));
	else if (empty)
		ret = say(error, room, "there is nothing to draw");
	else
		ret = gnuplot_run(script, len, PATIENCE, &svg, error, room);
	if (!ret && put_svg(out, sheet, svg))
		ret = say(error, room, "what gnuplot drew is not understood");
	free(svg);
	free(script);
	return ret;
}

int plot_svg(FILE *out, const struct plot *plot, char *error, size_t room)
{
	char *svg = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&svg, &len);
	int ret = memory ? 0 : say(error, room, strerror(errno));

	for (int narrow = 0; narrow < 2 && !ret; narrow++) {
		struct plot_sheet sheet = { .plot = plot, .narrow = narrow };

		ret = draw_once(memory, &sheet, error, room);
		plot_texts_free(&sheet.texts);
	}
	if (memory && fclose(memory) && !ret)
		ret = say(error, room, strerror(ENOMEM));
	if (!ret)
		fwrite(svg, 1, len, out);
	free(svg);
	return ret;
}
