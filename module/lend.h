/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_LEND_H
#define _IPCX_LEND_H

#include <linux/types.h>

struct iov_iter;
struct ipcx_loan;
struct ipcx_mailbox;
struct ipcx_parcel;
struct ipcx_patience;

bool ipcx_lend_pays(const struct ipcx_mailbox *mailbox, const struct iov_iter *from,
		    const struct ipcx_patience *patience);
bool ipcx_lend(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
	       const struct iov_iter *from, const struct ipcx_patience *patience);
int ipcx_lend_return(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, int err);

bool ipcx_loan_copy_out(const struct ipcx_loan *loan, size_t len, struct iov_iter *to);
void ipcx_loan_put(struct ipcx_loan *loan);

#endif
