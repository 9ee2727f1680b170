/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_HANGUP_H
#define _IPCX_HANGUP_H

#include <linux/fs.h>

#include "endpoint.h"
#include "mailbox.h"

void ipcx_hangup_join(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint, fmode_t mode);
void ipcx_hangup_leave(struct ipcx_mailbox *mailbox, fmode_t mode);

/**
 * ipcx_hangup_of_writers() - have all gone that could send to this receiver?
 * @mailbox: mailbox, locked
 * @endpoint: of the receiver
 */
static inline bool ipcx_hangup_of_writers(const struct ipcx_mailbox *mailbox,
					  const struct ipcx_endpoint *endpoint)
{
	return unlikely(mailbox->hangs_up) && !mailbox->writers &&
	       mailbox->writers_ever != endpoint->writers_before;
}

/**
 * ipcx_hangup_of_readers() - have all gone that could receive from this sender?
 * @mailbox: mailbox, locked
 * @endpoint: of the sender
 */
static inline bool ipcx_hangup_of_readers(const struct ipcx_mailbox *mailbox,
					  const struct ipcx_endpoint *endpoint)
{
	return unlikely(mailbox->hangs_up) && !mailbox->readers &&
	       mailbox->readers_ever != endpoint->readers_before;
}

#endif
