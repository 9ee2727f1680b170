// SPDX-License-Identifier: GPL-2.0-only
/*
 * The border with user space: payloads in and out, and the point after which a received message is
 * the receiver's.
 */
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/user_namespace.h>

#include "call.h"
#include "check.h"
#include "compat.h"
#include "endpoint.h"
#include "fds.h"
#include "knob.h"
#include "lend.h"
#include "mailbox.h"
#include "message.h"
#include "peek.h"
#include "post.h"
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

/* Takes a message from user space, see ipcx_parcel_pack(). */
static __always_inline int ipcx_pack(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
				     struct iov_iter *from, size_t len, bool handover)
{
	int err = ipcx_parcel_pack(parcel, from, handover);

	trace_ipcx_copy_in(mailbox, parcel->msg, false, len, err);
	return unlikely(err) ? ipcx_stats_fault(mailbox, err) : 0;
}

static int ipcx_pack_msg(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			 const struct ipcx_msg *msg, bool handover)
{
	struct iov_iter from;

	if (msg->len > READ_ONCE(mailbox->max_msg_size))
		return ipcx_stats_refuse(mailbox, -EMSGSIZE);
	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(msg->data), msg->len);
	parcel->env.type = msg->type;
	parcel->env.prio = msg->prio;
	return ipcx_pack(mailbox, parcel, &from, msg->len, handover);
}

/* A caller may have been promised room for more than the mailbox takes now. */
static int ipcx_pack_reply(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
			   const struct ipcx_msg *msg)
{
	struct iov_iter from;

	if (msg->len > READ_ONCE(mailbox->max_reply))
		return -EMSGSIZE;
	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(msg->data), msg->len);
	parcel->env.type = msg->type;
	parcel->env.prio = msg->prio;
	return ipcx_pack(mailbox, parcel, &from, msg->len, true);
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

/* Who sent it, as the caller's namespaces number processes and users */
static void ipcx_sender_of(const struct ipcx_envelope *env, struct ipcx_sender *sender)
{
	struct user_namespace *ns = current_user_ns();

	sender->time = env->time;
	sender->pid = pid_vnr(env->pid);
	sender->pad = 0;
	if (likely(ns == &init_user_ns)) {
		sender->uid = __kuid_val(env->uid);
		sender->gid = __kgid_val(env->gid);
	} else {
		sender->uid = from_kuid_munged(ns, env->uid);
		sender->gid = from_kgid_munged(ns, env->gid);
	}
}

/* Tells the caller all of a message but its payload, where his memory may be written */
static __always_inline bool ipcx_put_envelope(const struct ipcx_envelope *env,
					      const struct ipcx_sender *sender, u32 nfds, u32 flags,
					      struct ipcx_msg __user *msg,
					      struct ipcx_sender __user *from)
{
	unsafe_put_user(env->len, &msg->len, failed);
	unsafe_put_user(env->prio, &msg->prio, failed);
	unsafe_put_user(env->type, &msg->type, failed);
	unsafe_put_user(nfds, &msg->nfds, failed);
	unsafe_put_user(flags, &msg->flags, failed);
	unsafe_put_user(sender->time, &from->time, failed);
	unsafe_put_user(sender->pid, &from->pid, failed);
	unsafe_put_user(sender->uid, &from->uid, failed);
	unsafe_put_user(sender->gid, &from->gid, failed);
	unsafe_put_user(sender->pad, &from->pad, failed);
	return true;

failed:
	return false;
}

/* What the flags are to say of a message that is received into that */
static u32 ipcx_cut(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	return parcel->env.len > msg->len ? IPCX_MSG_TRUNCATED : 0;
}

static int ipcx_unpack(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	struct iov_iter to;

	iov_iter_ubuf(&to, ITER_DEST, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_parcel_unpack(parcel, &to);
}

static int ipcx_send(struct ipcx_mailbox *mailbox, struct iov_iter *from, u64 type, u32 prio,
		     u32 flags, struct ipcx_patience *patience)
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
	err = ipcx_pack(mailbox, &parcel, from, len, ipcx_mailbox_expects(mailbox) &&
			ipcx_knob_copy(mailbox) != IPCX_COPY_HEAP);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (unlikely(err == -EPIPE) && !(flags & IPCX_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
}

/* It is not lent: to have files is to hold them for as long as it takes. */
static noinline int ipcx_send_fds(struct ipcx_mailbox *mailbox, const struct ipcx_send *send,
				  struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_pack_msg(mailbox, &parcel, &send->msg, ipcx_mailbox_expects(mailbox));
	if (!err)
		err = ipcx_pack_fds_for(mailbox, &parcel, &send->msg);
	if (!err)
		err = ipcx_post(mailbox, &parcel, NULL, patience);
	if (err == -EPIPE && !(send->flags & IPCX_NOSIGNAL))
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
	if (unlikely(send->msg.nfds))
		return ipcx_send_fds(mailbox, send, &patience);
	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(send->msg.data), send->msg.len);
	return ipcx_send(mailbox, &from, send->msg.type, send->msg.prio, send->flags,
			 &patience);
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

static int ipcx_unpack_recv(const struct ipcx_parcel *parcel, const struct ipcx_recv *recv,
			    u32 nfds, struct ipcx_recv __user *arg)
{
	struct ipcx_sender sender;
	int err;

	err = ipcx_unpack(parcel, &recv->msg);
	if (err)
		return err;
	ipcx_sender_of(&parcel->env, &sender);
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
static int ipcx_receive_end(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
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

static int ipcx_receive(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
			const struct ipcx_recv *recv, struct ipcx_recv __user *arg,
			struct ipcx_patience *patience)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	struct ipcx_slots slots __ipcx_uninitialized;
	int err;

	slots.count = 0;
	do {
		err = ipcx_take(mailbox, wanted, &parcel, patience);
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

static int ipcx_receive_peek(struct ipcx_mailbox *mailbox, const struct ipcx_wanted *wanted,
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

/**
 * ipcx_transfer_recv() - IPCX_IOC_RECV
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @recv: argument, not checked yet
 * @arg: where it came from, and where the message goes
 * @dontwait: the descriptor says O_NONBLOCK
 * @now: &ipcx_patience.now
 *
 * Return: 0 or a negative errno as &struct ipcx_recv lists them.
 */
int ipcx_transfer_recv(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
		       const struct ipcx_recv *recv, struct ipcx_recv __user *arg, bool dontwait,
		       u64 now)
{
	struct ipcx_patience patience =
		ipcx_patience(endpoint, recv->deadline, recv->flags, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.selection = { .how = recv->select, .type = recv->select_type },
		.room = recv->flags & IPCX_TRUNCATE ? SIZE_MAX : recv->msg.len,
		.nfds = recv->msg.nfds,
		.borrows = true,
	};
	int err;

	err = ipcx_check_recv(recv);
	if (err)
		return err;
	patience.now = now;
	if (recv->flags & IPCX_PEEK)
		return ipcx_receive_peek(mailbox, &wanted, recv, arg, &patience);
	return ipcx_receive(mailbox, &wanted, recv, arg, &patience);
}

/* Lets a caller whose buffer begins or ends nowhere know while nothing has happened yet. */
static int ipcx_check_reply_buffer(const struct ipcx_msg *msg)
{
	const char __user *start = u64_to_user_ptr(msg->data);

	if (msg->len <= PAGE_SIZE)
		return fault_in_readable(start, msg->len) ? -EFAULT : 0;
	if (!access_ok(start, msg->len) || fault_in_readable(start, 1) ||
	    fault_in_readable(start + msg->len - 1, 1))
		return -EFAULT;
	return 0;
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
	ipcx_sender_of(&parcel->env, &sender);
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
				    ipcx_mailbox_expects(mailbox));
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

/**
 * ipcx_transfer_reply() - the replying half of IPCX_IOC_REPLY
 * @mailbox: mailbox
 * @endpoint: that holds the token
 * @reply: argument; &ipcx_reply.msg is not checked yet
 * @now: set to the time if the reply was given
 *
 * Return: 0 or a negative errno as &struct ipcx_reply lists them for replying.
 */
int ipcx_transfer_reply(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			const struct ipcx_reply *reply, u64 *now)
{
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	err = ipcx_check_outgoing(mailbox, &reply->msg);
	if (!err)
		err = ipcx_pack_reply(mailbox, &parcel, &reply->msg);
	if (!err && unlikely(reply->msg.nfds))
		err = ipcx_pack_fds(&parcel, &reply->msg, true);
	if (err)
		return err;
	*now = parcel.env.time;
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

	return ipcx_send(mailbox, from, 0, 0, 0, &patience) ?: len;
}

/**
 * ipcx_transfer_read() - read(2) and its kin: receive one message
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @dontwait: do not wait for a message
 *
 * There is no way to hand out a token here, so nobody could answer a request: its caller is told.
 * Nor is there one to hand out descriptors: they are closed, as reading a Unix socket does. If the
 * message were refused, any sender could stop those for good who know of nothing but reading.
 *
 * Return: the payload's length, 0 at the end as from a pipe, or a negative errno as
 * &struct ipcx_recv lists them.
 */
ssize_t ipcx_transfer_read(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			   struct iov_iter *to, bool dontwait)
{
	struct ipcx_patience patience = ipcx_patience(endpoint, 0, 0, dontwait);
	const struct ipcx_wanted wanted = {
		.endpoint = endpoint,
		.selection = { .how = IPCX_SELECT_ANY },
		.room = iov_iter_count(to),
		.nfds = IPCX_FDS_MAX,
		.borrows = true,
	};
	struct ipcx_parcel parcel __ipcx_uninitialized;
	int err;

	for (;;) {
		err = ipcx_take(mailbox, &wanted, &parcel, &patience);
		if (err)
			return err == -EPIPE ? 0 : err;
		err = ipcx_received(ipcx_parcel_unpack(&parcel, to));
		trace_ipcx_copy_out(mailbox, parcel.env.seq, parcel.token, parcel.env.len, err);
		if (!err && parcel.token)
			ipcx_call_reset(mailbox, endpoint, parcel.token);
		err = ipcx_receive_end(mailbox, endpoint, &parcel, err);
		if (likely(err != -EAGAIN))
			return err ?: (ssize_t)parcel.env.len;
		/* Not the message's length, as it may have been copied in part. */
		iov_iter_revert(to, wanted.room - iov_iter_count(to));
	}
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
	ipcx_sender_of(&parcel->env, &sender);
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
