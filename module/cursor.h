/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_CURSOR_H
#define _IPCX_CURSOR_H

#include <linux/list.h>
#include <linux/types.h>

struct ipcx_endpoint;
struct ipcx_mailbox;
struct ipcx_message;
struct ipcx_news;
struct ipcx_queue;

/**
 * struct ipcx_cursor - a place in a queue, between two messages
 * @node: in &ipcx_queue.cursors
 * @seq: arrival number of the message before it, which may have left; 0: it is before all
 * @prio: priority of that message
 * @next: the first of the messages behind it, or NULL; while its place is being sought, no message
 *	behind it comes before this one
 *
 * One task at a time has it, and changes it under the lock of the mailbox that the queue is part
 * of. Whoever changes the queue keeps @next right.
 */
struct ipcx_cursor {
	struct hlist_node node;
	u64 seq;
	u32 prio;
	struct ipcx_message *next;
};

struct ipcx_cursor *ipcx_cursor_get(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
				    u64 seq, u32 prio);
void ipcx_cursor_put(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		     struct ipcx_cursor *cursor);
void ipcx_cursor_free(struct ipcx_mailbox *mailbox, struct ipcx_cursor *cursor);
struct ipcx_message *ipcx_cursor_find(struct ipcx_mailbox *mailbox, struct ipcx_cursor *cursor,
				      struct ipcx_news *news);
void ipcx_cursor_advance(const struct ipcx_queue *queue, struct ipcx_cursor *cursor);

void ipcx_cursors_added(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_cursors_leaving(struct ipcx_queue *queue, struct ipcx_message *msg);

#endif
