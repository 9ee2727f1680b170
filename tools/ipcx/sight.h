/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to be seen of an object, in words and as JSON.
 */
#ifndef SIGHT_H
#define SIGHT_H

#include <sys/types.h>

#include <jansson.h>

#include "control.h"

#define OWNER_NAME_MAX	40
#define SIGHT_NAME_MAX	(IPCX_NAME_SIZE + 40)

/* A user's name, or number if there is none */
void owner_name(char text[OWNER_NAME_MAX], uid_t uid);

/* "box", "box (removed)", "(id 12)" */
void sight_name(char text[SIGHT_NAME_MAX], const struct ipcx_stat *stat);

json_t *sight_json(const struct sight *sight, bool zeros);

/* The names of flags, one after the other: NULL after the last */
const char *sight_flag(uint32_t flags, unsigned int nth);

#endif /* SIGHT_H */
