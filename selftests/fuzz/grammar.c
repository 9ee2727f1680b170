// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be called, and what its arguments mean.
 */
#include <sys/ioctl.h>

#include "fuzz.h"

#define FIELD(_struct, _member, _meaning)						\
	{ #_member, offsetof(struct _struct, _member),					\
	  sizeof(((struct _struct *)0)->_member), _meaning }
/* What is no part of a structure */
#define VALUE(_name, _meaning)	{ _name, 0, 0, _meaning }

/* A message within another structure */
#define MESSAGE(_struct, _member, _data)						\
	FIELD(_struct, _member.data, _data), FIELD(_struct, _member.len, LENGTH),	\
	FIELD(_struct, _member.prio, PRIORITY), FIELD(_struct, _member.type, COUNTER),	\
	FIELD(_struct, _member.fds, DESCRIPTORS), FIELD(_struct, _member.nfds, COUNTER),	\
	FIELD(_struct, _member.flags, FLAGS)

#define COMMAND_OF(_name, _CMD, _weight, ...)						\
	{ #_name, COMMAND, IPCX_IOC_##_CMD, "struct ipcx_" #_name, _weight, { __VA_ARGS__ } }
#define OTHER(_name, _action, _weight, ...)						\
	{ #_name, _action, 0, NULL, _weight, { __VA_ARGS__ } }

const struct kind kinds[] = {
	OTHER(open, OPEN, 2, VALUE("mode", COUNTER)),
	OTHER(close, CLOSE, 2),
	OTHER(dup, DUP, 1, VALUE("to", COUNTER)),
	OTHER(read, READ, 3, VALUE("buffer", BUFFER), VALUE("len", LENGTH)),
	OTHER(write, WRITE, 3, VALUE("buffer", BUFFER), VALUE("len", LENGTH)),
	OTHER(map, MAP, 2, VALUE("len", LENGTH), VALUE("prot", FLAGS), VALUE("flags", FLAGS),
	      VALUE("page", COUNTER)),
	OTHER(unmap, UNMAP, 1, VALUE("len", LENGTH), VALUE("page", COUNTER)),
	OTHER(poll, POLL, 1, VALUE("events", FLAGS)),
	OTHER(async, ASYNC, 1, VALUE("on", FLAGS)),
	OTHER(queued, QUEUED, 1, VALUE("which", FLAGS), VALUE("buffer", BUFFER)),
	OTHER(netlink, NETLINK, 3, VALUE("cmd", COUNTER), VALUE("flags", FLAGS),
	      VALUE("type1", COUNTER), VALUE("len1", COUNTER), VALUE("value1", NUMBER),
	      VALUE("type2", COUNTER), VALUE("len2", COUNTER), VALUE("value2", NUMBER)),
	{ "reopen", REOPEN, IPCX_IOC_REOPEN, "struct ipcx_reopen", 2,
	  { FIELD(ipcx_reopen, flags, FLAGS), FIELD(ipcx_reopen, pad, FLAGS),
	    VALUE("to", COUNTER) } },
	COMMAND_OF(info, INFO, 1),
	COMMAND_OF(bind, BIND, 6, FIELD(ipcx_bind, name, NAME), FIELD(ipcx_bind, kind, COUNTER),
		   FIELD(ipcx_bind, flags, FLAGS), FIELD(ipcx_bind, mode, NUMBER),
		   FIELD(ipcx_bind, max_msgs, COUNTER), FIELD(ipcx_bind, max_msg_size, LENGTH),
		   FIELD(ipcx_bind, share, COUNTER), FIELD(ipcx_bind, max_bytes, LENGTH),
		   FIELD(ipcx_bind, size, LENGTH)),
	COMMAND_OF(unlink, UNLINK, 1, FIELD(ipcx_unlink, name, NAME),
		   FIELD(ipcx_unlink, flags, FLAGS), FIELD(ipcx_unlink, pad, FLAGS)),
	COMMAND_OF(stat, STAT, 1),
	COMMAND_OF(stats, STATS, 1),
	COMMAND_OF(usage, USAGE, 1),
	COMMAND_OF(limit, LIMIT, 2, FIELD(ipcx_limit, max_msgs, COUNTER),
		   FIELD(ipcx_limit, max_msg_size, LENGTH), FIELD(ipcx_limit, max_bytes, LENGTH),
		   FIELD(ipcx_limit, share, COUNTER), FIELD(ipcx_limit, pad, FLAGS)),
	COMMAND_OF(knob, KNOB, 2, FIELD(ipcx_knob, set, FLAGS), FIELD(ipcx_knob, copy, COUNTER),
		   FIELD(ipcx_knob, drop, COUNTER), FIELD(ipcx_knob, wake, COUNTER),
		   FIELD(ipcx_knob, wait, LENGTH), FIELD(ipcx_knob, delay, COUNTER)),
	COMMAND_OF(send, SEND, 8, MESSAGE(ipcx_send, msg, BUFFER), FIELD(ipcx_send, deadline, TIME),
		   FIELD(ipcx_send, flags, FLAGS), FIELD(ipcx_send, pad, FLAGS)),
	COMMAND_OF(recv, RECV, 8, MESSAGE(ipcx_recv, msg, BUFFER), FIELD(ipcx_recv, deadline, TIME),
		   FIELD(ipcx_recv, flags, FLAGS), FIELD(ipcx_recv, select, COUNTER),
		   FIELD(ipcx_recv, select_type, COUNTER)),
	COMMAND_OF(call, CALL, 4, MESSAGE(ipcx_call, request, BUFFER),
		   MESSAGE(ipcx_call, reply, BUFFER), FIELD(ipcx_call, deadline, TIME),
		   FIELD(ipcx_call, flags, FLAGS), FIELD(ipcx_call, pad, FLAGS)),
	COMMAND_OF(reply, REPLY, 4, FIELD(ipcx_reply, token, TOKEN),
		   MESSAGE(ipcx_reply, msg, BUFFER), FIELD(ipcx_reply, flags, FLAGS),
		   FIELD(ipcx_reply, pad, FLAGS), FIELD(ipcx_reply, next.msg.data, BUFFER),
		   FIELD(ipcx_reply, next.msg.len, LENGTH), FIELD(ipcx_reply, next.deadline, TIME),
		   FIELD(ipcx_reply, next.flags, FLAGS), FIELD(ipcx_reply, next.select, COUNTER)),
	COMMAND_OF(send_batch, SEND_BATCH, 4, FIELD(ipcx_send_batch, msgs, ARRAY),
		   FIELD(ipcx_send_batch, count, COUNTER), FIELD(ipcx_send_batch, flags, FLAGS),
		   FIELD(ipcx_send_batch, deadline, TIME)),
	COMMAND_OF(recv_batch, RECV_BATCH, 4, FIELD(ipcx_recv_batch, msgs, ARRAY),
		   FIELD(ipcx_recv_batch, count, COUNTER), FIELD(ipcx_recv_batch, min, COUNTER),
		   FIELD(ipcx_recv_batch, deadline, TIME), FIELD(ipcx_recv_batch, flags, FLAGS),
		   FIELD(ipcx_recv_batch, select, COUNTER),
		   FIELD(ipcx_recv_batch, select_type, COUNTER)),
	COMMAND_OF(peek, PEEK, 4, MESSAGE(ipcx_peek, msg, BUFFER), FIELD(ipcx_peek, deadline, TIME),
		   FIELD(ipcx_peek, flags, FLAGS), FIELD(ipcx_peek, after_prio, PRIORITY),
		   FIELD(ipcx_peek, after, SEQUENCE)),
	COMMAND_OF(notify, NOTIFY, 2, FIELD(ipcx_notify, kind, COUNTER),
		   FIELD(ipcx_notify, signal, COUNTER), FIELD(ipcx_notify, value, NUMBER),
		   FIELD(ipcx_notify, fd, PROCESS_FD), FIELD(ipcx_notify, pad, FLAGS)),
	COMMAND_OF(region_notify, REGION_NOTIFY, 1),
	COMMAND_OF(region_wait, REGION_WAIT, 2, FIELD(ipcx_region_wait, seen, COUNTER),
		   FIELD(ipcx_region_wait, deadline, TIME), FIELD(ipcx_region_wait, flags, FLAGS),
		   FIELD(ipcx_region_wait, pad, FLAGS)),
};

const unsigned int kinds_count = COUNT(kinds);

unsigned int fields_of(const struct kind *kind)
{
	unsigned int count = 0;

	while (count < FIELDS && kind->fields[count].name)
		count++;
	return count;
}

const struct kind *kind_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < kinds_count; i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}
