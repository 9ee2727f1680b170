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

enum channel_opened channel_open(struct channel *ch, const struct mechanism *mech,
				 enum bench_mode mode, size_t size)
{
	*ch = (struct channel){ .mech = mech, .mode = mode, .size = size };
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = -1;
		ch->out[side] = -1;
	}
	ch->tx = channel_buffer(size);
	ch->rx = channel_buffer(size);
	ch->state = calloc(1, mech->state_size ? mech->state_size : 1);
	if (!ch->tx || !ch->rx || !ch->state)
		return channel_failed(ch, "buffers");
	return mech->open(ch);
}

int channel_enter(struct channel *ch, enum bench_side side)
{
	int mine[] = { ch->in[side], ch->out[side] };
	int theirs[] = { ch->in[!side], ch->out[!side] };

	ch->side = side;
	ch->rfd = ch->in[side];
	ch->wfd = ch->out[side];
	for (int i = 0; i < 2 && !ch->mech->both_ends; i++)
		if (theirs[i] >= 0 && theirs[i] != mine[0] && theirs[i] != mine[1] &&
		    (i == 0 || theirs[i] != theirs[0]))
			close(theirs[i]);
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
	}
	if (ch->map)
		munmap(ch->map, ch->map_size);
	if (ch->tx)
		free(ch->tx - CHANNEL_HEADROOM);
	if (ch->rx)
		free(ch->rx - CHANNEL_HEADROOM);
	free(ch->state);
	ch->map = NULL;
	ch->tx = NULL;
	ch->rx = NULL;
	ch->state = NULL;
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
