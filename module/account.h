/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_ACCOUNT_H
#define _IPCX_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/ipcx.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct ctl_table;
struct ctl_table_header;
struct net;

/**
 * struct ipcx_ceiling - the most that a user, or a namespace, may have
 * @objects: mailboxes and regions
 * @bytes: messages, %IPCX_MSG_COST included
 * @region_bytes: sizes of regions
 *
 * Written by sysctl at any time, read without a lock. None is above LONG_MAX.
 */
struct ipcx_ceiling {
	unsigned long objects;
	unsigned long bytes;
	unsigned long region_bytes;
};

/**
 * struct ipcx_accounts - the accounts of one network namespace
 * @bytes: of all messages
 * @user: what each user may have
 * @whole: what all of them may have
 * @lock: what follows, and of each account what says so. Innermost: it is taken under mailboxes'
 *	locks
 * @users: &struct ipcx_account by user
 * @objects: of all users
 * @region_bytes: of all users
 * @table: of @sysctl
 * @sysctl: net.ipcx of the namespace, or NULL if the kernel has none
 */
struct ipcx_accounts {
	atomic64_t bytes;
	struct ipcx_ceiling user;
	struct ipcx_ceiling whole;
	spinlock_t lock; /* innermost */
	struct rb_root users;
	unsigned long objects;
	u64 region_bytes;
	struct ctl_table *table;
	struct ctl_table_header *sysctl;
};

/**
 * struct ipcx_account - what one user has in one network namespace
 * @accounts: of the namespace. Constant
 * @uid: the user. Constant
 * @bytes: of messages that are queued, or whose senders wait for room
 * @holders: endpoints, objects, and who is about to charge it; @accounts' lock to change
 * @objects: mailboxes and regions that the user has made; @accounts' lock
 * @region_bytes: sizes of the regions; @accounts' lock
 * @told: when listeners were last told that it is over a limit, in odd jiffies; 0: never
 * @node: in &ipcx_accounts.users; @accounts' lock
 * @rcu: frees it behind who has just credited it
 *
 * It is there as long as there are holders or bytes.
 */
struct ipcx_account {
	struct ipcx_accounts *accounts;
	kuid_t uid;
	atomic64_t bytes;
	unsigned long holders;
	unsigned long objects;
	u64 region_bytes;
	unsigned long told;
	struct rb_node node;
	struct rcu_head rcu;
};

struct ipcx_account *ipcx_account_get(struct net *net, kuid_t uid, gfp_t gfp);
void ipcx_account_put(struct ipcx_account *account);
int ipcx_account_add_object(struct ipcx_account *account, u64 region_bytes);
bool ipcx_account_has_most_objects(const struct ipcx_account *account, int err);
void ipcx_account_remove_object(struct ipcx_account *account, u64 region_bytes);
int ipcx_account_exceed(struct ipcx_account *account, s64 cost);
void ipcx_account_settle(struct ipcx_accounts *accounts, kuid_t uid);
void ipcx_account_usage(struct net *net, struct ipcx_usage *usage);

int ipcx_account_init(void);
void ipcx_account_exit(void);

/**
 * ipcx_account_charge_all() - messages of a user are to be kept
 * @account: the user's, held by the caller
 * @count: how many
 * @bytes: payload bytes of all
 *
 * Return: 0, -EDQUOT if the user has too much, -ENOSPC if the namespace has.
 */
static inline int ipcx_account_charge_all(struct ipcx_account *account, unsigned int count,
					  size_t bytes)
{
	struct ipcx_accounts *accounts = account->accounts;
	s64 cost = bytes + (size_t)count * IPCX_MSG_COST;
	s64 of_user = atomic64_add_return(cost, &account->bytes);
	s64 of_all = atomic64_add_return(cost, &accounts->bytes);

	if (likely(of_user <= (s64)READ_ONCE(accounts->user.bytes) &&
		   of_all <= (s64)READ_ONCE(accounts->whole.bytes)))
		return 0;
	return ipcx_account_exceed(account, cost);
}

/**
 * ipcx_account_charge() - a message of a user is to be kept
 * @account: the user's, held by the caller
 * @len: payload bytes
 *
 * Return: as ipcx_account_charge_all().
 */
static inline int ipcx_account_charge(struct ipcx_account *account, size_t len)
{
	return ipcx_account_charge_all(account, 1, len);
}

/**
 * ipcx_account_charge_anyway() - a message is to be kept, over the limits if need be
 * @account: the user's, held by the caller
 * @len: payload bytes
 */
static inline void ipcx_account_charge_anyway(struct ipcx_account *account, size_t len)
{
	atomic64_add(len + IPCX_MSG_COST, &account->bytes);
	atomic64_add(len + IPCX_MSG_COST, &account->accounts->bytes);
}

/**
 * ipcx_account_credit_all() - messages that were charged are not kept any more
 * @account: that they were charged to, which may be gone after this
 * @count: how many
 * @bytes: payload bytes of all
 *
 * The caller is in an RCU read-side section, which holds the account.
 */
static inline void ipcx_account_credit_all(struct ipcx_account *account, unsigned int count,
					   size_t bytes)
{
	struct ipcx_accounts *accounts = account->accounts;
	s64 cost = bytes + (size_t)count * IPCX_MSG_COST;

	atomic64_sub(cost, &accounts->bytes);
	/*
	 * A full barrier, and so has ipcx_account_put() between the same two: whoever comes last,
	 * the last holder or the last byte, sees that the other is gone.
	 */
	if (unlikely(!atomic64_sub_return(cost, &account->bytes) && !READ_ONCE(account->holders)))
		ipcx_account_settle(accounts, account->uid);
}

/* ipcx_account_credit_all() of one message */
static inline void ipcx_account_credit(struct ipcx_account *account, size_t len)
{
	ipcx_account_credit_all(account, 1, len);
}

#endif
