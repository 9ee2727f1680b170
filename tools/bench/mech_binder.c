// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binder transactions: the peer is the context manager, which the origin calls. The kernel copies a
 * message into a buffer that the receiver has mapped, and the receiver looks at it there.
 *
 * One way, every message is a transaction with an empty reply, so there is only one on the way at a
 * time. Calling takes one system call. Replying and receiving the next takes two, as the first of
 * them returns when the reply is on its way: three a round trip.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/android/binder.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fdio.h"

#define BINDER_DEVICE		"/dev/binder"
#define BINDER_BUFFER		(4u << 20)	/* more is not mapped, whatever is asked for */

/*
 * The next request can come before the buffer of the last one is free, so there must be room for
 * both.
 */
#define BINDER_MAX_SIZE		(BINDER_BUFFER / 2)

/**
 * struct binder_state - one side
 * @fd: the device, opened by this process: it maps for nobody else
 * @taken: the message received last
 * @holds: whether @taken is to be freed
 * @owes: peer: whether @taken is to be replied to
 * @message: what to call or reply with
 * @out_size: bytes in @out
 * @out: commands for the next system call
 */
struct binder_state {
	int fd;
	struct binder_transaction_data taken;
	bool holds;
	bool owes;
	void *message;
	size_t out_size;
	unsigned char out[256];
};

/*
 * There is one context manager, and one that has ended goes a little later: that of the last round
 * may be there still.
 */
static int binder_manage(int fd)
{
	for (long ms = 1; ioctl(fd, BINDER_SET_CONTEXT_MGR, 0); ms *= 2) {
		struct timespec pause = { .tv_nsec = ms * 1000000 };

		if (errno != EBUSY || ms > 256)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static enum channel_opened binder_probe(struct channel *ch, int fd)
{
	struct binder_version version;

	if (fd < 0 && errno == ENOENT)
		return channel_says(ch, CHANNEL_UNAVAILABLE, "there is no " BINDER_DEVICE);
	if (fd < 0)
		return channel_says(ch, CHANNEL_UNAVAILABLE, BINDER_DEVICE ": %s", strerror(errno));
	if (ioctl(fd, BINDER_VERSION, &version))
		return channel_failed(ch, "BINDER_VERSION");
	if (version.protocol_version != BINDER_CURRENT_PROTOCOL_VERSION)
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    BINDER_DEVICE " speaks version %d of the protocol",
				    version.protocol_version);
	if (!binder_manage(fd))
		return CHANNEL_OPEN;
	if (errno == EBUSY)
		return channel_says(ch, CHANNEL_UNAVAILABLE,
				    BINDER_DEVICE " has a context manager already");
	return channel_says(ch, CHANNEL_UNAVAILABLE, "becoming context manager: %s",
			    strerror(errno));
}

static enum channel_opened binder_open(struct channel *ch)
{
	int fd = open(BINDER_DEVICE, O_RDWR | O_CLOEXEC);
	enum channel_opened result = binder_probe(ch, fd);

	if (fd >= 0)
		close(fd);
	if (result != CHANNEL_OPEN)
		return result;
	channel_fact(ch, "buffer", BINDER_BUFFER);
	if (ch->size > BINDER_MAX_SIZE)
		return channel_says(ch, CHANNEL_REFUSED,
				    "a buffer of %u must have room for two messages",
				    BINDER_BUFFER);
	return pipe_pair(ch);
}

static void binder_put(struct binder_state *state, uint32_t command, const void *arg)
{
	memcpy(state->out + state->out_size, &command, sizeof(command));
	state->out_size += sizeof(command);
	memcpy(state->out + state->out_size, arg, _IOC_SIZE(command));
	state->out_size += _IOC_SIZE(command);
}

static int binder_enter(struct channel *ch)
{
	struct binder_state *state = ch->state;

	state->fd = open(BINDER_DEVICE, O_RDWR | O_CLOEXEC);
	if (state->fd < 0 || mmap(NULL, BINDER_BUFFER, PROT_READ, MAP_PRIVATE | MAP_NORESERVE,
				  state->fd, 0) == MAP_FAILED)
		return -1;
	if (ch->side == SIDE_PEER) {
		if (binder_manage(state->fd))
			return -1;
		binder_put(state, BC_ENTER_LOOPER, "");
	}
	return meet(ch) < 0 ? -1 : 0;
}

static void binder_put_message(struct binder_state *state, uint32_t command, void *buf, size_t size)
{
	/* Handle 0 is the context manager. */
	struct binder_transaction_data message = {
		.data_size = size,
		.data.ptr.buffer = (uintptr_t)buf,
	};

	binder_put(state, command, &message);
}

static void binder_put_free(struct binder_state *state)
{
	if (state->holds)
		binder_put(state, BC_FREE_BUFFER, &state->taken.data.ptr.buffer);
	state->holds = false;
}

/* Look for @wanted among what was read: 1 if it is there, 0 if not, or -1. */
static int binder_find(struct binder_state *state, const unsigned char *in, size_t size,
		       uint32_t wanted)
{
	uint32_t what;
	int found = 0;

	for (size_t at = 0; at + sizeof(what) <= size; at += _IOC_SIZE(what)) {
		memcpy(&what, in + at, sizeof(what));
		at += sizeof(what);
		if (what == BR_DEAD_REPLY || what == BR_FAILED_REPLY || what == BR_ERROR) {
			errno = what == BR_DEAD_REPLY ? EPIPE : EIO;
			return -1;
		}
		if (what != wanted)
			continue;
		found = 1;
		if (_IOC_SIZE(what) == sizeof(state->taken)) {
			memcpy(&state->taken, in + at, sizeof(state->taken));
			state->holds = true;
		}
	}
	return found;
}

/* Carry out the commands, and wait for @wanted. */
static int binder_talk(struct binder_state *state, uint32_t wanted)
{
	unsigned char in[256];
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)state->out,
		.write_size = state->out_size,
		.read_buffer = (uintptr_t)in,
		.read_size = sizeof(in),
	};
	int found = 0;

	while (!found) {
		bwr.read_consumed = 0;
		if (!ioctl(state->fd, BINDER_WRITE_READ, &bwr))
			found = binder_find(state, in, bwr.read_consumed, wanted);
		else if (errno != EINTR)
			return -1;
	}
	state->out_size = 0;
	return found < 0 ? -1 : 0;
}

static int binder_call(struct channel *ch)
{
	struct binder_state *state = ch->state;

	binder_put_free(state);
	binder_put_message(state, BC_TRANSACTION, state->message, ch->size);
	return binder_talk(state, BR_REPLY);
}

/* An echo is copied from the buffer of the request, which is free only then. */
static void binder_put_reply(struct channel *ch)
{
	struct binder_state *state = ch->state;

	if (state->owes)
		binder_put_message(state, BC_REPLY, state->message,
				   ch->flow == FLOW_ECHO ? ch->size : 0);
	binder_put_free(state);
	state->owes = false;
}

static int binder_commit(struct channel *ch, void *buf)
{
	struct binder_state *state = ch->state;

	state->message = buf;
	return ch->flow != FLOW_ECHO ? binder_call(ch) : 0;
}

static void *binder_receive(struct channel *ch)
{
	struct binder_state *state = ch->state;
	int ret;

	if (ch->side == SIDE_ORIGIN) {
		ret = binder_call(ch);
	} else {
		binder_put_reply(ch);
		ret = binder_talk(state, BR_TRANSACTION);
		state->owes = !ret;
	}
	if (ret)
		return NULL;
	ch->got = state->taken.data_size;
	return (void *)(uintptr_t)state->taken.data.ptr.buffer;
}

/* The peer owes the reply to its last request. */
static int binder_flush(struct channel *ch)
{
	struct binder_state *state = ch->state;

	if (!state->owes)
		return 0;
	binder_put_reply(ch);
	return binder_talk(state, BR_TRANSACTION_COMPLETE);
}

const struct mechanism mech_binder = {
	.name = "binder",
	.family = "other",
	.about = "Binder transactions to a context manager, one ioctl to call, two to reply and "
		 "receive; one way: empty replies",
	.flow = "one transaction at a time",
	.copies = 1,
	.syscalls = 1.5,
	.boundaries = true,
	.answered = true,
	.processes = true,
	.state_size = sizeof(struct binder_state),
	.open = binder_open,
	.enter = binder_enter,
	.commit = binder_commit,
	.receive = binder_receive,
	.flush = binder_flush,
};
