// SPDX-License-Identifier: GPL-2.0-only
/*
 * Posting: a sender gives a message to a mailbox, and waits for room if there is none.
 */
#include "deliver.h"
#include "hangup.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "take.h"

/* Waits for room, without the lock; @parcel was entered with @sending under it. */
static int ipcx_post_wait(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
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

/* A parcel without a message can only go to a receiver that waits. */
static bool ipcx_post_hand_over(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				struct ipcx_caller *caller)
{
	struct ipcx_receiving *first;
	struct ipcx_news news;
	bool done = false;

	ipcx_mailbox_lock(mailbox, &news);
	first = ipcx_deliver_receiver(mailbox, parcel->env.type);
	if (first && !mailbox->nr_senders && ipcx_wanted_fits(first->wanted, &parcel->env)) {
		parcel->env.seq = ++mailbox->seq;
		done = ipcx_deliver_offer(mailbox, parcel, caller, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return done;
}

static int ipcx_post_boxed(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			   struct ipcx_caller *caller, const struct ipcx_patience *patience)
{
	struct ipcx_sending sending;
	struct ipcx_news news;
	bool wait = false;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	parcel->env.seq = ++mailbox->seq;
	if (mailbox->removed && caller) {
		/* There may be room, but it is the reply that would be slept for. */
		err = -EIDRM;
	} else if (ipcx_hangup_of_readers(mailbox, patience->endpoint)) {
		err = -EPIPE;
	} else if (!mailbox->nr_senders && ipcx_deliver_offer(mailbox, parcel, caller, &news)) {
		err = 0;
	} else if (!mailbox->nr_senders && ipcx_mailbox_fits(mailbox, parcel->env.len)) {
		ipcx_deliver_enqueue(mailbox, parcel, caller, &news);
	} else if (mailbox->removed) {
		err = -EIDRM;
	} else if (patience->dontwait) {
		err = -EAGAIN;
	} else {
		ipcx_wait_init(&sending.wait);
		sending.parcel = parcel;
		sending.caller = caller;
		ipcx_mailbox_enter(&mailbox->senders, &mailbox->nr_senders, &sending.wait);
		wait = true;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (wait)
		err = ipcx_post_wait(mailbox, &sending, patience);
	return err;
}

/**
 * ipcx_post() - send a message
 * @mailbox: mailbox
 * @parcel: the message; used up in any case
 * @caller: if it is a request: who waits for the reply
 * @patience: how long to wait for room
 *
 * Return: 0, -EAGAIN, -EIDRM, -ENOMEM, -EPIPE, -ERESTARTSYS or -ETIMEDOUT.
 */
int ipcx_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, struct ipcx_caller *caller,
	      const struct ipcx_patience *patience)
{
	int err;

	if (!parcel->msg && ipcx_post_hand_over(mailbox, parcel, caller))
		return 0;
	err = ipcx_parcel_box(parcel, GFP_KERNEL_ACCOUNT);
	if (!err)
		err = ipcx_post_boxed(mailbox, parcel, caller, patience);
	if (err)
		ipcx_parcel_drop(parcel);
	return err;
}
