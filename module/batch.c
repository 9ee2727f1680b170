// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: many messages in one system call. They go in steps, which share a lock, a time stamp and
 * a wake-up. What must wait is handled one message at a time, by those who post and take single
 * ones, so that a batch is in the same lines as they are.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "batch.h"
#include "call.h"
#include "compat.h"
#include "deliver.h"
#include "endpoint.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "take.h"
#include "transfer.h"

/* Messages of a step: few enough to be described on the stack */
#define IPCX_SEND_STEP		IPCX_MESSAGE_STOCK
#define IPCX_RECV_STEP		8

/* A step of large messages ends here: until they are sent, they count against no limit. */
#define IPCX_SEND_STEP_BYTES	SZ_64K

/* Copies in @n elements of @size bytes. Return: how many there are, up to the first that is not */
static unsigned int ipcx_batch_fetch(void *to, const void __user *from, unsigned int n, size_t size)
{
	unsigned int i;

	if (likely(!copy_from_user(to, from, n * size)))
		return n;
	for (i = 0; i < n; i++)
		if (copy_from_user(to + i * size, from + i * size, size))
			break;
	return i;
}

/* The same, out */
static unsigned int ipcx_batch_store(void __user *to, const void *from, unsigned int n, size_t size)
{
	unsigned int i;

	if (likely(!copy_to_user(to, from, n * size)))
		return n;
	for (i = 0; i < n; i++)
		if (copy_to_user(to + i * size, from + i * size, size))
			break;
	return i;
}

/* A parcel for a message that has left the queue, or has not been in one */
static void ipcx_batch_parcel(struct ipcx_parcel *parcel, struct ipcx_message *msg)
{
	parcel->env = msg->env;
	parcel->msg = msg;
	parcel->token = 0;
	parcel->reply_room = 0;
	parcel->charged = false;
}

static void ipcx_batch_stamp(struct ipcx_envelope *stamp)
{
	stamp->time = ktime_get_ns();
	stamp->pid = task_tgid(current);
	current_euid_egid(&stamp->uid, &stamp->gid);
}

static struct ipcx_message *ipcx_batch_make(const struct ipcx_mailbox *mailbox,
					    const struct ipcx_msg *arg,
					    const struct ipcx_envelope *stamp,
					    struct ipcx_message_stock *stock)
{
	struct ipcx_message *msg;
	int err = ipcx_check_outgoing(mailbox, arg);

	if (err)
		return ERR_PTR(err);
	if (arg->len > mailbox->max_msg_size)
		return ERR_PTR(-EMSGSIZE);
	msg = ipcx_message_make(stock, u64_to_user_ptr(arg->data), arg->len);
	if (IS_ERR(msg))
		return msg;
	msg->env.type = arg->type;
	msg->env.time = stamp->time;
	msg->env.pid = get_pid(stamp->pid);
	msg->env.uid = stamp->uid;
	msg->env.gid = stamp->gid;
	msg->env.prio = arg->prio;
	return msg;
}

static unsigned int ipcx_batch_small(const struct ipcx_msg *args, unsigned int n)
{
	unsigned int i, small = 0;

	for (i = 0; i < n; i++)
		small += args[i].len <= IPCX_SMALL_SIZE;
	return small;
}

/*
 * Makes the messages of the next step. Return: how many; if that is less than @n, @err tells why,
 * unless it is 0 because they are large
 */
static unsigned int ipcx_batch_pack(const struct ipcx_mailbox *mailbox,
				    const struct ipcx_msg __user *from, unsigned int n,
				    struct ipcx_message **msgs, int *err)
{
	struct ipcx_msg args[IPCX_SEND_STEP] __ipcx_uninitialized;
	unsigned int readable = ipcx_batch_fetch(args, from, n, sizeof(*args));
	struct ipcx_message_stock stock;
	struct ipcx_envelope stamp;
	size_t bytes = 0;
	unsigned int i;

	*err = readable < n ? -EFAULT : 0;
	ipcx_batch_stamp(&stamp);
	ipcx_message_stock(&stock, ipcx_batch_small(args, readable));
	for (i = 0; i < readable; i++) {
		if (bytes >= IPCX_SEND_STEP_BYTES) {
			*err = 0;
			break;
		}
		msgs[i] = ipcx_batch_make(mailbox, &args[i], &stamp, &stock);
		if (IS_ERR(msgs[i])) {
			*err = PTR_ERR(msgs[i]);
			break;
		}
		bytes += args[i].len;
	}
	ipcx_message_unstock(&stock);
	return i;
}

/* Not in line, as it uses as much of the stack as a parcel does */
static noinline bool ipcx_batch_offer(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
				      struct ipcx_news *news)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_batch_parcel(&parcel, msg);
	return ipcx_deliver_offer(mailbox, &parcel, NULL, news);
}

/* Sends what need not wait. Return: how many */
static unsigned int ipcx_batch_place(struct ipcx_mailbox *mailbox, struct ipcx_message **msgs,
				     unsigned int n)
{
	struct ipcx_news news;
	unsigned int i;

	ipcx_mailbox_lock(mailbox, &news);
	for (i = 0; i < n && !mailbox->nr_senders; i++) {
		struct ipcx_message *msg = msgs[i];

		msg->env.seq = ++mailbox->seq;
		if (mailbox->nr_receivers && ipcx_batch_offer(mailbox, msg, &news))
			continue;
		if (!ipcx_mailbox_fits(mailbox, msg->env.len))
			break;
		ipcx_deliver_append(mailbox, msg, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return i;
}

/* Sends one as if it were alone; it is used up in any case. */
static noinline int ipcx_batch_post(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
				    const struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_batch_parcel(&parcel, msg);
	return ipcx_post(mailbox, &parcel, NULL, patience);
}

/* Sends the messages of a step; those that are not sent are freed. Return: how many */
static unsigned int ipcx_batch_send_step(struct ipcx_mailbox *mailbox, struct ipcx_message **msgs,
					 unsigned int n, const struct ipcx_patience *patience,
					 int *err)
{
	unsigned int sent = 0, unused;
	int failed = 0;

	while (sent < n) {
		sent += ipcx_batch_place(mailbox, msgs + sent, n - sent);
		if (sent == n)
			return n;
		failed = ipcx_batch_post(mailbox, msgs[sent], patience);
		if (failed)
			break;
		sent++;
	}
	for (unused = sent + 1; unused < n; unused++)
		ipcx_message_free(msgs[unused]);
	if (failed)
		*err = failed;
	return sent;
}

/**
 * ipcx_batch_send() - IPCX_IOC_SEND_BATCH
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @batch: argument, not checked yet
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: how many were sent, or a negative errno as &struct ipcx_send_batch lists them.
 */
int ipcx_batch_send(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_send_batch *batch, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, batch->deadline, batch->flags, dontwait);
	const struct ipcx_msg __user *from = u64_to_user_ptr(batch->msgs);
	struct ipcx_message *msgs[IPCX_SEND_STEP] __ipcx_uninitialized;
	unsigned int done = 0, made, sent, n;
	int err;

	err = ipcx_check_wait(batch->deadline, batch->flags, IPCX_DONTWAIT, 0);
	if (err)
		return err;
	if (!batch->count)
		return -EINVAL;
	if (batch->count > IPCX_BATCH_MAX)
		return -E2BIG;

	while (done < batch->count && !err && !fatal_signal_pending(current)) {
		n = min_t(unsigned int, batch->count - done, IPCX_SEND_STEP);
		made = ipcx_batch_pack(mailbox, from + done, n, msgs, &err);
		sent = ipcx_batch_send_step(mailbox, msgs, made, &patience, &err);
		done += sent;
		cond_resched();
	}
	return done ?: err ?: -EINTR;
}

/**
 * struct ipcx_taking - a batch on its way to a receiver
 * @mailbox: mailbox
 * @wanted: what the receiver wants; the room is that for the next message
 * @truncate: it takes what is too long
 * @count: what it has got
 * @held: messages that it has got, and that go back if it does not live to see them, chained
 * @tail: where to chain the next
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
	struct ipcx_parcel first;
	bool waited;
	struct pid *pid;
	kuid_t uid;
	kgid_t gid;
	struct ipcx_sender sender;
};

/* The receiver has what it was given: room becomes free, and memory. */
static void ipcx_taking_keep(struct ipcx_taking *taking)
{
	struct ipcx_mailbox *mailbox = taking->mailbox;
	struct ipcx_message *msg;
	struct ipcx_news news;

	taking->pid = NULL;
	if (taking->waited) {
		taking->waited = false;
		ipcx_take_keep(mailbox, &taking->first);
	}
	if (!taking->held)
		return;
	ipcx_mailbox_lock(mailbox, &news);
	for (msg = taking->held; msg; msg = msg->next)
		ipcx_mailbox_uncharge(mailbox, msg->env.len);
	ipcx_deliver_admit(mailbox, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_message_free_all(taking->held);
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

/* The receiver dies: all that it was given goes back. */
static void ipcx_taking_restore(struct ipcx_taking *taking)
{
	struct ipcx_message *msg, *next;

	if (taking->waited)
		ipcx_take_restore(taking->mailbox, taking->wanted.endpoint, &taking->first);
	for (msg = taking->held; msg; msg = next) {
		next = msg->next;
		ipcx_taking_restore_one(taking, msg);
	}
}

static noinline void ipcx_taking_request(struct ipcx_taking *taking, struct ipcx_message *msg,
					 struct ipcx_received *item)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_call_received(taking->mailbox, msg->caller, taking->wanted.endpoint, &parcel);
	msg->token = parcel.token;
	item->token = parcel.token;
	item->reply_room = parcel.reply_room;
}

static void ipcx_taking_room(struct ipcx_taking *taking, const struct ipcx_received *item)
{
	taking->wanted.room = taking->truncate ? SIZE_MAX : item->msg.len;
}

/* Takes what is there and fits. Return: how many */
static unsigned int ipcx_taking_take(struct ipcx_taking *taking, struct ipcx_received *items,
				     struct ipcx_message **msgs, unsigned int n)
{
	struct ipcx_mailbox *mailbox = taking->mailbox;
	struct ipcx_message *msg;
	struct ipcx_news news;
	unsigned int i;

	ipcx_mailbox_lock(mailbox, &news);
	for (i = 0; i < n; i++) {
		msg = ipcx_take_find(mailbox, &taking->wanted.selection, &news);
		ipcx_taking_room(taking, &items[i]);
		if (!msg || msg->env.len > taking->wanted.room)
			break;
		ipcx_queue_remove(&mailbox->queue, msg);
		items[i].token = 0;
		items[i].reply_room = 0;
		if (msg->caller)
			ipcx_taking_request(taking, msg, &items[i]);
		else
			msg->token = 0;
		msgs[i] = msg;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return i;
}

/* Messages that follow each other are often of one sender. */
static void ipcx_taking_sender(struct ipcx_taking *taking, const struct ipcx_envelope *env)
{
	if (env->pid == taking->pid && uid_eq(env->uid, taking->uid) &&
	    gid_eq(env->gid, taking->gid))
		return;
	taking->pid = env->pid;
	taking->uid = env->uid;
	taking->gid = env->gid;
	taking->sender.pid = pid_vnr(env->pid);
	taking->sender.uid = from_kuid_munged(current_user_ns(), env->uid);
	taking->sender.gid = from_kgid_munged(current_user_ns(), env->gid);
	taking->sender.pad = 0;
}

static int ipcx_taking_unpack(struct ipcx_taking *taking, const struct ipcx_message *msg,
			      struct ipcx_received *item)
{
	size_t room = item->msg.len, len = msg->env.len;

	item->msg.flags = len > room ? IPCX_MSG_TRUNCATED : 0;
	item->msg.len = len;
	item->msg.prio = msg->env.prio;
	item->msg.type = msg->env.type;
	ipcx_taking_sender(taking, &msg->env);
	item->from = taking->sender;
	item->from.time = msg->env.time;
	return ipcx_message_unpack(msg, u64_to_user_ptr(item->msg.data), min(len, room));
}

/* Return: how many of the messages have arrived; the others are where they were. */
static unsigned int ipcx_taking_deliver(struct ipcx_taking *taking,
					struct ipcx_received __user *to,
					struct ipcx_received *items, struct ipcx_message **msgs,
					unsigned int n)
{
	unsigned int i, arrived;

	for (i = 0; i < n; i++)
		if (ipcx_taking_unpack(taking, msgs[i], &items[i]))
			break;
	arrived = ipcx_batch_store(to, items, i, sizeof(*items));
	for (i = 0; i < arrived; i++) {
		*taking->tail = msgs[i];
		taking->tail = &msgs[i]->next;
	}
	*taking->tail = NULL;
	for (; i < n; i++)
		ipcx_taking_restore_one(taking, msgs[i]);
	taking->count += arrived;
	return arrived;
}

/* There is no message that fits: waits for one, or finds out why not. */
static int ipcx_taking_wait(struct ipcx_taking *taking, struct ipcx_received __user *to,
			    struct ipcx_received *item, const struct ipcx_patience *patience)
{
	struct ipcx_parcel *first = &taking->first;
	int err;

	/* What is in its hands may be what senders lack room for. */
	ipcx_taking_keep(taking);
	ipcx_taking_room(taking, item);
	err = ipcx_take(taking->mailbox, &taking->wanted, first, patience);
	if (err == -EMSGSIZE && !taking->count) {
		item->msg.len = first->env.len;
		return ipcx_batch_store(to, item, 1, sizeof(*item)) ? err : -EFAULT;
	}
	if (err)
		return err;
	item->token = first->token;
	item->reply_room = first->reply_room;
	err = ipcx_unpack_msg(first, &item->msg, &item->from);
	if (!err && !ipcx_batch_store(to, item, 1, sizeof(*item)))
		err = -EFAULT;
	if (err) {
		ipcx_take_restore(taking->mailbox, taking->wanted.endpoint, first);
		return err;
	}
	taking->waited = true;
	taking->count++;
	return 0;
}

/* Copies in the next buffers. Return: how many; if that is less than @n, @err tells why */
static unsigned int ipcx_taking_fetch(struct ipcx_received *items,
				      const struct ipcx_received __user *from, unsigned int n,
				      int *err)
{
	unsigned int i, readable = ipcx_batch_fetch(items, from, n, sizeof(*items));

	*err = readable < n ? -EFAULT : 0;
	for (i = 0; i < readable; i++) {
		int bad = items[i].pad ? -EINVAL : ipcx_check_incoming(&items[i].msg);

		if (bad) {
			*err = bad;
			break;
		}
	}
	return i;
}

static int ipcx_taking_run(struct ipcx_taking *taking, const struct ipcx_recv_batch *batch,
			   const struct ipcx_patience *patience)
{
	struct ipcx_received __user *to = u64_to_user_ptr(batch->msgs);
	struct ipcx_received items[IPCX_RECV_STEP] __ipcx_uninitialized;
	struct ipcx_message *msgs[IPCX_RECV_STEP] __ipcx_uninitialized;
	unsigned int least = batch->min ?: 1;
	unsigned int n, ready, taken;
	int err = 0, bad;

	while (taking->count < batch->count && !err && !fatal_signal_pending(current)) {
		n = min_t(unsigned int, batch->count - taking->count, IPCX_RECV_STEP);
		ready = ipcx_taking_fetch(items, to + taking->count, n, &bad);
		if (!ready)
			return bad;
		taken = ipcx_taking_take(taking, items, msgs, ready);
		if (taken) {
			if (ipcx_taking_deliver(taking, to + taking->count, items, msgs, taken) <
			    taken)
				err = -EFAULT;
		} else if (taking->count >= least) {
			break;
		} else {
			err = ipcx_taking_wait(taking, to + taking->count, items, patience);
		}
		cond_resched();
	}
	return err;
}

static int ipcx_check_recv_batch(const struct ipcx_recv_batch *batch)
{
	int err = ipcx_check_wait(batch->deadline, batch->flags, IPCX_DONTWAIT | IPCX_TRUNCATE, 0);

	if (!err)
		err = ipcx_check_selection(batch->select, batch->select_type);
	if (err)
		return err;
	if (batch->count > IPCX_BATCH_MAX)
		return -E2BIG;
	return !batch->count || batch->min > batch->count ? -EINVAL : 0;
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
	taking.truncate = batch->flags & IPCX_TRUNCATE;
	taking.count = 0;
	taking.held = NULL;
	taking.tail = &taking.held;
	taking.waited = false;
	taking.pid = NULL;

	err = ipcx_taking_run(&taking, batch, &patience);
	if (fatal_signal_pending(current)) {
		ipcx_taking_restore(&taking);
		return -EINTR;
	}
	ipcx_taking_keep(&taking);
	return taking.count ?: err;
}
