/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_RANK_H
#define _IPCX_RANK_H

struct ipcx_message;
struct rb_root_cached;

struct ipcx_message *ipcx_rank_first(const struct rb_root_cached *ranks);
void ipcx_rank_insert(struct rb_root_cached *ranks, struct ipcx_message *msg);
void ipcx_rank_remove(struct rb_root_cached *ranks, struct ipcx_message *msg);

#endif
