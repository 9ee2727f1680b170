// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU time of who waits adaptively, for a second, while nothing comes to pass: next to none.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

#include <ipcx_ring.h>

#define CAPACITY	4096
#define WAIT		1000000000ull	/* ns */
#define MOST		(WAIT / 100)

static uint64_t clock_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A receiver waits for a message, a sender for room. */
static bool wait_in_vain(struct ipcx_ring *ring, unsigned int role)
{
	char message[64] = "";
	int ret;

	if (role == IPCX_RING_RECEIVER)
		ret = ipcx_ring_recv(ring, message, sizeof(message), ipcx_deadline(WAIT)) < 0;
	else
		ret = ipcx_ring_send(ring, message, sizeof(message), ipcx_deadline(WAIT)) < 0;
	return ret && errno == ETIMEDOUT;
}

static bool idles(unsigned int kind, unsigned int role)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = kind };
	size_t size = ipcx_ring_size(CAPACITY);
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t used, passed;
	struct ipcx_ring ring;
	bool good;

	if (mem == MAP_FAILED || ipcx_ring_init(mem, size, &config) ||
	    ipcx_ring_attach(&ring, mem, size, role) || ipcx_ring_waits(&ring, IPCX_RING_ADAPTIVE))
		err(1, "ring");
	while (role == IPCX_RING_SENDER && !ipcx_ring_send(&ring, "", 1, IPCX_RING_TRY))
		;
	used = clock_of(CLOCK_PROCESS_CPUTIME_ID);
	passed = clock_of(CLOCK_MONOTONIC);
	good = wait_in_vain(&ring, role);
	used = clock_of(CLOCK_PROCESS_CPUTIME_ID) - used;
	passed = clock_of(CLOCK_MONOTONIC) - passed;
	good = good && passed >= WAIT && used < MOST;
	printf("%sok - %s: a %s that waits for %.3f s takes %.0f us of CPU time\n",
	       good ? "" : "not ", kind == IPCX_RING_SPSC ? "SPSC" : "MPMC",
	       role == IPCX_RING_SENDER ? "sender" : "receiver", (double)passed / 1e9,
	       (double)used / 1e3);
	fflush(stdout);
	ipcx_ring_detach(&ring);
	munmap(mem, size);
	return good;
}

int main(void)
{
	int failed = 0;

	for (unsigned int kind = IPCX_RING_SPSC; kind <= IPCX_RING_MPMC; kind++)
		for (unsigned int role = IPCX_RING_SENDER; role <= IPCX_RING_RECEIVER; role++)
			failed += !idles(kind, role);
	return failed != 0;
}
