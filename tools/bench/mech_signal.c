// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real-time signals, which are queued in order and carry eight bytes.
 *
 * A signal that comes before the process has blocked it would kill it, so a side tells what process
 * it is only when it has. How many can be queued is a limit of the user, and a sender that is over
 * it is not held back but fails: one way, there is a window, and the receiver allows half of it
 * more by a signal of its own.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fdio.h"
#include "window.h"

/**
 * struct signal_state - one side
 * @window: of one-way messages
 * @other: process of the other side
 * @set: the signal
 * @info: the next one to be sent
 */
struct signal_state {
	struct window window;
	pid_t other;
	sigset_t set;
	siginfo_t info;
};

static enum channel_opened signal_open(struct channel *ch)
{
	struct signal_state *state = ch->state;
	struct rlimit limit;

	if (ch->size > sizeof(union sigval))
		return channel_says(ch, CHANNEL_REFUSED, "a signal carries %zu bytes",
				    sizeof(union sigval));
	if (getrlimit(RLIMIT_SIGPENDING, &limit))
		return channel_failed(ch, "RLIMIT_SIGPENDING");
	channel_fact(ch, "rlimit_sigpending", (long long)limit.rlim_cur);
	state->window.size = window_fit(ch->size);
	/* Half of the limit, as allowances count, and what else this user has queued. */
	while (state->window.size > limit.rlim_cur / 2)
		state->window.size /= 2;
	if (state->window.size < 2)
		return channel_says(ch, CHANNEL_UNAVAILABLE, "RLIMIT_SIGPENDING is only %llu",
				    (unsigned long long)limit.rlim_cur);
	if (ch->flow != FLOW_ECHO)
		channel_fact(ch, "window", state->window.size);
	return pipe_pair(ch);
}

static int signal_enter(struct channel *ch)
{
	struct signal_state *state = ch->state;

	sigemptyset(&state->set);
	sigaddset(&state->set, SIGRTMIN);
	if (sigprocmask(SIG_BLOCK, &state->set, NULL))
		return -1;
	state->info.si_signo = SIGRTMIN;
	state->info.si_code = SI_QUEUE;
	state->info.si_pid = getpid();
	state->info.si_uid = getuid();
	state->other = meet(ch);
	return state->other < 0 ? -1 : 0;
}

/* As sigqueue() does, which asks for its own process and user every time. */
static int signal_send(struct signal_state *state)
{
	return (int)syscall(SYS_rt_sigqueueinfo, state->other, SIGRTMIN, &state->info);
}

static int signal_wait(struct signal_state *state, siginfo_t *info)
{
	do {
		if (sigwaitinfo(&state->set, info) < 0 && errno != EINTR)
			return -1;
	} while (info->si_code != SI_QUEUE || info->si_pid != state->other);
	return 0;
}

static int signal_commit(struct channel *ch, void *buf)
{
	struct signal_state *state = ch->state;
	siginfo_t allowance;

	if (ch->flow != FLOW_ECHO) {
		if (window_full(&state->window)) {
			if (signal_wait(state, &allowance))
				return -1;
			window_allowed(&state->window);
		}
		state->window.count++;
	}
	memcpy(&state->info.si_value, buf, ch->size);
	return signal_send(state);
}

static void *signal_receive(struct channel *ch)
{
	struct signal_state *state = ch->state;
	siginfo_t info;

	if (signal_wait(state, &info))
		return NULL;
	memcpy(ch->rx, &info.si_value, ch->size);
	ch->got = ch->size;
	if (ch->flow != FLOW_ECHO && window_due(&state->window) && signal_send(state))
		return NULL;
	return ch->rx;
}

const struct mechanism mech_signal = {
	.name = "signal",
	.family = "queue",
	.about = "queued real-time signals with a value, at most 8 bytes; sigqueue and sigwaitinfo",
	.flow = "none: the receiver allows half a window more by a signal, as measured",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.processes = true,
	.no_capacity = "signals are limited in number, by RLIMIT_SIGPENDING",
	.state_size = sizeof(struct signal_state),
	.open = signal_open,
	.enter = signal_enter,
	.commit = signal_commit,
	.receive = signal_receive,
};
