// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of a ring is killed after each of its instructions, one after the other: it is stepped
 * through what it does, and killed after the first, the second, and so on, each time with a new
 * ring. Then the ring is used by others: every message that was committed is there, whole, in
 * order, and once; none is torn; and nobody hangs.
 *
 * It is killed at some of its instructions, others in each run; with IPCX_RING_DEATHS=all, at each.
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipcx_ring.h>

#define CAPACITY	1024
#define START		-256ull	/* the third or fourth message wraps; of MPMC, so do positions */
#define BEFORE		2		/* messages that are there when a sender is killed */
#define ALL		4		/* messages, with those of the victim */
#define LAST		8	/* what they send then */
#define AFTER		9		/* what a survivor sends */
#define SECONDS		((uint64_t)1000000000)

/* What the victim has done, for the survivors to hold the ring against */
struct notes {
	volatile int begun;	/* commits or releases that it has called */
	volatile int done;	/* ... and that have returned */
};

static struct notes *notes;
static void *mem;
static size_t size;
static uint32_t kind;
static unsigned long deaths, failures;
static unsigned int tests;

static size_t length(int id)
{
	return id == 3 || id == LAST ? 200 : 24 + (size_t)id * 8;
}

static void put(struct ipcx_ring *tx, int id, uint64_t deadline)
{
	unsigned char *at = ipcx_ring_reserve(tx, length(id), deadline);

	if (!at)
		err(1, "reserving for message %d", id);
	memset(at, id + 1, length(id));
	notes->begun++;
	if (ipcx_ring_commit(tx))
		err(1, "commit");
	notes->done++;
}

/* The next message: its number, -1 if there is none until the deadline, -2 if it is torn */
static int get(struct ipcx_ring *rx, uint64_t deadline)
{
	unsigned char buf[CAPACITY] = { 0 };
	ssize_t len = ipcx_ring_recv(rx, buf, sizeof(buf), deadline);
	int id = buf[0] - 1;

	if (len < 0)
		return -1;
	if (id < 0 || id > AFTER || (size_t)len != length(id))
		return -2;
	for (ssize_t i = 0; i < len; i++)
		if (buf[i] != id + 1)
			return -2;
	return id;
}

static void attach(struct ipcx_ring *ring, unsigned int role)
{
	if (ipcx_ring_attach(ring, mem, size, role) < 0)
		err(1, "attaching");
}

/* What a victim does; between the stops it is stepped. */
static _Noreturn void victim(unsigned int role, bool attaching)
{
	struct ipcx_ring ring;

	if (!attaching)
		attach(&ring, role);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	if (attaching)
		attach(&ring, role);
	for (int id = role == IPCX_RING_SENDER ? BEFORE : 0; id < ALL; id++) {
		size_t len;

		if (role == IPCX_RING_SENDER) {
			put(&ring, id, SECONDS);
			continue;
		}
		if (!ipcx_ring_peek(&ring, &len, SECONDS))
			err(1, "peek");
		notes->begun++;
		ipcx_ring_release(&ring);
		notes->done++;
	}
	if (attaching)
		ipcx_ring_detach(&ring);
	raise(SIGSTOP);
	_exit(0);
}

/* True if it came to its end before. A zombie is as dead as one that is gone. */
static bool kill_after(unsigned long steps, unsigned int role, bool attaching)
{
	siginfo_t info;
	bool ended = false;
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		victim(role, attaching);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		errx(1, "the victim did not start: %#x", status);
	while (steps-- && !ended) {
		if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) || waitpid(pid, &status, 0) != pid ||
		    !WIFSTOPPED(status))
			errx(1, "the victim went by itself: %#x", status);
		ended = WSTOPSIG(status) == SIGSTOP;
	}
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	if (steps % 2)
		waitpid(pid, &status, 0);
	return ended;
}

static bool complain(const char *what, int id)
{
	printf("# %s (message %d); begun %d, done %d\n", what, id, notes->begun, notes->done);
	return false;
}

/* A sender has died: all that it committed comes, in order, and what others send. */
static bool after_sender(struct ipcx_ring *tx, struct ipcx_ring *rx)
{
	int begun = notes->begun, done = notes->done, id, next = 0;

	put(tx, AFTER, ipcx_deadline(20 * SECONDS));
	while ((id = get(rx, ipcx_deadline(20 * SECONDS))) != AFTER) {
		if (id == -1)
			return complain("nothing comes any more", next);
		if (id != next || id >= begun)
			return complain("not the next, or torn, or not committed", id);
		next++;
	}
	return next >= done || complain("committed, and lost", next);
}

/* A receiver has died: all that it did not release comes, and what others send. */
static bool after_receiver(struct ipcx_ring *tx, struct ipcx_ring *rx)
{
	int begun = notes->begun, done = notes->done, id, wanted = ALL - begun + 1, last = -1;
	bool seen[AFTER + 1] = { false };

	put(tx, AFTER, ipcx_deadline(20 * SECONDS));
	while (wanted) {
		id = get(rx, ipcx_deadline(20 * SECONDS));
		if (id < 0)
			return complain(id == -1 ? "lost" : "torn", last);
		if (seen[id] || id < done || (kind == IPCX_RING_SPSC && id < last))
			return complain("comes again, or out of turn", id);
		seen[id] = true;
		last = id;
		if (id >= begun)
			wanted--;
	}
	return true;
}

static bool survived(unsigned int role)
{
	struct ipcx_ring tx, rx;
	bool good;

	attach(&tx, IPCX_RING_SENDER);
	attach(&rx, IPCX_RING_RECEIVER);
	good = role == IPCX_RING_SENDER ? after_sender(&tx, &rx) : after_receiver(&tx, &rx);
	/* And it goes on, past the wrap. What the victim was about to release may come yet. */
	for (int i = 0; good && i < 20; i++) {
		unsigned char last[200];
		int id, tries = 0;

		memset(last, LAST + 1, sizeof(last));
		while (ipcx_ring_send(&tx, last, sizeof(last), ipcx_deadline(SECONDS / 20)))
			if (get(&rx, IPCX_RING_TRY) < -1 || ++tries == 100)
				return complain("there is no room any more", i);
		do
			id = get(&rx, ipcx_deadline(20 * SECONDS));
		while (id >= 0 && id != LAST);
		good = id == LAST || complain("it does not go on", id);
	}
	ipcx_ring_detach(&tx);
	ipcx_ring_detach(&rx);
	return good;
}

static void new_ring(unsigned int role)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = kind, .start = START };
	struct ipcx_ring tx;

	if (kind == IPCX_RING_SPSC)
		config.start &= UINT32_MAX;
	memset(mem, 0xff, size);
	if (ipcx_ring_init(mem, size, &config))
		err(1, "ring");
	attach(&tx, IPCX_RING_SENDER);
	*notes = (struct notes){ 0 };
	for (int id = 0; id < (role == IPCX_RING_SENDER ? BEFORE : ALL); id++)
		put(&tx, id, SECONDS);
	ipcx_ring_detach(&tx);
	if (role == IPCX_RING_RECEIVER)
		*notes = (struct notes){ 0 };
}

static void test(const char *what, unsigned int role, bool attaching, unsigned long stride)
{
	unsigned long bad = 0, points = 0;
	bool ended = false;

	/* Which are left out differs from run to run. */
	for (unsigned long steps = (unsigned long)getpid() % stride; !ended; steps += stride) {
		new_ring(role);
		ended = kill_after(steps, role, attaching);
		points++;
		if (survived(role))
			continue;
		printf("# killed after %lu instructions\n", steps);
		if (++bad == 5)
			break;
	}
	deaths += points;
	failures += bad != 0;
	printf("%sok %u %s, killed at %lu instructions\n", bad ? "not " : "", ++tests, what,
	       points);
	fflush(stdout);
}

/* One who waits is told of the death, once. */
static void test_told(unsigned int role)
{
	struct ipcx_ring mine;
	bool good;
	pid_t pid;
	int told;

	new_ring(IPCX_RING_SENDER);
	pid = fork();
	if (!pid) {
		attach(&mine, !role);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
	attach(&mine, role);
	good = true;
	if (role == IPCX_RING_RECEIVER) {
		good = get(&mine, ipcx_deadline(SECONDS)) == 0;
		good = good && get(&mine, ipcx_deadline(SECONDS)) == 1;
		good = good && get(&mine, ipcx_deadline(20 * SECONDS)) == -1;
	} else {
		while (!ipcx_ring_send(&mine, "", 1, ipcx_deadline(20 * SECONDS)))
			;
	}
	told = errno;
	good = good && told == EOWNERDEAD;
	if (role == IPCX_RING_RECEIVER)
		good = good && get(&mine, ipcx_deadline(SECONDS / 10)) == -1 && errno == ETIMEDOUT;
	else
		good = good && ipcx_ring_send(&mine, "", 1, ipcx_deadline(SECONDS / 10)) &&
		       errno == ETIMEDOUT;
	failures += !good;
	printf("%sok %u %s that waits is told once that the other died\n", good ? "" : "not ",
	       ++tests, role == IPCX_RING_RECEIVER ? "a receiver" : "a sender");
}

int main(void)
{
	const char *deaths_wanted = getenv("IPCX_RING_DEATHS");
	bool every = deaths_wanted && !strcmp(deaths_wanted, "all");

	size = ipcx_ring_size(CAPACITY);
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	notes = mmap(NULL, sizeof(*notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (mem == MAP_FAILED || notes == MAP_FAILED)
		err(1, "memory");
	printf("1..10\n");
	for (kind = IPCX_RING_SPSC; kind <= IPCX_RING_MPMC; kind++) {
		const char *name = kind == IPCX_RING_SPSC ? "SPSC" : "MPMC";
		char what[64];

		for (unsigned int role = 0; role < 2; role++) {
			const char *who = role ? "receiver" : "sender";

			snprintf(what, sizeof(what), "%s: a %s", name, who);
			test(what, role, false, every ? 1 : kind == IPCX_RING_SPSC ? 2 : 8);
			snprintf(what, sizeof(what), "%s: a %s, attaching and detaching", name,
				 who);
			test(what, role, true, every ? 1 : 163);
		}
	}
	kind = IPCX_RING_SPSC;
	test_told(IPCX_RING_SENDER);
	test_told(IPCX_RING_RECEIVER);
	printf("# %lu deaths\n", deaths);
	return failures != 0;
}
