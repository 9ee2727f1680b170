/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_POST_H
#define _IPCX_POST_H

struct ipcx_caller;
struct ipcx_mailbox;
struct ipcx_parcel;
struct ipcx_patience;

int ipcx_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel, struct ipcx_caller *caller,
	      struct ipcx_patience *patience);

#endif
