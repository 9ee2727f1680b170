/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at objects, changing and removing them from outside, and hearing of events: generic
 * netlink, by libnl. It is the command's own and not libipcx's, so that who links that for a
 * mailbox need not have libnl.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include <ipcx.h>

struct nl_sock;

/* What an object is known by; at least one of them */
struct object_key {
	const char *name;	/* NULL: any */
	uint64_t id;		/* 0: any */
};

/* What there is to see of an object. */
struct sight {
	struct ipcx_stat stat;
	bool whole;		/* else we may not see what comes after the group */
	struct ipcx_stats stats;
	struct ipcx_knob knob;	/* @set: those that are turned */
};

struct event {
	uint8_t cmd;		/* IPCX_CMD_*_NTF */
	uint64_t seq;
	uint64_t time;		/* CLOCK_MONOTONIC, ns */
	uint64_t id;		/* 0: it is about no object */
	char name[IPCX_NAME_SIZE];
	uint32_t kind;
	uint32_t limit;
	uint32_t uid;
	uint32_t owed;
};

struct control {
	struct nl_sock *sock;
	int family;
};

/* Each fails with a sentence, and then does not return. */

void control_open(struct control *control);
void control_close(struct control *control);
void control_get(struct control *control, const struct object_key *key, struct sight *sight);
void control_set(struct control *control, const struct object_key *key,
		 const struct ipcx_limit *limit, const struct ipcx_knob *knob);
void control_remove(struct control *control, const struct object_key *key);

/* By increasing id, each as it comes */
typedef void (*sight_fn)(const struct sight *sight, void *data);
void control_dump(struct control *control, sight_fn fn, void *data);

/* From now on the socket is for events only. @room: of its buffer in bytes, 0 for the default */
void control_listen(struct control *control, size_t room);

/* What has come, or comes first; with @wait false only what has come. */
enum heard {
	HEARD_EVENTS,
	HEARD_NOTHING,
	HEARD_OVERFLOW,		/* some were dropped, and others may still be there */
};

typedef void (*event_fn)(const struct event *event, void *data);
enum heard control_hear(struct control *control, bool wait, event_fn fn, void *data);

#endif /* CONTROL_H */
