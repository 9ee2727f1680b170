/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BATCH_H
#define _IPCX_BATCH_H

#include <linux/ipcx.h>
#include <linux/types.h>

#include "block.h"
#include "message.h"

struct ipcx_endpoint;
struct ipcx_mailbox;

/* Messages of a step: few enough to be described on the stack */
#define IPCX_STEP		IPCX_BLOCK_MSGS

int ipcx_batch_send(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_send_batch *batch, bool dontwait);
int ipcx_batch_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_recv_batch *batch, bool dontwait);

/* A parcel for a message that has left the queue, or has not been in one */
static inline void ipcx_batch_parcel(struct ipcx_parcel *parcel, struct ipcx_message *msg)
{
	parcel->env = msg->env;
	parcel->msg = msg;
	parcel->loan = NULL;
	parcel->charged = false;
}

#endif
