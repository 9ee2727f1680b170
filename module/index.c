// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages by type, for receivers that select: everything is O(log n) in the number of messages,
 * whatever their types are.
 *
 * Every message has a rank by which it would be received if nobody selected. A node knows the best
 * rank below it, so that the first message of all types but one is found without a walk over those
 * of that type.
 */
#include <linux/ipcx.h>
#include <linux/rbtree_augmented.h>

#include "index.h"
#include "message.h"

#define IPCX_RANK_PRIO_SHIFT	49

static struct ipcx_message *ipcx_index_message(const struct rb_node *node)
{
	return rb_entry(node, struct ipcx_message, node);
}

/* Higher is received first. Arrivals are counted, and nobody counts to 2^49. */
static u64 ipcx_index_rank(const struct ipcx_message *msg)
{
	u64 late = BIT_ULL(IPCX_RANK_PRIO_SHIFT) - 1 - msg->env.seq;

	BUILD_BUG_ON(BIT(64 - IPCX_RANK_PRIO_SHIFT) < IPCX_PRIO_COUNT);
	return (u64)msg->env.prio << IPCX_RANK_PRIO_SHIFT | late;
}

RB_DECLARE_CALLBACKS_MAX(static, ipcx_index_callbacks, struct ipcx_message, node, u64, best_below,
			 ipcx_index_rank);

void ipcx_index_insert(struct ipcx_index *index, struct ipcx_message *msg)
{
	struct rb_node **link = &index->root.rb_node, *parent = NULL;
	u64 rank = ipcx_index_rank(msg), type = msg->env.type;

	while (*link) {
		struct ipcx_message *other = ipcx_index_message(*link);

		parent = *link;
		if (other->best_below < rank)
			other->best_below = rank;
		if (type < other->env.type ||
		    (type == other->env.type && rank > ipcx_index_rank(other)))
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	msg->best_below = rank;
	rb_link_node(&msg->node, parent, link);
	rb_insert_augmented(&msg->node, &index->root, &ipcx_index_callbacks);
}

void ipcx_index_erase(struct ipcx_index *index, struct ipcx_message *msg)
{
	rb_erase_augmented(&msg->node, &index->root, &ipcx_index_callbacks);
	RB_CLEAR_NODE(&msg->node);
}

/* The first message of that type, or NULL */
struct ipcx_message *ipcx_index_find_type(const struct ipcx_index *index, u64 type)
{
	struct rb_node *node = index->root.rb_node;
	struct ipcx_message *found = NULL;

	while (node) {
		struct ipcx_message *msg = ipcx_index_message(node);

		if (msg->env.type == type)
			found = msg;
		node = msg->env.type < type ? node->rb_right : node->rb_left;
	}
	return found;
}

/* The first message of the lowest type that is not above that one, or NULL */
struct ipcx_message *ipcx_index_find_upto(const struct ipcx_index *index, u64 type)
{
	struct rb_node *node = rb_first(&index->root);

	if (!node || ipcx_index_message(node)->env.type > type)
		return NULL;
	return ipcx_index_message(node);
}

/**
 * struct ipcx_index_best - the best message of several subtrees
 * @node: it is at or below this
 * @rank: its rank
 */
struct ipcx_index_best {
	struct rb_node *node;
	u64 rank;
};

static void ipcx_index_consider(struct ipcx_index_best *best, struct rb_node *node, u64 rank)
{
	if (best->node && best->rank > rank)
		return;
	best->node = node;
	best->rank = rank;
}

/* The messages of lower types, or of higher ones */
static void ipcx_index_consider_beyond(struct ipcx_index_best *best, const struct ipcx_index *index,
				       u64 type, bool higher)
{
	struct rb_node *node = index->root.rb_node, *beyond;

	while (node) {
		struct ipcx_message *msg = ipcx_index_message(node);

		beyond = higher ? node->rb_right : node->rb_left;
		if (higher ? msg->env.type <= type : msg->env.type >= type) {
			node = beyond;
			continue;
		}
		ipcx_index_consider(best, node, ipcx_index_rank(msg));
		if (beyond)
			ipcx_index_consider(best, beyond, ipcx_index_message(beyond)->best_below);
		node = higher ? node->rb_left : node->rb_right;
	}
}

/* The first message of any other type, or NULL */
struct ipcx_message *ipcx_index_find_except(const struct ipcx_index *index, u64 type)
{
	struct ipcx_index_best best = { .node = NULL };
	struct rb_node *node;

	ipcx_index_consider_beyond(&best, index, type, false);
	ipcx_index_consider_beyond(&best, index, type, true);
	node = best.node;
	while (node && ipcx_index_rank(ipcx_index_message(node)) != best.rank) {
		struct rb_node *left = node->rb_left;

		if (left && ipcx_index_message(left)->best_below == best.rank)
			node = left;
		else
			node = node->rb_right;
	}
	return node ? ipcx_index_message(node) : NULL;
}
