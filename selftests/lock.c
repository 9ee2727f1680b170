// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks of the library in a region, whose holders and waiters are killed anywhere.
 */
#include <sys/mman.h>

#include <ipcx_lock.h>

#include "step.h"

struct pair {
	struct ipcx_lock lock;
	struct ipcx_news news;
	long a;
	long b;
};

FIXTURE(lock)
{
	struct pair *pair;
	int fd;
};

FIXTURE_SETUP(lock)
{
	self->fd = region(NULL, O_RDWR, sizeof(*self->pair));
	self->pair = mmap(NULL, sizeof(*self->pair), PROT_READ | PROT_WRITE, MAP_SHARED, self->fd,
			  0);
	ASSERT_NE(MAP_FAILED, (void *)self->pair);
	ASSERT_EQ(0, ipcx_lock_init(&self->pair->lock));
}

FIXTURE_TEARDOWN(lock)
{
	close(self->fd);
}

static int got(int ret)
{
	return ret ? -errno : 0;
}

TEST_F(lock, is_waited_for_until_the_deadline)
{
	struct child child;

	ASSERT_EQ(0, ipcx_lock(&self->pair->lock, 0));
	if (child_start(&child)) {
		if (got(ipcx_trylock(&self->pair->lock)) != -EBUSY)
			child_done(&child, -1);
		child_done(&child, got(ipcx_lock(&self->pair->lock, after_ms(20))));
	}
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	EXPECT_EQ(0, ipcx_unlock(&self->pair->lock));
	EXPECT_EQ(0, got(ipcx_lock(&self->pair->lock, after_ms(20))));
	EXPECT_EQ(0, ipcx_unlock(&self->pair->lock));
}

TEST_F(lock, that_was_not_repaired_is_lost)
{
	struct child child;

	if (child_start(&child)) {
		ipcx_lock(&self->pair->lock, 0);
		child_done(&child, 0);
	}
	child_join(&child);
	EXPECT_EQ(-EOWNERDEAD, got(ipcx_lock(&self->pair->lock, 0)));
	EXPECT_EQ(0, ipcx_unlock(&self->pair->lock));
	EXPECT_EQ(-ENOTRECOVERABLE, got(ipcx_lock(&self->pair->lock, 0)));
	EXPECT_EQ(-ENOTRECOVERABLE, got(ipcx_trylock(&self->pair->lock)));
}

static void change(struct pair *pair)
{
	ipcx_lock(&pair->lock, 0);
	*(volatile long *)&pair->a += 1;
	*(volatile long *)&pair->b += 1;
	ipcx_news_tell(&pair->news);
	ipcx_unlock(&pair->lock);
}

TEST_F(lock, survives_a_kill_anywhere_and_says_so_once)
{
	unsigned int points = step_points(), steps = 0, dead = 0, i;
	struct pair *pair = self->pair;

	step_on_one_cpu();
	change(pair);
	for (i = 0; i < points; i++) {
		struct child child;
		int err;

		if (child_start(&child)) {
			step_from_here();
			change(pair);
			_exit(0);
		}
		steps = step_next(steps, step_and_kill(&child, steps), i);
		err = got(ipcx_lock(&pair->lock, after_ms(60000)));
		if (err == -EOWNERDEAD) {
			dead++;
			pair->b = pair->a;
			ASSERT_EQ(0, ipcx_lock_repaired(&pair->lock));
		} else {
			ASSERT_EQ(0, err);
			ASSERT_EQ(pair->a, pair->b);
		}
		ASSERT_EQ(0, ipcx_unlock(&pair->lock));
		ASSERT_EQ(0, got(ipcx_lock(&pair->lock, after_ms(60000))));
		ASSERT_EQ(0, ipcx_unlock(&pair->lock));
	}
	EXPECT_LT(0, dead);
}

/* One waits for every change, while others that wait are killed. */
TEST_F(lock, tells_who_waits_also_when_others_that_waited_were_killed)
{
	long changes = often(300), i;
	struct pair *pair = self->pair;
	struct child waiter, victim;

	if (child_start(&waiter)) {
		if (ipcx_lock(&pair->lock, 0))
			child_done(&waiter, -1);
		while (pair->a < changes)
			if (ipcx_news_wait(&pair->news, &pair->lock, 0))
				child_done(&waiter, -errno);
		ipcx_unlock(&pair->lock);
		child_done(&waiter, 0);
	}
	for (i = 0; i < changes; i++) {
		int err;

		if (child_start(&victim)) {
			ipcx_lock(&pair->lock, 0);
			ipcx_news_wait(&pair->news, &pair->lock, 0);
			_exit(0);
		}
		ASSERT_EQ(0, await_asleep(victim.pid));
		child_kill(&victim);
		err = got(ipcx_lock(&pair->lock, 0));
		if (err == -EOWNERDEAD)
			err = got(ipcx_lock_repaired(&pair->lock));
		ASSERT_EQ(0, err);
		pair->a++;
		ASSERT_EQ(0, ipcx_news_tell(&pair->news));
		ASSERT_EQ(0, ipcx_unlock(&pair->lock));
	}
	EXPECT_EQ(0, child_join(&waiter));
}

TEST_HARNESS_MAIN
