// SPDX-License-Identifier: GPL-2.0-only
/* A round: opening its channel, having its messages exchanged, taking in what was found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "crew.h"
#include "mode.h"
#include "round.h"

/* Bytes that a message needs whose number tells its sender */
#define ROUND_NUMBERED	8

struct channel_use round_use(const struct cell *cell)
{
	return (struct channel_use){
		.mech = cell->mech,
		.flow = cell->mode->flow,
		.wait = cell->wait,
		.threads = cell->as == AS_THREAD,
		.several = { cell->several[SIDE_ORIGIN], cell->several[SIDE_PEER] },
		.size = cell->size,
		.batch = cell->batch,
		.capacity = cell->capacity,
		.knob = cell->knob,
	};
}

static unsigned int round_workers(const struct cell *cell)
{
	return cell->several[SIDE_ORIGIN] + cell->several[SIDE_PEER];
}

/* Messages of several senders: how many are missing, and whether the right ones are there. */
static void take_several(const struct round *r, struct work_tally *sum)
{
	const unsigned int *several = r->cell->several;
	uint64_t each = r->count / several[SIDE_ORIGIN], more = r->count % several[SIDE_ORIGIN];
	uint64_t expected = 0, numbers = 0, got = 0, seen;

	for (uint64_t i = 0; i < several[SIDE_ORIGIN]; i++) {
		uint64_t n = r->warm + each + (i < more);

		expected += n;
		numbers += n * (i << 40) + n * (n - 1) / 2;
	}
	for (unsigned int i = 0; i < several[SIDE_PEER]; i++)
		got += round_worker(r, SIDE_PEER, i)->sum;
	seen = sum->received - sum->corrupt;
	if (sum->received < expected)
		sum->lost = expected - sum->received;
	else if (seen > expected || (seen == expected && got != numbers))
		sum->corrupt++;		/* one came twice, and perhaps another never */
}

/* Both sides of an echo see the same loss and, as it is echoed, the same damage. */
static void take_count(const struct cell *cell, uint64_t *sum, uint64_t seen)
{
	if (cell->mode->flow != FLOW_ECHO)
		*sum += seen;
	else if (*sum < seen)
		*sum = seen;
}

static void take_tally(struct cell *cell, const struct round *r)
{
	struct work_tally sum = { 0 };

	for (unsigned int i = 0; i < round_workers(cell); i++) {
		const struct work_tally *tally = &r->sh->worker[i].tally;

		take_count(cell, &sum.received, tally->received);
		take_count(cell, &sum.lost, tally->lost);
		take_count(cell, &sum.reordered, tally->reordered);
		take_count(cell, &sum.corrupt, tally->corrupt);
		cell->fetches += r->sh->worker[i].fetches;
	}
	if (cell->mode->axis == AXIS_SEVERAL)
		take_several(r, &sum);
	cell->tally.received += sum.received;
	cell->tally.lost += sum.lost;
	cell->tally.reordered += sum.reordered;
	cell->tally.corrupt += sum.corrupt;
}

/* When the last receiver had its last message; 0 if one never had */
static uint64_t take_end(const struct round *r)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < r->cell->several[SIDE_PEER]; i++) {
		uint64_t its = round_worker(r, SIDE_PEER, i)->end;

		if (!its)
			return 0;
		if (end < its)
			end = its;
	}
	return end;
}

/* Messages measured, and their time; the time of all together unless each was timed. */
static struct round_time take_time(const struct round *r)
{
	const struct round_shared *sh = r->sh;
	uint64_t lost = round_worker(r, SIDE_PEER, 0)->tally.lost, end = take_end(r);

	if (r->cell->mode->sampled)
		return (struct round_time){ sh->measured, sh->total };
	return (struct round_time){
		.n = lost < r->count ? r->count - lost : 0,
		.total = end ? end - sh->start : 0,
	};
}

/* Usage is of as many messages as each worker had: make it that of the measured ones. */
static void take_usage(struct cell *cell, const struct round *r, uint64_t n)
{
	struct usage sum = { 0 };
	uint64_t covered[SIDES] = { 0 };

	for (unsigned int i = 0; i < round_workers(cell); i++)
		covered[i >= cell->several[SIDE_ORIGIN]] += r->sh->worker[i].covered;
	for (unsigned int i = 0; i < round_workers(cell); i++) {
		uint64_t of = covered[i >= cell->several[SIDE_ORIGIN]];

		if (of)
			usage_add_share(&sum, &r->sh->worker[i].usage, n, of);
	}
	usage_add_share(&cell->usage, &sum, 1, 1);
}

static void take_span(struct cell *cell, const struct round *r, const struct round_time *time)
{
	uint64_t end = take_end(r);

	if (cell->mode->flow == FLOW_ECHO)
		cell->span += time->total;
	else if (end)
		cell->span += end - r->sh->start;
	for (int p = 0; p < ROUND_PHASES; p++)
		cell->phase[p] += r->sh->phase[p];
}

/* Add what the workers found to the cell. */
static enum round_result round_take(struct cell *cell, struct round *r, struct round_time *time,
				    char *error)
{
	*time = take_time(r);
	take_tally(cell, r);
	take_usage(cell, r, time->n);
	take_span(cell, r, time);
	cell->n += time->n;
	if (!cell->mode->sampled)
		return ROUND_DONE;
	if (!cell->hist)
		cell->hist = calloc(1, sizeof(*cell->hist));
	if (!cell->hist) {
		snprintf(error, ROUND_ERROR, "no memory for a histogram");
		return ROUND_FAILED;
	}
	hist_merge(cell->hist, &r->sh->hist);
	return ROUND_DONE;
}

/* Open the channel, or note in the cell why it cannot be. */
static enum round_result round_open(struct cell *cell, struct round *r, char *error)
{
	const struct channel_use use = round_use(cell);
	enum channel_opened opened = channel_prepare(&r->ch, &use);

	if (opened == CHANNEL_OPEN)
		opened = channel_open(&r->ch);
	if (opened == CHANNEL_OPEN && cell->mode->axis == AXIS_SEVERAL &&
	    cell->size < ROUND_NUMBERED)
		opened = channel_says(&r->ch, CHANNEL_REFUSED,
				      "to tell its sender, a message needs %d bytes",
				      ROUND_NUMBERED);
	if (opened == CHANNEL_OPEN && cell->mode->axis == AXIS_SEVERAL && cell->mech->lossy)
		opened = channel_says(&r->ch, CHANNEL_REFUSED,
				      "it may lose the message that ends a receiver");
	memcpy(cell->facts, r->ch.facts, sizeof(cell->facts));
	cell->nfacts = r->ch.nfacts;
	switch (opened) {
	case CHANNEL_REFUSED:
	case CHANNEL_UNAVAILABLE:
		cell->state = opened == CHANNEL_REFUSED ? CELL_REFUSED : CELL_UNAVAILABLE;
		memcpy(cell->why, r->ch.why, sizeof(cell->why));
		break;
	case CHANNEL_FAILED:
		snprintf(error, ROUND_ERROR, "%s", r->ch.why);
		return ROUND_FAILED;
	case CHANNEL_OPEN:
		break;
	}
	return ROUND_DONE;
}

/*
 * Messages to warm up with: enough for caches and page tables. Workers that wait for each other
 * must also have had the same share of the CPU, or the scheduler favours one of them: with 64 bytes
 * that takes some hundred messages. Some thousand are needed to fill the buffers of a stream, and
 * for TCP to stop enlarging them. What is closed is freed later, so how channels were made and
 * closed before a round is felt in the first 100 ms of it.
 */
static uint64_t round_warm_up(const struct cell *cell, uint64_t count)
{
	const struct mode *mode = cell->mode;
	bool in_turn = mode->flow == FLOW_ECHO || cell->mech->answered;
	uint64_t warm = in_turn ? count * 2 : count / 4, most = 1000;

	if (mode->settles && (mode->alone || !in_turn)) {
		warm = count * mode->settles;
		most = mode->settles_most;
	}
	if (warm < 32)
		warm = 32;
	return warm > most ? most : warm;
}

static void take_counts(const struct round *r, struct round_counts *counts)
{
	uint64_t covered[SIDES] = { 0 };

	*counts = (struct round_counts){ .counted = true };
	for (unsigned int i = 0; i < round_workers(r->cell); i++)
		covered[i >= r->cell->several[SIDE_ORIGIN]] += r->sh->worker[i].covered;
	for (unsigned int i = 0; i < round_workers(r->cell); i++) {
		const struct round_worker *worker = &r->sh->worker[i];
		double of = (double)covered[i >= r->cell->several[SIDE_ORIGIN]];

		if (!worker->covered)
			continue;
		counts->counted &= worker->counted;
		counts->calls += (double)worker->calls / of;
		for (int part = 0; part < COUNTER_PARTS; part++)
			counts->counter[part] += (double)worker->counter[part] / of;
	}
}

/* Run @r, whose messages are decided on, and take in what it finds: @counts or @time. */
static enum round_result round_carry_out(struct cell *cell, struct round *r,
					 struct round_time *time, struct round_counts *counts,
					 char error[ROUND_ERROR])
{
	enum round_result result;

	r->size = sizeof(*r->sh) + round_workers(cell) * sizeof(r->sh->worker[0]);
	r->sh = mmap(NULL, r->size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (r->sh == MAP_FAILED) {
		snprintf(error, ROUND_ERROR, "no memory for %u workers", round_workers(cell));
		return ROUND_FAILED;
	}
	atomic_store(&r->sh->absent, round_workers(cell));
	atomic_store(&r->sh->sending, cell->several[SIDE_ORIGIN]);
	atomic_store(&r->sh->stopping, cell->several[cell->mode->stops_clock]);
	result = round_open(cell, r, error);
	/*
	 * Who makes channels of his own has no other beside them: of Binder, there can be but one,
	 * and what removing a System V queue takes depends on the numbers of those that are left.
	 */
	if (cell->mode->alone)
		channel_close(&r->ch);
	if (result == ROUND_DONE && cell->state == CELL_MEASURED) {
		result = crew_run(r, error);
		if (result == ROUND_DONE && counts)
			take_counts(r, counts);
		else if (result == ROUND_DONE)
			result = round_take(cell, r, time, error);
	}
	channel_close(&r->ch);
	channel_free(&r->ch);
	munmap(r->sh, r->size);
	return result;
}

enum round_result round_run(struct cell *cell, uint64_t count, const int cpu[SIDES],
			    struct round_time *time, char error[ROUND_ERROR])
{
	struct round r = {
		.cell = cell,
		.warm = round_warm_up(cell, count),
		.count = count,
		.cpu = { cpu[SIDE_ORIGIN], cpu[SIDE_PEER] },
	};

	return round_carry_out(cell, &r, time, NULL, error);
}

enum round_result round_count(const struct cell *cell, enum round_kind kind,
			      const struct round_length *length, const int cpu[SIDES],
			      struct round_counts *counts, char error[ROUND_ERROR])
{
	struct cell copy = *cell;
	struct round r = {
		.cell = &copy,
		.kind = kind,
		.warm = length->warm,
		.count = length->count,
		.cpu = { cpu[SIDE_ORIGIN], cpu[SIDE_PEER] },
	};
	enum round_result result = round_carry_out(&copy, &r, NULL, counts, error);

	if (result != ROUND_DONE || copy.state == CELL_MEASURED)
		return result;
	snprintf(error, ROUND_ERROR, "%s", copy.why);
	return ROUND_FAILED;
}
