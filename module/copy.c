// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying between user space and a block of kernel memory. What is short goes by the word: setting
 * up what copies more takes several times as long as the copying.
 */
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "copy.h"

#define IPCX_COPY_BLOCK		(8 * sizeof(u64))

/* Less than a word, where user space may be read */
static __always_inline bool ipcx_get_rest(void *to, const void __user *from, size_t len)
{
	if (len & sizeof(u32)) {
		unsafe_get_user(*(u32 *)to, (const u32 __user *)from, failed);
		to += sizeof(u32);
		from += sizeof(u32);
	}
	if (len & sizeof(u16)) {
		unsafe_get_user(*(u16 *)to, (const u16 __user *)from, failed);
		to += sizeof(u16);
		from += sizeof(u16);
	}
	if (len & sizeof(u8))
		unsafe_get_user(*(u8 *)to, (const u8 __user *)from, failed);
	return true;

failed:
	return false;
}

/* Less than a word, where user space may be written */
static __always_inline bool ipcx_put_rest(const void *from, void __user *to, size_t len)
{
	if (len & sizeof(u32)) {
		unsafe_put_user(*(const u32 *)from, (u32 __user *)to, failed);
		from += sizeof(u32);
		to += sizeof(u32);
	}
	if (len & sizeof(u16)) {
		unsafe_put_user(*(const u16 *)from, (u16 __user *)to, failed);
		from += sizeof(u16);
		to += sizeof(u16);
	}
	if (len & sizeof(u8))
		unsafe_put_user(*(const u8 *)from, (u8 __user *)to, failed);
	return true;

failed:
	return false;
}

/**
 * ipcx_copy_in_short() - copy from user space by the word
 * @to: where to
 * @from: where from
 * @len: how much
 *
 * Return: false if it is not all in the caller's address space.
 */
bool ipcx_copy_in_short(void *to, const void __user *from, size_t len)
{
	const u64 __user *source = from;
	u64 *words = to;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return !copy_from_user(to, from, len);
	if (!user_read_access_begin(from, len))
		return false;
	for (; len >= IPCX_COPY_BLOCK; len -= IPCX_COPY_BLOCK, words += 8, source += 8)
		if (!ipcx_get_words(words, source, 8))
			goto failed;
	for (; len >= sizeof(u64); len -= sizeof(u64))
		unsafe_get_user(*words++, source++, failed);
	if (len && !ipcx_get_rest(words, source, len))
		goto failed;
	user_read_access_end();
	return true;

failed:
	user_read_access_end();
	return false;
}

/**
 * ipcx_copy_out_short() - copy to user space by the word
 * @from: where from
 * @to: where to
 * @len: how much
 *
 * Return: false if the caller cannot write all of it.
 */
bool ipcx_copy_out_short(const void *from, void __user *to, size_t len)
{
	u64 __user *target = to;
	const u64 *words = from;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return !copy_to_user(to, from, len);
	if (!user_write_access_begin(to, len))
		return false;
	for (; len >= IPCX_COPY_BLOCK; len -= IPCX_COPY_BLOCK, words += 8, target += 8)
		if (!ipcx_put_words(words, target, 8))
			goto failed;
	for (; len >= sizeof(u64); len -= sizeof(u64))
		unsafe_put_user(*words++, target++, failed);
	if (len && !ipcx_put_rest(words, target, len))
		goto failed;
	user_write_access_end();
	return true;

failed:
	user_write_access_end();
	return false;
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
