/* SPDX-License-Identifier: GPL-2.0-only */
/* Knobs of the mailboxes that are measured, by the names of ipcx knob. */
#ifndef BENCH_KNOB_H
#define BENCH_KNOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum bench_knob - which knob; what it is turned to is a number */
enum bench_knob {
	KNOB_NONE,
	KNOB_WAIT,		/* nanoseconds, or IPCX_WAIT_ADAPTIVE */
	KNOB_COPY,		/* enum ipcx_copy */
	KNOB_WAKE,		/* enum ipcx_wake */
	BENCH_KNOBS
};

/**
 * struct knob - a knob, and what it is turned to
 * @which: KNOB_NONE: all are as they are
 * @value: what it is turned to
 */
struct knob {
	enum bench_knob which;
	uint64_t value;
};

#define KNOB_TEXT	32

extern const char *const bench_knob_names[BENCH_KNOBS];

/** knob_values() - what @which can be turned to, in words */
const char *knob_values(enum bench_knob which);

/** knob_value() - read what @which is to be turned to; -1 if it cannot */
int knob_value(enum bench_knob which, const char *word, size_t len, uint64_t *value);

/** knob_same() - whether both are the same knob, turned to the same */
bool knob_same(const struct knob *a, const struct knob *b);

/** knob_text() - "wait=20us"; "" for none */
const char *knob_text(char *text, size_t room, const struct knob *knob);

/** knob_turn() - turn it, of the mailbox that @fd is bound to; -1 and errno */
int knob_turn(int fd, const struct knob *knob);

#endif /* BENCH_KNOB_H */
