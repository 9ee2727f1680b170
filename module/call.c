// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: a request that its sender waits to see answered. The request travels like any message. Who
 * receives it gets a token, which its endpoint holds; the reply goes straight to the caller.
 */
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/percpu.h>

#include "call.h"
#include "compat.h"
#include "endpoint.h"
#include "deliver.h"
#include "event.h"
#include "fds.h"
#include "mailbox.h"
#include "message.h"
#include "post.h"
#include "stats.h"
#include "trace.h"

/*
 * Every CPU counts in steps of the number of CPUs from a start of its own: no two tokens are ever
 * the same, and no cache line is shared for it.
 */
static DEFINE_PER_CPU(u64, ipcx_call_tokens);

void __init ipcx_call_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(ipcx_call_tokens, cpu) = cpu + 1;
}

static u64 ipcx_call_token(void)
{
	return this_cpu_add_return(ipcx_call_tokens, nr_cpu_ids);
}

static struct ipcx_caller *ipcx_caller_of(struct rb_node *node)
{
	return rb_entry(node, struct ipcx_caller, node);
}

static bool ipcx_call_less(struct rb_node *a, const struct rb_node *b)
{
	return ipcx_caller_of(a)->token < rb_entry(b, struct ipcx_caller, node)->token;
}

static int ipcx_call_compare(const void *key, const struct rb_node *node)
{
	u64 token = rb_entry(node, struct ipcx_caller, node)->token;
	u64 wanted = *(const u64 *)key;

	return wanted < token ? -1 : wanted > token;
}

static noinline struct ipcx_caller *ipcx_call_find_other(struct ipcx_endpoint *holder, u64 token)
{
	struct rb_node *node = rb_find(&token, &holder->tokens, ipcx_call_compare);

	return node ? ipcx_caller_of(node) : NULL;
}

static struct ipcx_caller *ipcx_call_find(struct ipcx_endpoint *holder, u64 token)
{
	struct ipcx_caller *caller = holder->owed;

	if (likely(caller && caller->token == token))
		return caller;
	return ipcx_call_find_other(holder, token);
}

static noinline void ipcx_call_hold_another(struct ipcx_endpoint *holder,
					    struct ipcx_caller *caller)
{
	rb_add(&caller->node, &holder->tokens, ipcx_call_less);
}

/* A server that answers one request before it takes the next needs no tree. */
static void ipcx_call_hold(struct ipcx_endpoint *holder, struct ipcx_caller *caller)
{
	caller->holder = holder;
	if (likely(!holder->owed))
		holder->owed = caller;
	else
		ipcx_call_hold_another(holder, caller);
}

static void ipcx_call_revoke(struct ipcx_caller *caller)
{
	struct ipcx_endpoint *holder = caller->holder;

	caller->holder = NULL;
	if (likely(holder->owed == caller))
		holder->owed = NULL;
	else
		rb_erase(&caller->node, &holder->tokens);
}

/* Any that the endpoint holds, or NULL */
static struct ipcx_caller *ipcx_call_held(struct ipcx_endpoint *holder)
{
	struct rb_node *node = rb_first(&holder->tokens);

	return node ? ipcx_caller_of(node) : holder->owed;
}

/* The request is not in the queue any more. */
static noinline void ipcx_call_unqueued(struct ipcx_caller *caller)
{
	list_del(&caller->wait.link);
	caller->request->caller = NULL;
	caller->request = NULL;
}

/* One whose receiver could not have it has been accepted before. */
static void ipcx_call_accepted(struct ipcx_mailbox *mailbox, const struct ipcx_caller *caller)
{
	if (likely(!caller->token))
		mailbox->ledger->calls++;
}

/**
 * ipcx_call_queued() - the request is in the queue
 * @mailbox: mailbox, locked
 * @caller: call
 * @request: its request
 */
void ipcx_call_queued(struct ipcx_mailbox *mailbox, struct ipcx_caller *caller,
		      struct ipcx_message *request)
{
	lockdep_assert_held(&mailbox->lock);
	ipcx_call_accepted(mailbox, caller);
	list_add_tail(&caller->wait.link, &mailbox->calls);
	caller->request = request;
	request->caller = caller;
}

/**
 * ipcx_call_received() - the request is in the hands of a receiver
 * @mailbox: mailbox, locked
 * @caller: call
 * @holder: the receiver's endpoint, which holds the token from now on
 * @parcel: the request, which gets the token
 */
void ipcx_call_received(struct ipcx_mailbox *mailbox, struct ipcx_caller *caller,
			struct ipcx_endpoint *holder, struct ipcx_parcel *parcel)
{
	lockdep_assert_held(&mailbox->lock);
	if (caller->request)
		ipcx_call_unqueued(caller);
	else
		ipcx_call_accepted(mailbox, caller);
	if (unlikely(list_empty(&holder->holding)))
		list_add_tail(&holder->holding, &mailbox->holders);
	caller->token = ipcx_call_token();
	ipcx_call_hold(holder, caller);
	parcel->token = caller->token;
	parcel->reply_room = caller->room;
	parcel->reply_nfds = caller->nfds;
}

/**
 * ipcx_call_unreceived() - the request could not be delivered after all
 * @holder: the receiver's endpoint; its mailbox is locked
 * @token: token
 *
 * Return: the call, or NULL if the caller has left meanwhile.
 */
struct ipcx_caller *ipcx_call_unreceived(struct ipcx_endpoint *holder, u64 token)
{
	struct ipcx_caller *caller = ipcx_call_find(holder, token);

	if (caller)
		ipcx_call_revoke(caller);
	return caller;
}

/**
 * ipcx_call_decide() - end a call
 * @caller: call, whose mailbox is locked; not to be touched after this
 * @status: 0 if the reply has been put into &ipcx_caller.reply, or a negative errno
 * @news: whom to tell
 */
void ipcx_call_decide(struct ipcx_caller *caller, int status, struct ipcx_news *news)
{
	if (caller->holder)
		ipcx_call_revoke(caller);
	ipcx_wait_decide(&caller->wait, status, &news->wakeups);
}

/* Ends the calls whose requests an endpoint has received. Return: how many */
static unsigned int ipcx_call_fail_held(struct ipcx_endpoint *holder, int status,
					struct ipcx_news *news)
{
	struct ipcx_caller *caller;
	unsigned int count;

	for (count = 0; (caller = ipcx_call_held(holder)); count++)
		ipcx_call_decide(caller, status, news);
	return count;
}

/**
 * ipcx_call_fail() - end all calls
 * @mailbox: mailbox, locked
 * @status: a negative errno
 * @withdrawn: gets the requests that were queued, to be freed when the lock is dropped
 * @news: whom to tell
 */
void ipcx_call_fail(struct ipcx_mailbox *mailbox, int status, struct list_head *withdrawn,
		    struct ipcx_news *news)
{
	struct ipcx_caller *caller, *next;
	struct ipcx_endpoint *holder;

	list_for_each_entry_safe(caller, next, &mailbox->calls, wait.link) {
		struct ipcx_message *request = caller->request;

		ipcx_deliver_withdraw(mailbox, request, news);
		list_add(&request->link, withdrawn);
		ipcx_call_unqueued(caller);
		ipcx_call_decide(caller, status, news);
	}
	list_for_each_entry(holder, &mailbox->holders, holding)
		ipcx_call_fail_held(holder, status, news);
}

/* A signal or the deadline came; but a decision may have come first. */
static int ipcx_call_give_up(struct ipcx_mailbox *mailbox, struct ipcx_caller *caller, int err)
{
	struct ipcx_message *request = NULL;
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	if (ipcx_wait_is_decided(&caller->wait)) {
		err = caller->wait.status;
	} else {
		ipcx_stats_wait(mailbox, IPCX_WAY_SLEPT);
		request = caller->request;
		if (request) {
			ipcx_deliver_withdraw(mailbox, request, &news);
			ipcx_call_unqueued(caller);
		} else {
			ipcx_call_revoke(caller);
			/* It has been received: to send it again would be to do it twice. */
			if (err == -ERESTARTSYS)
				err = -EINTR;
		}
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (request)
		ipcx_message_free(request);
	return err;
}

/**
 * ipcx_call_run() - send a request and wait for its reply
 * @mailbox: mailbox
 * @request: the request; used up in any case
 * @reply: the reply goes here, to be dropped after success
 * @room: longest reply that can be taken
 * @nfds: most descriptors that can be taken with it
 * @patience: how long to wait
 *
 * Return: 0, -ECONNRESET, -EINTR, and what ipcx_post() returns.
 */
int ipcx_call_run(struct ipcx_mailbox *mailbox, struct ipcx_parcel *request,
		  struct ipcx_parcel *reply, size_t room, unsigned int nfds,
		  struct ipcx_patience *patience)
{
	struct ipcx_caller caller __ipcx_uninitialized;
	int err;

	ipcx_wait_init(&caller.wait, mailbox);
	caller.request = NULL;
	caller.holder = NULL;
	caller.token = 0;
	caller.room = min_t(size_t, room, READ_ONCE(mailbox->max_msg_size));
	caller.nfds = nfds;
	caller.reply = reply;
	err = ipcx_post(mailbox, request, &caller, patience);
	if (err)
		return err;
	err = ipcx_wait_for(&caller.wait, patience);
	if (err)
		return ipcx_call_give_up(mailbox, &caller, err);
	return caller.wait.status;
}

static int ipcx_call_settle(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token,
			    struct ipcx_parcel *parcel, struct ipcx_news *news)
{
	struct ipcx_caller *caller = ipcx_call_find(holder, token);

	if (!caller)
		return -ESRCH;
	if (parcel->env.len > caller->room || ipcx_fds_count(parcel->env.fds) > caller->nfds)
		return -EMSGSIZE;
	ipcx_parcel_move(caller->reply, parcel);
	caller->reply->token = token;
	caller->wait.since = parcel->env.time;
	ipcx_stats_reply(mailbox, parcel->env.len);
	ipcx_call_decide(caller, 0, news);
	return 0;
}

/**
 * ipcx_call_answer() - answer a request
 * @mailbox: mailbox, locked
 * @holder: the endpoint that received the request
 * @token: its token
 * @parcel: the reply; used up by success
 * @news: whom to tell
 *
 * Return: 0, -EMSGSIZE or -ESRCH.
 */
int ipcx_call_answer(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token,
		     struct ipcx_parcel *parcel, struct ipcx_news *news)
{
	int err = ipcx_call_settle(mailbox, holder, token, parcel, news);

	trace_ipcx_reply(mailbox, token, &parcel->env, err);
	return err;
}

/**
 * ipcx_call_reply() - ipcx_call_answer() and nothing else
 * @mailbox: mailbox
 * @holder: the endpoint that received the request
 * @token: its token
 * @parcel: the reply; used up in any case
 *
 * Return: 0, -EMSGSIZE or -ESRCH.
 */
int ipcx_call_reply(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token,
		    struct ipcx_parcel *parcel)
{
	struct ipcx_news news __ipcx_uninitialized;
	int err;

	ipcx_mailbox_lock(mailbox, &news);
	err = ipcx_call_answer(mailbox, holder, token, parcel, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	if (err)
		ipcx_parcel_drop(parcel);
	return err;
}

/**
 * ipcx_call_reset() - the endpoint gives up a token
 * @mailbox: mailbox
 * @holder: the endpoint
 * @token: token; the caller may have left already
 */
void ipcx_call_reset(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder, u64 token)
{
	struct ipcx_caller *caller;
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	caller = ipcx_call_find(holder, token);
	if (caller)
		ipcx_call_decide(caller, -ECONNRESET, &news);
	ipcx_mailbox_unlock(mailbox, &news);
}

/**
 * ipcx_call_reset_all() - the endpoint is closed, and with it goes every token it holds
 * @mailbox: mailbox
 * @holder: the endpoint
 */
void ipcx_call_reset_all(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *holder)
{
	struct ipcx_news news;
	unsigned int owed;

	ipcx_mailbox_lock(mailbox, &news);
	owed = ipcx_call_fail_held(holder, -ECONNRESET, &news);
	list_del_init(&holder->holding);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_event_owner_died(&mailbox->object, owed);
}
