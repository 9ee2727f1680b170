/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_LEND_H
#define _IPCX_LEND_H

#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/uio.h>

#include "copy.h"
#include "knob.h"
#include "mailbox.h"

struct ipcx_loan;
struct ipcx_parcel;
struct ipcx_patience;

bool ipcx_lend(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
	       const struct iov_iter *from, const struct ipcx_patience *patience);
int ipcx_lend_return(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, int err);

bool ipcx_loan_copy_out(const struct ipcx_loan *loan, size_t len, struct iov_iter *to);
void ipcx_loan_put(struct ipcx_loan *loan);

/* What is shorter is copied twice in less time than lending it and sleeping would take. */
#define IPCX_LEND_SIZE		SZ_32K

static inline size_t ipcx_lend_size(const struct ipcx_mailbox *mailbox)
{
	u32 copy = ipcx_knob_copy(mailbox);

	if (likely(copy == IPCX_COPY_DEFAULT))
		return IPCX_LEND_SIZE;
	/* Who copies what is short does not ask whether it is lent. */
	return copy == IPCX_COPY_LEND ? IPCX_COPY_SHORT + 1 : SIZE_MAX;
}

/**
 * ipcx_lend_pays() - is it worth while to try to lend a message?
 * @mailbox: mailbox
 * @from: the message
 * @patience: of the sender
 *
 * Return: a guess, as is all that is known of receivers without the lock.
 */
static inline bool ipcx_lend_pays(const struct ipcx_mailbox *mailbox, const struct iov_iter *from,
				  const struct ipcx_patience *patience)
{
	return unlikely(iov_iter_count(from) >= ipcx_lend_size(mailbox)) && !patience->dontwait &&
	       iter_is_ubuf(from) && ipcx_mailbox_expects(mailbox);
}

#endif
