// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interval in words and as JSON.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "sight.h"
#include "top.h"

#define NUMBER_MAX 32

/* With k, M, ... of thousands, and as many digits as there is room for */
static void put_number(char text[NUMBER_MAX], double value, size_t room)
{
	static const char units[] = " kMGTPE";
	unsigned int unit = 0;
	int digits;

	while (value >= 999.5 && units[unit + 1]) {
		value /= 1000;
		unit++;
	}
	digits = unit ? 2 : value < 9.95 && value != floor(value);
	do {
		snprintf(text, NUMBER_MAX, "%.*f%.*s", digits, value, !!unit, units + unit);
	} while (strlen(text) > room && digits--);
}

static void put_rate(char text[NUMBER_MAX], uint64_t count, double seconds, size_t room)
{
	put_number(text, seconds > 0 ? (double)count / seconds : 0, room);
}

/* Delays of that index are less than this; the last has no end, and tells its beginning. */
static void put_delay(char text[NUMBER_MAX], uint8_t index)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	const bool last = index == IPCX_STATS_DELAYS - 1;
	double value = (double)(UINT64_C(1) << (last ? index - 1 : index));
	unsigned int unit = 0;

	if (index == TOP_NO_DELAY) {
		strcpy(text, "-");
		return;
	}
	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	snprintf(text, NUMBER_MAX, "%s%.*f%s", last ? ">" : "", unit && value < 9.95, value,
		 units[unit]);
}

const char top_header[] =
	" SENT BYTES RECVD BYTES     DEPTH   P50   P99 RCV SND FULL  REF  FLT NAME";

static void put_mailbox(char text[TOP_TEXT_MAX], const struct top_row *row, double seconds)
{
	char rates[TOP_COUNTS][NUMBER_MAX], p50[NUMBER_MAX], p99[NUMBER_MAX];
	char msgs[NUMBER_MAX], most[NUMBER_MAX], depth[2 * NUMBER_MAX];
	char receivers[NUMBER_MAX], senders[NUMBER_MAX];

	for (size_t i = 0; i < TOP_COUNTS; i++)
		put_rate(rates[i], row->counts[i], seconds, i < TOP_FULL ? 5 : 4);
	put_number(msgs, row->stat.msgs, 4);
	put_number(most, row->stat.max_msgs, 4);
	snprintf(depth, sizeof(depth), "%s/%s", msgs, most);
	put_delay(p50, row->p50);
	put_delay(p99, row->p99);
	put_number(receivers, row->stat.receivers, 3);
	put_number(senders, row->stat.senders, 3);
	snprintf(text, TOP_TEXT_MAX, "%5s %5s %5s %5s %9s %5s %5s %3s %3s %4s %4s %4s ",
		 rates[TOP_SENT], rates[TOP_SENT_BYTES], rates[TOP_RECEIVED],
		 rates[TOP_RECEIVED_BYTES], depth, p50, p99, receivers, senders, rates[TOP_FULL],
		 rates[TOP_REFUSED], rates[TOP_FAULTS]);
}

void top_line(char text[TOP_TEXT_MAX], const struct top_row *row, double seconds)
{
	const bool mailbox = row->stat.kind == IPCX_KIND_MAILBOX;
	char name[SIGHT_NAME_MAX], size[NUMBER_MAX] = "-";
	size_t len;

	if (mailbox && row->whole) {
		put_mailbox(text, row, seconds);
	} else {
		if (row->whole)
			put_number(size, (double)row->stat.size, 9);
		snprintf(text, TOP_TEXT_MAX, "%5s %5s %5s %5s %9s %5s %5s %3s %3s %4s %4s %4s ",
			 "-", "-", "-", "-", size, "-", "-", "-", "-", "-", "-", "-");
	}
	sight_name(name, &row->stat);
	len = strlen(text);
	snprintf(text + len, TOP_TEXT_MAX - len, "%s", name);
}

void top_title(char text[TOP_TEXT_MAX], const struct top_table *table, const struct top_pick *pick)
{
	char sent[NUMBER_MAX], received[NUMBER_MAX], objects[NUMBER_MAX], clock[16];
	const time_t now = time(NULL);

	put_rate(sent, table->sums[TOP_SENT], table->seconds, 5);
	put_rate(received, table->sums[TOP_RECEIVED], table->seconds, 5);
	put_number(objects, (double)table->objects, 5);
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime(&now));
	snprintf(text, TOP_TEXT_MAX,
		 "%s  %s object%s, %s/s sent, %s/s received; in %.3g s, by %s%s", clock, objects,
		 table->objects == 1 ? "" : "s", sent, received, table->seconds, pick->order->name,
		 pick->reverse ? ", reversed" : "");
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *delay_json(uint8_t index)
{
	return index < IPCX_STATS_DELAYS - 1 ? integer(UINT64_C(1) << index) : json_null();
}

static void add_mailbox(json_t *value, const struct top_row *row)
{
	static const char *const names[] = {
		[TOP_SENT] = "sent", [TOP_SENT_BYTES] = "sent_bytes",
		[TOP_RECEIVED] = "received", [TOP_RECEIVED_BYTES] = "received_bytes",
		[TOP_FULL] = "full", [TOP_REFUSED] = "refused", [TOP_FAULTS] = "faults",
	};

	for (size_t i = 0; i < TOP_MAPS; i++)
		json_object_set_new(value, names[i], integer(row->counts[i]));
	json_object_set_new(value, "msgs", integer(row->stat.msgs));
	json_object_set_new(value, "max_msgs", integer(row->stat.max_msgs));
	json_object_set_new(value, "receivers", integer(row->stat.receivers));
	json_object_set_new(value, "senders", integer(row->stat.senders));
	json_object_set_new(value, "p50_below", delay_json(row->p50));
	json_object_set_new(value, "p99_below", delay_json(row->p99));
}

static json_t *row_json(const struct top_row *row)
{
	const char *name = row->stat.name;
	json_t *value = json_object();

	json_object_set_new(value, "id", integer(row->stat.id));
	json_object_set_new(value, "name", *name ? json_string(name) : json_null());
	json_object_set_new(value, "kind", json_string(kind_name(row->stat.kind)));
	if (!row->whole)
		return value;
	if (row->stat.kind == IPCX_KIND_MAILBOX)
		add_mailbox(value, row);
	else
		json_object_set_new(value, "maps", integer(row->counts[TOP_MAPS]));
	return value;
}

json_t *top_json(const struct top_table *table, const struct top_pick *pick)
{
	json_t *value = json_object(), *rows = json_array();

	json_object_set_new(value, "time", integer(table->taken));
	json_object_set_new(value, "ns", integer((uint64_t)llround(table->seconds * 1e9)));
	json_object_set_new(value, "objects", integer(table->objects));
	for (size_t i = 0; i < pick->count; i++)
		json_array_append_new(rows, row_json(pick->rows[i]));
	json_object_set_new(value, "rows", rows);
	return value;
}
