// SPDX-License-Identifier: GPL-2.0-only
/*
 * The border with user space: payloads in and out, and the point after which a received message is
 * the receiver's.
 */
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "call.h"
#include "check.h"
#include "compat.h"
#include "copy.h"
#include "endpoint.h"
#include "fds.h"
#include "knob.h"
#include "lend.h"
#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "post.h"
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

static noinline int ipcx_pack_long(struct ipcx_parcel *parcel, const struct ipcx_msg *msg,
				   bool handover)
{
	struct iov_iter from;

	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_parcel_pack_long(parcel, &from, handover);
}

/* Takes note of what came of taking a message from user space, and returns it. */
static __always_inline int ipcx_packed(struct ipcx_mailbox *mailbox,
				       const struct ipcx_parcel *parcel, size_t len, int err)
{
	trace_ipcx_copy_in(mailbox, parcel->msg, false, len, err);
	return unlikely(err) ? ipcx_stats_fault(mailbox, err) : 0;
}

static __always_inline int ipcx_pack(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				     const struct ipcx_msg *msg, bool handover)
{
	int err;

	parcel->env.type = msg->type;
	parcel->env.prio = msg->prio;
	if (likely(msg->len <= IPCX_COPY_SHORT))
		err = ipcx_parcel_pack_short(parcel, u64_to_user_ptr(msg->data), msg->len,
					     handover);
	else
		err = ipcx_pack_long(parcel, msg, handover);
	return ipcx_packed(mailbox, parcel, msg->len, err);
}

static __always_inline int ipcx_pack_msg(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
					 const struct ipcx_msg *msg, bool handover)
{
	if (msg->len > READ_ONCE(mailbox->max_msg_size))
		return ipcx_stats_refuse(mailbox, -EMSGSIZE);
	return ipcx_pack(mailbox, parcel, msg, handover);
}

/* A caller may have been promised room for more than the mailbox takes now. */
static __always_inline int ipcx_pack_reply(struct ipcx_mailbox *mailbox,
					   struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	if (msg->len > READ_ONCE(mailbox->max_reply))
		return -EMSGSIZE;
	return ipcx_pack(mailbox, parcel, msg, true);
}

/* Adds descriptors to a parcel, or drops it. */
static noinline int ipcx_pack_fds(struct ipcx_parcel *parcel, const struct ipcx_msg *msg,
				  bool regions)
{
	struct ipcx_fds *fds = ipcx_fds_get(u64_to_user_ptr(msg->fds), msg->nfds, regions);

	if (IS_ERR(fds)) {
		ipcx_parcel_drop(parcel);
		return PTR_ERR(fds);
	}
	parcel->env.fds = fds;
	return 0;
}

/*
 * The same for a message that can be queued. An endpoint of a region keeps its network namespace,
 * whose end is all that is sure to free a mailbox that persists: so it must not be in one.
 */
static noinline int ipcx_pack_fds_for(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				      const struct ipcx_msg *msg)
{
	return ipcx_pack_fds(parcel, msg, !ipcx_object_persists(&mailbox->object));
}

/* What the flags are to say of a message that is received into that */
static u32 ipcx_cut(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	return parcel->env.len > msg->len ? IPCX_MSG_TRUNCATED : 0;
}

static noinline int ipcx_unpack_long(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	struct iov_iter to;

	iov_iter_ubuf(&to, ITER_DEST, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_parcel_unpack_long(parcel, &to);
}

static __always_inline int ipcx_unpack(const struct ipcx_parcel *parcel,
				       const struct ipcx_msg *msg)
{
	if (likely(parcel->env.len <= IPCX_COPY_SHORT))
		return ipcx_parcel_unpack_short(parcel, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_unpack_long(parcel, msg);
}

/* Is a message likely to go straight to a receiver? */
static __always_inline bool ipcx_send_hands_over(const struct ipcx_mailbox *mailbox)
{
	return ipcx_mailbox_expects(mailbox) && ipcx_knob_copy(mailbox) != IPCX_COPY_HEAP;
}

static __always_inline int
ipcx_send(struct ipcx_mailbox *mailbox, struct iov_iter *from, u64 type, u32 prio, u32 flags,
	  struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	size_t len = iov_iter_count(from);
	int err;

	if (len > READ_ONCE(mailbox->max_msg_size))
		return ipcx_stats_refuse(mailbox, -EMSGSIZE);
	parcel.env.type = type;
	parcel.env.prio = prio;
	if (ipcx_lend_pays(mailbox, from, patience) && ipcx_lend(mailbox, &parcel, from, patience))
		return 0;
	err = ipcx_parcel_pack(&parcel, from, ipcx_send_hands_over(mailbox));
	err = ipcx_packed(mailbox, &parcel, len, err);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (unlikely(err == -EPIPE) && !(flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
}

/*
 * Sends what is not to be lent: it is short, or it has files, which would be held for as long as it
 * takes.
 */
static __always_inline int ipcx_send_whole(struct ipcx_mailbox *mailbox, const struct ipcx_msg *msg,
					   u32 flags, struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_pack_msg(mailbox, &parcel, msg, ipcx_send_hands_over(mailbox));
	if (!err && unlikely(msg->nfds))
		err = ipcx_pack_fds_for(mailbox, &parcel, msg);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (unlikely(err == -EPIPE) && !(flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
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

/*
 * Does the message belong to the receiver now? Not if it could not be copied to it, and not if the
 * receiver was killed and will never look at it: a message that was handed over to it in its last
 * moments is for somebody else.
 */
static __always_inline int ipcx_received(int err)
{
	if (likely(!signal_pending(current)))
		return err;
	return err ?: fatal_signal_pending(current) ? -EINTR : 0;
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

/*
 * The receiver has copied what it took, or failed to. Return: @err; or -EAGAIN if the message was
 * lent, and is not to be had any more.
 */
static __always_inline int
ipcx_receive_end(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		 struct ipcx_parcel *parcel, int err)
{
	if (unlikely(err))
		ipcx_stats_fault(mailbox, err);
	if (unlikely(parcel->loan))
		return ipcx_lend_return(mailbox, parcel, err);
	if (err)
		ipcx_take_restore(mailbox, endpoint, parcel);
	else
		ipcx_take_keep(mailbox, parcel);
	return err;
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
 * ipcx_transfer_write_iter() - send one message of what an iterator has, type and priority 0
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @from: payload
 * @dontwait: do not wait for room
 *
 * Return: the payload's length, or a negative errno as &struct ipcx_send lists them.
 */
ssize_t ipcx_transfer_write_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
				 struct iov_iter *from, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	size_t len = iov_iter_count(from);

	return ipcx_send(mailbox, from, 0, 0, 0, &patience) ?: len;
}

static noinline ssize_t ipcx_write_long(struct ipcx_mailbox *mailbox,
					struct ipcx_endpoint *endpoint, const char __user *from,
					size_t len, bool dontwait)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_SOURCE, (char __user *)from, len);
	return ipcx_transfer_write_iter(mailbox, endpoint, &iter, dontwait);
}

/**
 * ipcx_transfer_write() - ipcx_transfer_write_iter() of one buffer
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @from: payload
 * @len: its length
 * @dontwait: do not wait for room
 *
 * Return: likewise.
 */
ssize_t ipcx_transfer_write(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			    const char __user *from, size_t len, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	const struct ipcx_msg msg = { .data = (uintptr_t)from, .len = len };

	if (unlikely(len > IPCX_COPY_SHORT))
		return ipcx_write_long(mailbox, endpoint, from, len, dontwait);
	return ipcx_send_whole(mailbox, &msg, 0, &patience) ?: len;
}

/*
 * There is no way to hand out a token here, so nobody could answer a request: its caller is told.
 * Nor is there one to hand out descriptors: they are closed, as reading a Unix socket does. If the
 * message were refused, any sender could stop those for good who know of nothing but reading.
 * It is read into @to, or else @msg.
 */
static __always_inline ssize_t ipcx_read(struct ipcx_mailbox *mailbox,
					 struct ipcx_endpoint *endpoint, struct iov_iter *to,
					 const struct ipcx_msg *msg, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.selection = { .how = IPCX_SELECT_ANY },
		.room = to ? iov_iter_count(to) : msg->len,
		.nfds = IPCX_FDS_MAX,
		.borrows = true,
	};
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	for (;;) {
		err = ipcx_take(mailbox, &wanted, &parcel, &patience);
		if (err)
			return err == -EPIPE ? 0 : err;
		err = ipcx_received(to ? ipcx_parcel_unpack(&parcel, to) :
					 ipcx_unpack(&parcel, msg));
		trace_ipcx_copy_out(mailbox, parcel.env.seq, parcel.token, parcel.env.len, err);
		if (!err && parcel.token)
			ipcx_call_reset(mailbox, endpoint, parcel.token);
		err = ipcx_receive_end(mailbox, endpoint, &parcel, err);
		if (likely(err != -EAGAIN))
			return err ?: (ssize_t)parcel.env.len;
		/* Not the message's length, as it may have been copied in part. */
		if (to)
			iov_iter_revert(to, wanted.room - iov_iter_count(to));
	}
}

/**
 * ipcx_transfer_read_iter() - receive one message to where an iterator says
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @dontwait: do not wait for a message
 *
 * Return: the payload's length, 0 at the end as from a pipe, or a negative errno as
 * &struct ipcx_recv lists them.
 */
ssize_t ipcx_transfer_read_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
				struct iov_iter *to, bool dontwait)
{
	return ipcx_read(mailbox, endpoint, to, NULL, dontwait);
}

/**
 * ipcx_transfer_read() - ipcx_transfer_read_iter() to one buffer
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @room: its size
 * @dontwait: do not wait for a message
 *
 * Return: likewise.
 */
ssize_t ipcx_transfer_read(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			   char __user *to, size_t room, bool dontwait)
{
	const struct ipcx_msg msg = { .data = (uintptr_t)to, .len = room };

	return ipcx_read(mailbox, endpoint, NULL, &msg, dontwait);
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
