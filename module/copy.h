/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_COPY_H
#define _IPCX_COPY_H

#include <linux/compiler_types.h>
#include <linux/types.h>
#include <linux/uio.h>

/* What is longer is left to those who copy much. */
#define IPCX_COPY_SHORT		128

bool ipcx_copy_in_short(void *to, const void __user *from, size_t len);
bool ipcx_copy_out_short(const void *from, void __user *to, size_t len);
bool ipcx_copy_in(void *to, size_t len, struct iov_iter *from);
bool ipcx_copy_out(const void *from, size_t len, struct iov_iter *to);

/* Can so much be copied by ipcx_copy_in_short() or ipcx_copy_out_short()? */
static inline bool ipcx_copy_is_short(const struct iov_iter *iter, size_t len)
{
	return len <= IPCX_COPY_SHORT && iter_is_ubuf(iter);
}

/* Where, then */
static inline void __user *ipcx_copy_place(const struct iov_iter *iter)
{
	return iter->ubuf + iter->iov_offset;
}

#endif
