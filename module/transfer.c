// SPDX-License-Identifier: GPL-2.0-only
/*
 * The border with user space: checks of what callers ask for, payloads in and out, and the point
 * after which a received message is the receiver's.
 */
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/user_namespace.h>

#include "call.h"
#include "compat.h"
#include "endpoint.h"
#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "post.h"
#include "take.h"
#include "transfer.h"

static int ipcx_check_msg(const struct ipcx_msg *msg, u32 known)
{
	if (msg->flags & ~known)
		return -EINVAL;
	if (msg->fds || msg->nfds)
		return -EOPNOTSUPP;
	return 0;
}

static int ipcx_check_outgoing(const struct ipcx_mailbox *mailbox, const struct ipcx_msg *msg)
{
	if (msg->prio >= mailbox->prios)
		return -EINVAL;
	return ipcx_check_msg(msg, 0);
}

/* What the last receive has left in the flags is no reason to refuse the next. */
static int ipcx_check_incoming(const struct ipcx_msg *msg)
{
	return ipcx_check_msg(msg, IPCX_MSG_TRUNCATED);
}

static int ipcx_check_wait(u64 deadline, u32 flags, u32 known, u32 pad)
{
	if (deadline > KTIME_MAX || flags & ~known || pad)
		return -EINVAL;
	return 0;
}

static int ipcx_check_selection(u32 select, u64 type)
{
	if (select > IPCX_SELECT_UPTO || (select == IPCX_SELECT_ANY && type))
		return -EINVAL;
	return 0;
}

static int ipcx_check_recv(const struct ipcx_recv *recv)
{
	return ipcx_check_selection(recv->select, recv->select_type) ?:
	       ipcx_check_wait(recv->deadline, recv->flags,
			       IPCX_DONTWAIT | IPCX_PEEK | IPCX_TRUNCATE, recv->pad) ?:
	       ipcx_check_incoming(&recv->msg);
}

static struct ipcx_patience ipcx_patience(struct ipcx_endpoint *endpoint, u64 deadline, u32 flags,
					  bool dontwait)
{
	return (struct ipcx_patience) {
		.deadline = deadline,
		.dontwait = dontwait || flags & IPCX_DONTWAIT,
		.pace = &endpoint->pace,
	};
}

/**
 * ipcx_transfer_copy_out() - copy an argument back to a caller
 * @arg: caller's structure
 * @size: its size, as far as the caller knows it
 * @from: ours
 * @known: its size, as far as we know it
 *
 * Return: 0 or -EFAULT.
 */
int ipcx_transfer_copy_out(void __user *arg, size_t size, const void *from, size_t known)
{
	return copy_to_user(arg, from, min(size, known)) ? -EFAULT : 0;
}

static int ipcx_pack(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		     struct iov_iter *from, u64 type, u32 prio, bool handover)
{
	if (iov_iter_count(from) > mailbox->max_msg_size)
		return -EMSGSIZE;
	parcel->env.type = type;
	parcel->env.prio = prio;
	return ipcx_parcel_pack(parcel, from, handover);
}

static int ipcx_pack_msg(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			 const struct ipcx_msg *msg, bool handover)
{
	struct iov_iter from;

	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_pack(mailbox, parcel, &from, msg->type, msg->prio, handover);
}

static int ipcx_unpack_msg(const struct ipcx_parcel *parcel, struct ipcx_msg *msg,
			   struct ipcx_sender *sender)
{
	struct iov_iter to;

	iov_iter_ubuf(&to, ITER_DEST, u64_to_user_ptr(msg->data), msg->len);
	msg->flags = parcel->env.len > msg->len ? IPCX_MSG_TRUNCATED : 0;
	msg->len = parcel->env.len;
	msg->prio = parcel->env.prio;
	msg->type = parcel->env.type;
	sender->time = parcel->env.time;
	sender->pid = pid_vnr(parcel->env.pid);
	sender->uid = from_kuid_munged(current_user_ns(), parcel->env.uid);
	sender->gid = from_kgid_munged(current_user_ns(), parcel->env.gid);
	sender->pad = 0;
	return ipcx_parcel_unpack(parcel, &to);
}

/**
 * ipcx_transfer_send() - IPCX_IOC_SEND
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @send: argument, not checked yet
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_send lists them.
 */
int ipcx_transfer_send(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_send *send, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, send->deadline, send->flags, dontwait);
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_check_wait(send->deadline, send->flags, IPCX_DONTWAIT, send->pad);
	if (!err)
		err = ipcx_check_outgoing(mailbox, &send->msg);
	if (!err)
		err = ipcx_pack_msg(mailbox, &parcel, &send->msg, ipcx_mailbox_expects(mailbox));
	if (err)
		return err;
	return ipcx_post(mailbox, &parcel, NULL, &patience);
}

/*
 * Does the message belong to the receiver now? Not if it could not be copied to it, and not if the
 * receiver was killed and will never look at it: a message that was handed over to it in its last
 * moments is for somebody else.
 */
static int ipcx_received(int err)
{
	return err ?: fatal_signal_pending(current) ? -EINTR : 0;
}

/**
 * ipcx_transfer_recv() - IPCX_IOC_RECV
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @recv: argument, not checked yet
 * @arg: where it came from and goes back to
 * @size: its size there
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_recv lists them.
 */
int ipcx_transfer_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       struct ipcx_recv *recv, void __user *arg, size_t size, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, recv->deadline, recv->flags, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.selection = { .how = recv->select, .type = recv->select_type },
		.room = recv->flags & IPCX_TRUNCATE ? SIZE_MAX : recv->msg.len,
	};
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_check_recv(recv);
	if (err)
		return err;
	if (recv->flags & IPCX_PEEK)
		err = ipcx_peek(mailbox, &wanted, &parcel, &patience);
	else
		err = ipcx_take(mailbox, &wanted, &parcel, &patience);
	if (err == -EMSGSIZE) {
		recv->msg.len = parcel.env.len;
		return ipcx_transfer_copy_out(arg, size, recv, sizeof(*recv)) ?: -EMSGSIZE;
	}
	if (err)
		return err;

	recv->token = parcel.token;
	recv->reply_room = parcel.reply_room;
	err = ipcx_unpack_msg(&parcel, &recv->msg, &recv->from);
	if (!err)
		err = ipcx_transfer_copy_out(arg, size, recv, sizeof(*recv));
	if (recv->flags & IPCX_PEEK) {
		ipcx_parcel_drop(&parcel);
		return err;
	}
	err = ipcx_received(err);
	if (err)
		ipcx_take_restore(mailbox, endpoint, &parcel);
	else
		ipcx_take_keep(mailbox, &parcel);
	return err;
}

/* Lets a caller whose buffer begins or ends nowhere know while nothing has happened yet. */
static int ipcx_check_reply_buffer(const struct ipcx_msg *msg)
{
	const char __user *start = u64_to_user_ptr(msg->data);

	if (!msg->len)
		return 0;
	if (!access_ok(start, msg->len) || fault_in_readable(start, 1) ||
	    fault_in_readable(start + msg->len - 1, 1))
		return -EFAULT;
	return 0;
}

/**
 * ipcx_transfer_call() - IPCX_IOC_CALL
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @call: argument, not checked yet
 * @arg: where it came from and goes back to
 * @size: its size there
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_call lists them.
 */
int ipcx_transfer_call(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       struct ipcx_call *call, void __user *arg, size_t size, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, call->deadline, call->flags, dontwait);
	struct ipcx_parcel request __ipcx_uninitialized;
	struct ipcx_parcel reply __ipcx_uninitialized;
	int err;

	err = ipcx_check_wait(call->deadline, call->flags, IPCX_DONTWAIT, call->pad);
	if (!err)
		err = ipcx_check_outgoing(mailbox, &call->request);
	if (!err)
		err = ipcx_check_incoming(&call->reply);
	if (!err)
		err = ipcx_check_reply_buffer(&call->reply);
	if (!err)
		err = ipcx_pack_msg(mailbox, &request, &call->request,
				    ipcx_mailbox_expects(mailbox));
	if (err)
		return err;

	err = ipcx_call_run(mailbox, &request, &reply, call->reply.len, &patience);
	if (err)
		return err;
	err = ipcx_unpack_msg(&reply, &call->reply, &call->from);
	if (!err)
		err = ipcx_transfer_copy_out(arg, size, call, sizeof(*call));
	ipcx_parcel_drop(&reply);
	return err;
}

/**
 * ipcx_transfer_reply() - the replying half of IPCX_IOC_REPLY
 * @mailbox: mailbox
 * @endpoint: that holds the token
 * @reply: argument; &ipcx_reply.msg is not checked yet
 *
 * Return: 0 or a negative errno as &struct ipcx_reply lists them for replying.
 */
int ipcx_transfer_reply(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			const struct ipcx_reply *reply)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_check_outgoing(mailbox, &reply->msg);
	if (!err)
		err = ipcx_pack_msg(mailbox, &parcel, &reply->msg, true);
	if (err)
		return err;
	return ipcx_call_reply(mailbox, endpoint, reply->token, &parcel);
}

/**
 * ipcx_transfer_write() - write(2) and its kin: send one message, type and priority 0
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @from: payload
 * @dontwait: do not wait for room
 *
 * Return: the payload's length, or a negative errno as &struct ipcx_send lists them.
 */
ssize_t ipcx_transfer_write(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			    struct iov_iter *from, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	size_t len = iov_iter_count(from);
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_pack(mailbox, &parcel, from, 0, 0, ipcx_mailbox_expects(mailbox));
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, &patience);
	return err ?: len;
}

/**
 * ipcx_transfer_read() - read(2) and its kin: receive one message
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @dontwait: do not wait for a message
 *
 * There is no way to hand out a token here, so nobody could answer a request: its caller is told.
 *
 * Return: the payload's length, or a negative errno as &struct ipcx_recv lists them.
 */
ssize_t ipcx_transfer_read(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			   struct iov_iter *to, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.selection = { .how = IPCX_SELECT_ANY },
		.room = iov_iter_count(to),
	};
	struct ipcx_parcel parcel __ipcx_uninitialized;
	size_t len;
	int err;

	err = ipcx_take(mailbox, &wanted, &parcel, &patience);
	if (err)
		return err;
	err = ipcx_received(ipcx_parcel_unpack(&parcel, to));
	if (err) {
		ipcx_take_restore(mailbox, endpoint, &parcel);
		return err;
	}
	if (parcel.token)
		ipcx_call_reset(mailbox, endpoint, parcel.token);
	len = parcel.env.len;
	ipcx_take_keep(mailbox, &parcel);
	return len;
}

/*
 * The same for batches. They are not what the single ones call, which would cost those a call more.
 */
int ipcx_transfer_check_sent(const struct ipcx_mailbox *mailbox, const struct ipcx_msg *msg)
{
	return ipcx_check_outgoing(mailbox, msg);
}

int ipcx_transfer_check_place(const struct ipcx_msg *msg)
{
	return ipcx_check_incoming(msg);
}

int ipcx_transfer_check_batch(u64 deadline, u32 flags, u32 known, u32 count)
{
	int err = ipcx_check_wait(deadline, flags, known, 0);

	if (err)
		return err;
	if (count > IPCX_BATCH_MAX)
		return -E2BIG;
	return count ? 0 : -EINVAL;
}

int ipcx_transfer_check_selection(u32 select, u64 type)
{
	return ipcx_check_selection(select, type);
}

struct ipcx_patience ipcx_transfer_patience(struct ipcx_endpoint *endpoint, u64 deadline, u32 flags,
					    bool dontwait)
{
	return ipcx_patience(endpoint, deadline, flags, dontwait);
}

int ipcx_transfer_unpack(const struct ipcx_parcel *parcel, struct ipcx_msg *msg,
			 struct ipcx_sender *sender)
{
	return ipcx_unpack_msg(parcel, msg, sender);
}
