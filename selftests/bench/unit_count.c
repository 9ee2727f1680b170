// SPDX-License-Identifier: GPL-2.0-only
/* Whether what is counted is what was done: system calls, events of the CPU, copies. */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "copies.h"
#include "counter.h"
#include "fdio.h"
#include "results.h"
#include "round.h"
#include "trap.h"
#undef ARRAY_SIZE
#include "unit.h"

#define PAGES	50
#define EXACT	0.000001

/* What a counted call gives back must be what it gives back otherwise; a status for what is not. */
static int trapped(void)
{
	pid_t parent = getppid();
	int fd, pair[2];
	char byte = 0;
	void *map;

	if (trap_start())
		return 1;
	if (trap_stop())
		return 2;
	if (syscall(SYS_getppid) != parent)
		return 3;
	errno = 0;
	fd = open("/nowhere", O_RDONLY | O_CLOEXEC);
	if (fd != -1 || errno != ENOENT)
		return 4;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || munmap(map, 4096))
		return 5;
	if (pipe(pair) || write(pair[1], "x", 1) != 1 || read(pair[0], &byte, 1) != 1 ||
	    byte != 'x')
		return 6;
	usleep(1);
	return trap_stop() == 7 ? 0 : 7;
}

static void test_trap(void)
{
	pid_t child;
	int status;

	if (!trap_possible()) {
		check(true, "system calls # SKIP there is no way on this kind of machine");
		return;
	}
	child = fork();
	if (!child)
		_exit(trapped());
	waitpid(child, &status, 0);
	check(WIFEXITED(status) && !WEXITSTATUS(status),
	      "system calls are counted, and do what they always do: %d", WEXITSTATUS(status));
}

/* A mechanism that does something more for each message */
static unsigned int more_calls, more_pages;

static enum channel_opened extra_open(struct channel *ch)
{
	return unix_pair(ch, SOCK_SEQPACKET);
}

static int extra_commit(struct channel *ch, void *buf)
{
	size_t size = more_pages * 4096;
	char *map;

	for (unsigned int i = 0; i < more_calls; i++)
		syscall(SYS_getppid);
	if (more_pages) {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(map, size, MADV_NOHUGEPAGE);
		for (unsigned int i = 0; i < more_pages; i++)
			*(volatile char *)(map + 4096 * i) = 1;
		munmap(map, size);
	}
	return packet_commit(ch, buf);
}

static const struct mechanism mech_extra = {
	.name = "extra",
	.about = "a test double",
	.boundaries = true,
	.open = extra_open,
	.commit = extra_commit,
	.receive = packet_receive,
};

static enum round_result count(enum round_kind kind, const char *mode, enum bench_as as,
			       struct round_counts *counts)
{
	static const int anywhere[SIDES] = { -1, -1 };
	const struct round_length length = { 3, 10 };
	char error[ROUND_ERROR] = "";
	struct cell cell = {
		.mech = &mech_extra,
		.mode = mode_find(mode, strlen(mode)),
		.as = as,
		.size = 64,
		.several = { 1, 1 },
		.batch = 1,
	};
	enum round_result result = round_count(&cell, kind, &length, anywhere, counts, error);

	if (result != ROUND_DONE)
		printf("# %s\n", error);
	check(!cell.n && !cell.nrounds && !cell.hist && !cell.tally.received,
	      "what is counted is not measured");
	return result;
}

static void test_calls(void)
{
	struct round_counts counts;

	if (!trap_possible())
		return;
	for (int as = 0; as < BENCH_AS; as++) {
		bool done = count(ROUND_CALLS, "lat", as, &counts) == ROUND_DONE;

		check(done && counts.counted && counts.calls == 4,
		      "a round trip takes 4 system calls, with a %s each: %g", bench_as_names[as],
		      counts.calls);
		more_calls = 3;
		done = count(ROUND_CALLS, "lat", as, &counts) == ROUND_DONE;
		check(done && counts.calls == 10, "3 more for each message are noticed: %g",
		      counts.calls);
		done = count(ROUND_CALLS, "bw", as, &counts) == ROUND_DONE;
		check(done && counts.calls == 5, "and one way: %g", counts.calls);
		more_calls = 0;
	}
}

static int touch(uint64_t value[COUNTER_PARTS])
{
	char *map = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	struct counter counter;
	int ret;

	madvise(map, PAGES * 4096, MADV_NOHUGEPAGE);
	if (counter_start(&counter))
		return -1;
	for (int i = 0; i < PAGES; i++)
		*(volatile char *)(map + 4096 * i) = 1;
	ret = counter_stop(&counter, value);
	munmap(map, PAGES * 4096);
	return ret;
}

/* Page faults stand for instructions, which not every machine can count. */
static void test_counter(void)
{
	struct counter_event before = counter_event;
	uint64_t value[COUNTER_PARTS] = { 0 };
	bool parts[COUNTER_PARTS];
	struct round_counts counts;
	char why[200] = "";
	bool done;

	counter_event = (struct counter_event){ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS };
	if (!counter_possible(parts, why, sizeof(why)) || !parts[COUNTER_USER]) {
		check(true, "counters # SKIP %s", why);
	} else {
		done = !touch(value);
		check(done && value[COUNTER_USER] >= PAGES &&
		      value[COUNTER_USER] < 2 * PAGES, "what a thread does is counted: %llu",
		      (unsigned long long)value[COUNTER_USER]);
		check(!value[COUNTER_KERNEL], "apart from what the kernel does");
		more_pages = PAGES;
		done = count(ROUND_INSTRUCTIONS, "lat", AS_PROCESS, &counts) == ROUND_DONE;
		check(done && counts.counted &&
		      counts.counter[COUNTER_USER] >= 2 * PAGES &&
		      counts.counter[COUNTER_USER] < 4 * PAGES,
		      "of both sides, for a message: %g", counts.counter[COUNTER_USER]);
		more_pages = 0;
	}
	counter_event = (struct counter_event){ PERF_TYPE_HARDWARE, 0xffff };
	*why = '\0';
	check(!counter_possible(parts, why, sizeof(why)) && *why,
	      "what cannot be counted has a reason: %s", why);
	counter_event = before;
}

/* Cells of three sizes that cost @fixed, @copies copies, and @noise. */
static struct copies copies_found(const struct mechanism *mech, double copies, double noise,
				  unsigned int sizes)
{
	static const size_t size[] = { 64, 4096, 65536 };
	struct cell cells[ARRAY_SIZE(size)] = { 0 };
	struct results *results = calloc(1, sizeof(*results));
	struct copies found;

	results->cells = cells;
	results->ncells = ARRAY_SIZE(size);
	results->opts.sizes.n = ARRAY_SIZE(size);
	for (unsigned int i = 0; i < ARRAY_SIZE(size); i++) {
		double bytes = (double)size[i];

		results->opts.sizes.value[i] = size[i];
		results->work[i] = (struct work_cost){ size[i], bytes / 8, bytes / 4 };
		results->copy[i] = (struct copy_cost){
			.size = size[i], .kernel = 500 + bytes / 2, .memory = 10 + bytes / 16,
		};
		cells[i] = (struct cell){
			.mech = mech,
			.mode = mode_find("lat", 3),
			.size = size[i],
			.several = { 1, 1 },
			.batch = 1,
			.nrounds = i >= ARRAY_SIZE(size) - sizes,
			.mean = 10000 + bytes / 8 + 2 * bytes / 4 + 2 * copies * bytes / 2 +
				(mech->in_place ? bytes / 16 : 0),
			.error = noise,
		};
	}
	found = copies_of(results, &cells[0]);
	check(copies_first(results, &cells[0]) && !copies_first(results, &cells[1]),
	      "all sizes are told of once");
	free(results);
	return found;
}

static void test_copies(void)
{
	const struct mechanism in_place = { .name = "in place", .in_place = true };
	struct copies none = copies_found(&mech_extra, 2, 0, 1);
	struct copies two = copies_found(&mech_extra, 2, 100, 2);
	struct copies noisy = copies_found(&mech_extra, 2, 1000, 2);
	struct copies zero = copies_found(&in_place, 0, 0, 2);

	check(!none.known, "one size tells no slope");
	check(two.known && fabs(two.measured - 2) < EXACT, "two copies are found: %g",
	      two.measured);
	check(two.low < 2 && two.high > 2 && two.high - two.low < 0.1 &&
	      noisy.high - noisy.low > 9 * (two.high - two.low),
	      "within %g and %g, and less surely where rounds differ", two.low, two.high);
	check(zero.known && fabs(zero.measured) < EXACT,
	      "the echo in shared memory is none of the kernel's copies: %g", zero.measured);
}

void unit_count(void)
{
	test_trap();
	test_calls();
	test_counter();
	test_copies();
}
