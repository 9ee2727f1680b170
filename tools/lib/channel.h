/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What both ends of a channel know. Nothing here leaves the library.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "internal.h"
#include "ipcx_channel.h"

/* Types of messages in the mailbox */
#define CHANNEL_IS_SHORT	1
#define CHANNEL_IS_SLICE	2

#define CHANNEL_PAGE		4096u

/**
 * struct channel_shared - the beginning of a channel's region
 * @wanted: the sender waits for a slice, or is about to: tell it
 * @released: of each slice, the number of the lease that the receiver has given back last
 */
struct channel_shared {
	_Atomic uint32_t wanted;
	_Atomic uint64_t released[IPCX_CHANNEL_SLICES];
};

_Static_assert(sizeof(struct channel_shared) <= CHANNEL_PAGE, "it has a page");

/**
 * struct channel_slice - what the mailbox carries of a long message
 * @region: id of its region
 * @lease: number of the lease, never used again
 * @offset: where it is
 * @len: its length
 * @slot: which of %IPCX_CHANNEL_SLICES
 * @pad: 0
 */
struct channel_slice {
	uint64_t region;
	uint64_t lease;
	uint64_t offset;
	uint64_t len;
	uint32_t slot;
	uint32_t pad;
};

/**
 * struct channel_held - a slice, as one end has it in memory of its own
 * @lease: number of its lease, 0 if there is none
 * @offset: where it begins
 * @size: sender: whole pages; receiver: the message's length
 * @reserved: sender: it is not sent yet
 */
struct channel_held {
	uint64_t lease;
	uint64_t offset;
	uint64_t size;
	bool reserved;
};

/* A short message that was received */
struct channel_short {
	struct channel_short *next;
	char data[IPCX_CHANNEL_SHORT];
};

/**
 * struct ipcx_channel - one end
 * @fd: endpoint of the mailbox
 * @sends: it is the sender's
 * @passed: sender: the receiver has the region
 * @region: endpoint of the region, or -1
 * @id: of the region
 * @base: the region, or NULL
 * @size: its bytes
 * @lease: sender: number of the last lease
 * @seen: sender: of the region's notices
 * @held: slices
 * @shorts: receiver: short messages in use
 * @spare: receiver: one that is not
 */
struct ipcx_channel {
	int fd;
	bool sends;
	bool passed;
	int region;
	uint64_t id;
	char *base;
	uint64_t size;
	uint64_t lease;
	uint64_t seen;
	struct channel_held held[IPCX_CHANNEL_SLICES];
	struct channel_short *shorts;
	struct channel_short *spare;
};

static inline struct channel_shared *channel_shared(const struct ipcx_channel *ch)
{
	return (struct channel_shared *)ch->base;
}

int channel_map(struct ipcx_channel *ch, int region);
void channel_unmap(struct ipcx_channel *ch);

#endif /* CHANNEL_H */
