/* SPDX-License-Identifier: GPL-2.0-only */
/* What was found, and what to do about it: one sentence each. */
#ifndef HOST_FINDING_H
#define HOST_FINDING_H

#include <stdarg.h>

#include <jansson.h>

#define FINDING_TEXT	512

/** enum finding_level - what a finding is to whom it is told */
enum finding_level {
	FINDING_NOTE,		/* to be known */
	FINDING_WARNING,	/* something suffers */
	FINDING_ERROR,		/* it does not work */
	FINDING_LEVELS
};

/**
 * finding_add() - add a finding to a list of them
 * @list: JSON array
 * @level: how bad it is
 * @remedy: what to do
 * @format: what is found, with the value that was found
 */
void finding_add(json_t *list, enum finding_level level, const char *remedy, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

/** finding_addv() - the same */
void finding_addv(json_t *list, enum finding_level level, const char *remedy, const char *format,
		  va_list args);

/** finding_count() - how many there are of a level */
unsigned int finding_count(const json_t *list, enum finding_level level);

#endif /* HOST_FINDING_H */
