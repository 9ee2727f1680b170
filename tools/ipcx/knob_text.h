/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knobs of a mailbox, as the user writes and reads them.
 */
#ifndef KNOB_TEXT_H
#define KNOB_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <ipcx.h>

/* As they are of a mailbox that is made now */
void knob_default(struct ipcx_knob *knob);

/* False if there is no knob @what, "wait" or "--wait". What it cannot be ends the command. */
bool knob_parse(struct ipcx_knob *knob, const char *what, const char *text);

/* The name of the nth knob, and how it is, "20000 ns": NULL after the last */
const char *knob_nth(const struct ipcx_knob *knob, unsigned int nth, char value[], size_t size);

/* Is the nth in &ipcx_knob.set? */
bool knob_is_set(const struct ipcx_knob *knob, unsigned int nth);

/* Of those in &ipcx_knob.set */
json_t *knob_json(const struct ipcx_knob *knob);

#define KNOB_ALL (IPCX_KNOB_WAIT | IPCX_KNOB_COPY | IPCX_KNOB_WAKE | IPCX_KNOB_DROP | \
		  IPCX_KNOB_DELAY)

#endif /* KNOB_TEXT_H */
