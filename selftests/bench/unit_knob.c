// SPDX-License-Identifier: GPL-2.0-only
/* Knobs: whether what is read is what is told, who has them, whether two are kept apart. */
#include <stdlib.h>
#include <string.h>

#include <linux/ipcx.h>

#include "copies.h"
#include "mode.h"
#include "results.h"
#include "unit.h"

static void test_text(enum bench_knob which, const char *word, uint64_t value, const char *text)
{
	struct knob knob = { .which = which };
	char told[KNOB_TEXT];

	check(!knob_value(which, word, strlen(word), &knob.value) && knob.value == value &&
	      !strcmp(knob_text(told, sizeof(told), &knob), text),
	      "knob %s: %s is %s", bench_knob_names[which], word, told);
}

static void test_texts(void)
{
	static const char *const not_waits[] = { "", "2s", "1000000001ns", "5", "-1", "adaptive ",
						 "heap" };
	const struct knob none = { KNOB_NONE, 0 };
	char told[KNOB_TEXT];
	uint64_t value;

	test_text(KNOB_WAIT, "0", 0, "wait=0");
	test_text(KNOB_WAIT, "20000ns", 20000, "wait=20us");
	test_text(KNOB_WAIT, "1s", 1000000000, "wait=1s");
	test_text(KNOB_WAIT, "adaptive", IPCX_WAIT_ADAPTIVE, "wait=adaptive");
	test_text(KNOB_COPY, "default", IPCX_COPY_DEFAULT, "copy=default");
	test_text(KNOB_COPY, "heap", IPCX_COPY_HEAP, "copy=heap");
	test_text(KNOB_COPY, "inline", IPCX_COPY_INLINE, "copy=inline");
	test_text(KNOB_COPY, "lend", IPCX_COPY_LEND, "copy=lend");
	test_text(KNOB_WAKE, "default", IPCX_WAKE_DEFAULT, "wake=default");
	test_text(KNOB_WAKE, "sync", IPCX_WAKE_SYNC, "wake=sync");
	test_text(KNOB_WAKE, "last", IPCX_WAKE_LAST, "wake=last");
	for (size_t i = 0; i < ARRAY_SIZE(not_waits); i++)
		check(knob_value(KNOB_WAIT, not_waits[i], strlen(not_waits[i]), &value),
		      "nobody can wait \"%s\"", not_waits[i]);
	check(knob_value(KNOB_COPY, "heaps", 5, &value) && knob_value(KNOB_COPY, "hea", 3, &value),
	      "nor copy by part of a word");
	check(!*knob_text(told, sizeof(told), &none), "no knob has no name");
}

/* Only mailboxes have knobs, and no channel is opened to find that out. */
static void test_owners(void)
{
	for (const struct mechanism *const *m = mechanisms; *m; m++) {
		const struct channel_use use = {
			.mech = *m,
			.several = { 1, 1 },
			.size = 8,
			.knob = { KNOB_WAIT, 0 },
		};
		bool has = !strcmp((*m)->name, "ipcx") || !strcmp((*m)->name, "ipcx-call");
		struct channel ch;
		enum channel_opened result = channel_prepare(&ch, &use);

		check(has ? result == CHANNEL_OPEN : result == CHANNEL_REFUSED &&
		      !strcmp(ch.why, "it has no knobs"), "%s %s", (*m)->name,
		      has ? "has knobs" : "has no knobs, and says so");
		channel_free(&ch);
	}
}

/* Cells of two sizes and two knobs, with a copy more under the second */
static void test_apart(void)
{
	static const size_t size[] = { 4096, 65536 };
	struct results *results = calloc(1, sizeof(*results));
	const struct mechanism *mech = mechanism_find("ipcx", 4);
	const struct mechanism *call = mechanism_find("ipcx-call", 9);
	struct cell cells[4] = { 0 }, other = { 0 };
	struct copies lend, heap;
	char row[64];

	results->cells = cells;
	results->ncells = ARRAY_SIZE(cells);
	results->opts.sizes.n = ARRAY_SIZE(size);
	for (unsigned int i = 0; i < ARRAY_SIZE(cells); i++) {
		size_t bytes = size[i % 2];

		results->opts.sizes.value[i % 2] = bytes;
		results->work[i % 2] = (struct work_cost){ .size = bytes };
		results->copy[i % 2] = (struct copy_cost){ .size = bytes, .kernel = bytes / 2.0 };
		cells[i] = (struct cell){
			.mech = mech,
			.mode = mode_find("lat", 3),
			.size = bytes,
			.batch = 1,
			.several = { 1, 1 },
			.knob = { KNOB_COPY, i < 2 ? IPCX_COPY_LEND : IPCX_COPY_HEAP },
			.nrounds = 1,
			.mean = 2 * (i < 2 ? 1 : 2) * (bytes / 2.0),
		};
	}
	lend = copies_of(results, &cells[0]);
	heap = copies_of(results, &cells[2]);
	check(lend.known && fabs(lend.measured - 1) < 0.001 && heap.known &&
	      fabs(heap.measured - 2) < 0.001, "copies are those of a knob: %g and %g",
	      lend.measured, heap.measured);
	check(copies_first(results, &cells[2]) && !copies_first(results, &cells[3]),
	      "and told of once for each");
	other = cells[2];
	other.mech = call;
	check(results_like(results, &other, mech) == &cells[2],
	      "a mechanism is compared with another under the same knob");
	other.knob = (struct knob){ KNOB_NONE, 0 };
	check(!results_like(results, &other, mech), "and without with none that is turned");
	check(!strcmp(cell_row(row, sizeof(row), &cells[2]), "ipcx, copy=heap"),
	      "rows tell it: %s", row);
	cells[2].wait = WAIT_POLL;
	check(!strcmp(cell_row(row, sizeof(row), &cells[2]), "ipcx, poll, copy=heap"),
	      "and how else a side waits: %s", row);
	free(results);
}

void unit_knob(void)
{
	test_texts();
	test_owners();
	test_apart();
}
