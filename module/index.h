/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_INDEX_H
#define _IPCX_INDEX_H

#include <linux/rbtree.h>
#include <linux/types.h>

struct ipcx_message;

/**
 * struct ipcx_index - the messages of a queue by type
 * @root: by type, those to be received first before others of their type
 *
 * All of it belongs to the lock of the mailbox.
 */
struct ipcx_index {
	struct rb_root root;
};

void ipcx_index_insert(struct ipcx_index *index, struct ipcx_message *msg);
void ipcx_index_erase(struct ipcx_index *index, struct ipcx_message *msg);
struct ipcx_message *ipcx_index_find_type(const struct ipcx_index *index, u64 type);
struct ipcx_message *ipcx_index_find_upto(const struct ipcx_index *index, u64 type);
struct ipcx_message *ipcx_index_find_except(const struct ipcx_index *index, u64 type);

#endif
