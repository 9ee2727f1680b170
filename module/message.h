/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_MESSAGE_H
#define _IPCX_MESSAGE_H

#include <linux/cred.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "copy.h"

struct iov_iter;
struct ipcx_account;
struct ipcx_caller;
struct ipcx_fds;
struct ipcx_loan;
struct page;

/**
 * struct ipcx_envelope - all of a message but its payload
 * @seq: order of arrival at the mailbox; kept when a message goes back to its place
 * @type: of the sender's choice
 * @time: CLOCK_MONOTONIC nanoseconds
 * @pid: sending process, with a reference
 * @fds: files that go with it, or NULL
 * @uid: its effective user
 * @gid: its effective group
 * @len: payload bytes
 * @prio: less than &ipcx_mailbox.prios
 */
struct ipcx_envelope {
	u64 seq;
	u64 type;
	u64 time;
	struct pid *pid;
	struct ipcx_fds *fds;
	kuid_t uid;
	kgid_t gid;
	u32 len;
	u32 prio;
};

/**
 * struct ipcx_message - a message in kernel memory, that can be queued
 * @link: in a list of a queue, or unused; the mailbox's lock
 * @rank: in a tree of a queue, instead
 * @next: in a batch in a receiver's hands, instead
 * @node: in the queue's index by type, or empty; the mailbox's lock
 * @best_below: best rank in the index at or below @node; likewise
 * @refs: whoever holds it: the queue or one parcel, and those who peek at it
 * @place: in a block, which of its messages this is, from 1 on; 0 if it has memory of its own
 * @shared: it counts in its sender's portion of the mailbox; the mailbox's lock
 * @env: envelope
 * @account: of its sender. Charged for it while it is queued, or its sender waits for room, and
 *	until a receiver has kept it
 * @caller: who waits for the reply, while the request is queued; the mailbox's lock
 * @token: of a request that is part of a batch in a receiver's hands, instead
 * @pages: payload of more than %IPCX_FLAT_SIZE bytes
 * @data: payload of less
 */
struct ipcx_message {
	union {
		struct list_head link;
		struct rb_node rank;
		struct ipcx_message *next;
	};
	struct rb_node node;
	u64 best_below;
	refcount_t refs;
	u8 place;
	bool shared;
	struct ipcx_envelope env;
	struct ipcx_account *account;
	union {
		struct ipcx_caller *caller;
		u64 token;
	};
	union {
		DECLARE_FLEX_ARRAY(struct page *, pages);
		DECLARE_FLEX_ARRAY(u8, data);
	};
};

/* Longer payloads are kept in pages: a larger slab object has half of its memory to no use. */
#define IPCX_FLAT_SIZE		(SZ_4K - sizeof(struct ipcx_message))

/* Payloads that are handed to a waiting receiver without being allocated */
#define IPCX_INLINE_SIZE	256

/**
 * struct ipcx_parcel - a message in the hands of a task, on its stack
 * @env: envelope
 * @msg: the payload's memory, or NULL
 * @loan: the payload's pages, if they are lent; or NULL, and if @msg is, too, it is in @data
 * @token: the right to reply, or 0
 * @reply_room: longest reply wanted
 * @reply_nfds: most descriptors wanted with it
 * @nfds: of a message that was looked at and not taken: how many descriptors go with it
 * @charged: still counted in the mailbox's queue
 * @data: payload
 *
 * A sender packs one; the mailbox moves it into the parcel of a waiting receiver, or queues its
 * message. The references that it holds go with it.
 */
struct ipcx_parcel {
	struct ipcx_envelope env;
	struct ipcx_message *msg;
	struct ipcx_loan *loan;
	u64 token;
	u32 reply_room;
	u32 reply_nfds;
	u32 nfds;
	bool charged;
	u8 data[IPCX_INLINE_SIZE] __aligned(sizeof(u64));
};

int ipcx_parcel_pack_long(struct ipcx_parcel *parcel, struct iov_iter *from, bool handover);
int ipcx_parcel_pack_boxed(struct ipcx_parcel *parcel, const void __user *from, size_t len);
void ipcx_parcel_lend(struct ipcx_parcel *parcel, struct ipcx_loan *loan, size_t len);
int ipcx_parcel_box(struct ipcx_parcel *parcel, gfp_t gfp);
void ipcx_parcel_measure(struct ipcx_parcel *parcel, const struct ipcx_envelope *env);
void ipcx_parcel_peek(struct ipcx_parcel *parcel, struct ipcx_message *msg);
int ipcx_parcel_unpack_long(const struct ipcx_parcel *parcel, struct iov_iter *to);
void ipcx_parcel_empty(struct ipcx_parcel *parcel);

struct ipcx_message *ipcx_message_make(const void __user *from, size_t len);
int ipcx_message_unpack(const struct ipcx_message *msg, void __user *to, size_t len);
void ipcx_message_free(struct ipcx_message *msg);
void ipcx_message_free_list(struct list_head *list);
void ipcx_message_put(struct ipcx_message *msg);

/* Notes who sends a parcel, when and how much of it. Without files, so far */
static __always_inline void ipcx_parcel_sign(struct ipcx_parcel *parcel, size_t len)
{
	parcel->charged = false;
	parcel->env.len = len;
	parcel->env.fds = NULL;
	parcel->env.time = ktime_get_ns();
	parcel->env.pid = get_pid(task_tgid(current));
	current_euid_egid(&parcel->env.uid, &parcel->env.gid);
}

/**
 * ipcx_parcel_pack_short() - ipcx_parcel_pack() of what is short
 * @parcel: filled in likewise
 * @from: the payload
 * @len: its length, at most %IPCX_COPY_SHORT
 * @handover: likewise
 *
 * In line, as it is what every small message goes through that is handed over.
 *
 * Return: 0, -EFAULT or -ENOMEM; then there is nothing to drop.
 */
static __always_inline int ipcx_parcel_pack_short(struct ipcx_parcel *parcel,
						  const void __user *from, size_t len,
						  bool handover)
{
	BUILD_BUG_ON(IPCX_COPY_SHORT > IPCX_INLINE_SIZE);

	if (!handover)
		return ipcx_parcel_pack_boxed(parcel, from, len);
	parcel->msg = NULL;
	parcel->loan = NULL;
	if (unlikely(!ipcx_copy_in_inline(parcel->data, from, len)))
		return -EFAULT;
	ipcx_parcel_sign(parcel, len);
	return 0;
}

/**
 * ipcx_parcel_unpack_short() - ipcx_parcel_unpack() of what is short
 * @parcel: parcel of at most %IPCX_COPY_SHORT bytes
 * @to: where to
 * @room: how much fits
 *
 * Return: 0 or -EFAULT.
 */
static __always_inline int ipcx_parcel_unpack_short(const struct ipcx_parcel *parcel,
						    void __user *to, size_t room)
{
	const void *from = parcel->msg ? parcel->msg->data : parcel->data;
	size_t len = min_t(size_t, parcel->env.len, room);

	return ipcx_copy_out_inline(from, to, len) ? 0 : -EFAULT;
}

/**
 * ipcx_parcel_pack() - take a message from user space
 * @parcel: filled in, but for priority and type, and without descriptors
 * @from: the payload, all of it; not always advanced
 * @handover: a receiver seems to wait: do not allocate what it will not need
 *
 * Return: 0, -EFAULT or -ENOMEM; then there is nothing to drop.
 */
static inline int ipcx_parcel_pack(struct ipcx_parcel *parcel, struct iov_iter *from, bool handover)
{
	size_t len = iov_iter_count(from);

	if (ipcx_copy_is_short(from, len))
		return ipcx_parcel_pack_short(parcel, ipcx_copy_place(from), len, handover);
	return ipcx_parcel_pack_long(parcel, from, handover);
}

/**
 * ipcx_parcel_unpack() - copy the payload to user space
 * @parcel: parcel, unchanged
 * @to: where to; of what does not fit, the beginning. Not always advanced
 *
 * Return: 0 or -EFAULT.
 */
static inline int ipcx_parcel_unpack(const struct ipcx_parcel *parcel, struct iov_iter *to)
{
	if (ipcx_copy_is_short(to, parcel->env.len))
		return ipcx_parcel_unpack_short(parcel, ipcx_copy_place(to), iov_iter_count(to));
	return ipcx_parcel_unpack_long(parcel, to);
}

/**
 * ipcx_parcel_drop() - free what a parcel holds
 * @parcel: parcel; its envelope can still be read, but for the sender's pid and the descriptors
 */
static inline void ipcx_parcel_drop(struct ipcx_parcel *parcel)
{
	put_pid(parcel->env.pid);
	if (parcel->msg || parcel->loan || unlikely(parcel->env.fds))
		ipcx_parcel_empty(parcel);
}

/**
 * ipcx_parcel_move() - hand a parcel over
 * @to: of the receiver; what is in it is overwritten, and there is no token yet
 * @from: of the sender; not to be dropped any more
 */
static inline void ipcx_parcel_move(struct ipcx_parcel *to, const struct ipcx_parcel *from)
{
	to->env = from->env;
	to->msg = from->msg;
	to->loan = from->loan;
	to->token = 0;
	to->reply_room = 0;
	to->reply_nfds = 0;
	to->charged = from->charged;
	if (from->msg || from->loan)
		return;
	/* All of a block is copied in less time than it takes to call what copies some of it. */
	if (likely(from->env.len <= IPCX_COPY_BLOCK))
		memcpy(to->data, from->data, IPCX_COPY_BLOCK);
	else
		memcpy(to->data, from->data, from->env.len);
}

/* What is true of a message that has not been made yet, or is free again */
static inline void ipcx_message_construct(struct ipcx_message *msg, u32 place)
{
	RB_CLEAR_NODE(&msg->node);
	refcount_set(&msg->refs, 1);
	msg->place = place;
	msg->shared = false;
	msg->caller = NULL;
}

/* Who holds a message gives it up: does nobody else hold it? */
static inline bool ipcx_message_is_last(struct ipcx_message *msg)
{
	/* Nobody can begin to peek at it now; what those did who have ended is over. */
	if (refcount_read(&msg->refs) != 1)
		return refcount_dec_and_test(&msg->refs);
	smp_acquire__after_ctrl_dep();
	return true;
}

#endif
