// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving batches, in steps as they are sent. What is received stays in the receiver's hands
 * until the end, so that it can go back; who finds nothing waits as a receiver of single messages.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "batch.h"
#include "block.h"
#include "call.h"
#include "check.h"
#include "compat.h"
#include "deliver.h"
#include "hangup.h"
#include "mailbox.h"
#include "message.h"
#include "stats.h"
#include "take.h"
#include "trace.h"
#include "transfer.h"

/**
 * struct ipcx_taking - a batch on its way to a receiver
 * @mailbox: mailbox
 * @wanted: what the receiver wants; the room is that for the next message
 * @truncate: it takes what is too long
 * @count: what it has got
 * @held: messages that it has got, and that go back if it does not live to see them, chained
 * @tail: where to chain the next
 * @failed: messages that did not arrive, chained
 * @first: before those, if @waited: what it has waited for
 * @waited: whether there is such a message
 * @pid: the sender of the last message, looked up in @sender. Not kept: only compared, with that of
 *	a message that is held
 * @uid: its user
 * @gid: its group
 * @sender: what the receiver is told of it
 */
struct ipcx_taking {
	struct ipcx_mailbox *mailbox;
	struct ipcx_wanted wanted;
	bool truncate;
	unsigned int count;
	struct ipcx_message *held;
	struct ipcx_message **tail;
	struct ipcx_message *failed;
	struct ipcx_parcel first;
	bool waited;
	struct pid *pid;
	kuid_t uid;
	kgid_t gid;
	struct ipcx_sender sender;
};

/**
 * struct ipcx_places - places of a step that messages are received into
 * @data: address
 * @room: length
 * @reply_room: of a request that is put there: what its receiver is told
 */
struct ipcx_places {
	u64 data[IPCX_STEP];
	u32 room[IPCX_STEP];
	u32 reply_room[IPCX_STEP];
};

static unsigned int ipcx_taking_held(const struct ipcx_taking *taking)
{
	const struct ipcx_message *msg;
	unsigned int count = 0;

	for (msg = taking->held; msg; msg = msg->next)
		count++;
	return count;
}

/* The receiver has what it was given: room becomes free, and memory. */
static void ipcx_taking_keep(struct ipcx_taking *taking)
{
	struct ipcx_mailbox *mailbox = taking->mailbox;
	struct ipcx_news news __ipcx_uninitialized;
	u64 now;

	taking->pid = NULL;
	if (taking->waited) {
		taking->waited = false;
		ipcx_take_keep(mailbox, &taking->first);
	}
	if (!taking->held)
		return;
	now = ktime_get_ns();
	ipcx_mailbox_lock(mailbox, &news);
	ipcx_deliver_arrived(mailbox, taking->held, now);
	ipcx_deliver_admit(mailbox, &news);
	if (unlikely(mailbox->hangs_up))
		ipcx_hangup_release(mailbox, ipcx_taking_held(taking), &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_block_free_all(taking->held);
	taking->held = NULL;
	taking->tail = &taking->held;
}

static noinline void ipcx_taking_restore_one(struct ipcx_taking *taking, struct ipcx_message *msg)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_batch_parcel(&parcel, msg);
	parcel.token = msg->token;
	parcel.charged = true;
	msg->caller = NULL;
	ipcx_take_restore(taking->mailbox, taking->wanted.endpoint, &parcel);
}

static void ipcx_taking_restore(struct ipcx_taking *taking, struct ipcx_message *first)
{
	struct ipcx_message *msg, *next;

	for (msg = first; msg; msg = next) {
		next = msg->next;
		ipcx_taking_restore_one(taking, msg);
	}
}

/* The receiver dies: all that it was given goes back, in its order, to those that wait now. */
static void ipcx_taking_die(struct ipcx_taking *taking)
{
	if (taking->waited)
		ipcx_take_restore(taking->mailbox, taking->wanted.endpoint, &taking->first);
	ipcx_taking_restore(taking, taking->held);
	ipcx_taking_restore(taking, taking->failed);
}

static noinline void ipcx_taking_request(struct ipcx_taking *taking, struct ipcx_message *msg,
					 u32 *reply_room)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_call_received(taking->mailbox, msg->caller, taking->wanted.endpoint, &parcel);
	msg->token = parcel.token;
	*reply_room = parcel.reply_room;
}

/* Takes the next message, if it fits. Return: 1, or 0 */
static unsigned int ipcx_taking_choose(struct ipcx_taking *taking, struct ipcx_message **msgs,
				       const u32 *rooms, u32 *reply_room, struct ipcx_news *news)
{
	struct ipcx_queue *queue = &taking->mailbox->queue;
	struct ipcx_message *msg;

	msg = ipcx_take_find(taking->mailbox, &taking->wanted.selection, news);
	if (!msg || (rooms && msg->env.len > rooms[0]) || msg->env.fds)
		return 0;
	ipcx_queue_remove(queue, msg);
	if (unlikely(msg->caller))
		ipcx_taking_request(taking, msg, reply_room);
	else
		msg->token = 0;
	msgs[0] = msg;
	return 1;
}

static noinline void ipcx_taking_trace_take(const struct ipcx_mailbox *mailbox,
					    struct ipcx_message **msgs, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		trace_ipcx_take(mailbox, &msgs[i]->env, msgs[i]->token);
}

/* Takes what is there and fits, all of it chained but the last. Return: how many */
static unsigned int ipcx_taking_take(struct ipcx_taking *taking, struct ipcx_places *places,
				     struct ipcx_message **msgs, unsigned int n)
{
	struct ipcx_mailbox *mailbox = taking->mailbox;
	const u32 *rooms = taking->truncate ? NULL : places->room;
	bool any = taking->wanted.selection.how == IPCX_SELECT_ANY;
	struct ipcx_news news __ipcx_uninitialized;
	unsigned int i = 0, run;

	ipcx_mailbox_lock(mailbox, &news);
	while (i < n) {
		const u32 *room = rooms ? rooms + i : NULL;

		run = 0;
		if (any && ipcx_queue_is_plain(&mailbox->queue))
			run = ipcx_queue_take_run(&mailbox->queue, msgs + i, room, n - i);
		if (!run)
			run = ipcx_taking_choose(taking, msgs + i, room, &places->reply_room[i],
						 &news);
		if (!run)
			break;
		if (i)
			msgs[i - 1]->next = msgs[i];
		if (trace_ipcx_take_enabled())
			ipcx_taking_trace_take(mailbox, msgs + i, run);
		i += run;
	}
	ipcx_hangup_taken(mailbox, i);
	ipcx_mailbox_unlock(mailbox, &news);
	return i;
}

static __always_inline bool ipcx_taking_knows(const struct ipcx_taking *taking,
					      const struct ipcx_envelope *env)
{
	/* User and group at once, which are side by side in both */
	BUILD_BUG_ON(offsetofend(struct ipcx_envelope, uid) != offsetof(struct ipcx_envelope, gid));
	BUILD_BUG_ON(offsetofend(struct ipcx_taking, uid) != offsetof(struct ipcx_taking, gid));
	return env->pid == taking->pid && *(const u64 *)&env->uid == *(const u64 *)&taking->uid;
}

/* Messages that follow each other are often of one sender. */
static void ipcx_taking_learn(struct ipcx_taking *taking, const struct ipcx_envelope *env)
{
	if (ipcx_taking_knows(taking, env))
		return;
	taking->sender.pad = 0;
	taking->pid = env->pid;
	taking->uid = env->uid;
	taking->gid = env->gid;
	taking->sender.pid = pid_vnr(env->pid);
	taking->sender.uid = from_kuid_munged(current_user_ns(), env->uid);
	taking->sender.gid = from_kgid_munged(current_user_ns(), env->gid);
}

/*
 * Tells the receiver of messages of one sender, from @i on, field by field: the rest of an element
 * is zero or the receiver's. Return: up to where
 */
static unsigned int ipcx_taking_tell(struct ipcx_taking *taking, struct ipcx_received __user *to,
				     const struct ipcx_places *places, struct ipcx_message **msgs,
				     unsigned int i, unsigned int n)
{
	const u32 *room = places->room + i, *reply_room = places->reply_room + i;
	const struct ipcx_sender *sender = &taking->sender;

	ipcx_taking_learn(taking, &msgs[i]->env);
	if (!user_write_access_begin(to, n * sizeof(*to)))
		return i;
	for (to += i; i < n && ipcx_taking_knows(taking, &msgs[i]->env); i++, to++) {
		const struct ipcx_envelope *env = &msgs[i]->env;
		u32 cut = env->len > *room ? IPCX_MSG_TRUNCATED : 0;

		unsafe_put_user(env->len, &to->msg.len, fault);
		unsafe_put_user(env->prio, &to->msg.prio, fault);
		unsafe_put_user(env->type, &to->msg.type, fault);
		unsafe_put_user(cut, &to->msg.flags, fault);
		unsafe_put_user(msgs[i]->token, &to->token, fault);
		unsafe_put_user(msgs[i]->token ? *reply_room : 0, &to->reply_room, fault);
		unsafe_put_user(env->time, &to->from.time, fault);
		unsafe_put_user(sender->pid, &to->from.pid, fault);
		unsafe_put_user(sender->uid, &to->from.uid, fault);
		unsafe_put_user(sender->gid, &to->from.gid, fault);
		unsafe_put_user(0, &to->from.pad, fault);
		room++;
		reply_room++;
	}
fault:
	user_write_access_end();
	return i;
}

static int ipcx_taking_unpack(const struct ipcx_message *msg, u64 data, u32 room)
{
	size_t len = min(msg->env.len, room);

	if (msg->place)
		return ipcx_block_unpack(msg, u64_to_user_ptr(data), len);
	return ipcx_message_unpack(msg, u64_to_user_ptr(data), len);
}

/* Chains messages that are chained to each other. */
static void ipcx_taking_chain(struct ipcx_message ***tail, struct ipcx_message **msgs,
			      unsigned int n)
{
	if (n) {
		**tail = msgs[0];
		*tail = &msgs[n - 1]->next;
	}
	**tail = NULL;
}

static noinline void ipcx_taking_trace(const struct ipcx_taking *taking, struct ipcx_message **msgs,
				       unsigned int n, unsigned int told)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		trace_ipcx_copy_out(taking->mailbox, msgs[i]->env.seq, msgs[i]->token,
				    msgs[i]->env.len, i < told ? 0 : -EFAULT);
}

/*
 * Copies short messages of one sender to the receiver, from @i on, and tells him of them. What
 * there is more to do for, or goes wrong, ends it. Return: up to where
 */
static unsigned int ipcx_taking_hand(const struct ipcx_taking *taking,
				     struct ipcx_received __user *to,
				     const struct ipcx_places *places, struct ipcx_message **msgs,
				     unsigned int i, unsigned int n)
{
	const u64 *sender = (const u64 *)&taking->sender;
	const u64 by[] = { sender[1], sender[2] };
	const u64 *data = places->data + i;

	BUILD_BUG_ON(offsetofend(struct ipcx_envelope, len) !=
		     offsetof(struct ipcx_envelope, prio));
	BUILD_BUG_ON(offsetofend(struct ipcx_msg, len) != offsetof(struct ipcx_msg, prio));
	BUILD_BUG_ON(offsetofend(struct ipcx_msg, nfds) != offsetof(struct ipcx_msg, flags));
	BUILD_BUG_ON(offsetofend(struct ipcx_received, reply_room) !=
		     offsetof(struct ipcx_received, pad));
	BUILD_BUG_ON(offsetof(struct ipcx_sender, pid) != sizeof(u64) ||
		     sizeof(struct ipcx_sender) != 3 * sizeof(u64));
	if (!user_write_access_begin(to, n * sizeof(*to)))
		return i;
	for (to += i, msgs += i; i < n; i++, to++, msgs++, data++) {
		const struct ipcx_message *msg = *msgs;
		const struct ipcx_envelope *env = &msg->env;

		if (!ipcx_taking_knows(taking, env) || env->len > IPCX_SMALL_SIZE || msg->token ||
		    !ipcx_block_is_user(*data))
			break;
		if (!ipcx_put_small(msg->data, u64_to_user_ptr(*data), env->len))
			break;
		/* Two fields at once, which are side by side there as well as here. */
		unsafe_put_user(*(const u64 *)&env->len, (u64 __user *)&to->msg.len, fault);
		unsafe_put_user(env->type, &to->msg.type, fault);
		unsafe_put_user(0, (u64 __user *)&to->msg.nfds, fault);
		unsafe_put_user(0, &to->token, fault);
		unsafe_put_user(0, (u64 __user *)&to->reply_room, fault);
		unsafe_put_user(env->time, &to->from.time, fault);
		unsafe_put_user(by[0], (u64 __user *)&to->from.pid, fault);
		unsafe_put_user(by[1], (u64 __user *)&to->from.gid, fault);
	}
fault:
	user_write_access_end();
	return i;
}

/* Is any message longer than its place? */
static bool ipcx_taking_cuts(const struct ipcx_places *places, struct ipcx_message **msgs,
			     unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (msgs[i]->env.len > places->room[i])
			return true;
	return false;
}

/* Gives the receiver as many of the first messages as is simple. Return: how many */
static unsigned int ipcx_taking_hand_all(struct ipcx_taking *taking,
					 struct ipcx_received __user *to,
					 const struct ipcx_places *places,
					 struct ipcx_message **msgs, unsigned int n)
{
	unsigned int done = 0, before;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) ||
	    (taking->truncate && ipcx_taking_cuts(places, msgs, n)))
		return 0;
	do {
		before = done;
		ipcx_taking_learn(taking, &msgs[done]->env);
		done = ipcx_taking_hand(taking, to, places, msgs, done, n);
	} while (done < n && done > before);
	return done;
}

/* Gives messages to the receiver. Return: 0, or -EFAULT if not all arrived */
static int ipcx_taking_deliver(struct ipcx_taking *taking, struct ipcx_received __user *to,
			       const struct ipcx_places *places, struct ipcx_message **msgs,
			       unsigned int n)
{
	unsigned int told = ipcx_taking_hand_all(taking, to, places, msgs, n);
	struct ipcx_message **failed = &taking->failed;
	unsigned int before, copied;

	for (copied = told; copied < n; copied++)
		if (ipcx_taking_unpack(msgs[copied], places->data[copied], places->room[copied]))
			break;
	while (told < copied) {
		before = told;
		told = ipcx_taking_tell(taking, to, places, msgs, told, copied);
		if (told == before)
			break;
	}
	if (trace_ipcx_copy_out_enabled())
		ipcx_taking_trace(taking, msgs, n, told);
	ipcx_taking_chain(&taking->tail, msgs, told);
	taking->count += told;
	if (told == n)
		return 0;
	ipcx_taking_chain(&failed, msgs + told, n - told);
	return ipcx_stats_fault(taking->mailbox, -EFAULT);
}

/* There is no message that fits: waits for one, or finds out why not. */
static int ipcx_taking_wait(struct ipcx_taking *taking, struct ipcx_received __user *to,
			    const struct ipcx_places *places, struct ipcx_patience *patience)
{
	const struct ipcx_msg place = { .data = places->data[0], .len = places->room[0] };
	struct ipcx_parcel *first = &taking->first;
	int err;

	/* What is in its hands may be what senders lack room for. */
	ipcx_taking_keep(taking);
	taking->wanted.room = taking->truncate ? SIZE_MAX : places->room[0];
	err = ipcx_take(taking->mailbox, &taking->wanted, first, patience);
	if (err == -EMSGSIZE && !taking->count)
		return put_user(first->env.len, &to->msg.len) ||
		       put_user(first->nfds, &to->msg.nfds) ? -EFAULT : err;
	if (err)
		return err;
	err = ipcx_transfer_unpack(first, &place, to);
	trace_ipcx_copy_out(taking->mailbox, first->env.seq, first->token, first->env.len, err);
	if (err) {
		ipcx_stats_fault(taking->mailbox, err);
		ipcx_take_restore(taking->mailbox, taking->wanted.endpoint, first);
		return err;
	}
	taking->waited = true;
	taking->count++;
	return 0;
}

/* Why there is no receiving into that */
static int ipcx_taking_refuse(const struct ipcx_received __user *from)
{
	struct ipcx_received item;

	if (copy_from_user(&item, from, sizeof(item)))
		return -EFAULT;
	if (item.msg.nfds)
		return -EOPNOTSUPP;
	return ipcx_check_incoming(&item.msg) ?: -EINVAL;
}

/* What there may be in an element besides its buffer, as one word */
union ipcx_taking_more {
	struct {
		u32 nfds;
		u32 flags;
	};
	u64 both;
};

/*
 * Reads where the next messages are to go. Return: how many places there are; ipcx_taking_refuse()
 * tells what is wrong with the next
 */
static unsigned int ipcx_taking_fetch(struct ipcx_places *places,
				      const struct ipcx_received __user *from, unsigned int n)
{
	u32 *room = places->room, pad;
	u64 *data = places->data;
	const union ipcx_taking_more allowed = { .flags = IPCX_MSG_TRUNCATED };
	union ipcx_taking_more more;
	unsigned int i = 0;

	BUILD_BUG_ON(offsetofend(struct ipcx_msg, nfds) != offsetof(struct ipcx_msg, flags));

	/* Of an array that goes beyond all user space, there may be a beginning. */
	if (!access_ok(from, n * sizeof(*from)))
		n = 1;
	if (!user_read_access_begin(from, n * sizeof(*from)))
		return 0;
	for (; i < n; i++, from++, data++, room++) {
		/* Not by index: a kernel that checks it would do that with user space open. */
		unsafe_get_user(*data, &from->msg.data, fault);
		unsafe_get_user(*room, &from->msg.len, fault);
		unsafe_get_user(more.both, (const u64 __user *)&from->msg.nfds, fault);
		unsafe_get_user(pad, &from->pad, fault);
		if ((more.both & ~allowed.both) | pad)
			break;
	}
fault:
	user_read_access_end();
	return i;
}

static int ipcx_taking_run(struct ipcx_taking *taking, const struct ipcx_recv_batch *batch,
			   struct ipcx_patience *patience)
{
	struct ipcx_message *msgs[IPCX_STEP] __ipcx_uninitialized;
	struct ipcx_places places __ipcx_uninitialized;
	unsigned int least = batch->min ?: 1;
	unsigned int n, ready, taken;
	int err = 0;

	while (taking->count < batch->count && !err && !fatal_signal_pending(current)) {
		struct ipcx_received __user *to = u64_to_user_ptr(batch->msgs);

		to += taking->count;
		n = min_t(unsigned int, batch->count - taking->count, IPCX_STEP);
		ready = ipcx_taking_fetch(&places, to, n);
		if (!ready)
			return ipcx_taking_refuse(to);
		taken = ipcx_taking_take(taking, &places, msgs, ready);
		if (taken)
			err = ipcx_taking_deliver(taking, to, &places, msgs, taken);
		else if (taking->count < least)
			err = ipcx_taking_wait(taking, to, &places, patience);
		else
			break;
		cond_resched();
	}
	return err;
}

static int ipcx_check_recv_batch(const struct ipcx_recv_batch *batch)
{
	if (batch->min > batch->count)
		return -EINVAL;
	return ipcx_check_wait(batch->deadline, batch->flags, IPCX_DONTWAIT | IPCX_TRUNCATE, 0) ?:
	       ipcx_check_count(batch->count) ?:
	       ipcx_check_selection(batch->select, batch->select_type);
}

/**
 * ipcx_batch_recv() - IPCX_IOC_RECV_BATCH
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @batch: argument, not checked yet
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: how many were received, or a negative errno as &struct ipcx_recv_batch lists them.
 */
int ipcx_batch_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_recv_batch *batch, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, batch->deadline, batch->flags, dontwait);
	struct ipcx_taking taking __ipcx_uninitialized;
	int err = ipcx_check_recv_batch(batch);

	if (err)
		return err;
	taking.mailbox = mailbox;
	taking.wanted.endpoint = endpoint;
	taking.wanted.selection.how = batch->select;
	taking.wanted.selection.type = batch->select_type;
	taking.wanted.nfds = 0;
	taking.wanted.borrows = false;
	taking.truncate = batch->flags & IPCX_TRUNCATE;
	taking.count = 0;
	taking.held = NULL;
	taking.failed = NULL;
	taking.tail = &taking.held;
	taking.waited = false;
	taking.pid = NULL;

	err = ipcx_taking_run(&taking, batch, &patience);
	if (fatal_signal_pending(current)) {
		ipcx_taking_die(&taking);
		return -EINTR;
	}
	ipcx_taking_restore(&taking, taking.failed);
	ipcx_taking_keep(&taking);
	return taking.count ?: err;
}
