// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many descriptors a user has in messages. They are open files that no process's limit counts;
 * without one of their own, a user could keep any number of files open.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "flight.h"

/**
 * struct ipcx_flight - descriptors of one user in messages
 * @node: in the table
 * @uid: effective user of those who sent them. Constant
 * @count: how many, not 0. The table's lock
 */
struct ipcx_flight {
	struct hlist_node node;
	kuid_t uid;
	unsigned long count;
};

static DEFINE_HASHTABLE(ipcx_flights, 6);
static DEFINE_SPINLOCK(ipcx_flights_lock); /* innermost */

static struct ipcx_flight *ipcx_flight_find(kuid_t uid)
{
	struct ipcx_flight *flight;

	lockdep_assert_held(&ipcx_flights_lock);
	hash_for_each_possible(ipcx_flights, flight, node, __kuid_val(uid))
		if (uid_eq(flight->uid, uid))
			return flight;
	return NULL;
}

/* Returns the account, or NULL if the user has none and there is no @spare one. */
static struct ipcx_flight *ipcx_flight_add(kuid_t uid, unsigned int count, unsigned long limit,
					   struct ipcx_flight *spare)
{
	struct ipcx_flight *flight;

	spin_lock(&ipcx_flights_lock);
	flight = ipcx_flight_find(uid);
	if ((flight ? flight->count : 0) + count > limit) {
		flight = ERR_PTR(-ETOOMANYREFS);
	} else if (flight) {
		flight->count += count;
	} else if (spare) {
		flight = spare;
		flight->uid = uid;
		flight->count = count;
		hash_add(ipcx_flights, &flight->node, __kuid_val(uid));
	}
	spin_unlock(&ipcx_flights_lock);
	return flight;
}

static struct ipcx_flight *ipcx_flight_limited(unsigned int count, unsigned long limit)
{
	kuid_t uid = current_euid();
	struct ipcx_flight *flight, *spare;

	flight = ipcx_flight_add(uid, count, limit, NULL);
	if (flight)
		return flight;
	spare = kmalloc(sizeof(*spare), GFP_KERNEL_ACCOUNT);
	if (!spare)
		return ERR_PTR(-ENOMEM);
	flight = ipcx_flight_add(uid, count, limit, spare);
	if (flight != spare)
		kfree(spare);
	return flight;
}

/**
 * ipcx_flight_begin() - the caller sends descriptors
 * @count: how many
 *
 * As with Unix sockets, it is the sender's RLIMIT_NOFILE that all that its user has in messages is
 * held against, and the administrator may exceed it.
 *
 * Return: its user's account, -ENOMEM or -ETOOMANYREFS.
 */
struct ipcx_flight *ipcx_flight_begin(unsigned int count)
{
	struct ipcx_flight *flight = ipcx_flight_limited(count, rlimit(RLIMIT_NOFILE));

	/* Asked for only when it matters: having to use a capability is noted. */
	if (flight == ERR_PTR(-ETOOMANYREFS) &&
	    (capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN)))
		return ipcx_flight_limited(count, ULONG_MAX);
	return flight;
}

/**
 * ipcx_flight_end() - descriptors are in no message any more
 * @flight: account, which may be freed by this
 * @count: how many
 */
void ipcx_flight_end(struct ipcx_flight *flight, unsigned int count)
{
	bool last;

	spin_lock(&ipcx_flights_lock);
	flight->count -= count;
	last = !flight->count;
	if (last)
		hash_del(&flight->node);
	spin_unlock(&ipcx_flights_lock);
	if (last)
		kfree(flight);
}
