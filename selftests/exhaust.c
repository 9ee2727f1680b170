// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user without rights takes all that the limits let him have, in the ways that cost the kernel
 * most. What it takes is bounded by what was counted, and comes back.
 */
#include <sys/resource.h>

#include "users.h"

enum { OBJECTS = 2000, BYTES = 16 << 20, OPEN = 1000 };

/* KiB of the kernel's own that cannot be reclaimed: what it allocates for us is among it. */
static long memory_taken(void)
{
	static const char *const kinds[] = { "SUnreclaim", "VmallocUsed", "Percpu", "PageTables" };
	FILE *file = fopen("/proc/meminfo", "r");
	long total = 0, value;
	char line[128], name[64];
	unsigned int i;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63[^:]: %ld", name, &value) == 2)
			for (i = 0; i < ARRAY_SIZE(kinds); i++)
				if (!strcmp(name, kinds[i]))
					total += value;
	if (file)
		fclose(file);
	return total;
}

FIXTURE(greed)
{
	int fd;
	long before;
};

FIXTURE_SETUP(greed)
{
	char text[16];

	if (geteuid() || unshare(CLONE_NEWNET))
		SKIP(return, "needs root");
	if (getenv("IPCX_SLOWDOWN"))
		SKIP(return, "with what this kernel adds for debugging, everything takes more");
	umask(0);
	snprintf(text, sizeof(text), "%d", OBJECTS);
	ASSERT_EQ(0, set_limit("user_objects", text));
	snprintf(text, sizeof(text), "%d", BYTES);
	ASSERT_EQ(0, set_limit("user_bytes", text));
	self->fd = mailbox_of(1 << 20, 0, 64 << 20);
	ASSERT_GE(self->fd, 0);
	self->before = memory_taken();
}

FIXTURE_TEARDOWN(greed)
{
	become(0);
	close(self->fd);
}

/* Not exact: others live here, too. */
#define NOISE_KIB	1500

/* Sends messages of that length until no more is accepted; returns how many were. */
static unsigned int send_all(int fd, size_t len, int *err)
{
	unsigned int sent = 0;

	while (!(*err = put(fd, 1, len, IPCX_DONTWAIT)))
		sent++;
	return sent;
}

/* Those with no payload take most, for what they are counted. */
TEST_F(greed, of_empty_messages_is_bounded)
{
	unsigned int sent;
	long taken;
	int err;

	if (!self->fd)
		return;
	become(ALICE);
	sent = send_all(self->fd, 0, &err);
	become(0);
	EXPECT_EQ(-EDQUOT, err);
	EXPECT_EQ(BYTES / IPCX_MSG_COST, sent);
	taken = memory_taken() - self->before;
	EXPECT_GT(2 * BYTES / 1024 + NOISE_KIB, taken);
	while (get(self->fd, IPCX_DONTWAIT) >= 0)
		;
	EXPECT_EQ(0, usage_of(self->fd).net.bytes);
	TH_LOG("%u messages: %ld KiB for %d KiB counted", sent, taken, BYTES / 1024);
}

TEST_F(greed, for_objects_is_bounded)
{
	char name[IPCX_NAME_SIZE];
	unsigned int made = 0, i;
	long taken;
	int err;

	if (!self->fd)
		return;
	become(ALICE);
	do {
		struct ipcx_bind bind;

		snprintf(name, sizeof(name), "greed-%u", made);
		bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST |
				    IPCX_BIND_MANY_PRIOS);
		err = try_bind(&bind);
	} while (!err && ++made);
	become(0);
	EXPECT_EQ(-EDQUOT, err);
	EXPECT_EQ(OBJECTS, made);
	taken = memory_taken() - self->before;
	EXPECT_GT(2 * OBJECTS + NOISE_KIB, taken);
	for (i = 0; i < made; i++) {
		snprintf(name, sizeof(name), "greed-%u", i);
		EXPECT_EQ(0, unlink_name(name));
	}
	TH_LOG("%u mailboxes: %ld KiB", made, taken);
}

/* Endpoints are files: a process has as many as it may have of these. */
TEST_F(greed, for_endpoints_is_bounded_as_for_any_files)
{
	struct rlimit limit = { .rlim_cur = OPEN, .rlim_max = OPEN };
	unsigned int opened = 0;

	if (!self->fd)
		return;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	become(ALICE);
	while (endpoint(O_RDWR) >= 0)
		opened++;
	EXPECT_EQ(EMFILE, errno);
	become(0);
	EXPECT_GE(OPEN, opened);
	EXPECT_LT(OPEN - 20, opened);
}

TEST_HARNESS_MAIN
