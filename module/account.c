// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts: what every user has in a network namespace, and what all of them have, held against
 * limits. Objects are charged to who made them, messages to who sent them.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "account.h"
#include "sysctl.h"

static unsigned int ipcx_accounts_id;

static struct ipcx_accounts *ipcx_accounts(const struct net *net)
{
	return net_generic(net, ipcx_accounts_id);
}

static struct ipcx_account *ipcx_account_of(struct rb_node *node)
{
	return rb_entry(node, struct ipcx_account, node);
}

static int ipcx_account_compare(const void *key, const struct rb_node *node)
{
	uid_t uid = __kuid_val(rb_entry(node, struct ipcx_account, node)->uid);
	uid_t wanted = __kuid_val(*(const kuid_t *)key);

	return wanted < uid ? -1 : wanted > uid;
}

static int ipcx_account_compare_nodes(struct rb_node *node, const struct rb_node *other)
{
	return ipcx_account_compare(&ipcx_account_of(node)->uid, other);
}

static struct ipcx_account *ipcx_account_find(struct ipcx_accounts *accounts, kuid_t uid)
{
	struct rb_node *node;

	lockdep_assert_held(&accounts->lock);
	node = rb_find(&uid, &accounts->users, ipcx_account_compare);
	return node ? ipcx_account_of(node) : NULL;
}

static void ipcx_account_hold(struct ipcx_account *account)
{
	lockdep_assert_held(&account->accounts->lock);
	WRITE_ONCE(account->holders, account->holders + 1);
}

/**
 * ipcx_account_get() - a user's account, made now if there is none
 * @net: namespace
 * @uid: user
 * @gfp: how to allocate
 *
 * Return: the account, held; or NULL if there is no memory.
 */
struct ipcx_account *ipcx_account_get(struct net *net, kuid_t uid, gfp_t gfp)
{
	struct ipcx_accounts *accounts = ipcx_accounts(net);
	struct ipcx_account *account, *made;
	struct rb_node *found;

	spin_lock(&accounts->lock);
	account = ipcx_account_find(accounts, uid);
	if (account)
		ipcx_account_hold(account);
	spin_unlock(&accounts->lock);
	if (account)
		return account;

	made = kzalloc(sizeof(*made), gfp);
	if (!made)
		return NULL;
	made->accounts = accounts;
	made->uid = uid;
	spin_lock(&accounts->lock);
	found = rb_find_add(&made->node, &accounts->users, ipcx_account_compare_nodes);
	account = found ? ipcx_account_of(found) : made;
	ipcx_account_hold(account);
	spin_unlock(&accounts->lock);
	if (account != made)
		kfree(made);
	return account;
}

/* Frees an account that neither somebody holds nor a message is charged to. */
static void ipcx_account_close(struct ipcx_accounts *accounts, struct ipcx_account *account)
{
	lockdep_assert_held(&accounts->lock);
	if (account->holders || atomic64_read(&account->bytes))
		return;
	rb_erase(&account->node, &accounts->users);
	kfree_rcu(account, rcu);
}

/**
 * ipcx_account_put() - let go of an account
 * @account: account, which may be freed by this
 */
void ipcx_account_put(struct ipcx_account *account)
{
	struct ipcx_accounts *accounts = account->accounts;

	spin_lock(&accounts->lock);
	WRITE_ONCE(account->holders, account->holders - 1);
	/* Pairs with the subtraction in ipcx_account_credit(). */
	smp_mb();
	ipcx_account_close(accounts, account);
	spin_unlock(&accounts->lock);
}

/**
 * ipcx_account_settle() - the last message of a user whose account nobody holds is gone
 * @accounts: of the namespace
 * @uid: the user; somebody else may have freed the account already, or have made a new one
 */
void ipcx_account_settle(struct ipcx_accounts *accounts, kuid_t uid)
{
	struct ipcx_account *account;

	spin_lock(&accounts->lock);
	account = ipcx_account_find(accounts, uid);
	if (account)
		ipcx_account_close(accounts, account);
	spin_unlock(&accounts->lock);
}

/**
 * ipcx_account_exceed() - messages have exceeded a limit
 * @account: that they were charged to
 * @cost: what was charged
 *
 * Return: 0 if the caller may; otherwise it is not charged any more, and this is -EDQUOT or
 * -ENOSPC, as ipcx_account_charge() has it.
 */
int ipcx_account_exceed(struct ipcx_account *account, s64 cost)
{
	struct ipcx_accounts *accounts = account->accounts;
	s64 of_user;

	if (capable(CAP_SYS_RESOURCE))
		return 0;
	of_user = atomic64_sub_return(cost, &account->bytes) + cost;
	atomic64_sub(cost, &accounts->bytes);
	return of_user > (s64)READ_ONCE(accounts->user.bytes) ? -EDQUOT : -ENOSPC;
}

/* Would it be too much? Sums that no number can hold are. */
static bool ipcx_account_is_over(unsigned long objects, u64 region_bytes, u64 more,
				 const struct ipcx_ceiling *most)
{
	return objects >= READ_ONCE(most->objects) ||
	       region_bytes + more < more || region_bytes + more > READ_ONCE(most->region_bytes);
}

/**
 * ipcx_account_add_object() - a user is to have one object more
 * @account: the user's; on success it is held until ipcx_account_remove_object()
 * @region_bytes: size of a region, 0 for a mailbox
 *
 * Return: 0, -EDQUOT if the user has too much, -ENOSPC if the namespace has.
 */
int ipcx_account_add_object(struct ipcx_account *account, u64 region_bytes)
{
	struct ipcx_accounts *accounts = account->accounts;
	int err = 0;

	spin_lock(&accounts->lock);
	if (ipcx_account_is_over(account->objects, account->region_bytes, region_bytes,
				 &accounts->user))
		err = -EDQUOT;
	else if (ipcx_account_is_over(accounts->objects, accounts->region_bytes, region_bytes,
				      &accounts->whole))
		err = -ENOSPC;
	/* What wraps round here comes back when the object goes. */
	if (!err || capable(CAP_SYS_RESOURCE)) {
		ipcx_account_hold(account);
		account->objects++;
		account->region_bytes += region_bytes;
		accounts->objects++;
		accounts->region_bytes += region_bytes;
		err = 0;
	}
	spin_unlock(&accounts->lock);
	return err;
}

/**
 * ipcx_account_has_most_objects() - why was an object refused?
 * @account: the user's
 * @err: what ipcx_account_add_object() has returned
 *
 * Return: true if there are too many objects, false if regions are too large.
 */
bool ipcx_account_has_most_objects(const struct ipcx_account *account, int err)
{
	struct ipcx_accounts *accounts = account->accounts;
	bool has;

	spin_lock(&accounts->lock);
	if (err == -EDQUOT)
		has = account->objects >= READ_ONCE(accounts->user.objects);
	else
		has = accounts->objects >= READ_ONCE(accounts->whole.objects);
	spin_unlock(&accounts->lock);
	return has;
}

/**
 * ipcx_account_remove_object() - an object is gone
 * @account: that it was charged to, which may be freed by this
 * @region_bytes: as it was charged
 */
void ipcx_account_remove_object(struct ipcx_account *account, u64 region_bytes)
{
	struct ipcx_accounts *accounts = account->accounts;

	spin_lock(&accounts->lock);
	account->objects--;
	account->region_bytes -= region_bytes;
	accounts->objects--;
	accounts->region_bytes -= region_bytes;
	spin_unlock(&accounts->lock);
	ipcx_account_put(account);
}

static void ipcx_quota_fill(struct ipcx_quota *quota, const struct ipcx_ceiling *most)
{
	quota->max_objects = READ_ONCE(most->objects);
	quota->max_bytes = READ_ONCE(most->bytes);
	quota->max_region_bytes = READ_ONCE(most->region_bytes);
}

/**
 * ipcx_account_usage() - what the caller has and may have, and what all have
 * @net: namespace
 * @usage: filled in whole
 */
void ipcx_account_usage(struct net *net, struct ipcx_usage *usage)
{
	struct ipcx_accounts *accounts = ipcx_accounts(net);
	struct ipcx_account *account;

	memset(usage, 0, sizeof(*usage));
	ipcx_quota_fill(&usage->user, &accounts->user);
	ipcx_quota_fill(&usage->net, &accounts->whole);
	usage->net.bytes = atomic64_read(&accounts->bytes);
	spin_lock(&accounts->lock);
	usage->net.objects = accounts->objects;
	usage->net.region_bytes = accounts->region_bytes;
	account = ipcx_account_find(accounts, current_euid());
	if (account) {
		usage->user.objects = account->objects;
		usage->user.bytes = atomic64_read(&account->bytes);
		usage->user.region_bytes = account->region_bytes;
	}
	spin_unlock(&accounts->lock);
}

/*
 * Much for this machine, and not all of it: of 1 GiB, 65,536 mailboxes and 256 MiB of messages,
 * and for each user a quarter of that. What the pages of regions take is up to memory cgroups.
 */
static void ipcx_accounts_set_defaults(struct ipcx_accounts *accounts)
{
	unsigned long memory = totalram_pages() << PAGE_SHIFT;

	accounts->whole.objects = memory / SZ_16K;
	accounts->whole.bytes = memory / 4;
	accounts->whole.region_bytes = LONG_MAX;
	accounts->user.objects = accounts->whole.objects / 4;
	accounts->user.bytes = accounts->whole.bytes / 4;
	accounts->user.region_bytes = LONG_MAX;
}

static int __net_init ipcx_accounts_init(struct net *net)
{
	struct ipcx_accounts *accounts = ipcx_accounts(net);

	spin_lock_init(&accounts->lock);
	accounts->users = RB_ROOT;
	ipcx_accounts_set_defaults(accounts);
	return ipcx_sysctl_register(net, accounts);
}

/* The namespace's objects went before, and with them whatever was charged for them. */
static void __net_exit ipcx_accounts_exit(struct net *net)
{
	struct ipcx_accounts *accounts = ipcx_accounts(net);

	ipcx_sysctl_unregister(accounts);
	WARN_ON_ONCE(!RB_EMPTY_ROOT(&accounts->users) || accounts->objects ||
		     atomic64_read(&accounts->bytes));
}

static struct pernet_operations ipcx_accounts_ops = {
	.init = ipcx_accounts_init,
	.exit = ipcx_accounts_exit,
	.id = &ipcx_accounts_id,
	.size = sizeof(struct ipcx_accounts),
};

int __init ipcx_account_init(void)
{
	return register_pernet_subsys(&ipcx_accounts_ops);
}

void ipcx_account_exit(void)
{
	unregister_pernet_subsys(&ipcx_accounts_ops);
}
