// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cursors: looking at a queue message by message, from the first to the last, while others send and
 * receive. A cursor is known by the message before it, that is, by a priority and an arrival
 * number. These no message changes and no two share, so whoever goes on from there sees nothing
 * twice, and misses nothing that stays.
 *
 * An endpoint keeps its cursor from one command to the next, so that the message behind it need not
 * be looked for.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "cursor.h"
#include "endpoint.h"
#include "mailbox.h"
#include "message.h"
#include "queue.h"

/* Messages that are passed without letting the lock go in between */
#define IPCX_CURSOR_STEP	256

/*
 * Cursors that endpoints of a mailbox keep. Each is a step for whoever sends and receives there;
 * who finds no place for his looks for the message anew.
 */
#define IPCX_CURSORS_KEPT	64

/* Is a message behind the cursor? */
static bool ipcx_cursor_precedes(const struct ipcx_cursor *cursor, const struct ipcx_message *msg)
{
	if (msg->env.prio != cursor->prio)
		return msg->env.prio < cursor->prio;
	return msg->env.seq > cursor->seq;
}

static bool ipcx_message_precedes(const struct ipcx_message *msg, const struct ipcx_message *other)
{
	if (msg->env.prio != other->env.prio)
		return msg->env.prio > other->env.prio;
	return msg->env.seq < other->env.seq;
}

/* False if so many are looking at the queue at this moment that nobody can count them. */
static bool ipcx_cursor_enter(struct ipcx_queue *queue, struct ipcx_cursor *cursor)
{
	if (queue->nr_cursors == U16_MAX)
		return false;
	cursor->next = ipcx_queue_from(queue, cursor->prio, cursor->seq);
	hlist_add_head(&cursor->node, &queue->cursors);
	queue->nr_cursors++;
	queue->watched |= IPCX_QUEUE_CURSORS;
	return true;
}

static void ipcx_cursor_leave(struct ipcx_queue *queue, struct ipcx_cursor *cursor)
{
	hlist_del(&cursor->node);
	if (!--queue->nr_cursors)
		queue->watched &= ~IPCX_QUEUE_CURSORS;
}

void ipcx_cursor_free(struct ipcx_mailbox *mailbox, struct ipcx_cursor *cursor)
{
	spin_lock(&mailbox->lock);
	ipcx_cursor_leave(&mailbox->queue, cursor);
	spin_unlock(&mailbox->lock);
	kfree(cursor);
}

/**
 * ipcx_cursor_get() - a cursor behind a message
 * @mailbox: mailbox
 * @endpoint: endpoint, whose cursor is taken if it has one
 * @seq: arrival number of the message, or 0 for a cursor before all
 * @prio: its priority
 *
 * Return: the cursor, the caller's until ipcx_cursor_put() or ipcx_cursor_free(); or NULL if there
 * is no memory.
 */
struct ipcx_cursor *ipcx_cursor_get(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
				    u64 seq, u32 prio)
{
	/* Who shares the endpoint finds none, and makes another. */
	struct ipcx_cursor *cursor = xchg(&endpoint->cursor, NULL);
	bool entered;

	if (!seq)
		prio = U32_MAX;
	if (cursor && cursor->seq == seq && cursor->prio == prio)
		return cursor;
	if (cursor)
		ipcx_cursor_free(mailbox, cursor);
	cursor = kmalloc(sizeof(*cursor), GFP_KERNEL_ACCOUNT);
	if (!cursor)
		return NULL;
	cursor->seq = seq;
	cursor->prio = prio;
	spin_lock(&mailbox->lock);
	entered = ipcx_cursor_enter(&mailbox->queue, cursor);
	spin_unlock(&mailbox->lock);
	if (entered)
		return cursor;
	kfree(cursor);
	return NULL;
}

static bool ipcx_cursor_may_stay(struct ipcx_mailbox *mailbox)
{
	bool may;

	spin_lock(&mailbox->lock);
	may = mailbox->queue.nr_cursors <= IPCX_CURSORS_KEPT;
	spin_unlock(&mailbox->lock);
	return may;
}

/* The endpoint is to go on from there. */
void ipcx_cursor_put(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		     struct ipcx_cursor *cursor)
{
	if (ipcx_cursor_may_stay(mailbox))
		cursor = xchg(&endpoint->cursor, cursor);
	if (cursor)
		ipcx_cursor_free(mailbox, cursor);
}

/* Looks for the first message behind the cursor: false if there is more to do. */
static bool ipcx_cursor_settle(const struct ipcx_queue *queue, struct ipcx_cursor *cursor)
{
	unsigned int i;

	for (i = 0; cursor->next && !ipcx_cursor_precedes(cursor, cursor->next); i++) {
		if (i == IPCX_CURSOR_STEP)
			return false;
		cursor->next = ipcx_queue_next(queue, cursor->next);
	}
	return true;
}

/**
 * ipcx_cursor_find() - the message behind a cursor
 * @mailbox: mailbox, locked; the lock may be dropped and taken again
 * @cursor: cursor
 * @news: of the lock; if that is dropped, who is noted there is told
 *
 * Return: the message, still queued, or NULL.
 */
struct ipcx_message *ipcx_cursor_find(struct ipcx_mailbox *mailbox, struct ipcx_cursor *cursor,
				      struct ipcx_news *news)
	__must_hold(&mailbox->lock)
{
	while (!ipcx_cursor_settle(&mailbox->queue, cursor)) {
		ipcx_mailbox_unlock(mailbox, news);
		cond_resched();
		ipcx_mailbox_lock(mailbox, news);
	}
	return cursor->next;
}

/* Puts the cursor behind the message that ipcx_cursor_find() has found. */
void ipcx_cursor_advance(const struct ipcx_queue *queue, struct ipcx_cursor *cursor)
{
	cursor->seq = cursor->next->env.seq;
	cursor->prio = cursor->next->env.prio;
	cursor->next = ipcx_queue_next(queue, cursor->next);
}

/* A message has come to the queue, or back to its place in it. */
void ipcx_cursors_added(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	struct ipcx_cursor *cursor;

	hlist_for_each_entry(cursor, &queue->cursors, node)
		if (ipcx_cursor_precedes(cursor, msg) &&
		    (!cursor->next || ipcx_message_precedes(msg, cursor->next)))
			cursor->next = msg;
}

/* A message is about to leave the queue. */
void ipcx_cursors_leaving(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	struct ipcx_cursor *cursor;

	hlist_for_each_entry(cursor, &queue->cursors, node)
		if (cursor->next == msg)
			cursor->next = ipcx_queue_next(queue, msg);
}
