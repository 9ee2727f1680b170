// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile peer: while a ring is used, another process writes into its memory, anywhere, anything:
 * what is likely to hurt, most of the time. Built with the address and undefined-behaviour
 * sanitizers, and with pages before and behind the memory that must not be touched. Every call must
 * come back, in time, with a message that is within the ring or with an errno that is documented.
 *
 *   hostile [SECONDS [SEED]]
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ipcx_ring.h>

#define CAPACITY	1024
#define GUARD		4096

static unsigned char *mem;
static size_t size;
static uint32_t kind;

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Positions, headers of both kinds, lengths about the limits, and nonsense */
static uint64_t likely(uint64_t *state)
{
	uint64_t r = next_random(state), small = r >> 32 & 0xfff;

	switch (r % 8) {
	case 0:
		return small & ~15ull;
	case 1:
		return 1ull << 32 | small;
	case 2:
		return 2ull << 32 | (small & ~15ull);
	case 3:
		return (r >> 8 & 7) << 61 | (small / 16) << 32 | (r >> 40 & 0x3ff);
	case 4:
		return -(small & ~15ull);
	case 5:
		return 0;
	case 6:
		return (uint64_t)getpid();
	default:
		return r;
	}
}

static _Noreturn void scribble(uint64_t seed)
{
	volatile uint64_t *words = (volatile uint64_t *)mem;

	for (uint64_t state = seed;;) {
		uint64_t where = next_random(&state) % 4;
		size_t word;

		/* The positions, the locks and the events, half of the time; not what is fixed */
		if (where < 2)
			word = (where ? 128 : 256) / 8 + next_random(&state) % 4;
		else if (where == 2)
			word = (384 + 128 * (next_random(&state) % 2)) / 8;
		else
			word = 640 / 8 + next_random(&state) % ((size - 640) / 8);
		words[word] = likely(&state);
		if (next_random(&state) % 64 == 0)
			usleep(next_random(&state) % 200);
	}
}

static bool documented(void)
{
	return errno == EBADMSG || errno == EAGAIN || errno == ETIMEDOUT || errno == EOWNERDEAD ||
	       errno == ENOBUFS || errno == EMSGSIZE || errno == EBUSY || errno == EINTR;
}

static void judge(const char *what, bool fine)
{
	if (!fine && !documented())
		err(1, "%s", what);
}

static void within(const void *at, size_t len)
{
	const unsigned char *p = at;

	if (p < mem || p + len > mem + size || len > CAPACITY)
		errx(1, "a message of %zu bytes outside of the ring", len);
	for (size_t i = 0; i < len; i++)
		(void)*(const volatile unsigned char *)(p + i);
}

static void use(struct ipcx_ring *tx, struct ipcx_ring *rx, uint64_t *state)
{
	struct iovec msgs[IPCX_RING_BATCH];
	struct ipcx_ring_stat stat;
	unsigned char buf[CAPACITY];
	uint64_t r = next_random(state), deadline = r % 8 ? IPCX_RING_TRY : ipcx_deadline(100000);
	size_t len = r >> 8 & 0x1ff;
	void *at;
	int n;

	memset(buf, 1, sizeof(buf));
	switch (r >> 20 & 7) {
	case 0:
	case 1:
		judge("send", !ipcx_ring_send(tx, buf, len, deadline));
		break;
	case 2:
		at = ipcx_ring_reserve(tx, len, deadline);
		judge("reserve", at);
		if (at) {
			within(at, len);
			memset(at, 2, len);
			ipcx_ring_shorten(tx, len / 2);
		}
		ipcx_ring_commit(tx);
		break;
	case 3:
		for (n = 0; n < 8; n++)
			msgs[n] = (struct iovec){ buf, len / 4 };
		judge("send_batch", ipcx_ring_send_batch(tx, msgs, 8, deadline) > 0);
		break;
	case 4:
		judge("recv", ipcx_ring_recv(rx, buf, r >> 30 & 0x3ff, deadline) >= 0);
		break;
	case 5:
		at = ipcx_ring_peek(rx, &len, deadline);
		judge("peek", at);
		if (at)
			within(at, len);
		if (r >> 40 & 1)
			ipcx_ring_release(rx);
		break;
	case 6:
		n = ipcx_ring_peek_batch(rx, msgs, IPCX_RING_BATCH, deadline);
		judge("peek_batch", n > 0);
		for (; n > 0; n--)
			within(msgs[n - 1].iov_base, msgs[n - 1].iov_len);
		ipcx_ring_release(rx);
		break;
	default:
		judge("stat", !ipcx_ring_stat(rx, &stat));
	}
}

/* After damage that keeps everybody out, a ring is made anew, as its users would have to. */
static void renew(struct ipcx_ring *tx, struct ipcx_ring *rx)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = kind };

	if (ipcx_ring_init(mem, size, &config))
		err(1, "init");
	while (ipcx_ring_attach(tx, mem, size, IPCX_RING_SENDER) < 0) {
		judge("attach", false);
		ipcx_ring_init(mem, size, &config);
	}
	while (ipcx_ring_attach(rx, mem, size, IPCX_RING_RECEIVER) < 0) {
		judge("attach", false);
		mem[256 + 8] = 0;
		ipcx_ring_init(mem, size, &config);
	}
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 2;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL) | 1;
	uint64_t state = seed;
	size_t inner;

	printf("1..2\n");
	size = ipcx_ring_size(CAPACITY);
	inner = (size + GUARD - 1) / GUARD * GUARD;
	mem = mmap(NULL, inner + 2 * GUARD, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED || mprotect(mem + GUARD, inner, PROT_READ | PROT_WRITE))
		err(1, "memory");
	/* The end of the ring is where the page ends. */
	mem += GUARD + (inner - size) / IPCX_RING_LINE * IPCX_RING_LINE;
	for (kind = IPCX_RING_SPSC; kind <= IPCX_RING_MPMC; kind++) {
		struct ipcx_ring tx, rx;
		uint64_t calls = 0, begin = now();
		pid_t enemy;

		renew(&tx, &rx);
		enemy = fork();
		if (!enemy) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			scribble(seed + kind);
		}
		do {
			/* Who hangs is killed, and has failed. */
			alarm(60);
			use(&tx, &rx, &state);
			if (++calls % 200 == 0)
				renew(&tx, &rx);
		} while (calls % 256 || (double)(now() - begin) < seconds / 2 * 1e9);
		alarm(0);
		kill(enemy, SIGKILL);
		waitpid(enemy, NULL, 0);
		printf("ok %u %s: %llu calls came back from a hostile peer's ring (seed %llu)\n",
		       kind, kind == IPCX_RING_SPSC ? "SPSC" : "MPMC", (unsigned long long)calls,
		       (unsigned long long)seed);
		fflush(stdout);
	}
	return 0;
}
