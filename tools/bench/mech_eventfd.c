// SPDX-License-Identifier: GPL-2.0-only
/*
 * eventfd, which carries a count and nothing else: the payload is in anonymous shared memory.
 *
 * Reading takes the whole count, so a side that lags makes one call for several messages. In a
 * round trip the strict alternation is the flow control, so free slots are not signalled.
 */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

/**
 * struct eventfd_state - the rings and what is known of them; each side its own copy
 * @shared: the rings
 * @filled: signals on messages to each side
 * @freed: signals on messages that each side has released
 * @ready: messages known to have come
 * @room: slots known to be free
 * @known: with batches, times known that slots have been freed
 */
struct eventfd_state {
	struct shared shared;
	int filled[SIDES];
	int freed[SIDES];
	uint64_t ready;
	uint64_t room;
	uint64_t known;
};

static const struct shared_bell eventfd_bell;

static enum channel_opened eventfd_open(struct channel *ch)
{
	struct eventfd_state *state = ch->state;
	size_t size;
	enum channel_opened result = shared_layout(ch, &size);
	void *map;

	if (result != CHANNEL_OPEN)
		return result;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return channel_failed(ch, "shared memory");
	ch->map = map;
	ch->map_size = size;
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = eventfd(0, EFD_CLOEXEC);
		ch->out[side] = eventfd(0, EFD_CLOEXEC);
		state->filled[side] = ch->in[side];
		state->freed[side] = ch->out[side];
		if (ch->in[side] < 0 || ch->out[side] < 0)
			return channel_failed(ch, "eventfd");
	}
	state->room = state->shared.slots;
	state->shared.bell = &eventfd_bell;
	return CHANNEL_OPEN;
}

/* Take one from @known, after reading more into it if there is none. */
static int eventfd_take(int fd, uint64_t *known)
{
	while (!*known)
		if (read(fd, known, sizeof(*known)) < 0 && errno != EINTR)
			return -1;
	--*known;
	return 0;
}

static int eventfd_signal(int fd)
{
	const uint64_t one = 1;

	return write(fd, &one, sizeof(one)) == sizeof(one) ? 0 : -1;
}

static void *eventfd_reserve(struct channel *ch)
{
	struct eventfd_state *state = ch->state;

	if (ch->flow != FLOW_ECHO && eventfd_take(state->freed[!ch->side], &state->room))
		return NULL;
	return shared_out(ch);
}

static int eventfd_commit(struct channel *ch, void *buf)
{
	struct eventfd_state *state = ch->state;

	(void)buf;	/* it is in its slot already */
	state->shared.sent++;
	return eventfd_signal(state->filled[!ch->side]);
}

static void *eventfd_receive(struct channel *ch)
{
	struct eventfd_state *state = ch->state;

	if (eventfd_take(state->filled[ch->side], &state->ready))
		return NULL;
	return shared_in(ch);
}

static int eventfd_release(struct channel *ch)
{
	struct eventfd_state *state = ch->state;

	state->shared.taken++;
	return ch->flow != FLOW_ECHO ? eventfd_signal(state->freed[ch->side]) : 0;
}

static int eventfd_ring(struct channel *ch, enum bench_side to, enum shared_what what)
{
	struct eventfd_state *state = ch->state;

	return eventfd_signal(what == SHARED_FILLED ? state->filled[to] : state->freed[to]);
}

static int eventfd_await(struct channel *ch, enum bench_side to, enum shared_what what,
			 uint32_t seen)
{
	struct eventfd_state *state = ch->state;

	(void)seen;	/* it has been signalled, or will be */
	return what == SHARED_FILLED ? eventfd_take(state->filled[to], &state->ready) :
				       eventfd_take(state->freed[to], &state->known);
}

static const struct shared_bell eventfd_bell = {
	.ring = eventfd_ring,
	.await = eventfd_await,
};

const struct mechanism mech_eventfd = {
	.name = "eventfd",
	.family = "shared memory",
	.about = "two eventfds, one each way, whose 8-byte counts signal messages in anonymous "
		 "shared memory, filled and checked in place",
	.flow = "an eventfd counts free slots (one way; a round trip needs none)",
	.copies = 0,
	.syscalls = 2,
	.boundaries = true,
	.in_place = true,
	.both_ends = true,
	.batching = &shared_batching,
	.sized = true,
	.state_size = sizeof(struct eventfd_state),
	.open = eventfd_open,
	.reserve = eventfd_reserve,
	.commit = eventfd_commit,
	.receive = eventfd_receive,
	.release = eventfd_release,
};
