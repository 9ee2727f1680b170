// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knobs of a mailbox, as the user writes and reads them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "knob_text.h"

static const char *const copies[] = { "default", "heap", "inline", "lend", NULL };
static const char *const wakes[] = { "default", "sync", "last", NULL };

static const struct {
	const char *name;
	uint32_t flag;
} knobs[] = {
	{ "wait", IPCX_KNOB_WAIT },
	{ "copy", IPCX_KNOB_COPY },
	{ "wake", IPCX_KNOB_WAKE },
	{ "drop", IPCX_KNOB_DROP },
	{ "delay", IPCX_KNOB_DELAY },
};

#define KNOBS (sizeof(knobs) / sizeof(knobs[0]))

void knob_default(struct ipcx_knob *knob)
{
	*knob = (struct ipcx_knob){ .wait = IPCX_WAIT_ADAPTIVE };
}

static uint64_t parse_time(const char *text)
{
	struct timeout timeout = { .text = NULL };

	parse_timeout(&timeout, text);
	return timeout.ns;
}

static uint32_t parse_word(const char *const words[], const char *what, const char *text)
{
	char all[64] = "";

	for (uint32_t i = 0; words[i]; i++) {
		if (!strcmp(text, words[i]))
			return i;
		strcat(strcat(all, i ? ", " : ""), words[i]);
	}
	usage("%s '%s' is none of %s", what, text, all);
}

bool knob_parse(struct ipcx_knob *knob, const char *what, const char *text)
{
	const char *name = strncmp(what, "--", 2) ? what : what + 2;
	uint32_t flag = 0;

	for (size_t i = 0; i < KNOBS; i++)
		if (!strcmp(name, knobs[i].name))
			flag = knobs[i].flag;
	knob->set |= flag;
	switch (flag) {
	case IPCX_KNOB_WAIT:
		knob->wait = strcmp(text, "adaptive") ? parse_time(text) : IPCX_WAIT_ADAPTIVE;
		break;
	case IPCX_KNOB_COPY:
		knob->copy = parse_word(copies, what, text);
		break;
	case IPCX_KNOB_WAKE:
		knob->wake = parse_word(wakes, what, text);
		break;
	case IPCX_KNOB_DROP:
		knob->drop = (__u32)parse_number(what, text, 0, 1000);
		break;
	case IPCX_KNOB_DELAY:
		knob->delay = parse_time(text);
		break;
	}
	return flag;
}

/* Of a newer module, there may be others. */
static const char *word(const char *const words[], uint32_t which)
{
	for (uint32_t i = 0; words[i]; i++)
		if (i == which)
			return words[i];
	return "unknown";
}

const char *knob_nth(const struct ipcx_knob *knob, unsigned int nth, char value[], size_t size)
{
	if (nth >= KNOBS)
		return NULL;
	switch (knobs[nth].flag) {
	case IPCX_KNOB_WAIT:
		if (knob->wait == IPCX_WAIT_ADAPTIVE)
			snprintf(value, size, "adaptive");
		else
			snprintf(value, size, "%" PRIu64 " ns", (uint64_t)knob->wait);
		break;
	case IPCX_KNOB_COPY:
		snprintf(value, size, "%s", word(copies, knob->copy));
		break;
	case IPCX_KNOB_WAKE:
		snprintf(value, size, "%s", word(wakes, knob->wake));
		break;
	case IPCX_KNOB_DROP:
		snprintf(value, size, "%u of 1000", knob->drop);
		break;
	case IPCX_KNOB_DELAY:
		snprintf(value, size, "%" PRIu64 " ns", (uint64_t)knob->delay);
		break;
	}
	return knobs[nth].name;
}

bool knob_is_set(const struct ipcx_knob *knob, unsigned int nth)
{
	return knob->set & knobs[nth].flag;
}

static json_t *json_of(const struct ipcx_knob *knob, uint32_t flag)
{
	switch (flag) {
	case IPCX_KNOB_WAIT:
		return knob->wait == IPCX_WAIT_ADAPTIVE ? json_string("adaptive") :
							  json_integer((json_int_t)knob->wait);
	case IPCX_KNOB_COPY:
		return json_string(word(copies, knob->copy));
	case IPCX_KNOB_WAKE:
		return json_string(word(wakes, knob->wake));
	case IPCX_KNOB_DROP:
		return json_integer((json_int_t)knob->drop);
	default:
		return json_integer((json_int_t)knob->delay);
	}
}

json_t *knob_json(const struct ipcx_knob *knob)
{
	json_t *report = json_object();

	for (unsigned int i = 0; i < KNOBS; i++)
		if (knob_is_set(knob, i))
			json_object_set_new(report, knobs[i].name, json_of(knob, knobs[i].flag));
	return report;
}
