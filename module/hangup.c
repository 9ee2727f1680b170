// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hang-up mode: a mailbox that tells each side when the other has gone, as a pipe does. Who is
 * there is counted by endpoints. For each, the other side has gone if there was somebody once,
 * while the endpoint was bound, and nobody is there now: whoever comes first waits for the other.
 */
#include "call.h"
#include "deliver.h"
#include "endpoint.h"
#include "hangup.h"
#include "mailbox.h"
#include "message.h"

/**
 * ipcx_hangup_join() - an endpoint is being bound
 * @mailbox: mailbox
 * @endpoint: endpoint
 * @mode: FMODE_READ and FMODE_WRITE as it was opened
 *
 * What others have left in the mailbox has been sent by somebody, who may have gone since.
 */
void ipcx_hangup_join(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint, fmode_t mode)
{
	if (!mailbox->hangs_up)
		return;
	spin_lock(&mailbox->lock);
	endpoint->readers_before = mailbox->readers_ever - !!mailbox->readers;
	endpoint->writers_before = mailbox->writers_ever -
				   (mailbox->writers || mailbox->msgs || mailbox->held);
	if (mode & FMODE_READ) {
		mailbox->readers++;
		mailbox->readers_ever++;
	}
	if (mode & FMODE_WRITE) {
		mailbox->writers++;
		mailbox->writers_ever++;
	}
	spin_unlock(&mailbox->lock);
}

/* Nobody sends any more, and nothing can come back. */
static void ipcx_hangup_end(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	ipcx_deliver_fail(&mailbox->receivers, &mailbox->nr_receivers, -EPIPE, news);
	ipcx_mailbox_announce(mailbox, EPOLLHUP, 0, news);
}

/* What ipcx_hangup_settled() does, where it does anything */
void ipcx_hangup_release(struct ipcx_mailbox *mailbox, unsigned int count, struct ipcx_news *news)
{
	lockdep_assert_held(&mailbox->lock);
	mailbox->held -= count;
	if (!mailbox->held && !mailbox->writers)
		ipcx_hangup_end(mailbox, news);
}

/* The same for a message that has arrived, and did not count against the limits */
void ipcx_hangup_kept(struct ipcx_mailbox *mailbox)
{
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	ipcx_hangup_release(mailbox, 1, &news);
	ipcx_mailbox_unlock(mailbox, &news);
}

/**
 * ipcx_hangup_leave() - an endpoint is being closed
 * @mailbox: mailbox
 * @mode: FMODE_READ and FMODE_WRITE as it was opened
 *
 * No request can be in the hands of a receiver if this was the last one: its endpoint has given up
 * all it held.
 */
void ipcx_hangup_leave(struct ipcx_mailbox *mailbox, fmode_t mode)
{
	struct ipcx_news news;
	LIST_HEAD(withdrawn);

	if (!mailbox->hangs_up)
		return;
	ipcx_mailbox_lock(mailbox, &news);
	if (mode & FMODE_READ && !--mailbox->readers) {
		ipcx_deliver_fail(&mailbox->senders, &mailbox->nr_senders, -EPIPE, &news);
		ipcx_call_fail(mailbox, -EPIPE, &withdrawn, &news);
		ipcx_mailbox_announce(mailbox, EPOLLERR | EPOLLHUP, 0, &news);
	}
	if (mode & FMODE_WRITE && !--mailbox->writers && !mailbox->held)
		ipcx_hangup_end(mailbox, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_message_free_list(&withdrawn);
}
