/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_MAILBOX_H
#define _IPCX_MAILBOX_H

#include <linux/poll.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "object.h"
#include "queue.h"
#include "wait.h"

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
 * @max_msgs: most messages queued. Constant
 * @max_msg_size: longest message in bytes. Constant
 * @max_bytes: most payload bytes queued. Constant
 * @prios: number of priorities. Constant
 * @lock: everything below; every token of every endpoint bound here; and every field of a waiter,
 *	a caller or a message for as long as it is on a list here. Nothing sleeps,
 *	allocates or copies from user space under it, and no other lock of ipcx is taken
 * @removed: unlinked: nobody sleeps here any more
 * @seq: arrival number of the last message
 * @msgs: messages charged: queued, or with a receiver that has not kept them yet
 * @bytes: their payload bytes
 * @queue: messages that nobody has taken
 * @notice: whom to tell when @queue is not empty any more, or NULL; readable without the lock, as a
 *	hint
 * @receivers: &struct ipcx_receiving, longest waiting first. Whoever is on it found no message
 * @senders: &struct ipcx_sending, longest waiting first. Their messages are not charged yet
 * @calls: &struct ipcx_caller whose request has been queued or received
 * @nr_receivers: length of @receivers; readable without the lock, as a hint
 * @nr_senders: length of @senders
 * @pollers: woken on every change that may make a message or room
 */
struct ipcx_mailbox {
	struct ipcx_object object;
	u32 max_msgs;
	u32 max_msg_size;
	u64 max_bytes;
	u32 prios;

	spinlock_t lock ____cacheline_aligned_in_smp;
	bool removed;
	u64 seq;
	u32 msgs;
	u64 bytes;
	struct ipcx_queue queue;
	struct ipcx_notice *notice;
	struct list_head receivers;
	struct list_head senders;
	struct list_head calls;
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
struct ipcx_mailbox *ipcx_mailbox_of(struct ipcx_object *object);
void ipcx_mailbox_info(struct ipcx_info *info);

void ipcx_mailbox_lock(struct ipcx_mailbox *mailbox, struct ipcx_news *news);
void ipcx_mailbox_unlock(struct ipcx_mailbox *mailbox, struct ipcx_news *news);

bool ipcx_mailbox_has_room(const struct ipcx_mailbox *mailbox);
__poll_t ipcx_mailbox_poll(struct ipcx_mailbox *mailbox, struct file *file, poll_table *table);

static inline bool ipcx_mailbox_fits(const struct ipcx_mailbox *mailbox, size_t len)
{
	return mailbox->msgs < mailbox->max_msgs && mailbox->bytes + len <= mailbox->max_bytes;
}

static inline void ipcx_mailbox_charge(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->msgs++;
	mailbox->bytes += len;
}

/* ipcx_deliver_admit() must follow. */
static inline void ipcx_mailbox_uncharge(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->msgs--;
	mailbox->bytes -= len;
}

static inline void ipcx_mailbox_enter(struct list_head *list, unsigned int *count,
				      struct ipcx_wait *wait)
{
	list_add_tail(&wait->link, list);
	WRITE_ONCE(*count, *count + 1);
}

static inline void ipcx_mailbox_leave(unsigned int *count, struct ipcx_wait *wait)
{
	list_del(&wait->link);
	WRITE_ONCE(*count, *count - 1);
}

static inline void ipcx_mailbox_announce(struct ipcx_mailbox *mailbox, __poll_t events,
					 struct ipcx_news *news)
{
	/*
	 * A poller puts itself on the wait queue and then takes the lock to look; the lock is held
	 * here, after the change. So either it sees the change, or it is seen here.
	 */
	if (!waitqueue_active(&mailbox->pollers))
		return;
	news->pollers |= events;
	if (events & EPOLLIN)
		news->messages++;
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
