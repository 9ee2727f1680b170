// SPDX-License-Identifier: GPL-2.0-only
/* What the mechanisms have in common that are rings of libipcx. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ring.h"
#include "window.h"

#define RING_RECORD(size)	(((size) + 16 + 15) / 16 * 16)

/* As many messages as other rings hold, and two batches; or what was asked for */
static size_t ring_capacity(const struct channel *ch)
{
	size_t record = RING_RECORD(ch->size), capacity = IPCX_RING_MIN, wanted;

	if (ch->capacity) {
		while (2 * capacity <= ch->capacity)
			capacity *= 2;
		return capacity;
	}
	wanted = record * window_fit(record);
	if (wanted < 4 * record * ch->batch)
		wanted = 4 * record * ch->batch;
	while (capacity < wanted)
		capacity *= 2;
	return capacity;
}

static void *ring_memory(struct channel *ch, size_t size)
{
	int fd = memfd_create("ipcx-bench", MFD_CLOEXEC);
	void *map = MAP_FAILED;

	if (fd < 0)
		return map;
	if (!ftruncate(fd, (off_t)size))
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED) {
		ch->map = map;
		ch->map_size = size;
	}
	return map;
}

enum channel_opened ring_open(struct channel *ch, enum ipcx_ring_kind kind)
{
	struct ipcx_ring_config config = { .capacity = ring_capacity(ch), .kind = kind };
	struct ring *ring = ch->state;
	size_t most = config.capacity / 2 / RING_RECORD(ch->size);

	ring->bytes = ipcx_ring_size(config.capacity);
	if (!ring->bytes || !most || (ch->capacity && ch->capacity < config.capacity))
		return channel_says(ch, CHANNEL_REFUSED,
				    "a ring holds 256 bytes to 1 GiB, and a message is at most half of it");
	if (ch->batch > most || (kind == IPCX_RING_MPMC && ch->batch > IPCX_RING_BATCH))
		return channel_says(ch, CHANNEL_REFUSED, "a batch here is of at most %zu messages",
				    kind == IPCX_RING_MPMC && most > IPCX_RING_BATCH ?
				    (size_t)IPCX_RING_BATCH : most);
	if (ring_memory(ch, SIDES * ring->bytes) == MAP_FAILED)
		return channel_failed(ch, "memfd");
	for (int side = 0; side < SIDES; side++)
		if (ipcx_ring_init((char *)ch->map + (size_t)side * ring->bytes, ring->bytes,
				   &config))
			return channel_failed(ch, "ring");
	channel_fact(ch, "ring_capacity", (long long)config.capacity);
	return CHANNEL_OPEN;
}

int ring_enter(struct channel *ch)
{
	static const unsigned int waits[WAITS] = {
		[WAIT_BLOCK] = IPCX_RING_SLEEP,
		[WAIT_SPIN] = IPCX_RING_SPIN,
		[WAIT_ADAPTIVE] = IPCX_RING_ADAPTIVE,
	};
	struct ring *ring = ch->state;
	char *mine = (char *)ch->map + (size_t)ch->side * ring->bytes;
	char *theirs = (char *)ch->map + (size_t)!ch->side * ring->bytes;

	if (ipcx_ring_attach(&ring->rx, mine, ring->bytes, IPCX_RING_RECEIVER) < 0 ||
	    ipcx_ring_attach(&ring->tx, theirs, ring->bytes, IPCX_RING_SENDER) < 0)
		return -1;
	ipcx_ring_waits(&ring->rx, waits[ch->wait]);
	ipcx_ring_waits(&ring->tx, waits[ch->wait]);
	return 0;
}

void *ring_reserve(struct channel *ch)
{
	struct ring *ring = ch->state;
	void *at;

	do
		at = ipcx_ring_reserve(&ring->tx, ch->size, IPCX_NO_DEADLINE);
	while (!at && errno == EINTR);
	return at;
}

int ring_commit(struct channel *ch, void *buf)
{
	struct ring *ring = ch->state;

	(void)buf;	/* it is in its place already */
	return ipcx_ring_commit(&ring->tx);
}

void *ring_receive(struct channel *ch)
{
	struct ring *ring = ch->state;
	void *at;

	do
		at = ipcx_ring_peek(&ring->rx, &ch->got, IPCX_NO_DEADLINE);
	while (!at && errno == EINTR);
	return at;
}

int ring_release(struct channel *ch)
{
	struct ring *ring = ch->state;

	return ipcx_ring_release(&ring->rx);
}

static int ring_batch_flush(struct channel *ch)
{
	struct ring *ring = ch->state;

	ring->reserved = 0;
	return ipcx_ring_commit(&ring->tx);
}

static int ring_batch_commit(struct channel *ch, void *buf)
{
	struct ring *ring = ch->state;

	(void)buf;	/* it is in its place already */
	return ++ring->reserved == ch->batch ? ring_batch_flush(ch) : 0;
}

/* What was peeked at is given back before a side waits: so no side waits for one that waits. */
static void *ring_batch_receive(struct channel *ch)
{
	struct ring *ring = ch->state;
	void *at;

	at = ring->peeked ? ipcx_ring_peek(&ring->rx, &ch->got, IPCX_RING_TRY) : NULL;
	if (at)
		return at;
	ring->peeked = 0;
	ipcx_ring_release(&ring->rx);
	ch->fetches++;
	return ring_receive(ch);
}

static int ring_batch_release(struct channel *ch)
{
	struct ring *ring = ch->state;

	if (++ring->peeked < ch->batch)
		return 0;
	ring->peeked = 0;
	return ipcx_ring_release(&ring->rx);
}

const struct batching ring_batching = {
	.reserve = ring_reserve,
	.commit = ring_batch_commit,
	.receive = ring_batch_receive,
	.release = ring_batch_release,
	.flush = ring_batch_flush,
};
