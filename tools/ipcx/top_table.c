// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has happened between two dumps. Of those without statistics, which may be very many, nothing
 * is kept. A dump goes by increasing id, so to find what was kept of an object is to go on.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "top.h"

/* What an object had counted when the kernel was asked last */
struct top_past {
	uint64_t id;
	uint64_t counts[TOP_COUNTS];
	uint32_t delays[IPCX_STATS_DELAYS];	/* an interval has less than 2^32 */
};

static void past_of(struct top_past *past, const struct sight *sight)
{
	const struct ipcx_stats *stats = &sight->stats;

	*past = (struct top_past){
		.id = sight->stat.id,
		.counts = {
			[TOP_SENT] = stats->sent,
			[TOP_SENT_BYTES] = stats->sent_bytes,
			[TOP_RECEIVED] = stats->received,
			[TOP_RECEIVED_BYTES] = stats->received_bytes,
			[TOP_FULL] = stats->full,
			[TOP_REFUSED] = stats->refused,
			[TOP_FAULTS] = stats->faults,
			[TOP_MAPS] = stats->maps,
		},
	};
	for (size_t i = 0; i < IPCX_STATS_DELAYS; i++)
		past->delays[i] = (uint32_t)stats->delays[i];
}

static bool is_idle(const struct top_past *past)
{
	for (size_t i = 0; i < TOP_COUNTS; i++) {
		if (past->counts[i])
			return false;
	}
	return true;
}

static void keep(struct top_pasts *pasts, const struct top_past *past)
{
	if (pasts->count == pasts->room) {
		pasts->room = pasts->room ? 2 * pasts->room : 64;
		pasts->pasts = reallocarray(pasts->pasts, pasts->room, sizeof(*past));
		if (!pasts->pasts)
			fail(STATUS_FAILED, "no memory for %zu mailboxes", pasts->room);
	}
	pasts->pasts[pasts->count++] = *past;
}

/* Not of another object with the same id: the module may have been loaded again. */
static bool continues(const struct top_past *now, const struct top_past *before)
{
	for (size_t i = 0; i < TOP_COUNTS; i++) {
		if (now->counts[i] < before->counts[i])
			return false;
	}
	return true;
}

/* What was kept of it; zeros if nothing was, since it was idle then, or did not exist. */
static const struct top_past *find_before(struct top_table *table, const struct top_past *now)
{
	static const struct top_past nothing;
	const struct top_pasts *before = &table->before;

	while (table->at < before->count && before->pasts[table->at].id < now->id)
		table->at++;
	if (table->at < before->count && before->pasts[table->at].id == now->id &&
	    continues(now, &before->pasts[table->at]))
		return &before->pasts[table->at];
	return &nothing;
}

/* The shortest delay so that at least @percent of all were no longer */
static uint8_t percentile(const uint32_t delays[], unsigned int percent)
{
	uint64_t all = 0, sum = 0;

	for (size_t i = 0; i < IPCX_STATS_DELAYS; i++)
		all += delays[i];
	for (uint8_t i = 0; i < IPCX_STATS_DELAYS; i++) {
		sum += delays[i];
		if (sum && sum * 100 >= all * percent)
			return i;
	}
	return TOP_NO_DELAY;
}

static void compare_with(struct top_row *row, const struct top_past *now,
			 const struct top_past *before)
{
	uint32_t delays[IPCX_STATS_DELAYS];

	for (size_t i = 0; i < TOP_COUNTS; i++)
		row->counts[i] = now->counts[i] - before->counts[i];
	for (size_t i = 0; i < IPCX_STATS_DELAYS; i++)
		delays[i] = now->delays[i] - before->delays[i];
	row->p50 = percentile(delays, 50);
	row->p99 = percentile(delays, 99);
}

static void take_one(const struct sight *sight, void *data)
{
	struct top_row row = { .p50 = TOP_NO_DELAY, .p99 = TOP_NO_DELAY };
	struct top_table *table = data;
	struct top_past now;

	if (!filter_matches(table->filter, sight))
		return;
	row.stat = sight->stat;
	row.whole = sight->whole;
	past_of(&now, sight);
	if (!is_idle(&now)) {
		/* What happened before we were there has no place in an interval. */
		if (table->taken)
			compare_with(&row, &now, find_before(table, &now));
		keep(&table->now, &now);
	}
	table->objects++;
	for (size_t i = 0; i < TOP_COUNTS; i++)
		table->sums[i] += row.counts[i];
	for (size_t i = 0; i < table->picks_count; i++)
		top_pick_offer(&table->picks[i], &row);
}

static void forget(struct top_table *table)
{
	const struct top_pasts before = table->before;

	table->before = table->now;
	table->now = before;
	table->now.count = 0;
	table->at = 0;
	table->objects = 0;
	memset(table->sums, 0, sizeof(table->sums));
	for (size_t i = 0; i < table->picks_count; i++)
		table->picks[i].count = 0;
}

void top_table_take(struct top_table *table, struct control *control)
{
	const uint64_t start = ipcx_deadline(0);

	forget(table);
	control_dump(control, take_one, table);
	table->seconds = table->taken ? (double)(start - table->taken) / 1e9 : 0;
	table->taken = start;
	for (size_t i = 0; i < table->picks_count; i++)
		top_pick_sort(&table->picks[i]);
}
