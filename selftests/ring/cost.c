// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends and receives messages of 64 bytes through an SPSC ring, both sides keeping up, by one
 * thread. selftests/ring/run counts the instructions, and the system calls.
 *
 *   cost MESSAGES copy|release|batch
 *
 * Each is sent from a buffer, eight before they are received: into a buffer; in place, and released
 * one by one; or in place, and released together. Written out, so that no loop is counted.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <ipcx_ring.h>

#define CAPACITY 65536
#define SIZE 64

#define EIGHT(...) do { \
	__VA_ARGS__; __VA_ARGS__; __VA_ARGS__; __VA_ARGS__; \
	__VA_ARGS__; __VA_ARGS__; __VA_ARGS__; __VA_ARGS__; \
} while (0)

static inline void check(int fine)
{
	if (!fine)
		err(1, "ring");
}


static void copy(struct ipcx_ring *tx, struct ipcx_ring *rx, unsigned long count)
{
	unsigned char out[SIZE] = "", in[SIZE];

	for (; count >= 8; count -= 8) {
		EIGHT(check(!ipcx_ring_send(tx, out, SIZE, IPCX_NO_DEADLINE)));
		EIGHT(check(ipcx_ring_recv(rx, in, SIZE, IPCX_NO_DEADLINE) >= 0));
	}
}

static void release(struct ipcx_ring *tx, struct ipcx_ring *rx, unsigned long count)
{
	unsigned char out[SIZE] = "";
	size_t len;

	for (; count >= 8; count -= 8) {
		EIGHT(check(!ipcx_ring_send(tx, out, SIZE, IPCX_NO_DEADLINE)));
		EIGHT(check(ipcx_ring_peek(rx, &len, IPCX_NO_DEADLINE) && !ipcx_ring_release(rx)));
	}
}

static void batch(struct ipcx_ring *tx, struct ipcx_ring *rx, unsigned long count)
{
	unsigned char out[SIZE] = "";
	size_t len;

	for (; count >= 8; count -= 8) {
		EIGHT(check(!ipcx_ring_send(tx, out, SIZE, IPCX_NO_DEADLINE)));
		EIGHT(check(!!ipcx_ring_peek(rx, &len, IPCX_NO_DEADLINE)));
		ipcx_ring_release(rx);
	}
}

int main(int argc, char **argv)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = IPCX_RING_SPSC };
	size_t size = ipcx_ring_size(CAPACITY);
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct ipcx_ring tx, rx;
	unsigned long count;

	if (argc != 3)
		errx(2, "Usage: cost MESSAGES copy|release|batch");
	if (mem == MAP_FAILED || ipcx_ring_init(mem, size, &config) ||
	    ipcx_ring_attach(&tx, mem, size, IPCX_RING_SENDER) ||
	    ipcx_ring_attach(&rx, mem, size, IPCX_RING_RECEIVER))
		err(1, "ring");
	count = strtoul(argv[1], NULL, 10);
	if (argv[2][0] == 'c')
		copy(&tx, &rx, count);
	else if (argv[2][0] == 'r')
		release(&tx, &rx, count);
	else
		batch(&tx, &rx, count);
	return 0;
}
