/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_ENDPOINT_H
#define _IPCX_ENDPOINT_H

#include <linux/fs.h>
#include <linux/ipcx.h>
#include <linux/rbtree.h>
#include <linux/wait.h>

#include "awake.h"

struct ipcx_mailbox;
struct ipcx_object;
struct net;

/**
 * struct ipcx_endpoint - one open of the device
 * @net: where names are looked up; kept alive
 * @object: what it is bound to, with a reference; NULL before. Set once, with release
 * @claimed: bit 0: somebody is binding it, or has
 * @pace: how waiting awake has fared
 * @tokens: &struct ipcx_caller received here and not answered, by token; the mailbox's lock
 * @signals: not NULL while O_ASYNC is set: whom to signal
 * @watcher: in &ipcx_mailbox.pollers as long
 */
struct ipcx_endpoint {
	struct net *net;
	struct ipcx_object *object;
	unsigned long claimed;
	struct ipcx_pace pace;
	struct rb_root tokens;
	struct fasync_struct *signals;
	wait_queue_entry_t watcher;
};

extern const struct file_operations ipcx_endpoint_fops;

int ipcx_endpoint_bind(struct ipcx_endpoint *endpoint, struct ipcx_bind *bind, fmode_t want);
struct ipcx_object *ipcx_endpoint_object(struct ipcx_endpoint *endpoint);
struct ipcx_mailbox *ipcx_endpoint_mailbox(struct ipcx_endpoint *endpoint);

#endif
