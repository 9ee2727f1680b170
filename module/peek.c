// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peeking: looking at a message that stays where it is, for others to receive meanwhile.
 */
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/wait.h>

#include "check.h"
#include "compat.h"
#include "cursor.h"
#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "sender.h"
#include "stats.h"
#include "take.h"

/**
 * struct ipcx_look - what somebody who peeks is after, and what he sees
 * @wanted: which message, if there is no @cursor; and room for how much of it
 * @cursor: the message behind this, which is then put behind the message; or NULL
 * @parcel: the message
 * @awaited: somebody waits for a reply to it
 */
struct ipcx_look {
	const struct ipcx_wanted *wanted;
	struct ipcx_cursor *cursor;
	struct ipcx_parcel *parcel;
	bool awaited;
};

static int ipcx_peek_at(struct ipcx_mailbox *mailbox, struct ipcx_look *look,
			struct ipcx_message *msg)
{
	if (msg->env.len > look->wanted->room) {
		ipcx_parcel_measure(look->parcel, &msg->env);
		return -EMSGSIZE;
	}
	ipcx_parcel_peek(look->parcel, msg);
	look->awaited = msg->caller;
	if (look->cursor)
		ipcx_cursor_advance(&mailbox->queue, look->cursor);
	return 0;
}

static int ipcx_peek_once(struct ipcx_mailbox *mailbox, struct ipcx_look *look)
{
	struct ipcx_message *msg;
	struct ipcx_news news;
	int err;

	ipcx_mailbox_lock(mailbox, &news);
	if (look->cursor)
		msg = ipcx_cursor_find(mailbox, look->cursor, &news);
	else
		msg = ipcx_take_find(mailbox, &look->wanted->selection, &news);
	if (msg)
		err = ipcx_peek_at(mailbox, look, msg);
	else
		err = ipcx_take_ended(mailbox, look->wanted->endpoint) ?: -EAGAIN;
	ipcx_mailbox_unlock(mailbox, &news);
	return err;
}

/*
 * Who peeks waits as a poller does, and not among the receivers: what comes is for them. So a
 * message that one of them waits for is never seen here.
 */
static int ipcx_peek_waiting(struct ipcx_mailbox *mailbox, struct ipcx_look *look, u64 deadline)
{
	DEFINE_WAIT(wait);
	int err;

	do {
		prepare_to_wait(&mailbox->pollers, &wait, TASK_INTERRUPTIBLE);
		err = ipcx_peek_once(mailbox, look);
		if (err != -EAGAIN)
			break;
		err = ipcx_wait_nap(deadline);
	} while (!err);
	finish_wait(&mailbox->pollers, &wait);
	return err;
}

static int ipcx_peek_look(struct ipcx_mailbox *mailbox, struct ipcx_look *look,
			  const struct ipcx_patience *patience)
{
	int err = ipcx_peek_once(mailbox, look);

	if (err != -EAGAIN || patience->dontwait)
		return err;
	return ipcx_peek_waiting(mailbox, look, patience->deadline);
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
	struct ipcx_look look = { .wanted = wanted, .parcel = parcel };

	return ipcx_peek_look(mailbox, &look, patience);
}

static int ipcx_peek_check(const struct ipcx_mailbox *mailbox, const struct ipcx_peek *peek)
{
	const u32 told = IPCX_MSG_TRUNCATED | IPCX_MSG_AWAITED;

	if (peek->after ? peek->after_prio >= mailbox->prios : peek->after_prio)
		return -EINVAL;
	return ipcx_check_wait(peek->deadline, peek->flags, IPCX_DONTWAIT | IPCX_TRUNCATE, 0) ?:
	       ipcx_check_msg(&peek->msg, told);
}

static int ipcx_peek_put(const struct ipcx_look *look, const struct ipcx_msg *msg,
			 struct ipcx_peek __user *arg)
{
	const struct ipcx_parcel *parcel = look->parcel;
	struct ipcx_sender sender = ipcx_sender_of(&parcel->env);
	u32 flags = parcel->env.len > msg->len ? IPCX_MSG_TRUNCATED : 0;
	struct iov_iter to;
	int err;

	iov_iter_ubuf(&to, ITER_DEST, u64_to_user_ptr(msg->data), msg->len);
	err = ipcx_parcel_unpack(parcel, &to);
	if (err)
		return err;
	if (look->awaited)
		flags |= IPCX_MSG_AWAITED;
	if (!user_write_access_begin(arg, sizeof(*arg)))
		return -EFAULT;
	if (!ipcx_put_envelope(&parcel->env, &sender, parcel->nfds, flags, &arg->msg, &arg->from))
		goto failed;
	unsafe_put_user(parcel->env.seq, &arg->seq, failed);
	user_write_access_end();
	return 0;

failed:
	user_write_access_end();
	return -EFAULT;
}

static int ipcx_peek_run(struct ipcx_mailbox *mailbox, struct ipcx_look *look,
			 const struct ipcx_peek *peek, struct ipcx_peek __user *arg,
			 const struct ipcx_patience *patience)
{
	int err = ipcx_peek_look(mailbox, look, patience);

	if (err == -EMSGSIZE && (put_user(look->parcel->env.len, &arg->msg.len) ||
				 put_user(look->parcel->nfds, &arg->msg.nfds)))
		return -EFAULT;
	if (err)
		return err;
	err = ipcx_stats_fault(mailbox, ipcx_peek_put(look, &peek->msg, arg));
	ipcx_parcel_drop(look->parcel);
	return err;
}

/**
 * ipcx_peek_after() - IPCX_IOC_PEEK
 * @mailbox: mailbox
 * @endpoint: that it is looked at through
 * @peek: argument, not checked yet
 * @arg: where it came from, and where the message goes
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_peek lists them.
 */
int ipcx_peek_after(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_peek *peek, struct ipcx_peek __user *arg, bool dontwait)
{
	const struct ipcx_patience patience =
		ipcx_patience(endpoint, peek->deadline, peek->flags, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.room = peek->flags & IPCX_TRUNCATE ? SIZE_MAX : peek->msg.len,
	};
	struct ipcx_parcel parcel __ipcx_uninitialized;
	struct ipcx_look look = { .wanted = &wanted, .parcel = &parcel };
	int err;

	err = ipcx_peek_check(mailbox, peek);
	if (err)
		return err;
	look.cursor = ipcx_cursor_get(mailbox, endpoint, peek->after, peek->after_prio);
	if (!look.cursor)
		return -ENOMEM;
	err = ipcx_peek_run(mailbox, &look, peek, arg, &patience);
	/* It is work for others, and who has come to the end may be done. */
	if (!err || err == -EMSGSIZE)
		ipcx_cursor_put(mailbox, endpoint, look.cursor);
	else
		ipcx_cursor_free(mailbox, look.cursor);
	return err;
}
