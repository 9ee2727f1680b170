/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Channels: a mailbox for short messages, and a region for long ones, which the receiver reads
 * where the sender has put them. One sender, one receiver.
 *
 * The mailbox is of the receiver, who makes it with IPCX_BIND_HANGUP. The region is of the sender,
 * who makes it, with no name, and passes it on with the first long message. What the sender has
 * lent is known to the sender alone, in memory of its own; the receiver gives slices back by a
 * number in the region. So:
 *
 * * a sender that dies leaves what it has sent; the region goes when the receiver closes
 * * a receiver that dies, wherever, is seen by the mailbox's hanging up: EPIPE, also to a sender
 *   that waits for a slice. Nothing that was lent is anybody's any more, and goes with the region
 * * another sender may come when one has gone (EPIPE), and all that it had sent was released
 * * a sender that writes nonsense is EBADMSG to the receiver; a receiver that does harms nobody but
 *   its own messages
 *
 * Who reads in place reads memory that the sender could still change: copy before you check, if you
 * do not trust it. A handle is for one thread at a time.
 */
#ifndef IPCX_CHANNEL_H
#define IPCX_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** IPCX_CHANNEL_SHORT - messages of up to so many bytes go through the mailbox */
#define IPCX_CHANNEL_SHORT	1024

/** IPCX_CHANNEL_SLICES - most long messages that are reserved, under way or read at a time */
#define IPCX_CHANNEL_SLICES	64

/** IPCX_CHANNEL_SIZE - bytes for long messages where the caller has given 0 */
#define IPCX_CHANNEL_SIZE	((size_t)8 << 20)

struct ipcx_channel;

/**
 * ipcx_channel_open() - one end of a channel
 * @name: of its mailbox
 * @oflag: O_RDONLY to receive: the mailbox is made, and must not be there yet (EEXIST). O_WRONLY to
 *	send: it must be there (ENOENT)
 * @size: sender: bytes for long messages, 0 for %IPCX_CHANNEL_SIZE
 *
 * Return: the end, or NULL with errno set.
 */
struct ipcx_channel *ipcx_channel_open(const char *name, int oflag, size_t size);

/**
 * ipcx_channel_on() - one end of a channel on a mailbox that is there already
 * @fd: an endpoint opened for either reading or writing, of a mailbox made with IPCX_BIND_HANGUP
 *	that takes messages of %IPCX_CHANNEL_SHORT; the channel's from now on
 * @size: as ipcx_channel_open()
 *
 * Return: the end, or NULL with errno set, @fd being open still.
 */
struct ipcx_channel *ipcx_channel_on(int fd, size_t size);

/** ipcx_channel_fd() - to poll: readable, or writable as far as short messages go */
int ipcx_channel_fd(const struct ipcx_channel *ch);

/**
 * ipcx_channel_send() - send a message
 * @ch: sender's end
 * @buf: message
 * @len: its length
 * @deadline: CLOCK_MONOTONIC nanoseconds, or 0 to wait for ever for room
 *
 * Return: 0, or -1: EMSGSIZE if it is longer than all that is there for long ones, EPIPE if the
 * receiver has gone, EIDRM if the mailbox has, ETIMEDOUT, EINTR.
 */
int ipcx_channel_send(struct ipcx_channel *ch, const void *buf, size_t len, uint64_t deadline);

/**
 * ipcx_channel_reserve() - where to write a message that is then sent without being copied
 * @ch: sender's end
 * @len: most that it will have
 * @deadline: as ipcx_channel_send()
 *
 * Return: the place, or NULL with errno as ipcx_channel_send().
 */
void *ipcx_channel_reserve(struct ipcx_channel *ch, size_t len, uint64_t deadline);

/**
 * ipcx_channel_commit() - send what was written to a place
 * @ch: sender's end
 * @place: reserved
 * @len: length, at most what was reserved
 * @deadline: as ipcx_channel_send()
 *
 * Return: 0, or -1 as ipcx_channel_send(); then the place is still reserved. EINVAL if it is not.
 */
int ipcx_channel_commit(struct ipcx_channel *ch, void *place, size_t len, uint64_t deadline);

/** ipcx_channel_cancel() - give up a place that was reserved; 0, or -1 with EINVAL */
int ipcx_channel_cancel(struct ipcx_channel *ch, void *place);

/**
 * ipcx_channel_receive() - receive a message
 * @ch: receiver's end
 * @data: set to where it is, until ipcx_channel_release()
 * @deadline: as ipcx_channel_send(), for a message to come
 *
 * Return: its length, or -1: EPIPE if the sender has gone and nothing is left, EIDRM, ETIMEDOUT,
 * EINTR; EBADMSG if the sender has sent nonsense, which is gone then.
 */
ssize_t ipcx_channel_receive(struct ipcx_channel *ch, const void **data, uint64_t deadline);

/** ipcx_channel_release() - done with a message; 0, or -1 with EINVAL if it is none */
int ipcx_channel_release(struct ipcx_channel *ch, const void *data);

/** ipcx_channel_close() - close an end, and free it; NULL is none */
void ipcx_channel_close(struct ipcx_channel *ch);

#ifdef __cplusplus
}
#endif

#endif /* IPCX_CHANNEL_H */
