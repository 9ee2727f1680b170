/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_RANK_H
#define _IPCX_RANK_H

#include <linux/types.h>

struct ipcx_message;
struct ipcx_queue;

struct ipcx_message *ipcx_rank_first(const struct ipcx_queue *queue);
struct ipcx_message *ipcx_rank_next(struct ipcx_message *msg);
struct ipcx_message *ipcx_rank_after(const struct ipcx_queue *queue, u32 prio, u64 seq);
void ipcx_rank_insert(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_rank_remove(struct ipcx_queue *queue, struct ipcx_message *msg);

#endif
