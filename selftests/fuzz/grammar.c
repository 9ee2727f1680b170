// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be called, and what its arguments mean.
 */
#include <sys/ioctl.h>

#include "fuzz.h"

#define FIELD_OF(_struct, _member, _meaning, _known)					\
	{ #_member, offsetof(struct _struct, _member),					\
	  sizeof(((struct _struct *)0)->_member), _meaning, _known }
#define FIELD(_struct, _member, _meaning)	FIELD_OF(_struct, _member, _meaning, 0)
/* Flags, of which those are known; none, where it must be 0 */
#define BITS(_struct, _member, _known)		FIELD_OF(_struct, _member, FLAGS, _known)
#define ZERO(_struct, _member)			BITS(_struct, _member, 0)
/* What is no part of a structure */
#define VALUE(_name, _meaning)			{ _name, 0, 0, _meaning, 7 }

#define RECV_FLAGS	(IPCX_DONTWAIT | IPCX_PEEK | IPCX_TRUNCATE)
#define BIND_FLAGS	(IPCX_BIND_CREATE | IPCX_BIND_EXCL | IPCX_BIND_PERSIST |	\
			 IPCX_BIND_HANGUP | IPCX_BIND_MANY_PRIOS | IPCX_BIND_HUGE)
#define KNOB_SET	(IPCX_KNOB_WAIT | IPCX_KNOB_COPY | IPCX_KNOB_DROP |	\
			 IPCX_KNOB_DELAY | IPCX_KNOB_WAKE)

/* A message within another structure */
#define MESSAGE(_struct, _member, _data)						\
	FIELD(_struct, _member.data, _data), FIELD(_struct, _member.len, LENGTH),	\
	FIELD(_struct, _member.prio, PRIORITY), FIELD(_struct, _member.type, COUNTER),	\
	FIELD(_struct, _member.fds, DESCRIPTORS), FIELD(_struct, _member.nfds, COUNTER),	\
	ZERO(_struct, _member.flags)

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
	  { BITS(ipcx_reopen, flags, IPCX_REOPEN_READ | IPCX_REOPEN_WRITE), ZERO(ipcx_reopen, pad),
	    VALUE("to", COUNTER) } },
	COMMAND_OF(info, INFO, 1),
	COMMAND_OF(bind, BIND, 6, FIELD(ipcx_bind, name, NAME), FIELD(ipcx_bind, kind, COUNTER),
		   BITS(ipcx_bind, flags, BIND_FLAGS), FIELD(ipcx_bind, mode, NUMBER),
		   FIELD(ipcx_bind, max_msgs, COUNTER), FIELD(ipcx_bind, max_msg_size, LIMIT),
		   FIELD(ipcx_bind, share, COUNTER), FIELD(ipcx_bind, max_bytes, LIMIT),
		   FIELD(ipcx_bind, size, LIMIT)),
	COMMAND_OF(unlink, UNLINK, 1, FIELD(ipcx_unlink, name, NAME),
		   BITS(ipcx_unlink, flags, IPCX_UNLINK_KEEP), ZERO(ipcx_unlink, pad)),
	COMMAND_OF(stat, STAT, 1),
	COMMAND_OF(stats, STATS, 1),
	COMMAND_OF(usage, USAGE, 1),
	COMMAND_OF(limit, LIMIT, 2, FIELD(ipcx_limit, max_msgs, COUNTER),
		   FIELD(ipcx_limit, max_msg_size, LIMIT), FIELD(ipcx_limit, max_bytes, LIMIT),
		   FIELD(ipcx_limit, share, COUNTER), ZERO(ipcx_limit, pad)),
	COMMAND_OF(knob, KNOB, 2, BITS(ipcx_knob, set, KNOB_SET), FIELD(ipcx_knob, copy, COUNTER),
		   FIELD(ipcx_knob, drop, COUNTER), FIELD(ipcx_knob, wake, COUNTER),
		   FIELD(ipcx_knob, wait, LIMIT), FIELD(ipcx_knob, delay, COUNTER)),
	COMMAND_OF(send, SEND, 8, MESSAGE(ipcx_send, msg, BUFFER), FIELD(ipcx_send, deadline, TIME),
		   BITS(ipcx_send, flags, IPCX_DONTWAIT | IPCX_NOSIGNAL), ZERO(ipcx_send, pad)),
	COMMAND_OF(recv, RECV, 8, MESSAGE(ipcx_recv, msg, BUFFER), FIELD(ipcx_recv, deadline, TIME),
		   BITS(ipcx_recv, flags, RECV_FLAGS), FIELD(ipcx_recv, select, COUNTER),
		   FIELD(ipcx_recv, select_type, COUNTER)),
	COMMAND_OF(call, CALL, 4, MESSAGE(ipcx_call, request, BUFFER),
		   MESSAGE(ipcx_call, reply, BUFFER), FIELD(ipcx_call, deadline, TIME),
		   BITS(ipcx_call, flags, IPCX_DONTWAIT), ZERO(ipcx_call, pad)),
	COMMAND_OF(reply, REPLY, 4, FIELD(ipcx_reply, token, TOKEN),
		   MESSAGE(ipcx_reply, msg, BUFFER), BITS(ipcx_reply, flags, IPCX_REPLY_RECV),
		   ZERO(ipcx_reply, pad), FIELD(ipcx_reply, next.msg.data, BUFFER),
		   FIELD(ipcx_reply, next.msg.len, LENGTH), FIELD(ipcx_reply, next.deadline, TIME),
		   BITS(ipcx_reply, next.flags, RECV_FLAGS),
		   FIELD(ipcx_reply, next.select, COUNTER)),
	COMMAND_OF(send_batch, SEND_BATCH, 4, FIELD(ipcx_send_batch, msgs, ARRAY),
		   FIELD(ipcx_send_batch, count, COUNTER),
		   BITS(ipcx_send_batch, flags, IPCX_DONTWAIT | IPCX_NOSIGNAL),
		   FIELD(ipcx_send_batch, deadline, TIME)),
	COMMAND_OF(recv_batch, RECV_BATCH, 4, FIELD(ipcx_recv_batch, msgs, ARRAY),
		   FIELD(ipcx_recv_batch, count, COUNTER), FIELD(ipcx_recv_batch, min, COUNTER),
		   FIELD(ipcx_recv_batch, deadline, TIME),
		   BITS(ipcx_recv_batch, flags, IPCX_DONTWAIT),
		   FIELD(ipcx_recv_batch, select, COUNTER),
		   FIELD(ipcx_recv_batch, select_type, COUNTER)),
	COMMAND_OF(peek, PEEK, 4, MESSAGE(ipcx_peek, msg, BUFFER), FIELD(ipcx_peek, deadline, TIME),
		   BITS(ipcx_peek, flags, IPCX_DONTWAIT | IPCX_TRUNCATE),
		   FIELD(ipcx_peek, after_prio, PRIORITY),
		   FIELD(ipcx_peek, after, SEQUENCE)),
	COMMAND_OF(notify, NOTIFY, 2, FIELD(ipcx_notify, kind, COUNTER),
		   FIELD(ipcx_notify, signal, COUNTER), FIELD(ipcx_notify, value, NUMBER),
		   FIELD(ipcx_notify, fd, PROCESS_FD), ZERO(ipcx_notify, pad)),
	COMMAND_OF(region_notify, REGION_NOTIFY, 1),
	COMMAND_OF(region_wait, REGION_WAIT, 2, FIELD(ipcx_region_wait, seen, COUNTER),
		   FIELD(ipcx_region_wait, deadline, TIME),
		   BITS(ipcx_region_wait, flags, IPCX_DONTWAIT),
		   ZERO(ipcx_region_wait, pad)),
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
