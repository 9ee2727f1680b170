// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes: messages posted and taken, those who wait for one or the other, room, readiness.
 *
 * A message goes straight to the receiver that has waited longest; if nobody waits it is queued,
 * and if there is no room its sender waits until a receiver lets it in. Whoever makes room moves
 * the waiting messages himself, so a sender that wakes is done, and none can overtake another.
 */
#include <linux/slab.h>

#include "call.h"
#include "mailbox.h"
#include "message.h"
#include "notify.h"

/**
 * struct ipcx_receiving - a receiver that waits for a message
 * @wait: in &ipcx_mailbox.receivers
 * @wanted: which message
 * @parcel: where it goes
 */
struct ipcx_receiving {
	struct ipcx_wait wait;
	const struct ipcx_wanted *wanted;
	struct ipcx_parcel *parcel;
};

/**
 * struct ipcx_sending - a sender that waits for room
 * @wait: in &ipcx_mailbox.senders
 * @parcel: its message, boxed
 * @caller: if it is a request
 */
struct ipcx_sending {
	struct ipcx_wait wait;
	struct ipcx_parcel *parcel;
	struct ipcx_caller *caller;
};

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

static void ipcx_mailbox_announce(struct ipcx_mailbox *mailbox, __poll_t events,
				  struct ipcx_news *news)
{
	/*
	 * A poller puts itself on the wait queue and then takes the lock to look; the lock is held
	 * here, after the change. So either it sees the change, or it is seen here.
	 */
	if (!waitqueue_active(&mailbox->pollers))
		return;
	news->pollers |= events;
	if (events & EPOLLIN)
		news->messages++;
}

static bool ipcx_mailbox_fits(const struct ipcx_mailbox *mailbox, size_t len)
{
	return mailbox->msgs < mailbox->max_msgs && mailbox->bytes + len <= mailbox->max_bytes;
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

static void ipcx_mailbox_charge(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->msgs++;
	mailbox->bytes += len;
}

static void ipcx_mailbox_enter(struct list_head *list, unsigned int *count, struct ipcx_wait *wait)
{
	list_add_tail(&wait->link, list);
	WRITE_ONCE(*count, *count + 1);
}

static void ipcx_mailbox_leave(unsigned int *count, struct ipcx_wait *wait)
{
	list_del(&wait->link);
	WRITE_ONCE(*count, *count - 1);
}

/* The receiver that has waited longest for a message of that type, or NULL */
static struct ipcx_receiving *ipcx_mailbox_receiver(struct ipcx_mailbox *mailbox, u64 type)
{
	struct ipcx_receiving *receiving;

	list_for_each_entry(receiving, &mailbox->receivers, wait.link)
		if (ipcx_selection_has(&receiving->wanted->selection, type))
			return receiving;
	return NULL;
}

/*
 * Hands the parcel to the receiver that has waited longest for such. One that has not enough room
 * for it is told so, as if it had found the message in the queue.
 */
static bool ipcx_mailbox_offer(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			       struct ipcx_caller *caller, struct ipcx_news *news)
{
	struct ipcx_receiving *receiving;

	while ((receiving = ipcx_mailbox_receiver(mailbox, parcel->env.type))) {
		ipcx_mailbox_leave(&mailbox->nr_receivers, &receiving->wait);
		if (parcel->env.len <= receiving->wanted->room) {
			if (caller)
				ipcx_call_received(mailbox, caller, receiving->wanted->endpoint,
						   parcel);
			ipcx_parcel_move(receiving->parcel, parcel);
			ipcx_wait_decide(&receiving->wait, 0, &news->wakeups);
			return true;
		}
		receiving->parcel->env.len = parcel->env.len;
		ipcx_wait_decide(&receiving->wait, -EMSGSIZE, &news->wakeups);
	}
	return false;
}

static void ipcx_mailbox_enqueue(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				 struct ipcx_caller *caller, struct ipcx_news *news)
{
	struct ipcx_message *msg = parcel->msg;

	msg->env = parcel->env;
	ipcx_mailbox_charge(mailbox, msg->env.len);
	if (unlikely(mailbox->notice) && !mailbox->queue.used)
		ipcx_notify_due(mailbox, &msg->env);
	ipcx_queue_append(&mailbox->queue, msg);
	if (caller)
		ipcx_call_queued(mailbox, caller, msg);
	ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, news);
}

/* Lets waiting senders in, in their order, for as long as there are receivers or there is room. */
static void ipcx_mailbox_admit(struct ipcx_mailbox *mailbox, struct ipcx_news *news)
{
	struct ipcx_sending *sending;

	while (!list_empty(&mailbox->senders)) {
		sending = list_first_entry(&mailbox->senders, struct ipcx_sending, wait.link);
		sending->parcel->env.seq = ++mailbox->seq;
		if (!ipcx_mailbox_offer(mailbox, sending->parcel, sending->caller, news)) {
			if (!ipcx_mailbox_fits(mailbox, sending->parcel->env.len))
				return;
			ipcx_mailbox_enqueue(mailbox, sending->parcel, sending->caller, news);
		}
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		ipcx_wait_decide(&sending->wait, 0, &news->wakeups);
	}
	/* Asked here already, see ipcx_mailbox_announce(), as it costs less than the other. */
	if (waitqueue_active(&mailbox->pollers) && ipcx_mailbox_has_room(mailbox))
		ipcx_mailbox_announce(mailbox, EPOLLOUT | EPOLLWRNORM, news);
}

static void ipcx_mailbox_uncharge(struct ipcx_mailbox *mailbox, size_t len, struct ipcx_news *news)
{
	mailbox->msgs--;
	mailbox->bytes -= len;
	ipcx_mailbox_admit(mailbox, news);
}

/* Waits for room, without the lock; @parcel was entered with @sending under it. */
static int ipcx_mailbox_wait_room(struct ipcx_mailbox *mailbox, struct ipcx_sending *sending,
				  const struct ipcx_patience *patience)
{
	struct ipcx_news news;
	int err;

	err = ipcx_wait_for(&sending->wait, patience);
	if (!err)
		return sending->wait.status;

	ipcx_mailbox_lock(mailbox, &news);
	if (!ipcx_wait_is_decided(&sending->wait)) {
		ipcx_mailbox_leave(&mailbox->nr_senders, &sending->wait);
		sending->wait.status = err;
		/* What is next may be shorter, and fit. */
		ipcx_mailbox_admit(mailbox, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return sending->wait.status;
}

/* A parcel without a message can only go to a receiver that waits. */
static bool ipcx_mailbox_hand_over(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				   struct ipcx_caller *caller)
{
	struct ipcx_receiving *first;
	struct ipcx_news news;
	bool done = false;

	ipcx_mailbox_lock(mailbox, &news);
	first = ipcx_mailbox_receiver(mailbox, parcel->env.type);
	if (first && !mailbox->nr_senders && parcel->env.len <= first->wanted->room) {
		parcel->env.seq = ++mailbox->seq;
		done = ipcx_mailbox_offer(mailbox, parcel, caller, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return done;
}

static int ipcx_mailbox_post_boxed(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				   struct ipcx_caller *caller, const struct ipcx_patience *patience)
{
	struct ipcx_sending sending;
	struct ipcx_news news;
	bool wait = false;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	parcel->env.seq = ++mailbox->seq;
	if (mailbox->removed && caller) {
		/* There may be room, but it is the reply that would be slept for. */
		err = -EIDRM;
	} else if (!mailbox->nr_senders && ipcx_mailbox_offer(mailbox, parcel, caller, &news)) {
		err = 0;
	} else if (!mailbox->nr_senders && ipcx_mailbox_fits(mailbox, parcel->env.len)) {
		ipcx_mailbox_enqueue(mailbox, parcel, caller, &news);
	} else if (mailbox->removed) {
		err = -EIDRM;
	} else if (patience->dontwait) {
		err = -EAGAIN;
	} else {
		ipcx_wait_init(&sending.wait);
		sending.parcel = parcel;
		sending.caller = caller;
		ipcx_mailbox_enter(&mailbox->senders, &mailbox->nr_senders, &sending.wait);
		wait = true;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (wait)
		err = ipcx_mailbox_wait_room(mailbox, &sending, patience);
	return err;
}

/**
 * ipcx_mailbox_post() - send a message
 * @mailbox: mailbox
 * @parcel: the message; used up in any case
 * @caller: if it is a request: who waits for the reply
 * @patience: how long to wait for room
 *
 * Return: 0, -EAGAIN, -EIDRM, -ENOMEM, -ERESTARTSYS or -ETIMEDOUT.
 */
int ipcx_mailbox_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		      struct ipcx_caller *caller, const struct ipcx_patience *patience)
{
	int err;

	if (!parcel->msg && ipcx_mailbox_hand_over(mailbox, parcel, caller))
		return 0;
	err = ipcx_parcel_box(parcel, GFP_KERNEL_ACCOUNT);
	if (!err)
		err = ipcx_mailbox_post_boxed(mailbox, parcel, caller, patience);
	if (err)
		ipcx_parcel_drop(parcel);
	return err;
}

static int ipcx_mailbox_wait_message(struct ipcx_mailbox *mailbox,
				     struct ipcx_receiving *receiving,
				     const struct ipcx_patience *patience)
{
	struct ipcx_news news;
	int err;

	err = ipcx_wait_for(&receiving->wait, patience);
	if (!err)
		return receiving->wait.status;

	ipcx_mailbox_lock(mailbox, &news);
	if (!ipcx_wait_is_decided(&receiving->wait)) {
		ipcx_mailbox_leave(&mailbox->nr_receivers, &receiving->wait);
		receiving->wait.status = err;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	return receiving->wait.status;
}

/* ipcx_mailbox_find() of a receiver that chooses */
struct ipcx_message *ipcx_mailbox_choose(struct ipcx_mailbox *mailbox,
					 const struct ipcx_selection *selection,
					 struct ipcx_news *news)
{
	while (!ipcx_queue_index(&mailbox->queue)) {
		ipcx_mailbox_unlock(mailbox, news);
		cond_resched();
		ipcx_mailbox_lock(mailbox, news);
	}
	return ipcx_queue_find(&mailbox->queue, selection);
}

/**
 * ipcx_mailbox_take() - take the next message into one's hands
 * @mailbox: mailbox
 * @wanted: which
 * @parcel: where it goes
 * @patience: how long to wait for one
 *
 * The message has left the queue, but not for good: ipcx_mailbox_keep() or ipcx_mailbox_restore()
 * must follow.
 *
 * Return: 0, -EAGAIN, -EIDRM, -ERESTARTSYS, -ETIMEDOUT, or -EMSGSIZE with the length of the message
 * in the parcel's envelope.
 */
int ipcx_mailbox_take(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
		      struct ipcx_parcel *parcel, const struct ipcx_patience *patience)
{
	struct ipcx_receiving receiving;
	struct ipcx_message *msg;
	struct ipcx_news news;
	bool wait = false;
	int err = 0;

	ipcx_mailbox_lock(mailbox, &news);
	msg = ipcx_mailbox_find(mailbox, &wanted->selection, &news);
	if (msg && msg->env.len > wanted->room) {
		parcel->env.len = msg->env.len;
		err = -EMSGSIZE;
	} else if (msg) {
		ipcx_queue_remove(&mailbox->queue, msg);
		parcel->env = msg->env;
		parcel->msg = msg;
		parcel->token = 0;
		parcel->reply_room = 0;
		parcel->charged = true;
		if (msg->caller)
			ipcx_call_received(mailbox, msg->caller, wanted->endpoint, parcel);
	} else if (mailbox->removed) {
		err = -EIDRM;
	} else if (patience->dontwait) {
		err = -EAGAIN;
	} else {
		ipcx_wait_init(&receiving.wait);
		receiving.wanted = wanted;
		receiving.parcel = parcel;
		ipcx_mailbox_enter(&mailbox->receivers, &mailbox->nr_receivers, &receiving.wait);
		wait = true;
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (wait)
		err = ipcx_mailbox_wait_message(mailbox, &receiving, patience);
	return err;
}

/**
 * ipcx_mailbox_keep() - the message that was taken has arrived
 * @mailbox: mailbox
 * @parcel: the message, freed by this
 *
 * Its room becomes free only now, so that messages in the hands of receivers that are slow, or
 * stuck in a fault, count against the limits.
 */
void ipcx_mailbox_keep(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel)
{
	struct ipcx_news news;

	if (parcel->charged) {
		ipcx_mailbox_lock(mailbox, &news);
		ipcx_mailbox_uncharge(mailbox, parcel->env.len, &news);
		ipcx_mailbox_unlock(mailbox, &news);
	}
	ipcx_parcel_drop(parcel);
}

/**
 * ipcx_mailbox_restore() - the message that was taken could not be delivered
 * @mailbox: mailbox
 * @endpoint: that it was received through
 * @parcel: the message, used up
 *
 * It goes back to where it was, over the limits if others have come in; or to a receiver that came
 * to wait meanwhile. A request whose caller has left is gone.
 */
void ipcx_mailbox_restore(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			  struct ipcx_parcel *parcel)
{
	struct ipcx_caller *caller = NULL;
	struct ipcx_news news;
	bool dropped = false;

	ipcx_parcel_box(parcel, GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	ipcx_mailbox_lock(mailbox, &news);
	if (parcel->token) {
		caller = ipcx_call_unreceived(endpoint, parcel->token);
		dropped = !caller;
		parcel->token = 0;
	}
	if (dropped) {
		if (parcel->charged)
			ipcx_mailbox_uncharge(mailbox, parcel->env.len, &news);
	} else if (!ipcx_mailbox_offer(mailbox, parcel, caller, &news)) {
		if (!parcel->charged) {
			parcel->msg->env = parcel->env;
			ipcx_mailbox_charge(mailbox, parcel->env.len);
		}
		ipcx_queue_restore(&mailbox->queue, parcel->msg);
		if (caller)
			ipcx_call_queued(mailbox, caller, parcel->msg);
		ipcx_mailbox_announce(mailbox, EPOLLIN | EPOLLRDNORM, &news);
	}
	ipcx_mailbox_unlock(mailbox, &news);
	if (dropped)
		ipcx_parcel_drop(parcel);
}

/**
 * ipcx_mailbox_withdraw() - take a message off the queue that nobody is to receive
 * @mailbox: mailbox, locked
 * @msg: queued message; the caller frees it when the lock is dropped
 * @news: whom to tell
 */
void ipcx_mailbox_withdraw(struct ipcx_mailbox *mailbox, struct ipcx_message *msg,
			   struct ipcx_news *news)
{
	lockdep_assert_held(&mailbox->lock);
	ipcx_queue_remove(&mailbox->queue, msg);
	ipcx_mailbox_uncharge(mailbox, msg->env.len, news);
}

/**
 * ipcx_mailbox_expects() - does a receiver seem to wait?
 * @mailbox: mailbox
 *
 * Return: a hint: it may have changed already.
 */
bool ipcx_mailbox_expects(const struct ipcx_mailbox *mailbox)
{
	return READ_ONCE(mailbox->nr_receivers);
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

static void ipcx_mailbox_free_messages(struct list_head *list)
{
	struct ipcx_message *msg, *next;

	list_for_each_entry_safe(msg, next, list, link)
		ipcx_message_free(msg);
}

static void ipcx_mailbox_remove(struct ipcx_object *object)
{
	struct ipcx_mailbox *mailbox = ipcx_mailbox_of(object);
	struct ipcx_caller *caller, *next;
	struct ipcx_news news;
	LIST_HEAD(withdrawn);

	ipcx_mailbox_lock(mailbox, &news);
	mailbox->removed = true;
	ipcx_mailbox_fail(&mailbox->receivers, &mailbox->nr_receivers, &news);
	ipcx_mailbox_fail(&mailbox->senders, &mailbox->nr_senders, &news);
	list_for_each_entry_safe(caller, next, &mailbox->calls, wait.link) {
		struct ipcx_message *request = caller->request;

		if (request) {
			ipcx_mailbox_withdraw(mailbox, request, &news);
			list_add(&request->link, &withdrawn);
		}
		ipcx_call_decide(caller, -EIDRM, &news);
	}
	ipcx_mailbox_announce(mailbox, EPOLLERR | EPOLLHUP, &news);
	ipcx_mailbox_unlock(mailbox, &news);
	ipcx_mailbox_free_messages(&withdrawn);
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
