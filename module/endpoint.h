/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_ENDPOINT_H
#define _IPCX_ENDPOINT_H

#include <linux/fs.h>
#include <linux/ipcx.h>
#include <linux/rbtree.h>
#include <linux/wait.h>

#include "account.h"
#include "awake.h"
#include "mailbox.h"
#include "object.h"
#include "region.h"

struct ipcx_caller;
struct ipcx_cursor;
struct net;

/**
 * struct ipcx_endpoint - one open of the device
 * @net: where names are looked up; kept alive
 * @object: what it is bound to, with a reference; NULL before. Set once, with release
 * @account: of the first who sent through it and was not served at once, held; NULL before. Set
 *	once, with release
 * @heard: the count of its region's bell that was last told through it
 * @claimed: bit 0: somebody is binding it, or has
 * @readers_before: &ipcx_mailbox.readers_ever of those who had gone before this was bound
 * @writers_before: likewise
 * @cursor: where it looks at messages, or NULL; who exchanges it for NULL has it
 * @pace: how waiting awake has fared
 * @owed: a call received here and not answered, or NULL; the mailbox's lock
 * @tokens: the others, &struct ipcx_caller by token; likewise
 * @holding: in &ipcx_mailbox.holders since the first of these, or empty; the mailbox's lock
 * @signals: not NULL while O_ASYNC is set: whom to signal
 * @watcher: in &ipcx_mailbox.pollers as long
 */
struct ipcx_endpoint {
	struct net *net;
	struct ipcx_object *object;
	struct ipcx_account *account;
	u64 heard;
	unsigned long claimed;
	unsigned int readers_before;
	unsigned int writers_before;
	struct ipcx_cursor *cursor;
	struct ipcx_pace pace;
	struct ipcx_caller *owed;
	struct rb_root tokens;
	struct list_head holding;
	struct fasync_struct *signals;
	wait_queue_entry_t watcher;
};

extern const struct file_operations ipcx_endpoint_fops;

int ipcx_endpoint_reopen(struct file *file, const struct ipcx_reopen *reopen);
int ipcx_endpoint_bind(struct ipcx_endpoint *endpoint, struct ipcx_bind *bind, fmode_t want);
struct ipcx_account *ipcx_endpoint_find_account(struct ipcx_endpoint *endpoint, kuid_t uid);

/**
 * ipcx_endpoint_object() - what an endpoint is bound to
 * @endpoint: endpoint
 *
 * Return: the object, valid as long as the endpoint is, or -ENOTCONN.
 */
static inline struct ipcx_object *ipcx_endpoint_object(struct ipcx_endpoint *endpoint)
{
	/* Pairs with the release in ipcx_endpoint_bind(). */
	struct ipcx_object *object = smp_load_acquire(&endpoint->object);

	return object ?: ERR_PTR(-ENOTCONN);
}

/**
 * ipcx_endpoint_mailbox() - the mailbox that an endpoint is bound to
 * @endpoint: endpoint
 *
 * Return: the mailbox, -ENOTCONN, or -EOPNOTSUPP for a region.
 */
static inline struct ipcx_mailbox *ipcx_endpoint_mailbox(struct ipcx_endpoint *endpoint)
{
	struct ipcx_object *object = ipcx_endpoint_object(endpoint);

	if (IS_ERR(object))
		return ERR_CAST(object);
	if (object->kind != IPCX_KIND_MAILBOX)
		return ERR_PTR(-EOPNOTSUPP);
	return ipcx_mailbox_of(object);
}

/**
 * ipcx_endpoint_region() - the region that an endpoint is bound to
 * @endpoint: endpoint
 *
 * Return: the region, -ENOTCONN, or -EOPNOTSUPP for a mailbox.
 */
static inline struct ipcx_region *ipcx_endpoint_region(struct ipcx_endpoint *endpoint)
{
	struct ipcx_object *object = ipcx_endpoint_object(endpoint);

	if (IS_ERR(object))
		return ERR_CAST(object);
	if (object->kind != IPCX_KIND_REGION)
		return ERR_PTR(-EOPNOTSUPP);
	return ipcx_region_of(object);
}

/**
 * ipcx_endpoint_account() - the account of who sends through an endpoint
 * @endpoint: endpoint
 * @uid: the sender
 *
 * Return: the account, until ipcx_endpoint_put_account(), or NULL if there is no memory.
 */
static inline struct ipcx_account *ipcx_endpoint_account(struct ipcx_endpoint *endpoint, kuid_t uid)
{
	/* Pairs with the exchange in ipcx_endpoint_find_account(). */
	struct ipcx_account *account = smp_load_acquire(&endpoint->account);

	/* The descriptor may have been passed on, or its user have become another. */
	if (likely(account && uid_eq(account->uid, uid)))
		return account;
	return ipcx_endpoint_find_account(endpoint, uid);
}

static inline void ipcx_endpoint_put_account(struct ipcx_endpoint *endpoint,
					     struct ipcx_account *account)
{
	if (unlikely(account != READ_ONCE(endpoint->account)))
		ipcx_account_put(account);
}

#endif
