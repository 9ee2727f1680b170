// SPDX-License-Identifier: GPL-2.0-only
/* Reading words and numbers. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

const struct word_unit word_sizes[] = {
	{ "", 1 }, { "K", 1ull << 10 }, { "M", 1ull << 20 }, { "G", 1ull << 30 },
	{ "KiB", 1ull << 10 }, { "MiB", 1ull << 20 }, { "GiB", 1ull << 30 },
	{ NULL, 0 }
};

const struct word_unit word_rates[] = {
	{ "", 1 }, { "K", 1000 }, { "M", 1000000 },
	{ NULL, 0 }
};

const struct word_unit word_durations[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ NULL, 0 }
};

const char *word_next(const char **list, size_t *len)
{
	const char *word = *list;

	if (!word)
		return NULL;
	*len = strcspn(word, ",");
	*list = word[*len] ? word + *len + 1 : NULL;
	return word;
}

int word_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(word, name, len);
}

static uint64_t word_factor(const char *word, size_t len, const struct word_unit *units)
{
	for (; units && units->name; units++)
		if (strlen(units->name) == len && !strncasecmp(word, units->name, len))
			return units->factor;
	return 0;
}

int word_number(const char *word, size_t len, const struct word_unit *units, uint64_t max,
		uint64_t *value)
{
	uint64_t factor = 1;
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*word))
		return -1;
	errno = 0;
	n = strtoull(word, &end, 10);
	if (errno)
		return -1;
	/* Nothing is the same in every unit. */
	if (units && (n || end != word + len))
		factor = word_factor(end, (size_t)(word + len - end), units);
	else if (end != word + len)
		return -1;
	if (!factor || n > max / factor)
		return -1;
	*value = n * factor;
	return 0;
}

const char *word_duration(char *text, size_t room, uint64_t ns)
{
	const struct word_unit *unit = word_durations, *u;

	for (u = word_durations; u->name; u++)
		if (ns && ns % u->factor == 0)
			unit = u;
	if (ns)
		snprintf(text, room, "%llu%s", (unsigned long long)(ns / unit->factor), unit->name);
	else
		snprintf(text, room, "0");
	return text;
}
