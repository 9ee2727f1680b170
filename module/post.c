// SPDX-License-Identifier: GPL-2.0-only
/*
 * Posting: a sender gives a message to a mailbox, and waits for room if there is none.
 */
#include <linux/slab.h>

#include "account.h"
#include "compat.h"
#include "deliver.h"
#include "endpoint.h"
#include "event.h"
#include "hangup.h"
#include "knob.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "share.h"
#include "stats.h"
#include "take.h"
#include "trace.h"

static int ipcx_post_wait_decided(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
				  struct ipcx_patience *patience)
{
	struct ipcx_news news;
	int err;

	err = ipcx_wait_for(&sending->wait, patience);
	if (!err)
		return sending->wait.status;

	ipcx_mailbox_lock(mailbox, &news);
	if (!ipcx_wait_is_decided(&sending->wait)) {
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		ipcx_stats_wait(mailbox, IPCX_WAY_SLEPT);
		sending->wait.status = err;
		/* What is next may be shorter, and fit. */
		ipcx_deliver_admit(mailbox, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return sending->wait.status;
}

/* Waits for room, without the lock; under it @sending was entered, and its message charged. */
static noinline int ipcx_post_wait(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
				   struct ipcx_patience *patience)
{
	int err = ipcx_post_wait_decided(mailbox, sending, patience);

	if (err) {
		rcu_read_lock();
		ipcx_account_credit(sending->parcel->msg->account, sending->parcel->env.len);
		rcu_read_unlock();
	}
	return err;
}

/* A parcel without a message can only go to a receiver that waits. */
static bool ipcx_post_hand_over(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				struct ipcx_caller *caller)
{
	struct ipcx_news news __ipcx_uninitialized;
	struct ipcx_receiving *first;
	bool done = false;

	ipcx_mailbox_lock(mailbox, &news);
	first = ipcx_deliver_receiver(mailbox, parcel->env.type);
	if (first && !mailbox->nr_senders && ipcx_wanted_fits(first->wanted, &parcel->env)) {
		parcel->env.seq = ++mailbox->seq;
		ipcx_deliver_give(mailbox, first, parcel, caller, &news);
		done = true;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return done;
}

/* Queues a message that nobody waits for, or enters its sender in the line of those that wait. */
static __always_inline int
ipcx_post_store(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending, bool wait,
		struct ipcx_patience *patience, struct ipcx_news *news)
{
	struct ipcx_parcel *parcel = sending->parcel;
	int err;

	if (wait) {
		mailbox->ledger->full++;
		trace_ipcx_full(mailbox, &parcel->env, 0);
	}
	if (wait && mailbox->removed)
		return -EIDRM;
	if (wait && patience->dontwait)
		return -EAGAIN;
	err = ipcx_account_charge(parcel->msg->account, parcel->env.len);
	if (err)
		return err;
	if (wait) {
		ipcx_wait_init(&sending->wait, mailbox);
		ipcx_mailbox_enter(&mailbox->senders, &mailbox->nr_senders, &sending->wait);
	} else {
		ipcx_share_charge(sending->portion, parcel);
		ipcx_deliver_enqueue(mailbox, parcel, sending->caller, news);
	}
	return 0;
}

/* A message has to wait: true if it is the first that the mailbox is too full for. */
static bool ipcx_post_note_full(struct ipcx_mailbox *mailbox, size_t len)
{
	if (mailbox->full || ipcx_mailbox_fits(mailbox, len))
		return false;
	mailbox->full = true;
	return true;
}

/* What ipcx_post_boxed() has left to do, without the lock, where a message could not be queued */
static noinline int ipcx_post_unstored(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
				       struct ipcx_patience *patience, bool filled, int err)
{
	if (filled)
		ipcx_event_full(&mailbox->object);
	if (!err)
		return ipcx_post_wait(mailbox, sending, patience);
	ipcx_event_message_refused(patience->endpoint->net, sending->parcel->msg->account, err);
	return err;
}

/* Inline, as it is what every message goes through that is not handed over. */
static __always_inline int ipcx_post_boxed(struct ipcx_mailbox *mailbox,
					   struct ipcx_sending *sending,
					   struct ipcx_patience *patience)
{
	struct ipcx_parcel *parcel = sending->parcel;
	struct ipcx_news news __ipcx_uninitialized;
	size_t len = parcel->env.len;
	bool wait = false, filled = false;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	if (unlikely(sending->portion))
		sending->portion = ipcx_share_join(mailbox, parcel->env.uid, sending->portion);
	parcel->env.seq = ++mailbox->seq;
	if (mailbox->removed && sending->caller) {
		/* There may be room, but it is the reply that would be slept for. */
		err = -EIDRM;
	} else if (ipcx_hangup_of_readers(mailbox, patience->endpoint)) {
		err = -EPIPE;
	} else if (unlikely(len > mailbox->max_msg_size)) {
		/* It was not when it was packed. */
		err = -EMSGSIZE;
	} else {
		wait = ipcx_share_must_queue(mailbox);
		if (wait || !ipcx_deliver_offer(mailbox, parcel, sending->caller, &news)) {
			wait = wait || !ipcx_mailbox_fits(mailbox, len) ||
			       !ipcx_share_allows(mailbox, sending->portion, len);
			filled = unlikely(wait) && ipcx_post_note_full(mailbox, len);
			err = ipcx_post_store(mailbox, sending, wait, patience, &news);
		}
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (unlikely(wait || err))
		err = ipcx_post_unstored(mailbox, sending, patience, filled, err);
	return err;
}

/* Finds out who pays for the message, and posts it. */
static int ipcx_post_paid(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			  struct ipcx_caller *caller, struct ipcx_patience *patience)
{
	struct ipcx_endpoint *endpoint = patience->endpoint;
	struct ipcx_account *account = ipcx_endpoint_account(endpoint, parcel->env.uid);
	struct ipcx_sending sending __ipcx_uninitialized;
	int err = -ENOMEM;

	if (!account)
		return -ENOMEM;
	parcel->msg->account = account;
	sending.parcel = parcel;
	sending.caller = caller;
	sending.portion = NULL;
	if (unlikely(ipcx_mailbox_has_shares(mailbox))) {
		sending.portion = kzalloc(sizeof(*sending.portion), GFP_KERNEL_ACCOUNT);
		if (!sending.portion)
			goto put_account;
	}
	err = ipcx_post_boxed(mailbox, &sending, patience);
	if (unlikely(sending.portion))
		ipcx_share_leave(mailbox, sending.portion);
put_account:
	ipcx_endpoint_put_account(endpoint, account);
	return err;
}

/**
 * ipcx_post() - send a message
 * @mailbox: mailbox
 * @parcel: the message; used up in any case
 * @caller: if it is a request: who waits for the reply
 * @patience: how long to wait for room
 *
 * Return: 0, -EAGAIN, -EDQUOT, -EIDRM, -EMSGSIZE, -ENOMEM, -ENOSPC, -EPIPE, -ERESTARTSYS or
 * -ETIMEDOUT.
 */
int ipcx_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, struct ipcx_caller *caller,
	      struct ipcx_patience *patience)
{
	int err = 0;

	if (ipcx_knob_injects(mailbox) && ipcx_knob_post(mailbox, parcel, caller, &err)) {
		ipcx_parcel_drop(parcel);
		return err ? ipcx_stats_refuse(mailbox, err) : 0;
	}
	if (!parcel->msg) {
		if (ipcx_post_hand_over(mailbox, parcel, caller))
			return 0;
		err = ipcx_parcel_box(parcel, GFP_KERNEL_ACCOUNT);
	}
	if (!err)
		err = ipcx_post_paid(mailbox, parcel, caller, patience);
	if (err) {
		ipcx_parcel_drop(parcel);
		ipcx_stats_refuse(mailbox, err);
	}
	return err;
}
