/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for a descriptor, in the way that a cell asks for. */
#ifndef BENCH_WAIT_H
#define BENCH_WAIT_H

#include <poll.h>
#include <stdint.h>

#include "clock.h"
#include "mechanism.h"

/* How long an adaptive wait stays awake before it sleeps. */
#define WAIT_AWAKE_NS	50000

extern const char *const channel_wait_names[WAITS];

/** channel_wait_enter() - make this side's descriptors ready for the way it waits; -1 on failure */
int channel_wait_enter(struct channel *ch);

/**
 * channel_ready() - wait until @events may have come to pass
 * @ch: a channel that does not block
 * @events: POLLIN, for its rfd, or POLLOUT, for its wfd
 * @since: 0 at first; when this wait began, so that an adaptive one knows when to sleep
 *
 * Return: 0 to try again, -1 on failure.
 */
int channel_ready(struct channel *ch, short events, uint64_t *since);

/** channel_asks_first() - whether a side asks before it tries, as event loops do */
static inline bool channel_asks_first(const struct channel *ch)
{
	return ch->wait == WAIT_POLL || ch->wait == WAIT_EPOLL;
}

/** wait_relax() - a moment in a loop that waits for another CPU */
static inline void wait_relax(void)
{
#if __has_builtin(__builtin_ia32_pause)
	__builtin_ia32_pause();
#endif
}

/** wait_awake() - whether an adaptive wait is still to stay awake */
static inline bool wait_awake(uint64_t *since)
{
	uint64_t now = clock_now();

	if (!*since)
		*since = now;
	return now - *since < WAIT_AWAKE_NS;
}

#endif /* BENCH_WAIT_H */
