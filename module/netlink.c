// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: telling about objects, changing and removing them, from outside. What
 * its requests may say is in the policies; Documentation/netlink/specs/ipcx.yaml says it again, and
 * the tests hold one against the other.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ipcx.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "knob.h"
#include "limit.h"
#include "mailbox.h"
#include "netlink.h"
#include "object.h"

/* Some kernels want them not to be const. */
static struct netlink_range_validation ipcx_range_msgs = {
	.min = 1,
	.max = IPCX_MAX_MSGS,
};

static struct netlink_range_validation ipcx_range_msg_size = {
	.min = 1,
	.max = IPCX_MAX_MSG_SIZE,
};

static struct netlink_range_validation ipcx_range_delay = {
	.max = IPCX_KNOB_DELAY_MAX,
};

static struct netlink_range_validation ipcx_range_bytes = {
	.min = 1,
	.max = IPCX_MAX_BYTES,
};

#define IPCX_POLICY_KEY							\
	[IPCX_A_OBJECT_ID] = { .type = NLA_U64 },			\
	[IPCX_A_OBJECT_NAME] = { .type = NLA_NUL_STRING, .len = IPCX_NAME_SIZE - 1 }

/* What is not here is refused. */
static const struct nla_policy ipcx_policy_key[] = {
	IPCX_POLICY_KEY,
};

static const struct nla_policy ipcx_policy_set[] = {
	IPCX_POLICY_KEY,
	[IPCX_A_OBJECT_MAX_MSGS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipcx_range_msgs),
	[IPCX_A_OBJECT_MAX_MSG_SIZE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipcx_range_msg_size),
	[IPCX_A_OBJECT_MAX_BYTES] = NLA_POLICY_FULL_RANGE(NLA_U64, &ipcx_range_bytes),
	[IPCX_A_OBJECT_SHARE] = NLA_POLICY_RANGE(NLA_U32, 1, IPCX_SHARE_ALL),
	[IPCX_A_OBJECT_KNOB_WAIT] = { .type = NLA_U64 },
	[IPCX_A_OBJECT_KNOB_COPY] = NLA_POLICY_MAX(NLA_U32, IPCX_COPY_LEND),
	[IPCX_A_OBJECT_KNOB_WAKE] = NLA_POLICY_MAX(NLA_U32, IPCX_WAKE_LAST),
	[IPCX_A_OBJECT_KNOB_DROP] = NLA_POLICY_MAX(NLA_U32, 1000),
	[IPCX_A_OBJECT_KNOB_DELAY] = NLA_POLICY_FULL_RANGE(NLA_U64, &ipcx_range_delay),
};

/**
 * struct ipcx_asker - who asks
 * @net: about which namespace
 * @opener: whoever opened the socket, if his rights matter, too; or NULL
 * @extack: where to say why not
 */
struct ipcx_asker {
	struct net *net;
	const struct cred *opener;
	struct netlink_ext_ack *extack;
};

/*
 * Who writes to a descriptor may not know that it is a socket of this family: what a privileged
 * program prints there must not be a request with its rights. Who gives an address knows.
 */
static struct ipcx_asker ipcx_asker(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	const struct sock *sk = NETLINK_CB(skb).sk;
	struct ipcx_asker asker = { .net = sock_net(sk), .extack = extack };

	if (!(NETLINK_CB(skb).flags & NETLINK_SKB_DST))
		asker.opener = sk->sk_socket->file->f_cred;
	return asker;
}

static bool ipcx_asker_is(const struct ipcx_asker *asker, const struct ipcx_object *object,
			  bool (*right)(const struct ipcx_object *object))
{
	const struct cred *own;
	bool has = right(object);

	if (has && asker->opener) {
		own = override_creds(asker->opener);
		has = right(object);
		revert_creds(own);
	}
	return has;
}

/* May the caller look at its state? Whoever can have an endpoint of it can see that there. */
static bool ipcx_netlink_may_look(const struct ipcx_object *object)
{
	return ipcx_object_is_callers(object) || ipcx_object_permits(object, FMODE_READ) ||
	       ipcx_object_permits(object, FMODE_WRITE);
}

/* What has no name is there for its owner only. */
static bool ipcx_netlink_may_know(const struct ipcx_asker *asker, const struct ipcx_object *object)
{
	return object->named || ipcx_asker_is(asker, object, ipcx_object_is_callers);
}

/* Finds the object that a request names. The namespace's objects are locked. */
static struct ipcx_object *ipcx_netlink_find(const struct ipcx_asker *asker, struct nlattr **attrs)
{
	struct nlattr *id = attrs[IPCX_A_OBJECT_ID], *name = attrs[IPCX_A_OBJECT_NAME];
	char wanted[IPCX_NAME_SIZE] = "";
	struct ipcx_object *object = NULL;

	if (!id && !name) {
		NL_SET_ERR_MSG(asker->extack, "which object? give its id, its name, or both");
		NL_SET_ERR_ATTR_MISS(asker->extack, NULL, IPCX_A_OBJECT_NAME);
		return ERR_PTR(-EINVAL);
	}
	if (name)
		nla_strscpy(wanted, name, sizeof(wanted));
	if (!name || wanted[0])
		object = ipcx_objects_find(asker->net, id ? nla_get_u64(id) : 0,
					   name ? wanted : NULL);
	if (object && ipcx_netlink_may_know(asker, object))
		return object;
	if (id && name)
		NL_SET_ERR_MSG_ATTR(asker->extack, id, "no object has this id and this name");
	else if (id)
		NL_SET_ERR_MSG_ATTR(asker->extack, id, "no object has this id");
	else
		NL_SET_ERR_MSG_ATTR(asker->extack, name, "no object has this name");
	return ERR_PTR(-ENOENT);
}

/* Finds it for what only its owner may do, and keeps it. The caller drops it. */
static struct ipcx_object *ipcx_netlink_get(const struct ipcx_asker *asker, struct nlattr **attrs)
{
	struct nlattr *key = attrs[IPCX_A_OBJECT_NAME] ?: attrs[IPCX_A_OBJECT_ID];
	struct ipcx_object *object;

	ipcx_objects_lock(asker->net);
	object = ipcx_netlink_find(asker, attrs);
	if (!IS_ERR(object) && !ipcx_asker_is(asker, object, ipcx_object_is_callers)) {
		NL_SET_ERR_MSG_ATTR(asker->extack, key,
				    "only its owner or CAP_IPC_OWNER may do this to the object");
		object = ERR_PTR(-EPERM);
	}
	if (!IS_ERR(object))
		ipcx_object_get(object);
	ipcx_objects_unlock(asker->net);
	return object;
}

static int ipcx_netlink_put_head(struct sk_buff *skb, const struct ipcx_stat *stat)
{
	if (nla_put_u64_64bit(skb, IPCX_A_OBJECT_ID, stat->id, IPCX_A_OBJECT_PAD) ||
	    (stat->name[0] && nla_put_string(skb, IPCX_A_OBJECT_NAME, stat->name)) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_KIND, stat->kind) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_FLAGS, stat->flags) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_MODE, stat->mode) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_UID, stat->uid) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_GID, stat->gid))
		return -EMSGSIZE;
	return 0;
}

static int ipcx_netlink_put_mailbox(struct sk_buff *skb, const struct ipcx_stat *stat)
{
	if (nla_put_u32(skb, IPCX_A_OBJECT_MSGS, stat->msgs) ||
	    nla_put_u64_64bit(skb, IPCX_A_OBJECT_BYTES, stat->bytes, IPCX_A_OBJECT_PAD) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_RECEIVERS, stat->receivers) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_SENDERS, stat->senders) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_MAX_MSGS, stat->max_msgs) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_MAX_MSG_SIZE, stat->max_msg_size) ||
	    nla_put_u64_64bit(skb, IPCX_A_OBJECT_MAX_BYTES, stat->max_bytes, IPCX_A_OBJECT_PAD) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_SHARE, stat->share))
		return -EMSGSIZE;
	return 0;
}

/* Of knobs, those that are turned: nobody turns any but for experiments. */
static int ipcx_netlink_put_knobs(struct sk_buff *skb, struct ipcx_mailbox *mailbox)
{
	struct ipcx_knob knob = { .set = 0 };

	if (!ipcx_knob_get(mailbox, &knob))
		return 0;
	if ((knob.wait != IPCX_WAIT_ADAPTIVE &&
	     nla_put_u64_64bit(skb, IPCX_A_OBJECT_KNOB_WAIT, knob.wait, IPCX_A_OBJECT_PAD)) ||
	    (knob.copy && nla_put_u32(skb, IPCX_A_OBJECT_KNOB_COPY, knob.copy)) ||
	    (knob.wake && nla_put_u32(skb, IPCX_A_OBJECT_KNOB_WAKE, knob.wake)) ||
	    (knob.drop && nla_put_u32(skb, IPCX_A_OBJECT_KNOB_DROP, knob.drop)) ||
	    (knob.delay && nla_put_u64_64bit(skb, IPCX_A_OBJECT_KNOB_DELAY, knob.delay,
					     IPCX_A_OBJECT_PAD)))
		return -EMSGSIZE;
	return 0;
}

static int ipcx_netlink_put_state(struct sk_buff *skb, const struct ipcx_stat *stat)
{
	if (nla_put_u32(skb, IPCX_A_OBJECT_ENDPOINTS, stat->endpoints))
		return -EMSGSIZE;
	if (stat->kind == IPCX_KIND_MAILBOX)
		return ipcx_netlink_put_mailbox(skb, stat);
	if (nla_put_u64_64bit(skb, IPCX_A_OBJECT_SIZE, stat->size, IPCX_A_OBJECT_PAD) ||
	    nla_put_u32(skb, IPCX_A_OBJECT_RECEIVERS, stat->receivers))
		return -EMSGSIZE;
	return 0;
}

/* Counters that are one after the other, here as there */
static int ipcx_netlink_put_counters(struct sk_buff *skb, const __u64 *counter, int first, int last)
{
	int attr;

	for (attr = first; attr <= last; attr++)
		if (nla_put_u64_64bit(skb, attr, *counter++, IPCX_A_STATS_PAD))
			return -EMSGSIZE;
	return 0;
}

static int ipcx_netlink_put_mailbox_stats(struct sk_buff *skb, const struct ipcx_stats *stats)
{
	BUILD_BUG_ON(offsetof(struct ipcx_stats, delays) - offsetof(struct ipcx_stats, sent) !=
		     (IPCX_A_STATS_DELAYS - IPCX_A_STATS_SENT) * sizeof(stats->sent));
	if (ipcx_netlink_put_counters(skb, &stats->sent, IPCX_A_STATS_SENT,
				      IPCX_A_STATS_PEAK_BYTES))
		return -EMSGSIZE;
	return nla_put_64bit(skb, IPCX_A_STATS_DELAYS, sizeof(stats->delays), stats->delays,
			     IPCX_A_STATS_PAD);
}

static int ipcx_netlink_put_region_stats(struct sk_buff *skb, const struct ipcx_stats *stats)
{
	BUILD_BUG_ON(sizeof(*stats) - offsetof(struct ipcx_stats, maps) !=
		     (IPCX_A_STATS_MAX + 1 - IPCX_A_STATS_MAPS) * sizeof(stats->maps));
	return ipcx_netlink_put_counters(skb, &stats->maps, IPCX_A_STATS_MAPS, IPCX_A_STATS_MAX);
}

/* What nobody uses has nothing to tell, and there may be very much of it. */
static int ipcx_netlink_put_stats(struct sk_buff *skb, struct ipcx_object *object)
{
	struct ipcx_stats stats = { .sent = 0 };
	struct nlattr *nest;
	int err;

	object->ops->stats(object, &stats);
	if (!memchr_inv(&stats, 0, sizeof(stats)))
		return 0;
	nest = nla_nest_start(skb, IPCX_A_OBJECT_STATS);
	if (!nest)
		return -EMSGSIZE;
	if (object->kind == IPCX_KIND_MAILBOX)
		err = ipcx_netlink_put_mailbox_stats(skb, &stats);
	else
		err = ipcx_netlink_put_region_stats(skb, &stats);
	nla_nest_end(skb, nest);
	return err;
}

/* Adds a message about an object, or nothing and -EMSGSIZE. The namespace's objects are locked. */
static int ipcx_netlink_put(struct sk_buff *skb, const struct ipcx_asker *asker,
			    struct ipcx_object *object, void *header)
{
	struct ipcx_stat stat;

	if (!header)
		return -EMSGSIZE;
	ipcx_object_examine(object, &stat);
	if (ipcx_netlink_put_head(skb, &stat) ||
	    (ipcx_asker_is(asker, object, ipcx_netlink_may_look) &&
	     (ipcx_netlink_put_state(skb, &stat) || ipcx_netlink_put_stats(skb, object) ||
	      (object->kind == IPCX_KIND_MAILBOX &&
	       ipcx_netlink_put_knobs(skb, ipcx_mailbox_of(object)))))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int ipcx_netlink_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipcx_asker asker = ipcx_asker(skb, info->extack);
	struct sk_buff *reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct ipcx_object *object;
	void *header;
	int err;

	if (!reply)
		return -ENOMEM;
	ipcx_objects_lock(asker.net);
	object = ipcx_netlink_find(&asker, info->attrs);
	if (IS_ERR(object)) {
		err = PTR_ERR(object);
	} else {
		header = genlmsg_put_reply(reply, info, &ipcx_netlink_family, 0, IPCX_CMD_GET);
		err = ipcx_netlink_put(reply, &asker, object, header);
	}
	ipcx_objects_unlock(asker.net);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/**
 * struct ipcx_dump - where a dump is, in &netlink_callback.ctx
 * @after: id of the last object that was told or passed over
 * @last: what is made later is none of its business, or it might never end
 */
struct ipcx_dump {
	u64 after;
	u64 last;
};

static int ipcx_netlink_dump_start(struct netlink_callback *cb)
{
	struct ipcx_dump *dump = (struct ipcx_dump *)cb->ctx;

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->ctx));
	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN)) {
		NL_SET_ERR_MSG(cb->extack, "a dump is of all objects, and takes no attributes");
		return -EINVAL;
	}
	dump->after = 0;
	dump->last = ipcx_objects_last_id();
	return 0;
}

/* Passes the next object by: 1, or 0 if there is none, or -EMSGSIZE if it has no room here. */
static int ipcx_netlink_dump_next(struct sk_buff *skb, struct netlink_callback *cb,
				  const struct ipcx_asker *asker)
{
	struct ipcx_dump *dump = (struct ipcx_dump *)cb->ctx;
	struct ipcx_object *object;
	void *header;
	int err = 0;

	ipcx_objects_lock(asker->net);
	object = ipcx_objects_next(asker->net, dump->after);
	if (object && object->id > dump->last)
		object = NULL;
	if (object && ipcx_netlink_may_know(asker, object)) {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				     &ipcx_netlink_family, NLM_F_MULTI, IPCX_CMD_GET);
		err = ipcx_netlink_put(skb, asker, object, header);
	}
	if (object && !err)
		dump->after = object->id;
	ipcx_objects_unlock(asker->net);
	return err ?: !!object;
}

/*
 * By increasing id, which no object gets twice: one that stays is told once, whatever comes and
 * goes between two parts of a dump. Who reads a part is asked for his rights each time.
 */
static int ipcx_netlink_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipcx_asker asker = ipcx_asker(cb->skb, cb->extack);
	int more;

	do {
		more = ipcx_netlink_dump_next(skb, cb, &asker);
		cond_resched();
	} while (more > 0);
	return skb->len;
}

/* Which limits are to change: false if none is */
static bool ipcx_netlink_limits(struct ipcx_limit *limit, struct genl_info *info)
{
	struct nlattr *max_msgs = info->attrs[IPCX_A_OBJECT_MAX_MSGS];
	struct nlattr *max_msg_size = info->attrs[IPCX_A_OBJECT_MAX_MSG_SIZE];
	struct nlattr *max_bytes = info->attrs[IPCX_A_OBJECT_MAX_BYTES];
	struct nlattr *share = info->attrs[IPCX_A_OBJECT_SHARE];

	if (max_msgs)
		limit->max_msgs = nla_get_u32(max_msgs);
	if (max_msg_size)
		limit->max_msg_size = nla_get_u32(max_msg_size);
	if (max_bytes)
		limit->max_bytes = nla_get_u64(max_bytes);
	if (share)
		limit->share = nla_get_u32(share);
	return max_msgs || max_msg_size || max_bytes || share;
}

/* Which knobs are to be turned */
static void ipcx_netlink_knobs(struct ipcx_knob *knob, struct genl_info *info)
{
	struct nlattr *wait = info->attrs[IPCX_A_OBJECT_KNOB_WAIT];
	struct nlattr *copy = info->attrs[IPCX_A_OBJECT_KNOB_COPY];
	struct nlattr *wake = info->attrs[IPCX_A_OBJECT_KNOB_WAKE];
	struct nlattr *drop = info->attrs[IPCX_A_OBJECT_KNOB_DROP];
	struct nlattr *delay = info->attrs[IPCX_A_OBJECT_KNOB_DELAY];

	if (wait)
		knob->wait = nla_get_u64(wait);
	if (copy)
		knob->copy = nla_get_u32(copy);
	if (wake)
		knob->wake = nla_get_u32(wake);
	if (drop)
		knob->drop = nla_get_u32(drop);
	if (delay)
		knob->delay = nla_get_u64(delay);
	knob->set = (wait ? IPCX_KNOB_WAIT : 0) | (copy ? IPCX_KNOB_COPY : 0) |
		    (wake ? IPCX_KNOB_WAKE : 0) | (drop ? IPCX_KNOB_DROP : 0) |
		    (delay ? IPCX_KNOB_DELAY : 0);
}

/* Those that do harm are root's, as whoever opened the socket has to be, too. */
static int ipcx_netlink_check_knobs(struct sk_buff *skb, struct ipcx_mailbox *mailbox,
				    const struct ipcx_knob *knob, struct genl_info *info)
{
	struct nlattr *harmful = info->attrs[IPCX_A_OBJECT_KNOB_DROP] ?:
				 info->attrs[IPCX_A_OBJECT_KNOB_DELAY];
	int err = 0;

	if (harmful && !netlink_capable(skb, CAP_SYS_ADMIN))
		err = -EPERM;
	if (!err && knob->set)
		err = ipcx_knob_check(mailbox, knob);
	if (err == -EPERM)
		NL_SET_ERR_MSG_ATTR(info->extack, harmful,
				    "to drop or to delay messages wants CAP_SYS_ADMIN");
	else if (err == -EINVAL)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[IPCX_A_OBJECT_KNOB_WAIT],
				    "nobody stays awake for more than a second");
	return err;
}

static int ipcx_netlink_set(struct sk_buff *skb, struct ipcx_object *object,
			    const struct ipcx_limit *limit, const struct ipcx_knob *knob,
			    struct genl_info *info)
{
	struct ipcx_mailbox *mailbox;
	struct nlattr *bytes = info->attrs[IPCX_A_OBJECT_MAX_BYTES] ?:
			       info->attrs[IPCX_A_OBJECT_MAX_MSG_SIZE];
	int err;

	if (object->kind != IPCX_KIND_MAILBOX) {
		NL_SET_ERR_MSG(info->extack, "a region has no limits to change");
		return -EOPNOTSUPP;
	}
	mailbox = ipcx_mailbox_of(object);
	err = ipcx_netlink_check_knobs(skb, mailbox, knob, info);
	if (err)
		return err;
	err = ipcx_limit_change(mailbox, limit);
	if (!err && knob->set)
		ipcx_knob_apply(mailbox, knob);
	if (err == -EINVAL)
		NL_SET_ERR_MSG_ATTR(info->extack, bytes,
				    "the longest message would be longer than all bytes together");
	return err;
}

static int ipcx_netlink_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipcx_asker asker = ipcx_asker(skb, info->extack);
	struct ipcx_limit limit = { .pad = 0 };
	struct ipcx_knob knob = { .set = 0 };
	struct ipcx_object *object;
	bool limits;
	int err;

	limits = ipcx_netlink_limits(&limit, info);
	ipcx_netlink_knobs(&knob, info);
	if (!limits && !knob.set) {
		NL_SET_ERR_MSG(info->extack, "nothing to change: give at least one limit or knob");
		return -EINVAL;
	}
	object = ipcx_netlink_get(&asker, info->attrs);
	if (IS_ERR(object))
		return PTR_ERR(object);
	err = ipcx_netlink_set(skb, object, &limit, &knob, info);
	ipcx_object_put(object);
	return err;
}

static int ipcx_netlink_remove_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipcx_asker asker = ipcx_asker(skb, info->extack);
	struct ipcx_object *object = ipcx_netlink_get(&asker, info->attrs);
	int err;

	if (IS_ERR(object))
		return PTR_ERR(object);
	err = ipcx_object_remove(object);
	if (err)
		NL_SET_ERR_MSG(info->extack, "the object was removed before");
	return err;
}

static const struct genl_ops ipcx_netlink_ops[] = {
	{
		.cmd = IPCX_CMD_GET,
		.policy = ipcx_policy_key,
		.maxattr = ARRAY_SIZE(ipcx_policy_key) - 1,
		.doit = ipcx_netlink_get_doit,
		.start = ipcx_netlink_dump_start,
		.dumpit = ipcx_netlink_get_dumpit,
	}, {
		.cmd = IPCX_CMD_SET,
		.policy = ipcx_policy_set,
		.maxattr = ARRAY_SIZE(ipcx_policy_set) - 1,
		.doit = ipcx_netlink_set_doit,
	}, {
		.cmd = IPCX_CMD_REMOVE,
		.policy = ipcx_policy_key,
		.maxattr = ARRAY_SIZE(ipcx_policy_key) - 1,
		.doit = ipcx_netlink_remove_doit,
	},
};

static const struct genl_multicast_group ipcx_netlink_groups[] = {
	[IPCX_NETLINK_EVENTS] = { .name = IPCX_MCGRP_EVENTS },
};

struct genl_family ipcx_netlink_family __ro_after_init = {
	.module = THIS_MODULE,
	.name = IPCX_FAMILY_NAME,
	.version = IPCX_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.ops = ipcx_netlink_ops,
	.n_ops = ARRAY_SIZE(ipcx_netlink_ops),
	.mcgrps = ipcx_netlink_groups,
	.n_mcgrps = ARRAY_SIZE(ipcx_netlink_groups),
};

int __init ipcx_netlink_init(void)
{
	return genl_register_family(&ipcx_netlink_family);
}

void ipcx_netlink_exit(void)
{
	genl_unregister_family(&ipcx_netlink_family);
}
