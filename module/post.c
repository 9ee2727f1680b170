// SPDX-License-Identifier: GPL-2.0-only
/*
 * Posting: a sender gives a message to a mailbox, and waits for room if there is none.
 */
#include <linux/slab.h>

#include "account.h"
#include "deliver.h"
#include "endpoint.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "share.h"
#include "take.h"

static int ipcx_post_wait_decided(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
				  const struct ipcx_patience *patience)
{
	struct ipcx_news news;
	int err;

	err = ipcx_wait_for(&sending->wait, patience);
	if (!err)
		return sending->wait.status;

	ipcx_mailbox_lock(mailbox, &news);
	if (!ipcx_wait_is_decided(&sending->wait)) {
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		sending->wait.status = err;
		/* What is next may be shorter, and fit. */
		ipcx_deliver_admit(mailbox, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return sending->wait.status;
}

/* Waits for room, without the lock; @parcel was entered with @sending under it, and charged. */
static int ipcx_post_wait(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
			  const struct ipcx_patience *patience)
{
	int err = ipcx_post_wait_decided(mailbox, sending, patience);

	if (err) {
		rcu_read_lock();
		ipcx_account_credit(sending->payer->account, sending->parcel->env.len);
		rcu_read_unlock();
	}
	return err;
}

/* A parcel without a message can only go to a receiver that waits. */
static bool ipcx_post_hand_over(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				struct ipcx_caller *caller)
{
	struct ipcx_receiving *first;
	struct ipcx_news news;
	bool done = false;

	ipcx_mailbox_lock(mailbox, &news);
	first = ipcx_deliver_receiver(mailbox, parcel->env.type);
	if (first && !mailbox->nr_senders && parcel->env.len <= first->wanted->room) {
		parcel->env.seq = ++mailbox->seq;
		done = ipcx_deliver_offer(mailbox, parcel, caller, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return done;
}

static int ipcx_post_boxed(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			   struct ipcx_caller *caller, struct ipcx_payer *payer,
			   const struct ipcx_patience *patience)
{
	size_t len = parcel->env.len;
	struct ipcx_sending sending;
	struct ipcx_news news;
	bool wait = false;
	bool must_queue;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	if (unlikely(payer->portion))
		payer->portion = ipcx_share_join(mailbox, parcel->env.uid, payer->portion);
	must_queue = ipcx_share_must_queue(mailbox);
	parcel->env.seq = ++mailbox->seq;
	if (mailbox->removed && caller) {
		/* There may be room, but it is the reply that would be slept for. */
		err = -EIDRM;
	} else if (unlikely(len > mailbox->max_msg_size)) {
		/* It was not when it was packed. */
		err = -EMSGSIZE;
	} else if (!must_queue && ipcx_deliver_offer(mailbox, parcel, caller, &news)) {
		err = 0;
	} else if (!must_queue && ipcx_mailbox_fits(mailbox, len) &&
		   ipcx_share_allows(mailbox, payer->portion, len)) {
		err = ipcx_account_charge(payer->account, len);
		if (!err)
			ipcx_deliver_enqueue(mailbox, parcel, caller, payer, &news);
	} else if (mailbox->removed) {
		err = -EIDRM;
	} else if (patience->dontwait) {
		err = -EAGAIN;
	} else {
		err = ipcx_account_charge(payer->account, len);
		wait = !err;
	}
	if (wait) {
		ipcx_wait_init(&sending.wait);
		sending.parcel = parcel;
		sending.payer = payer;
		sending.caller = caller;
		ipcx_mailbox_enter(&mailbox->senders, &mailbox->nr_senders, &sending.wait);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (wait)
		err = ipcx_post_wait(mailbox, &sending, patience);
	return err;
}

/* Finds out who pays for the message, and posts it. */
static int ipcx_post_paid(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			  struct ipcx_parcel *parcel, struct ipcx_caller *caller,
			  const struct ipcx_patience *patience)
{
	struct ipcx_payer payer = { .portion = NULL };
	int err;

	payer.account = ipcx_endpoint_account(endpoint, parcel->env.uid);
	if (!payer.account)
		return -ENOMEM;
	if (unlikely(ipcx_mailbox_has_shares(mailbox))) {
		payer.portion = kzalloc(sizeof(*payer.portion), GFP_KERNEL_ACCOUNT);
		if (!payer.portion) {
			ipcx_endpoint_put_account(endpoint, payer.account);
			return -ENOMEM;
		}
	}
	err = ipcx_post_boxed(mailbox, parcel, caller, &payer, patience);
	if (unlikely(payer.portion))
		ipcx_share_leave(mailbox, payer.portion);
	ipcx_endpoint_put_account(endpoint, payer.account);
	return err;
}

/**
 * ipcx_post() - send a message
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @parcel: the message; used up in any case
 * @caller: if it is a request: who waits for the reply
 * @patience: how long to wait for room
 *
 * Return: 0, -EAGAIN, -EDQUOT, -EIDRM, -EMSGSIZE, -ENOMEM, -ENOSPC, -ERESTARTSYS or -ETIMEDOUT.
 */
int ipcx_post(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
	      struct ipcx_parcel *parcel, struct ipcx_caller *caller,
	      const struct ipcx_patience *patience)
{
	int err;

	if (!parcel->msg && ipcx_post_hand_over(mailbox, parcel, caller))
		return 0;
	err = ipcx_parcel_box(parcel, GFP_KERNEL_ACCOUNT);
	if (!err)
		err = ipcx_post_paid(mailbox, endpoint, parcel, caller, patience);
	if (err)
		ipcx_parcel_drop(parcel);
	return err;
}
