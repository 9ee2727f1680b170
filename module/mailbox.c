// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes: making and removing them, their lock and the news of what changed under it, readiness.
 */
#include <linux/cred.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "account.h"
#include "call.h"
#include "deliver.h"
#include "hangup.h"
#include "knob.h"
#include "mailbox.h"
#include "message.h"
#include "share.h"
#include "stats.h"

/* Packed, and of their own size: what kmalloc() has would cost an idle mailbox a fifth more. */
static struct kmem_cache *ipcx_mailbox_cache;

/*
 * How many of those that poll exclusively for room are to hear of it. One can take it; but with
 * shares there may be none for that one.
 */
static int ipcx_mailbox_room_takers(const struct ipcx_mailbox *mailbox)
{
	return ipcx_mailbox_has_shares(mailbox) ? 0 : 1;
}

/*
 * Of those that poll exclusively, one a message can take it, but all must hear of the end. What
 * concerns receivers and what concerns senders is told apart: both at once would be taken for the
 * end, and wake them all.
 */
static void ipcx_mailbox_tell_pollers(struct ipcx_mailbox *mailbox, const struct ipcx_news *news)
{
	const __poll_t in = EPOLLIN | EPOLLRDNORM, out = EPOLLOUT | EPOLLWRNORM;

	if (news->pollers & EPOLLHUP) {
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, 0, poll_to_key(news->pollers));
		return;
	}
	if (news->pollers & in)
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, news->messages, poll_to_key(in));
	if (news->pollers & out)
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, ipcx_mailbox_room_takers(mailbox),
			  poll_to_key(out));
}

/**
 * ipcx_mailbox_tell() - tell those whom the news concern
 * @mailbox: mailbox, not locked any more
 * @news: of its lock
 */
void ipcx_mailbox_tell(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	if (unlikely(ipcx_knob_wake(mailbox) == IPCX_WAKE_SYNC))
		ipcx_wakeups_run_sync(&news->wakeups);
	else
		ipcx_wakeups_run(&news->wakeups);
	if (news->pollers)
		ipcx_mailbox_tell_pollers(mailbox, news);
}

/**
 * ipcx_mailbox_has_room() - can a message of any length be sent without waiting?
 * @mailbox: mailbox, locked
 *
 * Return: true if so, by somebody who is not over his share.
 */
bool ipcx_mailbox_has_room(const struct ipcx_mailbox *mailbox)
{
	return !ipcx_share_must_queue(mailbox) &&
	       ipcx_mailbox_fits(mailbox, mailbox->max_msg_size);
}

/* What pollers want to know */
static bool ipcx_mailbox_has_room_for_caller(const struct ipcx_mailbox *mailbox)
{
	if (!ipcx_mailbox_has_room(mailbox))
		return false;
	return likely(!ipcx_mailbox_has_shares(mailbox)) ||
	       ipcx_share_permits(mailbox, current_euid(), mailbox->max_msg_size);
}

/**
 * ipcx_mailbox_poll() - readiness
 * @mailbox: mailbox
 * @file: endpoint's file
 * @table: who polls
 *
 * Return: EPOLLIN if there is a message, EPOLLOUT if a send of any length would not have to wait;
 * and who has gone.
 */
__poll_t ipcx_mailbox_poll(struct ipcx_mailbox *mailbox, struct file *file, poll_table *table)
{
	const struct ipcx_endpoint *endpoint = file->private_data;
	__poll_t events = 0;

	poll_wait(file, &mailbox->pollers, table);
	spin_lock(&mailbox->lock);
	if (file->f_mode & FMODE_READ && mailbox->queue.used)
		events |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE && ipcx_mailbox_has_room_for_caller(mailbox))
		events |= EPOLLOUT | EPOLLWRNORM;
	if (mailbox->removed)
		events |= EPOLLERR | EPOLLHUP;
	if (file->f_mode & FMODE_READ && ipcx_hangup_of_writers(mailbox, endpoint))
		events |= EPOLLHUP;
	if (file->f_mode & FMODE_WRITE && ipcx_hangup_of_readers(mailbox, endpoint))
		events |= EPOLLERR;
	spin_unlock(&mailbox->lock);
	return events;
}

static void ipcx_mailbox_remove(struct ipcx_object *object)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);
	struct ipcx_news news;
	LIST_HEAD(withdrawn);

	ipcx_mailbox_lock(mailbox, &news);
	mailbox->removed = true;
	ipcx_deliver_fail(&mailbox->receivers, &mailbox->nr_receivers, -EIDRM, &news);
	ipcx_deliver_fail(&mailbox->senders, &mailbox->nr_senders, -EIDRM, &news);
	ipcx_call_fail(mailbox, -EIDRM, &withdrawn, &news);
	ipcx_mailbox_announce(mailbox, EPOLLERR | EPOLLHUP, 0, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_message_free_list(&withdrawn);
}

static void ipcx_mailbox_reclaim(struct rcu_head *rcu)
{
	struct ipcx_mailbox *mailbox = container_of(rcu, struct ipcx_mailbox, object.rcu);

	kfree(mailbox->ledger);
	kmem_cache_free(ipcx_mailbox_cache, mailbox);
}

/* No endpoint is left, so nobody waits, and no request is queued: its caller would have one. */
static void ipcx_mailbox_free(struct ipcx_object *object)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);
	struct ipcx_message *msg;
	struct ipcx_news news;

	WARN_ON_ONCE(!list_empty(&mailbox->receivers) || !list_empty(&mailbox->senders) ||
		     !list_empty(&mailbox->calls) || !list_empty(&mailbox->holders) ||
		     mailbox->notice);
	while ((msg = ipcx_queue_first(&mailbox->queue))) {
		ipcx_mailbox_lock(mailbox, &news);
		ipcx_deliver_withdraw(mailbox, msg, &news);
		ipcx_mailbox_unlock(mailbox, &news);
		ipcx_message_free(msg);
	}
	WARN_ON_ONCE(!RB_EMPTY_ROOT(&mailbox->portions));
	ipcx_knob_reset(mailbox);
	call_rcu(&mailbox->object.rcu, ipcx_mailbox_reclaim);
}

static void ipcx_mailbox_stat(struct ipcx_object *object, struct ipcx_stat *stat)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);

	if (mailbox->queue.ranked)
		stat->flags |= IPCX_STAT_MANY_PRIOS;
	if (mailbox->hangs_up)
		stat->flags |= IPCX_STAT_HANGUP;
	spin_lock(&mailbox->lock);
	stat->max_msgs = mailbox->max_msgs;
	stat->max_msg_size = mailbox->max_msg_size;
	stat->max_bytes = mailbox->max_bytes;
	stat->share = mailbox->share;
	stat->msgs = mailbox->msgs;
	stat->bytes = mailbox->bytes;
	stat->receivers = mailbox->nr_receivers;
	stat->senders = mailbox->nr_senders;
	spin_unlock(&mailbox->lock);
}

static void ipcx_mailbox_stats(struct ipcx_object *object, struct ipcx_stats *stats)
{
	ipcx_stats_tell(ipcx_mailbox_of(object), stats);
}

static const struct ipcx_object_ops ipcx_mailbox_ops = {
	.remove = ipcx_mailbox_remove,
	.free = ipcx_mailbox_free,
	.stat = ipcx_mailbox_stat,
	.stats = ipcx_mailbox_stats,
};

static u32 ipcx_mailbox_msg_size(const struct ipcx_bind *bind)
{
	return bind->max_msg_size ?: IPCX_DEFAULT_MSG_SIZE;
}

/* Can there be such a mailbox? */
int ipcx_mailbox_check(const struct ipcx_bind *bind)
{
	if (bind->size || bind->share > IPCX_SHARE_ALL || bind->flags & IPCX_BIND_HUGE)
		return -EINVAL;
	if (bind->max_msgs > IPCX_MAX_MSGS || bind->max_msg_size > IPCX_MAX_MSG_SIZE ||
	    bind->max_bytes > IPCX_MAX_BYTES)
		return -E2BIG;
	if (bind->max_bytes && bind->max_bytes < ipcx_mailbox_msg_size(bind))
		return -EINVAL;
	return 0;
}

/**
 * ipcx_mailbox_create() - make a mailbox
 * @bind: its limits, checked
 *
 * Return: the object, nothing of which but the operations is filled in, or -ENOMEM.
 */
struct ipcx_object *ipcx_mailbox_create(const struct ipcx_bind *bind)
{
	struct ipcx_mailbox *mailbox = kmem_cache_zalloc(ipcx_mailbox_cache, GFP_KERNEL);
	bool many = bind->flags & IPCX_BIND_MANY_PRIOS;

	if (!mailbox)
		return ERR_PTR(-ENOMEM);
	mailbox->object.ops = &ipcx_mailbox_ops;
	mailbox->max_msgs = bind->max_msgs ?: IPCX_DEFAULT_MSGS;
	mailbox->max_msg_size = ipcx_mailbox_msg_size(bind);
	mailbox->max_reply = mailbox->max_msg_size;
	mailbox->max_bytes = bind->max_bytes ?: max_t(u32, IPCX_DEFAULT_BYTES,
						      mailbox->max_msg_size);
	mailbox->hangs_up = bind->flags & IPCX_BIND_HANGUP;
	mailbox->share = bind->share ?: IPCX_SHARE_ALL;
	mailbox->prios = many ? IPCX_PRIO_MANY : IPCX_PRIO_COUNT;
	spin_lock_init(&mailbox->lock);
	ipcx_queue_init(&mailbox->queue, many);
	INIT_LIST_HEAD(&mailbox->receivers);
	INIT_LIST_HEAD(&mailbox->senders);
	INIT_LIST_HEAD(&mailbox->calls);
	INIT_LIST_HEAD(&mailbox->holders);
	mailbox->portions = RB_ROOT;
	init_waitqueue_head(&mailbox->pollers);
	return &mailbox->object;
}

/* What IPCX_IOC_INFO tells of mailboxes */
void ipcx_mailbox_info(struct ipcx_info *info)
{
	info->default_msgs = IPCX_DEFAULT_MSGS;
	info->max_msgs = IPCX_MAX_MSGS;
	info->default_msg_size = IPCX_DEFAULT_MSG_SIZE;
	info->max_msg_size = IPCX_MAX_MSG_SIZE;
	info->default_bytes = IPCX_DEFAULT_BYTES;
	info->max_bytes = IPCX_MAX_BYTES;
}

int __init ipcx_mailbox_init(void)
{
	ipcx_mailbox_cache = KMEM_CACHE(ipcx_mailbox, SLAB_ACCOUNT);
	return ipcx_mailbox_cache ? 0 : -ENOMEM;
}

void ipcx_mailbox_exit(void)
{
	/* Mailboxes that were freed may still wait for a grace period to end. */
	rcu_barrier();
	ipcx_knob_exit();
	kmem_cache_destroy(ipcx_mailbox_cache);
}
