/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_SHARE_H
#define _IPCX_SHARE_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "mailbox.h"
#include "message.h"

/**
 * struct ipcx_portion - what one user has in one mailbox that has shares
 * @node: in &ipcx_mailbox.portions
 * @uid: the user
 * @senders: tasks that are sending; with @msgs 0, the last frees it
 * @msgs: messages queued, of those that were sent while the mailbox had shares
 * @bytes: their payload bytes
 *
 * All of it belongs to the mailbox's lock.
 */
struct ipcx_portion {
	struct rb_node node;
	kuid_t uid;
	u32 senders;
	u32 msgs;
	u64 bytes;
};

struct ipcx_portion *ipcx_share_join(struct ipcx_mailbox *mailbox, kuid_t uid,
				     struct ipcx_portion *spare);
void ipcx_share_leave(struct ipcx_mailbox *mailbox, struct ipcx_portion *portion);
bool ipcx_share_has_room(const struct ipcx_mailbox *mailbox, const struct ipcx_portion *portion,
			 size_t len);
bool ipcx_share_is_awaited(const struct ipcx_mailbox *mailbox);
bool ipcx_share_permits(const struct ipcx_mailbox *mailbox, kuid_t uid, size_t len);
void ipcx_share_credit(struct ipcx_mailbox *mailbox, struct ipcx_message *msg);

/**
 * ipcx_share_allows() - is a message within its sender's share?
 * @mailbox: mailbox, locked
 * @portion: the sender's, or NULL
 * @len: payload bytes
 *
 * Return: true if so.
 */
static inline bool ipcx_share_allows(const struct ipcx_mailbox *mailbox,
				     const struct ipcx_portion *portion, size_t len)
{
	return likely(!portion) || ipcx_share_has_room(mailbox, portion, len);
}

/**
 * ipcx_share_charge() - a message takes room of its sender's share
 * @portion: the sender's, or NULL
 * @parcel: message, boxed, that is to be queued
 */
static inline void ipcx_share_charge(struct ipcx_portion *portion, struct ipcx_parcel *parcel)
{
	if (likely(!portion))
		return;
	parcel->msg->shared = true;
	portion->msgs++;
	portion->bytes += parcel->env.len;
}

/**
 * ipcx_share_must_queue() - does anybody wait for room, so that who comes now has to wait, too?
 * @mailbox: mailbox, locked
 *
 * Return: false if all that wait do so because of their shares, as well.
 */
static inline bool ipcx_share_must_queue(const struct ipcx_mailbox *mailbox)
{
	if (likely(!mailbox->nr_senders))
		return false;
	return !ipcx_mailbox_has_shares(mailbox) || ipcx_share_is_awaited(mailbox);
}

#endif
