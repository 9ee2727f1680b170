/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BATCH_H
#define _IPCX_BATCH_H

#include <linux/ipcx.h>
#include <linux/types.h>

struct ipcx_endpoint;
struct ipcx_mailbox;

int ipcx_batch_send(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_send_batch *batch, bool dontwait);
int ipcx_batch_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_recv_batch *batch, bool dontwait);

#endif
