// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the workers of a round, and watching over them.
 *
 * If one of them is killed, the parent notices, kills the others and closes the channel. If the
 * parent is, the kernel kills them all, and the janitor removes what is left.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crew.h"
#include "worker.h"

/* No message for this long is a standstill; checked at every interval. */
#define STALL_INTERVAL_S	10
#define STALL_INTERVALS		3

static const char *const side_names[SIDES] = {
	[SIDE_ORIGIN] = "sending",
	[SIDE_PEER] = "receiving",
};

/**
 * struct crew_member - a worker
 * @r: the round
 * @ch: the channel as this one sees it, if it is a thread
 * @side: whose work it does
 * @index: which of several on that side
 * @pid: its process; 0 if that has been reaped
 * @thread: or its thread
 */
struct crew_member {
	struct round *r;
	struct channel ch;
	enum bench_side side;
	unsigned int index;
	pid_t pid;
	pthread_t thread;
};

/**
 * struct crew - all workers of a round
 * @member: they
 * @n: how many
 * @blamed: one has ended badly, and it has been said why
 */
struct crew {
	struct crew_member *member;
	unsigned int n;
	bool blamed;
};

static int crew_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

/*
 * A fork leaves pages that are shared to be mapped at first touch, and no warm-up touches them
 * all. A kernel that cannot map them now does so then.
 */
static void crew_populate(struct round *r)
{
	madvise(r->sh, r->size, MADV_POPULATE_WRITE);
	if (r->ch.map)
		madvise(r->ch.map, r->ch.map_size, MADV_POPULATE_WRITE);
}

/* What every process of a round is, whatever it does. */
static void crew_process(struct round *r, pid_t parent)
{
	sigset_t none;

	/* Ctrl-C reaches all processes; the parent decides what becomes of it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	crew_populate(r);
}

static int member_work(struct crew_member *m, struct channel *ch)
{
	int cpu = m->r->cpu[m->side];

	if (crew_pin(cpu)) {
		snprintf(round_worker(m->r, m->side, m->index)->error, ROUND_ERROR,
			 "pinning to CPU %d: %s", cpu, strerror(errno));
		return 1;
	}
	if (policy_enter(m->r->cell->policy)) {
		snprintf(round_worker(m->r, m->side, m->index)->error, ROUND_ERROR,
			 "policy %s: %s", bench_policy_names[m->r->cell->policy],
			 strerror(errno));
		return 1;
	}
	if (atomic_fetch_sub(&m->r->sh->absent, 1) == 1)
		worker_tell(&m->r->sh->present);
	worker_await(&m->r->sh->present);
	return worker_run(m->r, ch, m->side, m->index);
}

static void *member_thread(void *arg)
{
	struct crew_member *m = arg;

	/* The others wait for this one: there is nothing that they could still do. */
	if (member_work(m, &m->ch))
		_exit(1);
	return NULL;
}

/* The one process of a crew of threads */
static _Noreturn void crew_threads(struct crew *crew)
{
	for (unsigned int i = 0; i < crew->n; i++) {
		struct crew_member *m = &crew->member[i];

		errno = channel_share(&m->ch, &m->r->ch) ? ENOMEM :
			pthread_create(&m->thread, NULL, member_thread, m);
		if (errno) {
			snprintf(round_worker(m->r, m->side, m->index)->error, ROUND_ERROR,
				 "starting a thread: %s", strerror(errno));
			_exit(1);
		}
	}
	for (unsigned int i = 0; i < crew->n; i++) {
		pthread_join(crew->member[i].thread, NULL);
		channel_unshare(&crew->member[i].ch);
	}
	_exit(0);
}

static int crew_fork(struct round *r, struct crew *crew, char *error)
{
	/* One for all threads, or one each: receivers first, so that somebody listens. */
	unsigned int processes = r->cell->as == AS_THREAD ? 1 : crew->n;
	pid_t parent = getpid();

	fflush(NULL);
	for (unsigned int i = processes; i-- > 0;) {
		struct crew_member *m = &crew->member[i];

		m->pid = fork();
		if (m->pid < 0) {
			snprintf(error, ROUND_ERROR, "fork: %s", strerror(errno));
			return -1;
		}
		if (m->pid)
			continue;
		crew_process(r, parent);
		if (r->cell->as == AS_THREAD)
			crew_threads(crew);
		_exit(member_work(m, &r->ch));
	}
	return 0;
}

static void crew_kill(struct crew *crew)
{
	for (unsigned int i = 0; i < crew->n; i++) {
		pid_t pid = crew->member[i].pid;

		if (pid <= 0)
			continue;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		crew->member[i].pid = 0;
	}
}

/* Say why the process of @m ended as it did: it or, if it was several threads, one of them. */
static void crew_blame(struct crew *crew, struct crew_member *m, int status, char *error)
{
	if (WIFSIGNALED(status)) {
		snprintf(error, ROUND_ERROR, "the %s process was killed by signal %d (%s)",
			 m->r->cell->as == AS_THREAD ? "working" : side_names[m->side],
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
		return;
	}
	for (unsigned int i = 0; i < crew->n; i++) {
		struct crew_member *other = &crew->member[i];
		const char *why = round_worker(other->r, other->side, other->index)->error;

		if (!*why || (m->r->cell->as == AS_PROCESS && other != m))
			continue;
		snprintf(error, ROUND_ERROR, "the %s %s failed: %s", side_names[other->side],
			 bench_as_names[m->r->cell->as], why);
		return;
	}
	snprintf(error, ROUND_ERROR, "the %s process ended with status %d", side_names[m->side],
		 WEXITSTATUS(status));
}

/* Look at which processes have ended: -1 if one has ended badly. */
static int crew_reap(struct crew *crew, unsigned int *alive, char *error)
{
	*alive = 0;
	for (unsigned int i = 0; i < crew->n; i++) {
		struct crew_member *m = &crew->member[i];
		int status = 0;

		if (m->pid <= 0)
			continue;
		if (!waitpid(m->pid, &status, WNOHANG)) {
			++*alive;
			continue;
		}
		m->pid = 0;
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			continue;
		/* One that was killed explains why others failed, not the reverse. */
		if (!crew->blamed || WIFSIGNALED(status))
			crew_blame(crew, m, status, error);
		crew->blamed = true;
	}
	return crew->blamed ? -1 : 0;
}

/*
 * Who is killed closes its end of the channel before it has ended, so another may have failed, and
 * been seen, first.
 */
static void crew_blame_killed(struct crew *crew, char *error)
{
	const struct timespec moment = { .tv_nsec = 50000000 };
	unsigned int alive;

	nanosleep(&moment, NULL);
	crew_reap(crew, &alive, error);
}

static uint64_t crew_progress(struct round *r, const struct crew *crew)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < crew->n; i++)
		sum += atomic_load(&r->sh->worker[i].done);
	return sum;
}

static enum round_result crew_watch(struct round *r, struct crew *crew, char *error)
{
	const struct timespec interval = { .tv_sec = STALL_INTERVAL_S };
	unsigned int stalled = 0, alive;
	uint64_t before = 0, now;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	do {
		sig = sigtimedwait(&set, NULL, &interval);
		if (sig > 0 && sig != SIGCHLD) {
			snprintf(error, ROUND_ERROR, "interrupted by signal %d (%s)", sig,
				 strsignal(sig));
			return ROUND_INTERRUPTED;
		}
		if (crew_reap(crew, &alive, error)) {
			crew_blame_killed(crew, error);
			return ROUND_FAILED;
		}
		now = crew_progress(r, crew);
		stalled = sig < 0 && errno == EAGAIN && now == before ? stalled + 1 : 0;
		before = now;
		if (stalled == STALL_INTERVALS) {
			snprintf(error, ROUND_ERROR, "no message for %d s: one was lost, or a "
				 "wake-up was", STALL_INTERVAL_S * STALL_INTERVALS);
			return ROUND_FAILED;
		}
	} while (alive);
	return ROUND_DONE;
}

enum round_result crew_run(struct round *r, char error[ROUND_ERROR])
{
	const unsigned int *several = r->cell->several;
	struct crew crew = { .n = several[SIDE_ORIGIN] + several[SIDE_PEER] };
	enum round_result result = ROUND_FAILED;

	crew.member = calloc(crew.n, sizeof(*crew.member));
	if (!crew.member) {
		snprintf(error, ROUND_ERROR, "no memory for %u workers", crew.n);
		return ROUND_FAILED;
	}
	for (unsigned int i = 0; i < crew.n; i++) {
		bool peer = i >= several[SIDE_ORIGIN];

		crew.member[i].r = r;
		crew.member[i].side = peer ? SIDE_PEER : SIDE_ORIGIN;
		crew.member[i].index = peer ? i - several[SIDE_ORIGIN] : i;
	}
	if (!crew_fork(r, &crew, error))
		result = crew_watch(r, &crew, error);
	crew_kill(&crew);
	free(crew.member);
	return result;
}
