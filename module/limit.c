// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changing the limits of a mailbox that is in use.
 */
#include <linux/minmax.h>

#include "deliver.h"
#include "limit.h"
#include "mailbox.h"
#include "message.h"

static int ipcx_limit_check(const struct ipcx_limit *limit)
{
	if (limit->pad || limit->share > IPCX_SHARE_ALL)
		return -EINVAL;
	if (limit->max_msgs > IPCX_MAX_MSGS || limit->max_msg_size > IPCX_MAX_MSG_SIZE ||
	    limit->max_bytes > IPCX_MAX_BYTES)
		return -E2BIG;
	return 0;
}

static int ipcx_limit_apply(struct ipcx_mailbox *mailbox, const struct ipcx_limit *limit)
{
	u32 msg_size = limit->max_msg_size ?: mailbox->max_msg_size;
	u64 bytes = limit->max_bytes ?: mailbox->max_bytes;

	lockdep_assert_held(&mailbox->lock);
	if (bytes < msg_size)
		return -EINVAL;
	mailbox->max_bytes = bytes;
	if (limit->max_msgs)
		mailbox->max_msgs = limit->max_msgs;
	/* These are also read without the lock. */
	WRITE_ONCE(mailbox->max_reply, max(mailbox->max_reply, msg_size));
	WRITE_ONCE(mailbox->max_msg_size, msg_size);
	if (limit->share)
		WRITE_ONCE(mailbox->share, limit->share);
	return 0;
}

/* Who waits with a message that is too long now might wait for ever. */
static void ipcx_limit_refuse(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	struct ipcx_sending *sending, *next;

	list_for_each_entry_safe(sending, next, &mailbox->senders, wait.link) {
		if (sending->parcel->env.len <= mailbox->max_msg_size)
			continue;
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		ipcx_wait_decide(&sending->wait, -EMSGSIZE, &news->wakeups);
	}
}

/**
 * ipcx_limit_change() - IPCX_IOC_LIMIT
 * @mailbox: mailbox
 * @limit: argument, not checked yet
 *
 * Return: 0 or a negative errno as &struct ipcx_limit lists them.
 */
int ipcx_limit_change(struct ipcx_mailbox *mailbox, const struct ipcx_limit *limit)
{
	struct ipcx_news news;
	int err;

	err = ipcx_limit_check(limit);
	if (err)
		return err;
	if (!ipcx_object_is_callers(&mailbox->object))
		return -EPERM;
	ipcx_mailbox_lock(mailbox, &news);
	err = ipcx_limit_apply(mailbox, limit);
	if (!err) {
		ipcx_limit_refuse(mailbox, &news);
		ipcx_deliver_admit(mailbox, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return err;
}
