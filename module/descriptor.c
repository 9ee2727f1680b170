// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an endpoint is to programs that know of file descriptors only, beyond reading, writing and
 * polling: how much there is to read, what /proc tells of it, and signals.
 */
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <asm/ioctls.h>

#include "descriptor.h"
#include "endpoint.h"
#include "mailbox.h"
#include "message.h"

/* Bytes of the message that is received next, 0 if there is none */
static int ipcx_descriptor_next(struct ipcx_mailbox *mailbox)
{
	const struct ipcx_message *msg;
	int len;

	spin_lock(&mailbox->lock);
	msg = ipcx_queue_first(&mailbox->queue);
	len = msg ? msg->env.len : 0;
	spin_unlock(&mailbox->lock);
	return len;
}

static int ipcx_descriptor_queued(struct ipcx_mailbox *mailbox)
{
	int bytes;

	BUILD_BUG_ON(IPCX_MAX_BYTES > INT_MAX);
	spin_lock(&mailbox->lock);
	/* Messages that came back after others had been let in may exceed the limit. */
	bytes = min_t(u64, mailbox->bytes, INT_MAX);
	spin_unlock(&mailbox->lock);
	return bytes;
}

/**
 * ipcx_descriptor_ioctl() - commands that are not ours alone
 * @file: endpoint's file
 * @cmd: FIONREAD or TIOCOUTQ, or else it is unknown
 * @arg: where the number goes
 *
 * Return: 0, -EBADF, -EFAULT, -ENOTCONN or -ENOTTY.
 */
long ipcx_descriptor_ioctl(struct file *file, unsigned int cmd, int __user *arg)
{
	struct ipcx_mailbox *mailbox;

	if (cmd != FIONREAD && cmd != TIOCOUTQ)
		return -ENOTTY;
	mailbox = ipcx_endpoint_mailbox(file->private_data);
	if (mailbox == ERR_PTR(-EOPNOTSUPP))
		return -ENOTTY;
	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (cmd == TIOCOUTQ)
		return put_user(ipcx_descriptor_queued(mailbox), arg);
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	return put_user(ipcx_descriptor_next(mailbox), arg);
}

static void ipcx_descriptor_show_mailbox(struct seq_file *seq, const struct ipcx_stat *stat)
{
	seq_printf(seq, "ipcx-msgs:\t%u\n", stat->msgs);
	seq_printf(seq, "ipcx-max-msgs:\t%u\n", stat->max_msgs);
	seq_printf(seq, "ipcx-bytes:\t%llu\n", stat->bytes);
	seq_printf(seq, "ipcx-max-bytes:\t%llu\n", stat->max_bytes);
	seq_printf(seq, "ipcx-max-msg-size:\t%u\n", stat->max_msg_size);
	seq_printf(seq, "ipcx-share:\t%u\n", stat->share);
	seq_printf(seq, "ipcx-receivers:\t%u\n", stat->receivers);
	seq_printf(seq, "ipcx-senders:\t%u\n", stat->senders);
}

static void ipcx_descriptor_show_region(struct seq_file *seq, const struct ipcx_stat *stat)
{
	seq_printf(seq, "ipcx-size:\t%llu\n", stat->size);
	seq_printf(seq, "ipcx-huge:\t%d\n", !!(stat->flags & IPCX_STAT_HUGE));
	seq_printf(seq, "ipcx-receivers:\t%u\n", stat->receivers);
}

/**
 * ipcx_descriptor_show() - what /proc/PID/fdinfo tells of an endpoint
 * @seq: goes there
 * @file: endpoint's file
 */
void ipcx_descriptor_show(struct seq_file *seq, struct file *file)
{
	struct ipcx_object *object = ipcx_endpoint_object(file->private_data);
	bool is_region;
	struct ipcx_stat stat;

	if (IS_ERR(object)) {
		seq_puts(seq, "ipcx-kind:\tnone\n");
		return;
	}
	ipcx_object_stat(object, &stat);
	is_region = stat.kind == IPCX_KIND_REGION;
	seq_printf(seq, "ipcx-kind:\t%s\n", is_region ? "region" : "mailbox");
	seq_printf(seq, "ipcx-name:\t%s\n", stat.name);
	seq_printf(seq, "ipcx-id:\t%llu\n", stat.id);
	seq_printf(seq, "ipcx-mode:\t%04o\n", stat.mode);
	seq_printf(seq, "ipcx-uid:\t%u\n", stat.uid);
	seq_printf(seq, "ipcx-gid:\t%u\n", stat.gid);
	seq_printf(seq, "ipcx-persist:\t%d\n", !!(stat.flags & IPCX_STAT_PERSIST));
	seq_printf(seq, "ipcx-hang-up:\t%d\n", !!(stat.flags & IPCX_STAT_HANGUP));
	seq_printf(seq, "ipcx-removed:\t%d\n", !!(stat.flags & IPCX_STAT_REMOVED));
	seq_printf(seq, "ipcx-endpoints:\t%u\n", stat.endpoints);
	if (is_region)
		ipcx_descriptor_show_region(seq, &stat);
	else
		ipcx_descriptor_show_mailbox(seq, &stat);
}

/*
 * Serialises turning O_ASYNC on and off, so that an endpoint is among the pollers if and only if it
 * is to be signalled.
 */
static DEFINE_MUTEX(ipcx_descriptor_lock);

/* One of the mailbox's pollers; called with the lock of their queue held */
static int ipcx_descriptor_signal(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	struct ipcx_endpoint *endpoint = container_of(entry, struct ipcx_endpoint, watcher);
	const struct file *file = entry->private;
	__poll_t events = key_to_poll(key);

	if (events & EPOLLIN && file->f_mode & FMODE_READ)
		kill_fasync(&endpoint->signals, SIGIO, POLL_IN);
	if (events & EPOLLOUT && file->f_mode & FMODE_WRITE)
		kill_fasync(&endpoint->signals, SIGIO, POLL_OUT);
	if (events & EPOLLHUP)
		kill_fasync(&endpoint->signals, SIGIO, POLL_HUP);
	return 0;
}

static int ipcx_descriptor_watch(struct ipcx_endpoint *endpoint, int fd, struct file *file, int on)
{
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);
	int changed;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	changed = fasync_helper(fd, file, on, &endpoint->signals);
	if (changed <= 0)
		return changed;
	if (on) {
		init_waitqueue_func_entry(&endpoint->watcher, ipcx_descriptor_signal);
		endpoint->watcher.private = file;
		add_wait_queue(&mailbox->pollers, &endpoint->watcher);
	} else {
		remove_wait_queue(&mailbox->pollers, &endpoint->watcher);
	}
	return 0;
}

/**
 * ipcx_descriptor_fasync() - O_ASYNC is set or cleared
 * @fd: descriptor, as the signal is to name it
 * @file: endpoint's file
 * @on: is it set?
 *
 * The endpoint joins those that poll the mailbox, so that signals and poll agree, and sending costs
 * nothing more while nobody does either.
 *
 * Return: 0, -ENOMEM, -ENOTCONN or -EOPNOTSUPP.
 */
int ipcx_descriptor_fasync(int fd, struct file *file, int on)
{
	int err;

	mutex_lock(&ipcx_descriptor_lock);
	err = ipcx_descriptor_watch(file->private_data, fd, file, on);
	mutex_unlock(&ipcx_descriptor_lock);
	return err;
}

/**
 * ipcx_descriptor_leave() - an endpoint is closed
 * @mailbox: that it was bound to
 *
 * Whoever polled it exclusively may have been woken, and have died before he did anything about it:
 * somebody else is to hear of what is there.
 */
void ipcx_descriptor_leave(struct ipcx_mailbox *mailbox)
{
	struct ipcx_news news;

	/* Those who come to poll from now on look for themselves. */
	if (!waitqueue_active(&mailbox->pollers))
		return;
	ipcx_mailbox_lock(mailbox, &news);
	if (mailbox->queue.used) {
		news.pollers |= EPOLLIN | EPOLLRDNORM;
		news.messages = 1;
	}
	if (ipcx_mailbox_has_room(mailbox))
		news.pollers |= EPOLLOUT | EPOLLWRNORM;
	ipcx_mailbox_unlock(mailbox, &news);
}
