// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what listeners of the multicast group are told, and each namespace's count of it, by
 * which they notice that they have missed some.
 */
#include <linux/ipcx.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "account.h"
#include "event.h"
#include "netlink.h"
#include "object.h"

/**
 * struct ipcx_events - the events of one network namespace
 * @lock: they are sent in the order of their numbers. Innermost
 * @seq: number of the last that somebody listened to; @lock
 */
struct ipcx_events {
	struct mutex lock; /* innermost, and never taken under a spinlock */
	u64 seq;
};

static unsigned int ipcx_events_id;

/**
 * struct ipcx_event - what an event says
 * @cmd: IPCX_CMD_*_NTF
 * @object: what it is about, or NULL
 * @owed: replies, with IPCX_CMD_OWNER_DIED_NTF
 * @limit: enum ipcx_limit_hit, with IPCX_CMD_LIMIT_NTF
 * @uid: who was over it, likewise
 */
struct ipcx_event {
	u8 cmd;
	const struct ipcx_object *object;
	u32 owed;
	u32 limit;
	kuid_t uid;
};

static int ipcx_event_put_object(struct sk_buff *skb, const struct ipcx_object *object)
{
	if (nla_put_u64_64bit(skb, IPCX_A_EVENT_ID, object->id, IPCX_A_EVENT_PAD) ||
	    nla_put_string(skb, IPCX_A_EVENT_NAME, object->name) ||
	    nla_put_u32(skb, IPCX_A_EVENT_KIND, object->kind))
		return -EMSGSIZE;
	return 0;
}

static int ipcx_event_put_limit(struct sk_buff *skb, const struct net *net,
				const struct ipcx_event *event)
{
	if (nla_put_u32(skb, IPCX_A_EVENT_LIMIT, event->limit) ||
	    nla_put_u32(skb, IPCX_A_EVENT_UID, from_kuid_munged(net->user_ns, event->uid)))
		return -EMSGSIZE;
	return 0;
}

static int ipcx_event_put(struct sk_buff *skb, const struct net *net,
			  const struct ipcx_event *event, u64 seq)
{
	void *header = genlmsg_put(skb, 0, 0, &ipcx_netlink_family, 0, event->cmd);

	if (!header ||
	    nla_put_u64_64bit(skb, IPCX_A_EVENT_SEQ, seq, IPCX_A_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, IPCX_A_EVENT_TIME, ktime_get_ns(), IPCX_A_EVENT_PAD) ||
	    (event->object && ipcx_event_put_object(skb, event->object)) ||
	    (event->cmd == IPCX_CMD_LIMIT_NTF && ipcx_event_put_limit(skb, net, event)) ||
	    (event->owed && nla_put_u32(skb, IPCX_A_EVENT_OWED, event->owed)))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/* If there is no memory for it, listeners notice by the number that is left out. */
static void ipcx_event_send(struct net *net, const struct ipcx_event *event)
{
	struct ipcx_events *events = net_generic(net, ipcx_events_id);
	struct sk_buff *skb;
	u64 seq;

	if (likely(!genl_has_listeners(&ipcx_netlink_family, net, IPCX_NETLINK_EVENTS)))
		return;
	mutex_lock(&events->lock);
	seq = ++events->seq;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && !WARN_ON_ONCE(ipcx_event_put(skb, net, event, seq)))
		genlmsg_multicast_netns(&ipcx_netlink_family, net, skb, 0, IPCX_NETLINK_EVENTS,
					GFP_KERNEL);
	else
		nlmsg_free(skb);
	mutex_unlock(&events->lock);
}

static void ipcx_event_send_object(u8 cmd, const struct ipcx_object *object, u32 owed)
{
	const struct ipcx_event event = { .cmd = cmd, .object = object, .owed = owed };

	/* What has no name is nobody's business but its owner's. */
	if (object->name[0])
		ipcx_event_send(object->net, &event);
}

/* The names' lock is held, so that listeners learn of names in their order. */
void ipcx_event_created(const struct ipcx_object *object)
{
	ipcx_event_send_object(IPCX_CMD_CREATED_NTF, object, 0);
}

/* The same */
void ipcx_event_removed(const struct ipcx_object *object)
{
	ipcx_event_send_object(IPCX_CMD_REMOVED_NTF, object, 0);
}

void ipcx_event_full(const struct ipcx_object *object)
{
	ipcx_event_send_object(IPCX_CMD_FULL_NTF, object, 0);
}

/**
 * ipcx_event_owner_died() - an endpoint was closed
 * @object: that it was bound to
 * @owed: how many requests it had not replied to
 */
void ipcx_event_owner_died(const struct ipcx_object *object, unsigned int owed)
{
	if (owed)
		ipcx_event_send_object(IPCX_CMD_OWNER_DIED_NTF, object, owed);
}

static void ipcx_event_refused(struct net *net, struct ipcx_account *account,
			       enum ipcx_limit_hit limit)
{
	const struct ipcx_event event = {
		.cmd = IPCX_CMD_LIMIT_NTF,
		.limit = limit,
		.uid = account->uid,
	};
	unsigned long told = READ_ONCE(account->told);
	unsigned long now = jiffies | 1;

	/* Whoever is refused may well try again at once, and again. */
	if (told && time_before(now, told + HZ))
		return;
	if (cmpxchg(&account->told, told, now) == told)
		ipcx_event_send(net, &event);
}

/**
 * ipcx_event_message_refused() - a message was too much for an account
 * @net: namespace of the account
 * @account: the sender's, held
 * @err: -EDQUOT or -ENOSPC; what else may have befallen a message is no event
 */
void ipcx_event_message_refused(struct net *net, struct ipcx_account *account, int err)
{
	if (err == -EDQUOT)
		ipcx_event_refused(net, account, IPCX_LIMIT_HIT_USER_BYTES);
	else if (err == -ENOSPC)
		ipcx_event_refused(net, account, IPCX_LIMIT_HIT_MAX_BYTES);
}

/**
 * ipcx_event_object_refused() - an object was too much for an account
 * @net: namespace of the account
 * @account: the maker's, held
 * @err: -EDQUOT or -ENOSPC
 */
void ipcx_event_object_refused(struct net *net, struct ipcx_account *account, int err)
{
	bool objects = ipcx_account_has_most_objects(account, err);

	if (err == -EDQUOT)
		ipcx_event_refused(net, account, objects ? IPCX_LIMIT_HIT_USER_OBJECTS :
							   IPCX_LIMIT_HIT_USER_REGION_BYTES);
	else
		ipcx_event_refused(net, account, objects ? IPCX_LIMIT_HIT_MAX_OBJECTS :
							   IPCX_LIMIT_HIT_MAX_REGION_BYTES);
}

static int __net_init ipcx_events_init(struct net *net)
{
	struct ipcx_events *events = net_generic(net, ipcx_events_id);

	mutex_init(&events->lock);
	return 0;
}

static void __net_exit ipcx_events_exit(struct net *net)
{
	struct ipcx_events *events = net_generic(net, ipcx_events_id);

	mutex_destroy(&events->lock);
}

static struct pernet_operations ipcx_events_ops = {
	.init = ipcx_events_init,
	.exit = ipcx_events_exit,
	.id = &ipcx_events_id,
	.size = sizeof(struct ipcx_events),
};

int __init ipcx_event_init(void)
{
	return register_pernet_subsys(&ipcx_events_ops);
}

void ipcx_event_exit(void)
{
	unregister_pernet_subsys(&ipcx_events_ops);
}
