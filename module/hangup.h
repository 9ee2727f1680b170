/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_HANGUP_H
#define _IPCX_HANGUP_H

#include <linux/fs.h>

#include "endpoint.h"
#include "mailbox.h"

void ipcx_hangup_join(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint, fmode_t mode);
void ipcx_hangup_leave(struct ipcx_mailbox *mailbox, fmode_t mode);
void ipcx_hangup_release(struct ipcx_mailbox *mailbox, unsigned int count, struct ipcx_news *news);
void ipcx_hangup_kept(struct ipcx_mailbox *mailbox);

/* As many messages are in the hands of a receiver. The mailbox is locked. */
static inline void ipcx_hangup_taken(struct ipcx_mailbox *mailbox, unsigned int count)
{
	if (unlikely(mailbox->hangs_up))
		mailbox->held += count;
}

/* As many are not any more: they have arrived, or have come back. The mailbox is locked. */
static inline void ipcx_hangup_settled(struct ipcx_mailbox *mailbox, unsigned int count,
				       struct ipcx_news *news)
{
	if (unlikely(mailbox->hangs_up))
		ipcx_hangup_release(mailbox, count, news);
}

/**
 * ipcx_hangup_of_writers() - have all gone that could send to this receiver?
 * @mailbox: mailbox, locked
 * @endpoint: of the receiver
 *
 * Not as long as another receiver may give back what one of them has sent.
 */
static inline bool ipcx_hangup_of_writers(const struct ipcx_mailbox *mailbox,
					  const struct ipcx_endpoint *endpoint)
{
	return unlikely(mailbox->hangs_up) && !mailbox->writers && !mailbox->held &&
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
