// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lending: a long message to a receiver that waits is copied once, straight out of the sender's
 * pages. He lends them to the receiver, and waits until it has copied them.
 *
 * Neither can keep the other waiting. A sender who is interrupted, or whose deadline comes, takes
 * his word back: the receiver finds that out when it has copied, and goes on waiting. A receiver
 * that cannot have the message declines it. In both cases the message is then sent as any other,
 * as if nobody had ever thought of lending it. The pages stay until both have done with them.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "deliver.h"
#include "hangup.h"
#include "lend.h"
#include "mailbox.h"
#include "message.h"
#include "stats.h"
#include "take.h"
#include "trace.h"

/**
 * struct ipcx_loan - pages that are lent
 * @refs: sender and receiver
 * @lender: the sender that waits, or NULL if he has taken his word back; the mailbox's lock
 * @offset: of the message in the first page
 * @count: number of @pages
 * @pages: with a reference to each
 */
struct ipcx_loan {
	refcount_t refs;
	struct ipcx_wait *lender;
	unsigned int offset;
	unsigned int count;
	struct page *pages[];
};

static void ipcx_loan_release(struct ipcx_loan *loan, unsigned int count)
{
	while (count)
		put_page(loan->pages[--count]);
	kfree(loan);
}

/**
 * ipcx_loan_put() - one of the two has done with the pages
 * @loan: loan
 */
void ipcx_loan_put(struct ipcx_loan *loan)
{
	if (!refcount_dec_and_test(&loan->refs))
		return;
	ipcx_loan_release(loan, loan->count);
}

static struct ipcx_loan *ipcx_loan_get(unsigned long start, size_t len)
{
	unsigned int offset = offset_in_page(start);
	unsigned int count = DIV_ROUND_UP(offset + len, PAGE_SIZE);
	struct ipcx_loan *loan;
	int got;

	loan = kmalloc(struct_size(loan, pages, count), GFP_KERNEL_ACCOUNT);
	if (!loan)
		return NULL;
	/* They are only read: a reference is enough, no pin is needed. */
	got = get_user_pages_fast(start - offset, count, 0, loan->pages);
	if (got != count) {
		ipcx_loan_release(loan, max(got, 0));
		return NULL;
	}
	refcount_set(&loan->refs, 1);
	loan->lender = NULL;
	loan->offset = offset;
	loan->count = count;
	return loan;
}

/**
 * ipcx_loan_copy_out() - copy a message that is lent
 * @loan: loan
 * @len: length of the message
 * @to: where to
 *
 * Return: false if the caller cannot write all of it.
 */
bool ipcx_loan_copy_out(const struct ipcx_loan *loan, size_t len, struct iov_iter *to)
{
	unsigned int offset = loan->offset;
	unsigned int i;

	for (i = 0; len; i++) {
		size_t part = min_t(size_t, len, PAGE_SIZE - offset);

		if (copy_page_to_iter(loan->pages[i], offset, part, to) != part)
			return false;
		len -= part;
		offset = 0;
	}
	return true;
}

/* Hands the parcel over to a receiver that waits and can borrow, if there is one. */
static bool ipcx_lend_offer(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			    struct ipcx_wait *lender)
{
	struct ipcx_receiving *first;
	struct ipcx_news news;
	bool done = false;

	ipcx_mailbox_lock(mailbox, &news);
	first = ipcx_deliver_receiver(mailbox, parcel->env.type);
	if (first && first->wanted->borrows && !mailbox->nr_senders &&
	    parcel->env.len <= first->wanted->room) {
		parcel->env.seq = ++mailbox->seq;
		parcel->loan->lender = lender;
		refcount_inc(&parcel->loan->refs);
		done = ipcx_deliver_offer(mailbox, parcel, NULL, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return done;
}

/* Waits until the receiver has returned what was lent to it. Return: has it got the message? */
static bool ipcx_lend_wait(struct ipcx_mailbox *mailbox, struct ipcx_loan *loan,
			   struct ipcx_wait *lender, u64 deadline)
{
	struct ipcx_news news;

	/* The receiver takes longer to copy than it is worth while to wait awake. */
	if (ipcx_wait_sleep(lender, deadline)) {
		ipcx_mailbox_lock(mailbox, &news);
		if (!ipcx_wait_is_decided(lender)) {
			loan->lender = NULL;
			ipcx_stats_wait(mailbox, IPCX_WAY_SLEPT);
			lender->status = -EAGAIN;
		}
		ipcx_mailbox_unlock(mailbox, &news);
	}
	return !lender->status;
}

/**
 * ipcx_lend() - lend a message to a receiver that waits
 * @mailbox: mailbox
 * @parcel: priority and type filled in; nothing to drop after this
 * @from: the message; not advanced
 * @patience: how long to wait for the receiver
 *
 * Return: false if it has to be sent as any other.
 */
bool ipcx_lend(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
	       const struct iov_iter *from, const struct ipcx_patience *patience)
{
	size_t len = iov_iter_count(from);
	struct mm_struct *mm = current->mm;
	struct ipcx_wait lender;
	struct ipcx_loan *loan;
	unsigned int count;
	bool done = false;

	loan = ipcx_loan_get((unsigned long)from->ubuf + from->iov_offset, len);
	if (!loan)
		return false;
	count = loan->count;
	if (!account_locked_vm(mm, count, true)) {
		ipcx_wait_init(&lender, mailbox);
		ipcx_parcel_lend(parcel, loan, len);
		trace_ipcx_copy_in(mailbox, NULL, true, len, 0);
		if (ipcx_lend_offer(mailbox, parcel, &lender))
			done = ipcx_lend_wait(mailbox, loan, &lender, patience->deadline);
		else
			put_pid(parcel->env.pid);
		account_locked_vm(mm, count, false);
	}
	ipcx_loan_put(loan);
	return done;
}

/**
 * ipcx_lend_return() - the receiver has done with a message that was lent to it
 * @mailbox: mailbox
 * @parcel: the message; dropped by this
 * @err: why the receiver cannot have it, or 0
 *
 * Return: @err, or -EAGAIN if the sender has taken his word back: the receiver is to take another.
 */
int ipcx_lend_return(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, int err)
{
	struct ipcx_wait *lender;
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	lender = parcel->loan->lender;
	if (lender && !err)
		ipcx_stats_lent(mailbox, parcel);
	trace_ipcx_lent(mailbox, parcel->env.seq, 0, parcel->env.len, lender ? err : -EAGAIN);
	if (lender)
		ipcx_wait_decide(lender, err ? -EAGAIN : 0, &news.wakeups);
	ipcx_hangup_settled(mailbox, 1, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_parcel_drop(parcel);
	return lender ? err : -EAGAIN;
}
