// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of a mailbox: highest priority first, first come first served within a priority, every
 * operation O(1) in the number of messages; or, ranked, O(log n) and as many priorities as wanted.
 * Who selects by type pays for an index, O(log n).
 */
#include <linux/bitops.h>
#include <linux/rbtree.h>

#include "cursor.h"
#include "message.h"
#include "queue.h"
#include "rank.h"

/* Messages that are indexed without letting the lock go in between */
#define IPCX_INDEX_STEP		256

void ipcx_queue_init(struct ipcx_queue *queue, bool ranked)
{
	unsigned int prio;

	BUILD_BUG_ON(BITS_PER_TYPE(queue->used) < IPCX_PRIO_COUNT);
	queue->used = 0;
	queue->watched = 0;
	queue->unindexed = NULL;
	queue->index.root = RB_ROOT;
	INIT_HLIST_HEAD(&queue->cursors);
	queue->ranked = ranked;
	queue->ranks = RB_ROOT_CACHED;
	for (prio = 0; prio < IPCX_PRIO_COUNT; prio++)
		INIT_LIST_HEAD(&queue->lists[prio]);
}

/* The message that is next after that one, or NULL */
struct ipcx_message *ipcx_queue_next(const struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (queue->ranked)
		return ipcx_rank_next(msg);
	if (!list_is_last(&msg->link, &queue->lists[msg->env.prio]))
		return list_next_entry(msg, link);
	return ipcx_queue_first_of(queue, BIT(msg->env.prio) - 1);
}

/**
 * ipcx_queue_from() - where to begin to look for the message that comes after another
 * @queue: queue
 * @prio: priority of the other, which may be higher than any
 * @seq: its arrival number
 *
 * Return: a message, or NULL, before which there is none that comes after the other.
 */
struct ipcx_message *ipcx_queue_from(const struct ipcx_queue *queue, u32 prio, u64 seq)
{
	if (queue->ranked)
		return ipcx_rank_after(queue, prio, seq);
	return ipcx_queue_first_of(queue, prio < IPCX_PRIO_COUNT ? BIT(prio) * 2 - 1 : ~0U);
}

static void ipcx_queue_watch(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (queue->watched & IPCX_QUEUE_INDEXED)
		ipcx_index_insert(&queue->index, msg);
	if (queue->watched & IPCX_QUEUE_CURSORS)
		ipcx_cursors_added(queue, msg);
}

static void ipcx_queue_added(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	queue->used |= queue->ranked ? 1 : BIT(msg->env.prio);
	if (unlikely(queue->watched))
		ipcx_queue_watch(queue, msg);
}

void ipcx_queue_append(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (unlikely(queue->ranked))
		ipcx_rank_insert(queue, msg);
	else
		list_add_tail(&msg->link, &queue->lists[msg->env.prio]);
	ipcx_queue_added(queue, msg);
}

/* Links messages to each other, in their order. */
void ipcx_queue_link(struct ipcx_message **msgs, unsigned int n)
{
	unsigned int i;

	for (i = 1; i < n; i++) {
		msgs[i]->link.prev = &msgs[i - 1]->link;
		msgs[i - 1]->link.next = &msgs[i]->link;
	}
}

/**
 * ipcx_queue_append_run() - append messages of one priority that are linked to each other
 * @queue: plain queue
 * @first: the first of them
 * @last: the last, which may be the same
 *
 * Not by the functions of lists: a kernel that checks each link would spend most of the cost on it.
 */
void ipcx_queue_append_run(struct ipcx_queue *queue, struct ipcx_message *first,
			   struct ipcx_message *last)
{
	struct list_head *list = &queue->lists[first->env.prio];

	first->link.prev = list->prev;
	list->prev->next = &first->link;
	last->link.next = list;
	list->prev = &last->link;
	queue->used |= BIT(first->env.prio);
}

/**
 * ipcx_queue_take_run() - take messages of one priority off the queue, the next ones
 * @queue: plain queue
 * @msgs: set; they are chained by &ipcx_message.next, that of the last not being valid any more
 * @rooms: the longest that each may be; NULL: any
 * @n: how many at most
 *
 * Return: how many: 0 if there is none, or the next is too long, has descriptors, or is a request.
 */
unsigned int ipcx_queue_take_run(struct ipcx_queue *queue, struct ipcx_message **msgs,
				 const u32 *rooms, unsigned int n)
{
	struct ipcx_message **to = msgs, **end = msgs + n;
	const u32 any = U32_MAX, *room = rooms ?: &any;
	struct list_head *list, *pos;
	unsigned int prio;

	if (!queue->used)
		return 0;
	prio = __fls(queue->used);
	list = &queue->lists[prio];
	for (pos = list->next; pos != list && to < end; pos = pos->next) {
		struct ipcx_message *msg = list_entry(pos, struct ipcx_message, link);

		if (msg->env.len > *room || msg->env.fds || msg->caller)
			break;
		*to++ = msg;
		room += !!rooms;
	}
	list->next = pos;
	pos->prev = list;
	if (pos == list)
		queue->used &= ~BIT(prio);
	return to - msgs;
}

/*
 * Puts a message back to where it was. Unless its receiver chose it by type, it was at the head of
 * its priority, so only what other receivers took before it and gave back already can be ahead of
 * it.
 */
void ipcx_queue_restore(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	struct list_head *list, *pos;

	if (queue->ranked) {
		ipcx_queue_append(queue, msg);
		return;
	}
	list = &queue->lists[msg->env.prio];
	list_for_each(pos, list)
		if (list_entry(pos, struct ipcx_message, link)->env.seq > msg->env.seq)
			break;
	list_add_tail(&msg->link, pos);
	ipcx_queue_added(queue, msg);
}

static void ipcx_queue_unwatch(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (queue->watched & IPCX_QUEUE_CURSORS)
		ipcx_cursors_leaving(queue, msg);
	if (!(queue->watched & IPCX_QUEUE_INDEXED))
		return;
	if (msg == queue->unindexed)
		queue->unindexed = ipcx_queue_next(queue, msg);
	if (!RB_EMPTY_NODE(&msg->node))
		ipcx_index_erase(&queue->index, msg);
}

void ipcx_queue_remove(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (unlikely(queue->watched))
		ipcx_queue_unwatch(queue, msg);
	if (unlikely(queue->ranked)) {
		ipcx_rank_remove(queue, msg);
	} else {
		list_del_init(&msg->link);
		if (list_empty(&queue->lists[msg->env.prio]))
			queue->used &= ~BIT(msg->env.prio);
	}
	if (!queue->used)
		queue->watched &= ~IPCX_QUEUE_INDEXED;
}

/**
 * ipcx_queue_index() - get ready to find messages by type
 * @queue: queue
 *
 * Return: false if there is more to do. It should be called again then, after the lock was free for
 * others, since a queue may be long.
 */
bool ipcx_queue_index(struct ipcx_queue *queue)
{
	unsigned int i;

	if (!(queue->watched & IPCX_QUEUE_INDEXED)) {
		queue->unindexed = ipcx_queue_first(queue);
		if (queue->unindexed)
			queue->watched |= IPCX_QUEUE_INDEXED;
	}
	for (i = 0; queue->unindexed && i < IPCX_INDEX_STEP; i++) {
		struct ipcx_message *msg = queue->unindexed;

		/* It is if it came, or came back, after the first step. */
		if (RB_EMPTY_NODE(&msg->node))
			ipcx_index_insert(&queue->index, msg);
		queue->unindexed = ipcx_queue_next(queue, msg);
	}
	return !queue->unindexed;
}

/**
 * ipcx_queue_find() - the message that is next for a receiver
 * @queue: queue, for which ipcx_queue_index() has just returned true unless @selection is any
 * @selection: what the receiver wants
 *
 * Return: the message, still queued, or NULL.
 */
struct ipcx_message *ipcx_queue_find(const struct ipcx_queue *queue,
				     const struct ipcx_selection *selection)
{
	switch (selection->how) {
	case IPCX_SELECT_TYPE:
		return ipcx_index_find_type(&queue->index, selection->type);
	case IPCX_SELECT_EXCEPT:
		return ipcx_index_find_except(&queue->index, selection->type);
	case IPCX_SELECT_UPTO:
		return ipcx_index_find_upto(&queue->index, selection->type);
	default:
		return ipcx_queue_first(queue);
	}
}

/* Does a selection that is not any have messages of that type? */
bool ipcx_selection_names(const struct ipcx_selection *selection, u64 type)
{
	switch (selection->how) {
	case IPCX_SELECT_TYPE:
		return type == selection->type;
	case IPCX_SELECT_EXCEPT:
		return type != selection->type;
	case IPCX_SELECT_UPTO:
		return type <= selection->type;
	default:
		return false;
	}
}
