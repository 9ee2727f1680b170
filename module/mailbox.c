// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes: making and removing them, their lock and the news of what changed under it, readiness.
 */
#include <linux/slab.h>

#include "block.h"
#include "call.h"
#include "deliver.h"
#include "mailbox.h"
#include "message.h"

void ipcx_mailbox_lock(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
	__acquires(RCU) __acquires(&mailbox->lock)
{
	news->wakeups.count = 0;
	news->pollers = 0;
	news->messages = 0;
	/* Keeps the tasks in the news, from before they can leave until they are woken. */
	rcu_read_lock();
	spin_lock(&mailbox->lock);
}

/*
 * Of those that poll exclusively, one a message can take it, but all must hear of the end. What
 * concerns receivers and what concerns senders is told apart: both at once would be taken for the
 * end, and wake them all.
 */
static void ipcx_mailbox_tell(struct ipcx_mailbox *mailbox, const struct ipcx_news *news)
{
	const __poll_t in = EPOLLIN | EPOLLRDNORM, out = EPOLLOUT | EPOLLWRNORM;

	if (news->pollers & EPOLLHUP) {
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, 0, poll_to_key(news->pollers));
		return;
	}
	if (news->pollers & in)
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, news->messages, poll_to_key(in));
	if (news->pollers & out)
		__wake_up(&mailbox->pollers, TASK_INTERRUPTIBLE, 1, poll_to_key(out));
}

void ipcx_mailbox_unlock(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
	__releases(&mailbox->lock) __releases(RCU)
{
	spin_unlock(&mailbox->lock);
	ipcx_wakeups_run(&news->wakeups);
	rcu_read_unlock();
	if (news->pollers)
		ipcx_mailbox_tell(mailbox, news);
}

/**
 * ipcx_mailbox_has_room() - can a message of any length be sent without waiting?
 * @mailbox: mailbox, locked
 *
 * Return: what pollers want to know.
 */
bool ipcx_mailbox_has_room(const struct ipcx_mailbox *mailbox)
{
	return !mailbox->nr_senders && ipcx_mailbox_fits(mailbox, mailbox->max_msg_size);
}

/**
 * ipcx_mailbox_poll() - readiness
 * @mailbox: mailbox
 * @file: endpoint's file
 * @table: who polls
 *
 * Return: EPOLLIN if a receive, EPOLLOUT if a send of any length, would not have to wait.
 */
__poll_t ipcx_mailbox_poll(struct ipcx_mailbox *mailbox, struct file *file, poll_table *table)
{
	__poll_t events = 0;

	poll_wait(file, &mailbox->pollers, table);
	spin_lock(&mailbox->lock);
	if (file->f_mode & FMODE_READ && mailbox->queue.used)
		events |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE && ipcx_mailbox_has_room(mailbox))
		events |= EPOLLOUT | EPOLLWRNORM;
	if (mailbox->removed)
		events |= EPOLLERR | EPOLLHUP;
	spin_unlock(&mailbox->lock);
	return events;
}

struct ipcx_mailbox *ipcx_mailbox_of(struct ipcx_object *object)
{
	return container_of(object, struct ipcx_mailbox, object);
}

static void ipcx_mailbox_fail(struct list_head *list, unsigned int *count, struct ipcx_news *news)
{
	struct ipcx_wait *wait, *next;

	list_for_each_entry_safe(wait, next, list, link) {
		ipcx_mailbox_leave(count, wait);
		ipcx_wait_decide(wait, -EIDRM, &news->wakeups);
	}
}

static void ipcx_mailbox_remove(struct ipcx_object *object)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);
	struct ipcx_message *withdrawn = NULL;
	struct ipcx_caller *caller, *next;
	struct ipcx_news news;

	ipcx_mailbox_lock(mailbox, &news);
	mailbox->removed = true;
	ipcx_mailbox_fail(&mailbox->receivers, &mailbox->nr_receivers, &news);
	ipcx_mailbox_fail(&mailbox->senders, &mailbox->nr_senders, &news);
	list_for_each_entry_safe(caller, next, &mailbox->calls, wait.link) {
		struct ipcx_message *request = caller->request;

		if (request) {
			ipcx_deliver_withdraw(mailbox, request, &news);
			request->next = withdrawn;
			withdrawn = request;
		}
		ipcx_call_decide(caller, -EIDRM, &news);
	}
	ipcx_mailbox_announce(mailbox, EPOLLERR | EPOLLHUP, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_block_free_all(withdrawn);
}

/* No endpoint is left, so nobody waits, and no request is queued: its caller would have one. */
static void ipcx_mailbox_free(struct ipcx_object *object)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);
	struct ipcx_message *msg;

	WARN_ON_ONCE(!list_empty(&mailbox->receivers) || !list_empty(&mailbox->senders) ||
		     !list_empty(&mailbox->calls) || mailbox->notice);
	while ((msg = ipcx_queue_first(&mailbox->queue))) {
		ipcx_queue_remove(&mailbox->queue, msg);
		ipcx_message_free(msg);
	}
	kfree_rcu(mailbox, object.rcu);
}

static void ipcx_mailbox_stat(struct ipcx_object *object, struct ipcx_stat *stat)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);

	if (mailbox->queue.ranked)
		stat->flags |= IPCX_STAT_MANY_PRIOS;
	stat->max_msgs = mailbox->max_msgs;
	stat->max_msg_size = mailbox->max_msg_size;
	stat->max_bytes = mailbox->max_bytes;
	spin_lock(&mailbox->lock);
	stat->msgs = mailbox->msgs;
	stat->bytes = mailbox->bytes;
	stat->receivers = mailbox->nr_receivers;
	stat->senders = mailbox->nr_senders;
	spin_unlock(&mailbox->lock);
}

static const struct ipcx_object_ops ipcx_mailbox_ops = {
	.remove = ipcx_mailbox_remove,
	.free = ipcx_mailbox_free,
	.stat = ipcx_mailbox_stat,
};

static u32 ipcx_mailbox_msg_size(const struct ipcx_bind *bind)
{
	return bind->max_msg_size ?: IPCX_DEFAULT_MSG_SIZE;
}

/* Can there be such a mailbox? */
int ipcx_mailbox_check(const struct ipcx_bind *bind)
{
	if (bind->size)
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
	struct ipcx_mailbox *mailbox = kzalloc(sizeof(*mailbox), GFP_KERNEL_ACCOUNT);
	bool many = bind->flags & IPCX_BIND_MANY_PRIOS;

	if (!mailbox)
		return ERR_PTR(-ENOMEM);
	mailbox->object.ops = &ipcx_mailbox_ops;
	mailbox->max_msgs = bind->max_msgs ?: IPCX_DEFAULT_MSGS;
	mailbox->max_msg_size = ipcx_mailbox_msg_size(bind);
	mailbox->max_bytes = bind->max_bytes ?: max_t(u32, IPCX_DEFAULT_BYTES,
						      mailbox->max_msg_size);
	mailbox->prios = many ? IPCX_PRIO_MANY : IPCX_PRIO_COUNT;
	spin_lock_init(&mailbox->lock);
	ipcx_queue_init(&mailbox->queue, many);
	INIT_LIST_HEAD(&mailbox->receivers);
	INIT_LIST_HEAD(&mailbox->senders);
	INIT_LIST_HEAD(&mailbox->calls);
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
