/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BORDER_H
#define _IPCX_BORDER_H

#include <linux/ipcx.h>
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "compat.h"
#include "copy.h"
#include "knob.h"
#include "lend.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "stats.h"
#include "take.h"
#include "trace.h"

/*
 * The border with user space: payloads and descriptors in and out, and the point after which a
 * received message is the receiver's. In line is what every message goes through.
 */

int ipcx_pack_long(struct ipcx_parcel *parcel, const struct ipcx_msg *msg, bool handover);
int ipcx_pack_fds(struct ipcx_parcel *parcel, const struct ipcx_msg *msg, bool regions);
int ipcx_pack_fds_for(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		      const struct ipcx_msg *msg);
int ipcx_unpack_long(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg);

/* Takes note of what came of taking a message from user space, and returns it. */
static __always_inline int ipcx_packed(struct ipcx_mailbox *mailbox,
				       const struct ipcx_parcel *parcel, size_t len, int err)
{
	trace_ipcx_copy_in(mailbox, parcel->msg, false, len, err);
	return unlikely(err) ? ipcx_stats_fault(mailbox, err) : 0;
}

static __always_inline int ipcx_pack(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				     const struct ipcx_msg *msg, bool handover)
{
	int err;

	parcel->env.type = msg->type;
	parcel->env.prio = msg->prio;
	if (likely(msg->len <= IPCX_COPY_SHORT))
		err = ipcx_parcel_pack_short(parcel, u64_to_user_ptr(msg->data), msg->len,
					     handover);
	else
		err = ipcx_pack_long(parcel, msg, handover);
	return ipcx_packed(mailbox, parcel, msg->len, err);
}

static __always_inline int ipcx_pack_msg(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
					 const struct ipcx_msg *msg, bool handover)
{
	if (msg->len > READ_ONCE(mailbox->max_msg_size))
		return ipcx_stats_refuse(mailbox, -EMSGSIZE);
	return ipcx_pack(mailbox, parcel, msg, handover);
}

/* What the flags are to say of a message that is received into that */
static inline u32 ipcx_cut(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	return parcel->env.len > msg->len ? IPCX_MSG_TRUNCATED : 0;
}

static __always_inline int ipcx_unpack(const struct ipcx_parcel *parcel,
				       const struct ipcx_msg *msg)
{
	if (likely(parcel->env.len <= IPCX_COPY_SHORT))
		return ipcx_parcel_unpack_short(parcel, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_unpack_long(parcel, msg);
}

/* Is a message likely to go straight to a receiver? */
static __always_inline bool ipcx_send_hands_over(const struct ipcx_mailbox *mailbox)
{
	return ipcx_mailbox_expects(mailbox) && ipcx_knob_copy(mailbox) != IPCX_COPY_HEAP;
}

static __always_inline int
ipcx_send(struct ipcx_mailbox *mailbox, struct iov_iter *from, u64 type, u32 prio, u32 flags,
	  struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	size_t len = iov_iter_count(from);
	int err;

	if (len > READ_ONCE(mailbox->max_msg_size))
		return ipcx_stats_refuse(mailbox, -EMSGSIZE);
	parcel.env.type = type;
	parcel.env.prio = prio;
	if (ipcx_lend_pays(mailbox, from, patience) && ipcx_lend(mailbox, &parcel, from, patience))
		return 0;
	err = ipcx_parcel_pack(&parcel, from, ipcx_send_hands_over(mailbox));
	err = ipcx_packed(mailbox, &parcel, len, err);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (unlikely(err == -EPIPE) && !(flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
}

/*
 * Sends what is not to be lent: it is short, or it has files, which would be held for as long as it
 * takes.
 */
static __always_inline int ipcx_send_whole(struct ipcx_mailbox *mailbox, const struct ipcx_msg *msg,
					   u32 flags, struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_pack_msg(mailbox, &parcel, msg, ipcx_send_hands_over(mailbox));
	if (!err && unlikely(msg->nfds))
		err = ipcx_pack_fds_for(mailbox, &parcel, msg);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (unlikely(err == -EPIPE) && !(flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
}

/*
 * Does the message belong to the receiver now? Not if it could not be copied to it, and not if the
 * receiver was killed and will never look at it: a message that was handed over to it in its last
 * moments is for somebody else.
 */
static __always_inline int ipcx_received(int err)
{
	if (likely(!signal_pending(current)))
		return err;
	return err ?: fatal_signal_pending(current) ? -EINTR : 0;
}

/*
 * The receiver has copied what it took, or failed to. Return: @err; or -EAGAIN if the message was
 * lent, and is not to be had any more.
 */
static __always_inline int
ipcx_receive_end(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		 struct ipcx_parcel *parcel, int err)
{
	if (unlikely(err))
		ipcx_stats_fault(mailbox, err);
	if (unlikely(parcel->loan))
		return ipcx_lend_return(mailbox, parcel, err);
	if (err)
		ipcx_take_restore(mailbox, endpoint, parcel);
	else
		ipcx_take_keep(mailbox, parcel);
	return err;
}

#endif
