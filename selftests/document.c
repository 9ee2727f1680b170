// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C of Documentation/regions.rst, as it stands there, with what it takes for granted around it.
 */
#include <sys/mman.h>

#include <ipcx.h>
#include <ipcx_channel.h>

#include "harness.h"

#define NEWS	10
#define FRAME	20000

/* What the code calls: each tells here what it was given. */

static struct {
	int looked[NEWS + 1];
	int shown;
} *told;

static void look_at(const int *region)
{
	__atomic_store_n(&told->looked[*region], 1, __ATOMIC_RELEASE);
}

static void show(const void *data, size_t len)
{
	if (len == FRAME && filled(data, len, told->shown))
		told->shown++;
}

static void draw(void *place, size_t len)
{
	static int drawn;

	fill(place, len, drawn++);
}

static int await_news(int fd, const int *region)
{
#include "regions/news-waiter.inc"
	return -errno;
}

TEST(a_waiter_looks_after_each_notice)
{
	const char *name = fresh_name();
	int fd = ipcx_region(name, O_RDWR | O_CREAT, 0600, sizeof(int));
	struct child child;
	int *region;

	ASSERT_GE(fd, 0);
	region = ipcx_map(fd, PROT_READ | PROT_WRITE, NULL);
	ASSERT_NE(MAP_FAILED, region);
	told = shared(sizeof(*told));
	if (child_start(&child))
		child_done(&child, await_news(fd, region));
	for (int news = 1; news <= NEWS; news++) {
		__atomic_store_n(region, news, __ATOMIC_RELEASE);
		ASSERT_EQ(0, ipcx_region_notify(fd));
		ASSERT_EQ(0, await_flag(&told->looked[news]));
	}
	/* What ends the loop */
	ASSERT_EQ(0, ipcx_unlink(name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	close(fd);
}

static int receive_frames(void)
{
	struct ipcx_channel *ch;
	const void *data;
	ssize_t len;
	int err;

#include "regions/channel-receiver.inc"
	err = errno;
	ipcx_channel_close(ch);
	return -err;
}

static int send_frame(void)
{
	struct ipcx_channel *ch;
	size_t size = FRAME;
	void *place;

#include "regions/channel-sender.inc"
	ipcx_channel_close(ch);
	return 0;
}

TEST(a_channel_carries_frames)
{
	struct child child;
	int fd = -ENOENT;

	told = shared(sizeof(*told));
	if (child_start(&child))
		child_done(&child, receive_frames());
	for (unsigned int tries = 0; fd < 0; tries++) {
		ASSERT_LT(tries, 10000);
		usleep(1000);
		fd = mailbox("frames", O_WRONLY);
	}
	EXPECT_EQ(0, send_frame());
	/* Open until now, for the receiver hangs up when the last sender has gone. */
	close(fd);
	EXPECT_EQ(-EPIPE, child_join(&child));
	EXPECT_EQ(1, told->shown);
}

TEST_HARNESS_MAIN
