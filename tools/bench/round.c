// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the two processes of a round, watching over them, and taking in what they found.
 *
 * Three processes know the channel. Whichever is killed, the others notice and remove what would
 * be left: the two sides are killed and the channel is closed by this process, or, if this process
 * is the one that dies, the sides get SIGTERM from the kernel and destroy the channel themselves.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "round.h"

/* No message for this long is a standstill; checked at every interval. */
#define STALL_INTERVAL_S	10
#define STALL_INTERVALS		3

const char *const bench_mode_names[BENCH_MODES] = {
	[BENCH_RTT] = "rtt",
	[BENCH_ONEWAY] = "oneway",
};

const char *const bench_placement_names[BENCH_PLACEMENTS] = {
	[PLACE_SAME_CPU] = "same-cpu",
	[PLACE_TWO_CPUS] = "two-cpus",
	[PLACE_UNPINNED] = "unpinned",
};

static const char *const side_names[SIDES] = {
	[SIDE_ORIGIN] = "sending",
	[SIDE_PEER] = "receiving",
};

/* For the signal handler of a side, which has no other way to find it. */
static struct channel *worker_channel;

static void worker_terminated(int sig)
{
	(void)sig;
	if (worker_channel->mech->destroy)
		worker_channel->mech->destroy(worker_channel);
	_exit(1);
}

static int worker_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

static _Noreturn void worker_main(struct round *r, enum bench_side side, pid_t parent)
{
	struct sigaction action = { .sa_handler = worker_terminated };
	sigset_t none;

	worker_channel = &r->ch;
	sigaction(SIGTERM, &action, NULL);
	/* Ctrl-C reaches all three processes; the parent decides what becomes of it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		worker_terminated(SIGTERM);
	if (worker_pin(r->cpu[side])) {
		snprintf(r->sh->side[side].error, ROUND_ERROR, "pinning to CPU %d: %s",
			 r->cpu[side], strerror(errno));
		_exit(1);
	}
	_exit(worker_run(r, side));
}

/* Reap @pid if it has ended: 1 if it did well, -1 if it did not, 0 if it still runs. */
static int worker_ended(pid_t *pid, int *status)
{
	pid_t ended = waitpid(*pid, status, WNOHANG);

	if (!ended)
		return 0;
	*pid = 0;
	return ended > 0 && WIFEXITED(*status) && !WEXITSTATUS(*status) ? 1 : -1;
}

static void workers_kill(pid_t pid[SIDES])
{
	for (int side = 0; side < SIDES; side++) {
		if (pid[side] <= 0)
			continue;
		kill(pid[side], SIGKILL);
		waitpid(pid[side], NULL, 0);
		pid[side] = 0;
	}
}

static void round_blame(struct round *r, enum bench_side side, int status, char *error)
{
	const char *name = side_names[side], *why = r->sh->side[side].error;

	if (WIFSIGNALED(status))
		snprintf(error, ROUND_ERROR, "the %s process was killed by signal %d (%s)", name,
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(error, ROUND_ERROR, "the %s process failed: %s", name,
			 *why ? why : "terminated");
}

/* Look at which sides have ended: -1 if one has ended badly. */
static int round_reap(struct round *r, pid_t pid[SIDES], char *error)
{
	bool blamed = false;

	for (int side = 0; side < SIDES; side++) {
		int status = 0;

		if (pid[side] <= 0 || worker_ended(&pid[side], &status) >= 0)
			continue;
		/* A side that was killed explains why the other failed, not the reverse. */
		if (!blamed || WIFSIGNALED(status))
			round_blame(r, side, status, error);
		blamed = true;
	}
	return blamed ? -1 : 0;
}

static uint64_t round_progress(struct round *r)
{
	return atomic_load(&r->sh->side[SIDE_ORIGIN].done) +
	       atomic_load(&r->sh->side[SIDE_PEER].done);
}

/* Wait until both sides have ended. */
static enum round_result round_watch(struct round *r, pid_t pid[SIDES], char *error)
{
	const struct timespec interval = { .tv_sec = STALL_INTERVAL_S };
	unsigned int stalled = 0;
	uint64_t before = 0, now;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	while (pid[SIDE_ORIGIN] > 0 || pid[SIDE_PEER] > 0) {
		sig = sigtimedwait(&set, NULL, &interval);
		if (sig > 0 && sig != SIGCHLD) {
			snprintf(error, ROUND_ERROR, "interrupted by signal %d (%s)", sig,
				 strsignal(sig));
			return ROUND_INTERRUPTED;
		}
		if (round_reap(r, pid, error))
			return ROUND_FAILED;
		now = round_progress(r);
		stalled = sig < 0 && errno == EAGAIN && now == before ? stalled + 1 : 0;
		before = now;
		if (stalled == STALL_INTERVALS) {
			snprintf(error, ROUND_ERROR, "no message for %d s: one was lost, or a "
				 "wake-up was", STALL_INTERVAL_S * STALL_INTERVALS);
			return ROUND_FAILED;
		}
	}
	return ROUND_DONE;
}

static enum round_result round_fork(struct round *r, char *error)
{
	pid_t pid[SIDES] = { 0 }, parent = getpid();
	enum round_result result = ROUND_FAILED;

	fflush(NULL);
	for (int side = SIDES - 1; side >= 0; side--) {
		pid[side] = fork();
		if (pid[side] < 0) {
			snprintf(error, ROUND_ERROR, "fork: %s", strerror(errno));
			goto kill;
		}
		if (!pid[side])
			worker_main(r, side, parent);
	}
	result = round_watch(r, pid, error);
kill:
	workers_kill(pid);
	return result;
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Add what the sides found to the cell. */
static enum round_result round_take(struct cell *cell, struct round *r, char *error)
{
	struct round_shared *sh = r->sh;
	struct work_tally *origin = &sh->side[SIDE_ORIGIN].tally;
	struct work_tally *peer = &sh->side[SIDE_PEER].tally;
	/* Both sides of a round trip see the same loss and, as it is echoed, the same damage. */
	uint64_t lost = cell->mode == BENCH_RTT ? origin->lost : peer->lost;
	uint64_t n = cell->mode == BENCH_RTT ? sh->nsamples : r->count - (lost < r->count ? lost :
									   r->count);
	uint64_t total = sh->total, *samples;

	cell->tally.received += max_u64(origin->received, peer->received);
	cell->tally.lost += lost;
	cell->tally.reordered += max_u64(origin->reordered, peer->reordered);
	cell->tally.corrupt += max_u64(origin->corrupt, peer->corrupt);
	cell->n += n;
	if (cell->mode == BENCH_ONEWAY)
		total = sh->end ? sh->end - sh->start : 0;
	if (n && total && cell->nrounds < BENCH_MAX_ROUNDS)
		cell->round_mean[cell->nrounds++] = (double)total / (double)n;
	if (!sh->nsamples)
		return ROUND_DONE;
	samples = realloc(cell->samples, (cell->nsamples + sh->nsamples) * sizeof(*samples));
	if (!samples) {
		snprintf(error, ROUND_ERROR, "no memory for samples");
		return ROUND_FAILED;
	}
	memcpy(samples + cell->nsamples, sh->samples, sh->nsamples * sizeof(*samples));
	cell->samples = samples;
	cell->nsamples += sh->nsamples;
	return ROUND_DONE;
}

/* Open the channel, or note in the cell why it cannot be. */
static enum round_result round_open(struct cell *cell, struct round *r, char *error)
{
	enum channel_opened opened = channel_open(&r->ch, cell->mech, cell->mode, cell->size);

	memcpy(cell->facts, r->ch.facts, sizeof(cell->facts));
	cell->nfacts = r->ch.nfacts;
	switch (opened) {
	case CHANNEL_REFUSED:
	case CHANNEL_UNAVAILABLE:
		cell->state = opened == CHANNEL_REFUSED ? CELL_REFUSED : CELL_UNAVAILABLE;
		memcpy(cell->why, r->ch.why, sizeof(cell->why));
		break;
	case CHANNEL_FAILED:
		snprintf(error, ROUND_ERROR, "%s", r->ch.why);
		return ROUND_FAILED;
	case CHANNEL_OPEN:
		break;
	}
	return ROUND_DONE;
}

/*
 * Messages to warm up with: enough for caches, page tables and the buffers of TCP. Processes that
 * wait for each other must also have had the same share of the CPU, or the scheduler favours one of
 * them: with 64 bytes that takes some hundred messages.
 */
static uint64_t round_warm_up(const struct cell *cell, uint64_t count)
{
	bool in_turn = cell->mode == BENCH_RTT || cell->mech->answered;
	uint64_t warm = in_turn ? count * 2 : count / 4;

	if (warm < 32)
		warm = 32;
	return warm > 1000 ? 1000 : warm;
}

enum round_result round_run(struct cell *cell, uint64_t count, const int cpu[SIDES],
			    char error[ROUND_ERROR])
{
	struct round r = { .count = count, .cpu = { cpu[SIDE_ORIGIN], cpu[SIDE_PEER] } };
	size_t samples = cell->mode == BENCH_RTT ? count : 0;
	size_t size = sizeof(*r.sh) + samples * sizeof(r.sh->samples[0]);
	enum round_result result;

	r.warm = round_warm_up(cell, count);
	r.sh = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
		    -1, 0);
	if (r.sh == MAP_FAILED) {
		snprintf(error, ROUND_ERROR, "no memory for %zu samples", samples);
		return ROUND_FAILED;
	}
	result = round_open(cell, &r, error);
	if (result == ROUND_DONE && cell->state == CELL_MEASURED) {
		result = round_fork(&r, error);
		if (result == ROUND_DONE)
			result = round_take(cell, &r, error);
	}
	channel_close(&r.ch);
	munmap(r.sh, size);
	return result;
}

bool cell_damaged(const struct cell *cell)
{
	return cell->tally.corrupt ||
	       (!cell->mech->lossy && (cell->tally.lost || cell->tally.reordered));
}
