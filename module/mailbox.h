/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_MAILBOX_H
#define _IPCX_MAILBOX_H

#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "ledger.h"
#include "object.h"
#include "queue.h"
#include "wait.h"

struct ipcx_endpoint;
struct ipcx_message;
struct ipcx_notice;

#define IPCX_DEFAULT_MSGS	256
#define IPCX_MAX_MSGS		SZ_1M
#define IPCX_DEFAULT_MSG_SIZE	SZ_64K
#define IPCX_MAX_MSG_SIZE	SZ_1M
#define IPCX_DEFAULT_BYTES	SZ_1M
#define IPCX_MAX_BYTES		SZ_64M

/**
 * struct ipcx_mailbox - a mailbox
 * @object: name, rights, lifetime
 * @prios: number of priorities. Constant
 * @hangs_up: each side is told when the other has gone, see hangup.c. Constant
 * @share: percentage of the room that messages of one user may take. @lock to change
 * @removed: unlinked: nobody sleeps here any more. @lock
 * @full: there was no room, and the mailbox has not been at most half full since. @lock
 * @max_msg_size: longest message in bytes. @lock to change
 * @max_reply: longest that @max_msg_size has been: no caller has room for more. @lock to change
 * @lock: everything below; every token of every endpoint bound here; and every field of a waiter,
 *	a caller or a message for as long as it is on a list here. Nothing sleeps,
 *	allocates or copies from user space under it, and no other lock of ipcx is taken
 * @max_msgs: most messages queued
 * @max_bytes: most payload bytes queued
 * @readers: endpoints that can receive; only with @hangs_up, as what follows
 * @writers: endpoints that can send
 * @readers_ever: how many that can receive there have been
 * @writers_ever: how many that can send
 * @held: messages in the hands of receivers, which may come back
 * @seq: arrival number of the last message
 * @msgs: messages charged: queued, or with a receiver that has not kept them yet
 * @bytes: their payload bytes
 * @ledger: statistics, or NULL before any command that is about messages. Set once
 * @queue: messages that nobody has taken
 * @notice: whom to tell when @queue is not empty any more, or NULL; readable without the lock, as a
 *	hint
 * @receivers: &struct ipcx_receiving, longest waiting first. Whoever is on it found no message
 * @senders: &struct ipcx_sending, longest waiting first. Their messages are not charged yet
 * @calls: &struct ipcx_caller whose request is queued
 * @holders: &struct ipcx_endpoint through which a request was received, ever
 * @portions: &struct ipcx_portion by user, of messages sent while @share was not all
 * @nr_receivers: length of @receivers; readable without the lock, as a hint
 * @nr_senders: length of @senders
 * @pollers: woken on every change that may make a message or room
 */
struct ipcx_mailbox {
	struct ipcx_object object;
	u32 prios;
	bool hangs_up;
	u8 share;
	bool removed; /* lock */
	bool full; /* lock */
	u32 max_msg_size;
	u32 max_reply;

	spinlock_t lock; /* what follows, and more */
	unsigned int readers;
	unsigned int writers;
	unsigned int readers_ever;
	unsigned int writers_ever;
	unsigned int held;
	u64 seq;
	u32 max_msgs;
	u32 msgs;
	u64 max_bytes;
	u64 bytes;
	struct ipcx_ledger *ledger;
	struct ipcx_queue queue;
	struct ipcx_notice *notice;
	struct list_head receivers;
	struct list_head senders;
	struct list_head calls;
	struct list_head holders;
	struct rb_root portions;
	unsigned int nr_receivers;
	unsigned int nr_senders;
	wait_queue_head_t pollers;
};

/**
 * struct ipcx_news - whom to tell once the lock is dropped
 * @wakeups: tasks whose wait was decided
 * @pollers: poll events that may have come true
 * @messages: how many messages pollers may receive
 */
struct ipcx_news {
	struct ipcx_wakeups wakeups;
	__poll_t pollers;
	unsigned int messages;
};

int ipcx_mailbox_check(const struct ipcx_bind *bind);
struct ipcx_object *ipcx_mailbox_create(const struct ipcx_bind *bind);
void ipcx_mailbox_info(struct ipcx_info *info);

void ipcx_mailbox_tell(struct ipcx_mailbox *mailbox, struct ipcx_news *news);
int ipcx_mailbox_init(void);
void ipcx_mailbox_exit(void);

bool ipcx_mailbox_has_room(const struct ipcx_mailbox *mailbox);
__poll_t ipcx_mailbox_poll(struct ipcx_mailbox *mailbox, struct file *file, poll_table *table);

static inline struct ipcx_mailbox *ipcx_mailbox_of(struct ipcx_object *object)
{
	return container_of(object, struct ipcx_mailbox, object);
}

static inline void ipcx_mailbox_lock(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
	__acquires(&mailbox->lock)
{
	news->wakeups.count = 0;
	news->pollers = 0;
	news->messages = 0;
	spin_lock(&mailbox->lock);
}

static inline void ipcx_mailbox_unlock(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
	__releases(&mailbox->lock)
{
	spin_unlock(&mailbox->lock);
	if (news->wakeups.count || news->pollers)
		ipcx_mailbox_tell(mailbox, news);
}

static inline bool ipcx_mailbox_fits(const struct ipcx_mailbox *mailbox, size_t len)
{
	return mailbox->msgs < mailbox->max_msgs && mailbox->bytes + len <= mailbox->max_bytes;
}

/* May one user's messages not take all the room? Without the lock, a hint. */
static inline bool ipcx_mailbox_has_shares(const struct ipcx_mailbox *mailbox)
{
	return READ_ONCE(mailbox->share) < IPCX_SHARE_ALL;
}

/* Messages have been charged. */
static inline void ipcx_mailbox_count(struct ipcx_mailbox *mailbox, unsigned int n, u64 bytes)
{
	struct ipcx_ledger *ledger = mailbox->ledger;

	ledger->queued += n;
	ledger->queued_bytes += bytes;
	if (mailbox->msgs > ledger->peak_msgs)
		ledger->peak_msgs = mailbox->msgs;
	if (mailbox->bytes > ledger->peak_bytes)
		ledger->peak_bytes = mailbox->bytes;
}

static inline void ipcx_mailbox_charge(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->msgs++;
	mailbox->bytes += len;
	ipcx_mailbox_count(mailbox, 1, len);
}

/*
 * Linked and unlinked here, as the checks of kernels that look at every link are most of what that
 * costs; those that are built to find mistakes have them.
 */
static inline void ipcx_mailbox_enter(struct list_head *list, unsigned int *count,
				      struct ipcx_wait *wait)
{
	if (IS_ENABLED(CONFIG_PROVE_LOCKING)) {
		list_add_tail(&wait->link, list);
	} else {
		wait->link.next = list;
		wait->link.prev = list->prev;
		list->prev->next = &wait->link;
		list->prev = &wait->link;
	}
	WRITE_ONCE(*count, *count + 1);
}

static inline void ipcx_mailbox_leave(unsigned int *count, struct ipcx_wait *wait)
{
	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		list_del(&wait->link);
	else
		__list_del(wait->link.prev, wait->link.next);
	WRITE_ONCE(*count, *count - 1);
}

/* @messages: how many have come, if any */
static inline void ipcx_mailbox_announce(struct ipcx_mailbox *mailbox, __poll_t events,
					 unsigned int messages, struct ipcx_news *news)
{
	/*
	 * A poller puts itself on the wait queue and then takes the lock to look; the lock is held
	 * here, after the change. So either it sees the change, or it is seen here.
	 */
	if (!waitqueue_active(&mailbox->pollers))
		return;
	news->pollers |= events;
	news->messages += messages;
}

/**
 * ipcx_mailbox_expects() - does a receiver seem to wait?
 * @mailbox: mailbox
 *
 * Return: a hint: it may have changed already.
 */
static inline bool ipcx_mailbox_expects(const struct ipcx_mailbox *mailbox)
{
	return READ_ONCE(mailbox->nr_receivers);
}

#endif
