// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that send, receive, call and reply: their arguments checked, the message given or
 * taken, and what there is to tell put back.
 */
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "border.h"
#include "call.h"
#include "check.h"
#include "compat.h"
#include "copy.h"
#include "endpoint.h"
#include "fds.h"
#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "sender.h"
#include "stats.h"
#include "take.h"
#include "trace.h"
#include "transfer.h"

static int ipcx_check_recv(const struct ipcx_recv *recv)
{
	return ipcx_check_selection(recv->select, recv->select_type) ?:
	       ipcx_check_wait(recv->deadline, recv->flags,
			       IPCX_DONTWAIT | IPCX_PEEK | IPCX_TRUNCATE, 0) ?:
	       ipcx_check_incoming(&recv->msg);
}

/* A caller may have been promised room for more than the mailbox takes now. */
static __always_inline int ipcx_pack_reply(struct ipcx_mailbox *mailbox,
					   struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	if (msg->len > READ_ONCE(mailbox->max_reply))
		return -EMSGSIZE;
	return ipcx_pack(mailbox, parcel, msg, true);
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
	struct iov_iter from;
	int err;

	err = ipcx_check_wait(send->deadline, send->flags, IPCX_DONTWAIT | IPCX_NOSIGNAL,
			      send->pad);
	if (!err)
		err = ipcx_check_outgoing(mailbox, &send->msg);
	if (err)
		return err;
	if (send->msg.len <= IPCX_COPY_SHORT || send->msg.nfds)
		return ipcx_send_whole(mailbox, &send->msg, send->flags, &patience);
	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(send->msg.data), send->msg.len);
	return ipcx_send(mailbox, &from, send->msg.type, send->msg.prio, send->flags,
			 &patience);
}

static __always_inline int
ipcx_unpack_recv(const struct ipcx_parcel *parcel, const struct ipcx_recv *recv, u32 nfds,
		 struct ipcx_recv __user *arg)
{
	struct ipcx_sender sender;
	int err;

	err = ipcx_unpack(parcel, &recv->msg);
	if (err)
		return err;
	sender = ipcx_sender_of(&parcel->env);
	if (!user_write_access_begin(arg, sizeof(*arg)))
		return -EFAULT;
	if (!ipcx_put_envelope(&parcel->env, &sender, nfds, ipcx_cut(parcel, &recv->msg),
			       &arg->msg, &arg->from))
		goto failed;
	unsafe_put_user(parcel->token, &arg->token, failed);
	unsafe_put_user(parcel->reply_room, &arg->reply_room, failed);
	unsafe_put_user(parcel->reply_nfds, &arg->reply_nfds, failed);
	user_write_access_end();
	return 0;

failed:
	user_write_access_end();
	return -EFAULT;
}

static int ipcx_tell_size(const struct ipcx_parcel *parcel, struct ipcx_msg __user *msg)
{
	if (put_user(parcel->env.len, &msg->len) || put_user(parcel->nfds, &msg->nfds))
		return -EFAULT;
	return -EMSGSIZE;
}

/* In line, as it is what every message goes through that is received. */
static __always_inline int
ipcx_receive(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
	     const struct ipcx_recv *recv, struct ipcx_recv __user *arg,
	     struct ipcx_patience *patience, struct ipcx_answer *answer)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	struct ipcx_slots slots __ipcx_uninitialized;
	int err;

	slots.count = 0;
	do {
		if (answer && answer->parcel) {
			err = ipcx_take_answering(mailbox, wanted, &parcel, patience, answer);
			if (answer->parcel)
				return err;
		} else {
			err = ipcx_take(mailbox, wanted, &parcel, patience);
		}
		if (err == -EMSGSIZE)
			return ipcx_tell_size(&parcel, &arg->msg);
		if (err)
			return err;
		if (unlikely(parcel.env.fds))
			err = ipcx_slots_open(&slots, parcel.env.fds,
					      u64_to_user_ptr(recv->msg.fds));
		err = ipcx_received(err ?: ipcx_unpack_recv(&parcel, recv, slots.count, arg));
		trace_ipcx_copy_out(mailbox, parcel.env.seq, parcel.token, parcel.env.len, err);
		if (unlikely(slots.count))
			ipcx_slots_close(&slots, &parcel.env.fds, err);
		err = ipcx_receive_end(mailbox, wanted->endpoint, &parcel, err);
	} while (unlikely(err == -EAGAIN));
	return err;
}

static noinline int
ipcx_receive_peek(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
		  const struct ipcx_recv *recv, struct ipcx_recv __user *arg,
		  struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_peek(mailbox, wanted, &parcel, patience);
	if (err == -EMSGSIZE)
		return ipcx_tell_size(&parcel, &arg->msg);
	if (err)
		return err;
	err = ipcx_stats_fault(mailbox, ipcx_unpack_recv(&parcel, recv, parcel.nfds, arg));
	ipcx_parcel_drop(&parcel);
	return err;
}

static __always_inline struct ipcx_wanted ipcx_wanted_by(const struct ipcx_recv *recv,
							 struct ipcx_endpoint *endpoint)
{
	return (struct ipcx_wanted) {
		.endpoint = endpoint,
		.selection = { .how = recv->select, .type = recv->select_type },
		.room = recv->flags & IPCX_TRUNCATE ? SIZE_MAX : recv->msg.len,
		.nfds = recv->msg.nfds,
		.borrows = true,
	};
}

/**
 * ipcx_transfer_recv() - IPCX_IOC_RECV
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @recv: argument, not checked yet
 * @arg: where it came from, and where the message goes
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_recv lists them.
 */
int ipcx_transfer_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_recv *recv, struct ipcx_recv __user *arg, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, recv->deadline, recv->flags, dontwait);
	const struct ipcx_wanted wanted = ipcx_wanted_by(recv, endpoint);
	int err;

	err = ipcx_check_recv(recv);
	if (err)
		return err;
	if (recv->flags & IPCX_PEEK)
		return ipcx_receive_peek(mailbox, &wanted, recv, arg, &patience);
	return ipcx_receive(mailbox, &wanted, recv, arg, &patience, NULL);
}

/* Lets a caller whose buffer begins or ends nowhere know while nothing has happened yet. */
static int ipcx_check_reply_buffer(const struct ipcx_msg *msg)
{
	const char __user *start = u64_to_user_ptr(msg->data);
	char probe __maybe_unused;

	if (!msg->len)
		return 0;
	if (!user_read_access_begin(start, msg->len))
		return -EFAULT;
	unsafe_get_user(probe, start, failed);
	unsafe_get_user(probe, start + msg->len - 1, failed);
	user_read_access_end();
	return 0;

failed:
	user_read_access_end();
	return -EFAULT;
}

static int ipcx_unpack_call(const struct ipcx_parcel *parcel, const struct ipcx_call *call,
			    struct ipcx_call __user *arg)
{
	struct ipcx_sender sender;
	bool told;
	int err;

	err = ipcx_unpack(parcel, &call->reply);
	if (err)
		return err;
	sender = ipcx_sender_of(&parcel->env);
	if (!user_write_access_begin(arg, sizeof(*arg)))
		return -EFAULT;
	told = ipcx_put_envelope(&parcel->env, &sender, ipcx_fds_count(parcel->env.fds), 0,
				 &arg->reply, &arg->from);
	user_write_access_end();
	return told ? 0 : -EFAULT;
}

/**
 * ipcx_transfer_call() - IPCX_IOC_CALL
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @call: argument, not checked yet
 * @arg: where it came from, and where the reply goes
 * @dontwait: the descriptor says O_NONBLOCK
 *
 * Return: 0 or a negative errno as &struct ipcx_call lists them.
 */
int ipcx_transfer_call(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_call *call, struct ipcx_call __user *arg, bool dontwait)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, call->deadline, call->flags, dontwait);
	struct ipcx_parcel request __ipcx_uninitialized;
	struct ipcx_parcel reply __ipcx_uninitialized;
	struct ipcx_slots slots __ipcx_uninitialized;
	int err;

	slots.count = 0;
	err = ipcx_check_wait(call->deadline, call->flags, IPCX_DONTWAIT, call->pad);
	if (!err)
		err = ipcx_check_outgoing(mailbox, &call->request);
	if (!err)
		err = ipcx_check_incoming(&call->reply);
	if (!err)
		err = ipcx_check_reply_buffer(&call->reply);
	if (!err && unlikely(call->reply.nfds))
		err = ipcx_slots_expect(&slots, call->reply.nfds, u64_to_user_ptr(call->reply.fds));
	if (!err)
		err = ipcx_pack_msg(mailbox, &request, &call->request,
				    ipcx_send_hands_over(mailbox));
	if (!err && unlikely(call->request.nfds))
		err = ipcx_pack_fds_for(mailbox, &request, &call->request);
	if (err)
		goto release;

	patience.now = request.env.time;
	err = ipcx_call_run(mailbox, &request, &reply, call->reply.len, slots.count, &patience);
	if (err)
		goto release;
	if (unlikely(reply.env.fds))
		err = ipcx_slots_tell(&slots, reply.env.fds->count,
				      u64_to_user_ptr(call->reply.fds));
	if (!err)
		err = ipcx_unpack_call(&reply, call, arg);
	if (unlikely(err))
		ipcx_stats_fault(mailbox, err);
	trace_ipcx_copy_out(mailbox, 0, reply.token, reply.env.len, err);
	if (unlikely(slots.count))
		ipcx_slots_close(&slots, &reply.env.fds, err);
	ipcx_parcel_drop(&reply);
	return err;

release:
	if (unlikely(slots.count))
		ipcx_slots_release(&slots);
	return err;
}

static __always_inline int ipcx_pack_answer(struct ipcx_mailbox *mailbox,
					    struct ipcx_parcel *parcel,
					    const struct ipcx_reply *reply)
{
	int err = ipcx_check_outgoing(mailbox, &reply->msg);

	if (!err)
		err = ipcx_pack_reply(mailbox, parcel, &reply->msg);
	if (!err && unlikely(reply->msg.nfds))
		err = ipcx_pack_fds(parcel, &reply->msg, true);
	return err;
}

/**
 * ipcx_transfer_reply() - IPCX_IOC_REPLY that only replies
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
	int err = ipcx_pack_answer(mailbox, &parcel, reply);

	return err ?: ipcx_call_reply(mailbox, endpoint, reply->token, &parcel);
}

/**
 * ipcx_transfer_reply_recv() - IPCX_IOC_REPLY that does both
 * @mailbox: mailbox
 * @endpoint: that holds the token
 * @reply: argument; &ipcx_reply.msg and &ipcx_reply.next are not checked yet
 * @arg: where it came from, and where the next message goes
 * @dontwait: the descriptor says O_NONBLOCK
 * @replied: set to whether the reply was given, whatever became of the rest
 *
 * Return: 0 or a negative errno as &struct ipcx_reply lists them.
 */
int ipcx_transfer_reply_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			     const struct ipcx_reply *reply, struct ipcx_reply __user *arg,
			     bool dontwait, bool *replied)
{
	const struct ipcx_recv *next = &reply->next;
	struct ipcx_patience patience =
		ipcx_patience(endpoint, next->deadline, next->flags, dontwait);
	const struct ipcx_wanted wanted = ipcx_wanted_by(next, endpoint);
	struct ipcx_parcel parcel __ipcx_uninitialized;
	struct ipcx_answer answer = { .token = reply->token, .parcel = &parcel };
	int err;

	/* Whatever is wrong with receiving, or rare, is found out when the reply is given. */
	if (unlikely(next->flags & IPCX_PEEK || ipcx_check_recv(next))) {
		err = ipcx_transfer_reply(mailbox, endpoint, reply);
		*replied = !err;
		return err ?: ipcx_transfer_recv(mailbox, endpoint, next, &arg->next, dontwait);
	}
	err = ipcx_pack_answer(mailbox, &parcel, reply);
	if (!err) {
		patience.now = parcel.env.time;
		err = ipcx_receive(mailbox, &wanted, next, &arg->next, &patience, &answer);
	}
	*replied = !answer.parcel;
	return err;
}

/**
 * ipcx_transfer_unpack() - give the receiver of a batch one message
 * @parcel: message
 * @msg: where its payload goes
 * @to: where the rest of it goes
 *
 * Return: 0 or -EFAULT.
 */
int ipcx_transfer_unpack(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg,
			 struct ipcx_received __user *to)
{
	struct ipcx_sender sender;
	bool told;
	int err;

	err = ipcx_unpack(parcel, msg);
	if (err)
		return err;
	sender = ipcx_sender_of(&parcel->env);
	if (!user_write_access_begin(to, sizeof(*to)))
		return -EFAULT;
	told = ipcx_put_envelope(&parcel->env, &sender, 0, ipcx_cut(parcel, msg), &to->msg,
				 &to->from);
	user_write_access_end();
	if (!told || put_user(parcel->token, &to->token) ||
	    put_user(parcel->reply_room, &to->reply_room))
		return -EFAULT;
	return 0;
}
