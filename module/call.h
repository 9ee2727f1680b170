/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_CALL_H
#define _IPCX_CALL_H

#include <linux/rbtree.h>

#include "wait.h"

struct ipcx_endpoint;
struct ipcx_mailbox;
struct ipcx_message;
struct ipcx_news;
struct ipcx_parcel;

/**
 * struct ipcx_caller - a caller that waits for its reply, on its stack
 * @wait: the waiter; linked to &ipcx_mailbox.calls while the request is queued
 * @request: the request while it is queued, else NULL
 * @holder: the endpoint that received the request, else NULL
 * @node: in &ipcx_endpoint.tokens of @holder, unless it is &ipcx_endpoint.owed
 * @token: what the receiver answers with, and the key there
 * @room: longest reply that the caller can take
 * @nfds: most descriptors that it can take with it
 * @reply: where the reply goes
 *
 * All of it belongs to the mailbox's lock once the request is posted.
 */
struct ipcx_caller {
	struct ipcx_wait wait;
	struct ipcx_message *request;
	struct ipcx_endpoint *holder;
	struct rb_node node;
	u64 token;
	size_t room;
	unsigned int nfds;
	struct ipcx_parcel *reply;
};

void ipcx_call_init(void);
int ipcx_call_run(struct ipcx_mailbox *mailbox, struct ipcx_parcel *request,
		  struct ipcx_parcel *reply, size_t room, unsigned int nfds,
		  struct ipcx_patience *patience);
int ipcx_call_answer(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token,
		     struct ipcx_parcel *parcel, struct ipcx_news *news);
int ipcx_call_reply(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token,
		    struct ipcx_parcel *parcel);

void ipcx_call_queued(struct ipcx_mailbox *mailbox, struct ipcx_caller *caller,
		      struct ipcx_message *request);
void ipcx_call_received(struct ipcx_mailbox *mailbox, struct ipcx_caller *caller,
			struct ipcx_endpoint *holder, struct ipcx_parcel *parcel);
struct ipcx_caller *ipcx_call_unreceived(struct ipcx_endpoint *holder, u64 token);
void ipcx_call_decide(struct ipcx_caller *caller, int status, struct ipcx_news *news);
void ipcx_call_fail(struct ipcx_mailbox *mailbox, int status, struct list_head *withdrawn,
		    struct ipcx_news *news);
void ipcx_call_reset(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token);
void ipcx_call_reset_all(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder);

#endif
