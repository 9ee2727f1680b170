// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx bench: rounds over all cells, in an order that differs from round to round, so that whatever
 * else the machine does is spread over the mechanisms and not blamed on one.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "count.h"
#include "diff.h"
#include "effort.h"
#include "floor.h"
#include "hdr.h"
#include "janitor.h"
#include "plan.h"
#include "progress.h"
#include "results.h"
#include "round.h"
#include "stats.h"

#define STATUS_INTERRUPTED	130

/* How near both ends of a mean's interval should come to it, as a share of it. */
#define SURE_INSTRUCTIONS	0.002
#define SURE_NS			0.02

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

static int cell_round_part(struct cell *cell, uint64_t count, struct round_time *time)
{
	char error[ROUND_ERROR], size[32];
	int cpu[SIDES];

	cell_cpus(cell, cpu);
	*time = (struct round_time){ 0 };
	switch (round_run(cell, count, cpu, time, error)) {
	case ROUND_DONE:
		return -1;
	case ROUND_INTERRUPTED:
		return bench_complain(STATUS_INTERRUPTED, "%s", error);
	default:
		return bench_complain(1, "%s, %s, %s B, %s: %s", cell->mech->name,
				      cell->mode->name, size_text(size, sizeof(size), cell->size),
				      bench_placement_names[cell->placement], error);
	}
}

static void cell_add_mean(struct cell *cell, double total, double n)
{
	cell->spent += total;
	if (n > 0 && total > 0 && cell->nrounds < BENCH_MAX_ROUNDS)
		cell->round_mean[cell->nrounds++] = total / n;
}

/* Where the line through two parts of a round is at no messages. */
static double round_fixed(const struct round_time *once, const struct round_time *more)
{
	double n = (double)once->n, m = (double)more->n;

	return ((double)once->total * m - (double)more->total * n) / (m - n);
}

/*
 * A round is run in two parts, the second with twice as many messages. What beginning and ending
 * take is in both, and not in their difference: so it can be told how much of the mean it is. It is
 * not taken out of the mean, whose variance would be nine times as large.
 */
static int cell_round(struct cell *cell, bool twice)
{
	uint64_t count = effort_count(cell);
	struct round_time once, more;
	int status;

	cell->tried++;
	if (!twice || count < 3) {
		status = cell_round_part(cell, count, &once);
		if (status < 0)
			cell_add_mean(cell, (double)once.total, (double)once.n);
		return status;
	}
	status = cell_round_part(cell, count / 3, &once);
	if (status >= 0 || cell->state != CELL_MEASURED)
		return status;
	status = cell_round_part(cell, count - count / 3, &more);
	if (status >= 0)
		return status;
	if (more.n > once.n && cell->nrounds < BENCH_MAX_ROUNDS)
		cell->round_fixed[cell->nrounds] = round_fixed(&once, &more);
	cell_add_mean(cell, (double)(once.total + more.total), (double)(once.n + more.n));
	return -1;
}

/* A round whose length somebody else has chosen is in one piece. */
static bool round_twice(const struct results *results, const struct cell *cell)
{
	return results->opts.unit == UNIT_INSTRUCTIONS || cell->most_rounds > cell->rounds;
}

/* Cells first, and then floors: these have their rounds among those of the cells. */
static struct cell *cell_of(const struct results *results, unsigned int i)
{
	return i < results->ncells ? &results->cells[i] : &results->floors[i - results->ncells];
}

/* The cells that are to have one round more, in an order of its own. */
static unsigned int round_order(struct results *results, unsigned int *order, uint64_t *random)
{
	double sure = results->opts.unit == UNIT_INSTRUCTIONS ? SURE_INSTRUCTIONS : SURE_NS;
	unsigned int n = 0;

	for (unsigned int i = 0; i < results->ncells + results->nfloors; i++)
		if (effort_wants(cell_of(results, i), sure))
			order[n++] = i;
	if (n)
		shuffle(order, n, random);
	return n;
}

static double run_share(const struct results *results)
{
	unsigned int n = results->ncells + results->nfloors;
	double share = 0;

	for (unsigned int i = 0; i < n; i++)
		share += effort_share(cell_of(results, i));
	return share / n;
}

static int run_rounds(struct results *results)
{
	unsigned int *order = calloc(results->ncells + results->nfloors, sizeof(*order));
	struct progress progress;
	uint64_t random = 1;
	int status = -1;

	if (!order)
		return bench_complain(1, "no memory");
	progress_begin(&progress);
	while (status < 0) {
		unsigned int n = round_order(results, order, &random);

		if (!n)
			break;
		for (unsigned int i = 0; i < n && status < 0; i++) {
			struct cell *cell = cell_of(results, order[i]);

			status = cell_round(cell, round_twice(results, cell));
			progress_tell(&progress, run_share(results));
		}
	}
	progress_end(&progress);
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
	for (unsigned int i = 0; i < results->opts.sizes.n && status < 0; i++) {
		if (work_cost_measure(&results->work[i], results->opts.sizes.value[i]))
			status = bench_complain(1, "no memory, or memory that forgets");
		copy_cost_measure(&results->copy[i], results->opts.sizes.value[i]);
	}
	if (pinned)
		sched_setaffinity(0, sizeof(before), &before);
	return status;
}

static int summarise(struct results *results)
{
	int status = -1;

	for (unsigned int i = 0; i < results->ncells + results->nfloors; i++) {
		struct cell *cell = cell_of(results, i);

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

/* What figures from here are worth; before the run, when something can still be done about it. */
static void judge_host(struct results *results)
{
	const struct options *opts = &results->opts;
	unsigned int n;

	host_read(&results->host);
	host_judge(&results->host, opts->sizes.value, opts->sizes.n,
		   opts->unit == UNIT_INSTRUCTIONS);
	n = host_warnings(&results->host);
	if (n)
		bench_complain(-1, "%u %s a measurement; 'ipcx doctor --bench' tells which", n,
			       n == 1 ? "thing here spoils" : "things here spoil");
}

static int compare(struct results *results)
{
	const char *json = results->opts.json;
	int status, damaged, written;

	if (json) {
		status = results_writable(json);
		if (status >= 0)
			return status;
	}
	if (results->opts.unit == UNIT_INSTRUCTIONS)
		host_settle();
	block_signals();
	if (janitor_start())
		return bench_complain(1, "starting a process: %s", strerror(errno));
	judge_host(results);
	fault_in();
	status = plan_cells(results);
	if (status < 0 && !results->opts.uncounted)
		status = floor_cells(results);
	if (status < 0)
		status = measure_overhead(results);
	if (status >= 0)
		return status;
	status = run_rounds(results);
	if (status < 0 && !results->opts.uncounted)
		status = count_cells(results);
	results->complete = status < 0;
	/* What somebody did not wait for is worth no less; what went wrong may be worth nothing. */
	if (status >= 0 && status != STATUS_INTERRUPTED)
		return status;
	damaged = summarise(results);
	table_print(results, json && !strcmp(json, "-") ? stderr : stdout);
	written = json ? results_write(results, json) : -1;
	if (damaged > 0)
		bench_complain(1, "messages were damaged, or lost by a mechanism that must not");
	if (status == STATUS_INTERRUPTED)
		return status;
	return written > damaged ? written : damaged > 0 ? damaged : 0;
}

static int list_mechanisms(void)
{
	for (const struct mechanism *const *m = mechanisms; *m; m++)
		printf("%-15s %s\n%-15s one way: %s\n"
		       "%-15s copies %u, system calls %s%g a message%s%s%s%s\n",
		       (*m)->name, (*m)->about, "", (*m)->flow, "", (*m)->copies,
		       (*m)->skips ? "up to " : "", (*m)->syscalls,
		       (*m)->boundaries ? ", boundaries kept" : ", a byte stream",
		       (*m)->lossy ? ", may lose" : "", (*m)->batching ? ", batches" : "",
		       (*m)->knobs ? ", knobs" : "");
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
	if (argc > 1 && !strcmp(argv[1], "hdr"))
		return hdr_main(argc - 1, argv + 1);
	results = calloc(1, sizeof(*results));
	if (!results)
		return bench_complain(1, "no memory");
	status = options_parse(&results->opts, argc, argv);
	if (status < 0)
		status = results->opts.list ? list_mechanisms() : compare(results);
	for (unsigned int i = 0; i < results->ncells; i++)
		free(results->cells[i].hist);
	free(results->cells);
	free(results->floors);
	host_forget(&results->host);
	free(results);
	return status;
}
