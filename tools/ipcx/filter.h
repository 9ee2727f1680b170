/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which mailboxes and regions a command is to be about, of all that there are.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "control.h"

struct filter {
	uint32_t kind;		/* 0: any */
	bool by_owner;
	uid_t owner;
	char **patterns;	/* of names, as the shell's; up to NULL, none: any name */
};

void filter_kind(struct filter *filter, const char *text);
void filter_owner(struct filter *filter, const char *text);
bool filter_matches(const struct filter *filter, const struct sight *sight);

#endif /* FILTER_H */
