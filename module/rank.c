// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranks: the order of a mailbox with many priorities. A tree, where lists would be too many.
 */
#include <linux/rbtree.h>

#include "message.h"
#include "queue.h"
#include "rank.h"

static bool ipcx_rank_before(struct rb_node *a, const struct rb_node *b)
{
	const struct ipcx_envelope *left = &rb_entry(a, struct ipcx_message, rank)->env;
	const struct ipcx_envelope *right = &rb_entry(b, struct ipcx_message, rank)->env;

	if (left->prio != right->prio)
		return left->prio > right->prio;
	return left->seq < right->seq;
}

/* The message that is next: there is one. */
struct ipcx_message *ipcx_rank_first(const struct ipcx_queue *queue)
{
	return rb_entry(rb_first_cached(&queue->ranks), struct ipcx_message, rank);
}

/* The message that is next after that one, or NULL */
struct ipcx_message *ipcx_rank_next(struct ipcx_message *msg)
{
	return rb_entry_safe(rb_next(&msg->rank), struct ipcx_message, rank);
}

/* The first message after that of a priority and an arrival number, or NULL */
struct ipcx_message *ipcx_rank_after(const struct ipcx_queue *queue, u32 prio, u64 seq)
{
	struct rb_node *node = queue->ranks.rb_root.rb_node;
	struct ipcx_message *found = NULL;

	while (node) {
		struct ipcx_message *msg = rb_entry(node, struct ipcx_message, rank);

		if (msg->env.prio < prio || (msg->env.prio == prio && msg->env.seq > seq)) {
			found = msg;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/* Puts a message to its place, or back there. */
void ipcx_rank_insert(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	rb_add_cached(&msg->rank, &queue->ranks, ipcx_rank_before);
}

void ipcx_rank_remove(struct ipcx_queue *queue, struct ipcx_message *msg)
{
	rb_erase_cached(&msg->rank, &queue->ranks);
	queue->used = !RB_EMPTY_ROOT(&queue->ranks.rb_root);
}
