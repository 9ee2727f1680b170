// SPDX-License-Identifier: GPL-2.0-only
/* What cells are called, and the commands that have them again. */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "entry.h"
#include "results.h"
#include "words.h"

/* Append to what is in @text already. Where there is no room for all, no character is halved. */
static void add(char *text, size_t room, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void add(char *text, size_t room, const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(text + len, room - len, format, args);
	va_end(args);
	if (more < 0 || len + (size_t)more < room)
		return;
	for (len = strlen(text); len && (text[len - 1] & 0xc0) == 0x80;)
		len--;
	text[len ? len - 1 : 0] = '\0';
}

const char *entry_row(char *text, size_t room, const struct entry *entry)
{
	*text = '\0';
	add(text, room, "%s", entry->text[ENTRY_MECHANISM]);
	if (strcmp(entry->text[ENTRY_WAIT], "block"))
		add(text, room, ", %s", entry->text[ENTRY_WAIT]);
	if (*entry->text[ENTRY_KNOB])
		add(text, room, ", %s", entry->text[ENTRY_KNOB]);
	return text;
}

static void add_numbers(char *text, size_t room, const struct entry *entry, unsigned int vary)
{
	const int64_t *at = entry->number;
	char gap[32];

	if (!(vary & VARY(BATCH)) && at[ENTRY_BATCH] != 1)
		add(text, room, ", batches of %lld", (long long)at[ENTRY_BATCH]);
	if (!(vary & VARY(CAPACITY)) && at[ENTRY_CAPACITY] >= 0)
		add(text, room, ", capacity %lld B", (long long)at[ENTRY_CAPACITY]);
	if (!(vary & VARY(RATE)) && at[ENTRY_RATE] >= 0)
		add(text, room, ", %lld messages/s", (long long)at[ENTRY_RATE]);
	if (!(vary & VARY(GAP)) && at[ENTRY_GAP] >= 0)
		add(text, room, ", gap %s", word_duration(gap, sizeof(gap),
							  (uint64_t)at[ENTRY_GAP]));
	if (!strcmp(entry->text[ENTRY_MODE], "scale")) {
		if (!(vary & VARY(PRODUCERS)))
			add(text, room, ", %lld to %lld", (long long)at[ENTRY_PRODUCERS],
			    (long long)at[ENTRY_CONSUMERS]);
		else if (!(vary & VARY(CONSUMERS)))
			add(text, room, ", to %lld receiver%s", (long long)at[ENTRY_CONSUMERS],
			    at[ENTRY_CONSUMERS] == 1 ? "" : "s");
	}
}

const char *entry_axes(char *text, size_t room, const struct entry *entry, unsigned int vary)
{
	*text = '\0';
	add(text, room, "%s", *entry->text[ENTRY_PLACEMENT] ? entry->text[ENTRY_PLACEMENT] :
			"any CPU");
	if (!(vary & VARY(WAIT)) && strcmp(entry->text[ENTRY_WAIT], "block"))
		add(text, room, ", waiting by %s", entry->text[ENTRY_WAIT]);
	if (strcmp(entry->text[ENTRY_AS], "process"))
		add(text, room, ", %ss", entry->text[ENTRY_AS]);
	if (strcmp(entry->text[ENTRY_POLICY], "other"))
		add(text, room, ", policy %s", entry->text[ENTRY_POLICY]);
	if (!(vary & VARY(KNOB)) && *entry->text[ENTRY_KNOB])
		add(text, room, ", knob %s", entry->text[ENTRY_KNOB]);
	add_numbers(text, room, entry, vary);
	return text;
}

/* Whether a shell takes @word for nothing but a word, since somebody will paste it into one. */
static bool plain_word(const char *word)
{
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) && !strchr("-_=", *word))
			return false;
	return true;
}

static void add_options(char *text, size_t room, const struct entry *entry)
{
	const int64_t *at = entry->number;

	if (strcmp(entry->text[ENTRY_WAIT], "block"))
		add(text, room, " -w %s", entry->text[ENTRY_WAIT]);
	if (strcmp(entry->text[ENTRY_AS], "process"))
		add(text, room, " --as %s", entry->text[ENTRY_AS]);
	if (strcmp(entry->text[ENTRY_POLICY], "other"))
		add(text, room, " --policy %s", entry->text[ENTRY_POLICY]);
	if (*entry->text[ENTRY_KNOB])
		add(text, room, " --knob %s", entry->text[ENTRY_KNOB]);
	if (at[ENTRY_BATCH] != 1)
		add(text, room, " --batch %lld", (long long)at[ENTRY_BATCH]);
	if (at[ENTRY_CAPACITY] >= 0)
		add(text, room, " --capacity %lld", (long long)at[ENTRY_CAPACITY]);
	if (at[ENTRY_RATE] >= 0)
		add(text, room, " --rate %lld", (long long)at[ENTRY_RATE]);
	if (at[ENTRY_GAP] >= 0)
		add(text, room, " --gap %lldns", (long long)at[ENTRY_GAP]);
	if (!strcmp(entry->text[ENTRY_MODE], "scale"))
		add(text, room, " -P %lld -C %lld", (long long)at[ENTRY_PRODUCERS],
		    (long long)at[ENTRY_CONSUMERS]);
}

/* Counts under fifo are those of a machine where its sides starve nothing that they depend on. */
static const char *command_prefix(const struct entry *entry, bool instructions)
{
	if (!instructions)
		return "";
	return strcmp(entry->text[ENTRY_POLICY], "fifo") ? "tools/vm/vm --icount -- " :
	       "tools/vm/vm --icount -- tools/bench/realtime ";
}

const char *entry_command(char *text, size_t room, const struct entry *entry, bool instructions)
{
	const json_t *rounds = json_object_get(entry->json, "rounds");

	*text = '\0';
	for (int i = 0; i < ENTRY_TEXTS; i++)
		if (!plain_word(entry->text[i]) || entry->text[i][0] == '-')
			return text;
	add(text, room, "%sipcx bench %s -m %s -s %lld", command_prefix(entry, instructions),
	    entry->text[ENTRY_MODE], entry->text[ENTRY_MECHANISM],
	    (long long)entry->number[ENTRY_SIZE]);
	if (*entry->text[ENTRY_PLACEMENT])
		add(text, room, " -p %s", entry->text[ENTRY_PLACEMENT]);
	add_options(text, room, entry);
	add(text, room, " -n %.0f", json_figure(entry->json, "n"));
	if (json_array_size(rounds))
		add(text, room, " -r %zu", json_array_size(rounds));
	return text;
}

const char *entry_size(char *text, size_t room, const struct entry *entry)
{
	return size_text(text, room, (uint64_t)entry->number[ENTRY_SIZE]);
}
