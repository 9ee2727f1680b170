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

#include "fdio.h"
#include "sendring.h"
#include "window.h"

/**
 * struct process_vm_state - one side
 * @ring: buffers of a sender
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

static enum channel_opened process_vm_open(struct channel *ch)
{
	struct process_vm_state *state = ch->state;

	if (process_vm_probe()) {
		if (errno == EPERM)
			return channel_says(ch, CHANNEL_UNAVAILABLE,
					    "one process may not read another's memory here");
		return channel_failed(ch, "process_vm_readv");
	}
	state->window.size = window_fit(ch->size);
	if (ch->flow != FLOW_ECHO)
		channel_fact(ch, "window", state->window.size);
	return pipe_pair(ch);
}

static int process_vm_enter(struct channel *ch)
{
	struct process_vm_state *state = ch->state;

	state->other = meet(ch);
	if (state->other < 0)
		return -1;
	/* Yama lets only parents in unasked; where there is no Yama, there is no such option. */
	prctl(PR_SET_PTRACER, (unsigned long)state->other, 0, 0, 0);
	return sendring_enter(ch, &state->ring,
			      ch->flow != FLOW_ECHO ? state->window.size : 1, 64);
}

static int process_vm_await_room(struct channel *ch, struct window *window)
{
	char allowance;
	ssize_t n;

	window->count++;
	if (!window_full(window))
		return 0;
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
	/* Now, as the next message is filled before it is committed. */
	return ch->flow != FLOW_ECHO ? process_vm_await_room(ch, &state->window) : 0;
}

static void *process_vm_receive(struct channel *ch)
{
	struct process_vm_state *state = ch->state;
	struct iovec local = { .iov_base = ch->rx, .iov_len = ch->size }, remote;
	ssize_t n;

	do
		n = read(ch->rfd, &remote, sizeof(remote));
	while (n < 0 && errno == EINTR);
	if (!n)
		errno = EPIPE;
	if (n != sizeof(remote))
		return NULL;
	n = process_vm_readv(state->other, &local, 1, &remote, 1, 0);
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	if (ch->flow != FLOW_ECHO && window_due(&state->window) && write(ch->wfd, "", 1) < 0)
		return NULL;
	return ch->rx;
}

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
	.exposed = true,
	.state_size = sizeof(struct process_vm_state),
	.open = process_vm_open,
	.enter = process_vm_enter,
	.commit = process_vm_commit,
	.receive = process_vm_receive,
};
