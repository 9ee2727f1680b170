// SPDX-License-Identifier: GPL-2.0-only
/* Reading gnuplot's SVG tag by tag, and writing what a page needs of it. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "plot_inline.h"
#include "plot_sheet.h"

/* Deepest nesting of groups; gnuplot's is 4. */
#define DEPTH	16

/* Most attributes of an element */
#define ATTRIBUTES	16

struct span {
	const char *at;
	size_t len;
};

struct attribute {
	struct span name, value;
};

struct tag {
	struct span name;
	bool closes, empty;
	struct attribute attributes[ATTRIBUTES];
	size_t n;
};

/*
 * struct inliner - how far it is
 * Groups are written when there is something in them: most of gnuplot's are empty.
 */
struct inliner {
	FILE *out;
	const struct plot_texts *texts;
	struct tag groups[DEPTH];
	size_t depth, written;
};

static bool is(struct span span, const char *text)
{
	return strlen(text) == span.len && !memcmp(span.at, text, span.len);
}

static bool among(struct span span, const char *const *list)
{
	for (; *list; list++)
		if (is(span, *list))
			return true;
	return false;
}

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *read_attribute(const char *p, struct attribute *attribute)
{
	const char *end;

	attribute->name = (struct span){ p, strcspn(p, " \t\r\n=<>\"'/") };
	p = skip_space(p + attribute->name.len);
	if (!attribute->name.len || *p != '=')
		return NULL;
	p = skip_space(p + 1);
	if (*p != '"' && *p != '\'')
		return NULL;
	end = strchr(p + 1, *p);
	if (!end)
		return NULL;
	attribute->value = (struct span){ p + 1, (size_t)(end - p - 1) };
	return end + 1;
}

/* Reads the tag whose name, or "/", is at @p. Returns what follows it, or NULL. */
static const char *read_tag(const char *p, struct tag *tag)
{
	tag->closes = *p == '/';
	p += tag->closes;
	tag->name = (struct span){ p, strcspn(p, " \t\r\n<>/") };
	tag->empty = false;
	tag->n = 0;
	for (p = skip_space(p + tag->name.len); *p && *p != '>'; p = skip_space(p)) {
		if (p[0] == '/' && p[1] == '>') {
			tag->empty = true;
			return p + 2;
		}
		if (tag->n == ATTRIBUTES)
			return NULL;
		p = read_attribute(p, &tag->attributes[tag->n++]);
		if (!p)
			return NULL;
	}
	return *p ? p + 1 : NULL;
}

/* Writes what a colour is in the page. The script has numbered them: see sheet_text(). */
static int put_paint(FILE *out, struct span value)
{
	/* As plot_style has it for a light page, for one that lacks that */
	static const char *const plain[PLOT_COLOURS] = {
		"#0072b2", "#c04f00", "#007a59", "#a93f79", "#8f6600", "#22308f", "#7a4fbf",
		"#5a6470"
	};
	unsigned int r, g, b;

	if (is(value, "none")) {
		fputs("none", out);
	} else if (is(value, "black") || is(value, "currentColor")) {
		fputs("currentColor", out);
	} else if (value.len < 4 || memcmp(value.at, "rgb(", 4) ||
		   sscanf(value.at, "rgb( %u , %u , %u )", &r, &g, &b) != 3 || r || g || !b ||
		   b > COLOUR_SERIES + PLOT_COLOURS) {
		return -1;
	} else if (--b >= COLOUR_SERIES) {
		fprintf(out, "var(--s%u,%s)", b - COLOUR_SERIES + 1, plain[b - COLOUR_SERIES]);
	} else {
		fputs(b == COLOUR_GRID ? "var(--plot-grid,#d8dee6)" :
		      b == COLOUR_DIM ? "var(--plot-dim,#5d6878)" : "currentColor", out);
	}
	return 0;
}

/* Numbers, commands of paths, names of transformations: nothing that could end an attribute. */
static bool is_plain(struct span value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzACHLMQSTVZ0123456789 .,+-()\t\n";

	for (size_t i = 0; i < value.len; i++)
		if (!strchr(plain, value.at[i]))
			return false;
	return true;
}

static int put_attributes(FILE *out, const struct tag *tag)
{
	static const char *const kept[] = {
		"d", "points", "transform", "text-anchor", "stroke-width", "stroke-dasharray",
		"fill-opacity", "x", "y", "width", "height", NULL
	};
	static const char *const paints[] = { "fill", "stroke", NULL };

	for (size_t i = 0; i < tag->n; i++) {
		struct span name = tag->attributes[i].name, value = tag->attributes[i].value;
		bool paint = among(name, paints);

		if (!paint && !among(name, kept))
			continue;
		while (value.len && value.at[value.len - 1] == ' ')
			value.len--;
		fprintf(out, " %.*s=\"", (int)name.len, name.at);
		if (paint ? put_paint(out, value) : !is_plain(value))
			return -1;
		if (!paint)
			fwrite(value.at, 1, value.len, out);
		fputc('"', out);
	}
	return 0;
}

static int put_groups(struct inliner *in)
{
	for (; in->written < in->depth; in->written++) {
		fputs("<g", in->out);
		if (put_attributes(in->out, &in->groups[in->written]))
			return -1;
		fputc('>', in->out);
	}
	return 0;
}

static int group(struct inliner *in, const struct tag *tag)
{
	if (!tag->closes) {
		if (in->depth == DEPTH)
			return -1;
		in->groups[in->depth++] = *tag;
		return 0;
	}
	if (!in->depth)
		return -1;
	in->depth--;
	if (in->written > in->depth) {
		in->written = in->depth;
		fputs("</g>\n", in->out);
	}
	return 0;
}

static int shape(struct inliner *in, const struct tag *tag)
{
	if (!tag->empty || put_groups(in))
		return -1;
	fprintf(in->out, "<%.*s", (int)tag->name.len, tag->name.at);
	if (put_attributes(in->out, tag))
		return -1;
	fputs("/>", in->out);
	return 0;
}

static struct span attribute_of(const struct tag *tag, const char *name)
{
	for (size_t i = 0; i < tag->n; i++)
		if (is(tag->attributes[i].name, name))
			return tag->attributes[i].value;
	return (struct span){ "", 0 };
}

/* gnuplot refers to marks that it has defined; here each is a path, so that none needs an id. */
static int mark(struct inliner *in, const struct tag *tag)
{
	static const struct {
		const char *ref, *path;
		bool hollow;
	} marks[] = {
		{ "#gpPt6", "M-1,0a1,1 0 1 0 2,0a1,1 0 1 0 -2,0z", false },
		{ "#gpPt4", "M-.9,-.9h1.8v1.8h-1.8z", false },
		{ "#gpPt8", "M0,-1.3L1.2,.8h-2.4z", false },
		{ "#gpPt12", "M0,-1.35L1.35,0 0,1.35 -1.35,0z", false },
		{ "#gpPt10", "M0,1.3L1.2,-.8h-2.4z", false },
		{ "#gpPt14", "M0,-1.25L1.19,-.39 .73,1.01 -.73,1.01 -1.19,-.39z", false },
		{ "#gpPt5", "M-.9,0a.9,.9 0 1 0 1.8,0a.9,.9 0 1 0 -1.8,0z", true },
		{ "#gpPt3", "M-.8,-.8h1.6v1.6h-1.6z", true },
	};
	struct span ref = attribute_of(tag, "xlink:href"), place = attribute_of(tag, "transform");
	const size_t n = sizeof(marks) / sizeof(marks[0]);
	size_t m = 0;

	while (m < n && !is(ref, marks[m].ref))
		m++;
	if (m == n || !is_plain(place) || put_groups(in))
		return -1;
	fprintf(in->out, "<path d=\"%s\" transform=\"%.*s\" stroke-width=\".5\" %s=\"",
		marks[m].path, (int)place.len, place.at, marks[m].hollow ? "stroke" : "fill");
	if (put_paint(in->out, attribute_of(tag, "color")))
		return -1;
	fputs(marks[m].hollow ? "\" fill=\"var(--bg,#fff)\"/>" : "\" stroke=\"none\"/>", in->out);
	return 0;
}

/* @p is behind <text>. Returns what is behind </text>. */
static const char *put_text(struct inliner *in, const char *p)
{
	char *end;
	unsigned long number;

	/* The ticks' own, which sheet_text() writes */
	if (!strncmp(p, "</text>", 7))
		return p + 7;
	if (strncmp(p, "ipt", 3))
		return NULL;
	number = strtoul(p + 3, &end, 10);
	if (end == p + 3 || strncmp(end, "</text>", 7) || number >= in->texts->n || put_groups(in))
		return NULL;
	fputs("<text>", in->out);
	html_text(in->out, in->texts->list[number]);
	fputs("</text>", in->out);
	return end + 7;
}

/* Returns what is behind the element that @tag begins. */
static const char *skip_element(const char *p, const struct tag *tag)
{
	while (!tag->empty && (p = strstr(p, "</")) != NULL) {
		p += 2;
		if (!strncmp(p, tag->name.at, tag->name.len) && p[tag->name.len] == '>')
			return p + tag->name.len + 1;
	}
	return p;
}

/* @p is behind <. Returns what is behind what has been dealt with; NULL if it is not known. */
static const char *element(struct inliner *in, const char *p)
{
	static const char *const dropped[] = { "title", "desc", "defs", NULL };
	static const char *const shapes[] = { "path", "polygon", "rect", NULL };
	struct tag tag;

	p = read_tag(p, &tag);
	if (!p)
		return NULL;
	if (is(tag.name, "svg"))
		return p;
	if (is(tag.name, "g"))
		return group(in, &tag) ? NULL : p;
	if (tag.closes)
		return NULL;
	if (among(tag.name, dropped))
		return skip_element(p, &tag);
	if (among(tag.name, shapes))
		return shape(in, &tag) ? NULL : p;
	if (is(tag.name, "use"))
		return mark(in, &tag) ? NULL : p;
	return is(tag.name, "text") ? put_text(in, p) : NULL;
}

int plot_inline(FILE *out, const char *svg, const struct plot_texts *texts)
{
	struct inliner in = { .out = out, .texts = texts };
	const char *p = skip_space(svg), *end = strstr(svg, "</svg>");

	if (!strncmp(p, "<?xml ", 6)) {
		p = strstr(p, "?>");
		p = p ? skip_space(p + 2) : NULL;
	}
	while (p && *p == '<') {
		p = element(&in, p + 1);
		if (p)
			p = skip_space(p);
	}
	return p && !*p && !in.depth && end ? 0 : -1;
}
