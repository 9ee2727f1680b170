// SPDX-License-Identifier: GPL-2.0-only
/* The list of mechanisms, and the life of a channel. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mechanism.h"
#include "uring.h"
#include "wait.h"

#define BENCH_MECHANISM(id)	extern const struct mechanism mech_##id;
#include "mechanisms.def"
#undef BENCH_MECHANISM

#define BENCH_MECHANISM(id)	&mech_##id,
const struct mechanism *const mechanisms[] = {
#include "mechanisms.def"
	NULL
};
#undef BENCH_MECHANISM

const struct mechanism *mechanism_find(const char *name, size_t len)
{
	for (const struct mechanism *const *m = mechanisms; *m; m++)
		if (strlen((*m)->name) == len && !memcmp((*m)->name, name, len))
			return *m;
	return NULL;
}

static unsigned char *channel_buffer(size_t size)
{
	size_t room = (CHANNEL_HEADROOM + size + 63) / 64 * 64;
	unsigned char *buf = aligned_alloc(64, room);

	if (!buf)
		return NULL;
	memset(buf, 0, room);
	return buf + CHANNEL_HEADROOM;
}

static int channel_buffers(struct channel *ch)
{
	size_t state_size = ch->mech->state_size;

	ch->tx = channel_buffer(ch->size);
	ch->rx = channel_buffer(ch->size);
	ch->state = calloc(1, state_size ? state_size : 1);
	return ch->tx && ch->rx && ch->state ? 0 : -1;
}

void channel_free(struct channel *ch)
{
	if (ch->tx)
		free(ch->tx - CHANNEL_HEADROOM);
	if (ch->rx)
		free(ch->rx - CHANNEL_HEADROOM);
	free(ch->state);
	free(ch->variant);
	ch->tx = NULL;
	ch->rx = NULL;
	ch->state = NULL;
	ch->variant = NULL;
}

/* Which batches, capacities and knobs a mechanism cannot have, whatever the machine */
static enum channel_opened channel_holds(struct channel *ch, const struct channel_use *use)
{
	const struct mechanism *mech = use->mech;
	const char *why = NULL;

	if (use->batch > 1 && !mech->batching)
		why = mech->answered ? "every message is answered before the next" :
		      mech->no_batch ? mech->no_batch :
		      "it has no system call for several messages";
	else if (use->batch > 1 && use->wait == WAIT_IO_URING)
		why = "batches by io_uring are those of the mechanism io-uring";
	else if (use->capacity && !mech->sized)
		why = mech->answered ? "it holds one message, whatever its size" :
		      mech->no_capacity ? mech->no_capacity : "what it holds cannot be chosen";
	else if (use->knob.which != KNOB_NONE && !mech->knobs)
		why = "it has no knobs";
	if (why)
		return channel_says(ch, CHANNEL_REFUSED, "%s", why);
	if (use->batch > CHANNEL_BATCH_BYTES / use->size)
		return channel_says(ch, CHANNEL_REFUSED, "a batch may be of at most %u bytes",
				    CHANNEL_BATCH_BYTES);
	if (use->capacity && mech->boundaries && use->size > use->capacity)
		return channel_says(ch, CHANNEL_REFUSED,
				    "a message must be whole, and it is to hold %zu bytes",
				    use->capacity);
	return CHANNEL_OPEN;
}

/* What is asked of a mechanism that it cannot do, whatever the machine. */
static enum channel_opened channel_able(struct channel *ch, const struct channel_use *use)
{
	const struct mechanism *mech = use->mech;
	unsigned int waits = mech->waits ? mech->waits : WAITS_BLOCK;

	if (!(waits & 1u << use->wait))
		return channel_says(ch, CHANNEL_REFUSED, "it cannot wait by %s",
				    channel_wait_names[use->wait]);
	if (use->threads && mech->processes)
		return channel_says(ch, CHANNEL_REFUSED, "it is between processes, not threads");
	if (use->several[SIDE_ORIGIN] > 1 && !mech->fan_in)
		return channel_says(ch, CHANNEL_REFUSED, "it has one sender");
	if (use->several[SIDE_PEER] > 1 && !mech->fan_out)
		return channel_says(ch, CHANNEL_REFUSED, "it has one receiver");
	if ((use->several[SIDE_ORIGIN] > 1 || use->several[SIDE_PEER] > 1) && mech->fan_size &&
	    use->size > mech->fan_size)
		return channel_says(ch, CHANNEL_REFUSED,
				    "several can exchange at most %zu without mixing messages",
				    mech->fan_size);
	return channel_holds(ch, use);
}

/* The mechanism as it is for batches, or for io_uring; others have their own operations. */
static int channel_vary(struct channel *ch)
{
	const struct batching *batching = ch->mech->batching;

	if (ch->batch == 1 && ch->wait != WAIT_IO_URING)
		return 0;
	ch->variant = malloc(sizeof(*ch->variant));
	if (!ch->variant)
		return -1;
	*ch->variant = *ch->mech;
	ch->mech = ch->variant;
	if (ch->batch == 1) {
		ch->variant->commit = uring_poll_commit;
		ch->variant->receive = uring_poll_receive;
		return 0;
	}
	ch->variant->in_place = true;	/* a batch is filled where it is sent from */
	if (batching->enter)
		ch->variant->enter = batching->enter;
	ch->variant->reserve = batching->reserve;
	ch->variant->commit = batching->commit;
	ch->variant->receive = batching->receive;
	ch->variant->release = batching->release;
	ch->variant->flush = batching->flush;
	return 0;
}

enum channel_opened channel_prepare(struct channel *ch, const struct channel_use *use)
{
	enum channel_opened able;

	*ch = (struct channel){
		.mech = use->mech,
		.flow = use->flow,
		.wait = use->wait,
		.threads = use->threads,
		.unnoted = use->unnoted,
		.size = use->size,
		.batch = use->batch ? use->batch : 1,
		.capacity = use->capacity,
		.knob = use->knob,
		.epfd = { -1, -1 },
	};
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = -1;
		ch->out[side] = -1;
	}
	able = channel_able(ch, use);
	if (able != CHANNEL_OPEN)
		return able;
	if (channel_buffers(ch) || channel_vary(ch))
		return channel_failed(ch, "buffers");
	return ch->wait == WAIT_IO_URING ? uring_available(ch) : CHANNEL_OPEN;
}

enum channel_opened channel_open(struct channel *ch)
{
	memset(ch->state, 0, ch->mech->state_size);
	ch->nfacts = 0;
	return ch->mech->open(ch);
}

int channel_share(struct channel *ch, const struct channel *other)
{
	*ch = *other;
	ch->variant = NULL;
	if (channel_buffers(ch)) {
		channel_free(ch);
		return -1;
	}
	memcpy(ch->state, other->state, ch->mech->state_size);
	return 0;
}

void channel_unshare(struct channel *ch)
{
	for (int i = 0; i < 2; i++)
		if (ch->epfd[i] >= 0)
			close(ch->epfd[i]);
	uring_drop(ch->uring);
	free(ch->bundle);
	channel_free(ch);
}

int channel_enter(struct channel *ch, enum bench_side side)
{
	int mine[] = { ch->in[side], ch->out[side] };
	int theirs[] = { ch->in[!side], ch->out[!side] };

	ch->side = side;
	ch->rfd = ch->in[side];
	ch->wfd = ch->out[side];
	for (int i = 0; i < 2 && !ch->mech->both_ends && !ch->threads; i++)
		if (theirs[i] >= 0 && theirs[i] != mine[0] && theirs[i] != mine[1] &&
		    (i == 0 || theirs[i] != theirs[0]))
			close(theirs[i]);
	if (channel_wait_enter(ch))
		return -1;
	return ch->mech->enter ? ch->mech->enter(ch) : 0;
}

void channel_close(struct channel *ch)
{
	if (ch->mech->destroy && ch->state)
		ch->mech->destroy(ch);
	for (int side = 0; side < SIDES; side++) {
		if (ch->in[side] >= 0)
			close(ch->in[side]);
		if (ch->out[side] >= 0 && ch->out[side] != ch->in[side])
			close(ch->out[side]);
		ch->in[side] = -1;
		ch->out[side] = -1;
	}
	if (ch->map)
		munmap(ch->map, ch->map_size);
	ch->map = NULL;
}

enum channel_opened channel_says(struct channel *ch, enum channel_opened result,
				 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ch->why, sizeof(ch->why), format, args);
	va_end(args);
	return result;
}

enum channel_opened channel_failed(struct channel *ch, const char *what)
{
	enum channel_opened result = CHANNEL_FAILED;

	if (errno == ENOSYS || errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT)
		result = CHANNEL_UNAVAILABLE;
	return channel_says(ch, result, "%s: %s", what, strerror(errno));
}

void channel_fact(struct channel *ch, const char *name, long long value)
{
	if (ch->nfacts < CHANNEL_FACTS)
		ch->facts[ch->nfacts++] = (struct channel_fact){ name, value };
}
