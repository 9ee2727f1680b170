/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BLOCK_H
#define _IPCX_BLOCK_H

#include <linux/nospec.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include "message.h"

/* Messages of a block, all small */
#define IPCX_BLOCK_MSGS		32

/* A message and its payload, in a block */
#define IPCX_BLOCK_STRIDE	((SZ_8K - 2 * sizeof(void *)) / IPCX_BLOCK_MSGS & ~7UL)

/* Longest payload of a message in a block */
#define IPCX_SMALL_SIZE		(IPCX_BLOCK_STRIDE - sizeof(struct ipcx_message))

/**
 * struct ipcx_block - memory for messages
 * @left: how many of them are in use
 * @space: for the messages, %IPCX_BLOCK_STRIDE each
 *
 * The messages have been constructed, and are so again when they are free.
 */
struct ipcx_block {
	refcount_t left;
	u8 space[IPCX_BLOCK_MSGS * IPCX_BLOCK_STRIDE] __aligned(sizeof(u64));
};

int ipcx_block_init(void);
void ipcx_block_exit(void);
struct ipcx_block *ipcx_block_alloc(void);
struct ipcx_message *ipcx_block_make(struct ipcx_block *block, unsigned int i,
				     const void __user *from, size_t len);
int ipcx_block_unpack(const struct ipcx_message *msg, void __user *to, size_t len);
void ipcx_block_done(struct ipcx_block *block, unsigned int made);
void ipcx_block_put(struct ipcx_message *msg);
void ipcx_block_free_all(struct ipcx_message *first);

static inline struct ipcx_message *ipcx_block_message(struct ipcx_block *block, unsigned int i)
{
	return (struct ipcx_message *)(block->space + i * IPCX_BLOCK_STRIDE);
}

/* The message that is @n further on in the same block, if there is one */
static inline struct ipcx_message *ipcx_block_beside(struct ipcx_message *msg, int n)
{
	return (void *)msg + n * IPCX_BLOCK_STRIDE;
}

/* May all of the longest payload of a message in a block be in user space there? */
static __always_inline bool ipcx_block_is_user(u64 data)
{
	return data < TASK_SIZE_MAX - IPCX_SMALL_SIZE;
}

/*
 * Copies a payload in, where user space may be read: anywhere in it but at its very end. A CPU that
 * runs ahead of the check reads nothing else. Return: false if the payload cannot be read so
 */
static __always_inline bool ipcx_block_fill(struct ipcx_message *msg, u64 data, size_t len)
{
	unsigned long from = data, end = TASK_SIZE_MAX - IPCX_SMALL_SIZE;

	BUILD_BUG_ON(IPCX_SMALL_SIZE >= 2 * IPCX_COPY_BLOCK);
	if (!ipcx_block_is_user(data))
		return false;
	/* A constant, and one that is too long for an instruction */
	OPTIMIZER_HIDE_VAR(end);
	from = array_index_nospec(from, end);
	return ipcx_get_small(msg->data, (const void __user *)from, len);
}

#endif
