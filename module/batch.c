// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending batches: many messages in one system call. They go in steps, which share a lock, a time
 * stamp and a wake-up. What must wait is posted one message at a time, as single ones are, so that
 * a batch is in the same line as they are.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "account.h"
#include "batch.h"
#include "block.h"
#include "check.h"
#include "compat.h"
#include "deliver.h"
#include "endpoint.h"
#include "hangup.h"
#include "knob.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "stats.h"
#include "trace.h"
#include "transfer.h"

/* As many small ones are worth a block. */
#define IPCX_BLOCK_LEAST	(IPCX_BLOCK_MSGS / 4)

/* A step of large messages ends here: until they are sent, they count against no limit. */
#define IPCX_STEP_BYTES	SZ_64K

/**
 * struct ipcx_step - messages that are made, and then sent, together
 * @msgs: messages
 * @made: how many
 * @block: memory of the small ones, or NULL
 * @small: how many of them are in @block
 * @plain: all of them are, are linked to each other in their order, and are of one priority
 * @longest: if @plain, none is longer
 * @bytes: if @plain, their payload bytes
 */
struct ipcx_step {
	struct ipcx_message *msgs[IPCX_STEP];
	unsigned int made;
	struct ipcx_block *block;
	unsigned int small;
	bool plain;
	u32 longest;
	u64 bytes;
};

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

static void ipcx_batch_stamp(struct ipcx_envelope *stamp)
{
	stamp->time = ktime_get_ns();
	stamp->pid = task_tgid(current);
	current_euid_egid(&stamp->uid, &stamp->gid);
}

static int ipcx_batch_check(struct ipcx_mailbox *mailbox, const struct ipcx_msg *arg)
{
	/* Nothing but what every message has */
	if (unlikely(arg->prio >= mailbox->prios || arg->flags || arg->nfds))
		return ipcx_check_outgoing(mailbox, arg) ?: -EOPNOTSUPP;
	if (likely(arg->len <= READ_ONCE(mailbox->max_msg_size)))
		return 0;
	return ipcx_stats_refuse(mailbox, -EMSGSIZE);
}

static bool ipcx_batch_is_worth_a_block(const struct ipcx_msg *args, unsigned int n)
{
	const struct ipcx_msg *arg, *end = args + n;
	unsigned int small = 0;

	for (arg = args; arg < end; arg++)
		if (arg->len <= IPCX_SMALL_SIZE && ++small == IPCX_BLOCK_LEAST)
			return true;
	return false;
}

static __always_inline void ipcx_batch_sign(struct ipcx_message *msg, const struct ipcx_msg *arg,
					    const struct ipcx_envelope *stamp)
{
	msg->env.type = arg->type;
	msg->env.time = stamp->time;
	msg->env.pid = stamp->pid;
	msg->env.uid = stamp->uid;
	msg->env.gid = stamp->gid;
	msg->env.prio = arg->prio;
}

static noinline void ipcx_batch_trace_made(const struct ipcx_mailbox *mailbox,
					   struct ipcx_message **msgs, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		trace_ipcx_copy_in(mailbox, msgs[i], false, msgs[i]->env.len, 0);
}

/*
 * Makes messages of one priority in a block, up to the first for which there is more to do or that
 * cannot be made, and links them, as if they were in a list already. This is most of what a batch
 * costs its sender: so user space is opened once, and ipcx_block_fill() sees to it that it is user
 * space.
 */
static void ipcx_batch_make_small(const struct ipcx_mailbox *mailbox, const struct ipcx_msg *arg,
				  unsigned int n, const struct ipcx_envelope *stamp,
				  struct ipcx_step *step)
{
	u32 longest = min_t(u32, READ_ONCE(mailbox->max_msg_size), IPCX_SMALL_SIZE);
	struct ipcx_message *msg = ipcx_block_message(step->block, 0);
	struct ipcx_message **msgs = step->msgs;
	u32 prio = arg->prio, bytes = 0;
	unsigned int i;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) || prio >= mailbox->prios ||
	    !user_read_access_begin(u64_to_user_ptr(arg->data), arg->len))
		return;
	for (i = 0; i < n; i++, arg++, msg = ipcx_block_beside(msg, 1)) {
		u32 len = arg->len;

		if (arg->prio != prio || (arg->flags | arg->nfds) || len > longest ||
		    !ipcx_block_fill(msg, arg->data, len))
			break;
		ipcx_batch_sign(msg, arg, stamp);
		msg->env.len = len;
		bytes += len;
		/* The ends go nowhere yet. */
		msg->link.prev = &ipcx_block_beside(msg, -1)->link;
		msg->link.next = &ipcx_block_beside(msg, 1)->link;
		*msgs++ = msg;
	}
	user_read_access_end();
	if (trace_ipcx_copy_in_enabled())
		ipcx_batch_trace_made(mailbox, step->msgs, i);
	step->made = i;
	step->small = i;
	step->plain = i == n;
	step->longest = longest;
	step->bytes = bytes;
}

/*
 * Makes the rest of the messages of a step, of any kind. @err tells why there are less than @n,
 * unless it is 0 because they are large.
 */
static void ipcx_batch_make(struct ipcx_mailbox *mailbox, const struct ipcx_msg *args,
			    unsigned int n, const struct ipcx_envelope *stamp,
			    struct ipcx_step *step, int *err)
{
	size_t bytes = 0;
	unsigned int i;

	for (i = step->made; i < n && bytes < IPCX_STEP_BYTES; i++) {
		const void __user *from = u64_to_user_ptr(args[i].data);
		struct ipcx_message *msg;

		*err = ipcx_batch_check(mailbox, &args[i]);
		if (*err)
			break;
		if (step->block && args[i].len <= IPCX_SMALL_SIZE)
			msg = ipcx_block_make(step->block, step->small, from, args[i].len);
		else
			msg = ipcx_message_make(from, args[i].len);
		if (IS_ERR(msg)) {
			*err = ipcx_stats_fault(mailbox, PTR_ERR(msg));
			trace_ipcx_copy_in(mailbox, NULL, false, args[i].len, *err);
			break;
		}
		trace_ipcx_copy_in(mailbox, msg, false, args[i].len, 0);
		ipcx_batch_sign(msg, &args[i], stamp);
		msg->env.fds = NULL;
		step->msgs[i] = msg;
		step->small += msg->place != 0;
		bytes += args[i].len;
	}
	step->made = i;
}

/* Reads what the next messages are, and makes them. @err as that of ipcx_batch_make() */
static void ipcx_batch_pack(struct ipcx_mailbox *mailbox, const struct ipcx_msg __user *from,
			    unsigned int n, struct ipcx_step *step, int *err)
{
	struct ipcx_msg args[IPCX_STEP] __ipcx_uninitialized;
	unsigned int readable = ipcx_batch_fetch(args, from, n, sizeof(*args));
	struct ipcx_envelope stamp __ipcx_uninitialized;

	*err = 0;
	step->made = 0;
	step->small = 0;
	step->plain = false;
	step->block = NULL;
	if (ipcx_batch_is_worth_a_block(args, readable))
		step->block = ipcx_block_alloc();
	ipcx_batch_stamp(&stamp);
	if (step->block)
		ipcx_batch_make_small(mailbox, args, readable, &stamp, step);
	if (step->made < readable)
		ipcx_batch_make(mailbox, args, readable, &stamp, step, err);
	if (step->made == readable && readable < n)
		*err = -EFAULT;
	if (step->made)
		refcount_add(step->made, &stamp.pid->count);
	if (step->block)
		ipcx_block_done(step->block, step->small);
}

/* Not in line, as it uses as much of the stack as a parcel does */
static noinline bool ipcx_batch_offer(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
				      struct ipcx_news *news)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_batch_parcel(&parcel, msg);
	return ipcx_deliver_offer(mailbox, &parcel, NULL, news);
}

/* May the message be queued? Then its account is charged. */
static bool ipcx_batch_admits(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			      struct ipcx_account *account)
{
	u32 len = msg->env.len;

	if (len > mailbox->max_msg_size || !ipcx_mailbox_fits(mailbox, len) ||
	    ipcx_account_charge(account, len))
		return false;
	msg->account = account;
	return true;
}

/* How many messages of one priority fit, up to the first that does not; and their payload bytes */
static unsigned int ipcx_batch_fitting(const struct ipcx_mailbox *mailbox,
				       struct ipcx_message **msgs, unsigned int n, u64 *bytes)
{
	u64 most = mailbox->max_bytes - mailbox->bytes;
	u32 prio = msgs[0]->env.prio;
	unsigned int i;
	u64 sum = 0;

	/* Raised and lowered again, the limits may be below what is there. */
	if (mailbox->bytes > mailbox->max_bytes || mailbox->msgs >= mailbox->max_msgs)
		return 0;
	n = min(n, mailbox->max_msgs - mailbox->msgs);
	for (i = 0; i < n && msgs[i]->env.prio == prio; i++) {
		u32 len = msgs[i]->env.len;

		if (len > mailbox->max_msg_size || sum + len > most)
			break;
		sum += len;
	}
	*bytes = sum;
	return i;
}

/* Does all of a step fit? Then nothing has to be asked of each of its messages. */
static bool ipcx_batch_fits(const struct ipcx_mailbox *mailbox, const struct ipcx_step *step)
{
	return step->plain && step->longest <= mailbox->max_msg_size &&
	       mailbox->msgs + step->made <= mailbox->max_msgs &&
	       mailbox->bytes + step->bytes <= mailbox->max_bytes;
}

/* As many messages have come, which count: numbers them. */
static __always_inline void ipcx_batch_number(struct ipcx_mailbox *mailbox,
					      struct ipcx_message **msgs, unsigned int n,
					      struct ipcx_account *account)
{
	struct ipcx_message **end = msgs + n;
	u64 seq = mailbox->seq;

	for (; msgs < end; msgs++) {
		struct ipcx_message *msg = *msgs;

		msg->account = account;
		msg->env.seq = ++seq;
	}
	mailbox->seq = seq;
}

/* Messages are queued one by one, for those who look on. */
static noinline void ipcx_batch_trace_queued(struct ipcx_mailbox *mailbox,
					     struct ipcx_message **msgs, unsigned int n, u64 bytes)
{
	unsigned int i;

	mailbox->msgs -= n;
	mailbox->bytes -= bytes;
	for (i = 0; i < n; i++) {
		mailbox->msgs++;
		mailbox->bytes += msgs[i]->env.len;
		trace_ipcx_queue(mailbox, &msgs[i]->env, 0);
	}
}

/*
 * Queues messages of one priority, from @i on, up to the first that does not fit, where nothing but
 * that is to be done. Return: how many; 0 if it is not so simple
 */
static unsigned int ipcx_batch_append(struct ipcx_mailbox *mailbox, struct ipcx_step *step,
				      unsigned int i, struct ipcx_account *account,
				      struct ipcx_news *news)
{
	struct ipcx_message **msgs = step->msgs + i;
	unsigned int n = step->made - i;
	u64 bytes = step->bytes;
	bool linked;

	if (mailbox->notice || mailbox->nr_receivers || !ipcx_queue_is_plain(&mailbox->queue))
		return 0;
	linked = !i && ipcx_batch_fits(mailbox, step);
	if (!linked)
		n = ipcx_batch_fitting(mailbox, msgs, n, &bytes);
	/* If it is too much for the sender, the first of them may not be. */
	if (!n || ipcx_account_charge_all(account, n, bytes))
		return 0;
	ipcx_batch_number(mailbox, msgs, n, account);
	mailbox->msgs += n;
	mailbox->bytes += bytes;
	if (trace_ipcx_queue_enabled())
		ipcx_batch_trace_queued(mailbox, msgs, n, bytes);
	ipcx_mailbox_count(mailbox, n, bytes);
	if (!linked)
		ipcx_queue_link(msgs, n);
	ipcx_queue_append_run(&mailbox->queue, msgs[0], msgs[n - 1]);
	ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, n, news);
	return n;
}

/* Sends what need not wait, from @i on. Return: up to where */
static unsigned int ipcx_batch_place(struct ipcx_mailbox *mailbox, struct ipcx_step *step,
				     unsigned int i, struct ipcx_account *account,
				     const struct ipcx_endpoint *endpoint)
{
	struct ipcx_news news __ipcx_uninitialized;
	unsigned int run, n = step->made;

	ipcx_mailbox_lock(mailbox, &news);
	/* Whose share it is of, and that nobody is there to receive, is for ipcx_post(). */
	if (ipcx_mailbox_has_shares(mailbox) || ipcx_hangup_of_readers(mailbox, endpoint) ||
	    ipcx_knob_injects(mailbox))
		n = 0;
	while (i < n && !mailbox->nr_senders) {
		struct ipcx_message *msg = step->msgs[i];

		run = ipcx_batch_append(mailbox, step, i, account, &news);
		if (run) {
			i += run;
			continue;
		}
		msg->env.seq = ++mailbox->seq;
		if (!mailbox->nr_receivers || !ipcx_batch_offer(mailbox, msg, &news)) {
			if (!ipcx_batch_admits(mailbox, msg, account))
				break;
			ipcx_deliver_append(mailbox, msg, &news);
		}
		i++;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return i;
}

/* Sends one as if it were alone; it is used up in any case. */
static noinline int ipcx_batch_post(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
				    struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;

	ipcx_batch_parcel(&parcel, msg);
	return ipcx_post(mailbox, &parcel, NULL, patience);
}

/* Sends the messages of a step; those that are not sent are freed. Return: how many */
static unsigned int ipcx_batch_send_step(struct ipcx_mailbox *mailbox, struct ipcx_step *step,
					 struct ipcx_patience *patience, int *err)
{
	struct ipcx_endpoint *endpoint = patience->endpoint;
	struct ipcx_message **msgs = step->msgs;
	unsigned int sent = 0, n = step->made, unused;
	struct ipcx_account *account;
	int failed = 0;

	if (!n)
		return 0;
	account = ipcx_endpoint_account(endpoint, msgs[0]->env.uid);
	if (!account) {
		ipcx_message_free(msgs[0]);
		failed = -ENOMEM;
	}
	while (!failed && sent < n) {
		sent = ipcx_batch_place(mailbox, step, sent, account, endpoint);
		if (sent == n)
			break;
		failed = ipcx_batch_post(mailbox, msgs[sent], patience);
		if (!failed)
			sent++;
	}
	if (account)
		ipcx_endpoint_put_account(endpoint, account);
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
	struct ipcx_step step __ipcx_uninitialized;
	unsigned int done = 0, n;
	int err;

	err = ipcx_check_wait(batch->deadline, batch->flags, IPCX_DONTWAIT | IPCX_NOSIGNAL, 0) ?:
	      ipcx_check_count(batch->count);
	if (err)
		return err;

	while (done < batch->count && !err && !fatal_signal_pending(current)) {
		n = min_t(unsigned int, batch->count - done, IPCX_STEP);
		ipcx_batch_pack(mailbox, from + done, n, &step, &err);
		done += ipcx_batch_send_step(mailbox, &step, &patience, &err);
		cond_resched();
	}
	if (unlikely(err == -EPIPE) && !done && !(batch->flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return done ?: err ?: -EINTR;
}
