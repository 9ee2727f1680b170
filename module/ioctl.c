// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands: which there are, how large their arguments are, copying those in. No policy.
 */
#include <linux/ipcx.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "batch.h"
#include "compat.h"
#include "descriptor.h"
#include "endpoint.h"
#include "ioctl.h"
#include "mailbox.h"
#include "notify.h"
#include "object.h"
#include "region.h"
#include "transfer.h"

/* A copy of the argument of any command */
union ipcx_argument {
	struct ipcx_info info;
	struct ipcx_bind bind;
	struct ipcx_unlink unlink;
	struct ipcx_stat stat;
	struct ipcx_send send;
	struct ipcx_recv recv;
	struct ipcx_call call;
	struct ipcx_reply reply;
	struct ipcx_send_batch send_batch;
	struct ipcx_recv_batch recv_batch;
	struct ipcx_notify notify;
};

/**
 * struct ipcx_context - one command on its way
 * @file: endpoint's file
 * @endpoint: endpoint
 * @arg: the argument in user space
 * @size: its size there
 */
struct ipcx_context {
	struct file *file;
	struct ipcx_endpoint *endpoint;
	void __user *arg;
	size_t size;
};

static bool ipcx_context_dontwait(const struct ipcx_context *context)
{
	return context->file->f_flags & O_NONBLOCK;
}

/* The mailbox, if the endpoint was opened for what is wanted */
static struct ipcx_mailbox *ipcx_context_mailbox(const struct ipcx_context *context, fmode_t want)
{
	if (!(context->file->f_mode & want))
		return ERR_PTR(-EBADF);
	return ipcx_endpoint_mailbox(context->endpoint);
}

static long ipcx_ioctl_info(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_info *info = &argument->info;

	memset(info, 0, sizeof(*info));
	info->abi = IPCX_ABI_VERSION;
	strscpy(info->version, IPCX_VERSION, sizeof(info->version));
	ipcx_mailbox_info(info);
	ipcx_region_info(info);
	return ipcx_transfer_copy_out(context->arg, context->size, info, sizeof(*info));
}

static long ipcx_ioctl_bind(const struct ipcx_context *context, union ipcx_argument *argument)
{
	return ipcx_endpoint_bind(context->endpoint, &argument->bind, context->file->f_mode);
}

static long ipcx_ioctl_unlink(const struct ipcx_context *context, union ipcx_argument *argument)
{
	return ipcx_object_unlink(context->endpoint->net, &argument->unlink);
}

static long ipcx_ioctl_stat(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_object *object = ipcx_endpoint_object(context->endpoint);
	struct ipcx_stat *stat = &argument->stat;

	if (IS_ERR(object))
		return PTR_ERR(object);
	ipcx_object_stat(object, stat);
	return ipcx_transfer_copy_out(context->arg, context->size, stat, sizeof(*stat));
}

static long ipcx_ioctl_send(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_WRITE);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_transfer_send(mailbox, context->endpoint, &argument->send,
				  ipcx_context_dontwait(context));
}

static long ipcx_ioctl_recv(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_READ);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_transfer_recv(mailbox, context->endpoint, &argument->recv, context->arg,
				  context->size, ipcx_context_dontwait(context));
}

static long ipcx_ioctl_call(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_WRITE);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_transfer_call(mailbox, context->endpoint, &argument->call, context->arg,
				  context->size, ipcx_context_dontwait(context));
}

static long ipcx_ioctl_reply(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_READ);
	struct ipcx_reply __user *arg = context->arg;
	struct ipcx_reply *reply = &argument->reply;
	bool then_recv = reply->flags & IPCX_REPLY_RECV;
	int err;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	if (reply->flags & ~IPCX_REPLY_RECV || reply->pad)
		return -EINVAL;
	if (!then_recv && (!reply->token || memchr_inv(&reply->next, 0, sizeof(reply->next))))
		return -EINVAL;

	if (reply->token) {
		/*
		 * So that repeating the command, as a signal may do, does not reply again. It comes
		 * first because a caller that cannot be told must not have replied.
		 */
		if (put_user(0, &arg->token))
			return -EFAULT;
		err = ipcx_transfer_reply(mailbox, context->endpoint, reply);
		if (err)
			return put_user(reply->token, &arg->token) ? -EFAULT : err;
	}
	if (!then_recv)
		return 0;
	return ipcx_transfer_recv(mailbox, context->endpoint, &reply->next, &arg->next,
				  context->size - offsetof(struct ipcx_reply, next),
				  ipcx_context_dontwait(context));
}

static long ipcx_ioctl_send_batch(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_WRITE);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_batch_send(mailbox, context->endpoint, &argument->send_batch,
			       ipcx_context_dontwait(context));
}

static long ipcx_ioctl_recv_batch(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_context_mailbox(context, FMODE_READ);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_batch_recv(mailbox, context->endpoint, &argument->recv_batch,
			       ipcx_context_dontwait(context));
}

static long ipcx_ioctl_notify(const struct ipcx_context *context, union ipcx_argument *argument)
{
	struct ipcx_mailbox *mailbox = ipcx_endpoint_mailbox(context->endpoint);

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	return ipcx_notify_ask(mailbox, context->endpoint, &argument->notify);
}

/**
 * struct ipcx_command - one command
 * @cmd: its number
 * @size: size of the first version of its argument
 * @run: does it
 */
struct ipcx_command {
	unsigned int cmd;
	size_t size;
	long (*run)(const struct ipcx_context *context, union ipcx_argument *argument);
};

#define IPCX_COMMAND(_CMD, _name, _last)			\
	[_IOC_NR(IPCX_IOC_##_CMD)] = {				\
		.cmd = IPCX_IOC_##_CMD,				\
		.size = offsetofend(struct ipcx_##_name, _last),	\
		.run = ipcx_ioctl_##_name,			\
	}

static const struct ipcx_command ipcx_commands[] = {
	IPCX_COMMAND(INFO, info, max_region_size),
	IPCX_COMMAND(BIND, bind, size),
	IPCX_COMMAND(UNLINK, unlink, pad),
	IPCX_COMMAND(STAT, stat, size),
	IPCX_COMMAND(SEND, send, pad),
	IPCX_COMMAND(RECV, recv, from),
	IPCX_COMMAND(CALL, call, from),
	IPCX_COMMAND(REPLY, reply, next),
	IPCX_COMMAND(SEND_BATCH, send_batch, deadline),
	IPCX_COMMAND(RECV_BATCH, recv_batch, select_type),
	IPCX_COMMAND(NOTIFY, notify, pad),
};

/* The command of that number, whatever size the caller has for its argument */
static const struct ipcx_command *ipcx_command_find(unsigned int cmd)
{
	const unsigned int size_bits = IOCSIZE_MASK;
	const struct ipcx_command *command;

	if (_IOC_NR(cmd) >= ARRAY_SIZE(ipcx_commands))
		return NULL;
	command = &ipcx_commands[array_index_nospec(_IOC_NR(cmd), ARRAY_SIZE(ipcx_commands))];
	if (!command->run || (cmd ^ command->cmd) & ~size_bits)
		return NULL;
	return command;
}

long ipcx_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct ipcx_command *command = ipcx_command_find(cmd);
	struct ipcx_context context = {
		.file = file,
		.endpoint = file->private_data,
		.arg = (void __user *)arg,
		.size = _IOC_SIZE(cmd),
	};
	union ipcx_argument argument __ipcx_uninitialized;
	int err;

	if (!command)
		return ipcx_descriptor_ioctl(file, cmd, context.arg);
	if (context.size < command->size)
		return -EINVAL;
	if (_IOC_DIR(cmd) & _IOC_WRITE) {
		err = copy_struct_from_user(&argument, _IOC_SIZE(command->cmd), context.arg,
					    context.size);
		if (err)
			return err;
	}
	return command->run(&context, &argument);
}
