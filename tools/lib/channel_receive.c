// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The receiver's end of a channel. What the mailbox brings is a copy, which nobody can change any
 * more; it is checked against the region as the kernel tells its size, and then believed.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"

static int refuse(int err)
{
	errno = err;
	return -1;
}

/* The first message of a sender brings its region. Of one who was there before, nothing is left. */
static int adopt(struct ipcx_channel *ch, int region)
{
	for (unsigned int i = 0; i < IPCX_CHANNEL_SLICES; i++) {
		if (ch->held[i].lease) {
			close(region);
			return refuse(EBADMSG);
		}
	}
	channel_unmap(ch);
	if (!channel_map(ch, region))
		return 0;
	close(region);
	return refuse(EBADMSG);
}

static ssize_t accept_slice(struct ipcx_channel *ch, const struct channel_slice *slice,
			    const void **data)
{
	struct channel_held *held;

	if (!ch->base || slice->region != ch->id || !slice->lease ||
	    slice->slot >= IPCX_CHANNEL_SLICES || slice->offset < CHANNEL_PAGE ||
	    slice->offset > ch->size || slice->len > ch->size - slice->offset ||
	    slice->len > SSIZE_MAX)
		return refuse(EBADMSG);
	held = &ch->held[slice->slot];
	if (held->lease)
		return refuse(EBADMSG);
	held->lease = slice->lease;
	held->offset = slice->offset;
	held->size = slice->len;
	*data = ch->base + slice->offset;
	return (ssize_t)slice->len;
}

static ssize_t accept_message(struct ipcx_channel *ch, const struct ipcx_msg *msg, int region,
			      const void **data)
{
	struct channel_short *message = ch->spare;
	struct channel_slice slice;

	if (msg->nfds && adopt(ch, region))
		return -1;
	if (msg->type == CHANNEL_IS_SHORT) {
		ch->spare = NULL;
		message->next = ch->shorts;
		ch->shorts = message;
		*data = message->data;
		return msg->len;
	}
	if (msg->type != CHANNEL_IS_SLICE || msg->len != sizeof(slice))
		return refuse(EBADMSG);
	memcpy(&slice, message->data, sizeof(slice));
	return accept_slice(ch, &slice, data);
}

ssize_t ipcx_channel_receive(struct ipcx_channel *ch, const void **data, uint64_t deadline)
{
	int region = -1;
	struct ipcx_recv recv = {
		.msg = { .len = IPCX_CHANNEL_SHORT, .fds = ipcx__ptr(&region), .nfds = 1 },
		.deadline = deadline,
	};

	if (!ch->spare)
		ch->spare = malloc(sizeof(*ch->spare));
	if (!ch->spare)
		return -1;
	recv.msg.data = ipcx__ptr(ch->spare->data);
	if (ipcx_recvmsg(ch->fd, &recv))
		return -1;
	return accept_message(ch, &recv.msg, region, data);
}

static void give_back(struct ipcx_channel *ch, unsigned int slot)
{
	struct channel_shared *shared = channel_shared(ch);

	/* All was read before; then look whether the sender waits, see lease(). */
	atomic_store(&shared->released[slot], ch->held[slot].lease);
	ch->held[slot].lease = 0;
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&shared->wanted))
		ipcx_region_notify(ch->region);
}

int ipcx_channel_release(struct ipcx_channel *ch, const void *data)
{
	struct channel_short **link = &ch->shorts, *message;

	for (unsigned int i = 0; i < IPCX_CHANNEL_SLICES && !ch->sends; i++) {
		if (ch->held[i].lease && ch->base + ch->held[i].offset == data) {
			give_back(ch, i);
			return 0;
		}
	}
	for (; (message = *link); link = &message->next) {
		if (message->data != data)
			continue;
		*link = message->next;
		free(ch->spare);
		ch->spare = message;
		return 0;
	}
	return refuse(EINVAL);
}
