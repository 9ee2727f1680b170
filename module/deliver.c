// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who gets a message. It goes straight to the receiver that has waited longest; if nobody waits it
 * is queued, and if there is no room its sender waits until a receiver lets it in. Whoever makes
 * room moves the waiting messages himself, so a sender that wakes is done, and none can overtake
 * another.
 */
#include "account.h"
#include "call.h"
#include "deliver.h"
#include "hangup.h"
#include "mailbox.h"
#include "message.h"
#include "notify.h"
#include "share.h"
#include "stats.h"
#include "take.h"
#include "trace.h"

/**
 * ipcx_deliver_give() - hand a message to a receiver
 * @mailbox: mailbox, locked
 * @receiving: a receiver that waits for such, and has room for it
 * @parcel: the message
 * @caller: if it is a request: who waits for the reply
 * @news: whom to tell
 */
void ipcx_deliver_give(struct ipcx_mailbox *mailbox, struct ipcx_receiving *receiving,
		       struct ipcx_parcel *parcel, struct ipcx_caller *caller,
		       struct ipcx_news *news)
{
	ipcx_mailbox_leave(&mailbox->nr_receivers, &receiving->wait);
	ipcx_parcel_move(receiving->parcel, parcel);
	if (caller)
		ipcx_call_received(mailbox, caller, receiving->wanted->endpoint,
				   receiving->parcel);
	receiving->wait.since = parcel->env.time;
	ipcx_hangup_taken(mailbox, 1);
	ipcx_stats_hand_over(mailbox, parcel);
	trace_ipcx_hand_over(mailbox, receiving->parcel, receiving->wait.task);
	ipcx_wait_decide(&receiving->wait, 0, &news->wakeups);
}

/**
 * ipcx_deliver_offer() - hand a message to the receiver that has waited longest for such
 * @mailbox: mailbox, locked
 * @parcel: the message
 * @caller: if it is a request: who waits for the reply
 * @news: whom to tell
 *
 * A receiver that has not enough room for it is told so, as if it had found it in the queue.
 *
 * Return: false if nobody waits for it.
 */
bool ipcx_deliver_offer(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			struct ipcx_caller *caller, struct ipcx_news *news)
{
	struct ipcx_receiving *receiving;

	while ((receiving = ipcx_deliver_receiver(mailbox, parcel->env.type))) {
		if (ipcx_wanted_fits(receiving->wanted, &parcel->env)) {
			ipcx_deliver_give(mailbox, receiving, parcel, caller, news);
			return true;
		}
		ipcx_mailbox_leave(&mailbox->nr_receivers, &receiving->wait);
		ipcx_parcel_measure(receiving->parcel, &parcel->env);
		ipcx_wait_decide(&receiving->wait, -EMSGSIZE, &news->wakeups);
	}
	return false;
}

static __always_inline void ipcx_deliver_queue(struct ipcx_mailbox *mailbox,
					       struct ipcx_message *msg, struct ipcx_news *news)
{
	ipcx_mailbox_charge(mailbox, msg->env.len);
	if (unlikely(mailbox->notice) && !mailbox->queue.used)
		ipcx_notify_due(mailbox, &msg->env);
	ipcx_queue_append(&mailbox->queue, msg);
	trace_ipcx_queue(mailbox, &msg->env, 0);
	ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, 1, news);
}

/**
 * ipcx_deliver_append() - put a message that is no request into the queue
 * @mailbox: mailbox, locked; the message fits
 * @msg: the message
 * @news: whom to tell
 */
void ipcx_deliver_append(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			 struct ipcx_news *news)
{
	ipcx_deliver_queue(mailbox, msg, news);
}

/**
 * ipcx_deliver_enqueue() - put a message into the queue
 * @mailbox: mailbox, locked; the message fits, and its account has been charged
 * @parcel: the message, boxed
 * @caller: if it is a request: who waits for the reply
 * @news: whom to tell
 */
void ipcx_deliver_enqueue(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			  struct ipcx_caller *caller, struct ipcx_news *news)
{
	parcel->msg->env = parcel->env;
	ipcx_deliver_queue(mailbox, parcel->msg, news);
	if (caller)
		ipcx_call_queued(mailbox, caller, parcel->msg);
}

/* True if no sender is left that waits for room, and not only for his share of it */
static bool ipcx_deliver_admit_senders(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	struct ipcx_sending *sending, *next;

	list_for_each_entry_safe(sending, next, &mailbox->senders, wait.link) {
		struct ipcx_parcel *parcel = sending->parcel;
		struct ipcx_account *account = parcel->msg->account;

		bool received;

		parcel->env.seq = ++mailbox->seq;
		/* After this the message may be the receiver's, and gone. */
		received = ipcx_deliver_offer(mailbox, parcel, sending->caller, news);
		if (!received && !ipcx_share_allows(mailbox, sending->portion, parcel->env.len))
			continue;
		if (!received && !ipcx_mailbox_fits(mailbox, parcel->env.len))
			return false;
		if (received) {
			ipcx_account_credit(account, parcel->env.len);
		} else {
			ipcx_share_charge(sending->portion, parcel);
			ipcx_deliver_enqueue(mailbox, parcel, sending->caller, news);
		}
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		ipcx_wait_decide(&sending->wait, 0, &news->wakeups);
	}
	return true;
}

/**
 * ipcx_deliver_admit() - let waiting senders in
 * @mailbox: mailbox, locked
 * @news: whom to tell
 *
 * In their order, for as long as there are receivers or there is room. Those over their shares are
 * passed over, and keep their places.
 */
void ipcx_deliver_admit(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	if (!ipcx_deliver_admit_senders(mailbox, news))
		return;
	/* Asked here already, see ipcx_mailbox_announce(), as it costs less than the other. */
	if (waitqueue_active(&mailbox->pollers) && ipcx_mailbox_has_room(mailbox))
		ipcx_mailbox_announce(mailbox, EPOLLOUT | EPOLLWRNORM, 0, news);
}

/* Is the mailbox to be called full anew, if it should be so again? */
static void ipcx_deliver_drained(struct ipcx_mailbox *mailbox)
{
	mailbox->full = mailbox->msgs > mailbox->max_msgs / 2 ||
			mailbox->bytes > mailbox->max_bytes / 2;
}

/* Messages of one account do not count any more. */
static __always_inline void ipcx_deliver_credit(struct ipcx_mailbox *mailbox,
						struct ipcx_account *account, unsigned int count,
						u64 bytes)
{
	mailbox->msgs -= count;
	mailbox->bytes -= bytes;
	if (unlikely(mailbox->full))
		ipcx_deliver_drained(mailbox);
	ipcx_account_credit_all(account, count, bytes);
}

/**
 * ipcx_deliver_arrived() - messages have arrived, and do not count any more
 * @mailbox: mailbox, locked; ipcx_deliver_admit() follows
 * @first: the first of them, chained by &ipcx_message.next
 * @now: when they arrived
 *
 * What is true of several that follow each other is done once: most often they are of one sender,
 * and were sent together.
 */
void ipcx_deliver_arrived(struct ipcx_mailbox *mailbox, struct ipcx_message *first, u64 now)
{
	struct ipcx_account *account = first->account;
	u64 bytes = 0, time = first->env.time;
	unsigned int count = 0;
	struct ipcx_message *msg;

	for (msg = first; msg; msg = msg->next) {
		if (unlikely(msg->account != account || msg->env.time != time)) {
			ipcx_stats_delay_all(mailbox, now - time, count);
			ipcx_deliver_credit(mailbox, account, count, bytes);
			account = msg->account;
			time = msg->env.time;
			count = 0;
			bytes = 0;
		}
		count++;
		bytes += msg->env.len;
		if (unlikely(msg->shared))
			ipcx_share_credit(mailbox, msg);
	}
	ipcx_stats_delay_all(mailbox, now - time, count);
	ipcx_deliver_credit(mailbox, account, count, bytes);
}

/**
 * ipcx_deliver_uncharge() - a message does not count any more
 * @mailbox: mailbox, locked
 * @msg: message
 * @news: whom to tell
 */
void ipcx_deliver_uncharge(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			   struct ipcx_news *news)
{
	ipcx_deliver_credit(mailbox, msg->account, 1, msg->env.len);
	if (unlikely(msg->shared))
		ipcx_share_credit(mailbox, msg);
	/* As ipcx_deliver_admit() asks: most often, nobody waits. */
	if (mailbox->nr_senders || waitqueue_active(&mailbox->pollers))
		ipcx_deliver_admit(mailbox, news);
}

/**
 * ipcx_deliver_withdraw() - take a message off the queue that nobody is to receive
 * @mailbox: mailbox, locked
 * @msg: queued message; the caller frees it when the lock is dropped
 * @news: whom to tell
 */
void ipcx_deliver_withdraw(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			   struct ipcx_news *news)
{
	lockdep_assert_held(&mailbox->lock);
	ipcx_queue_remove(&mailbox->queue, msg);
	ipcx_stats_drop(mailbox, msg->env.len);
	trace_ipcx_drop(mailbox, &msg->env, 0);
	ipcx_deliver_uncharge(mailbox, msg, news);
}

/**
 * ipcx_deliver_fail() - nobody is to wait any more
 * @list: receivers or senders of a locked mailbox
 * @count: their number
 * @err: why
 * @news: whom to tell
 */
void ipcx_deliver_fail(struct list_head *list, unsigned int *count, int err,
		       struct ipcx_news *news)
{
	struct ipcx_wait *wait, *next;

	list_for_each_entry_safe(wait, next, list, link) {
		ipcx_mailbox_leave(count, wait);
		ipcx_wait_decide(wait, err, &news->wakeups);
	}
}
