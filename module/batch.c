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
#define IPCX_BLOCK_LEAST	(IPCX_BLOCK_MSGS / 2)

/* A step of large messages ends here: until they are sent, they count against no limit. */
#define IPCX_STEP_BYTES	SZ_64K

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

static unsigned int ipcx_batch_small(const struct ipcx_msg *args, unsigned int n)
{
	unsigned int i, small = 0;

	for (i = 0; i < n; i++)
		small += args[i].len <= IPCX_SMALL_SIZE;
	return small;
}

/*
 * Makes messages. Return: how many; if that is less than @n, @err tells why, unless it is 0 because
 * they are large
 */
static unsigned int ipcx_batch_make(struct ipcx_mailbox *mailbox, const struct ipcx_msg *args,
				    unsigned int n, struct ipcx_message **msgs,
				    struct ipcx_block *block, int *err)
{
	struct ipcx_envelope stamp;
	unsigned int i, small = 0;
	size_t bytes = 0;

	ipcx_batch_stamp(&stamp);
	for (i = 0; i < n && bytes < IPCX_STEP_BYTES; i++) {
		const void __user *from = u64_to_user_ptr(args[i].data);
		struct ipcx_message *msg;

		*err = ipcx_batch_check(mailbox, &args[i]);
		if (*err)
			break;
		if (block && args[i].len <= IPCX_SMALL_SIZE)
			msg = ipcx_block_make(block, small++, from, args[i].len);
		else
			msg = ipcx_message_make(from, args[i].len);
		if (IS_ERR(msg)) {
			*err = ipcx_stats_fault(mailbox, PTR_ERR(msg));
			trace_ipcx_copy_in(mailbox, NULL, false, args[i].len, *err);
			break;
		}
		trace_ipcx_copy_in(mailbox, msg, false, args[i].len, 0);
		msg->env.type = args[i].type;
		msg->env.time = stamp.time;
		msg->env.pid = stamp.pid;
		msg->env.uid = stamp.uid;
		msg->env.gid = stamp.gid;
		msg->env.prio = args[i].prio;
		msg->env.fds = NULL;
		msgs[i] = msg;
		bytes += args[i].len;
	}
	if (i)
		refcount_add(i, &stamp.pid->count);
	return i;
}

/* Reads what the next messages are, and makes them. Return: as ipcx_batch_make() */
static unsigned int ipcx_batch_pack(struct ipcx_mailbox *mailbox,
				    const struct ipcx_msg __user *from, unsigned int n,
				    struct ipcx_message **msgs, int *err)
{
	struct ipcx_msg args[IPCX_STEP] __ipcx_uninitialized;
	unsigned int readable = ipcx_batch_fetch(args, from, n, sizeof(*args));
	struct ipcx_block *block = NULL;
	unsigned int i, made, small = 0;

	if (ipcx_batch_small(args, readable) >= IPCX_BLOCK_LEAST)
		block = ipcx_block_alloc();
	*err = 0;
	made = ipcx_batch_make(mailbox, args, readable, msgs, block, err);
	if (made == readable && made < n)
		*err = -EFAULT;
	if (block) {
		for (i = 0; i < made; i++)
			small += msgs[i]->place != 0;
		ipcx_block_done(block, small);
	}
	return made;
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

/*
 * Queues messages of one priority, up to the first that does not fit, where nothing but that is to
 * be done. Return: how many; 0 if it is not so simple
 */
static unsigned int ipcx_batch_append(struct ipcx_mailbox *mailbox, struct ipcx_message **msgs,
				      unsigned int n, struct ipcx_account *account,
				      struct ipcx_news *news)
{
	u64 bytes, seq = mailbox->seq;
	unsigned int i;

	if (mailbox->notice || mailbox->nr_receivers || !ipcx_queue_is_plain(&mailbox->queue))
		return 0;
	n = ipcx_batch_fitting(mailbox, msgs, n, &bytes);
	/* If it is too much for the sender, the first of them may not be. */
	if (!n || ipcx_account_charge_all(account, n, bytes))
		return 0;
	for (i = 0; i < n; i++) {
		msgs[i]->account = account;
		msgs[i]->env.seq = ++seq;
		mailbox->msgs++;
		mailbox->bytes += msgs[i]->env.len;
		trace_ipcx_queue(mailbox, &msgs[i]->env, 0);
	}
	mailbox->seq = seq;
	ipcx_mailbox_count(mailbox, n, bytes);
	ipcx_queue_append_run(&mailbox->queue, msgs, n);
	ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, n, news);
	return n;
}

/* Sends what need not wait. Return: how many */
static unsigned int ipcx_batch_place(struct ipcx_mailbox *mailbox, struct ipcx_message **msgs,
				     unsigned int n, struct ipcx_account *account,
				     const struct ipcx_endpoint *endpoint)
{
	unsigned int run, i = 0;
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	/* Whose share it is of, and that nobody is there to receive, is for ipcx_post(). */
	if (ipcx_mailbox_has_shares(mailbox) || ipcx_hangup_of_readers(mailbox, endpoint) ||
	    ipcx_knob_injects(mailbox))
		n = 0;
	while (i < n && !mailbox->nr_senders) {
		struct ipcx_message *msg = msgs[i];

		run = ipcx_batch_append(mailbox, msgs + i, n - i, account, &news);
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
static unsigned int ipcx_batch_send_step(struct ipcx_mailbox *mailbox, struct ipcx_message **msgs,
					 unsigned int n, struct ipcx_patience *patience,
					 int *err)
{
	struct ipcx_endpoint *endpoint = patience->endpoint;
	struct ipcx_account *account;
	unsigned int sent = 0, unused;
	int failed = 0;

	if (!n)
		return 0;
	account = ipcx_endpoint_account(endpoint, msgs[0]->env.uid);
	if (!account) {
		ipcx_message_free(msgs[0]);
		failed = -ENOMEM;
	}
	while (!failed && sent < n) {
		sent += ipcx_batch_place(mailbox, msgs + sent, n - sent, account, endpoint);
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
	struct ipcx_message *msgs[IPCX_STEP] __ipcx_uninitialized;
	unsigned int done = 0, made, sent, n;
	int err;

	err = ipcx_check_wait(batch->deadline, batch->flags, IPCX_DONTWAIT | IPCX_NOSIGNAL, 0) ?:
	      ipcx_check_count(batch->count);
	if (err)
		return err;

	while (done < batch->count && !err && !fatal_signal_pending(current)) {
		n = min_t(unsigned int, batch->count - done, IPCX_STEP);
		made = ipcx_batch_pack(mailbox, from + done, n, msgs, &err);
		sent = ipcx_batch_send_step(mailbox, msgs, made, &patience, &err);
		done += sent;
		cond_resched();
	}
	if (unlikely(err == -EPIPE) && !done && !(batch->flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return done ?: err ?: -EINTR;
}
