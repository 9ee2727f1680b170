// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions mapped, split, moved, unmapped, forked, passed and killed, all at the same time, and then
 * nothing is left of them. IPCX_REGIONSTORM in the environment is how many such cycles there are,
 * and IPCX_REGIONSTORM_SEED makes them others.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "harness.h"

#define WORKERS	3
#define PAGES	8
#define RW	(PROT_READ | PROT_WRITE)

/* However many cycles are wanted, it ends by itself; who runs it has a limit. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 7200

static size_t page;

/* What the workers share: how many cycles are left, and why one has failed */
struct storm {
	long left;
	int failed;
};

struct worker {
	struct storm *storm;
	unsigned int seed;
	int fd;
	int box;
	int pair[2];
};

static char *map(int fd, int prot)
{
	return mmap(NULL, PAGES * page, prot, MAP_SHARED, fd, 0);
}

static int unmap_in_parts(struct worker *w)
{
	char *memory = map(w->fd, RW), *moved;
	unsigned int first = rand_r(&w->seed) % (PAGES - 2);

	if (memory == MAP_FAILED)
		return 1;
	memory[first * page] = 1;
	mprotect(memory + page, page, PROT_READ);
	munmap(memory + first * page, page);
	moved = mremap(memory + (first + 1) * page, page, 2 * page, MREMAP_MAYMOVE);
	if (moved != MAP_FAILED)
		munmap(moved, 2 * page);
	/* Holes are no error. */
	return munmap(memory, PAGES * page) ? 2 : 0;
}

static int fork_and_kill(struct worker *w)
{
	char *memory = map(w->fd, RW);
	unsigned int how = rand_r(&w->seed) % 3;
	pid_t pid = fork();

	if (pid < 0 || memory == MAP_FAILED)
		return 3;
	if (!pid) {
		memory[page] = 2;
		munmap(memory + 2 * page, page);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (how || getppid() == 1)
			_exit(0);
		pause();
	}
	if (how < 2)
		kill(pid, SIGKILL);
	munmap(memory, PAGES * page);
	return waitpid(pid, NULL, 0) == pid ? 0 : 4;
}

static int pass_by_socket(struct worker *w)
{
	struct ipcx_reopen reopen = { .flags = IPCX_REOPEN_READ };
	int view = command(w->fd, IPCX_IOC_REOPEN, &reopen), got, bad;
	char *memory;

	if (view < 0 || pass_fd(w->pair[0], view))
		return 5;
	close(view);
	got = passed_fd(w->pair[1]);
	memory = map(got, PROT_READ);
	bad = memory == MAP_FAILED || map(got, RW) != MAP_FAILED;
	close(got);
	munmap(memory, PAGES * page);
	return bad ? 6 : 0;
}

static int pass_by_message(struct worker *w)
{
	struct ipcx_send send = { .msg = { .fds = (uintptr_t)&w->fd, .nfds = 1 } };
	int got = -1;
	struct ipcx_recv recv = { .msg = { .fds = (uintptr_t)&got, .nfds = 1 } };

	if (command(w->box, IPCX_IOC_SEND, &send))
		return 7;
	/* Some stay there until the mailbox goes, or the worker is killed. */
	if (rand_r(&w->seed) % 4 == 0)
		return read(w->box, &got, sizeof(got)) ? 8 : 0;
	if (command(w->box, IPCX_IOC_RECV, &recv))
		return 9;
	close(got);
	return 0;
}

static int make_another(struct worker *w)
{
	int fd = region(NULL, O_RDWR, PAGES * page);
	char *memory;

	if (fd < 0)
		return 10;
	memory = map(fd, RW);
	if (memory == MAP_FAILED)
		return 11;
	memory[0] = 1;
	close(w->fd);
	w->fd = fd;
	madvise(memory, PAGES * page, MADV_REMOVE);
	munmap(memory, PAGES * page);
	return 0;
}

static int (*const cycles[])(struct worker *w) = {
	unmap_in_parts, unmap_in_parts, unmap_in_parts, pass_by_socket, pass_by_message,
	make_another, unmap_in_parts, fork_and_kill,
};

static _Noreturn void work(struct storm *storm, unsigned int seed)
{
	struct worker w = { .storm = storm, .seed = seed };
	int err;

	w.fd = region(NULL, O_RDWR, PAGES * page);
	w.box = mailbox(NULL, O_RDWR);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w.pair))
		storm->failed = 12;
	while (!storm->failed && __atomic_fetch_sub(&storm->left, 1, __ATOMIC_RELAXED) > 0) {
		err = cycles[rand_r(&w.seed) % ARRAY_SIZE(cycles)](&w);
		if (err) {
			fprintf(stderr, "# cycle %d: %s\n", err, strerror(errno));
			storm->failed = err;
		}
	}
	_exit(0);
}

static struct ipcx_quota quota(int fd)
{
	struct ipcx_usage usage = { .user.objects = 0 };

	command(fd, IPCX_IOC_USAGE, &usage);
	return usage.user;
}

/* What the kernel has in objects that it cannot do without, KiB; 0 if it does not tell */
static long slab_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "SUnreclaim: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* More is a leak, after many cycles: the debug kernel itself keeps some of what is freed. */
#define SLAB_KIB	65536

TEST(nothing_is_left_of_regions_after_a_storm)
{
	const char *wanted = getenv("IPCX_REGIONSTORM");
	const char *chosen = getenv("IPCX_REGIONSTORM_SEED");
	unsigned int i, killed = 0, seed = chosen ? atoi(chosen) : 1;
	const unsigned int pace_us = 10000000 / often(1000);
	struct storm *storm = shared(sizeof(*storm));
	const long slab = slab_kib();
	struct child child[WORKERS];
	int fd = endpoint(O_RDWR);
	struct ipcx_quota before = quota(fd);

	page = sysconf(_SC_PAGESIZE);
	storm->left = wanted ? atol(wanted) : (long)often(8000);
	/* What is killed leaves children, which are to be nobody's burden. */
	for (i = 0; i < WORKERS; i++)
		if (child_start(&child[i]))
			work(storm, seed + i);
	while (storm->left > 0 && !storm->failed) {
		usleep(pace_us);
		i = killed++ % WORKERS;
		child_kill(&child[i]);
		if (child_start(&child[i]))
			work(storm, seed + WORKERS + killed);
	}
	for (i = 0; i < WORKERS; i++)
		child_join(&child[i]);
	EXPECT_EQ(0, storm->failed);
	/* Children of those who were killed may be about to die of it. */
	for (i = 0; i < 10000 && quota(fd).objects != before.objects; i++)
		usleep(1000);
	EXPECT_EQ(before.objects, quota(fd).objects);
	EXPECT_EQ(before.region_bytes, quota(fd).region_bytes);
	EXPECT_GT(slab + SLAB_KIB, slab_kib());
	TH_LOG("%u workers were killed, unreclaimable slabs grew by %ld KiB", killed,
	       slab_kib() - slab);
}

TEST_HARNESS_MAIN
