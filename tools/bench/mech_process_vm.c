// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receiver copies a message from the memory of the sender, who tells it through a pipe where to
 * look.
 *
 * The sender must not fill that memory again before it has been copied. In a round trip the echo
 * proves that. One way, the sender takes turns with a window of buffers, and the receiver allows
 * half a window more by a byte through the other pipe.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"
#include "sendring.h"
#include "window.h"

/**
 * struct process_vm_state - one side
 * @ring: buffers of a sender; first, see sendring_batch_commit()
 * @window: of one-way messages
 * @other: process of the other side
 */
struct process_vm_state {
	struct sendring ring;
	struct window window;
	pid_t other;
};

/*
 * Whether a process may read another that is no stranger, as what forbids that is not to be known
 * in advance: the kernel's configuration, Yama, seccomp or another security module. The child goes
 * when its pipe is closed, so also if this process is killed.
 */
static int process_vm_try(void)
{
	char there = 1, here = 0;
	struct iovec local = { &here, 1 }, remote = { &there, 1 };
	int hold[2], err = 0;
	pid_t child;

	if (pipe(hold))
		return -1;
	child = fork();
	if (!child) {
		close(hold[1]);
		_exit(read(hold[0], &here, 1) != 0);
	}
	if (child < 0 || process_vm_readv(child, &local, 1, &remote, 1, 0) < 0)
		err = errno;
	close(hold[0]);
	close(hold[1]);
	if (child > 0)
		waitpid(child, NULL, 0);
	errno = err;
	return err ? -1 : 0;
}

/* Once is enough, and is no part of setting up a channel. */
static int process_vm_probe(void)
{
	static bool allowed;

	allowed = allowed || !process_vm_try();
	return allowed ? 0 : -1;
}

/* Batches must be half of a window, or no allowance could come between two of them. */
static enum channel_opened process_vm_window(struct channel *ch)
{
	struct process_vm_state *state = ch->state;
	unsigned int size = ch->capacity ? window_hold(ch->capacity, ch->size) :
					   window_fit(ch->size);

	while (!ch->capacity && size < 2 * ch->batch)
		size *= 2;
	if (size < 2 * ch->batch)
		return channel_says(ch, CHANNEL_REFUSED,
				    "it needs buffers for %u messages, and that is room for %u",
				    2 * ch->batch, size);
	state->window.size = size;
	channel_fact(ch, "window", size);
	return CHANNEL_OPEN;
}

static enum channel_opened process_vm_open(struct channel *ch)
{
	enum channel_opened result = CHANNEL_OPEN;

	if (process_vm_probe()) {
		if (errno == EPERM)
			return channel_says(ch, CHANNEL_UNAVAILABLE,
					    "one process may not read another's memory here");
		return channel_failed(ch, "process_vm_readv");
	}
	if (ch->flow != FLOW_ECHO)
		result = process_vm_window(ch);
	else if (ch->capacity)
		result = channel_says(ch, CHANNEL_REFUSED, "a round trip has but one buffer");
	return result == CHANNEL_OPEN ? pipe_pair(ch) : result;
}

static int process_vm_enter(struct channel *ch)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct process_vm_state *state = ch->state;

	state->other = meet(ch);
	if (state->other < 0)
		return -1;
	/* Yama lets only parents in unasked; where there is no Yama, there is no such option. */
	prctl(PR_SET_PTRACER, (unsigned long)state->other, 0, 0, 0);
	/* An echo is sent from where it was received, so that begins on a page like the ring. */
	ch->rx = aligned_alloc(page, (ch->size + page - 1) / page * page);
	return ch->rx ? sendring_enter(ch, &state->ring,
				       ch->flow != FLOW_ECHO ? state->window.size : 1, 64) : -1;
}

/* Wait for an allowance. */
static int process_vm_await_room(struct channel *ch, struct window *window)
{
	char allowance;
	ssize_t n;

	do
		n = read(ch->rfd, &allowance, 1);
	while (n < 0 && errno == EINTR);
	if (!n)
		errno = EPIPE;
	if (n != 1)
		return -1;
	window_allowed(window);
	return 0;
}

static int process_vm_commit(struct channel *ch, void *buf)
{
	struct process_vm_state *state = ch->state;
	struct iovec message = { .iov_base = buf, .iov_len = ch->size };

	if (write(ch->wfd, &message, sizeof(message)) < 0)
		return -1;
	sendring_turn(ch, &state->ring);
	if (ch->flow == FLOW_ECHO)
		return 0;
	state->window.count++;
	/* Now, as the next message is filled before it is committed. */
	return window_full(&state->window) ? process_vm_await_room(ch, &state->window) : 0;
}

/* Read at most @n places of messages; how many there were, or -1. */
static int process_vm_places(struct channel *ch, struct iovec *remote, unsigned int n)
{
	ssize_t got;

	do
		got = read(ch->rfd, remote, n * sizeof(*remote));
	while (got < 0 && errno == EINTR);
	if (got > 0 && got % (ssize_t)sizeof(*remote) == 0)
		return (int)(got / (ssize_t)sizeof(*remote));
	if (got >= 0)
		errno = EPIPE;
	return -1;
}

/* A message has been copied: allow half a window more if that many have been. */
static int process_vm_allow(struct channel *ch)
{
	struct process_vm_state *state = ch->state;

	return window_due(&state->window) && write(ch->wfd, "", 1) < 0 ? -1 : 0;
}

static void *process_vm_receive(struct channel *ch)
{
	struct process_vm_state *state = ch->state;
	struct iovec local = { .iov_base = ch->rx, .iov_len = ch->size }, remote;
	ssize_t n;

	if (process_vm_places(ch, &remote, 1) < 0)
		return NULL;
	n = process_vm_readv(state->other, &local, 1, &remote, 1, 0);
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	return ch->flow != FLOW_ECHO && process_vm_allow(ch) ? NULL : ch->rx;
}

static int process_vm_batch_enter(struct channel *ch)
{
	return process_vm_enter(ch) || bundle_stream_enter(ch) ? -1 : 0;
}

/* One way only. There must be room for all of the next batch, as it is filled before it is sent. */
static int process_vm_batch_flush(struct channel *ch)
{
	struct process_vm_state *state = ch->state;
	struct window *window = &state->window;
	struct bundle *b = ch->bundle;

	if (b->filled && write(ch->wfd, bundle_vectors(b->sent),
			       b->filled * sizeof(struct iovec)) < 0)
		return -1;
	window->count += b->filled;
	b->filled = 0;
	while (window->count + ch->batch > window->size)
		if (process_vm_await_room(ch, window))
			return -1;
	return 0;
}

static int process_vm_batch_fetch(struct channel *ch)
{
	struct process_vm_state *state = ch->state;
	struct bundle *b = ch->bundle;
	struct iovec *remote = bundle_vectors(b->taken), local = { .iov_base = b->in };
	int places = process_vm_places(ch, remote, ch->batch);
	ssize_t n;

	if (places < 0)
		return -1;
	local.iov_len = (size_t)places * ch->size;
	n = process_vm_readv(state->other, &local, 1, remote, (unsigned long)places, 0);
	if (n >= 0 && (size_t)n != local.iov_len)
		errno = EMSGSIZE;
	if (n < 0 || (size_t)n != local.iov_len)
		return -1;
	b->have = (unsigned int)places;
	b->next = 0;
	ch->fetches++;
	for (int i = 0; i < places; i++)
		if (process_vm_allow(ch))
			return -1;
	return 0;
}

static void *process_vm_batch_receive(struct channel *ch)
{
	struct bundle *b = ch->bundle;

	if (b->next == b->have && process_vm_batch_fetch(ch))
		return NULL;
	ch->got = ch->size;
	return b->in + b->next++ * ch->size;
}

static const struct batching process_vm_batching = {
	.enter = process_vm_batch_enter,
	.reserve = sendring_batch_reserve,
	.commit = sendring_batch_commit,
	.receive = process_vm_batch_receive,
	.release = bundle_release,
	.flush = process_vm_batch_flush,
};

const struct mechanism mech_process_vm = {
	.name = "process-vm",
	.family = "other",
	.about = "process_vm_readv from the sender's memory; two pipes tell where, by write and "
		 "read",
	.flow = "the receiver allows half a window more by a byte through the other pipe",
	.copies = 1,
	.syscalls = 3,
	.boundaries = true,
	.processes = true,
	.batching = &process_vm_batching,
	.sized = true,
	.exposed = true,
	.state_size = sizeof(struct process_vm_state),
	.open = process_vm_open,
	.enter = process_vm_enter,
	.commit = process_vm_commit,
	.receive = process_vm_receive,
};
