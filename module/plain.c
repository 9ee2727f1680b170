// SPDX-License-Identifier: GPL-2.0-only
/*
 * read(2) and write(2): messages that are payload and nothing else.
 */
#include <linux/uio.h>

#include "border.h"
#include "call.h"
#include "check.h"
#include "compat.h"
#include "endpoint.h"
#include "plain.h"

/**
 * ipcx_plain_write_iter() - send one message of what an iterator has, type and priority 0
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @from: payload
 * @dontwait: do not wait for room
 *
 * Return: the payload's length, or a negative errno as &struct ipcx_send lists them.
 */
ssize_t ipcx_plain_write_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
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
	return ipcx_plain_write_iter(mailbox, endpoint, &iter, dontwait);
}

/**
 * ipcx_plain_write() - ipcx_plain_write_iter() of one buffer
 * @mailbox: mailbox
 * @endpoint: that it is sent through
 * @from: payload
 * @len: its length
 * @dontwait: do not wait for room
 *
 * Return: likewise.
 */
ssize_t ipcx_plain_write(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
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
 * ipcx_plain_read_iter() - receive one message to where an iterator says
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @dontwait: do not wait for a message
 *
 * Return: the payload's length, 0 at the end as from a pipe, or a negative errno as
 * &struct ipcx_recv lists them.
 */
ssize_t ipcx_plain_read_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			     struct iov_iter *to, bool dontwait)
{
	return ipcx_read(mailbox, endpoint, to, NULL, dontwait);
}

/**
 * ipcx_plain_read() - ipcx_plain_read_iter() to one buffer
 * @mailbox: mailbox
 * @endpoint: that it is received through
 * @to: buffer
 * @room: its size
 * @dontwait: do not wait for a message
 *
 * Return: likewise.
 */
ssize_t ipcx_plain_read(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			char __user *to, size_t room, bool dontwait)
{
	const struct ipcx_msg msg = { .data = (uintptr_t)to, .len = room };

	return ipcx_read(mailbox, endpoint, NULL, &msg, dontwait);
}
