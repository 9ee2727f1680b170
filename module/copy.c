// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying between user space and a block of kernel memory. What is short goes by the word: setting
 * up what copies more takes several times as long as the copying.
 */
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "copy.h"

/* ipcx_copy_in_inline() */
bool ipcx_copy_in_short(void *to, const void __user *from, size_t len)
{
	return ipcx_copy_in_inline(to, from, len);
}

/* ipcx_copy_out_inline() */
bool ipcx_copy_out_short(const void *from, void __user *to, size_t len)
{
	return ipcx_copy_out_inline(from, to, len);
}

static void ipcx_copy_advance(struct iov_iter *iter, size_t len)
{
	iter->iov_offset += len;
	iter->count -= len;
}

/**
 * ipcx_copy_in() - copy from user space
 * @to: where to
 * @len: how much
 * @from: has as much; advanced
 *
 * Return: false if it is not all in the caller's address space.
 */
bool ipcx_copy_in(void *to, size_t len, struct iov_iter *from)
{
	if (!ipcx_copy_is_short(from, len))
		return copy_from_iter_full(to, len, from);
	if (!ipcx_copy_in_short(to, ipcx_copy_place(from), len))
		return false;
	ipcx_copy_advance(from, len);
	return true;
}

/**
 * ipcx_copy_out() - copy to user space
 * @from: where from
 * @len: how much
 * @to: has room for it; advanced
 *
 * Return: false if the caller cannot write all of it.
 */
bool ipcx_copy_out(const void *from, size_t len, struct iov_iter *to)
{
	if (!ipcx_copy_is_short(to, len))
		return copy_to_iter(from, len, to) == len;
	if (!ipcx_copy_out_short(from, ipcx_copy_place(to), len))
		return false;
	ipcx_copy_advance(to, len);
	return true;
}
