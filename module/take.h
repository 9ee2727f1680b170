/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_TAKE_H
#define _IPCX_TAKE_H

#include "fds.h"
#include "hangup.h"
#include "mailbox.h"
#include "message.h"
#include "queue.h"

struct ipcx_endpoint;
struct ipcx_patience;

/**
 * struct ipcx_wanted - what a receiver wants
 * @endpoint: that it receives through, which will hold the token of a request
 * @selection: which messages
 * @room: longest message that it can take
 * @nfds: most descriptors that it can take with it
 * @borrows: the message may be lent to it, see lend.c
 */
struct ipcx_wanted {
	struct ipcx_endpoint *endpoint;
	struct ipcx_selection selection;
	size_t room;
	unsigned int nfds;
	bool borrows;
};

/**
 * struct ipcx_answer - a reply that a receiver gives before it takes a message
 * @token: of the request that it answers
 * @parcel: the reply; NULL once it is given
 */
struct ipcx_answer {
	u64 token;
	struct ipcx_parcel *parcel;
};

/**
 * ipcx_wanted_fits() - has a receiver room for a message?
 * @wanted: what it wants
 * @env: of the message
 *
 * Return: true if it can be given to it.
 */
static inline bool ipcx_wanted_fits(const struct ipcx_wanted *wanted,
				    const struct ipcx_envelope *env)
{
	return env->len <= wanted->room &&
	       (likely(!env->fds) || ipcx_fds_count(env->fds) <= wanted->nfds);
}

struct ipcx_message *ipcx_take_choose(struct ipcx_mailbox *mailbox,
				      const struct ipcx_selection *selection,
				      struct ipcx_news *news);
int ipcx_take(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
	      struct ipcx_parcel *parcel, struct ipcx_patience *patience);
int ipcx_take_answering(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
			struct ipcx_parcel *parcel, struct ipcx_patience *patience,
			struct ipcx_answer *answer);
void ipcx_take_uncharge(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel);
void ipcx_take_restore(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       struct ipcx_parcel *parcel);

/**
 * ipcx_take_find() - the message that is next for a receiver
 * @mailbox: mailbox, locked; the lock may be dropped and taken again
 * @selection: what the receiver wants
 * @news: of the lock; if that is dropped, who is noted there is told
 *
 * Return: the message, still queued, or NULL.
 */
static inline struct ipcx_message *ipcx_take_find(struct ipcx_mailbox *mailbox,
						  const struct ipcx_selection *selection,
						  struct ipcx_news *news)
{
	if (likely(selection->how == IPCX_SELECT_ANY))
		return ipcx_queue_first(&mailbox->queue);
	return ipcx_take_choose(mailbox, selection, news);
}

/**
 * ipcx_take_ended() - can no message come any more?
 * @mailbox: mailbox, locked
 * @endpoint: of the receiver
 *
 * Return: 0, or why not: -EIDRM or -EPIPE.
 */
static inline int ipcx_take_ended(const struct ipcx_mailbox *mailbox,
				  const struct ipcx_endpoint *endpoint)
{
	if (unlikely(mailbox->removed))
		return -EIDRM;
	return ipcx_hangup_of_writers(mailbox, endpoint) ? -EPIPE : 0;
}

/**
 * ipcx_take_keep() - the message that was taken has arrived
 * @mailbox: mailbox
 * @parcel: the message, freed by this
 *
 * Its room becomes free only now, so that messages in the hands of receivers that are slow, or
 * stuck in a fault, count against the limits.
 */
static inline void ipcx_take_keep(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel)
{
	if (parcel->charged)
		ipcx_take_uncharge(mailbox, parcel);
	else if (unlikely(mailbox->hangs_up))
		ipcx_hangup_kept(mailbox);
	ipcx_parcel_drop(parcel);
}

#endif
