// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts: what users and namespaces have, and that they cannot have more than they may.
 */
#include <sys/mman.h>

#include "users.h"

#define COST(messages, bytes)	((uint64_t)(messages) * IPCX_MSG_COST + (bytes))

static void set_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	if (set_limit(name, text))
		abort();
}

static int make_as(uid_t uid, const struct ipcx_bind *bind)
{
	int fd;

	become(uid);
	fd = bound(O_RDWR, bind);
	become(0);
	return fd;
}

/* Messages */

TEST_F(namespace, a_message_counts_until_it_has_been_received)
{
	struct ipcx_usage usage;

	ASSERT_EQ(0, put_as(ALICE, self->fd, 1, 1000, 0));
	ASSERT_EQ(0, put_as(ALICE, self->fd, 2, 0, 0));
	ASSERT_EQ(0, put_as(BOB, self->fd, 3, 50000, 0));
	EXPECT_EQ(COST(2, 1000), bytes_of(self->fd, ALICE));
	EXPECT_EQ(COST(1, 50000), bytes_of(self->fd, BOB));
	EXPECT_EQ(0, bytes_of(self->fd, 0));
	usage = usage_of(self->fd);
	EXPECT_EQ(COST(3, 51000), usage.net.bytes);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(COST(1, 0), bytes_of(self->fd, ALICE));
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
	EXPECT_EQ(3, get(self->fd, 0));
	usage = usage_of(self->fd);
	EXPECT_EQ(0, usage.net.bytes);
}

TEST_F(namespace, looking_at_a_message_changes_nothing)
{
	ASSERT_EQ(0, put_as(ALICE, self->fd, 1, 1000, 0));
	EXPECT_EQ(1, get(self->fd, IPCX_PEEK));
	EXPECT_EQ(COST(1, 1000), bytes_of(self->fd, ALICE));
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
}

TEST_F(namespace, what_goes_straight_to_a_receiver_does_not_count)
{
	struct child child;

	set_number("user_bytes", 0);
	set_number("max_bytes", 0);
	EXPECT_EQ(-EDQUOT, put_as(ALICE, self->fd, 1, 100, 0));
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 1, 100, 0));
	EXPECT_EQ(1, child_join(&child));
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 2, 5000, 0));
	EXPECT_EQ(2, child_join(&child));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
}

TEST_F(namespace, a_user_over_the_limit_is_refused_at_once)
{
	set_number("user_bytes", COST(2, 300));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 1, 100, 0));
	/* Though there is room, and waiting was asked for */
	EXPECT_EQ(-EDQUOT, put_as(ALICE, self->fd, 2, 201, 0));
	EXPECT_EQ(-EDQUOT, put_as(ALICE, self->fd, 2, 50000, 0));
	EXPECT_EQ(COST(1, 100), bytes_of(self->fd, ALICE));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 2, 200, 0));
	EXPECT_EQ(-EDQUOT, put_as(ALICE, self->fd, 3, 0, IPCX_DONTWAIT));
	become(ALICE);
	EXPECT_EQ(-1, write(self->fd, "x", 1));
	EXPECT_EQ(EDQUOT, errno);
	EXPECT_EQ(-EDQUOT, ask(self->fd, 3, 0, 0));
	become(0);
	/* Another user has his own. */
	EXPECT_EQ(0, put_as(BOB, self->fd, 3, 300, 0));
	EXPECT_EQ(3, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 4, 100, 0));
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(3, get(self->fd, 0));
	EXPECT_EQ(4, get(self->fd, 0));
}

TEST_F(namespace, so_is_everybody_when_the_namespace_is)
{
	set_number("max_bytes", COST(2, 300));
	EXPECT_EQ(0, put_as(ALICE, self->fd, 1, 100, 0));
	EXPECT_EQ(-ENOSPC, put_as(BOB, self->fd, 2, 201, 0));
	EXPECT_EQ(0, put_as(BOB, self->fd, 2, 200, 0));
	EXPECT_EQ(-ENOSPC, put_as(ALICE, self->fd, 3, 0, 0));
	EXPECT_EQ(COST(2, 300), usage_of(self->fd).net.bytes);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, put_as(BOB, self->fd, 3, 0, 0));
}

TEST_F(namespace, who_may_exceed_limits_is_not_held_to_them)
{
	set_number("user_bytes", 0);
	set_number("max_bytes", 0);
	set_number("user_objects", 0);
	set_number("max_objects", 0);
	set_number("user_region_bytes", 0);
	EXPECT_EQ(0, put(self->fd, 1, 1000, 0));
	EXPECT_EQ(COST(1, 1000), usage_of(self->fd).user.bytes);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, usage_of(self->fd).user.bytes);
	EXPECT_LE(0, mailbox(NULL, O_RDWR));
	EXPECT_LE(0, region(NULL, O_RDWR, 4096));
}

/* Who sent it pays, whoever made the mailbox, opened the endpoint or receives. */
TEST_F(namespace, a_message_counts_for_the_sender_and_after_him)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	struct child child;
	int fd;

	bind.mode = 0666;
	close(make_as(BOB, &bind));
	fd = bound(O_RDONLY, &bind);
	if (child_start(&child)) {
		become(ALICE);
		child_done(&child, put(bound(O_WRONLY, &bind), 1, 10, 0));
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(COST(1, 10), bytes_of(fd, ALICE));
	EXPECT_EQ(0, bytes_of(fd, BOB));
	close(fd);
	/* Nobody has it open. */
	EXPECT_EQ(COST(1, 10), bytes_of(self->fd, ALICE));
	fd = bound(O_RDONLY, &bind);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, bytes_of(fd, ALICE));
	EXPECT_EQ(0, usage_of(fd).net.bytes);
	EXPECT_EQ(0, unlink_name(bind.name));
}

TEST_F(namespace, messages_count_no_more_when_their_mailbox_goes)
{
	int fd = mailbox(NULL, O_RDWR);

	ASSERT_EQ(0, put_as(ALICE, fd, 1, 10, 0));
	ASSERT_EQ(0, put_as(BOB, fd, 1, 5000, 0));
	close(fd);
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
	EXPECT_EQ(0, usage_of(self->fd).net.bytes);
}

TEST_F(namespace, what_could_not_be_delivered_counts_again)
{
	struct ipcx_recv recv = { .msg = msg_of(UNMAPPED, 100, 0) };
	struct child child;

	ASSERT_EQ(0, put_as(ALICE, self->fd, 1, 20, 0));
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_RECV, &recv));
	EXPECT_EQ(COST(1, 20), bytes_of(self->fd, ALICE));
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));

	/* It went straight to the receiver, and comes back over the limit. */
	if (child_start(&child))
		child_done(&child, command(self->fd, IPCX_IOC_RECV, &recv));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	set_number("user_bytes", 0);
	EXPECT_EQ(0, put_as(ALICE, self->fd, 2, 30, 0));
	EXPECT_EQ(-EFAULT, child_join(&child));
	EXPECT_EQ(COST(1, 30), bytes_of(self->fd, ALICE));
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
}

TEST_F(namespace, a_sender_that_waits_for_room_counts_as_long)
{
	const char *name = fresh_name();
	struct child child;
	int fd = mailbox(name, O_RDWR | O_CREAT);

	ASSERT_EQ(0, command(fd, IPCX_IOC_LIMIT, &(struct ipcx_limit) { .max_msgs = 1 }));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	/* The deadline */
	if (child_start(&child)) {
		become(ALICE);
		child_done(&child, put_until(fd, 2, 100, after_ms(200)));
	}
	ASSERT_EQ(0, await_senders(fd, 1));
	EXPECT_EQ(COST(1, 100), bytes_of(fd, ALICE));
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	EXPECT_EQ(0, bytes_of(fd, ALICE));
	/* Death */
	ASSERT_EQ(0, waiting_sender(&child, ALICE, fd, 2, 100, 1));
	child_kill(&child);
	EXPECT_EQ(0, bytes_of(fd, ALICE));
	/* A lower limit */
	ASSERT_EQ(0, waiting_sender(&child, ALICE, fd, 2, 100, 1));
	ASSERT_EQ(0, command(fd, IPCX_IOC_LIMIT, &(struct ipcx_limit) { .max_msg_size = 99 }));
	EXPECT_EQ(-EMSGSIZE, child_join(&child));
	EXPECT_EQ(0, bytes_of(fd, ALICE));
	/* A limit of hers: there is no waiting for that. */
	set_number("user_bytes", 100);
	EXPECT_EQ(-EDQUOT, put_as(ALICE, fd, 2, 10, 0));
	set_number("user_bytes", 1000);
	/* Being let in */
	ASSERT_EQ(0, waiting_sender(&child, ALICE, fd, 2, 50, 1));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(COST(1, 50), bytes_of(fd, ALICE));
	/* The end of the mailbox's name */
	ASSERT_EQ(0, waiting_sender(&child, BOB, fd, 3, 20, 1));
	EXPECT_EQ(0, unlink_name(name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(0, bytes_of(fd, BOB));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(0, usage_of(fd).net.bytes);
}

/* A receiver comes to wait for what a sender waits for room with. */
TEST_F(namespace, so_does_one_that_is_served_while_it_waits)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 3 };
	int fd = mailbox_of(1, 0, 0);
	struct child sender;
	uint8_t buf[100];

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, waiting_sender(&sender, ALICE, fd, 3, 100, 1));
	EXPECT_EQ(COST(1, 100), bytes_of(fd, ALICE));
	EXPECT_EQ(3, get_msg(fd, &recv, buf, sizeof(buf)));
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(0, bytes_of(fd, ALICE));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, usage_of(fd).net.bytes);
}

TEST_F(namespace, a_request_that_is_withdrawn_counts_no_more)
{
	struct child child;

	if (child_start(&child)) {
		become(ALICE);
		child_done(&child, ask_until(self->fd, 1, 70, after_ms(100)));
	}
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	EXPECT_EQ(COST(1, 70), bytes_of(self->fd, ALICE));
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	EXPECT_EQ(0, bytes_of(self->fd, ALICE));
}

TEST_F(namespace, a_reply_counts_for_nobody)
{
	struct child child;

	set_number("user_bytes", COST(1, 10));
	if (child_start(&child)) {
		become(ALICE);
		child_done(&child, ask(self->fd, 1, 10, 0));
	}
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	become(BOB);
	EXPECT_EQ(1, serve(self->fd));
	become(0);
	EXPECT_EQ(1 + ANSWER, child_join(&child));
	EXPECT_EQ(0, usage_of(self->fd).net.bytes);
}

/* Objects */

TEST_F(namespace, a_user_makes_no_more_objects_than_the_limit)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	struct ipcx_bind memory = region_bind(NULL, IPCX_BIND_CREATE, 1);
	struct ipcx_bind named = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct ipcx_usage usage;
	int fds[2];

	set_number("user_objects", 2);
	fds[0] = make_as(ALICE, &bind);
	fds[1] = make_as(ALICE, &memory);
	ASSERT_LE(0, fds[0]);
	ASSERT_LE(0, fds[1]);
	EXPECT_EQ(-EDQUOT, make_as(ALICE, &bind));
	EXPECT_EQ(-EDQUOT, make_as(ALICE, &memory));
	EXPECT_EQ(-EDQUOT, make_as(ALICE, &named));
	become(ALICE);
	usage = usage_of(self->fd);
	become(0);
	EXPECT_EQ(2, usage.user.objects);
	EXPECT_EQ(2, usage.user.max_objects);
	EXPECT_EQ(3, usage.net.objects);
	/* Using what is there is not making one. */
	named.mode = 0666;
	EXPECT_LE(0, make_as(BOB, &named));
	EXPECT_LE(0, make_as(ALICE, &named));
	close(fds[1]);
	EXPECT_LE(0, make_as(ALICE, &memory));
}

TEST_F(namespace, nor_do_all_users_together)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	int fd;

	set_number("max_objects", 2);
	fd = make_as(ALICE, &bind);
	EXPECT_LE(0, fd);
	EXPECT_EQ(-ENOSPC, make_as(BOB, &bind));
	close(fd);
	EXPECT_LE(0, make_as(BOB, &bind));
}

TEST_F(namespace, regions_count_by_their_size)
{
	struct ipcx_bind small = region_bind(NULL, IPCX_BIND_CREATE, 1000);
	struct ipcx_bind large = region_bind(NULL, IPCX_BIND_CREATE, 4001);
	int fd;

	set_number("user_region_bytes", 5000);
	set_number("max_region_bytes", 8000);
	fd = make_as(ALICE, &small);
	EXPECT_LE(0, fd);
	EXPECT_EQ(-EDQUOT, make_as(ALICE, &large));
	EXPECT_LE(0, make_as(BOB, &large));
	large.size = 4000;
	EXPECT_EQ(-ENOSPC, make_as(ALICE, &large));
	EXPECT_EQ(5001, usage_of(self->fd).net.region_bytes);
	close(fd);
	EXPECT_EQ(4001, usage_of(self->fd).net.region_bytes);
}

/* No sum of sizes is taken for a small one. */
TEST_F(namespace, regions_of_any_size_are_too_much_in_the_end)
{
	struct ipcx_info info = { .abi = 0 };
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE, 0);
	unsigned int i;

	ASSERT_EQ(0, command(self->fd, IPCX_IOC_INFO, &info));
	bind.size = info.max_region_size;
	EXPECT_LE(0, make_as(ALICE, &bind));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-EDQUOT, make_as(ALICE, &bind));
	EXPECT_EQ(-ENOSPC, make_as(BOB, &bind));
}

TEST_F(namespace, objects_that_could_not_be_made_do_not_count)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);

	EXPECT_EQ(-EINVAL, try_bind(&(struct ipcx_bind) {
		.kind = IPCX_KIND_REGION, .flags = IPCX_BIND_CREATE,
	}));
	EXPECT_LE(0, bound(O_RDWR, &bind));
	bind.flags |= IPCX_BIND_EXCL;
	EXPECT_EQ(-EEXIST, try_bind(&bind));
	EXPECT_EQ(2, usage_of(self->fd).user.objects);
}

/* What is left in a namespace goes with it; the module would complain about what stayed charged. */
TEST_F(namespace, its_end_settles_all_accounts)
{
	struct ipcx_bind bind = mailbox_bind("stays", IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	long before = module_references();
	struct child child;
	unsigned int tries;

	if (child_start(&child)) {
		int err = unshare(CLONE_NEWNET) ? -errno : 0;
		int fd = bound(O_RDWR, &bind);

		err = err ?: put_as(ALICE, fd, 1, 10, 0);
		err = err ?: put_as(BOB, fd, 2, 10000, 0);
		child_done(&child, err);
	}
	EXPECT_EQ(0, child_join(&child));
	for (tries = 0; tries < 1000 && module_references() > before; tries++)
		usleep(10000);
	EXPECT_EQ(before, module_references());
}

/* The limits */

TEST_F(namespace, has_limits_that_leave_room_for_others)
{
	struct ipcx_usage usage = usage_of(self->fd);

	EXPECT_LT(1000, usage.user.max_objects);
	EXPECT_LT(1 << 20, usage.user.max_bytes);
	EXPECT_LT(usage.user.max_objects, usage.net.max_objects);
	EXPECT_LT(usage.user.max_bytes, usage.net.max_bytes);
	EXPECT_EQ(INT64_MAX, usage.user.max_region_bytes);
	EXPECT_EQ(INT64_MAX, usage.net.max_region_bytes);
}

TEST_F(namespace, has_limits_of_its_own_for_its_root_to_set)
{
	struct ipcx_usage usage;
	struct child child;

	if (child_start(&child)) {
		uint64_t before = usage_of(self->fd).user.max_bytes;
		int fd, err;

		err = unshare(CLONE_NEWUSER | CLONE_NEWNET) ? -errno : 0;
		/* Its root has to be somebody, and is nobody until it is mapped. */
		fd = open("/proc/self/uid_map", O_WRONLY);
		if (!err && write(fd, "0 0 1", 5) != 5)
			err = -errno;
		err = err ?: set_limit("user_bytes", "12345");
		fd = endpoint(O_RDWR);
		if (!err && usage_of(fd).user.max_bytes != 12345)
			err = -ERANGE;
		if (!err && usage_of(self->fd).user.max_bytes != before)
			err = -ERANGE;
		child_done(&child, err);
	}
	EXPECT_EQ(0, child_join(&child));

	become(ALICE);
	EXPECT_EQ(-EACCES, set_limit("user_bytes", "1000000"));
	become(0);
	EXPECT_EQ(0, set_limit("max_objects", "7"));
	EXPECT_EQ(-EINVAL, set_limit("user_objects", "9223372036854775808"));
	EXPECT_EQ(-EINVAL, set_limit("user_objects", "many"));
	EXPECT_EQ(0, set_limit("user_objects", "9223372036854775807"));
	usage = usage_of(self->fd);
	EXPECT_EQ(7, usage.net.max_objects);
	EXPECT_EQ(INT64_MAX, usage.user.max_objects);
}

/* Many users through one endpoint, in threads of execution that come and go: all comes out even. */
TEST_F(namespace, many_users_at_once_come_out_even)
{
	enum { USERS = 6 };
	unsigned int each = often(2000), i, round;
	struct child child[USERS];
	int fd = mailbox_of(8, 0, 0);

	for (i = 0; i < USERS; i++) {
		if (child_start(&child[i])) {
			int64_t err = 0;

			for (round = 0; round < each && err >= 0; round++) {
				become(ALICE + (i + round) % 3);
				if (i % 2)
					err = put(fd, round, round % 300, 0);
				else
					err = get(fd, 0);
			}
			child_done(&child[i], err < 0 ? err : 0);
		}
	}
	for (i = 0; i < USERS; i++)
		EXPECT_EQ(0, child_join(&child[i]));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, bytes_of(fd, ALICE + i));
	EXPECT_EQ(0, usage_of(fd).net.bytes);
	EXPECT_EQ(2, usage_of(fd).net.objects);
}

TEST_HARNESS_MAIN
