/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ipcx top: what mailboxes and regions do in an interval, and which of them come first.
 */
#ifndef TOP_H
#define TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "control.h"
#include "filter.h"

/* What is counted of each */
enum top_count {
	TOP_SENT,
	TOP_SENT_BYTES,
	TOP_RECEIVED,
	TOP_RECEIVED_BYTES,
	TOP_FULL,
	TOP_REFUSED,
	TOP_FAULTS,
	TOP_MAPS,
	TOP_COUNTS,
};

/* A percentile of the delays of which there were none */
#define TOP_NO_DELAY	IPCX_STATS_DELAYS

struct top_row {
	struct ipcx_stat stat;
	bool whole;			/* as in struct sight */
	uint64_t counts[TOP_COUNTS];	/* in the interval */
	/* Of messages that were received after having been queued: indices of ipcx_stats.delays */
	uint8_t p50;
	uint8_t p99;
};

/* By what rows are sorted: the highest value first, or by name */
struct top_order {
	char letter;
	const char *name;
	double (*value)(const struct top_row *row);	/* NULL: by name */
};

#define TOP_ORDERS	11
extern const struct top_order top_orders[TOP_ORDERS];

/* By letter or name; NULL if there is none */
const struct top_order *top_order_find(const char *text);

/* Which rows, in which order: the first @room of an order and a direction */
struct top_pick {
	const struct top_order *order;
	bool reverse;
	struct top_row **rows;
	size_t room;
	size_t count;
	struct top_row *slots;		/* private: where the rows are */
};

void top_pick_init(struct top_pick *pick, const struct top_order *order, bool reverse, size_t room);
void top_pick_free(struct top_pick *pick);
/* In any order; sorted in the end. */
void top_pick_offer(struct top_pick *pick, const struct top_row *row);
void top_pick_sort(struct top_pick *pick);

struct top_past;

struct top_pasts {
	struct top_past *pasts;
	size_t count;
	size_t room;
};

struct top_table {
	const struct filter *filter;
	struct top_pick *picks;
	size_t picks_count;
	double seconds;			/* of the interval; 0: there was none yet */
	uint64_t objects;
	uint64_t sums[TOP_COUNTS];
	/* private */
	uint64_t taken;			/* when, in ns; 0: never */
	size_t at;			/* where in @before the dump is */
	struct top_pasts before;
	struct top_pasts now;
};

/* Asks the kernel what there is, and what has happened since it was asked last. */
void top_table_take(struct top_table *table, struct control *control);

#define TOP_TEXT_MAX	640

/* Each without a newline */
void top_title(char text[TOP_TEXT_MAX], const struct top_table *table, const struct top_pick *pick);
extern const char top_header[];
void top_line(char text[TOP_TEXT_MAX], const struct top_row *row, double seconds);
json_t *top_json(const struct top_table *table, const struct top_pick *pick);

struct top {
	struct control control;
	struct filter filter;
	const struct top_order *order;
	bool reverse;
	uint64_t delay;			/* ns */
	uint64_t left;			/* intervals to show until the end */
};

/* Returns when the user has seen enough. */
void top_screen(struct top *top);

#endif /* TOP_H */
