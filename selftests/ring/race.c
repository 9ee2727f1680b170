// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that send and receive at once, for ThreadSanitizer: it knows of C11's memory model, and
 * finds payload that is read or written without being handed over. Every message is counted.
 *
 *   race [MESSAGES]
 */
#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <ipcx_ring.h>

#define CAPACITY	1024
#define MOST		3

static void *mem;
static size_t size;
static uint32_t kind;
static uint64_t messages;
static _Atomic uint64_t sum, count;

struct user {
	pthread_t thread;
	unsigned int role;
	unsigned int wait;
};

static void send_some(struct ipcx_ring *ring)
{
	uint64_t buf[16];

	for (uint64_t i = 1; i <= messages; i++) {
		size_t len = 8 + i % 13 * 8;

		for (size_t j = 0; j < len / 8; j++)
			buf[j] = i;
		if (i % 3) {
			if (ipcx_ring_send(ring, buf, len, IPCX_NO_DEADLINE))
				err(1, "send");
			continue;
		}
		uint64_t *at = ipcx_ring_reserve(ring, len, IPCX_NO_DEADLINE);

		if (!at)
			err(1, "reserve");
		memcpy(at, buf, len);
		ipcx_ring_commit(ring);
	}
}

/* Until a message of no bytes */
static void receive_all(struct ipcx_ring *ring)
{
	size_t len;
	uint64_t *at;

	for (;;) {
		at = ipcx_ring_peek(ring, &len, IPCX_NO_DEADLINE);
		if (!at)
			err(1, "peek");
		if (!len)
			break;
		for (size_t i = 1; i < len / 8; i++)
			if (at[i] != at[0])
				errx(1, "a torn message");
		atomic_fetch_add(&sum, at[0]);
		atomic_fetch_add(&count, 1);
		ipcx_ring_release(ring);
	}
	ipcx_ring_release(ring);
}

static void *run(void *arg)
{
	struct user *user = arg;
	struct ipcx_ring ring;

	if (ipcx_ring_attach(&ring, mem, size, user->role))
		err(1, "attach");
	ipcx_ring_waits(&ring, user->wait);
	if (user->role == IPCX_RING_SENDER)
		send_some(&ring);
	else
		receive_all(&ring);
	ipcx_ring_detach(&ring);
	return NULL;
}

static bool round_of(unsigned int senders, unsigned int receivers, unsigned int wait)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = kind };
	struct user users[2 * MOST];
	struct ipcx_ring ring;

	sum = 0;
	count = 0;
	if (ipcx_ring_init(mem, size, &config))
		err(1, "init");
	for (unsigned int i = 0; i < senders + receivers; i++) {
		users[i].role = i < senders ? IPCX_RING_SENDER : IPCX_RING_RECEIVER;
		users[i].wait = wait;
		if (pthread_create(&users[i].thread, NULL, run, &users[i]))
			errx(1, "thread");
	}
	for (unsigned int i = 0; i < senders; i++)
		pthread_join(users[i].thread, NULL);
	if (ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER))
		err(1, "attach");
	for (unsigned int i = 0; i < receivers; i++)
		if (ipcx_ring_send(&ring, "", 0, IPCX_NO_DEADLINE))
			err(1, "send");
	for (unsigned int i = 0; i < receivers; i++)
		pthread_join(users[senders + i].thread, NULL);
	return count == senders * messages && sum == senders * (messages * (messages + 1) / 2);
}

int main(int argc, char **argv)
{
	static const char *const waits[] = { "adaptive", "spin", "sleep" };
	unsigned int n = 0, failed = 0;

	messages = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
	size = ipcx_ring_size(CAPACITY);
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		err(1, "memory");
	printf("1..4\n");
	for (unsigned int wait = IPCX_RING_ADAPTIVE; wait <= IPCX_RING_SLEEP; wait += 2) {
		for (kind = IPCX_RING_SPSC; kind <= IPCX_RING_MPMC; kind++) {
			unsigned int most = kind == IPCX_RING_SPSC ? 1 : MOST;
			bool good = round_of(most, most, wait);

			failed += !good;
			printf("%sok %u %u to %u threads, %s: all, once\n", good ? "" : "not ",
			       ++n, most, most, waits[wait]);
			fflush(stdout);
		}
	}
	return failed != 0;
}
