/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What commands write of their arguments, field by field: each byte of a structure is of one; and
 * the memory that they are asked to write to.
 */
#ifndef _IPCX_RESIDUE_FIELDS_H
#define _IPCX_RESIDUE_FIELDS_H

#include "residue.h"

/* What becomes of a field of an argument */
enum part {
	GIVEN,		/* it stays as the caller has it */
	SAME,		/* it is written, and both times the same */
	OTHER,		/* it is written */
	ZERO,		/* it is 0 afterwards */
};

struct field {
	const char *name;
	size_t offset;
	size_t size;
	enum part part;
};

#define FIELD(_type, _part, _field)							\
	{ #_field, offsetof(struct _type, _field), sizeof(((struct _type *)0)->_field), _part }

#define INCOMING(_type, _msg)								\
	FIELD(_type, GIVEN, _msg.data), FIELD(_type, SAME, _msg.len),			\
	FIELD(_type, SAME, _msg.prio), FIELD(_type, SAME, _msg.type),			\
	FIELD(_type, GIVEN, _msg.fds), FIELD(_type, SAME, _msg.nfds),			\
	FIELD(_type, SAME, _msg.flags)

/* What a receiver is told whose buffer is too short */
#define TOO_LONG(_type, _msg)								\
	FIELD(_type, GIVEN, _msg.data), FIELD(_type, SAME, _msg.len),			\
	FIELD(_type, GIVEN, _msg.prio), FIELD(_type, GIVEN, _msg.type),		\
	FIELD(_type, GIVEN, _msg.fds), FIELD(_type, SAME, _msg.nfds),			\
	FIELD(_type, GIVEN, _msg.flags)

#define FROM(_type, _from)								\
	FIELD(_type, OTHER, _from.time), FIELD(_type, OTHER, _from.pid),		\
	FIELD(_type, SAME, _from.uid), FIELD(_type, SAME, _from.gid),			\
	FIELD(_type, ZERO, _from.pad)

static const struct field info_fields[] = {
	FIELD(ipcx_info, SAME, abi), FIELD(ipcx_info, ZERO, pad), FIELD(ipcx_info, SAME, version),
	FIELD(ipcx_info, SAME, default_msgs), FIELD(ipcx_info, SAME, max_msgs),
	FIELD(ipcx_info, SAME, default_msg_size), FIELD(ipcx_info, SAME, max_msg_size),
	FIELD(ipcx_info, SAME, default_bytes), FIELD(ipcx_info, SAME, max_bytes),
	FIELD(ipcx_info, SAME, max_region_size),
};

static const struct field stat_fields[] = {
	FIELD(ipcx_stat, SAME, name), FIELD(ipcx_stat, SAME, id), FIELD(ipcx_stat, SAME, kind),
	FIELD(ipcx_stat, SAME, flags), FIELD(ipcx_stat, SAME, mode), FIELD(ipcx_stat, SAME, uid),
	FIELD(ipcx_stat, SAME, gid), FIELD(ipcx_stat, SAME, endpoints),
	FIELD(ipcx_stat, SAME, max_msgs), FIELD(ipcx_stat, SAME, max_msg_size),
	FIELD(ipcx_stat, SAME, max_bytes), FIELD(ipcx_stat, SAME, bytes),
	FIELD(ipcx_stat, SAME, msgs), FIELD(ipcx_stat, SAME, receivers),
	FIELD(ipcx_stat, SAME, senders), FIELD(ipcx_stat, SAME, share),
	FIELD(ipcx_stat, SAME, size),
};

/* There is nothing between its counters: layout.c looks at each. */
static const struct field stats_fields[] = {
	{ "all", 0, sizeof(struct ipcx_stats), SAME },
};

static const struct field usage_fields[] = {
	{ "all", 0, sizeof(struct ipcx_usage), SAME },
};

static const struct field knob_fields[] = {
	FIELD(ipcx_knob, GIVEN, set), FIELD(ipcx_knob, SAME, copy), FIELD(ipcx_knob, SAME, drop),
	FIELD(ipcx_knob, SAME, wake), FIELD(ipcx_knob, SAME, wait), FIELD(ipcx_knob, SAME, delay),
};

static const struct field recv_fields[] = {
	INCOMING(ipcx_recv, msg), FIELD(ipcx_recv, GIVEN, deadline), FIELD(ipcx_recv, GIVEN, flags),
	FIELD(ipcx_recv, GIVEN, select), FIELD(ipcx_recv, GIVEN, select_type),
	FIELD(ipcx_recv, SAME, token), FIELD(ipcx_recv, SAME, reply_room),
	FIELD(ipcx_recv, SAME, reply_nfds), FROM(ipcx_recv, from),
};

static const struct field too_long_fields[] = {
	TOO_LONG(ipcx_recv, msg), FIELD(ipcx_recv, GIVEN, deadline),
	FIELD(ipcx_recv, GIVEN, flags), FIELD(ipcx_recv, GIVEN, select),
	FIELD(ipcx_recv, GIVEN, select_type), FIELD(ipcx_recv, GIVEN, token),
	FIELD(ipcx_recv, GIVEN, reply_room), FIELD(ipcx_recv, GIVEN, reply_nfds),
	FIELD(ipcx_recv, GIVEN, from),
};

static const struct field received_fields[] = {
	INCOMING(ipcx_received, msg), FIELD(ipcx_received, SAME, token),
	FIELD(ipcx_received, SAME, reply_room), FIELD(ipcx_received, ZERO, pad),
	FROM(ipcx_received, from),
};

static const struct field peek_fields[] = {
	INCOMING(ipcx_peek, msg), FIELD(ipcx_peek, GIVEN, deadline), FIELD(ipcx_peek, GIVEN, flags),
	FIELD(ipcx_peek, GIVEN, after_prio), FIELD(ipcx_peek, GIVEN, after),
	FIELD(ipcx_peek, SAME, seq), FROM(ipcx_peek, from),
};

static const struct field call_fields[] = {
	FIELD(ipcx_call, GIVEN, request), INCOMING(ipcx_call, reply),
	FIELD(ipcx_call, GIVEN, deadline), FIELD(ipcx_call, GIVEN, flags),
	FIELD(ipcx_call, ZERO, pad), FROM(ipcx_call, from),
};

static const struct field reply_fields[] = {
	FIELD(ipcx_reply, ZERO, token), FIELD(ipcx_reply, GIVEN, msg),
	FIELD(ipcx_reply, GIVEN, flags), FIELD(ipcx_reply, ZERO, pad),
	FIELD(ipcx_reply, GIVEN, next),
};

static const struct field reply_recv_fields[] = {
	FIELD(ipcx_reply, ZERO, token), FIELD(ipcx_reply, GIVEN, msg),
	FIELD(ipcx_reply, GIVEN, flags), FIELD(ipcx_reply, ZERO, pad),
	INCOMING(ipcx_reply, next.msg), FIELD(ipcx_reply, GIVEN, next.deadline),
	FIELD(ipcx_reply, GIVEN, next.flags), FIELD(ipcx_reply, GIVEN, next.select),
	FIELD(ipcx_reply, GIVEN, next.select_type), FIELD(ipcx_reply, SAME, next.token),
	FIELD(ipcx_reply, SAME, next.reply_room), FIELD(ipcx_reply, SAME, next.reply_nfds),
	FROM(ipcx_reply, next.from),
};

static const struct field region_notify_fields[] = {
	FIELD(ipcx_region_notify, OTHER, count),
};

static const struct field region_wait_fields[] = {
	FIELD(ipcx_region_wait, SAME, seen), FIELD(ipcx_region_wait, GIVEN, deadline),
	FIELD(ipcx_region_wait, GIVEN, flags), FIELD(ipcx_region_wait, ZERO, pad),
};

static const struct field int_fields[] = {
	{ "int", 0, sizeof(int), SAME },
};

/* All memory that a command may write to, and more */
struct memory {
	union {
		struct ipcx_knob knob;
		struct ipcx_recv recv;
		struct ipcx_call call;
		struct ipcx_reply reply;
		struct ipcx_recv_batch recv_batch;
		struct ipcx_peek peek;
		struct ipcx_region_wait region_wait;
		uint8_t bytes[768];
	} arg;
	struct ipcx_received in[4];
	int fds[IPCX_FDS_MAX];
	uint8_t data[65536];
};

/* A command, asked for twice */
struct asked {
	int fd;
	struct memory before[2];
	struct memory after[2];
	/* Who had to be there for it */
	struct child other;
};

static struct memory *memory;

static struct asked *asked_of(int fd)
{
	struct asked *asked = calloc(1, sizeof(*asked));

	/* The same address both times, as it is in arguments */
	memory = memory ?: calloc(1, sizeof(*memory));
	if (!asked || !memory)
		abort();
	asked->fd = fd;
	return asked;
}

/* Is any field as it must not be? Its name, or NULL */
static const char *wrong_field(const uint8_t *before[2], const uint8_t *after[2],
			       const struct field *field)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const uint8_t *was = before[i] + field->offset, *is = after[i] + field->offset;

		if (field->part == GIVEN && memcmp(was, is, field->size))
			return field->name;
		if (field->part == ZERO && !is_all(is, 0, field->size))
			return field->name;
		if (field->part == OTHER && is_all(is, prefills[i], field->size))
			return field->name;
	}
	if (field->part == SAME &&
	    memcmp(after[0] + field->offset, after[1] + field->offset, field->size))
		return field->name;
	return NULL;
}

/*
 * Of a structure of @size bytes that is at @at in the memory: is each byte of one field, and each
 * field as it must be? What is wrong, or NULL
 */
static const char *wrong_struct(const struct asked *asked, size_t at, size_t size,
				const struct field *fields, unsigned int count)
{
	const uint8_t *before[2], *after[2];
	const char *wrong = NULL;
	size_t end = 0;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		before[i] = (const uint8_t *)&asked->before[i] + at;
		after[i] = (const uint8_t *)&asked->after[i] + at;
	}
	for (i = 0; i < count && !wrong; i++) {
		if (fields[i].offset != end)
			return "a hole";
		end += fields[i].size;
		wrong = wrong_field(before, after, &fields[i]);
	}
	return wrong ?: end == size ? NULL : "its end";
}

/* Have those bytes of the memory stayed as they were? */
static bool untouched(const struct asked *asked, size_t from, size_t to)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (memcmp((const uint8_t *)&asked->before[i] + from,
			   (const uint8_t *)&asked->after[i] + from, to - from))
			return false;
	return true;
}

#endif
