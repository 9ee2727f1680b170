/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_PEEK_H
#define _IPCX_PEEK_H

#include <linux/types.h>

struct ipcx_endpoint;
struct ipcx_mailbox;
struct ipcx_parcel;
struct ipcx_patience;
struct ipcx_peek;
struct ipcx_wanted;

int ipcx_peek(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
	      struct ipcx_parcel *parcel, const struct ipcx_patience *patience);
int ipcx_peek_after(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_peek *peek, struct ipcx_peek __user *arg, bool dontwait);

#endif
