// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done to the memory of a memfd can be done to a region, and comes to the same; and
 * what regions have beyond that: passing on with fewer rights, huge pages, charges.
 */
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "harness.h"

#define PAGES	8
#define RW	(PROT_READ | PROT_WRITE)

static size_t page;

static void __attribute__((constructor)) set_page(void)
{
	page = sysconf(_SC_PAGESIZE);
}

static char *map(int fd, int flags)
{
	return mmap(NULL, PAGES * page, RW, MAP_SHARED | flags, fd, 0);
}

/* Which pages are in memory, one bit each */
static int64_t resident(char *memory, unsigned int pages)
{
	unsigned char in[PAGES];
	int64_t bits = 0;
	unsigned int i;

	if (mincore(memory, pages * page, in))
		return -errno;
	for (i = 0; i < pages; i++)
		bits |= (int64_t)(in[i] & 1) << i;
	return bits;
}

static int64_t or_errno(int ret)
{
	return ret < 0 ? -errno : ret;
}

/* What is done to memory that is mapped: all of it must come to the same. */

static int64_t untouched(int fd)
{
	return resident(map(fd, 0), PAGES);
}

static int64_t populated(int fd)
{
	return resident(map(fd, MAP_POPULATE), PAGES);
}

static int64_t touched(int fd)
{
	char *memory = map(fd, 0);

	memory[2 * page] = memory[5 * page] = 1;
	return resident(memory, PAGES);
}

static int64_t not_needed(int fd)
{
	char *memory = map(fd, MAP_POPULATE);

	memory[page] = 7;
	if (madvise(memory, 4 * page, MADV_DONTNEED))
		return -errno;
	return memory[page] << 8 | resident(memory, PAGES);
}

static int64_t removed(int fd)
{
	char *memory = map(fd, MAP_POPULATE);

	memory[page] = 7;
	if (madvise(memory, 4 * page, MADV_REMOVE))
		return -errno;
	return resident(memory, PAGES) << 8 | memory[page];
}

static int64_t not_forked(int fd)
{
	char *memory = map(fd, MAP_POPULATE);
	struct child child;

	if (madvise(memory, page, MADV_DONTFORK))
		return -errno;
	if (child_start(&child))
		child_done(&child, *(volatile char *)memory);
	return child_join(&child);
}

static int64_t forked(int fd)
{
	char *memory = map(fd, 0);
	struct child child;

	memory[0] = 3;
	if (child_start(&child)) {
		memory[page] = memory[0] + 1;
		munmap(memory, PAGES * page);
		child_done(&child, 0);
	}
	child_join(&child);
	return memory[page];
}

static int64_t locked(int fd)
{
	char *memory = map(fd, 0);

	return or_errno(mlock(memory, 3 * page)) << 16 | resident(memory, PAGES) << 1 |
	       !munlock(memory, page);
}

static int64_t locked_over_the_limit(int fd)
{
	struct rlimit none = { 0, 0 };
	char *memory = map(fd, 0);
	struct child child;

	if (child_start(&child)) {
		if (setrlimit(RLIMIT_MEMLOCK, &none) || setuid(65534))
			child_done(&child, -1);
		child_done(&child, or_errno(mlock(memory, page)));
	}
	return child_join(&child);
}

static int64_t partly_unmapped(int fd)
{
	char *memory = map(fd, 0);

	memory[4 * page] = 9;
	if (munmap(memory + 2 * page, page))
		return -errno;
	return resident(memory + 2 * page, 1) * 1000 + memory[4 * page];
}

static int64_t moved(int fd)
{
	char *memory = map(fd, 0), *to;

	memory[4 * page] = 9;
	to = mremap(memory + 4 * page, page, 2 * page, MREMAP_MAYMOVE);
	return to == MAP_FAILED ? -errno : to[0];
}

static int64_t duplicated(int fd)
{
	char *memory = map(fd, 0), *to;

	memory[page] = 9;
	to = mremap(memory + page, 0, page, MREMAP_MAYMOVE);
	return to == MAP_FAILED ? -errno : to[0];
}

static int64_t protected(int fd)
{
	char *memory = map(fd, 0);
	struct child child;

	if (mprotect(memory, page, PROT_READ))
		return -errno;
	if (child_start(&child)) {
		*(volatile char *)memory = 1;
		child_done(&child, 0);
	}
	return child_join(&child);
}

static int64_t executable(int fd)
{
	return or_errno(mprotect(map(fd, 0), page, PROT_READ | PROT_EXEC));
}

static int64_t bound_to_node(int fd)
{
	unsigned long nodes = 1;
	char *memory = map(fd, 0);
	int mode = -1;

	if (syscall(SYS_mbind, memory, 4 * page, MPOL_BIND, &nodes, 8 * sizeof(nodes), 0))
		return -errno;
	memory[0] = 1;
	if (syscall(SYS_get_mempolicy, &mode, NULL, 0, memory, MPOL_F_ADDR))
		return -errno;
	return mode;
}

static int64_t synced(int fd)
{
	return or_errno(msync(map(fd, 0), PAGES * page, MS_SYNC));
}

static int64_t cold(int fd)
{
	char *memory = map(fd, MAP_POPULATE);

	memory[0] = 5;
	if (madvise(memory, PAGES * page, MADV_PAGEOUT) ||
	    madvise(memory, PAGES * page, MADV_WILLNEED))
		return -errno;
	return memory[0];
}

static int64_t seen_through_another_mapping(int fd)
{
	char *one = map(fd, 0), *other = map(fd, 0);

	one[3 * page] = 11;
	return other[3 * page];
}

FIXTURE(memory)
{
	int memfd;
	int region;
};

FIXTURE_VARIANT(memory)
{
	int64_t (*use)(int fd);
};

FIXTURE_VARIANT_ADD(memory, untouched) { .use = untouched };
FIXTURE_VARIANT_ADD(memory, populated) { .use = populated };
FIXTURE_VARIANT_ADD(memory, touched) { .use = touched };
FIXTURE_VARIANT_ADD(memory, not_needed) { .use = not_needed };
FIXTURE_VARIANT_ADD(memory, removed) { .use = removed };
FIXTURE_VARIANT_ADD(memory, not_forked) { .use = not_forked };
FIXTURE_VARIANT_ADD(memory, forked) { .use = forked };
FIXTURE_VARIANT_ADD(memory, locked) { .use = locked };
FIXTURE_VARIANT_ADD(memory, locked_over_the_limit) { .use = locked_over_the_limit };
FIXTURE_VARIANT_ADD(memory, partly_unmapped) { .use = partly_unmapped };
FIXTURE_VARIANT_ADD(memory, moved) { .use = moved };
FIXTURE_VARIANT_ADD(memory, duplicated) { .use = duplicated };
FIXTURE_VARIANT_ADD(memory, protected) { .use = protected };
FIXTURE_VARIANT_ADD(memory, executable) { .use = executable };
FIXTURE_VARIANT_ADD(memory, bound_to_node) { .use = bound_to_node };
FIXTURE_VARIANT_ADD(memory, synced) { .use = synced };
FIXTURE_VARIANT_ADD(memory, cold) { .use = cold };
FIXTURE_VARIANT_ADD(memory, seen_through_another_mapping) { .use = seen_through_another_mapping };

FIXTURE_SETUP(memory)
{
	self->memfd = memfd_create("like", MFD_CLOEXEC);
	ASSERT_LE(0, self->memfd);
	ASSERT_EQ(0, ftruncate(self->memfd, PAGES * page));
	self->region = region(NULL, O_RDWR, PAGES * page);
	ASSERT_LE(0, self->region);
}

FIXTURE_TEARDOWN(memory)
{
	close(self->memfd);
	close(self->region);
}

TEST_F(memory, of_a_region_is_like_that_of_a_memfd)
{
	EXPECT_EQ(variant->use(self->memfd), variant->use(self->region));
}

/* Passing on */

static int reopen(int fd, uint32_t flags)
{
	struct ipcx_reopen reopen = { .flags = flags };

	return command(fd, IPCX_IOC_REOPEN, &reopen);
}

TEST(a_region_is_not_passed_on_with_more_rights)
{
	int fd = region(NULL, O_RDWR, PAGES * page), view, pair[2];
	char *mine = map(fd, 0), *theirs;
	struct child child;

	view = reopen(fd, IPCX_REOPEN_READ);
	ASSERT_LE(0, view);
	EXPECT_EQ(2, stat_of(fd).endpoints);
	EXPECT_EQ(-EACCES, reopen(view, IPCX_REOPEN_READ | IPCX_REOPEN_WRITE));
	EXPECT_EQ(-EACCES, reopen(view, IPCX_REOPEN_WRITE));
	EXPECT_EQ(-EINVAL, reopen(view, 0));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ASSERT_EQ(0, pass_fd(pair[0], view));
	mine[0] = 6;
	if (child_start(&child)) {
		int got = passed_fd(pair[1]);

		close(fd);
		close(view);
		if (map(got, 0) != MAP_FAILED || errno != EACCES)
			child_done(&child, -1);
		theirs = mmap(NULL, page, PROT_READ, MAP_SHARED, got, 0);
		if (theirs == MAP_FAILED || theirs[0] != 6)
			child_done(&child, -2);
		child_done(&child, mprotect(theirs, page, RW) ? -errno : 0);
	}
	EXPECT_EQ(-2, child_join(&child) == -EACCES ? -2 : 0);
	theirs = mmap(NULL, page, PROT_READ, MAP_SHARED, view, 0);
	EXPECT_EQ(-1, mprotect(theirs, page, RW));
	EXPECT_EQ(6, theirs[0]);
}

TEST(an_endpoint_of_its_own_keeps_the_region)
{
	int fd = region(NULL, O_RDWR, page), other = reopen(fd, IPCX_REOPEN_READ), box, i;
	struct rlimit few = { 3, 3 };
	struct child child;

	ASSERT_LE(0, other);
	EXPECT_TRUE(fcntl(other, F_GETFD) & FD_CLOEXEC);
	close(fd);
	EXPECT_EQ(1, stat_of(other).endpoints);
	box = mailbox(NULL, O_RDWR);
	fd = reopen(box, IPCX_REOPEN_WRITE);
	EXPECT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(-EBADF, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(box, 0));
	if (child_start(&child)) {
		if (setrlimit(RLIMIT_NOFILE, &few))
			child_done(&child, -1);
		for (i = 0; i < 3; i++)
			if (fcntl(i, F_GETFD) < 0)
				child_done(&child, -EMFILE);
		child_done(&child, reopen(box, IPCX_REOPEN_READ));
	}
	EXPECT_EQ(-EMFILE, child_join(&child));
}

/* Sizes, huge pages */

TEST(a_region_of_64_GiB_takes_what_is_touched)
{
	uint64_t size = UINT64_C(64) << 30, i;
	int fd = region(NULL, O_RDWR, size);
	char *memory;

	if (size > SIZE_MAX)
		SKIP(return, "so much has no address here");
	memory = mmap(NULL, size, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)memory);
	for (i = 0; i < 64; i++)
		memory[(size_t)(i << 30)] = i + 1;
	for (i = 0; i < 64; i++)
		ASSERT_EQ(i + 1, (uint64_t)memory[(size_t)(i << 30)]);
}

static long huge_kib(const void *address)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	long kib = -1, value;
	bool here = false;
	char line[300];

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start <= (uintptr_t)address && (uintptr_t)address < end;
		else if (here && sscanf(line, "ShmemPmdMapped: %ld", &value) == 1)
			kib = value;
	}
	if (maps)
		fclose(maps);
	return kib;
}

TEST(huge_pages_are_had_if_the_region_says_so)
{
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_HUGE, 8 << 20);
	int fd = bound(O_RDWR, &bind);
	char *memory;

	ASSERT_LE(0, fd);
	memory = mmap(NULL, bind.size, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)memory);
	memset(memory, 1, bind.size);
	if (!(stat_of(fd).flags & IPCX_STAT_HUGE)) {
		EXPECT_EQ(0, huge_kib(memory));
		SKIP(return, "the kernel has no huge pages for shared memory");
	}
	EXPECT_LT(0, huge_kib(memory));
	EXPECT_EQ(0, stat_of(region(NULL, O_RDWR, page)).flags & IPCX_STAT_HUGE);
	bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_HUGE);
	EXPECT_EQ(-EINVAL, bound(O_RDWR, &bind));
	bind = region_bind(NULL, IPCX_BIND_HUGE, page);
	EXPECT_EQ(-EINVAL, bound(O_RDWR, &bind));
}

/* Charges */

static struct ipcx_quota quota(int fd)
{
	struct ipcx_usage usage = { .user.objects = 0 };

	command(fd, IPCX_IOC_USAGE, &usage);
	return usage.user;
}

TEST(a_region_is_charged_while_it_is_there)
{
	struct ipcx_bind bad = region_bind(NULL, IPCX_BIND_CREATE, 0);
	int ask = endpoint(O_RDWR), fd, other, box = mailbox(NULL, O_RDWR);
	struct ipcx_quota before = quota(ask);
	struct ipcx_send send = { .msg.nfds = 1 };
	char *memory;

	EXPECT_EQ(-EINVAL, bound(O_RDWR, &bad));
	EXPECT_EQ(before.objects, quota(ask).objects);
	fd = region(NULL, O_RDWR, 3 * page);
	EXPECT_EQ(before.region_bytes + 3 * page, quota(ask).region_bytes);
	other = reopen(fd, IPCX_REOPEN_READ);
	send.msg.fds = (uintptr_t)&other;
	ASSERT_EQ(0, command(box, IPCX_IOC_SEND, &send));
	memory = mmap(NULL, page, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)memory);
	close(fd);
	close(other);
	EXPECT_EQ(before.region_bytes + 3 * page, quota(ask).region_bytes);
	/* Receiving it with read closes it. What is mapped is charged to the memory cgroup only. */
	EXPECT_EQ(0, read(box, memory, page));
	EXPECT_EQ(before.region_bytes, quota(ask).region_bytes);
	EXPECT_EQ(before.objects, quota(ask).objects);
	munmap(memory, page);
}

TEST_HARNESS_MAIN
