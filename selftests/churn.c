// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many, often, and all at the same time: nothing is lost, doubled or left.
 */
#include "harness.h"

enum { MANY = 10000 };

TEST(many_mailboxes_come_and_go)
{
	struct ipcx_bind bind = mailbox_bind("churn", IPCX_BIND_CREATE | IPCX_BIND_EXCL);
	unsigned int many = often(MANY);
	unsigned int i;
	int fd;

	for (i = 0; i < many; i++) {
		snprintf(bind.name, sizeof(bind.name), "churn-%u", i % 100);
		fd = bound(O_RDWR, &bind);
		ASSERT_GE(fd, 0);
		if (i % 8 == 0)
			ASSERT_EQ(0, put(fd, i, i % 5000, 0));
		close(fd);
	}
}

TEST(many_regions_come_and_go)
{
	unsigned int many = often(MANY);
	unsigned int i;
	int fd;

	for (i = 0; i < many; i++) {
		fd = region("churn", O_RDWR | O_CREAT | O_EXCL, 1 + i);
		ASSERT_GE(fd, 0);
		close(fd);
	}
}

TEST(many_anonymous_mailboxes_come_and_go)
{
	unsigned int many = often(MANY);
	unsigned int i;
	int fd;

	for (i = 0; i < many; i++) {
		fd = mailbox(NULL, O_RDWR);
		ASSERT_GE(fd, 0);
		close(fd);
	}
}

TEST(a_thousand_mailboxes_at_a_time_are_found)
{
	enum { count = 1000 };
	struct ipcx_bind bind = mailbox_bind("x", IPCX_BIND_CREATE | IPCX_BIND_EXCL);
	int *fd = calloc(count, sizeof(*fd));
	unsigned int i;
	int other;

	for (i = 0; i < count; i++) {
		snprintf(bind.name, sizeof(bind.name), "one-of-many-%u", i);
		fd[i] = bound(O_RDWR, &bind);
		ASSERT_GE(fd[i], 0);
	}
	for (i = 0; i < count; i++) {
		snprintf(bind.name, sizeof(bind.name), "one-of-many-%u", i * 7 % count);
		other = mailbox(bind.name, O_RDWR);
		ASSERT_GE(other, 0);
		EXPECT_EQ(stat_of(fd[i * 7 % count]).id, stat_of(other).id);
		close(other);
	}
	for (i = 0; i < count; i++)
		close(fd[i]);
	EXPECT_EQ(-ENOENT, mailbox(bind.name, O_RDWR));
}

/* Everybody opens, makes, unlinks and closes the same few names. */

static int64_t disturb(unsigned int seed, unsigned int rounds)
{
	struct ipcx_bind bind;
	unsigned int i, what;
	int fd, err;

	for (i = 0; i < rounds; i++) {
		what = rand_r(&seed);
		bind = mailbox_bind("x", 0);
		snprintf(bind.name, sizeof(bind.name), "race-%u", what / 16 % 2);
		switch (what % 4) {
		case 0:
			err = unlink_name(bind.name);
			if (err && err != -ENOENT)
				return err;
			continue;
		case 1:
			break;
		case 2:
			bind.flags = IPCX_BIND_CREATE;
			break;
		case 3:
			bind.flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL;
			break;
		}
		fd = bound(O_RDWR, &bind);
		if (fd < 0) {
			if (fd == (what % 4 == 1 ? -ENOENT : what % 4 == 3 ? -EEXIST : 0))
				continue;
			return fd;
		}
		if (strcmp(stat_of(fd).name, bind.name))
			return -EBADMSG;
		err = put(fd, i, 1, IPCX_DONTWAIT);
		if (err && err != -EAGAIN && err != -EIDRM)
			return err;
		close(fd);
	}
	return 0;
}

TEST(making_finding_removing_and_closing_race)
{
	struct child child[4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++)
		if (child_start(&child[i]))
			child_done(&child[i], disturb(i + 1, often(1500)));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(0, child_join(&child[i]));
	EXPECT_EQ(-ENOENT, mailbox("race-0", O_RDWR));
	EXPECT_EQ(-ENOENT, mailbox("race-1", O_RDWR));
}

TEST(of_many_that_make_one_name_exclusively_one_succeeds)
{
	int *tried = shared(sizeof(*tried)), *done = shared(sizeof(*done));
	unsigned int round, i, made;
	const char *name;
	struct child child[3];
	int64_t result;

	for (round = 0; round < 30; round++) {
		name = fresh_name();
		*tried = *done = 0;
		for (i = 0; i < ARRAY_SIZE(child); i++) {
			if (child_start(&child[i])) {
				result = mailbox(name, O_RDWR | O_CREAT | O_EXCL);
				__atomic_add_fetch(tried, 1, __ATOMIC_RELEASE);
				await_flag(done);
				child_done(&child[i], result < 0 ? result : 0);
			}
		}
		while (__atomic_load_n(tried, __ATOMIC_ACQUIRE) < (int)ARRAY_SIZE(child))
			usleep(100);
		__atomic_store_n(done, 1, __ATOMIC_RELEASE);
		for (i = made = 0; i < ARRAY_SIZE(child); i++) {
			result = child_join(&child[i]);
			made += !result;
			if (result)
				EXPECT_EQ(-EEXIST, result);
		}
		EXPECT_EQ(1, made);
	}
}

/* Whoever gets the name of a mailbox whose last endpoint is just being closed gets a good one. */
TEST(the_last_close_races_with_opening)
{
	const char *name = fresh_name();
	unsigned int times = often(3000);
	struct child child;
	unsigned int i;
	int fd;

	if (child_start(&child)) {
		for (i = 0; i < times; i++) {
			fd = mailbox(name, O_RDWR | O_CREAT);
			if (fd < 0)
				child_done(&child, fd);
			close(fd);
		}
		child_done(&child, 0);
	}
	for (i = 0; i < times; i++) {
		fd = mailbox(name, O_RDWR | O_CREAT);
		ASSERT_GE(fd, 0);
		ASSERT_EQ(0, put(fd, i, 1, IPCX_DONTWAIT));
		ASSERT_EQ(i, get(fd, IPCX_DONTWAIT));
		ASSERT_EQ(0, stat_of(fd).flags);
		close(fd);
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(-ENOENT, mailbox(name, O_RDWR));
}

TEST(unlinking_races_with_sleeping)
{
	struct child child[3];
	unsigned int round, i;
	const char *name;
	int64_t result;
	int fd;

	for (round = 0; round < 30; round++) {
		name = fresh_name();
		fd = mailbox(name, O_RDWR | O_CREAT);
		if (child_start(&child[0]))
			child_done(&child[0], get(fd, 0));
		if (child_start(&child[1]))
			child_done(&child[1], ask(fd, 1, 1, 0));
		if (child_start(&child[2]))
			child_done(&child[2], get_until(fd, after_ms(20000)));
		usleep(round * 50);
		ASSERT_EQ(0, unlink_name(name));
		for (i = 0; i < ARRAY_SIZE(child); i++) {
			result = child_join(&child[i]);
			if (result != 1)
				EXPECT_EQ(result == -ECONNRESET ? result : -EIDRM, result);
		}
		EXPECT_EQ(0, stat_of(fd).msgs);
		close(fd);
	}
}

/* Two that never rest, and one that looks: what it sees is a state that there was. */
TEST(a_stream_arrives_whole_and_in_order)
{
	enum { LEN = 100 };
	struct ipcx_stat stat = { .msgs = 0 };
	unsigned int times = often(30000);
	int fd = mailbox_of(8, 0, 0);
	struct child sender, receiver;
	int *done = shared(sizeof(*done));
	unsigned int i, torn = 0;
	int64_t err = 0;

	if (child_start(&sender)) {
		for (i = 0; i < times && !err; i++)
			err = put(fd, i, LEN, 0);
		child_done(&sender, err);
	}
	if (child_start(&receiver)) {
		for (i = 0; i < times && err != -EBADMSG; i++)
			err = get(fd, 0) == i ? 0 : -EBADMSG;
		__atomic_store_n(done, 1, __ATOMIC_RELEASE);
		child_done(&receiver, err);
	}
	while (!__atomic_load_n(done, __ATOMIC_ACQUIRE)) {
		stat = stat_of(fd);
		torn += stat.msgs > 8 || stat.bytes != stat.msgs * LEN;
	}
	EXPECT_EQ(0, torn);
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(0, child_join(&receiver));
	EXPECT_EQ(0, stat_of(fd).bytes);
}

/*
 * Signals from which everybody goes on: then every single message must arrive, and nothing fails.
 * What becomes of messages when there are worse things is for storm.c.
 */

enum { senders = 3, receivers = 3, each = 500, signals = 600 };
#define END	(senders * each)

struct storm {
	unsigned int next[senders];
	uint8_t seen[senders][each];
	int disordered;
	int failed;
};

static void storm_send(struct storm *storm, int fd, unsigned int sender)
{
	unsigned int i;
	int err;

	while ((i = storm->next[sender]) < each) {
		storm->next[sender]++;
		err = put(fd, sender * each + i, i * 13 % 5000, 0);
		if (err)
			storm->failed = err;
	}
}

static void storm_receive(struct storm *storm, int fd)
{
	unsigned int last[senders] = { 0 };
	unsigned int sender, i;
	int64_t type;

	for (;;) {
		type = get(fd, 0);
		if (type == END)
			return;
		if (type < 0 || type >= senders * each) {
			storm->failed = type;
			return;
		}
		sender = type / each;
		i = type % each;
		__atomic_add_fetch(&storm->seen[sender][i], 1, __ATOMIC_RELAXED);
		if (i + 1 <= last[sender])
			storm->disordered = 1;
		last[sender] = i + 1;
	}
}

static void storm_start(struct child *child, struct storm *storm, int fd, unsigned int who)
{
	if (!child_start(child))
		return;
	if (who < senders)
		storm_send(storm, fd, who);
	else
		storm_receive(storm, fd);
	child_done(child, 0);
}

TEST(a_storm_of_signals_loses_nothing_at_all)
{
	struct storm *storm = shared(sizeof(*storm));
	struct child child[senders + receivers];
	int fd = mailbox_of(5, 6000, 12000);
	unsigned int seed = 43;
	unsigned int i, s;

	handle(SIGUSR1, SA_RESTART);
	for (i = 0; i < ARRAY_SIZE(child); i++)
		storm_start(&child[i], storm, fd, i);
	for (i = 0; i < signals; i++) {
		usleep(rand_r(&seed) % 300);
		kill(child[rand_r(&seed) % ARRAY_SIZE(child)].pid, SIGUSR1);
	}
	for (i = 0; i < senders; i++)
		EXPECT_EQ(0, child_join(&child[i]));
	for (i = 0; i < receivers; i++)
		ASSERT_EQ(0, put_until(fd, END, 0, after_ms(60000)));
	for (i = 0; i < receivers; i++)
		EXPECT_EQ(0, child_join(&child[senders + i]));
	EXPECT_EQ(0, storm->failed);
	EXPECT_EQ(0, storm->disordered);
	for (s = 0; s < senders; s++)
		for (i = 0; i < each; i++)
			ASSERT_EQ(1, storm->seen[s][i]);
	EXPECT_EQ(0, stat_of(fd).msgs);
}

/* Callers and servers killed at any time: every call ends, and nobody hears two replies. */
TEST(a_storm_of_calls_and_kills_leaves_nobody_waiting)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	int *done = shared(sizeof(*done));
	int *serving = shared(sizeof(*serving));
	unsigned int seed = 44, calls = often(200);
	struct child server, client[2];
	unsigned int i, n;
	int64_t result;

	for (n = 0; n < 2; n++) {
		if (child_start(&client[n])) {
			for (i = 0; i < calls; i++) {
				result = ask(fd, i, i, 0);
				if (result != (int64_t)(i + ANSWER) && result != -ECONNRESET)
					break;
			}
			__atomic_add_fetch(done, 1, __ATOMIC_RELEASE);
			child_done(&client[n], i == calls ? 0 : result);
		}
	}
	/* Each server has its own endpoint, and is killed when it has had that for a while. */
	while (__atomic_load_n(done, __ATOMIC_ACQUIRE) < 2) {
		*serving = 0;
		if (child_start(&server)) {
			int mine = mailbox(name, O_RDONLY);

			__atomic_store_n(serving, 1, __ATOMIC_RELEASE);
			while (serve(mine) >= 0)
				;
			child_done(&server, 0);
		}
		ASSERT_EQ(0, await_flag(serving));
		usleep(rand_r(&seed) % 20000);
		child_kill(&server);
	}
	for (n = 0; n < 2; n++)
		EXPECT_EQ(0, child_join(&client[n]));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).receivers);
}

TEST_HARNESS_MAIN
