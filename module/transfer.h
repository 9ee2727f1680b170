/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_TRANSFER_H
#define _IPCX_TRANSFER_H

#include <linux/compiler_types.h>
#include <linux/ipcx.h>
#include <linux/types.h>

struct ipcx_endpoint;
struct ipcx_mailbox;
struct ipcx_parcel;

int ipcx_transfer_send(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_send *send, bool dontwait);
int ipcx_transfer_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_recv *recv, struct ipcx_recv __user *arg, bool dontwait);
int ipcx_transfer_call(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_call *call, struct ipcx_call __user *arg, bool dontwait);
int ipcx_transfer_reply(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			const struct ipcx_reply *reply);
int ipcx_transfer_reply_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			     const struct ipcx_reply *reply, struct ipcx_reply __user *arg,
			     bool dontwait, bool *replied);
int ipcx_transfer_unpack(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg,
			 struct ipcx_received __user *to);

#endif
