/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_DELIVER_H
#define _IPCX_DELIVER_H

#include "mailbox.h"
#include "queue.h"
#include "take.h"
#include "wait.h"

struct ipcx_caller;
struct ipcx_message;
struct ipcx_parcel;
struct ipcx_portion;
struct ipcx_wanted;

/**
 * struct ipcx_receiving - a receiver that waits for a message
 * @wait: in &ipcx_mailbox.receivers
 * @wanted: which message
 * @parcel: where it goes
 */
struct ipcx_receiving {
	struct ipcx_wait wait;
	const struct ipcx_wanted *wanted;
	struct ipcx_parcel *parcel;
};

/**
 * struct ipcx_sending - a sender that waits for room
 * @wait: in &ipcx_mailbox.senders
 * @parcel: its message, boxed
 * @portion: the sender's, or NULL if the mailbox had no shares when he came
 * @caller: if it is a request
 */
struct ipcx_sending {
	struct ipcx_wait wait;
	struct ipcx_parcel *parcel;
	struct ipcx_portion *portion;
	struct ipcx_caller *caller;
};

void ipcx_deliver_give(struct ipcx_mailbox *mailbox, struct ipcx_receiving *receiving,
		       struct ipcx_parcel *parcel, struct ipcx_caller *caller,
		       struct ipcx_news *news);
bool ipcx_deliver_offer(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			struct ipcx_caller *caller, struct ipcx_news *news);
void ipcx_deliver_append(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			 struct ipcx_news *news);
void ipcx_deliver_enqueue(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			  struct ipcx_caller *caller, struct ipcx_news *news);
void ipcx_deliver_admit(struct ipcx_mailbox *mailbox, struct ipcx_news *news);
void ipcx_deliver_arrived(struct ipcx_mailbox *mailbox, struct ipcx_message *first, u64 now);
void ipcx_deliver_uncharge(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			   struct ipcx_news *news);
void ipcx_deliver_withdraw(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			   struct ipcx_news *news);
void ipcx_deliver_fail(struct list_head *list, unsigned int *count, int err,
		       struct ipcx_news *news);

/**
 * ipcx_deliver_receiver() - whose turn is it to receive?
 * @mailbox: mailbox, locked
 * @type: of a message
 *
 * Return: the receiver that has waited longest for such, or NULL.
 */
static inline struct ipcx_receiving *ipcx_deliver_receiver(struct ipcx_mailbox *mailbox, u64 type)
{
	struct ipcx_receiving *receiving;

	list_for_each_entry(receiving, &mailbox->receivers, wait.link)
		if (ipcx_selection_has(&receiving->wanted->selection, type))
			return receiving;
	return NULL;
}

#endif
