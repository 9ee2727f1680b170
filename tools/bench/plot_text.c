// SPDX-License-Identifier: GPL-2.0-only
/* Texts from anywhere, made fit for one line of a plot. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plot_text.h"

/* How many bytes the character at @p has; 0 if it is no UTF-8. */
static size_t char_bytes(const unsigned char *p, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *p < 0x80 ? 1 : *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 :
		   *p < 0xf8 ? 4 : 0;

	*code = n < 2 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	if (n && (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)))
		return 0;
	return n;
}

/* Control characters, and those that turn the direction of what follows. */
static int is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
	       code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff || (code & 0xfffe) == 0xfffe;
}

static char *clean(const char *text, size_t most)
{
	const unsigned char *p = (const unsigned char *)text;
	char *copy = malloc(4 * strlen(text) + 4), *end = copy, *last = copy;
	size_t bytes, shown = 0;
	uint32_t code;

	if (!copy)
		return NULL;
	for (; *p && shown <= most; shown++) {
		bytes = char_bytes(p, &code);
		if (shown < most)
			last = end;
		if (!bytes) {
			*end++ = '?';
		} else if (is_control(code)) {
			*end++ = ' ';
		} else {
			memcpy(end, p, bytes);
			end += bytes;
		}
		p += bytes ? bytes : 1;
	}
	if (shown > most) {
		strcpy(last, "…");
		return copy;
	}
	*end = '\0';
	return copy;
}

int plot_texts_add(struct plot_texts *texts, const char *text, size_t most)
{
	char **list = realloc(texts->list, (texts->n + 1) * sizeof(*list));

	if (!list)
		return -1;
	texts->list = list;
	list[texts->n] = clean(text ? text : "", most);
	return list[texts->n] ? (int)texts->n++ : -1;
}

void plot_texts_free(struct plot_texts *texts)
{
	while (texts->n)
		free(texts->list[--texts->n]);
	free(texts->list);
	texts->list = NULL;
}

double plot_text_width(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	double width = 0;
	uint32_t code;
	size_t bytes;

	for (; *p; p += bytes ? bytes : 1) {
		bytes = char_bytes(p, &code);
		if (strchr("mwMW@%", *p))
			width += 0.95;
		else if (strchr("fijlrtI.,:;|!'()[]{}/\\- ", *p))
			width += 0.42;
		else
			width += code >= 0x1100 ? 1 : *p >= 'A' && *p <= 'Z' ? 0.72 : 0.62;
	}
	return width;
}
