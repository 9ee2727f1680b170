// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peeking: looking at a message that stays where it is, for others to receive meanwhile.
 */
#include <linux/wait.h>

#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "take.h"

static int ipcx_peek_once(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
			  struct ipcx_parcel *parcel)
{
	struct ipcx_message *msg;
	struct ipcx_news news;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	msg = ipcx_take_find(mailbox, &wanted->selection, &news);
	if (!msg) {
		err = ipcx_mailbox_ended(mailbox, wanted->endpoint) ?: -EAGAIN;
	} else if (msg->env.len > wanted->room) {
		ipcx_parcel_measure(parcel, &msg->env);
		err = -EMSGSIZE;
	} else {
		ipcx_parcel_peek(parcel, msg);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return err;
}

/*
 * Who peeks waits as a poller does, and not among the receivers: what comes is for them. So a
 * message that one of them waits for is never seen here.
 */
static int ipcx_peek_waiting(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
			     struct ipcx_parcel *parcel, u64 deadline)
{
	DEFINE_WAIT(wait);
	int err;

	do {
		prepare_to_wait(&mailbox->pollers, &wait, TASK_INTERRUPTIBLE);
		err = ipcx_peek_once(mailbox, wanted, parcel);
		if (err != -EAGAIN)
			break;
		err = ipcx_wait_nap(deadline);
	} while (!err);
	finish_wait(&mailbox->pollers, &wait);
	return err;
}

/**
 * ipcx_peek() - look at the next message
 * @mailbox: mailbox
 * @wanted: which
 * @parcel: filled in; to be dropped after success
 * @patience: how long to wait for one
 *
 * Return: 0, -EAGAIN, -EIDRM, -EPIPE, -ERESTARTSYS, -ETIMEDOUT, or -EMSGSIZE with the parcel
 * measured.
 */
int ipcx_peek(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
	      struct ipcx_parcel *parcel, const struct ipcx_patience *patience)
{
	int err = ipcx_peek_once(mailbox, wanted, parcel);

	if (err != -EAGAIN || patience->dontwait)
		return err;
	return ipcx_peek_waiting(mailbox, wanted, parcel, patience->deadline);
}
