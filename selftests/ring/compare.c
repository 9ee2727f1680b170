// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast an SPSC ring is beside a queue of items of one size (queue.h): two threads on two CPUs,
 * both in the same memory of the same size. Rounds of the one and of the other take turns, as the
 * machine may be busy; of each the best round and the median are told.
 *
 *   compare [ROUNDS [MESSAGES [ROUND TRIPS]]]
 *   compare --test [ROUNDS [MESSAGES [ROUND TRIPS]]]
 *
 * The other is a test, as TAP: is the ring, however it waits, as fast as the queue? And is an
 * adaptive wait as good as spinning?
 */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include <ipcx_ring.h>

#include "queue.h"

#define CAPACITY	65536
#define ROUNDS_MOST	1000
#define TRIES		8

enum contender { QUEUE, RING, RING_SPIN, RING_ADAPTIVE, CONTENDERS };

static const char *const names[] = {
	[QUEUE] = "queue",
	[RING] = "ring",
	[RING_SPIN] = "ring, spin",
	[RING_ADAPTIVE] = "ring, adaptive",
};

static char *memory[2];
static size_t memory_size;

struct lane {
	struct ipcx_ring tx;
	struct ipcx_ring rx;
	struct queue *queue;
};

static struct lane lanes[2];
static enum contender now;
static uint64_t messages, trips, late_trips;
static pthread_barrier_t both;
static int cpus[2];

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		err(4, "CPU %d", cpu);
}

static void open_lane(struct lane *lane, char *at)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = IPCX_RING_SPSC };
	int wait = now == RING_SPIN ? IPCX_RING_SPIN : IPCX_RING_ADAPTIVE;

	memset(at, 0, memory_size);
	lane->queue = (struct queue *)at;
	if (now == QUEUE)
		return;
	if (ipcx_ring_init(at, memory_size, &config) ||
	    ipcx_ring_attach(&lane->tx, at, memory_size, IPCX_RING_SENDER) ||
	    ipcx_ring_attach(&lane->rx, at, memory_size, IPCX_RING_RECEIVER))
		err(1, "ring");
	ipcx_ring_waits(&lane->tx, wait);
	ipcx_ring_waits(&lane->rx, wait);
}

static inline void pause_cpu(void)
{
	__builtin_ia32_pause();
}

/* The size is known to the compiler, for the one as for the other. */
static inline __attribute__((always_inline)) void put(struct lane *lane, const void *item,
						      size_t size)
{
	switch (now) {
	case QUEUE:
		while (!queue_push(lane->queue, item, size, CAPACITY / size))
			pause_cpu();
		break;
	case RING:
		while (ipcx_ring_send(&lane->tx, item, size, IPCX_RING_TRY))
			pause_cpu();
		break;
	default:
		if (ipcx_ring_send(&lane->tx, item, size, IPCX_NO_DEADLINE))
			err(1, "send");
	}
}

static inline __attribute__((always_inline)) void get(struct lane *lane, void *item, size_t size)
{
	switch (now) {
	case QUEUE:
		while (!queue_pop(lane->queue, item, size, CAPACITY / size))
			pause_cpu();
		break;
	case RING:
		while (ipcx_ring_recv(&lane->rx, item, size, IPCX_RING_TRY) < 0)
			pause_cpu();
		break;
	default:
		if (ipcx_ring_recv(&lane->rx, item, size, IPCX_NO_DEADLINE) < 0)
			err(1, "receive");
	}
}

static inline __attribute__((always_inline)) void stream(size_t size)
{
	uint64_t item[8] = { 0 };

	for (uint64_t i = 0; i < messages; i++) {
		item[0] = i;
		put(&lanes[0], item, size);
	}
	get(&lanes[1], item, size);
}

static inline __attribute__((always_inline)) void drain(size_t size)
{
	uint64_t item[8] = { 0 };

	for (uint64_t i = 0; i < messages; i++) {
		get(&lanes[0], item, size);
		if (item[0] != i)
			errx(1, "%s: message %llu is %llu", names[now], (unsigned long long)i,
			     (unsigned long long)item[0]);
	}
	put(&lanes[1], item, size);
}

static inline __attribute__((always_inline)) void ping(size_t size, uint64_t count)
{
	uint64_t item[8] = { 0 };

	for (uint64_t i = 0; i < count; i++) {
		item[0] = i;
		put(&lanes[0], item, size);
		get(&lanes[1], item, size);
		if (item[0] != i)
			errx(1, "%s: answer %llu is %llu", names[now], (unsigned long long)i,
			     (unsigned long long)item[0]);
	}
}

static inline __attribute__((always_inline)) void pong(size_t size)
{
	uint64_t item[8] = { 0 };

	for (uint64_t i = 0; i < trips; i++) {
		get(&lanes[0], item, size);
		put(&lanes[1], item, size);
	}
}

static void near_8(void)
{
	stream(8);
}

static void far_8(void)
{
	drain(8);
}

static void near_64(void)
{
	stream(64);
}

static void far_64(void)
{
	drain(64);
}

static void ping_8(void)
{
	ping(8, trips);
}

static void pong_8(void)
{
	pong(8);
}

static void ping_64(void)
{
	ping(64, trips);
}

static void pong_64(void)
{
	pong(64);
}

/* An answer takes a while: that staying awake pays is to be learnt. */
static void pong_late(void)
{
	uint64_t item[8] = { 0 };
	double until;

	for (uint64_t i = 0; i < late_trips; i++) {
		get(&lanes[0], item, 64);
		for (until = seconds() + 0.00001; seconds() < until;)
			pause_cpu();
		put(&lanes[1], item, 64);
	}
}

static void ping_late(void)
{
	ping(64, late_trips);
}

static void (*far_side)(void);

static void *far_thread(void *unused)
{
	(void)unused;
	pin(cpus[1]);
	pthread_barrier_wait(&both);
	far_side();
	return NULL;
}

/* Nanoseconds that one of @count takes */
static double run_round(enum contender who, void (*near_side)(void), void (*other)(void),
			uint64_t count)
{
	pthread_t thread;
	double begin;

	now = who;
	open_lane(&lanes[0], memory[0]);
	open_lane(&lanes[1], memory[1]);
	far_side = other;
	if (pthread_create(&thread, NULL, far_thread, NULL))
		errx(1, "thread");
	pthread_barrier_wait(&both);
	begin = seconds();
	near_side();
	begin = seconds() - begin;
	pthread_join(thread, NULL);
	return begin * 1e9 / (double)count;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

struct work {
	const char *what;
	void (*near_side)(void);
	void (*far_side)(void);
	uint64_t *count;
};

static const struct work works[] = {
	{ "one way      8 B", near_8, far_8, &messages },
	{ "one way     64 B", near_64, far_64, &messages },
	{ "round trip   8 B", ping_8, pong_8, &trips },
	{ "round trip  64 B", ping_64, pong_64, &trips },
	{ "answer in 10 us", ping_late, pong_late, &late_trips },
};

#define WORKS	(sizeof(works) / sizeof(works[0]))

static double best[CONTENDERS], median[CONTENDERS];

/* Those from @first on, taking turns */
static void measure(const struct work *work, int first, int rounds)
{
	static double took[CONTENDERS][ROUNDS_MOST];

	for (int i = 0; i < rounds; i++)
		for (int who = first; who < CONTENDERS; who++)
			took[who][i] = run_round(who, work->near_side, work->far_side,
						 *work->count);
	for (int who = first; who < CONTENDERS; who++) {
		qsort(took[who], (size_t)rounds, sizeof(double), ascending);
		best[who] = took[who][0];
		median[who] = took[who][rounds / 2];
	}
}

static void compare(const struct work *work, int rounds)
{
	measure(work, QUEUE, rounds);
	for (int who = 0; who < CONTENDERS; who++)
		printf("%-16s  %-15s best %7.2f ns  median %7.2f ns  queue/it: %.2f %.2f\n",
		       work->what, names[who], best[who], median[who], best[QUEUE] / best[who],
		       median[QUEUE] / median[who]);
	fflush(stdout);
}

/*
 * Does @who take at most a tenth more than @other? Where others want the CPUs, too, two medians of
 * the very same may be further apart than that. So it has several tries; what is slower by itself
 * is slower in each of them.
 */
static bool keeps_up(const struct work *work, enum contender who, enum contender other, int rounds)
{
	double ratio;
	int tries = 0;

	do {
		measure(work, other, rounds);
		ratio = median[who] / median[other];
	} while (ratio > 1.1 && ++tries < TRIES);
	printf("%sok - %s: %s takes %.2f of what %s takes (%.2f, %.2f ns)\n",
	       ratio > 1.1 ? "not " : "", work->what, names[who], ratio, names[other], median[who],
	       median[other]);
	fflush(stdout);
	return ratio <= 1.1;
}

static int test(const struct work *work, int rounds)
{
	int failed = !keeps_up(work, RING_ADAPTIVE, RING_SPIN, rounds);

	for (int who = RING; who < CONTENDERS; who++)
		failed += !keeps_up(work, (enum contender)who, QUEUE, rounds);
	return failed;
}

/* The first two that we may use; fewer if there are no two */
static int choose_cpus(void)
{
	cpu_set_t set;
	int found = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		err(4, "CPUs");
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[found++] = cpu;
	return found;
}

int main(int argc, char **argv)
{
	bool verdict = argc > 1 && !strcmp(argv[1], "--test");
	int rounds, failed = 0;

	argc -= verdict;
	argv += verdict;
	rounds = argc > 1 ? atoi(argv[1]) : 15;
	messages = argc > 2 ? strtoull(argv[2], NULL, 10) : 2000000;
	trips = argc > 3 ? strtoull(argv[3], NULL, 10) : 100000;
	late_trips = trips / 10;
	if (rounds < 1 || rounds > ROUNDS_MOST || !messages || !late_trips)
		errx(2, "Usage: compare [--test] [ROUNDS [MESSAGES [ROUND TRIPS]]]");
	if (choose_cpus() < 2) {
		printf("ok - two threads at the same time # SKIP one CPU\n");
		return 0;
	}
	memory_size = ipcx_ring_size(CAPACITY);
	for (int i = 0; i < 2; i++) {
		memory[i] = mmap(NULL, memory_size, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (memory[i] == MAP_FAILED)
			err(1, "memory");
	}
	pin(cpus[0]);
	pthread_barrier_init(&both, NULL, 2);
	for (unsigned int i = 0; i < WORKS; i++) {
		if (verdict)
			failed += test(&works[i], rounds);
		else
			compare(&works[i], rounds);
	}
	return failed != 0;
}
