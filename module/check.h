/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of what callers ask for, of single messages and of batches.
 */
#ifndef _IPCX_CHECK_H
#define _IPCX_CHECK_H

#include <linux/ipcx.h>
#include <linux/ktime.h>

#include "mailbox.h"
#include "wait.h"

static inline int ipcx_check_msg(const struct ipcx_msg *msg, u32 known)
{
	return msg->flags & ~known ? -EINVAL : 0;
}

static inline int ipcx_check_outgoing(const struct ipcx_mailbox *mailbox,
				      const struct ipcx_msg *msg)
{
	if (msg->prio >= mailbox->prios)
		return -EINVAL;
	if (msg->nfds > IPCX_FDS_MAX)
		return -E2BIG;
	return ipcx_check_msg(msg, 0);
}

/* What the last receive has left in the flags is no reason to refuse the next. */
static inline int ipcx_check_incoming(const struct ipcx_msg *msg)
{
	return ipcx_check_msg(msg, IPCX_MSG_TRUNCATED);
}

static inline int ipcx_check_wait(u64 deadline, u32 flags, u32 known, u32 pad)
{
	if (deadline > KTIME_MAX || flags & ~known || pad)
		return -EINVAL;
	return 0;
}

static inline int ipcx_check_selection(u32 select, u64 type)
{
	if (select > IPCX_SELECT_UPTO || (select == IPCX_SELECT_ANY && type))
		return -EINVAL;
	return 0;
}

static inline int ipcx_check_count(u32 count)
{
	if (count > IPCX_BATCH_MAX)
		return -E2BIG;
	return count ? 0 : -EINVAL;
}

static inline struct ipcx_patience ipcx_patience(struct ipcx_endpoint *endpoint, u64 deadline,
						 u32 flags, bool dontwait)
{
	return (struct ipcx_patience) {
		.deadline = deadline,
		.dontwait = dontwait || flags & IPCX_DONTWAIT,
		.endpoint = endpoint,
	};
}

#endif
