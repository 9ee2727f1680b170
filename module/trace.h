/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: one for each stage of a message's life. Their names and fields are for others to
 * rely on, and Documentation/observability.rst says what they mean.
 *
 * A message is known by its mailbox and its number there, which it gets when the mailbox looks at
 * it first and keeps wherever it goes; a call, from when its request is received, by its token.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipcx

#if !defined(_IPCX_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _IPCX_TRACE_H

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "fds.h"
#include "mailbox.h"
#include "message.h"
#include "region.h"
#include "wait.h"

/* What is done, if no command: those have their own numbers. */
#define IPCX_TRACE_READ		0x100
#define IPCX_TRACE_WRITE	0x101

#define ipcx_trace_operations			\
	{ 0x04, "limit" },			\
	{ 0x07, "knob" },			\
	{ 0x10, "send" },			\
	{ 0x11, "recv" },			\
	{ 0x12, "call" },			\
	{ 0x13, "reply" },			\
	{ 0x14, "send_batch" },			\
	{ 0x15, "recv_batch" },			\
	{ 0x16, "peek" },			\
	{ 0x20, "notify" },			\
	{ 0x100, "read" },			\
	{ 0x101, "write" }

#ifndef IPCX_IN_PARCEL
/* Where a payload is, see &struct ipcx_parcel and &struct ipcx_message */
#define IPCX_IN_PARCEL	0
#define IPCX_IN_HEAP		1
#define IPCX_IN_PAGES		2
#define IPCX_IN_LENDER		3

static inline u32 ipcx_copy_of(const struct ipcx_message *msg, bool lent, size_t len)
{
	if (lent)
		return IPCX_IN_LENDER;
	if (!msg)
		return IPCX_IN_PARCEL;
	return len > IPCX_FLAT_SIZE ? IPCX_IN_PAGES : IPCX_IN_HEAP;
}
#endif

/*
 * Records have no holes, in which there would be what was in the trace before: where the fields
 * would be no multiple of 8 bytes, one is longer than what it holds.
 */
TRACE_EVENT(ipcx_enter,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u32 op),
	TP_ARGS(mailbox, op),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, op)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->op = op;
	),
	TP_printk("mailbox=%llu op=%s", __entry->mailbox,
		  __print_symbolic(__entry->op, ipcx_trace_operations))
);

TRACE_EVENT(ipcx_exit,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u32 op, long result),
	TP_ARGS(mailbox, op, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u32, op)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->op = op;
		__entry->result = result;
	),
	TP_printk("mailbox=%llu op=%s result=%d", __entry->mailbox,
		  __print_symbolic(__entry->op, ipcx_trace_operations), __entry->result)
);

TRACE_EVENT(ipcx_copy_in,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_message *msg, bool lent,
		 size_t size, int result),
	TP_ARGS(mailbox, msg, lent, size, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, size)
		__field(u32, how)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->size = size;
		__entry->how = ipcx_copy_of(msg, lent, size);
		__entry->result = result;
	),
	TP_printk("mailbox=%llu size=%llu how=%s result=%d", __entry->mailbox, __entry->size,
		  __print_symbolic(__entry->how, { 0, "inline" }, { 1, "heap" }, { 2, "pages" },
				   { 3, "lent" }),
		  __entry->result)
);

/* A message under the mailbox's lock; the mailbox's fill is that after what has happened. */
DECLARE_EVENT_CLASS(ipcx_message,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, msg)
		__field(u64, type)
		__field(u64, token)
		__field(u64, bytes)
		__field(u32, msgs)
		__field(u32, size)
		__field(u32, prio)
		__field(u32, nfds)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->msg = env->seq;
		__entry->type = env->type;
		__entry->token = token;
		__entry->bytes = mailbox->bytes;
		__entry->msgs = mailbox->msgs;
		__entry->size = env->len;
		__entry->prio = env->prio;
		__entry->nfds = ipcx_fds_count(env->fds);
	),
	TP_printk("mailbox=%llu msg=%llu size=%u prio=%u type=%llu nfds=%u token=%llu msgs=%u bytes=%llu",
		  __entry->mailbox, __entry->msg, __entry->size, __entry->prio, __entry->type,
		  __entry->nfds, __entry->token, __entry->msgs, __entry->bytes)
);

DEFINE_EVENT(ipcx_message, ipcx_queue,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token)
);

DEFINE_EVENT(ipcx_message, ipcx_full,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token)
);

DEFINE_EVENT(ipcx_message, ipcx_take,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token)
);

DEFINE_EVENT(ipcx_message, ipcx_return,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token)
);

DEFINE_EVENT(ipcx_message, ipcx_drop,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env, u64 token),
	TP_ARGS(mailbox, env, token)
);

TRACE_EVENT(ipcx_hand_over,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct ipcx_parcel *parcel,
		 const struct task_struct *to),
	TP_ARGS(mailbox, parcel, to),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, msg)
		__field(u64, type)
		__field(u64, token)
		__field(u64, size)
		__field(u32, prio)
		__field(u32, nfds)
		__field(u32, how)
		__field(pid_t, to)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->msg = parcel->env.seq;
		__entry->type = parcel->env.type;
		__entry->token = parcel->token;
		__entry->size = parcel->env.len;
		__entry->prio = parcel->env.prio;
		__entry->nfds = ipcx_fds_count(parcel->env.fds);
		__entry->how = ipcx_copy_of(parcel->msg, parcel->loan, parcel->env.len);
		__entry->to = to->pid;
	),
	TP_printk("mailbox=%llu msg=%llu size=%llu prio=%u type=%llu nfds=%u token=%llu how=%s to=%d",
		  __entry->mailbox, __entry->msg, __entry->size, __entry->prio, __entry->type,
		  __entry->nfds, __entry->token,
		  __print_symbolic(__entry->how, { 0, "inline" }, { 1, "heap" }, { 2, "pages" },
				   { 3, "lent" }),
		  __entry->to)
);

TRACE_EVENT(ipcx_wake,
	TP_PROTO(const struct ipcx_mailbox *mailbox, const struct task_struct *task, int result),
	TP_ARGS(mailbox, task, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(pid_t, to)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->to = task->pid;
		__entry->result = result;
	),
	TP_printk("mailbox=%llu to=%d result=%d", __entry->mailbox, __entry->to, __entry->result)
);

TRACE_EVENT(ipcx_awake,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u32 how, u64 ns, bool paid),
	TP_ARGS(mailbox, how, ns, paid),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, ns)
		__field(u32, how)
		__field(u32, paid)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->ns = ns;
		__entry->how = how;
		__entry->paid = paid;
	),
	TP_printk("mailbox=%llu how=%s ns=%llu paid=%u", __entry->mailbox,
		  __print_symbolic(__entry->how, { 1, "spin" }, { 2, "yield" }), __entry->ns,
		  __entry->paid)
);

TRACE_EVENT(ipcx_sleep,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u64 ns, int result),
	TP_ARGS(mailbox, ns, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, ns)
		__field(s64, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->ns = ns;
		__entry->result = result;
	),
	TP_printk("mailbox=%llu ns=%llu result=%lld", __entry->mailbox, __entry->ns,
		  __entry->result)
);

DECLARE_EVENT_CLASS(ipcx_outcome,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u64 msg, u64 token, u32 size, int result),
	TP_ARGS(mailbox, msg, token, size, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, msg)
		__field(u64, token)
		__field(u32, size)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->msg = msg;
		__entry->token = token;
		__entry->size = size;
		__entry->result = result;
	),
	TP_printk("mailbox=%llu msg=%llu size=%u token=%llu result=%d", __entry->mailbox,
		  __entry->msg, __entry->size, __entry->token, __entry->result)
);

DEFINE_EVENT(ipcx_outcome, ipcx_copy_out,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u64 msg, u64 token, u32 size, int result),
	TP_ARGS(mailbox, msg, token, size, result)
);

DEFINE_EVENT(ipcx_outcome, ipcx_lent,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u64 msg, u64 token, u32 size, int result),
	TP_ARGS(mailbox, msg, token, size, result)
);

TRACE_EVENT(ipcx_reply,
	TP_PROTO(const struct ipcx_mailbox *mailbox, u64 token, const struct ipcx_envelope *env,
		 int result),
	TP_ARGS(mailbox, token, env, result),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, type)
		__field(u64, token)
		__field(u64, size)
		__field(u32, nfds)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox->object.id;
		__entry->type = env->type;
		__entry->token = token;
		__entry->size = env->len;
		__entry->nfds = ipcx_fds_count(env->fds);
		__entry->result = result;
	),
	TP_printk("mailbox=%llu token=%llu size=%llu type=%llu nfds=%u result=%d", __entry->mailbox,
		  __entry->token, __entry->size, __entry->type, __entry->nfds, __entry->result)
);

TRACE_EVENT(ipcx_map,
	TP_PROTO(const struct ipcx_object *region, const struct vm_area_struct *vma, int result),
	TP_ARGS(region, vma, result),
	TP_STRUCT__entry(
		__field(u64, region)
		__field(u64, offset)
		__field(u64, size)
		__field(u32, writable)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->region = region->id;
		__entry->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
		__entry->size = vma->vm_end - vma->vm_start;
		__entry->writable = !!(vma->vm_flags & VM_WRITE);
		__entry->result = result;
	),
	TP_printk("region=%llu offset=%llu size=%llu writable=%u result=%d", __entry->region,
		  __entry->offset, __entry->size, __entry->writable, __entry->result)
);

TRACE_EVENT(ipcx_region_notify,
	TP_PROTO(const struct ipcx_region *region, u64 count),
	TP_ARGS(region, count),
	TP_STRUCT__entry(
		__field(u64, region)
		__field(u64, count)
		__field(u64, waiting)
	),
	TP_fast_assign(
		__entry->region = region->object.id;
		__entry->count = count;
		__entry->waiting = atomic_read(&region->bell.waiting);
	),
	TP_printk("region=%llu count=%llu waiting=%llu", __entry->region, __entry->count,
		  __entry->waiting)
);

TRACE_EVENT(ipcx_region_wait,
	TP_PROTO(const struct ipcx_region *region, u64 seen, u64 count, u64 ns, int result),
	TP_ARGS(region, seen, count, ns, result),
	TP_STRUCT__entry(
		__field(u64, region)
		__field(u64, seen)
		__field(u64, count)
		__field(u64, ns)
		__field(s64, result)
	),
	TP_fast_assign(
		__entry->region = region->object.id;
		__entry->seen = seen;
		__entry->count = count;
		__entry->ns = ns;
		__entry->result = result;
	),
	TP_printk("region=%llu seen=%llu count=%llu ns=%llu result=%lld", __entry->region,
		  __entry->seen, __entry->count, __entry->ns, __entry->result)
);

#ifndef IPCX_TRACE_COMMANDS
#define IPCX_TRACE_COMMANDS
/* Does anybody look at when commands begin or end? */
static __always_inline bool ipcx_trace_commands(void)
{
	return trace_ipcx_enter_enabled() || trace_ipcx_exit_enabled();
}
#endif

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
