// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notices: telling a process, once, that a message has come to an empty mailbox at which nobody
 * waited for it.
 *
 * A notice belongs to its mailbox until it is taken out under the mailbox's lock, by whoever makes
 * it due, or takes it back; then it is his to tell, and to free.
 */
#include <linux/eventfd.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "mailbox.h"
#include "message.h"
#include "notify.h"

static int ipcx_notify_check(const struct ipcx_notify *notify)
{
	bool signal = notify->kind == IPCX_NOTIFY_SIGNAL;
	bool event = notify->kind == IPCX_NOTIFY_EVENTFD;

	if (notify->kind > IPCX_NOTIFY_EVENTFD || notify->pad)
		return -EINVAL;
	if (signal ? !notify->signal || !valid_signal(notify->signal) : notify->signal)
		return -EINVAL;
	if ((!signal && notify->value) || (!event && notify->fd))
		return -EINVAL;
	return 0;
}

static void ipcx_notice_free(struct ipcx_notice *notice)
{
	if (!notice)
		return;
	if (notice->event)
		eventfd_ctx_put(notice->event);
	put_pid(notice->thread);
	put_pid(notice->process);
	kfree(notice);
}

static struct ipcx_notice *ipcx_notice_create(struct ipcx_endpoint *endpoint,
					      const struct ipcx_notify *notify)
{
	struct ipcx_notice *notice;
	struct eventfd_ctx *event = NULL;

	if (notify->kind == IPCX_NOTIFY_EVENTFD) {
		event = eventfd_ctx_fdget(notify->fd);
		if (IS_ERR(event))
			return ERR_CAST(event);
	}
	notice = kzalloc(sizeof(*notice), GFP_KERNEL_ACCOUNT);
	if (!notice) {
		if (event)
			eventfd_ctx_put(event);
		return ERR_PTR(-ENOMEM);
	}
	notice->endpoint = endpoint;
	notice->process = get_pid(task_tgid(current));
	notice->thread = get_pid(task_pid(current));
	notice->exec_id = READ_ONCE(current->self_exec_id);
	notice->kind = notify->kind;
	notice->signal = notify->signal;
	notice->value = notify->value;
	notice->event = event;
	return notice;
}

/* Takes the notice out of its mailbox, whose lock the caller holds. */
static struct ipcx_notice *ipcx_notice_take(struct ipcx_mailbox *mailbox)
{
	struct ipcx_notice *notice = mailbox->notice;

	lockdep_assert_held(&mailbox->lock);
	WRITE_ONCE(mailbox->notice, NULL);
	return notice;
}

static void ipcx_notify_take_back(struct ipcx_mailbox *mailbox)
{
	struct ipcx_notice *notice = NULL;

	spin_lock(&mailbox->lock);
	if (mailbox->notice && mailbox->notice->process == task_tgid(current))
		notice = ipcx_notice_take(mailbox);
	spin_unlock(&mailbox->lock);
	ipcx_notice_free(notice);
}

/**
 * ipcx_notify_ask() - IPCX_IOC_NOTIFY
 * @mailbox: mailbox
 * @endpoint: that it is asked for through
 * @notify: argument, not checked yet
 *
 * Return: 0 or a negative errno as &struct ipcx_notify lists them.
 */
int ipcx_notify_ask(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		    const struct ipcx_notify *notify)
{
	struct ipcx_notice *notice;
	int err;

	err = ipcx_notify_check(notify);
	if (err)
		return err;
	if (notify->kind == IPCX_NOTIFY_REMOVE) {
		ipcx_notify_take_back(mailbox);
		return 0;
	}

	notice = ipcx_notice_create(endpoint, notify);
	if (IS_ERR(notice))
		return PTR_ERR(notice);
	spin_lock(&mailbox->lock);
	if (mailbox->notice)
		err = -EBUSY;
	else
		WRITE_ONCE(mailbox->notice, notice);
	spin_unlock(&mailbox->lock);
	if (err)
		ipcx_notice_free(notice);
	return err;
}

/**
 * ipcx_notify_close() - a descriptor of an endpoint is being closed
 * @mailbox: mailbox
 * @endpoint: endpoint
 * @last: it is the endpoint's last: whoever asked through it cannot be told any more. If not, what
 *	others have asked for through descriptors of theirs stays
 */
void ipcx_notify_close(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint, bool last)
{
	struct ipcx_notice *notice;

	/* Without the lock: what is asked for at the same time is for the last close to see. */
	if (!READ_ONCE(mailbox->notice))
		return;
	spin_lock(&mailbox->lock);
	notice = mailbox->notice;
	if (notice && notice->endpoint == endpoint &&
	    (last || notice->process == task_tgid(current)))
		ipcx_notice_take(mailbox);
	else
		notice = NULL;
	spin_unlock(&mailbox->lock);
	ipcx_notice_free(notice);
}

/* Does the thread let the signal through? Whoever is in sigwait() for it does. */
static bool ipcx_notice_suits(const struct ipcx_notice *notice, struct task_struct *thread)
{
	/* A guess: these are another lock's, and may change before the signal is there. */
	return !data_race(thread->flags & PF_EXITING) &&
	       /* Likewise. */
	       !data_race(sigismember(&thread->blocked, notice->signal));
}

/*
 * No function that modules can call sends a signal with a value to a process: only to a thread. So
 * this chooses one as the kernel would, that lets the signal through, and else the one that asked,
 * which is the likeliest to look for it later.
 */
static struct task_struct *ipcx_notice_target(const struct ipcx_notice *notice)
{
	struct task_struct *process = pid_task(notice->process, PIDTYPE_TGID);
	struct task_struct *thread;

	if (!process || READ_ONCE(process->self_exec_id) != notice->exec_id)
		return NULL;
	for_each_thread(process, thread)
		if (ipcx_notice_suits(notice, thread))
			return thread;
	return pid_task(notice->thread, PIDTYPE_PID) ?: process;
}

static void ipcx_notice_signal(const struct ipcx_notice *notice, const struct ipcx_envelope *env)
{
	struct task_struct *task = ipcx_notice_target(notice);
	kernel_siginfo_t info;

	if (!task)
		return;
	clear_siginfo(&info);
	info.si_signo = notice->signal;
	info.si_code = SI_MESGQ;
	info.si_pid = pid_nr_ns(env->pid, ns_of_pid(notice->process));
	/* The kernel takes it for a number of this namespace, and translates it. */
	info.si_uid = from_kuid_munged(current_user_ns(), env->uid);
	info.si_value.sival_ptr = u64_to_user_ptr(notice->value);

	send_sig_info(notice->signal, &info, task);
}

/**
 * ipcx_notify_due() - tell who asked that a message has come to a mailbox that was empty
 * @mailbox: mailbox, locked, with a notice
 * @env: of the message
 *
 * Under the lock, although it takes others: whoever then receives the message has been told before.
 * A signal that came later could interrupt a wait for the next one.
 */
void ipcx_notify_due(struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env)
{
	struct ipcx_notice *notice = ipcx_notice_take(mailbox);

	if (notice->kind == IPCX_NOTIFY_SIGNAL) {
		/* What keeps the target; the lock does so, too, but is not known for it. */
		rcu_read_lock();
		ipcx_notice_signal(notice, env);
		rcu_read_unlock();
	} else if (notice->kind == IPCX_NOTIFY_EVENTFD) {
		ipcx_eventfd_signal(notice->event);
	}
	ipcx_notice_free(notice);
}
