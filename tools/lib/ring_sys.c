// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rings: what they ask of the kernel: sleeping and waking, the barrier for all, the time, and who
 * lives.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ring_internal.h"

#define NS_PER_S 1000000000u

/* Until a point of CLOCK_MONOTONIC; a wait by bitset is what takes one. */
long ipcx__futex_wait(uint32_t *word, uint32_t seen, uint64_t until)
{
	struct timespec at = {
		.tv_sec = (time_t)(until / NS_PER_S),
		.tv_nsec = (long)(until % NS_PER_S),
	};

	return syscall(SYS_futex, word, FUTEX_WAIT_BITSET, seen, &at, NULL,
		       FUTEX_BITSET_MATCH_ANY);
}

long ipcx__futex_wake(uint32_t *word, int count)
{
	return syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}

int ipcx__membarrier(bool registering)
{
	return (int)syscall(SYS_membarrier, registering ?
			    MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED :
			    MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
}

uint64_t ipcx__now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void ipcx__relax(void)
{
#if __has_builtin(__builtin_ia32_pause)
	__builtin_ia32_pause();
#endif
}

/* Let another run who holds what is waited for: for longer each time, up to 6 ms. */
int ipcx__doze(unsigned int round)
{
	struct timespec nap = { .tv_nsec = 50000L << (round < 8 ? round : 7) };

	return nanosleep(&nap, NULL);
}

/* When a process was started, in ticks; 0 if that is not told. */
static uint64_t start_time(pid_t pid)
{
	char path[32] = "/proc/", text[512], digits[12], *p = digits + sizeof(digits);
	ssize_t len;
	int fd;

	*--p = '\0';
	for (pid_t n = pid; n > 0; n /= 10)
		*--p = (char)('0' + n % 10);
	strcat(strcat(path, p), "/stat");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	/* The 22nd field. The 2nd is in parentheses, and may have any in it. */
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p, NULL, 10) : 0;
}

uint64_t ipcx__self(void)
{
	int err = errno;
	pid_t pid = getpid();
	uint64_t start = start_time(pid);

	errno = err;
	return start << RING_PID_BITS | (uint64_t)pid;
}

/*
 * Whether a process has died: there is none of its number, the number is that of a thread of
 * another, it is a zombie, or it was started at another time. It is never said of one that lives:
 * where something is not told, it lives.
 */
bool ipcx__dead(uint64_t owner)
{
	pid_t pid = (pid_t)(owner & ((1u << RING_PID_BITS) - 1));
	uint64_t start = owner >> RING_PID_BITS, now;
	struct pollfd pollfd = { .events = POLLIN };
	int err = errno;
	bool dead;

	pollfd.fd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (pollfd.fd < 0) {
		dead = !pid || errno == ESRCH || errno == EINVAL;
	} else {
		dead = poll(&pollfd, 1, 0) == 1;
		now = start_time(pid);
		dead = dead || (start && now && start != now);
		close(pollfd.fd);
	}
	errno = err;
	return dead;
}

uint64_t ipcx__pid_ns(void)
{
	int err = errno;
	struct stat st;
	uint64_t ino = stat("/proc/self/ns/pid", &st) ? 0 : st.st_ino;

	errno = err;
	return ino;
}
