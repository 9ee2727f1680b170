// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The sender's end of a channel. Which slices are lent, only its own memory says: of what the
 * receiver writes, one number is read, and means no more than that a lease is over.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"

static int refuse(int err)
{
	errno = err;
	return -1;
}

/* Take back what the receiver has released; true if there was anything. */
static bool collect(struct ipcx_channel *ch)
{
	struct channel_shared *shared = channel_shared(ch);
	bool any = false;

	for (unsigned int i = 0; i < IPCX_CHANNEL_SLICES; i++) {
		struct channel_held *held = &ch->held[i];

		if (!held->lease || held->reserved)
			continue;
		/* Pairs with the release of it: the receiver has read all that it wanted. */
		if (atomic_load_explicit(&shared->released[i], memory_order_acquire) ==
		    held->lease) {
			held->lease = 0;
			any = true;
		}
	}
	return any;
}

/* The slice that is in the way of @size bytes at @offset, or NULL */
static const struct channel_held *in_the_way(const struct ipcx_channel *ch, uint64_t offset,
					     uint64_t size)
{
	for (unsigned int i = 0; i < IPCX_CHANNEL_SLICES; i++) {
		const struct channel_held *held = &ch->held[i];

		if (held->lease && held->offset < offset + size &&
		    offset < held->offset + held->size)
			return held;
	}
	return NULL;
}

/* The first place that is free, so that few pages are used again and again; or NULL */
static struct channel_held *take(struct ipcx_channel *ch, uint64_t size)
{
	const struct channel_held *other;
	struct channel_held *held = ch->held;
	uint64_t offset = CHANNEL_PAGE;

	while (held->lease)
		if (++held == ch->held + IPCX_CHANNEL_SLICES)
			return NULL;
	/* Each turn steps over a slice, so there are no more of them than slices. */
	while (offset + size <= ch->size) {
		other = in_the_way(ch, offset, size);
		if (!other) {
			*held = (struct channel_held) {
				.lease = ++ch->lease,
				.offset = offset,
				.size = size,
				.reserved = true,
			};
			return held;
		}
		offset = other->offset + other->size;
	}
	return NULL;
}

/* Wait until the receiver has released something, or has gone. */
static int await_release(struct ipcx_channel *ch, uint64_t deadline)
{
	struct pollfd fds[2] = { { .fd = ch->region, .events = POLLIN }, { .fd = ch->fd } };
	uint64_t now = ipcx_deadline(0), left = deadline > now ? deadline - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(left / 1000000000),
		.tv_nsec = (long)(left % 1000000000),
	};
	int n = ppoll(fds, 2, deadline ? &timeout : NULL, NULL);

	if (n < 0)
		return -1;
	if (!n)
		return refuse(ETIMEDOUT);
	if (fds[1].revents)
		return refuse(fds[1].revents & POLLHUP ? EIDRM : EPIPE);
	return 0;
}

/* As take(), having waited. */
static struct channel_held *lease(struct ipcx_channel *ch, uint64_t size, uint64_t deadline)
{
	struct channel_shared *shared = channel_shared(ch);
	struct channel_held *held;

	collect(ch);
	held = take(ch, size);
	while (!held) {
		/* What was told up to now is heard, so that only what comes wakes us. */
		ch->seen = 0;
		if (ipcx_region_wait(ch->region, &ch->seen, IPCX_NO_DEADLINE))
			return NULL;
		/*
		 * We say that we want some, then look; the receiver releases, then looks whether
		 * we do. All sequentially consistent, so one of us sees the other.
		 */
		atomic_store(&shared->wanted, 1);
		atomic_thread_fence(memory_order_seq_cst);
		if (!collect(ch) && await_release(ch, deadline))
			break;
		collect(ch);
		held = take(ch, size);
	}
	atomic_store_explicit(&shared->wanted, 0, memory_order_relaxed);
	return held;
}

void *ipcx_channel_reserve(struct ipcx_channel *ch, size_t len, uint64_t deadline)
{
	struct channel_held *held;
	uint64_t size;

	if (!ch->sends) {
		errno = EBADF;
		return NULL;
	}
	if (len > ch->size - CHANNEL_PAGE) {
		errno = EMSGSIZE;
		return NULL;
	}
	size = ((uint64_t)len + CHANNEL_PAGE - 1) / CHANNEL_PAGE * CHANNEL_PAGE;
	held = lease(ch, size ? size : CHANNEL_PAGE, deadline);
	return held ? ch->base + held->offset : NULL;
}

static struct channel_held *reserved_at(struct ipcx_channel *ch, const void *place)
{
	for (unsigned int i = 0; i < IPCX_CHANNEL_SLICES; i++) {
		struct channel_held *held = &ch->held[i];

		if (held->lease && held->reserved && ch->base + held->offset == place)
			return held;
	}
	return NULL;
}

/* With the first goes the region: an endpoint of its own, so that only the memory is shared. */
static int send_slice(struct ipcx_channel *ch, struct ipcx_send *send)
{
	int region, ret, err;

	if (ch->passed)
		return ipcx_sendmsg(ch->fd, send);
	region = ipcx_reopen(ch->region, O_RDWR);
	if (region < 0)
		return -1;
	send->msg.fds = ipcx__ptr(&region);
	send->msg.nfds = 1;
	ret = ipcx_sendmsg(ch->fd, send);
	err = errno;
	close(region);
	errno = err;
	ch->passed = !ret;
	return ret;
}

int ipcx_channel_commit(struct ipcx_channel *ch, void *place, size_t len, uint64_t deadline)
{
	struct channel_held *held = reserved_at(ch, place);
	struct channel_slice slice;
	struct ipcx_send send = {
		.msg = {
			.data = ipcx__ptr(&slice),
			.len = sizeof(slice),
			.type = CHANNEL_IS_SLICE,
		},
		.deadline = deadline,
		.flags = IPCX_NOSIGNAL,
	};

	if (!held || len > held->size)
		return refuse(EINVAL);
	slice = (struct channel_slice) {
		.region = ch->id,
		.lease = held->lease,
		.offset = held->offset,
		.len = len,
		.slot = (uint32_t)(held - ch->held),
	};
	if (send_slice(ch, &send))
		return -1;
	held->reserved = false;
	return 0;
}

int ipcx_channel_cancel(struct ipcx_channel *ch, void *place)
{
	struct channel_held *held = reserved_at(ch, place);

	if (!held)
		return refuse(EINVAL);
	held->lease = 0;
	return 0;
}

static int send_short(struct ipcx_channel *ch, const void *buf, size_t len, uint64_t deadline)
{
	const struct ipcx_send send = {
		.msg = { .data = ipcx__ptr(buf), .len = (__u32)len, .type = CHANNEL_IS_SHORT },
		.deadline = deadline,
		.flags = IPCX_NOSIGNAL,
	};

	return ipcx_sendmsg(ch->fd, &send);
}

int ipcx_channel_send(struct ipcx_channel *ch, const void *buf, size_t len, uint64_t deadline)
{
	void *place;
	int err;

	if (len <= IPCX_CHANNEL_SHORT)
		return send_short(ch, buf, len, deadline);
	place = ipcx_channel_reserve(ch, len, deadline);
	if (!place)
		return -1;
	memcpy(place, buf, len);
	if (!ipcx_channel_commit(ch, place, len, deadline))
		return 0;
	err = errno;
	ipcx_channel_cancel(ch, place);
	return refuse(err);
}
