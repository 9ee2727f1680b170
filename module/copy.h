/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_COPY_H
#define _IPCX_COPY_H

#include <linux/compiler_types.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/* What is longer is left to those who copy much. */
#define IPCX_COPY_SHORT		128

#define IPCX_COPY_BLOCK		(8 * sizeof(u64))

/*
 * Some words, where user space may be read. Written out, as a loop would take as long again for
 * counting.
 */
static __always_inline bool ipcx_get_words(u64 *to, const u64 __user *from, unsigned int count)
{
	switch (count) {
	case 8:
		unsafe_get_user(to[7], &from[7], failed);
		unsafe_get_user(to[6], &from[6], failed);
		unsafe_get_user(to[5], &from[5], failed);
		unsafe_get_user(to[4], &from[4], failed);
		fallthrough;
	case 4:
		unsafe_get_user(to[3], &from[3], failed);
		unsafe_get_user(to[2], &from[2], failed);
		fallthrough;
	case 2:
		unsafe_get_user(to[1], &from[1], failed);
		fallthrough;
	case 1:
		unsafe_get_user(to[0], &from[0], failed);
	}
	return true;

failed:
	return false;
}

/* Likewise, where user space may be written */
static __always_inline bool ipcx_put_words(const u64 *from, u64 __user *to, unsigned int count)
{
	switch (count) {
	case 8:
		unsafe_put_user(from[7], &to[7], failed);
		unsafe_put_user(from[6], &to[6], failed);
		unsafe_put_user(from[5], &to[5], failed);
		unsafe_put_user(from[4], &to[4], failed);
		fallthrough;
	case 4:
		unsafe_put_user(from[3], &to[3], failed);
		unsafe_put_user(from[2], &to[2], failed);
		fallthrough;
	case 2:
		unsafe_put_user(from[1], &to[1], failed);
		fallthrough;
	case 1:
		unsafe_put_user(from[0], &to[0], failed);
	}
	return true;

failed:
	return false;
}

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

/*
 * Less than twice a block, where user space may be read. Most small messages are a block, or some
 * words: so that is asked first.
 */
static __always_inline bool ipcx_get_small(void *to, const void __user *from, size_t len)
{
	const u64 __user *source = from;
	u64 *words = to;

	if (len & IPCX_COPY_BLOCK) {
		if (!ipcx_get_words(words, source, 8))
			return false;
		words += 8;
		source += 8;
	}
	if (likely(!(len & (IPCX_COPY_BLOCK - 1))))
		return true;
	if (len & 32) {
		if (!ipcx_get_words(words, source, 4))
			return false;
		words += 4;
		source += 4;
	}
	if (len & 16) {
		if (!ipcx_get_words(words, source, 2))
			return false;
		words += 2;
		source += 2;
	}
	if (len & 8 && !ipcx_get_words(words++, source++, 1))
		return false;
	return ipcx_get_rest(words, source, len);
}

/* Likewise, where user space may be written */
static __always_inline bool ipcx_put_small(const void *from, void __user *to, size_t len)
{
	u64 __user *target = to;
	const u64 *words = from;

	if (len & IPCX_COPY_BLOCK) {
		if (!ipcx_put_words(words, target, 8))
			return false;
		words += 8;
		target += 8;
	}
	if (likely(!(len & (IPCX_COPY_BLOCK - 1))))
		return true;
	if (len & 32) {
		if (!ipcx_put_words(words, target, 4))
			return false;
		words += 4;
		target += 4;
	}
	if (len & 16) {
		if (!ipcx_put_words(words, target, 2))
			return false;
		words += 2;
		target += 2;
	}
	if (len & 8 && !ipcx_put_words(words++, target++, 1))
		return false;
	return ipcx_put_rest(words, target, len);
}

/**
 * ipcx_copy_in_inline() - copy from user space by the word
 * @to: where to
 * @from: where from
 * @len: how much
 *
 * Return: false if it is not all in the caller's address space.
 */
static __always_inline bool ipcx_copy_in_inline(void *to, const void __user *from, size_t len)
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
 * ipcx_copy_out_inline() - copy to user space by the word
 * @from: where from
 * @to: where to
 * @len: how much
 *
 * Return: false if the caller cannot write all of it.
 */
static __always_inline bool ipcx_copy_out_inline(const void *from, void __user *to,
						 size_t len)
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

bool ipcx_copy_in_short(void *to, const void __user *from, size_t len);
bool ipcx_copy_out_short(const void *from, void __user *to, size_t len);
bool ipcx_copy_in(void *to, size_t len, struct iov_iter *from);
bool ipcx_copy_out(const void *from, size_t len, struct iov_iter *to);

/**
 * ipcx_copy_in_constant() - copy from user space what has a constant size
 * @to: where to
 * @from: where from
 * @len: how much: some words
 *
 * Return: false if it is not all in the caller's address space.
 */
static __always_inline bool ipcx_copy_in_constant(void *to, const void __user *from,
						  const size_t len)
{
	const u64 __user *source = from;
	const size_t count = len / sizeof(u64);
	u64 *words = to;

	BUILD_BUG_ON(len % sizeof(u64) || count >= 32);
	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return !copy_from_user(to, from, len);
	if (!user_read_access_begin(from, len))
		return false;
	if (count & 16 && (!ipcx_get_words(&words[0], &source[0], 8) ||
			   !ipcx_get_words(&words[8], &source[8], 8)))
		goto failed;
	if (count & 8 && !ipcx_get_words(&words[count & ~15], &source[count & ~15], 8))
		goto failed;
	if (count & 4 && !ipcx_get_words(&words[count & ~7], &source[count & ~7], 4))
		goto failed;
	if (count & 2 && !ipcx_get_words(&words[count & ~3], &source[count & ~3], 2))
		goto failed;
	if (count & 1 && !ipcx_get_words(&words[count & ~1], &source[count & ~1], 1))
		goto failed;
	user_read_access_end();
	return true;

failed:
	user_read_access_end();
	return false;
}

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
