// SPDX-License-Identifier: GPL-2.0-only
/*
 * A checker of interleavings for the code of the ring as it is: tools/lib/ring*.c, compiled with
 * model.h. Here is what is played. Threads are coroutines that stop before each atomic operation,
 * and all orders are tried (model_run.c); memory is as weak as C11 has it (model_memory.c), and all
 * that asks the kernel is played, too (model_kernel.c).
 *
 * Then something is left out on purpose, and the checker must find it.
 *
 *   model [long]
 *
 * Each play is followed to its end. Two, of three threads all through, have more states than can be
 * kept, and are only played if "long" is said, as far as IPCX_RING_STATES (3,000,000).
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "model_thread.h"

const struct play *play;
unsigned int received[THREADS * 8];

static void send_all(unsigned int who)
{
	uint64_t payload[16] = { 0 };

	for (unsigned int i = 0; i < play->messages; i += play->batch ? 2 : 1) {
		payload[0] = who * 8 + i + 1;
		if (play->batch && !ipcx_ring_reserve(&rings[who], 0, IPCX_NO_DEADLINE))
			complain("a message of a batch is refused");
		if (ipcx_ring_send(&rings[who], payload, play->len, IPCX_NO_DEADLINE))
			complain("a message is refused");
	}
}

static void receive(struct ipcx_ring *ring, unsigned int count)
{
	uint64_t payload[16] = { 0 };
	unsigned int last = 0;
	ssize_t len;

	for (unsigned int i = 0; i < count; i++) {
		len = ipcx_ring_recv(ring, payload, sizeof(payload), IPCX_NO_DEADLINE);
		if (play->batch && len == 0 && i % 2 == 0)
			continue;
		if (len != (ssize_t)play->len) {
			complain("a message of another length");
		} else if (payload[0] < 1 || payload[0] > THREADS * 8 ||
			   received[payload[0] - 1]++) {
			complain("a message that was not sent, or twice");
		} else {
			if (play->senders < 2 && payload[0] <= last)
				complain("out of order");
			last = (unsigned int)payload[0];
		}
	}
}

static bool others_are_done(void)
{
	for (unsigned int i = 0; i < nthreads; i++)
		if (i != me && !threads[i].done)
			return false;
	return true;
}

void play_part(void)
{
	unsigned int senders = play->senders ? play->senders : 1;

	if (me >= play->senders) {
		receive(&rings[me], senders * play->messages / play->receivers);
		return;
	}
	send_all(me);
	if (play->after && others_are_done())
		receive(&rings[THREADS - 1], senders * play->messages);
}

static void attach(struct ipcx_ring *ring, unsigned int role)
{
	if (ipcx_ring_attach(ring, model_mem, ipcx_ring_size(CAPACITY), role))
		err(1, "attach");
	ipcx_ring_waits(ring, IPCX_RING_SLEEP);
}

void play_begin(void)
{
	struct ipcx_ring_config config = {
		.capacity = CAPACITY, .kind = play->kind, .fenced = play->fenced,
		.start = play->len > 64 ? 64 : 0,
	};

	memset(received, 0, sizeof(received));
	if (ipcx_ring_init(model_mem, ipcx_ring_size(CAPACITY), &config))
		err(1, "init");
	if (play->before) {
		attach(&rings[0], IPCX_RING_SENDER);
		send_all(0);
	}
	for (unsigned int i = 0; i < nthreads; i++)
		attach(&rings[i], i >= play->senders);
	if (play->after)
		attach(&rings[THREADS - 1], IPCX_RING_RECEIVER);
}

static const struct play plays[] = {
	{ .name = "SPSC, the receiver sleeps", .kind = IPCX_RING_SPSC, .senders = 1, .receivers = 1,
	  .messages = 2, .len = 8 },
	{ .name = "SPSC, fenced", .kind = IPCX_RING_SPSC, .fenced = true, .senders = 1,
	  .receivers = 1, .messages = 2, .len = 8 },
	{ .name = "SPSC, full, with a wrap", .kind = IPCX_RING_SPSC, .senders = 1, .receivers = 1,
	  .messages = 2, .len = 112 },
	{ .name = "SPSC, a batch", .kind = IPCX_RING_SPSC, .senders = 1, .receivers = 1,
	  .messages = 2, .len = 8, .batch = true },
	{ .name = "MPMC, one of each", .kind = IPCX_RING_MPMC, .senders = 1, .receivers = 1,
	  .messages = 1, .len = 8 },
	{ .name = "MPMC, full, with a wrap", .kind = IPCX_RING_MPMC, .fenced = true, .senders = 1,
	  .receivers = 1, .messages = 2, .len = 112 },
	{ .name = "MPMC, two senders, received afterwards", .kind = IPCX_RING_MPMC, .senders = 2,
	  .messages = 1, .len = 8, .after = true },
	{ .name = "MPMC, two receivers, sent before", .kind = IPCX_RING_MPMC, .receivers = 2,
	  .messages = 2, .len = 8, .before = true },
};

static const struct play long_plays[] = {
	{ .name = "MPMC, two senders and a receiver", .kind = IPCX_RING_MPMC, .senders = 2,
	  .receivers = 1, .messages = 1, .len = 8 },
	{ .name = "MPMC, two receivers and a sender", .kind = IPCX_RING_MPMC, .senders = 1,
	  .receivers = 2, .messages = 2, .len = 8 },
};

static const struct { const char *what; const struct play *play; } breakages[] = {
	{ "release", &plays[0] }, { "acquire", &plays[0] }, { "membarrier", &plays[0] },
	{ "fence", &plays[1] }, { "release", &plays[2] }, { "membarrier", &plays[2] },
	{ "membarrier", &plays[4] }, { "release", &plays[6] }, { "acquire", &plays[7] },
	{ "release", &long_plays[0] },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned int tests, failed;

static void try_play(const struct play *what, unsigned long limit, bool whole)
{
	struct outcome found = check(what, NULL, limit);
	bool good = !found.wrong && (found.all || !whole);

	failed += !good;
	printf("%sok %u %s: %s%lu states, %lu runs%s%s\n", good ? "" : "not ", ++tests, what->name,
	       found.all ? "all " : "not all, but ", found.states, found.runs,
	       found.wrong ? ": " : "", found.wrong ? found.wrong : "");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	bool at_length = argc > 1 && !strcmp(argv[1], "long");
	unsigned long limit = 3000000;

	if (getenv("IPCX_RING_STATES"))
		limit = strtoul(getenv("IPCX_RING_STATES"), NULL, 10);
	printf("1..%zu\n", COUNT(plays) + COUNT(breakages) + (at_length ? COUNT(long_plays) : 0));
	for (unsigned int i = 0; i < COUNT(plays); i++)
		try_play(&plays[i], limit, true);
	for (unsigned int i = 0; at_length && i < COUNT(long_plays); i++)
		try_play(&long_plays[i], limit, false);
	for (unsigned int i = 0; i < COUNT(breakages); i++) {
		const struct play *broken = breakages[i].play;
		struct outcome found = check(broken, breakages[i].what, limit);

		failed += !found.wrong;
		printf("%sok %u %s, without %s: %s\n", found.wrong ? "" : "not ", ++tests,
		       broken->name, breakages[i].what, found.wrong ? found.wrong : "not found");
		fflush(stdout);
	}
	return failed != 0;
}
