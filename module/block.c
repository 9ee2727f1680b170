// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks: memory for the small messages of a batch, got and freed all at once. To get memory for
 * each costs as much as all the rest of sending it.
 */
#include <linux/pid.h>
#include <linux/slab.h>

#include "block.h"
#include "copy.h"

static struct kmem_cache *ipcx_blocks;

static struct ipcx_block *ipcx_block_of(const struct ipcx_message *msg)
{
	return (void *)msg - (msg->place - 1) * IPCX_BLOCK_STRIDE -
	       offsetof(struct ipcx_block, space);
}

static bool ipcx_block_has(const struct ipcx_block *block, const struct ipcx_message *msg)
{
	return (unsigned long)msg - (unsigned long)block < sizeof(*block);
}

static void ipcx_block_construct(void *object)
{
	struct ipcx_block *block = object;
	unsigned int i;

	for (i = 0; i < IPCX_BLOCK_MSGS; i++) {
		struct ipcx_message *msg = ipcx_block_message(block, i);

		ipcx_message_construct(msg, i + 1);
		/* None is in a batch. */
		msg->env.fds = NULL;
	}
}

int __init ipcx_block_init(void)
{
	/* All of it, as messages are looked into and copied from, wherever they are. */
	ipcx_blocks = kmem_cache_create_usercopy("ipcx_block", sizeof(struct ipcx_block), 0, 0, 0,
						 sizeof(struct ipcx_block), ipcx_block_construct);
	return ipcx_blocks ? 0 : -ENOMEM;
}

void ipcx_block_exit(void)
{
	kmem_cache_destroy(ipcx_blocks);
}

/* Memory for %IPCX_BLOCK_MSGS messages, or NULL; ipcx_block_done() must follow. */
struct ipcx_block *ipcx_block_alloc(void)
{
	return kmem_cache_alloc(ipcx_blocks, GFP_KERNEL_ACCOUNT);
}

/**
 * ipcx_block_make() - make a message
 * @block: its memory
 * @i: the how manieth it is there
 * @from: payload
 * @len: its length, at most %IPCX_SMALL_SIZE
 *
 * Return: the message, whose envelope has no more than the length, or -EFAULT.
 */
struct ipcx_message *ipcx_block_make(struct ipcx_block *block, unsigned int i,
				     const void __user *from, size_t len)
{
	struct ipcx_message *msg = ipcx_block_message(block, i);

	if (len && !ipcx_copy_in_inline(msg->data, from, len))
		return ERR_PTR(-EFAULT);
	msg->env.len = len;
	return msg;
}

/* ipcx_message_unpack() of a message that is in a block */
int ipcx_block_unpack(const struct ipcx_message *msg, void __user *to, size_t len)
{
	return !len || ipcx_copy_out_inline(msg->data, to, len) ? 0 : -EFAULT;
}

/**
 * ipcx_block_done() - all messages have been made
 * @block: block, which is freed with the last of them
 * @made: how many there are
 */
void ipcx_block_done(struct ipcx_block *block, unsigned int made)
{
	if (made)
		refcount_set(&block->left, made);
	else
		kmem_cache_free(ipcx_blocks, block);
}

static void ipcx_block_drop(struct ipcx_block *block, unsigned int count)
{
	if (refcount_sub_and_test(count, &block->left))
		kmem_cache_free(ipcx_blocks, block);
}

/* The message is free. */
void ipcx_block_put(struct ipcx_message *msg)
{
	ipcx_message_construct(msg, msg->place);
	ipcx_block_drop(ipcx_block_of(msg), 1);
}

/* As many messages of one sender have as many references to it. */
static void ipcx_block_put_pids(struct pid *pid, unsigned int count)
{
	if (count > 1)
		WARN_ON_ONCE(refcount_sub_and_test(count - 1, &pid->count));
	put_pid(pid);
}

/**
 * ipcx_block_free_all() - free many messages
 * @first: the first, in no queue, in a block or not; the others follow by &ipcx_message.next
 */
void ipcx_block_free_all(struct ipcx_message *first)
{
	unsigned int messages = 0, pids = 0;
	struct ipcx_block *block = NULL;
	struct ipcx_message *msg, *next;
	struct pid *pid = NULL;

	for (msg = first; msg; msg = next) {
		next = msg->next;
		if (msg->env.pid != pid) {
			ipcx_block_put_pids(pid, pids);
			pid = msg->env.pid;
			pids = 0;
		}
		pids++;
		if (!ipcx_block_has(block, msg)) {
			if (!msg->place) {
				ipcx_message_put(msg);
				continue;
			}
			if (messages)
				ipcx_block_drop(block, messages);
			block = ipcx_block_of(msg);
			messages = 0;
		}
		if (!ipcx_message_is_last(msg))
			continue;
		/* The rest is as it was constructed. */
		refcount_set(&msg->refs, 1);
		msg->caller = NULL;
		messages++;
	}
	ipcx_block_put_pids(pid, pids);
	if (messages)
		ipcx_block_drop(block, messages);
}
