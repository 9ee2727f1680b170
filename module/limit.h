/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_LIMIT_H
#define _IPCX_LIMIT_H

struct ipcx_limit;
struct ipcx_mailbox;

int ipcx_limit_change(struct ipcx_mailbox *mailbox, const struct ipcx_limit *limit);

#endif
