/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_RANK_H
#define _IPCX_RANK_H

struct ipcx_message;
struct ipcx_queue;

struct ipcx_message *ipcx_rank_first(const struct ipcx_queue *queue);
struct ipcx_message *ipcx_rank_next(struct ipcx_message *msg);
void ipcx_rank_insert(struct ipcx_queue *queue, struct ipcx_message *msg);
void ipcx_rank_remove(struct ipcx_queue *queue, struct ipcx_message *msg);

#endif
