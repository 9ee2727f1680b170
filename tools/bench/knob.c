// SPDX-License-Identifier: GPL-2.0-only
/* Knobs of mailboxes: reading what they are to be turned to, telling it, and turning them. */
#include <stdio.h>

#include <ipcx.h>

#include "knob.h"
#include "words.h"

#define KNOB_MAX_WAIT	1000000000u	/* the module takes no more */

const char *const bench_knob_names[BENCH_KNOBS] = {
	[KNOB_NONE] = "",
	[KNOB_WAIT] = "wait",
	[KNOB_COPY] = "copy",
};

static const char *const knob_copies[] = {
	[IPCX_COPY_DEFAULT] = "default",
	[IPCX_COPY_HEAP] = "heap",
	[IPCX_COPY_INLINE] = "inline",
	[IPCX_COPY_LEND] = "lend",
};

#define KNOB_COPIES	(sizeof(knob_copies) / sizeof(knob_copies[0]))

const char *knob_values(enum bench_knob which)
{
	return which == KNOB_WAIT ? "0, a duration up to 1s such as 20us, or adaptive" :
				    "default, heap, inline or lend";
}

static int knob_wait(const char *word, size_t len, uint64_t *value)
{
	if (!word_is(word, len, "adaptive"))
		return word_number(word, len, word_durations, KNOB_MAX_WAIT, value);
	*value = IPCX_WAIT_ADAPTIVE;
	return 0;
}

int knob_value(enum bench_knob which, const char *word, size_t len, uint64_t *value)
{
	if (which == KNOB_WAIT)
		return knob_wait(word, len, value);
	for (*value = 0; *value < KNOB_COPIES; ++*value)
		if (word_is(word, len, knob_copies[*value]))
			return 0;
	return -1;
}

bool knob_same(const struct knob *a, const struct knob *b)
{
	return a->which == b->which && a->value == b->value;
}

const char *knob_text(char *text, size_t room, const struct knob *knob)
{
	const char *name = bench_knob_names[knob->which];
	char wait[KNOB_TEXT];

	if (knob->which == KNOB_NONE)
		snprintf(text, room, "%s", name);
	else if (knob->which == KNOB_COPY)
		snprintf(text, room, "%s=%s", name, knob_copies[knob->value]);
	else if (knob->value == IPCX_WAIT_ADAPTIVE)
		snprintf(text, room, "%s=adaptive", name);
	else
		snprintf(text, room, "%s=%s", name,
			 word_duration(wait, sizeof(wait), knob->value));
	return text;
}

int knob_turn(int fd, const struct knob *knob)
{
	struct ipcx_knob turned = { .set = 0 };

	if (knob->which == KNOB_NONE)
		return 0;
	if (knob->which == KNOB_WAIT) {
		turned.set = IPCX_KNOB_WAIT;
		turned.wait = knob->value;
	} else {
		turned.set = IPCX_KNOB_COPY;
		turned.copy = (__u32)knob->value;
	}
	return ipcx_knob(fd, &turned);
}
