// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ring between two processes, in anonymous shared memory: one sends numbers, the other adds them up.
 *
 *   cc ring.c -lipcx && ./a.out
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipcx_ring.h>

#define CAPACITY 4096
#define NUMBERS 100000

static int sender(void *mem, size_t size)
{
	struct ipcx_ring ring;

	if (ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER) < 0)
		return 1;
	for (long n = 1; n <= NUMBERS; n++) {
		/* In place: the message is made where the receiver finds it. */
		long *at = ipcx_ring_reserve(&ring, sizeof(*at), IPCX_NO_DEADLINE);

		if (!at)
			return 1;
		*at = n;
		ipcx_ring_commit(&ring);
	}
	/* And a message of no bytes, for the end. */
	if (ipcx_ring_send(&ring, NULL, 0, IPCX_NO_DEADLINE))
		return 1;
	ipcx_ring_detach(&ring);
	return 0;
}

static int receiver(void *mem, size_t size)
{
	struct ipcx_ring ring;
	long n, sum = 0;
	ssize_t len;

	if (ipcx_ring_attach(&ring, mem, size, IPCX_RING_RECEIVER) < 0)
		return 1;
	while ((len = ipcx_ring_recv(&ring, &n, sizeof(n), ipcx_deadline(10000000000))) > 0)
		sum += n;
	ipcx_ring_detach(&ring);
	if (len < 0) {
		perror("receiving");
		return 1;
	}
	printf("%ld\n", sum);
	return 0;
}

int main(void)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = IPCX_RING_SPSC };
	size_t size = ipcx_ring_size(CAPACITY);
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (mem == MAP_FAILED || ipcx_ring_init(mem, size, &config)) {
		perror("making a ring");
		return 1;
	}
	pid = fork();
	if (!pid)
		_exit(sender(mem, size));
	return receiver(mem, size) || waitpid(pid, NULL, 0) != pid;
}
