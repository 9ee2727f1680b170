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
	[KNOB_WAKE] = "wake",
};

static const char *const knob_copies[] = {
	[IPCX_COPY_DEFAULT] = "default",
	[IPCX_COPY_HEAP] = "heap",
	[IPCX_COPY_INLINE] = "inline",
	[IPCX_COPY_LEND] = "lend",
};

#define KNOB_COPIES	(sizeof(knob_copies) / sizeof(knob_copies[0]))

static const char *const knob_wakes[] = {
	[IPCX_WAKE_DEFAULT] = "default",
	[IPCX_WAKE_SYNC] = "sync",
	[IPCX_WAKE_LAST] = "last",
};

#define KNOB_WAKES	(sizeof(knob_wakes) / sizeof(knob_wakes[0]))

const char *knob_values(enum bench_knob which)
{
	switch (which) {
	case KNOB_WAIT:
		return "0, a duration up to 1s such as 20us, or adaptive";
	case KNOB_WAKE:
		return "default, sync or last";
	default:
		return "default, heap, inline or lend";
	}
}

static int knob_wait(const char *word, size_t len, uint64_t *value)
{
	if (!word_is(word, len, "adaptive"))
		return word_number(word, len, word_durations, KNOB_MAX_WAIT, value);
	*value = IPCX_WAIT_ADAPTIVE;
	return 0;
}

static int knob_choice(const char *const *choices, size_t count, const char *word, size_t len,
		       uint64_t *value)
{
	for (*value = 0; *value < count; ++*value)
		if (word_is(word, len, choices[*value]))
			return 0;
	return -1;
}

int knob_value(enum bench_knob which, const char *word, size_t len, uint64_t *value)
{
	if (which == KNOB_WAIT)
		return knob_wait(word, len, value);
	if (which == KNOB_WAKE)
		return knob_choice(knob_wakes, KNOB_WAKES, word, len, value);
	return knob_choice(knob_copies, KNOB_COPIES, word, len, value);
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
	else if (knob->which == KNOB_WAKE)
		snprintf(text, room, "%s=%s", name, knob_wakes[knob->value]);
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
	} else if (knob->which == KNOB_WAKE) {
		turned.set = IPCX_KNOB_WAKE;
		turned.wake = (__u32)knob->value;
	} else {
		turned.set = IPCX_KNOB_COPY;
		turned.copy = (__u32)knob->value;
	}
	return ipcx_knob(fd, &turned);
}
