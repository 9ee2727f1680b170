/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_PLAIN_H
#define _IPCX_PLAIN_H

#include <linux/compiler_types.h>
#include <linux/types.h>

struct iov_iter;
struct ipcx_endpoint;
struct ipcx_mailbox;

ssize_t ipcx_plain_write(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			 const char __user *from, size_t len, bool dontwait);
ssize_t ipcx_plain_write_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			      struct iov_iter *from, bool dontwait);
ssize_t ipcx_plain_read(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			char __user *to, size_t room, bool dontwait);
ssize_t ipcx_plain_read_iter(struct ipcx_mailbox *mailbox, struct ipcx_endpoint *endpoint,
			     struct iov_iter *to, bool dontwait);

#endif
