/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_QUEUE_H
#define _IPCX_QUEUE_H

#include <linux/ipcx.h>
#include <linux/list.h>
#include <linux/rbtree_types.h>
#include <linux/types.h>

struct ipcx_message;

/**
 * struct ipcx_queue - messages by priority, in order of arrival within each
 * @used: bit n is set while @lists[n] has a message; with @ranked, bit 0 while @ranks has one
 * @ranked: messages are in @ranks and not in @lists. Constant
 * @ranks: by priority and arrival
 * @lists: one a priority
 *
 * All of it belongs to the lock of the mailbox that the queue is part of.
 */
struct ipcx_queue {
	u32 used;
	bool ranked;
	struct rb_root_cached ranks;
	struct list_head lists[IPCX_PRIO_COUNT];
};

void ipcx_queue_init(struct ipcx_queue *queue, bool ranked);
struct ipcx_message *ipcx_queue_first(const struct ipcx_queue *queue);
void ipcx_queue_append(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_queue_restore(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_queue_remove(struct ipcx_queue *queue, struct ipcx_message *msg);

#endif
