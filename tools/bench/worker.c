// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two sides of a round, each in its process.
 *
 * Round trip: the origin fills a message, the peer checks it and echoes it in full, the origin
 * checks the echo; the next message is filled only then. One way: the origin fills and sends as
 * fast as the mechanism lets it, and the clock stops when the peer has checked the last message.
 */
#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "round.h"

static int worker_fails(struct round *r, const char *what)
{
	struct round_side *me = &r->sh->side[r->ch.side];

	snprintf(me->error, sizeof(me->error), "%s: %s", what, strerror(errno));
	return -1;
}

static inline void worker_progress(struct round *r, uint64_t done)
{
	atomic_store_explicit(&r->sh->side[r->ch.side].done, done, memory_order_relaxed);
}

static void worker_tell(_Atomic uint32_t *flag)
{
	atomic_store(flag, 1);
	syscall(SYS_futex, flag, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void worker_await(_Atomic uint32_t *flag)
{
	while (!atomic_load(flag))
		syscall(SYS_futex, flag, FUTEX_WAIT, 0, NULL, NULL, 0);
}

/* Fill and send message @seq. */
static int worker_send(struct round *r, uint64_t seq)
{
	struct channel *ch = &r->ch;
	void *buf = ch->tx;

	if (ch->mech->in_place) {
		buf = ch->mech->reserve(ch);
		if (!buf)
			return worker_fails(r, "waiting for room");
	}
	work_fill(buf, ch->size, seq);
	if (ch->mech->commit(ch, buf))
		return worker_fails(r, "sending");
	return 0;
}

/* Receive and check a message: 1, or 0 if none came in time, or -1. */
static int worker_take(struct round *r, struct work_tally *tally, void **buf)
{
	struct channel *ch = &r->ch;

	*buf = ch->mech->receive(ch);
	if (!*buf) {
		if (ch->mech->lossy && errno == ETIMEDOUT)
			return 0;
		return worker_fails(r, "receiving");
	}
	work_take(tally, *buf, ch->got, ch->size);
	return 1;
}

static int worker_release(struct round *r)
{
	if (r->ch.mech->in_place && r->ch.mech->release(&r->ch))
		return worker_fails(r, "giving room back");
	return 0;
}

/* Send message @seq and wait for its echo; one that never comes is lost. */
static int origin_trip(struct round *r, struct work_tally *tally, uint64_t seq)
{
	void *echo;

	if (worker_send(r, seq))
		return -1;
	while (tally->next <= seq) {
		int took = worker_take(r, tally, &echo);

		if (took < 0)
			return -1;
		if (!took)
			work_give_up(tally, seq + 1);
		else if (worker_release(r))
			return -1;
	}
	return 0;
}

static int origin_rtt(struct round *r)
{
	struct round_shared *sh = r->sh;
	struct work_tally tally = { .end = r->warm + r->count };
	uint64_t begun, last, now, lost;

	for (uint64_t i = 0; i < r->warm; i++) {
		if (origin_trip(r, &tally, i))
			return -1;
		worker_progress(r, i);
	}
	last = clock_now();
	begun = last;
	for (uint64_t i = r->warm; i < r->warm + r->count; i++) {
		lost = tally.lost;
		if (origin_trip(r, &tally, i))
			return -1;
		now = clock_now();
		if (tally.lost == lost)
			sh->samples[sh->nsamples++] = now - last;
		else
			begun += now - last;	/* waiting for a lost message is no round trip */
		last = now;
		worker_progress(r, i);
	}
	sh->total = last - begun;
	sh->side[SIDE_ORIGIN].tally = tally;
	return 0;
}

/* Send the message found at @buf back. */
static int peer_echo(struct round *r, void *buf)
{
	struct channel *ch = &r->ch;
	void *out = buf;

	if (ch->mech->in_place) {
		out = ch->mech->reserve(ch);
		if (!out)
			return worker_fails(r, "waiting for room");
		memcpy(out, buf, ch->size);
	}
	/* Free before the echo is sent: nobody looks at it then, and no wake-up is due. */
	if (worker_release(r))
		return -1;
	if (ch->mech->commit(ch, out))
		return worker_fails(r, "echoing");
	return 0;
}

static int peer_rtt(struct round *r)
{
	struct work_tally tally = { .end = r->warm + r->count };
	void *buf;

	while (tally.next < tally.end) {
		int took = worker_take(r, &tally, &buf);

		if (took < 0 || (took && peer_echo(r, buf)))
			return -1;
		if (!took && atomic_load(&r->sh->finished))
			break;
		worker_progress(r, tally.next);
	}
	r->sh->side[SIDE_PEER].tally = tally;
	return 0;
}

static int origin_oneway(struct round *r)
{
	for (uint64_t i = 0; i < r->warm; i++)
		if (worker_send(r, i))
			return -1;
	worker_await(&r->sh->drained);
	r->sh->start = clock_now();
	for (uint64_t i = r->warm; i < r->warm + r->count; i++) {
		if (worker_send(r, i))
			return -1;
		worker_progress(r, i);
	}
	return 0;
}

/* Take all messages before @end: 1, or 0 if the last of them did not come, or -1. */
static int peer_take_until(struct round *r, struct work_tally *tally, uint64_t end)
{
	void *buf;

	while (tally->next < end) {
		int took = worker_take(r, tally, &buf);

		if (took < 0)
			return -1;
		if (!took) {
			work_give_up(tally, end);
			return 0;
		}
		if (worker_release(r))
			return -1;
		worker_progress(r, tally->next);
	}
	return 1;
}

static int peer_oneway(struct round *r)
{
	struct work_tally tally = { .end = r->warm + r->count };
	int took = peer_take_until(r, &tally, r->warm);

	if (took < 0)
		return -1;
	worker_tell(&r->sh->drained);
	took = peer_take_until(r, &tally, tally.end);
	if (took < 0)
		return -1;
	if (took)
		r->sh->end = clock_now();
	r->sh->side[SIDE_PEER].tally = tally;
	return 0;
}

int worker_run(struct round *r, enum bench_side side)
{
	static int (*const sides[BENCH_MODES][SIDES])(struct round *r) = {
		[BENCH_RTT] = { [SIDE_ORIGIN] = origin_rtt, [SIDE_PEER] = peer_rtt },
		[BENCH_ONEWAY] = { [SIDE_ORIGIN] = origin_oneway, [SIDE_PEER] = peer_oneway },
	};
	static const enum bench_side stops_clock[BENCH_MODES] = {
		[BENCH_RTT] = SIDE_ORIGIN, [BENCH_ONEWAY] = SIDE_PEER,
	};
	struct channel *ch = &r->ch;

	if (channel_enter(ch, side)) {
		worker_fails(r, "starting");
		return 1;
	}
	if (sides[ch->mode][side](r))
		return 1;
	if (side == stops_clock[ch->mode])
		worker_tell(&r->sh->finished);
	if (ch->mech->flush && ch->mech->flush(ch)) {
		worker_fails(r, "replying");
		return 1;
	}
	worker_await(&r->sh->finished);
	return 0;
}
