// SPDX-License-Identifier: GPL-2.0-only
/*
 * The border with user space: payloads and descriptors in and out, where it is not done in line.
 */
#include <linux/err.h>
#include <linux/uio.h>

#include "border.h"
#include "compat.h"
#include "fds.h"
#include "object.h"

/**
 * ipcx_pack_long() - take a long payload from user space
 * @parcel: filled in with it, and with the sender
 * @msg: where it is, and how long
 * @handover: it is likely to go straight to a receiver
 *
 * Return: 0 or a negative errno, as ipcx_parcel_pack_long() has it.
 */
int ipcx_pack_long(struct ipcx_parcel *parcel, const struct ipcx_msg *msg, bool handover)
{
	struct iov_iter from;

	iov_iter_ubuf(&from, ITER_SOURCE, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_parcel_pack_long(parcel, &from, handover);
}

/**
 * ipcx_pack_fds() - add descriptors to a parcel, or drop it
 * @parcel: packed
 * @msg: which, and how many
 * @regions: endpoints of regions may be among them
 *
 * Return: 0 or a negative errno, as ipcx_fds_get() has it; then the parcel holds nothing any more.
 */
int ipcx_pack_fds(struct ipcx_parcel *parcel, const struct ipcx_msg *msg, bool regions)
{
	struct ipcx_fds *fds = ipcx_fds_get(u64_to_user_ptr(msg->fds), msg->nfds, regions);

	if (IS_ERR(fds)) {
		ipcx_parcel_drop(parcel);
		return PTR_ERR(fds);
	}
	parcel->env.fds = fds;
	return 0;
}

/**
 * ipcx_pack_fds_for() - ipcx_pack_fds() of a message that can be queued
 * @mailbox: where
 * @parcel: packed
 * @msg: which, and how many
 *
 * An endpoint of a region keeps its network namespace, whose end is all that is sure to free a
 * mailbox that persists: so it must not be in one.
 *
 * Return: likewise.
 */
int ipcx_pack_fds_for(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		      const struct ipcx_msg *msg)
{
	return ipcx_pack_fds(parcel, msg, !ipcx_object_persists(&mailbox->object));
}

/**
 * ipcx_unpack_long() - give a long payload to user space
 * @parcel: message
 * @msg: where it goes, and how much there may
 *
 * Return: 0 or a negative errno, as ipcx_parcel_unpack_long() has it.
 */
int ipcx_unpack_long(const struct ipcx_parcel *parcel, const struct ipcx_msg *msg)
{
	struct iov_iter to;

	iov_iter_ubuf(&to, ITER_DEST, u64_to_user_ptr(msg->data), msg->len);
	return ipcx_parcel_unpack_long(parcel, &to);
}
