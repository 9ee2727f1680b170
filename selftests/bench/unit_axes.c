// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches, capacities and io_uring: whether batches lose nothing, whether what goes wrong in one is
 * noticed, whether they save system calls; and why io_uring cannot be had.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"
#include "mode.h"
#include "round.h"
#include "unit.h"

/* What the test double does to message DOUBLE_AT, which is not the first of its batch */
#define DOUBLE_AT	36
#define DOUBLE_BATCH	7

enum misdeed {
	NONE,
	DROP,
	SWAP,
	DAMAGE,
	SHORTEN,
	FORGET_LAST,
};

static enum misdeed misdeed;

struct double_state {
	unsigned int sent;
};

static enum channel_opened double_open(struct channel *ch)
{
	enum channel_opened result = unix_pair(ch, SOCK_SEQPACKET);

	for (int side = 0; side < SIDES; side++) {
		struct timeval timeout = { .tv_sec = 1 };

		setsockopt(ch->in[side], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	}
	return result;
}

static int double_commit(struct channel *ch, void *buf)
{
	struct double_state *state = ch->state;
	unsigned char *message = buf, *before = message - ch->bundle->stride;

	if (++state->sent != DOUBLE_AT)
		return bundle_commit(ch, buf);
	switch (misdeed) {
	case DROP:
		return 0;	/* the next one takes its place */
	case SWAP:
		for (size_t i = 0; i < ch->size; i++) {
			unsigned char byte = message[i];

			message[i] = before[i];
			before[i] = byte;
		}
		break;
	case DAMAGE:
		message[ch->size / 2] ^= 4;
		break;
	default:
		break;
	}
	return bundle_commit(ch, buf);
}

static int double_flush(struct channel *ch)
{
	struct double_state *state = ch->state;
	struct bundle *b = ch->bundle;
	bool now = state->sent >= DOUBLE_AT && state->sent < DOUBLE_AT + DOUBLE_BATCH;

	if (misdeed == FORGET_LAST && state->sent >= DOUBLE_AT && b->filled < ch->batch)
		b->filled = 0;
	if (misdeed != SHORTEN || !now)
		return bundle_packet_flush(ch);
	for (unsigned int i = 0; i < b->filled; i++)
		if (send(ch->wfd, b->out + i * b->stride, ch->size - !i, 0) < 0)
			return -1;
	b->filled = 0;
	return 0;
}

static const struct batching double_batching = {
	.enter = bundle_packet_enter,
	.reserve = bundle_reserve,
	.commit = double_commit,
	.receive = bundle_packet_receive,
	.release = bundle_release,
	.flush = double_flush,
};

static const struct mechanism mech_double = {
	.name = "double",
	.about = "a test double",
	.boundaries = true,
	.lossy = true,
	.batching = &double_batching,
	.state_size = sizeof(struct double_state),
	.open = double_open,
	.commit = packet_commit,
	.receive = packet_receive,
};

/**
 * struct axes_run - a round of mode bw, and what came of it
 * @cell: the cell
 * @result: whether the round is done
 * @error: why not
 */
struct axes_run {
	struct cell cell;
	enum round_result result;
	char error[ROUND_ERROR];
};

static void run(struct axes_run *run, const struct mechanism *mech, size_t size, unsigned int batch,
		size_t capacity, uint64_t count)
{
	static const int anywhere[SIDES] = { -1, -1 };
	struct round_time time;

	*run = (struct axes_run){
		.cell = {
			.mech = mech,
			.mode = mode_find("bw", 2),
			.size = size,
			.batch = batch,
			.capacity = capacity,
			.several = { 1, 1 },
		},
	};
	run->result = round_run(&run->cell, count, anywhere, &time, run->error);
}

/* Rounds of 32 messages to warm up and 16 that are measured */
static const struct work_tally *run_double(struct axes_run *r, enum misdeed what)
{
	misdeed = what;
	run(r, &mech_double, 1000, DOUBLE_BATCH, 0, 16);
	return &r->cell.tally;
}

static void test_double(void)
{
	const struct work_tally *t;
	struct axes_run r;

	t = run_double(&r, NONE);
	check(r.result == ROUND_DONE && t->received == 48 && !t->lost && !t->reordered &&
	      !t->corrupt && r.cell.fetches >= 8 && r.cell.fetches <= 48,
	      "batches: an honest mechanism has no faults, also in the incomplete ones: %s",
	      r.error);
	t = run_double(&r, DROP);
	check(r.result == ROUND_DONE && t->lost == 1 && !t->corrupt,
	      "batches: a dropped message is lost");
	t = run_double(&r, SWAP);
	check(r.result == ROUND_DONE && t->reordered == 1, "batches: swapped ones are reordered");
	t = run_double(&r, DAMAGE);
	check(r.result == ROUND_DONE && t->corrupt == 1 && !t->lost,
	      "batches: a flipped bit is noticed");
	t = run_double(&r, SHORTEN);
	check(r.result == ROUND_DONE && t->corrupt == 1 && !t->lost,
	      "batches: a byte too few is noticed");
	t = run_double(&r, FORGET_LAST);
	check(r.result == ROUND_DONE && t->lost == 16 % DOUBLE_BATCH,
	      "batches: the last one is missed if it is not sent");
}

/* Whether a batch of @mech is measured with nothing lost, or refused; else @r tells what is. */
static bool loses_nothing(struct axes_run *r, const struct mechanism *mech, size_t size,
			  unsigned int batch)
{
	const struct work_tally *t = &r->cell.tally;

	run(r, mech, size, batch, 0, 1000);
	return r->result == ROUND_DONE &&
	       (r->cell.state != CELL_MEASURED ||
		(t->received == 3000 && !t->lost && !t->reordered && !t->corrupt &&
		 r->cell.n == 1000));
}

/* Batches that the buffers of a mechanism hold, and such that they do not */
static void test_nothing_lost(const struct mechanism *mech)
{
	static const size_t sizes[] = { 1, 4097, 70001 };
	static const unsigned int batches[] = { 2, 7, 64, 1024 };
	struct axes_run r;

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		for (size_t b = 0; b < ARRAY_SIZE(batches); b++) {
			if (sizes[s] * batches[b] > 1u << 20 ||
			    loses_nothing(&r, mech, sizes[s], batches[b]))
				continue;
			/* Whatever else is lost takes as long to be noticed. */
			check(false, "%s: %zu x %u: %s", mech->name, sizes[s], batches[b], r.error);
			return;
		}
	}
	check(true, "%s: batches lose nothing", mech->name);
}

/* Reads and writes of this process and of its children that have ended; 0 if nobody counts them */
static uint64_t transfers(void)
{
	FILE *file = fopen("/proc/self/io", "re");
	unsigned long long n = 0, value;
	char name[32];

	while (file && fscanf(file, "%31s %llu", name, &value) == 2)
		n += !strcmp(name, "syscr:") || !strcmp(name, "syscw:") ? value : 0;
	if (file)
		fclose(file);
	return n;
}

/* A batch of 10 makes a tenth of the calls; some more are made once a round. */
static void test_fewer_calls(const char *name)
{
	const struct mechanism *mech = mechanism_find(name, strlen(name));
	uint64_t before = transfers(), once, ten;
	struct axes_run r;

	run(&r, mech, 100, 1, 0, 4000);
	once = transfers() - before;
	run(&r, mech, 100, 10, 0, 4000);
	ten = transfers() - before - once;
	if (before)
		check(once >= 10000 && ten < once / 7,
		      "%s: batches of 10 save calls: %llu instead of %llu", name,
		      (unsigned long long)ten, (unsigned long long)once);
}

static long long fact(const struct cell *cell, const char *name)
{
	for (unsigned int i = 0; i < cell->nfacts; i++)
		if (!strcmp(cell->facts[i].name, name))
			return cell->facts[i].value;
	return -1;
}

static void test_capacity(const char *name, const char *what, long long small, long long large)
{
	const struct mechanism *mech = mechanism_find(name, strlen(name));
	struct axes_run r;
	long long is;

	run(&r, mech, 64, 1, 8192, 300);
	is = fact(&r.cell, what);
	run(&r, mech, 64, 1, 65536, 300);
	check(r.result == ROUND_DONE && is == small && fact(&r.cell, what) == large,
	      "%s: its capacity is as asked for", name);
	if (!mech->boundaries)
		return;
	run(&r, mech, 8193, 1, 8192, 300);
	check(r.cell.state == CELL_REFUSED && strstr(r.cell.why, "hold 8192"),
	      "%s: and no message is over it: %s", name, r.cell.why);
}

/* Have io_uring_setup fail with @err in this process. */
static int forbid_rings(unsigned int err)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* In a process of its own: what is forbidden stays so. */
static void test_no_rings(unsigned int err, const char *why)
{
	const struct channel_use use = {
		.mech = mechanism_find("pipe", 4),
		.wait = WAIT_IO_URING,
		.several = { 1, 1 },
		.size = 64,
	};
	int status = -1;
	pid_t child = fork();

	if (!child) {
		struct channel ch;

		if (forbid_rings(err))
			_exit(2);
		if (channel_prepare(&ch, &use) != CHANNEL_UNAVAILABLE)
			_exit(1);
		_exit(!strstr(ch.why, why));
	}
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		return;
	check(!status, "no io_uring, because of %s", why);
}

void unit_axes(void)
{
	test_no_rings(ENOSYS, "the kernel has no io_uring");
	test_no_rings(EPERM, "kernel.io_uring_disabled");
	test_no_rings(ENOMEM, "RLIMIT_MEMLOCK");
	test_double();
	for (const struct mechanism *const *m = mechanisms; *m; m++)
		if ((*m)->batching)
			test_nothing_lost(*m);
	test_fewer_calls("pipe");
	test_fewer_calls("unix-stream");
	test_fewer_calls("eventfd");
	test_capacity("pipe", "pipe_size", 8192, 65536);
	test_capacity("unix-dgram", "so_sndbuf", 16384, 131072);
	test_capacity("tcp", "so_rcvbuf", 16384, 131072);
	test_capacity("posix-shm", "slots", 128, 1024);
	test_capacity("process-vm", "window", 128, 1024);
}
