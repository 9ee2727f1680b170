// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filling and checking messages. 64 bytes a turn, in 16-byte vectors that every 64-bit machine has,
 * because this cost is on top of every mechanism's.
 */
#include <string.h>

#include "work.h"

#define WORK_SPREAD	0xd1342543de82ef95ULL
#define WORK_UNSPREAD	0x572b5ee77a54e3bdULL	/* WORK_SPREAD * WORK_UNSPREAD == 1 */
#define WORK_STEP	0x9e3779b97f4a7c15ULL
#define WORK_BLOCK	64

_Static_assert(WORK_SPREAD * WORK_UNSPREAD == 1, "not the inverse");

typedef uint64_t work_vec __attribute__((vector_size(16), aligned(1), may_alias));

/* Two words of a message, @i and @i + 1, in memory order. */
static inline work_vec work_pair(uint64_t x, unsigned int i)
{
	return (work_vec){ x + i * WORK_STEP, x + (i + 1) * WORK_STEP };
}

void work_fill(void *buf, size_t size, uint64_t seq)
{
	const work_vec step = { 8 * WORK_STEP, 8 * WORK_STEP };
	uint64_t x = seq * WORK_SPREAD;
	work_vec a = work_pair(x, 0), b = work_pair(x, 2);
	work_vec c = work_pair(x, 4), d = work_pair(x, 6);
	unsigned char *p = buf;
	unsigned char *end = p + size / WORK_BLOCK * WORK_BLOCK;
	size_t rest = size % WORK_BLOCK;

	for (; p != end; p += WORK_BLOCK) {
		work_vec *v = (work_vec *)p;

		v[0] = a;
		v[1] = b;
		v[2] = c;
		v[3] = d;
		a += step;
		b += step;
		c += step;
		d += step;
	}
	for (x = a[0]; rest; x += WORK_STEP) {
		size_t len = rest < sizeof(x) ? rest : sizeof(x);

		memcpy(p, &x, len);
		p += len;
		rest -= len;
	}
}

bool work_check(const void *buf, size_t size, uint64_t *seq)
{
	const work_vec step = { 8 * WORK_STEP, 8 * WORK_STEP };
	const unsigned char *p = buf;
	const unsigned char *end = p + size / WORK_BLOCK * WORK_BLOCK;
	size_t rest = size % WORK_BLOCK;
	work_vec a, b, c, d, wrong = { 0, 0 };
	uint64_t x = 0, tail = 0;

	memcpy(&x, p, size < sizeof(x) ? size : sizeof(x));
	*seq = x * WORK_UNSPREAD;
	a = work_pair(x, 0);
	b = work_pair(x, 2);
	c = work_pair(x, 4);
	d = work_pair(x, 6);
	for (; p != end; p += WORK_BLOCK) {
		const work_vec *v = (const work_vec *)p;

		wrong |= (v[0] ^ a) | (v[1] ^ b) | (v[2] ^ c) | (v[3] ^ d);
		a += step;
		b += step;
		c += step;
		d += step;
	}
	for (x = a[0]; rest; x += WORK_STEP) {
		size_t len = rest < sizeof(x) ? rest : sizeof(x);
		uint64_t is = 0, should = 0;

		memcpy(&is, p, len);
		memcpy(&should, &x, len);
		tail |= is ^ should;
		p += len;
		rest -= len;
	}
	return !(wrong[0] | wrong[1] | tail);
}

/* How far @seq, of which a small message carries only the low bits, is ahead of @next. */
static int64_t work_ahead(uint64_t seq, uint64_t next, size_t size)
{
	unsigned int unused = size < sizeof(seq) ? 64 - 8 * (unsigned int)size : 0;

	return (int64_t)((seq - next) << unused) >> unused;
}

enum work_verdict work_take(struct work_tally *tally, const void *buf, size_t got, size_t size)
{
	bool good = got == size;
	int64_t ahead = 0;
	uint64_t seq;

	tally->received++;
	if (good)
		good = work_check(buf, size, &seq);
	if (good) {
		ahead = work_ahead(seq, tally->next, size);
		good = ahead < 0 || tally->next + (uint64_t)ahead < tally->end;
	}
	if (!good) {
		/* It stands for the one expected: that one is damaged, not lost as well. */
		tally->corrupt++;
		tally->next++;
		return WORK_CORRUPT;
	}
	if (ahead < 0) {
		tally->reordered++;
		if (tally->lost)
			tally->lost--;
		return WORK_LATE;
	}
	tally->lost += (uint64_t)ahead;
	tally->next += (uint64_t)ahead + 1;
	return ahead ? WORK_AHEAD : WORK_EXPECTED;
}

void work_give_up(struct work_tally *tally, uint64_t next)
{
	if (tally->next >= next)
		return;
	tally->lost += next - tally->next;
	tally->next = next;
}
