// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scaling: several send, several receive, all over one channel, as fast as it lets them.
 *
 * A message's number has its sender in the high bits. Every receiver sees the messages of one
 * sender in order; all of them together must have received each once, which their count and the sum
 * of their numbers tell. The last sender to end sends each receiver a message that ends it.
 */
#include <unistd.h>

#include "clock.h"
#include "mode.h"

#define SCALE_SENDER_SHIFT	40

static uint64_t scale_seq(uint64_t sender, uint64_t n)
{
	return sender << SCALE_SENDER_SHIFT | n;
}

static unsigned int scale_senders(const struct worker *w)
{
	return w->r->cell->several[SIDE_ORIGIN];
}

static unsigned int scale_receivers(const struct worker *w)
{
	return w->r->cell->several[SIDE_PEER];
}

static uint64_t scale_received(const struct worker *w)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < scale_receivers(w); i++)
		sum += atomic_load(&round_worker(w->r, SIDE_PEER, i)->done);
	return sum;
}

/* Nobody starts before all have sent, and somebody received, every message of the warm-up. */
static void scale_line_up(struct worker *w)
{
	struct round_shared *sh = w->r->sh;

	if (atomic_fetch_add(&sh->arrived, 1) + 1 < scale_senders(w)) {
		worker_await(&sh->drained);
		return;
	}
	/* Receivers that told of each message would measure that; so ask them now and then. */
	while (scale_received(w) < w->r->warm * scale_senders(w))
		usleep(1000);
	sh->start = clock_now();
	worker_tell(&sh->drained);
}

static int scale_origin(struct worker *w)
{
	uint64_t n = w->r->warm, share = w->r->count / scale_senders(w) +
		     (w->index < w->r->count % scale_senders(w));

	if (worker_send_from(w, scale_seq(w->index, 0), scale_seq(w->index, n)))
		return -1;
	scale_line_up(w);
	worker_begins(w);
	if (worker_send_from(w, scale_seq(w->index, n), scale_seq(w->index, n + share)))
		return -1;
	worker_ends(w, share);
	if (atomic_fetch_sub(&w->r->sh->sending, 1) > 1)
		return 0;
	for (unsigned int i = 0; i < scale_receivers(w); i++)
		if (worker_send(w, scale_seq(scale_senders(w), i)))
			return -1;
	return 0;
}

/* Count message @seq, which is intact. */
static void scale_count(struct worker *w, uint64_t *next, uint64_t seq)
{
	struct work_tally *tally = &w->me->tally;
	uint64_t sender = seq >> SCALE_SENDER_SHIFT;

	if (sender >= scale_senders(w)) {
		tally->corrupt++;
		return;
	}
	if (seq < next[sender])
		tally->reordered++;
	else
		next[sender] = seq + 1;
	w->me->sum += seq;
}

static int scale_peer(struct worker *w)
{
	struct work_tally *tally = &w->me->tally;
	uint64_t next[ROUND_MAX_SEVERAL] = { 0 }, seq;
	void *buf;
	bool good;

	worker_begins(w);
	for (;;) {
		if (worker_receive(w, &buf) < 0)
			return -1;
		good = w->ch->got == w->ch->size && work_check(buf, w->ch->size, &seq);
		if (worker_release(w))
			return -1;
		if (good && seq >> SCALE_SENDER_SHIFT == scale_senders(w))
			break;
		tally->received++;
		if (good)
			scale_count(w, next, seq);
		else
			tally->corrupt++;
		worker_progress(w, tally->received);
	}
	worker_ends(w, tally->received);
	w->me->end = clock_now();
	return 0;
}

static uint64_t scale_count_messages(const struct cell *cell)
{
	return mode_count(cell->size) * (cell->size <= 1024 ? 5 : 2);
}

const struct mode mode_scale = {
	.name = "scale",
	.title = "Several senders and receivers",
	.about = "--producers and --consumers on one channel",
	.flow = FLOW_STREAM,
	.axis = AXIS_SEVERAL,
	.lengthens = true,
	.fills = 1,
	.checks = 1,
	.stops_clock = SIDE_PEER,
	.count = scale_count_messages,
	.run = { [SIDE_ORIGIN] = scale_origin, [SIDE_PEER] = scale_peer },
};
