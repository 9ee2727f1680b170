// SPDX-License-Identifier: GPL-2.0-only
/*
 * A great many mailboxes: what one takes when nobody uses it, and whether others make it slower.
 */
#include "harness.h"

enum { MANY = 100000, FEW = 100, ROUNDS = 40, AT_ONCE = 50 };

static struct ipcx_bind numbered(unsigned int number)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_EXCL |
					     IPCX_BIND_PERSIST);

	snprintf(bind.name, sizeof(bind.name), "scale-%u", number);
	return bind;
}

static int make(unsigned int number)
{
	struct ipcx_bind bind = numbered(number);

	return try_bind(&bind);
}

static int remove_one(unsigned int number)
{
	return unlink_name(numbered(number).name);
}

static int make_all(unsigned int from, unsigned int to)
{
	int err = 0;

	for (; from < to && !err; from++)
		err = make(from);
	return err;
}

static int remove_all(unsigned int from, unsigned int to)
{
	int err = 0;

	for (; from < to && !err; from++)
		err = remove_one(from);
	return err;
}

/* What the kernel frees or arranges later, it does now. */
static void settle(void)
{
	sleep(1);
}

/* KiB that are used for anything but copies of what is in files */
static long memory_used(void)
{
	long total = 0, value;
	char line[128], name[64];
	FILE *file = fopen("/proc/meminfo", "r");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63[^:]: %ld", name, &value) != 2)
			continue;
		if (!strcmp(name, "MemTotal"))
			total += value;
		else if (!strcmp(name, "MemFree") || !strcmp(name, "Buffers") ||
			 !strcmp(name, "Cached"))
			total -= value;
	}
	if (file)
		fclose(file);
	return total;
}

/* One message through each, and nothing is left of it. */
static int use_all(unsigned int from, unsigned int to)
{
	int err = 0, fd;

	for (; from < to && !err; from++) {
		struct ipcx_bind bind = numbered(from);

		bind.flags = 0;
		fd = bound(O_RDWR, &bind);
		err = put(fd, from, 64, IPCX_DONTWAIT);
		err = err ?: get(fd, IPCX_DONTWAIT) < 0 ? -EIO : 0;
		close(fd);
	}
	return err;
}

TEST(an_idle_mailbox_takes_less_than_a_kibibyte)
{
	long before, after, used, each;

	if (getenv("IPCX_SLOWDOWN"))
		SKIP(return, "with what this kernel adds for debugging, it takes more");
	/* What grows once, and stays: caches of endpoints and files, say */
	ASSERT_EQ(0, make_all(0, MANY / 10));
	ASSERT_EQ(0, remove_all(0, MANY / 10));
	settle();
	before = memory_used();
	ASSERT_EQ(0, make_all(0, MANY));
	settle();
	after = memory_used();
	ASSERT_EQ(0, use_all(0, MANY));
	settle();
	used = memory_used();
	ASSERT_EQ(0, remove_all(0, MANY));
	each = (after - before) * 1024 / MANY;
	TH_LOG("%ld bytes, and %ld more when it has been used", each, (used - after) * 1024 / MANY);
	EXPECT_GT(1024, each);
	/* The mailbox itself is some hundred bytes: less has not been measured. */
	EXPECT_LT(512, each);
}

/* Instructions for AT_ONCE * ROUNDS of each */
struct cost {
	uint64_t create;
	uint64_t lookup;
	uint64_t send;
	uint64_t unlink;
};

static int measure_round(struct cost *cost, unsigned int others, unsigned int round)
{
	unsigned int first = others, i;
	uint64_t start = now_ns();
	int fds[AT_ONCE];
	int err;

	err = make_all(first, first + AT_ONCE);
	cost->create += now_ns() - start;
	if (err)
		return err;

	start = now_ns();
	for (i = 0; i < AT_ONCE; i++) {
		/* All over the names that there are */
		struct ipcx_bind bind = numbered((round * AT_ONCE + i) * 7919 % others);

		bind.flags = 0;
		fds[i] = bound(O_RDWR, &bind);
	}
	cost->lookup += now_ns() - start;

	start = now_ns();
	for (i = 0; i < AT_ONCE; i++)
		err = err ?: put(fds[i], i, 64, IPCX_DONTWAIT);
	cost->send += now_ns() - start;
	for (i = 0; i < AT_ONCE; i++) {
		err = err ?: get(fds[i], IPCX_DONTWAIT) < 0 ? -EIO : 0;
		close(fds[i]);
	}

	start = now_ns();
	err = err ?: remove_all(first, first + AT_ONCE);
	cost->unlink += now_ns() - start;
	return err;
}

static int measure(struct cost *cost, unsigned int others)
{
	unsigned int round;
	int err = 0;

	for (round = 0; round < ROUNDS && !err; round++)
		err = measure_round(cost, others, round);
	return err;
}

static bool not_much_more(const char *what, uint64_t few, uint64_t many)
{
	printf("# %s: %llu instructions among %d, %llu among %d\n", what,
	       (unsigned long long)few / (AT_ONCE * ROUNDS), FEW,
	       (unsigned long long)many / (AT_ONCE * ROUNDS), MANY);
	return many <= few * 13 / 10;
}

TEST(others_do_not_make_one_slower)
{
	struct cost few = { 0 }, many = { 0 };
	const char *icount = getenv("IPCX_ICOUNT");

	if (!icount || !*icount)
		SKIP(return, "only where the clock counts instructions");
	ASSERT_EQ(0, make_all(0, FEW));
	settle();
	ASSERT_EQ(0, measure(&few, FEW));
	ASSERT_EQ(0, make_all(FEW, MANY));
	settle();
	ASSERT_EQ(0, measure(&many, MANY));
	ASSERT_EQ(0, remove_all(0, MANY));
	EXPECT_TRUE(not_much_more("create", few.create, many.create));
	EXPECT_TRUE(not_much_more("lookup", few.lookup, many.lookup));
	EXPECT_TRUE(not_much_more("send", few.send, many.send));
	EXPECT_TRUE(not_much_more("unlink", few.unlink, many.unlink));
}

TEST_HARNESS_MAIN
