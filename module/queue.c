// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of a mailbox: highest priority first, first come first served within a priority, every
 * operation O(1) in the number of messages; or, ranked, O(log n) and as many priorities as wanted.
 */
#include <linux/bitops.h>
#include <linux/rbtree.h>

#include "message.h"
#include "queue.h"
#include "rank.h"

void ipcx_queue_init(struct ipcx_queue *queue, bool ranked)
{
	unsigned int prio;

	BUILD_BUG_ON(BITS_PER_TYPE(queue->used) < IPCX_PRIO_COUNT);
	queue->used = 0;
	queue->ranked = ranked;
	queue->ranks = RB_ROOT_CACHED;
	for (prio = 0; prio < IPCX_PRIO_COUNT; prio++)
		INIT_LIST_HEAD(&queue->lists[prio]);
}

/* The message that is next, or NULL */
struct ipcx_message *ipcx_queue_first(const struct ipcx_queue *queue)
{
	if (!queue->used)
		return NULL;
	if (unlikely(queue->ranked))
		return ipcx_rank_first(queue);
	return list_first_entry(&queue->lists[__fls(queue->used)], struct ipcx_message, link);
}

void ipcx_queue_append(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (unlikely(queue->ranked)) {
		ipcx_rank_insert(queue, msg);
		return;
	}
	list_add_tail(&msg->link, &queue->lists[msg->env.prio]);
	queue->used |= BIT(msg->env.prio);
}

/*
 * Puts a message back to where it was. It was at the head of its priority, so only what other
 * receivers took before it and gave back already can be ahead of it.
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
	queue->used |= BIT(msg->env.prio);
}

void ipcx_queue_remove(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	if (unlikely(queue->ranked)) {
		ipcx_rank_remove(queue, msg);
		return;
	}
	list_del_init(&msg->link);
	if (list_empty(&queue->lists[msg->env.prio]))
		queue->used &= ~BIT(msg->env.prio);
}
