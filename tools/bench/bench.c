// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx bench: rounds over all cells, in an order that differs from round to round, so that whatever
 * else the machine does is spread over the mechanisms and not blamed on one.
 */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "diff.h"
#include "results.h"
#include "round.h"
#include "stats.h"

#define BENCH_DEFAULT_ROUNDS	9

/* How small the standard error of a mean should become, as a share of it. */
#define SURE_INSTRUCTIONS	0.002
#define SURE_NS			0.01

/*
 * Enough for a mean that repeats, in a time that a person waits.
 */
static uint64_t default_count(const struct options *opts, enum bench_mode mode, size_t size)
{
	uint64_t count = size <= 1024 ? 2700 : size <= 16384 ? 1800 : 360;

	/* A round must be more than a queue holds: a pipe takes 1024 messages of 64 bytes. */
	if (mode == BENCH_ONEWAY)
		count *= size <= 1024 ? 5 : 2;
	return opts->unit == UNIT_INSTRUCTIONS ? count : count * 4;
}

static int plan_cells(struct results *results)
{
	const struct options *opts = &results->opts;
	unsigned int most = BENCH_PLACEMENTS * BENCH_MODES * opts->nmechs * opts->nsizes;

	results->cells = calloc(most, sizeof(*results->cells));
	if (!results->cells)
		return bench_complain(1, "no memory for %u cells", most);
	for (unsigned int i = 0; i < most; i++) {
		unsigned int size = i % opts->nsizes;
		unsigned int mech = i / opts->nsizes % opts->nmechs;
		unsigned int mode = i / opts->nsizes / opts->nmechs % BENCH_MODES;
		unsigned int place = i / opts->nsizes / opts->nmechs / BENCH_MODES;
		struct cell *cell = &results->cells[results->ncells];

		if (!opts->modes[mode] || !opts->placements[place])
			continue;
		results->ncells++;
		cell->mech = opts->mechs[mech];
		cell->mode = mode;
		cell->placement = place;
		cell->size = opts->sizes[size];
		cell->count = opts->count ? opts->count : default_count(opts, mode, cell->size);
		cell->rounds = opts->rounds ? opts->rounds : BENCH_DEFAULT_ROUNDS;
		if (cell->count < cell->rounds)
			cell->rounds = (unsigned int)cell->count;
		cell->most_rounds = cell->rounds;
		if (!opts->rounds && !opts->count)
			cell->most_rounds = opts->unit == UNIT_INSTRUCTIONS ? BENCH_MAX_ROUNDS :
									      2 * cell->rounds;
	}
	return -1;
}

/* The same order every time: a run can be repeated. */
static void shuffle(unsigned int *order, unsigned int n, uint64_t *random)
{
	for (unsigned int i = n - 1; i; i--) {
		unsigned int j, swap = order[i];

		*random = *random * 6364136223846793005u + 1442695040888963407u;
		j = (unsigned int)((*random >> 33) % (i + 1));
		order[i] = order[j];
		order[j] = swap;
	}
}

static void progress(unsigned int round, unsigned int done, unsigned int all)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (done == all)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\rround %u, cell %u of %u \033[K", round + 1, done + 1, all);
}

static int cell_round(struct cell *cell, unsigned int round)
{
	/* The first rounds take what does not divide evenly. */
	uint64_t count = cell->count / cell->rounds + (round < cell->count % cell->rounds);
	char error[ROUND_ERROR], size[32];
	int cpu[SIDES], first, second;

	host_cpus(&first, &second);
	cpu[SIDE_ORIGIN] = cell->placement == PLACE_UNPINNED ? -1 : first;
	cpu[SIDE_PEER] = cell->placement == PLACE_TWO_CPUS ? second : cpu[SIDE_ORIGIN];
	switch (round_run(cell, count, cpu, error)) {
	case ROUND_DONE:
		return -1;
	case ROUND_INTERRUPTED:
		return bench_complain(130, "%s", error);
	default:
		return bench_complain(1, "%s, %s, %s B, %s: %s", cell->mech->name,
				      bench_mode_names[cell->mode],
				      size_text(size, sizeof(size), cell->size),
				      bench_placement_names[cell->placement], error);
	}
}

static void cell_summarise(struct cell *cell)
{
	double means[BENCH_MAX_ROUNDS];

	if (!cell->nrounds)
		return;
	memcpy(means, cell->round_mean, sizeof(means));
	cell->mean = stats_midmean(means, cell->nrounds);
	cell->error = stats_midmean_error(means, cell->nrounds);
}

/* Whether @cell is to have a round of this number. */
static bool cell_wants(struct cell *cell, unsigned int round, double sure)
{
	if (cell->state != CELL_MEASURED || round >= cell->most_rounds)
		return false;
	if (round < cell->rounds)
		return true;
	cell_summarise(cell);
	return cell->error > sure * cell->mean;
}

/* The cells that are to have a round of this number, in an order of its own. */
static unsigned int round_order(struct results *results, unsigned int round, unsigned int *order,
				uint64_t *random)
{
	double sure = results->opts.unit == UNIT_INSTRUCTIONS ? SURE_INSTRUCTIONS : SURE_NS;
	unsigned int n = 0;

	for (unsigned int i = 0; i < results->ncells; i++)
		if (cell_wants(&results->cells[i], round, sure))
			order[n++] = i;
	if (n)
		shuffle(order, n, random);
	return n;
}

static int run_rounds(struct results *results)
{
	unsigned int *order = calloc(results->ncells, sizeof(*order));
	uint64_t random = 1;
	int status = -1;

	if (!order)
		return bench_complain(1, "no memory");
	for (unsigned int round = 0; status < 0; round++) {
		unsigned int n = round_order(results, round, order, &random);

		if (!n)
			break;
		for (unsigned int i = 0; i < n && status < 0; i++) {
			progress(round, i, n);
			status = cell_round(&results->cells[order[i]], round);
		}
		progress(round, n, n);
	}
	free(order);
	return status;
}

static int measure_overhead(struct results *results)
{
	cpu_set_t before, one;
	int first, second, status = -1;
	bool pinned;

	host_cpus(&first, &second);
	CPU_ZERO(&one);
	CPU_SET(first < 0 ? 0 : first, &one);
	pinned = !sched_getaffinity(0, sizeof(before), &before) &&
		 !sched_setaffinity(0, sizeof(one), &one);
	overhead_measure(&results->overhead);
	for (unsigned int i = 0; i < results->opts.nsizes && status < 0; i++)
		if (work_cost_measure(&results->work[i], results->opts.sizes[i]))
			status = bench_complain(1, "no memory, or memory that forgets");
	if (pinned)
		sched_setaffinity(0, sizeof(before), &before);
	return status;
}

static int summarise(struct results *results)
{
	int status = -1;

	for (unsigned int i = 0; i < results->ncells; i++) {
		struct cell *cell = &results->cells[i];

		stats_sort(cell->samples, cell->nsamples);
		cell_summarise(cell);
		if (cell_damaged(cell))
			status = 1;
	}
	return status;
}

/* Signals that end the run are taken in where a round waits, so that it is cleaned up after. */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
}

/* Programs and libraries are read from their files now, not in the middle of a measurement. */
static void fault_in(void)
{
	if (!mlockall(MCL_CURRENT))
		munlockall();
}

static int compare(struct results *results)
{
	const char *json = results->opts.json;
	int status, damaged;

	if (json) {
		status = results_writable(json);
		if (status >= 0)
			return status;
	}
	if (results->opts.unit == UNIT_INSTRUCTIONS)
		host_settle();
	block_signals();
	fault_in();
	host_read(&results->host);
	status = plan_cells(results);
	if (status < 0)
		status = measure_overhead(results);
	if (status < 0)
		status = run_rounds(results);
	if (status >= 0)
		return status;
	damaged = summarise(results);
	table_print(results, json && !strcmp(json, "-") ? stderr : stdout);
	if (json)
		status = results_write(results, json);
	if (damaged > 0)
		bench_complain(1, "messages were damaged, or lost by a mechanism that must not");
	return status > damaged ? status : damaged > 0 ? damaged : 0;
}

static int list_mechanisms(void)
{
	for (const struct mechanism *const *m = mechanisms; *m; m++)
		printf("%-15s %s\n%-15s one way: %s\n"
		       "%-15s copies %u, system calls %u a message%s%s\n",
		       (*m)->name, (*m)->about, "", (*m)->flow, "", (*m)->copies, (*m)->syscalls,
		       (*m)->boundaries ? ", boundaries kept" : ", a byte stream",
		       (*m)->lossy ? ", may lose" : "");
	return 0;
}

int bench_main(int argc, char **argv)
{
	struct results *results;
	int status;

	if (argc > 1 && !strcmp(argv[1], "report"))
		return report_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "diff"))
		return diff_main(argc - 1, argv + 1);
	results = calloc(1, sizeof(*results));
	if (!results)
		return bench_complain(1, "no memory");
	status = options_parse(&results->opts, argc, argv);
	if (status < 0)
		status = results->opts.list ? list_mechanisms() : compare(results);
	for (unsigned int i = 0; i < results->ncells; i++)
		free(results->cells[i].samples);
	free(results->cells);
	free(results);
	return status;
}
