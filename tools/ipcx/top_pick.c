// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first rows of an order, of however many there are. What is kept is a heap whose root comes
 * last, so that a row that does not belong here costs one comparison.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "top.h"

static double sent(const struct top_row *row)
{
	return (double)row->counts[TOP_SENT];
}

static double received(const struct top_row *row)
{
	return (double)row->counts[TOP_RECEIVED];
}

static double full(const struct top_row *row)
{
	return (double)row->counts[TOP_FULL];
}

static double refused(const struct top_row *row)
{
	return (double)row->counts[TOP_REFUSED];
}

static double faults(const struct top_row *row)
{
	return (double)row->counts[TOP_FAULTS];
}

static double bytes(const struct top_row *row)
{
	return (double)row->counts[TOP_SENT_BYTES] + (double)row->counts[TOP_RECEIVED_BYTES];
}

static double depth(const struct top_row *row)
{
	return row->stat.msgs;
}

static double asleep(const struct top_row *row)
{
	return (double)row->stat.receivers + row->stat.senders;
}

static double delay(uint8_t percentile)
{
	return percentile == TOP_NO_DELAY ? -1 : percentile;
}

static double p50(const struct top_row *row)
{
	return delay(row->p50);
}

static double p99(const struct top_row *row)
{
	return delay(row->p99);
}

const struct top_order top_orders[TOP_ORDERS] = {
	{ 's', "sent", sent },
	{ 'r', "received", received },
	{ 'b', "bytes", bytes },
	{ 'd', "depth", depth },
	{ 'm', "p50", p50 },
	{ 'p', "p99", p99 },
	{ 'a', "asleep", asleep },
	{ 'f', "full", full },
	{ 'x', "refused", refused },
	{ 't', "faults", faults },
	{ 'n', "name", NULL },
};

const struct top_order *top_order_find(const char *text)
{
	for (size_t i = 0; i < TOP_ORDERS; i++) {
		const struct top_order *order = &top_orders[i];

		if (!strcmp(text, order->name) || (*text == order->letter && !text[1]))
			return order;
	}
	return NULL;
}

/*
 * Less than 0: @a comes first. Of equals it is the older one, however they are sorted: most may be
 * idle and come by increasing id, and then are not to push each other out.
 */
static int compare(const struct top_pick *pick, const struct top_row *a, const struct top_row *b)
{
	const struct top_order *order = pick->order;
	int sign = pick->reverse ? -1 : 1;

	if (order->value) {
		const double x = order->value(a), y = order->value(b);

		if (x != y)
			return x > y ? -sign : sign;
	} else {
		const int names = strcmp(a->stat.name, b->stat.name);

		if (names)
			return names * sign;
	}
	return a->stat.id < b->stat.id ? -1 : 1;
}

void top_pick_init(struct top_pick *pick, const struct top_order *order, bool reverse, size_t room)
{
	*pick = (struct top_pick){ .order = order, .reverse = reverse, .room = room };
	pick->rows = calloc(room, sizeof(*pick->rows));
	pick->slots = calloc(room, sizeof(*pick->slots));
	if (!pick->rows || !pick->slots)
		fail(STATUS_FAILED, "no memory for %zu lines", room);
}

void top_pick_free(struct top_pick *pick)
{
	free(pick->rows);
	free(pick->slots);
}

static void swap(struct top_row **a, struct top_row **b)
{
	struct top_row *row = *a;

	*a = *b;
	*b = row;
}

static void sift_up(struct top_pick *pick, size_t i)
{
	struct top_row **rows = pick->rows;

	while (i && compare(pick, rows[i], rows[(i - 1) / 2]) > 0) {
		swap(&rows[i], &rows[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct top_pick *pick)
{
	struct top_row **rows = pick->rows;
	size_t i = 0, child;

	while ((child = 2 * i + 1) < pick->count) {
		if (child + 1 < pick->count && compare(pick, rows[child + 1], rows[child]) > 0)
			child++;
		if (compare(pick, rows[i], rows[child]) > 0)
			return;
		swap(&rows[i], &rows[child]);
		i = child;
	}
}

void top_pick_offer(struct top_pick *pick, const struct top_row *row)
{
	if (pick->count < pick->room) {
		pick->slots[pick->count] = *row;
		pick->rows[pick->count] = &pick->slots[pick->count];
		sift_up(pick, pick->count++);
	} else if (compare(pick, row, pick->rows[0]) < 0) {
		*pick->rows[0] = *row;
		sift_down(pick);
	}
}

static int compare_rows(const void *a, const void *b, void *pick)
{
	struct top_row *const *x = a, *const *y = b;

	return *x == *y ? 0 : compare(pick, *x, *y);
}

void top_pick_sort(struct top_pick *pick)
{
	qsort_r(pick->rows, pick->count, sizeof(*pick->rows), compare_rows, pick);
}
