// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands: which there are, how large their arguments are, copying those in. No policy.
 */
#include <linux/ipcx.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "account.h"
#include "batch.h"
#include "compat.h"
#include "copy.h"
#include "descriptor.h"
#include "endpoint.h"
#include "ioctl.h"
#include "knob.h"
#include "limit.h"
#include "mailbox.h"
#include "notify.h"
#include "object.h"
#include "peek.h"
#include "region.h"
#include "stats.h"
#include "trace.h"
#include "transfer.h"

/**
 * struct ipcx_context - one command on its way
 * @file: endpoint's file
 * @endpoint: endpoint
 * @mailbox: that it is bound to, if the command is for those only
 * @region: likewise
 * @arg: the argument in user space
 * @size: its size there
 */
struct ipcx_context {
	struct file *file;
	struct ipcx_endpoint *endpoint;
	struct ipcx_mailbox *mailbox;
	struct ipcx_region *region;
	void __user *arg;
	size_t size;
};

/*
 * Copies the argument in. Nearly every caller knows the same version of it as we do, and the copy
 * of a constant size is checked when this is compiled.
 */
static __always_inline int ipcx_context_get(const struct ipcx_context *context, void *argument,
					    size_t known)
{
	if (likely(context->size == known))
		return ipcx_copy_in_constant(argument, context->arg, known) ? 0 : -EFAULT;
	return copy_struct_from_user(argument, known, context->arg, context->size);
}

static bool ipcx_context_dontwait(const struct ipcx_context *context)
{
	return context->file->f_flags & O_NONBLOCK;
}

/* Copies an argument back, as far as the caller knows it. */
static int ipcx_context_put(const struct ipcx_context *context, const void *argument, size_t known)
{
	return copy_to_user(context->arg, argument, min(context->size, known)) ? -EFAULT : 0;
}

static long ipcx_ioctl_info(const struct ipcx_context *context)
{
	struct ipcx_info info = { .abi = IPCX_ABI_VERSION };

	strscpy(info.version, IPCX_VERSION, sizeof(info.version));
	ipcx_mailbox_info(&info);
	ipcx_region_info(&info);
	return ipcx_context_put(context, &info, sizeof(info));
}

static long ipcx_ioctl_bind(const struct ipcx_context *context)
{
	struct ipcx_bind bind;
	int err;

	err = ipcx_context_get(context, &bind, sizeof(bind));
	if (err)
		return err;
	return ipcx_endpoint_bind(context->endpoint, &bind, context->file->f_mode);
}

static long ipcx_ioctl_unlink(const struct ipcx_context *context)
{
	struct ipcx_unlink unlink;
	int err;

	err = ipcx_context_get(context, &unlink, sizeof(unlink));
	if (err)
		return err;
	return ipcx_object_unlink(context->endpoint->net, &unlink);
}

static long ipcx_ioctl_stat(const struct ipcx_context *context)
{
	struct ipcx_object *object = ipcx_endpoint_object(context->endpoint);
	struct ipcx_stat stat;

	if (IS_ERR(object))
		return PTR_ERR(object);
	ipcx_object_stat(object, &stat);
	return ipcx_context_put(context, &stat, sizeof(stat));
}

static long ipcx_ioctl_stats(const struct ipcx_context *context)
{
	struct ipcx_object *object = ipcx_endpoint_object(context->endpoint);
	struct ipcx_stats stats = { .sent = 0 };

	if (IS_ERR(object))
		return PTR_ERR(object);
	object->ops->stats(object, &stats);
	return ipcx_context_put(context, &stats, sizeof(stats));
}

static long ipcx_ioctl_limit(const struct ipcx_context *context)
{
	struct ipcx_limit limit;
	int err;

	err = ipcx_context_get(context, &limit, sizeof(limit));
	if (err)
		return err;
	return ipcx_limit_change(context->mailbox, &limit);
}

static long ipcx_ioctl_knob(const struct ipcx_context *context)
{
	struct ipcx_knob knob, all;
	int err;

	err = ipcx_context_get(context, &knob, sizeof(knob));
	if (err)
		return err;
	err = ipcx_knob_plan(context->mailbox, &knob, &all);
	/* Told first: whoever gets EFAULT is to have turned none. */
	if (!err)
		err = ipcx_context_put(context, &all, sizeof(all));
	if (!err && knob.set)
		ipcx_knob_apply(context->mailbox, &knob);
	return err;
}

static long ipcx_ioctl_usage(const struct ipcx_context *context)
{
	struct ipcx_usage usage;

	ipcx_account_usage(context->endpoint->net, &usage);
	return ipcx_context_put(context, &usage, sizeof(usage));
}

static long ipcx_ioctl_reopen(const struct ipcx_context *context)
{
	struct ipcx_reopen reopen;
	int err;

	err = ipcx_context_get(context, &reopen, sizeof(reopen));
	if (err)
		return err;
	return ipcx_endpoint_reopen(context->file, &reopen);
}

static long ipcx_ioctl_send(const struct ipcx_context *context)
{
	struct ipcx_send send __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &send, sizeof(send));
	if (err)
		return err;
	return ipcx_transfer_send(context->mailbox, context->endpoint, &send,
				  ipcx_context_dontwait(context));
}

static long ipcx_ioctl_recv(const struct ipcx_context *context)
{
	struct ipcx_recv recv __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &recv, sizeof(recv));
	if (err)
		return err;
	return ipcx_transfer_recv(context->mailbox, context->endpoint, &recv, context->arg,
				  ipcx_context_dontwait(context));
}

static long ipcx_ioctl_call(const struct ipcx_context *context)
{
	struct ipcx_call call __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &call, sizeof(call));
	if (err)
		return err;
	return ipcx_transfer_call(context->mailbox, context->endpoint, &call, context->arg,
				  ipcx_context_dontwait(context));
}

static long ipcx_ioctl_reply(const struct ipcx_context *context)
{
	struct ipcx_reply reply __ipcx_uninitialized;
	struct ipcx_reply __user *arg = context->arg;
	bool then_recv, replied;
	int err;

	err = ipcx_context_get(context, &reply, sizeof(reply));
	if (err)
		return err;
	then_recv = reply.flags & IPCX_REPLY_RECV;
	if (reply.flags & ~IPCX_REPLY_RECV || reply.pad)
		return -EINVAL;
	if (!then_recv && (!reply.token || memchr_inv(&reply.next, 0, sizeof(reply.next))))
		return -EINVAL;
	if (!reply.token)
		return ipcx_transfer_recv(context->mailbox, context->endpoint, &reply.next,
					  &arg->next, ipcx_context_dontwait(context));

	/*
	 * So that repeating the command, as a signal may do, does not reply again. It comes first
	 * because a caller that cannot be told must not have replied.
	 */
	if (put_user(0, &arg->token))
		return -EFAULT;
	if (then_recv) {
		err = ipcx_transfer_reply_recv(context->mailbox, context->endpoint, &reply, arg,
					       ipcx_context_dontwait(context), &replied);
	} else {
		err = ipcx_transfer_reply(context->mailbox, context->endpoint, &reply);
		replied = !err;
	}
	if (!replied && put_user(reply.token, &arg->token))
		return -EFAULT;
	return err;
}

static long ipcx_ioctl_send_batch(const struct ipcx_context *context)
{
	struct ipcx_send_batch batch __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &batch, sizeof(batch));
	if (err)
		return err;
	return ipcx_batch_send(context->mailbox, context->endpoint, &batch,
			       ipcx_context_dontwait(context));
}

static long ipcx_ioctl_recv_batch(const struct ipcx_context *context)
{
	struct ipcx_recv_batch batch __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &batch, sizeof(batch));
	if (err)
		return err;
	return ipcx_batch_recv(context->mailbox, context->endpoint, &batch,
			       ipcx_context_dontwait(context));
}

static long ipcx_ioctl_peek(const struct ipcx_context *context)
{
	struct ipcx_peek peek __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &peek, sizeof(peek));
	if (err)
		return err;
	return ipcx_peek_after(context->mailbox, context->endpoint, &peek, context->arg,
			       ipcx_context_dontwait(context));
}

static long ipcx_ioctl_notify(const struct ipcx_context *context)
{
	struct ipcx_notify notify __ipcx_uninitialized;
	int err;

	err = ipcx_context_get(context, &notify, sizeof(notify));
	if (err)
		return err;
	return ipcx_notify_ask(context->mailbox, context->endpoint, &notify);
}

static long ipcx_ioctl_region_notify(const struct ipcx_context *context)
{
	struct ipcx_region_notify notify;

	ipcx_bell_ring(&context->region->bell, &notify);
	return ipcx_context_put(context, &notify, sizeof(notify));
}

static long ipcx_ioctl_region_wait(const struct ipcx_context *context)
{
	struct ipcx_region_wait wait;
	int err;

	err = ipcx_context_get(context, &wait, sizeof(wait));
	if (err)
		return err;
	err = ipcx_bell_wait(&context->region->bell, context->endpoint, &wait,
			     ipcx_context_dontwait(context));
	return err ?: ipcx_context_put(context, &wait, sizeof(wait));
}

/**
 * struct ipcx_command - one command
 * @cmd: its number
 * @size: size of the first version of its argument
 * @kind: the kind of object that it is for, or 0
 * @mode: FMODE_READ or FMODE_WRITE, as these have to be opened, or 0
 * @run: does it
 */
struct ipcx_command {
	unsigned int cmd;
	size_t size;
	u32 kind;
	fmode_t mode;
	long (*run)(const struct ipcx_context *context);
};

#define IPCX_COMMAND(_CMD, _name, _last)			\
	[_IOC_NR(IPCX_IOC_##_CMD)] = {				\
		.cmd = IPCX_IOC_##_CMD,				\
		.size = offsetofend(struct ipcx_##_name, _last),	\
		.run = ipcx_ioctl_##_name,			\
	}

#define IPCX_COMMAND_OF(_kind, _CMD, _name, _last, _mode)		\
	[_IOC_NR(IPCX_IOC_##_CMD)] = {				\
		.cmd = IPCX_IOC_##_CMD,				\
		.size = offsetofend(struct ipcx_##_name, _last),	\
		.kind = _kind,					\
		.mode = _mode,					\
		.run = ipcx_ioctl_##_name,			\
	}

#define IPCX_MAILBOX_COMMAND(_CMD, _name, _last, _mode)		\
	IPCX_COMMAND_OF(IPCX_KIND_MAILBOX, _CMD, _name, _last, _mode)

#define IPCX_REGION_COMMAND(_CMD, _name, _last, _mode)		\
	IPCX_COMMAND_OF(IPCX_KIND_REGION, _CMD, _name, _last, _mode)

static const struct ipcx_command ipcx_commands[] = {
	IPCX_COMMAND(INFO, info, max_region_size),
	IPCX_COMMAND(BIND, bind, size),
	IPCX_COMMAND(UNLINK, unlink, pad),
	IPCX_COMMAND(STAT, stat, size),
	IPCX_COMMAND(USAGE, usage, net),
	IPCX_COMMAND(STATS, stats, maps),
	IPCX_COMMAND(REOPEN, reopen, pad),
	IPCX_MAILBOX_COMMAND(LIMIT, limit, pad, 0),
	IPCX_MAILBOX_COMMAND(KNOB, knob, delay, 0),
	IPCX_MAILBOX_COMMAND(SEND, send, pad, FMODE_WRITE),
	IPCX_MAILBOX_COMMAND(RECV, recv, from, FMODE_READ),
	IPCX_MAILBOX_COMMAND(CALL, call, from, FMODE_WRITE),
	IPCX_MAILBOX_COMMAND(REPLY, reply, next, FMODE_READ),
	IPCX_MAILBOX_COMMAND(SEND_BATCH, send_batch, deadline, FMODE_WRITE),
	IPCX_MAILBOX_COMMAND(RECV_BATCH, recv_batch, select_type, FMODE_READ),
	IPCX_MAILBOX_COMMAND(PEEK, peek, from, FMODE_READ),
	IPCX_MAILBOX_COMMAND(NOTIFY, notify, pad, 0),
	IPCX_REGION_COMMAND(REGION_NOTIFY, region_notify, count, FMODE_WRITE),
	IPCX_REGION_COMMAND(REGION_WAIT, region_wait, pad, FMODE_READ),
};

/* The command of that number, whatever size the caller has for its argument */
static const struct ipcx_command *ipcx_command_find(unsigned int cmd)
{
	const unsigned int size_bits = IOCSIZE_MASK;
	const struct ipcx_command *command;

	if (_IOC_NR(cmd) >= ARRAY_SIZE(ipcx_commands))
		return NULL;
	command = &ipcx_commands[array_index_nospec(_IOC_NR(cmd), ARRAY_SIZE(ipcx_commands))];
	/* A number that no command has is none's: where one is left out, there is 0. */
	BUILD_BUG_ON(_IOC_NR(IPCX_IOC_INFO));
	if ((cmd ^ command->cmd) & ~size_bits)
		return NULL;
	return command;
}

/* Runs a command of a mailbox, and what is done before and after, if there is anything. */
static noinline long ipcx_command_observed(const struct ipcx_command *command,
					   const struct ipcx_context *context)
{
	unsigned int op = _IOC_NR(command->cmd);
	long ret;

	ipcx_stats_start(context->mailbox);
	trace_ipcx_enter(context->mailbox, op);
	ret = command->run(context);
	trace_ipcx_exit(context->mailbox, op, ret);
	return ret;
}

long ipcx_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct ipcx_command *command = ipcx_command_find(cmd);
	struct ipcx_context context __ipcx_uninitialized;

	context.file = file;
	context.endpoint = file->private_data;
	context.arg = (void __user *)arg;
	context.size = _IOC_SIZE(cmd);
	if (!command)
		return ipcx_descriptor_ioctl(file, cmd, context.arg);
	if (context.size < command->size)
		return -EINVAL;
	if (!command->kind)
		return command->run(&context);
	if (command->mode && !(file->f_mode & command->mode))
		return -EBADF;
	if (command->kind == IPCX_KIND_REGION) {
		context.region = ipcx_endpoint_region(context.endpoint);
		return IS_ERR(context.region) ? PTR_ERR(context.region) : command->run(&context);
	}
	context.mailbox = ipcx_endpoint_mailbox(context.endpoint);
	if (IS_ERR(context.mailbox))
		return PTR_ERR(context.mailbox);
	if (unlikely(!ipcx_stats_started(context.mailbox) || ipcx_trace_commands()))
		return ipcx_command_observed(command, &context);
	return command->run(&context);
}
