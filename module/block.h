/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BLOCK_H
#define _IPCX_BLOCK_H

#include <linux/sizes.h>
#include <linux/types.h>

#include "message.h"

struct ipcx_block;

/* Messages of a block, all small */
#define IPCX_BLOCK_MSGS		16

/* A message and its payload, in a block */
#define IPCX_BLOCK_STRIDE	((SZ_4K - 2 * sizeof(void *)) / IPCX_BLOCK_MSGS & ~7UL)

/* Longest payload of a message in a block */
#define IPCX_SMALL_SIZE		(IPCX_BLOCK_STRIDE - sizeof(struct ipcx_message))

int ipcx_block_init(void);
void ipcx_block_exit(void);
struct ipcx_block *ipcx_block_alloc(void);
struct ipcx_message *ipcx_block_make(struct ipcx_block *block, unsigned int i,
				     const void __user *from, size_t len);
int ipcx_block_unpack(const struct ipcx_message *msg, void __user *to, size_t len);
void ipcx_block_done(struct ipcx_block *block, unsigned int made);
void ipcx_block_put(struct ipcx_message *msg);
void ipcx_block_free_all(struct ipcx_message *first);

#endif
