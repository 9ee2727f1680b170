// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: their memory, and their payload's way from and to user space.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "block.h"
#include "copy.h"
#include "fds.h"
#include "lend.h"
#include "message.h"

static bool ipcx_message_is_flat(size_t len)
{
	return len <= IPCX_FLAT_SIZE;
}

static unsigned int ipcx_message_pages(size_t len)
{
	return DIV_ROUND_UP(len, PAGE_SIZE);
}

static void ipcx_message_free_pages(struct ipcx_message *msg, unsigned int count)
{
	while (count)
		__free_page(msg->pages[--count]);
}

static struct ipcx_message *ipcx_message_alloc_pages(size_t len)
{
	unsigned int count = ipcx_message_pages(len);
	struct ipcx_message *msg;
	unsigned int i;

	msg = kmalloc(struct_size(msg, pages, count), GFP_KERNEL_ACCOUNT);
	if (!msg)
		return NULL;
	for (i = 0; i < count; i++) {
		msg->pages[i] = alloc_page(GFP_KERNEL_ACCOUNT);
		if (!msg->pages[i]) {
			ipcx_message_free_pages(msg, i);
			kfree(msg);
			return NULL;
		}
	}
	return msg;
}

static struct ipcx_message *ipcx_message_alloc(size_t len, gfp_t gfp)
{
	struct ipcx_message *msg;

	if (ipcx_message_is_flat(len))
		msg = kmalloc(struct_size(msg, data, len), gfp);
	else
		msg = ipcx_message_alloc_pages(len);
	if (msg) {
		INIT_LIST_HEAD(&msg->link);
		ipcx_message_construct(msg, 0);
		msg->env.len = len;
	}
	return msg;
}

static void ipcx_message_free_memory(struct ipcx_message *msg)
{
	if (!ipcx_message_is_flat(msg->env.len))
		ipcx_message_free_pages(msg, ipcx_message_pages(msg->env.len));
	kfree(msg);
}

static void ipcx_message_put_payload(struct ipcx_message *msg)
{
	if (!ipcx_message_is_last(msg))
		return;
	if (unlikely(msg->place))
		ipcx_block_put(msg);
	else
		ipcx_message_free_memory(msg);
}

/* Of a message whose sender has been put already */
void ipcx_message_put(struct ipcx_message *msg)
{
	ipcx_message_put_payload(msg);
}

/**
 * ipcx_message_free() - free a message and what it refers to, once nobody peeks at it any more
 * @msg: message, in no queue
 */
void ipcx_message_free(struct ipcx_message *msg)
{
	put_pid(msg->env.pid);
	if (unlikely(msg->env.fds))
		ipcx_fds_free(msg->env.fds);
	ipcx_message_put_payload(msg);
}

/* Frees messages that are linked by nothing else any more. */
void ipcx_message_free_list(struct list_head *list)
{
	struct ipcx_message *msg, *next;

	list_for_each_entry_safe(msg, next, list, link)
		ipcx_message_free(msg);
}

static __always_inline bool ipcx_message_copy_in(struct ipcx_message *msg, struct iov_iter *from)
{
	size_t left = msg->env.len;
	unsigned int i;

	if (ipcx_message_is_flat(left))
		return ipcx_copy_in(msg->data, left, from);
	for (i = 0; left; i++) {
		size_t part = min_t(size_t, left, PAGE_SIZE);

		if (copy_page_from_iter(msg->pages[i], 0, part, from) != part)
			return false;
		left -= part;
	}
	return true;
}

static __always_inline bool ipcx_message_copy_out(const struct ipcx_message *msg,
						  struct iov_iter *to, size_t left)
{
	unsigned int i;

	if (ipcx_message_is_flat(msg->env.len))
		return ipcx_copy_out(msg->data, left, to);
	for (i = 0; left; i++) {
		size_t part = min_t(size_t, left, PAGE_SIZE);

		if (copy_page_to_iter(msg->pages[i], 0, part, to) != part)
			return false;
		left -= part;
	}
	return true;
}

/**
 * ipcx_message_make() - make a message
 * @from: its payload
 * @len: its length
 *
 * Return: the message, whose envelope has no more than the length, -EFAULT or -ENOMEM.
 */
struct ipcx_message *ipcx_message_make(const void __user *from, size_t len)
{
	struct ipcx_message *msg = ipcx_message_alloc(len, GFP_KERNEL_ACCOUNT);
	struct iov_iter iter;

	if (!msg)
		return ERR_PTR(-ENOMEM);
	iov_iter_ubuf(&iter, ITER_SOURCE, (void __user *)from, len);
	if (ipcx_message_copy_in(msg, &iter))
		return msg;
	ipcx_message_put_payload(msg);
	return ERR_PTR(-EFAULT);
}

/**
 * ipcx_message_unpack() - copy the payload to user space
 * @msg: message
 * @to: where to
 * @len: how much of it
 *
 * Return: 0 or -EFAULT.
 */
int ipcx_message_unpack(const struct ipcx_message *msg, void __user *to, size_t len)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_DEST, to, len);
	return ipcx_message_copy_out(msg, &iter, len) ? 0 : -EFAULT;
}

/* ipcx_parcel_pack_short() of what is not handed over */
int ipcx_parcel_pack_boxed(struct ipcx_parcel *parcel, const void __user *from, size_t len)
{
	BUILD_BUG_ON(IPCX_COPY_SHORT > IPCX_FLAT_SIZE);

	parcel->loan = NULL;
	parcel->msg = ipcx_message_alloc(len, GFP_KERNEL_ACCOUNT);
	if (!parcel->msg)
		return -ENOMEM;
	if (unlikely(!ipcx_copy_in_inline(parcel->msg->data, from, len))) {
		ipcx_message_put_payload(parcel->msg);
		return -EFAULT;
	}
	ipcx_parcel_sign(parcel, len);
	return 0;
}

/* ipcx_parcel_pack() of what is not short, or not in one piece */
int ipcx_parcel_pack_long(struct ipcx_parcel *parcel, struct iov_iter *from, bool handover)
{
	size_t len = iov_iter_count(from);
	bool copied;

	parcel->msg = NULL;
	parcel->loan = NULL;
	if (handover && len <= IPCX_INLINE_SIZE) {
		copied = ipcx_copy_in(parcel->data, len, from);
	} else {
		parcel->msg = ipcx_message_alloc(len, GFP_KERNEL_ACCOUNT);
		if (!parcel->msg)
			return -ENOMEM;
		copied = ipcx_message_copy_in(parcel->msg, from);
	}
	if (!copied) {
		if (parcel->msg)
			ipcx_message_put_payload(parcel->msg);
		return -EFAULT;
	}

	ipcx_parcel_sign(parcel, len);
	return 0;
}

/**
 * ipcx_parcel_lend() - pack a message that stays in user space
 * @parcel: filled in, but for priority and type
 * @loan: the message's pages
 * @len: its length
 */
void ipcx_parcel_lend(struct ipcx_parcel *parcel, struct ipcx_loan *loan, size_t len)
{
	parcel->msg = NULL;
	parcel->loan = loan;
	ipcx_parcel_sign(parcel, len);
}

/**
 * ipcx_parcel_box() - give a parcel a message, so that it can be queued
 * @parcel: parcel
 * @gfp: how to allocate
 *
 * Return: 0 or -ENOMEM, which is impossible with __GFP_NOFAIL.
 */
int ipcx_parcel_box(struct ipcx_parcel *parcel, gfp_t gfp)
{
	BUILD_BUG_ON(IPCX_INLINE_SIZE > IPCX_FLAT_SIZE);

	if (parcel->msg)
		return 0;
	parcel->msg = ipcx_message_alloc(parcel->env.len, gfp);
	if (!parcel->msg)
		return -ENOMEM;
	memcpy(parcel->msg->data, parcel->data, parcel->env.len);
	return 0;
}

/**
 * ipcx_parcel_measure() - note how large a message is that the receiver has no room for
 * @parcel: of the receiver; filled in no further
 * @env: of the message
 */
void ipcx_parcel_measure(struct ipcx_parcel *parcel, const struct ipcx_envelope *env)
{
	parcel->env.len = env->len;
	parcel->nfds = ipcx_fds_count(env->fds);
}

/**
 * ipcx_parcel_peek() - look at a message that stays where it is
 * @parcel: filled in
 * @msg: queued message; its mailbox is locked
 */
void ipcx_parcel_peek(struct ipcx_parcel *parcel, struct ipcx_message *msg)
{
	refcount_inc(&msg->refs);
	parcel->env = msg->env;
	get_pid(parcel->env.pid);
	/* They go with the message, and with whoever takes it. */
	parcel->nfds = ipcx_fds_count(msg->env.fds);
	parcel->env.fds = NULL;
	parcel->msg = msg;
	parcel->loan = NULL;
	parcel->token = 0;
	parcel->reply_room = 0;
	parcel->reply_nfds = 0;
	parcel->charged = false;
}

/* ipcx_parcel_unpack() of what is not short, or not into one piece */
int ipcx_parcel_unpack_long(const struct ipcx_parcel *parcel, struct iov_iter *to)
{
	size_t len = min_t(size_t, parcel->env.len, iov_iter_count(to));
	bool copied;

	if (parcel->msg)
		copied = ipcx_message_copy_out(parcel->msg, to, len);
	else if (parcel->loan)
		copied = ipcx_loan_copy_out(parcel->loan, len, to);
	else
		copied = ipcx_copy_out(parcel->data, len, to);
	return copied ? 0 : -EFAULT;
}

/**
 * ipcx_parcel_empty() - free what a parcel holds but for the sender's pid
 * @parcel: parcel
 */
void ipcx_parcel_empty(struct ipcx_parcel *parcel)
{
	if (unlikely(parcel->env.fds))
		ipcx_fds_free(parcel->env.fds);
	if (parcel->msg)
		ipcx_message_put_payload(parcel->msg);
	else if (parcel->loan)
		ipcx_loan_put(parcel->loan);
}
