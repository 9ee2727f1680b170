// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receivers stopped in the middle of a batch, by a page that does not come, and killed there.
 */
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "batch.h"

enum { SLOW = 40, PAGE = 4096 };

struct slow {
	int fd;
	int uffd;
	uint8_t *page;
	struct child child;
};

/* Receives @count messages, of which message @at goes to a page that does not come. */
static int64_t slow_recv(struct slow *slow, unsigned int count, unsigned int at)
{
	struct batch b = batch_of(count, 1000);

	b.in[at].msg.data = (uintptr_t)slow->page;
	return batch_recv(slow->fd, &b, 1, 0, 0);
}

/* Starts it in another process; false if this kernel cannot do that. */
static bool slow_start(struct slow *slow, int fd, unsigned int count, unsigned int at)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int pair[2], uffd;

	slow->fd = fd;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return false;
	if (child_start(&slow->child)) {
		uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
		slow->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				  -1, 0);
		reg.range.start = (uintptr_t)slow->page;
		reg.range.len = PAGE;
		if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) ||
		    ioctl(uffd, UFFDIO_REGISTER, &reg) || pass_fd(pair[0], uffd)) {
			close(pair[0]);
			child_done(&slow->child, -ENOTSUP);
		}
		close(uffd);
		write(pair[0], &slow->page, sizeof(slow->page));
		child_done(&slow->child, slow_recv(slow, count, at));
	}
	close(pair[0]);
	slow->uffd = passed_fd(pair[1]);
	if (slow->uffd >= 0 && read(pair[1], &slow->page, sizeof(slow->page)) < 0)
		slow->uffd = -errno;
	close(pair[1]);
	if (slow->uffd < 0)
		child_join(&slow->child);
	return slow->uffd >= 0;
}

static int slow_await(struct slow *slow)
{
	struct pollfd poll_fd = { .fd = slow->uffd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&poll_fd, 1, 100000) != 1)
		return -ETIMEDOUT;
	return read(slow->uffd, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -errno;
}

static int64_t slow_go_on(struct slow *slow)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)slow->page, PAGE } };
	int64_t result;

	ioctl(slow->uffd, UFFDIO_ZEROPAGE, &zero);
	result = child_join(&slow->child);
	close(slow->uffd);
	return result;
}

FIXTURE(slow)
{
	struct slow slow;
	bool ready;
	int fd;
};

/* Where it is stopped, and whether it had waited for the first message */
FIXTURE_VARIANT(slow)
{
	unsigned int at;
	bool waiting;
};

FIXTURE_VARIANT_ADD(slow, at_the_first) { .at = 0, .waiting = false };
FIXTURE_VARIANT_ADD(slow, in_the_middle) { .at = 21, .waiting = false };
FIXTURE_VARIANT_ADD(slow, at_the_last) { .at = SLOW - 1, .waiting = false };
FIXTURE_VARIANT_ADD(slow, having_waited) { .at = 5, .waiting = true };

FIXTURE_SETUP(slow)
{
	self->fd = mailbox_of(SLOW + 1, 0, 0);
	ASSERT_GE(self->fd, 0);
	if (!variant->waiting)
		ASSERT_EQ(SLOW, send_batch(self->fd, 1, SLOW, 100, 0));
	self->ready = slow_start(&self->slow, self->fd, SLOW, variant->at);
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	if (variant->waiting) {
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, await_asleep(self->slow.child.pid));
		ASSERT_EQ(SLOW, send_batch(self->fd, 1, SLOW, 100, 0));
	}
	ASSERT_EQ(0, slow_await(&self->slow));
}

FIXTURE_TEARDOWN(slow)
{
	close(self->fd);
}

TEST_F(slow, killed_receiver_leaves_all_messages_in_their_places)
{
	if (!self->ready)
		return;
	child_kill(&self->slow.child);
	EXPECT_EQ(SLOW, stat_of(self->fd).msgs);
	EXPECT_EQ(SLOW * 100, stat_of(self->fd).bytes);
	ASSERT_EQ(1, send_batch(self->fd, SLOW + 1, 5, 100, IPCX_DONTWAIT));
	EXPECT_EQ(SLOW + 1, recv_batch(self->fd, 1, 2 * SLOW, 100, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(slow, killed_receiver_leaves_its_messages_to_those_that_wait)
{
	struct child others[2];
	int64_t got[2];

	if (!self->ready)
		return;
	/* What it has not taken yet is not waited for. */
	while (get(self->fd, IPCX_DONTWAIT) >= 0)
		;
	if (child_start(&others[0]))
		child_done(&others[0], get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&others[1]))
		child_done(&others[1], get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	child_kill(&self->slow.child);
	ASSERT_EQ(0, await_receivers(self->fd, 0));
	got[0] = child_join(&others[0]);
	got[1] = child_join(&others[1]);
	EXPECT_EQ(1, got[0]);
	EXPECT_EQ(2, got[1]);
}

TEST_F(slow, receiver_that_goes_on_has_all)
{
	if (!self->ready)
		return;
	EXPECT_EQ(SLOW, slow_go_on(&self->slow));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(slow, receiver_holds_the_room_of_what_it_has_taken)
{
	unsigned int free;

	if (!self->ready)
		return;
	/* What it waited for was never in the queue. */
	free = variant->waiting ? 2 : 1;
	EXPECT_EQ(free, send_batch(self->fd, SLOW + 1, 5, 100, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(self->fd, 99, 1, IPCX_DONTWAIT));
	child_kill(&self->slow.child);
	EXPECT_EQ(SLOW + free, recv_batch(self->fd, 1, 2 * SLOW, 100, IPCX_DONTWAIT));
}

TEST(a_request_whose_caller_left_is_gone_from_a_batch_that_failed)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child client, other;
	struct slow slow;

	ASSERT_EQ(0, put(fd, 1, 10, 0));
	if (child_start(&client))
		child_done(&client, ask(fd, 2, 10, 0));
	ASSERT_EQ(0, await_msgs(fd, 2));
	if (child_start(&other))
		child_done(&other, ask(fd, 3, 10, 0));
	ASSERT_EQ(0, await_msgs(fd, 3));
	ASSERT_EQ(0, put(fd, 4, 10, 0));
	if (!slow_start(&slow, fd, 10, 3))
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, slow_await(&slow));
	child_kill(&client);
	child_kill(&slow.child);
	ASSERT_EQ(3, stat_of(fd).msgs);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, serve(fd));
	EXPECT_EQ(3 + ANSWER, child_join(&other));
	EXPECT_EQ(4, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).bytes);
}

TEST_HARNESS_MAIN
