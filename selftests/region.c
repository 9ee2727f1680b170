// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions: memory that processes share, its size, its rights, and locks in it.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "harness.h"

static size_t page;

static void __attribute__((constructor)) set_page(void)
{
	page = sysconf(_SC_PAGESIZE);
}

static void *map(int fd, size_t size, int prot, off_t offset)
{
	return mmap(NULL, size, prot, MAP_SHARED, fd, offset);
}

#define RW (PROT_READ | PROT_WRITE)

FIXTURE(region)
{
	const char *name;
	int fd;
	char *memory;
	size_t size;
};

FIXTURE_SETUP(region)
{
	self->name = fresh_name();
	self->size = 4 * page;
	self->fd = region(self->name, O_RDWR | O_CREAT, self->size);
	ASSERT_GE(self->fd, 0);
	self->memory = map(self->fd, self->size, RW, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->memory);
}

FIXTURE_TEARDOWN(region)
{
	close(self->fd);
}

/* Sharing */

TEST_F(region, is_zero_at_first)
{
	size_t i;

	for (i = 0; i < self->size; i++)
		ASSERT_EQ(0, self->memory[i]);
}

TEST_F(region, is_seen_by_all_who_map_it)
{
	int fd = region(self->name, O_RDWR, 0);
	char *other = map(fd, self->size, RW, 0);
	struct child child;

	ASSERT_NE(MAP_FAILED, (void *)other);
	strcpy(self->memory, "from one");
	EXPECT_STREQ("from one", other);
	if (child_start(&child)) {
		char *mine = map(region(self->name, O_RDWR, 0), self->size, RW, 0);

		if (strcmp(mine, "from one"))
			child_done(&child, -1);
		strcpy(mine + 3 * page, "from another");
		child_done(&child, 0);
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_STREQ("from another", self->memory + 3 * page);
	EXPECT_STREQ("from another", other + 3 * page);
}

TEST_F(region, is_mapped_in_parts)
{
	char *part = map(self->fd, page, RW, 2 * page);

	ASSERT_NE(MAP_FAILED, (void *)part);
	strcpy(self->memory + 2 * page, "third page");
	EXPECT_STREQ("third page", part);
}

TEST_F(region, is_inherited_through_fork)
{
	struct child child;

	if (child_start(&child)) {
		strcpy(self->memory, "child");
		child_done(&child, 0);
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_STREQ("child", self->memory);
}

TEST_F(region, stays_while_it_is_mapped)
{
	strcpy(self->memory, "mapped");
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(-ENOENT, region(self->name, O_RDWR, 0));
	EXPECT_STREQ("mapped", self->memory);
	strcpy(self->memory + 3 * page, "and writable");
	EXPECT_STREQ("and writable", self->memory + 3 * page);
}

TEST_F(region, that_is_made_again_is_another)
{
	char *other;

	strcpy(self->memory, "old");
	close(self->fd);
	self->fd = region(self->name, O_RDWR | O_CREAT | O_EXCL, self->size);
	ASSERT_GE(self->fd, 0);
	other = map(self->fd, self->size, RW, 0);
	EXPECT_STREQ("", other);
	strcpy(other, "new");
	EXPECT_STREQ("old", self->memory);
}

TEST_F(region, survives_unmapping_splitting_and_moving)
{
	char *moved;

	strcpy(self->memory, "first");
	strcpy(self->memory + page, "second");
	strcpy(self->memory + 2 * page, "third");
	strcpy(self->memory + 3 * page, "fourth");
	ASSERT_EQ(0, munmap(self->memory + page, page));
	ASSERT_EQ(0, mprotect(self->memory + 2 * page, page, PROT_READ));
	EXPECT_STREQ("third", self->memory + 2 * page);
	ASSERT_EQ(0, mprotect(self->memory + 2 * page, page, RW));
	moved = mremap(self->memory + 2 * page, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED,
		       map(self->fd, 2 * page, RW, 0));
	ASSERT_NE(MAP_FAILED, (void *)moved);
	EXPECT_STREQ("third", moved);
	EXPECT_STREQ("fourth", moved + page);
	EXPECT_STREQ("first", self->memory);
	EXPECT_STREQ("second", (char *)map(self->fd, page, PROT_READ, page));
}

/* A mapping made longer than its region has nothing there. */
struct map_storm {
	int fd;
	unsigned int times;
	volatile int failed;
};

static void *map_and_move(void *arg)
{
	struct map_storm *storm = arg;
	unsigned int i;

	for (i = 0; i < storm->times && !storm->failed; i++) {
		char *memory = map(storm->fd, 4 * page, RW, 0), *moved;

		if (memory == MAP_FAILED) {
			storm->failed = 1;
			break;
		}
		moved = mremap(memory + page, page, page, MREMAP_MAYMOVE | MREMAP_FIXED,
			       memory + 3 * page);
		if (moved == MAP_FAILED || mprotect(memory, page, PROT_READ) ||
		    memory[0] != 'a' || moved[0] != 'b')
			storm->failed = 2;
		/* Where the second page was, there may be somebody else's memory by now. */
		munmap(memory, page);
		munmap(memory + 2 * page, 2 * page);
	}
	return NULL;
}

/* Threads share the address space, which others copy by fork meanwhile, and die in. */
TEST_F(region, survives_mapping_moving_and_forking_at_the_same_time)
{
	struct map_storm storm = { .fd = self->fd, .times = often(2000) };
	unsigned int forks = often(100), i;
	pthread_t thread[2];
	struct child child;

	self->memory[0] = 'a';
	self->memory[page] = 'b';
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, map_and_move, &storm));
	for (i = 0; i < forks; i++) {
		if (child_start(&child)) {
			munmap(self->memory, page);
			child_done(&child, self->memory[page]);
		}
		if (i % 2) {
			child_kill(&child);
			continue;
		}
		EXPECT_EQ('b', child_join(&child));
	}
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(0, storm.failed);
	EXPECT_EQ('a', self->memory[0]);
	EXPECT_EQ(1, stat_of(self->fd).endpoints);
}

TEST_F(region, does_not_grow_with_its_mapping)
{
	char *longer = mremap(self->memory, self->size, self->size + page, MREMAP_MAYMOVE);
	struct child child;

	if (longer == MAP_FAILED)
		return;
	if (child_start(&child)) {
		*(volatile char *)(longer + self->size) = 1;
		child_done(&child, 0);
	}
	EXPECT_EQ(KILLED_BY(SIGBUS), child_join(&child));
}

/* Size */

TEST(a_region_of_any_size_can_be_used_to_its_last_byte)
{
	size_t sizes[] = { 1, 2, page - 1, page, page + 1, 3 * page - 7, 100 * page };
	struct child child;
	char *memory;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fd = region(NULL, O_RDWR, sizes[i]);
		EXPECT_EQ(sizes[i], stat_of(fd).size);
		memory = map(fd, sizes[i], RW, 0);
		ASSERT_NE(MAP_FAILED, (void *)memory);
		if (child_start(&child)) {
			memory[0] = 1;
			memory[sizes[i] - 1] = 2;
			child_done(&child, 0);
		}
		EXPECT_EQ(0, child_join(&child));
		EXPECT_EQ(2, memory[sizes[i] - 1]);
		close(fd);
	}
}

TEST(a_region_is_not_mapped_past_its_end)
{
	int fd = region(NULL, O_RDWR, page + 1);

	EXPECT_NE(MAP_FAILED, map(fd, 2 * page, RW, 0));
	EXPECT_EQ(MAP_FAILED, map(fd, 2 * page + 1, RW, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_NE(MAP_FAILED, map(fd, page, RW, page));
	EXPECT_EQ(MAP_FAILED, map(fd, 2 * page, RW, page));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, map(fd, page, RW, 2 * page));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, map(fd, page, RW, INT64_MAX & ~(off_t)(page - 1)));
}

TEST(a_region_of_a_tebibyte_costs_what_is_touched)
{
	uint64_t size = UINT64_C(1) << 40;
	int fd = region(NULL, O_RDWR, size);
	char *memory;

	if (size > SIZE_MAX)
		SKIP(return, "so much has no address here");
	ASSERT_GE(fd, 0);
	memory = map(fd, size, RW, 0);
	ASSERT_NE(MAP_FAILED, (void *)memory);
	memory[0] = 1;
	memory[size / 2] = 2;
	memory[size - 1] = 3;
	EXPECT_EQ(2, memory[size / 2]);
	EXPECT_EQ(0, memory[size / 2 + page]);
	EXPECT_EQ(3, ((char *)map(fd, page, PROT_READ, size - page))[page - 1]);
}

/* What the open mode allows */

TEST_F(region, opened_for_reading_is_mapped_for_reading)
{
	int fd = region(self->name, O_RDONLY, 0);
	char *memory;

	EXPECT_EQ(MAP_FAILED, map(fd, page, RW, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(MAP_FAILED, map(fd, page, PROT_WRITE, 0));
	EXPECT_EQ(EACCES, errno);
	memory = map(fd, self->size, PROT_READ, 0);
	ASSERT_NE(MAP_FAILED, (void *)memory);
	strcpy(self->memory, "seen");
	EXPECT_STREQ("seen", memory);
}

TEST_F(region, mapped_for_reading_cannot_be_made_writable)
{
	int fd = region(self->name, O_RDONLY, 0);
	char *memory = map(fd, self->size, PROT_READ, 0);
	struct child child;

	EXPECT_EQ(-1, mprotect(memory, self->size, RW));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(memory + page, page, PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	/* Nor once it was unreadable, moved or inherited */
	EXPECT_EQ(0, mprotect(memory, page, PROT_NONE));
	EXPECT_EQ(-1, mprotect(memory, page, RW));
	if (child_start(&child))
		child_done(&child, mprotect(memory + page, page, RW) ? -errno : 0);
	EXPECT_EQ(-EACCES, child_join(&child));
	memory = mremap(memory + page, page, 2 * page, MREMAP_MAYMOVE);
	if (memory != MAP_FAILED)
		EXPECT_EQ(-1, mprotect(memory, page, RW));
	if (child_start(&child)) {
		*(volatile char *)map(fd, page, PROT_READ, 0) = 1;
		child_done(&child, 0);
	}
	EXPECT_EQ(KILLED_BY(SIGSEGV), child_join(&child));
	EXPECT_EQ(0, self->memory[0]);
}

TEST_F(region, mapped_for_reading_of_a_writable_endpoint_can_be_made_writable)
{
	char *memory = map(self->fd, page, PROT_READ, 0);

	ASSERT_EQ(0, mprotect(memory, page, RW));
	memory[0] = 5;
	EXPECT_EQ(5, self->memory[0]);
}

TEST_F(region, opened_for_writing_only_cannot_be_mapped)
{
	int fd = region(self->name, O_WRONLY, 0);

	ASSERT_GE(fd, 0);
	EXPECT_EQ(MAP_FAILED, map(fd, page, PROT_WRITE, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(MAP_FAILED, map(fd, page, PROT_READ, 0));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(region, is_not_mapped_privately)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, page, PROT_READ, MAP_PRIVATE, self->fd, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, page, RW, MAP_PRIVATE, self->fd, 0));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(region, cannot_be_cut_off_or_grown_behind_its_users)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", (unsigned long)self->memory,
		 (unsigned long)self->memory + self->size);
	fd = open(path, O_RDWR);
	if (fd < 0 && (errno == ENOENT || errno == EPERM))
		SKIP(return, "no /proc/self/map_files");
	ASSERT_GE(fd, 0);
	EXPECT_EQ(-1, ftruncate(fd, 0));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, ftruncate(fd, 100 * page));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	self->memory[self->size - 1] = 1;
	EXPECT_EQ(-1, truncate(path, 0));
}

/* Locks in it */

static long futex(int *word, int op, int value)
{
	return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

TEST_F(region, carries_futexes)
{
	int *word = (int *)self->memory;
	struct child child;

	if (child_start(&child)) {
		int *mine = map(region(self->name, O_RDWR, 0), page, RW, 0);

		while (!__atomic_load_n(mine, __ATOMIC_ACQUIRE))
			if (futex(mine, FUTEX_WAIT, 0) && errno != EAGAIN && errno != EINTR)
				child_done(&child, -errno);
		child_done(&child, 0);
	}
	ASSERT_EQ(0, await_asleep(child.pid));
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	EXPECT_LE(0, futex(word, FUTEX_WAKE, 1));
	EXPECT_EQ(0, child_join(&child));
}

FIXTURE(mutex)
{
	pthread_mutex_t *lock;
	int fd;
};

FIXTURE_VARIANT(mutex)
{
	int protocol;
};

FIXTURE_VARIANT_ADD(mutex, plain) { .protocol = PTHREAD_PRIO_NONE };
FIXTURE_VARIANT_ADD(mutex, priority_inheriting) { .protocol = PTHREAD_PRIO_INHERIT };

FIXTURE_SETUP(mutex)
{
	pthread_mutexattr_t attr;

	self->fd = region(NULL, O_RDWR, page);
	self->lock = map(self->fd, page, RW, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->lock);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&attr, variant->protocol);
	ASSERT_EQ(0, pthread_mutex_init(self->lock, &attr));
}

FIXTURE_TEARDOWN(mutex)
{
	close(self->fd);
}

TEST_F(mutex, whose_holder_is_killed_tells_the_next)
{
	int *held = shared(sizeof(*held));
	struct child holder, waiter;

	if (child_start(&holder)) {
		pthread_mutex_lock(self->lock);
		__atomic_store_n(held, 1, __ATOMIC_RELEASE);
		pause();
	}
	ASSERT_EQ(0, await_flag(held));
	EXPECT_EQ(EBUSY, pthread_mutex_trylock(self->lock));
	if (child_start(&waiter)) {
		pthread_mutex_t *mine = map(self->fd, page, RW, 0);
		int err = pthread_mutex_lock(mine);

		if (err == EOWNERDEAD && !pthread_mutex_consistent(mine))
			pthread_mutex_unlock(mine);
		child_done(&waiter, err);
	}
	ASSERT_EQ(0, await_asleep(waiter.pid));
	child_kill(&holder);
	EXPECT_EQ(EOWNERDEAD, child_join(&waiter));
	EXPECT_EQ(0, pthread_mutex_lock(self->lock));
	EXPECT_EQ(0, pthread_mutex_unlock(self->lock));
}

TEST_F(mutex, excludes_all_others)
{
	long *count = (long *)(self->lock + 1);
	struct child child[2];
	unsigned int i, n;

	for (i = 0; i < 2; i++) {
		if (child_start(&child[i])) {
			for (n = 0; n < 300; n++) {
				long old;

				pthread_mutex_lock(self->lock);
				old = *(volatile long *)count;
				if (n % 30 == 0)
					sched_yield();
				*(volatile long *)count = old + 1;
				pthread_mutex_unlock(self->lock);
			}
			child_done(&child[i], 0);
		}
	}
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, child_join(&child[i]));
	EXPECT_EQ(600, *count);
}

TEST_HARNESS_MAIN
