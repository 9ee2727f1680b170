// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics of an object, as a table and as JSON.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"
#include "stats_print.h"

#define NO_BYTES	SIZE_MAX

/* A line of the table: where its counters are, and what they count */
struct line {
	const char *what;
	size_t count;
	size_t bytes;
	const char *about;
};

#define FIELD(name)	offsetof(struct ipcx_stats, name)

static const struct line mailbox_lines[] = {
	{ "sent", FIELD(sent), FIELD(sent_bytes), "accepted" },
	{ "received", FIELD(received), FIELD(received_bytes), "" },
	{ "there now", FIELD(msgs), FIELD(bytes), "queued, or being received" },
	{ "dropped", FIELD(dropped), FIELD(dropped_bytes), "accepted, and nobody will receive it" },
	{ "at most", FIELD(peak_msgs), FIELD(peak_bytes), "there at a time" },
	{ "handed over", FIELD(handed), NO_BYTES, "straight to a receiver that waited" },
	{ "queued", FIELD(queued), NO_BYTES, "" },
	{ "lent", FIELD(lent), NO_BYTES, "copied once, from the sender's memory" },
	{ "returned", FIELD(returned), NO_BYTES, "by a receiver that could not have it" },
	{ "calls", FIELD(calls), NO_BYTES, "requests sent" },
	{ "replies", FIELD(replies), FIELD(reply_bytes), "" },
	{ "full", FIELD(full), NO_BYTES, "no room at once" },
	{ "refused", FIELD(refused), NO_BYTES, "not accepted" },
	{ "faults", FIELD(faults), NO_BYTES, "a buffer was not there" },
	{ "spun", FIELD(spun), NO_BYTES, "waits that ended awake" },
	{ "yielded", FIELD(yielded), NO_BYTES, "waits that ended awake, the CPU given to others" },
	{ "slept", FIELD(slept), NO_BYTES, "waits that slept" },
};

static const struct line region_lines[] = {
	{ "opens", FIELD(opens), NO_BYTES, "endpoints that were bound to it" },
	{ "maps", FIELD(maps), FIELD(map_bytes), "" },
	{ "notices", FIELD(notices), NO_BYTES, "that there is news" },
	{ "heard", FIELD(heard), NO_BYTES, "by who waited, each as the last there was" },
	{ "coalesced", FIELD(coalesced), NO_BYTES, "heard together with a later one" },
	{ "unheard", FIELD(unheard), NO_BYTES, "now" },
	{ "waits", FIELD(waits), NO_BYTES, "for news" },
	{ "slept", FIELD(waits_slept), NO_BYTES, "waits that slept" },
	{ "in vain", FIELD(waits_vain), NO_BYTES, "waits without news" },
};

#define COUNT(lines) (sizeof(lines) / sizeof((lines)[0]))

static uint64_t value_at(const struct ipcx_stats *stats, size_t offset)
{
	return *(const __u64 *)((const char *)stats + offset);
}

static void print_duration(char *text, size_t size, double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	unsigned int unit = 0;

	while (ns >= 1000 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	snprintf(text, size, "%.3g %s", ns, units[unit]);
}

static void print_delays(const struct ipcx_stats *stats)
{
	uint64_t all = 0, sum = 0;
	char text[24];

	for (unsigned int i = 0; i < IPCX_STATS_DELAYS; i++)
		all += stats->delays[i];
	if (!all)
		return;
	printf("  queued for less than\n");
	for (unsigned int i = 0; i < IPCX_STATS_DELAYS && sum < all; i++) {
		if (!sum && !stats->delays[i])
			continue;
		sum += stats->delays[i];
		print_duration(text, sizeof(text), (double)(UINT64_C(1) << i));
		if (i == IPCX_STATS_DELAYS - 1)
			snprintf(text, sizeof(text), "for ever");
		printf("    %-10s %15" PRIu64 " %6.1f %%\n", text, (uint64_t)stats->delays[i],
		       100 * (double)sum / (double)all);
	}
}

static void print_lines(const struct line *lines, size_t count, const struct ipcx_stats *stats)
{
	for (const struct line *line = lines; line < lines + count; line++) {
		printf("  %-12s %15" PRIu64, line->what, value_at(stats, line->count));
		if (line->bytes != NO_BYTES)
			printf(" %15" PRIu64, value_at(stats, line->bytes));
		else if (*line->about)
			printf(" %15s", "");
		printf("%s%s\n", *line->about ? "   " : "", line->about);
	}
}

void stats_print(uint32_t kind, const struct ipcx_stats *stats)
{
	if (kind == IPCX_KIND_REGION) {
		printf("used       %" PRIu64 "\n", (uint64_t)stats->used);
		printf("\n  %-12s %15s %15s\n", "so far", "times", "bytes");
		print_lines(region_lines, COUNT(region_lines), stats);
		return;
	}
	printf("\n  %-12s %15s %15s\n", "so far", "messages", "bytes");
	print_lines(mailbox_lines, COUNT(mailbox_lines), stats);
	print_delays(stats);
}

/* The fields by the names that they have in the structure */
struct field {
	const char *name;
	size_t offset;
};

#define NAMED(field) { #field, FIELD(field) }

static const struct field mailbox_fields[] = {
	NAMED(sent), NAMED(sent_bytes), NAMED(received), NAMED(received_bytes), NAMED(msgs),
	NAMED(bytes), NAMED(dropped), NAMED(dropped_bytes), NAMED(handed), NAMED(queued),
	NAMED(lent), NAMED(returned), NAMED(calls), NAMED(replies), NAMED(reply_bytes),
	NAMED(spun), NAMED(yielded), NAMED(slept), NAMED(full), NAMED(refused), NAMED(faults),
	NAMED(peak_msgs), NAMED(peak_bytes),
};

static const struct field region_fields[] = {
	NAMED(maps), NAMED(map_bytes), NAMED(opens), NAMED(used), NAMED(notices), NAMED(heard),
	NAMED(coalesced), NAMED(unheard), NAMED(waits), NAMED(waits_slept), NAMED(waits_vain),
};

static void set_counters(json_t *report, const struct field *fields, size_t count,
			 const struct ipcx_stats *stats, bool zeros)
{
	for (const struct field *field = fields; field < fields + count; field++) {
		uint64_t value = value_at(stats, field->offset);

		if (value || zeros)
			json_object_set_new(report, field->name, json_integer((json_int_t)value));
	}
}

static void set_delays(json_t *report, const struct ipcx_stats *stats, bool zeros)
{
	unsigned int count = IPCX_STATS_DELAYS;
	json_t *delays;

	while (!zeros && count && !stats->delays[count - 1])
		count--;
	if (!count)
		return;
	delays = json_array();
	for (unsigned int i = 0; i < count; i++)
		json_array_append_new(delays, json_integer((json_int_t)stats->delays[i]));
	json_object_set_new(report, "delays", delays);
}

/* Without @zeros, counters that are 0 are left out, and the end of the delays if there are none. */
json_t *stats_json(uint32_t kind, const struct ipcx_stats *stats, bool zeros)
{
	json_t *report = json_object();

	if (kind == IPCX_KIND_REGION) {
		set_counters(report, region_fields, COUNT(region_fields), stats, zeros);
		return report;
	}
	set_counters(report, mailbox_fields, COUNT(mailbox_fields), stats, zeros);
	set_delays(report, stats, zeros);
	return report;
}
