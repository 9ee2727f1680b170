// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints: the open files of the device, bound once to an object, and what can be done to them as
 * files.
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <net/net_namespace.h>

#include "call.h"
#include "compat.h"
#include "cursor.h"
#include "descriptor.h"
#include "endpoint.h"
#include "hangup.h"
#include "ioctl.h"
#include "mailbox.h"
#include "notify.h"
#include "plain.h"
#include "region.h"
#include "stats.h"
#include "trace.h"

/* The reference to the object is the endpoint's from now on. */
static void ipcx_endpoint_join(struct ipcx_endpoint *endpoint, struct ipcx_object *object,
			       fmode_t mode)
{
	if (object->kind == IPCX_KIND_MAILBOX)
		ipcx_hangup_join(ipcx_mailbox_of(object), endpoint, mode);
	else
		ipcx_region_join(object, endpoint);
	/* Pairs with the acquire in ipcx_endpoint_object(). */
	smp_store_release(&endpoint->object, object);
}

/**
 * ipcx_endpoint_bind() - bind an endpoint
 * @endpoint: endpoint
 * @bind: to what; checked here
 * @want: FMODE_READ and FMODE_WRITE as it was opened
 *
 * Return: 0 or a negative errno as &struct ipcx_bind lists them.
 */
int ipcx_endpoint_bind(struct ipcx_endpoint *endpoint, struct ipcx_bind *bind, fmode_t want)
{
	struct ipcx_object *object;
	int err;

	/* Of two threads that bind it at the same time one makes an object, or finds one. */
	if (test_and_set_bit(0, &endpoint->claimed))
		return -EBUSY;
	err = ipcx_object_bind(endpoint->net, bind, want, &object);
	if (err) {
		clear_bit(0, &endpoint->claimed);
		return err;
	}
	ipcx_endpoint_join(endpoint, object, want);
	return 0;
}

static struct file *ipcx_endpoint_open_again(struct file *file, fmode_t mode)
{
	struct ipcx_endpoint *endpoint = file->private_data, *fresh;
	int flags = O_RDWR;
	struct file *again;

	if (!(mode & FMODE_WRITE))
		flags = O_RDONLY;
	else if (!(mode & FMODE_READ))
		flags = O_WRONLY;
	again = dentry_open(&file->f_path, flags | O_LARGEFILE, current_cred());
	if (IS_ERR(again))
		return again;
	/* Nobody else has it yet. It belongs where the object is, whoever opens it. */
	fresh = again->private_data;
	put_net(fresh->net);
	fresh->net = get_net(endpoint->net);
	fresh->claimed = 1;
	refcount_inc(&endpoint->object->users);
	ipcx_endpoint_join(fresh, endpoint->object, mode);
	return again;
}

/**
 * ipcx_endpoint_reopen() - IPCX_IOC_REOPEN
 * @file: endpoint's file
 * @reopen: argument, not checked yet
 *
 * Return: a new descriptor, or a negative errno as &struct ipcx_reopen lists them.
 */
int ipcx_endpoint_reopen(struct file *file, const struct ipcx_reopen *reopen)
{
	struct ipcx_object *object = ipcx_endpoint_object(file->private_data);
	struct file *again;
	fmode_t mode = 0;
	int fd;

	if (IS_ERR(object))
		return PTR_ERR(object);
	if (!reopen->flags || reopen->flags & ~(IPCX_REOPEN_READ | IPCX_REOPEN_WRITE) ||
	    reopen->pad)
		return -EINVAL;
	if (reopen->flags & IPCX_REOPEN_READ)
		mode |= FMODE_READ;
	if (reopen->flags & IPCX_REOPEN_WRITE)
		mode |= FMODE_WRITE;
	if (mode & ~file->f_mode)
		return -EACCES;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	again = ipcx_endpoint_open_again(file, mode);
	if (IS_ERR(again)) {
		put_unused_fd(fd);
		return PTR_ERR(again);
	}
	fd_install(fd, again);
	return fd;
}

/* ipcx_endpoint_account() of who is the first, or another */
struct ipcx_account *ipcx_endpoint_find_account(struct ipcx_endpoint *endpoint, kuid_t uid)
{
	struct ipcx_account *account = ipcx_account_get(endpoint->net, uid, GFP_KERNEL_ACCOUNT);

	/*
	 * If it is the first, what was held here is the endpoint's from now on. If it is the same
	 * as the first, the endpoint holds it already.
	 */
	if (account && cmpxchg(&endpoint->account, NULL, account) == account)
		ipcx_account_put(account);
	return account;
}

static int ipcx_endpoint_open(struct inode *inode, struct file *file)
{
	struct ipcx_endpoint *endpoint;

	/* Access mode 3 would be an endpoint that needs no right to be bound to anything. */
	if (!(file->f_mode & (FMODE_READ | FMODE_WRITE)))
		return -EINVAL;
	endpoint = kzalloc(sizeof(*endpoint), GFP_KERNEL_ACCOUNT);
	if (!endpoint)
		return -ENOMEM;
	endpoint->net = get_net(current->nsproxy->net_ns);
	endpoint->tokens = RB_ROOT;
	INIT_LIST_HEAD(&endpoint->holding);
	file->private_data = endpoint;
	/* IOCB_NOWAIT is honoured: io_uring need not have a worker wait here. */
	file->f_mode |= FMODE_NOWAIT;
	return stream_open(inode, file);
}

/* Every close, not only the last: a process is not to be told through what it has closed. */
static int ipcx_endpoint_flush(struct file *file, fl_owner_t id)
{
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(file->private_data);

	if (!IS_ERR(mailbox))
		ipcx_notify_close(mailbox, file->private_data, false);
	return 0;
}

static int ipcx_endpoint_release(struct inode *inode, struct file *file)
{
	struct ipcx_endpoint *endpoint = file->private_data;
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);

	/* Threads that set and clear O_ASYNC at the same time may leave it cleared and on. */
	if (endpoint->signals)
		ipcx_descriptor_fasync(-1, file, 0);
	if (!IS_ERR(mailbox)) {
		ipcx_notify_close(mailbox, endpoint, true);
		ipcx_call_reset_all(mailbox, endpoint);
		ipcx_hangup_leave(mailbox, file->f_mode);
		ipcx_descriptor_leave(mailbox);
		if (endpoint->cursor)
			ipcx_cursor_free(mailbox, endpoint->cursor);
	}
	if (endpoint->object)
		ipcx_object_put(endpoint->object);
	if (endpoint->account)
		ipcx_account_put(endpoint->account);
	put_net(endpoint->net);
	kfree(endpoint);
	return 0;
}

static bool ipcx_endpoint_dontwait(const struct kiocb *iocb)
{
	return iocb->ki_filp->f_flags & O_NONBLOCK || iocb->ki_flags & IOCB_NOWAIT;
}

/* What is done before and after, if there is anything */
static noinline ssize_t ipcx_endpoint_read_observed(struct ipcx_mailbox *mailbox,
						    struct ipcx_endpoint *endpoint,
						    struct iov_iter *to, bool dontwait)
{
	ssize_t ret;

	ipcx_stats_start(mailbox);
	trace_ipcx_enter(mailbox, IPCX_TRACE_READ);
	ret = ipcx_plain_read_iter(mailbox, endpoint, to, dontwait);
	trace_ipcx_exit(mailbox, IPCX_TRACE_READ, ret);
	return ret;
}

static noinline ssize_t ipcx_endpoint_write_observed(struct ipcx_mailbox *mailbox,
						     struct ipcx_endpoint *endpoint,
						     struct iov_iter *from, bool dontwait)
{
	ssize_t ret;

	ipcx_stats_start(mailbox);
	trace_ipcx_enter(mailbox, IPCX_TRACE_WRITE);
	ret = ipcx_plain_write_iter(mailbox, endpoint, from, dontwait);
	trace_ipcx_exit(mailbox, IPCX_TRACE_WRITE, ret);
	return ret;
}

static __always_inline bool ipcx_endpoint_observed(struct ipcx_mailbox *mailbox)
{
	return unlikely(!ipcx_stats_started(mailbox) || ipcx_trace_commands());
}

static ssize_t ipcx_endpoint_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct ipcx_endpoint *endpoint = iocb->ki_filp->private_data;
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);
	bool dontwait = ipcx_endpoint_dontwait(iocb);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (ipcx_endpoint_observed(mailbox))
		return ipcx_endpoint_read_observed(mailbox, endpoint, to, dontwait);
	return ipcx_plain_read_iter(mailbox, endpoint, to, dontwait);
}

static ssize_t ipcx_endpoint_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct ipcx_endpoint *endpoint = iocb->ki_filp->private_data;
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);
	bool dontwait = ipcx_endpoint_dontwait(iocb);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (ipcx_endpoint_observed(mailbox))
		return ipcx_endpoint_write_observed(mailbox, endpoint, from, dontwait);
	return ipcx_plain_write_iter(mailbox, endpoint, from, dontwait);
}

/*
 * The two above do all that these do. But most messages are one small buffer, and to set up a kiocb
 * and an iterator for it takes a fifth of what the module itself takes to send or receive it.
 */
static ssize_t ipcx_endpoint_read(struct file *file, char __user *to, size_t room, loff_t *pos)
{
	struct ipcx_endpoint *endpoint = file->private_data;
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);
	bool dontwait = file->f_flags & O_NONBLOCK;
	struct iov_iter iter __ipcx_uninitialized;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (ipcx_endpoint_observed(mailbox)) {
		iov_iter_ubuf(&iter, ITER_DEST, to, room);
		return ipcx_endpoint_read_observed(mailbox, endpoint, &iter, dontwait);
	}
	return ipcx_plain_read(mailbox, endpoint, to, room, dontwait);
}

static ssize_t ipcx_endpoint_write(struct file *file, const char __user *from, size_t len,
				   loff_t *pos)
{
	struct ipcx_endpoint *endpoint = file->private_data;
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(endpoint);
	bool dontwait = file->f_flags & O_NONBLOCK;
	struct iov_iter iter __ipcx_uninitialized;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (ipcx_endpoint_observed(mailbox)) {
		iov_iter_ubuf(&iter, ITER_SOURCE, (char __user *)from, len);
		return ipcx_endpoint_write_observed(mailbox, endpoint, &iter, dontwait);
	}
	return ipcx_plain_write(mailbox, endpoint, from, len, dontwait);
}

static __poll_t ipcx_endpoint_poll(struct file *file, poll_table *table)
{
	struct ipcx_object *object = ipcx_endpoint_object(file->private_data);

	if (IS_ERR(object))
		return EPOLLERR;
	if (object->kind == IPCX_KIND_REGION)
		return ipcx_bell_poll(&ipcx_region_of(object)->bell, file, table);
	return ipcx_mailbox_poll(ipcx_mailbox_of(object), file, table);
}

static int ipcx_endpoint_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ipcx_object *object = ipcx_endpoint_object(file->private_data);

	if (IS_ERR(object))
		return PTR_ERR(object);
	if (object->kind != IPCX_KIND_REGION)
		return -EOPNOTSUPP;
	return ipcx_region_mmap(object, file, vma);
}

/* Where shmem would put it: so that huge pages can be mapped as such. */
static unsigned long ipcx_endpoint_get_area(struct file *file, unsigned long addr,
					    unsigned long len, unsigned long pgoff,
					    unsigned long flags)
{
	struct ipcx_region *region = ipcx_endpoint_region(file->private_data);

	if (IS_ERR(region))
		return PTR_ERR(region);
	return region->memory->f_op->get_unmapped_area(region->memory, addr, len, pgoff, flags);
}

const struct file_operations ipcx_endpoint_fops = {
	.owner = THIS_MODULE,
	.open = ipcx_endpoint_open,
	.flush = ipcx_endpoint_flush,
	.release = ipcx_endpoint_release,
	.read = ipcx_endpoint_read,
	.write = ipcx_endpoint_write,
	.read_iter = ipcx_endpoint_read_iter,
	.write_iter = ipcx_endpoint_write_iter,
	.poll = ipcx_endpoint_poll,
	.mmap = ipcx_endpoint_mmap,
	.get_unmapped_area = ipcx_endpoint_get_area,
	.unlocked_ioctl = ipcx_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fasync = ipcx_descriptor_fasync,
	.show_fdinfo = ipcx_descriptor_show,
};
