// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shares: of a mailbox that has them, the messages of one user take only a part, so that there is
 * room for those of others. Mailboxes without do not count by user.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "deliver.h"
#include "share.h"

static struct ipcx_portion *ipcx_portion_of(struct rb_node *node)
{
	return rb_entry(node, struct ipcx_portion, node);
}

static int ipcx_portion_compare(const void *key, const struct rb_node *node)
{
	uid_t uid = __kuid_val(rb_entry(node, struct ipcx_portion, node)->uid);
	uid_t wanted = __kuid_val(*(const kuid_t *)key);

	return wanted < uid ? -1 : wanted > uid;
}

static int ipcx_portion_compare_nodes(struct rb_node *node, const struct rb_node *other)
{
	return ipcx_portion_compare(&ipcx_portion_of(node)->uid, other);
}

static struct ipcx_portion *ipcx_portion_find(const struct ipcx_mailbox *mailbox, kuid_t uid)
{
	struct rb_node *node = rb_find(&uid, &mailbox->portions, ipcx_portion_compare);

	return node ? ipcx_portion_of(node) : NULL;
}

static void ipcx_portion_close(struct ipcx_mailbox *mailbox, struct ipcx_portion *portion)
{
	if (portion->senders || portion->msgs)
		return;
	rb_erase(&portion->node, &mailbox->portions);
	kfree(portion);
}

/**
 * ipcx_share_join() - a user is sending
 * @mailbox: mailbox, locked
 * @uid: user
 * @spare: becomes his portion, if he has none, and is freed otherwise
 *
 * Return: his portion, there until ipcx_share_leave().
 */
struct ipcx_portion *ipcx_share_join(struct ipcx_mailbox *mailbox, kuid_t uid,
				     struct ipcx_portion *spare)
{
	struct ipcx_portion *portion = spare;
	struct rb_node *found;

	lockdep_assert_held(&mailbox->lock);
	spare->uid = uid;
	found = rb_find_add(&spare->node, &mailbox->portions, ipcx_portion_compare_nodes);
	if (found) {
		portion = ipcx_portion_of(found);
		kfree(spare);
	}
	portion->senders++;
	return portion;
}

/**
 * ipcx_share_leave() - a user's sending has ended
 * @mailbox: mailbox, not locked
 * @portion: his, which may be freed by this
 */
void ipcx_share_leave(struct ipcx_mailbox *mailbox, struct ipcx_portion *portion)
{
	spin_lock(&mailbox->lock);
	portion->senders--;
	ipcx_portion_close(mailbox, portion);
	spin_unlock(&mailbox->lock);
}

static u64 ipcx_share_of(const struct ipcx_mailbox *mailbox, u64 whole)
{
	return div_u64(whole * mailbox->share, 100);
}

/* A user who has nothing there can send, for otherwise a long message never could be. */
bool ipcx_share_has_room(const struct ipcx_mailbox *mailbox, const struct ipcx_portion *portion,
			 size_t len)
{
	if (!ipcx_mailbox_has_shares(mailbox) || !portion->msgs)
		return true;
	return portion->msgs + 1 <= ipcx_share_of(mailbox, mailbox->max_msgs) &&
	       portion->bytes + len <= ipcx_share_of(mailbox, mailbox->max_bytes);
}

/**
 * ipcx_share_is_awaited() - does anybody wait for room within his share?
 * @mailbox: mailbox, locked
 *
 * As many steps as senders wait, and for each the logarithm of the number of users.
 *
 * Return: true if so.
 */
bool ipcx_share_is_awaited(const struct ipcx_mailbox *mailbox)
{
	const struct ipcx_sending *sending;

	list_for_each_entry(sending, &mailbox->senders, wait.link)
		if (ipcx_share_allows(mailbox, sending->portion, sending->parcel->env.len))
			return true;
	return false;
}

/**
 * ipcx_share_permits() - is a message within the share of a user who is not sending now?
 * @mailbox: mailbox, locked
 * @uid: user
 * @len: payload bytes
 *
 * Return: true if so.
 */
bool ipcx_share_permits(const struct ipcx_mailbox *mailbox, kuid_t uid, size_t len)
{
	return ipcx_share_allows(mailbox, ipcx_portion_find(mailbox, uid), len);
}

/**
 * ipcx_share_credit() - a message takes no room of its sender's share any more
 * @mailbox: mailbox, locked
 * @msg: message that took some
 */
void ipcx_share_credit(struct ipcx_mailbox *mailbox, struct ipcx_message *msg)
{
	struct ipcx_portion *portion = ipcx_portion_find(mailbox, msg->env.uid);

	lockdep_assert_held(&mailbox->lock);
	if (WARN_ON_ONCE(!portion))
		return;
	msg->shared = false;
	portion->msgs--;
	portion->bytes -= msg->env.len;
	ipcx_portion_close(mailbox, portion);
}
