/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_QUEUE_H
#define _IPCX_QUEUE_H

#include <linux/bitops.h>
#include <linux/ipcx.h>
#include <linux/list.h>
#include <linux/rbtree_types.h>
#include <linux/types.h>

#include "index.h"
#include "message.h"
#include "rank.h"

/**
 * struct ipcx_selection - which messages a receiver wants
 * @how: IPCX_SELECT_ANY or another of these
 * @type: what it is about
 */
struct ipcx_selection {
	u32 how;
	u64 type;
};

/* &ipcx_queue.watched: messages that come are put into &ipcx_queue.index */
#define IPCX_QUEUE_INDEXED	BIT(0)
/* There are &ipcx_queue.cursors. */
#define IPCX_QUEUE_CURSORS	BIT(1)

/**
 * struct ipcx_queue - messages by priority, in order of arrival within each
 * @used: bit n is set while @lists[n] has a message; with @ranked, bit 0 while @ranks has one
 * @watched: what is to be done for messages that come and go, beyond linking them:
 *	%IPCX_QUEUE_INDEXED, only while somebody selects, and until the queue is empty, as for
 *	others it would be work in vain; %IPCX_QUEUE_CURSORS
 * @ranked: messages are in @ranks and not in @lists. Constant
 * @nr_cursors: length of @cursors
 * @unindexed: while it is indexed: where those begin that were here before, or NULL
 * @index: by type
 * @cursors: &struct ipcx_cursor of those who look at one message after the other
 * @ranks: by priority and arrival
 * @lists: one a priority
 *
 * All of it belongs to the lock of the mailbox that the queue is part of.
 */
struct ipcx_queue {
	u32 used;
	u8 watched;
	bool ranked;
	u16 nr_cursors;
	struct ipcx_message *unindexed;
	struct ipcx_index index;
	struct hlist_head cursors;
	struct rb_root_cached ranks;
	struct list_head lists[IPCX_PRIO_COUNT];
};

void ipcx_queue_init(struct ipcx_queue *queue, bool ranked);
bool ipcx_queue_index(struct ipcx_queue *queue);
struct ipcx_message *ipcx_queue_from(const struct ipcx_queue *queue, u32 prio, u64 seq);
struct ipcx_message *ipcx_queue_next(const struct ipcx_queue *queue, struct ipcx_message *msg);
struct ipcx_message *ipcx_queue_find(const struct ipcx_queue *queue,
				     const struct ipcx_selection *selection);
bool ipcx_selection_names(const struct ipcx_selection *selection, u64 type);
void ipcx_queue_append(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_queue_link(struct ipcx_message **msgs, unsigned int n);
void ipcx_queue_append_run(struct ipcx_queue *queue, struct ipcx_message *first,
			   struct ipcx_message *last);
unsigned int ipcx_queue_take_run(struct ipcx_queue *queue, struct ipcx_message **msgs,
				 const u32 *rooms, unsigned int n);
void ipcx_queue_restore(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_queue_remove(struct ipcx_queue *queue, struct ipcx_message *msg);

/* Nothing to do for a message but to link it */
static inline bool ipcx_queue_is_plain(const struct ipcx_queue *queue)
{
	return !queue->ranked && !queue->watched;
}

/* Of the given priorities */
static inline struct ipcx_message *ipcx_queue_first_of(const struct ipcx_queue *queue,
						       u32 prios)
{
	prios &= queue->used;
	if (!prios)
		return NULL;
	return list_first_entry(&queue->lists[__fls(prios)], struct ipcx_message, link);
}

/* The message that is next, or NULL */
static inline struct ipcx_message *ipcx_queue_first(const struct ipcx_queue *queue)
{
	if (!queue->used)
		return NULL;
	return unlikely(queue->ranked) ? ipcx_rank_first(queue) : ipcx_queue_first_of(queue, ~0U);
}

/* Does the receiver want a message of that type? */
static inline bool ipcx_selection_has(const struct ipcx_selection *selection, u64 type)
{
	return selection->how == IPCX_SELECT_ANY || ipcx_selection_names(selection, type);
}

#endif
