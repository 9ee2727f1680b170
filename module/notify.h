/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_NOTIFY_H
#define _IPCX_NOTIFY_H

#include <linux/types.h>

struct eventfd_ctx;
struct ipcx_endpoint;
struct ipcx_envelope;
struct ipcx_mailbox;
struct ipcx_notify;
struct pid;

/**
 * struct ipcx_notice - who is to be told, once, that a mailbox is not empty any more
 * @endpoint: that it was asked for through. Constant
 * @process: who asked, with a reference. Constant
 * @thread: which of its threads, with a reference. Constant
 * @exec_id: of @process then: another program is not told. Constant
 * @kind: enum ipcx_notify_kind. Constant
 * @signal: to send. Constant
 * @value: that goes with it. Constant
 * @event: to raise, with a reference; NULL for other kinds. Constant
 */
struct ipcx_notice {
	struct ipcx_endpoint *endpoint;
	struct pid *process;
	struct pid *thread;
	u32 exec_id;
	u32 kind;
	int signal;
	u64 value;
	struct eventfd_ctx *event;
};

int ipcx_notify_ask(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_notify *notify);
void ipcx_notify_close(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint, bool last);
void ipcx_notify_due(struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env);

#endif
