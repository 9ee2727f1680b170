// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking: a receiver takes a message from a mailbox, waits if there is none, and says in the end
 * whether it has arrived.
 */
#include <linux/sched.h>

#include "account.h"
#include "call.h"
#include "compat.h"
#include "deliver.h"
#include "hangup.h"
#include "knob.h"
#include "mailbox.h"
#include "message.h"
#include "stats.h"
#include "take.h"
#include "trace.h"

/* A signal or the deadline came; but a decision may have come first. */
static noinline void ipcx_take_give_up(struct ipcx_mailbox *mailbox,
				       struct ipcx_receiving *receiving, int err)
{
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	if (!ipcx_wait_is_decided(&receiving->wait)) {
		ipcx_mailbox_leave(&mailbox->nr_receivers, &receiving->wait);
		ipcx_stats_wait(mailbox, IPCX_WAY_SLEPT);
		receiving->wait.status = err;
	}
	ipcx_mailbox_unlock(mailbox, &news);
}

static __always_inline int ipcx_take_wait(struct ipcx_mailbox *mailbox,
					  struct ipcx_receiving *receiving,
					  struct ipcx_patience *patience)
{
	int err = ipcx_wait_for(&receiving->wait, patience);

	if (unlikely(err))
		ipcx_take_give_up(mailbox, receiving, err);
	return receiving->wait.status;
}

/* ipcx_take_find() of a receiver that chooses */
struct ipcx_message *ipcx_take_choose(struct ipcx_mailbox *mailbox,
				      const struct ipcx_selection *selection,
				      struct ipcx_news *news)
	__must_hold(&mailbox->lock)
{
	while (!ipcx_queue_index(&mailbox->queue)) {
		ipcx_mailbox_unlock(mailbox, news);
		cond_resched();
		ipcx_mailbox_lock(mailbox, news);
	}
	return ipcx_queue_find(&mailbox->queue, selection);
}

/* Takes a message that is queued, if it fits. */
static __always_inline int
ipcx_take_queued(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
		 struct ipcx_parcel *parcel, struct ipcx_message *msg)
{
	if (!ipcx_wanted_fits(wanted, &msg->env)) {
		ipcx_parcel_measure(parcel, &msg->env);
		return -EMSGSIZE;
	}
	ipcx_queue_remove(&mailbox->queue, msg);
	parcel->env = msg->env;
	parcel->msg = msg;
	parcel->loan = NULL;
	parcel->token = 0;
	parcel->reply_room = 0;
	parcel->reply_nfds = 0;
	parcel->charged = true;
	if (msg->caller)
		ipcx_call_received(mailbox, msg->caller, wanted->endpoint, parcel);
	ipcx_hangup_taken(mailbox, 1);
	trace_ipcx_take(mailbox, &parcel->env, parcel->token);
	return 0;
}

/* ipcx_take(), or ipcx_take_answering() if there is an answer: all in one hold of the lock */
static __always_inline int
ipcx_take_after(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
		struct ipcx_parcel *parcel, struct ipcx_patience *patience,
		struct ipcx_answer *answer)
{
	struct ipcx_receiving receiving __ipcx_uninitialized;
	struct ipcx_news news __ipcx_uninitialized;
	struct ipcx_message *msg;
	bool wait = false;
	int err;

	ipcx_mailbox_lock(mailbox, &news);
	if (answer) {
		err = ipcx_call_answer(mailbox, wanted->endpoint, answer->token, answer->parcel,
				       &news);
		if (err) {
			ipcx_mailbox_unlock(mailbox, &news);
			ipcx_parcel_drop(answer->parcel);
			return err;
		}
		answer->parcel = NULL;
	}
	msg = ipcx_take_find(mailbox, &wanted->selection, &news);
	if (msg) {
		err = ipcx_take_queued(mailbox, wanted, parcel, msg);
	} else {
		err = ipcx_take_ended(mailbox, wanted->endpoint);
		if (!err && patience->dontwait)
			err = -EAGAIN;
		wait = !err;
	}
	if (wait) {
		ipcx_wait_init(&receiving.wait, mailbox);
		receiving.wanted = wanted;
		receiving.parcel = parcel;
		ipcx_mailbox_enter(&mailbox->receivers, &mailbox->nr_receivers, &receiving.wait);
		if (unlikely(ipcx_knob_wake(mailbox) == IPCX_WAKE_LAST))
			list_move(&receiving.wait.link, &mailbox->receivers);
		/* Who waits for room may have what is wanted, and nobody has wanted so far. */
		if (unlikely(mailbox->nr_senders)) {
			ipcx_deliver_admit(mailbox, &news);
			wait = !ipcx_wait_is_decided(&receiving.wait);
			err = receiving.wait.status;
		}
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (wait)
		err = ipcx_take_wait(mailbox, &receiving, patience);
	return err;
}

/**
 * ipcx_take() - take the next message into one's hands
 * @mailbox: mailbox
 * @wanted: which
 * @parcel: where it goes
 * @patience: how long to wait for one
 *
 * The message has left the queue, but not for good: ipcx_take_keep() or ipcx_take_restore()
 * must follow.
 *
 * Return: 0, -EAGAIN, -EIDRM, -EPIPE, -ERESTARTSYS, -ETIMEDOUT, or -EMSGSIZE with the parcel
 * measured.
 */
int ipcx_take(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
	      struct ipcx_parcel *parcel, struct ipcx_patience *patience)
{
	return ipcx_take_after(mailbox, wanted, parcel, patience, NULL);
}

/**
 * ipcx_take_answering() - answer a request, and take the next message
 * @mailbox: mailbox
 * @wanted: which
 * @parcel: where it goes
 * @patience: how long to wait for one
 * @answer: the answer, which tells whether it was given; its parcel is used up in any case
 *
 * Return: as ipcx_take() if the answer was given, else as ipcx_call_answer().
 */
int ipcx_take_answering(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
			struct ipcx_parcel *parcel, struct ipcx_patience *patience,
			struct ipcx_answer *answer)
{
	return ipcx_take_after(mailbox, wanted, parcel, patience, answer);
}

/**
 * ipcx_take_uncharge() - a message that was queued, and has counted until now, has arrived
 * @mailbox: mailbox
 * @parcel: the message
 */
void ipcx_take_uncharge(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel)
{
	struct ipcx_news news __ipcx_uninitialized;

	ipcx_mailbox_lock(mailbox, &news);
	ipcx_stats_delay(mailbox, &parcel->env);
	ipcx_deliver_uncharge(mailbox, parcel->msg, &news);
	ipcx_hangup_settled(mailbox, 1, &news);
	ipcx_mailbox_unlock(mailbox, &news);
}

/**
 * ipcx_take_restore() - the message that was taken could not be delivered
 * @mailbox: mailbox
 * @endpoint: that it was received through
 * @parcel: the message, used up
 *
 * It goes back to where it was, over the limits if others have come in; or to a receiver that came
 * to wait meanwhile. A request whose caller has left is gone.
 */
void ipcx_take_restore(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       struct ipcx_parcel *parcel)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOFAIL;
	struct ipcx_account *account = NULL;
	struct ipcx_caller *caller = NULL;
	struct ipcx_news news;
	bool dropped = false;

	ipcx_parcel_box(parcel, gfp);
	if (!parcel->charged)
		account = ipcx_account_get(mailbox->object.net, parcel->env.uid, gfp);
	ipcx_mailbox_lock(mailbox, &news);
	if (parcel->token) {
		caller = ipcx_call_unreceived(endpoint, parcel->token);
		dropped = !caller;
		parcel->token = 0;
	}
	ipcx_stats_returned(mailbox, parcel, dropped);
	trace_ipcx_return(mailbox, &parcel->env, 0);
	if (dropped) {
		if (parcel->charged)
			ipcx_deliver_uncharge(mailbox, parcel->msg, &news);
	} else if (!ipcx_deliver_offer(mailbox, parcel, caller, &news)) {
		if (!parcel->charged) {
			parcel->msg->env = parcel->env;
			parcel->msg->account = account;
			ipcx_mailbox_charge(mailbox, parcel->env.len);
			ipcx_account_charge_anyway(account, parcel->env.len);
		}
		ipcx_queue_restore(&mailbox->queue, parcel->msg);
		if (caller)
			ipcx_call_queued(mailbox, caller, parcel->msg);
		ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, 1, &news);
	}
	ipcx_hangup_settled(mailbox, 1, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	if (account)
		ipcx_account_put(account);
	if (dropped)
		ipcx_parcel_drop(parcel);
}
