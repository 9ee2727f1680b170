// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names and what they stand for: making and finding objects, limits, attributes.
 */
#include <sys/stat.h>

#include "name.h"

/* try_bind() with a name of @len bytes as they are */
static int try_name(const char *name, size_t len)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_EXCL);

	memcpy(bind.name, name, len);
	return try_bind(&bind);
}

/* Making and finding */

TEST(a_name_that_is_not_there_is_not_found)
{
	EXPECT_EQ(-ENOENT, mailbox(fresh_name(), O_RDWR));
	EXPECT_EQ(-ENOENT, region(fresh_name(), O_RDWR, 4096));
	EXPECT_EQ(-ENOENT, unlink_name(fresh_name()));
}

TEST_F(name, leads_to_the_same_object)
{
	int fd = mailbox(self->name, O_RDWR);

	ASSERT_GE(fd, 0);
	EXPECT_EQ(stat_of(self->fd).id, stat_of(fd).id);
	EXPECT_EQ(0, put(fd, 42, 10, IPCX_DONTWAIT));
	EXPECT_EQ(42, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(name, that_is_taken_is_opened_by_create)
{
	int fd = mailbox(self->name, O_RDWR | O_CREAT);

	ASSERT_GE(fd, 0);
	EXPECT_EQ(stat_of(self->fd).id, stat_of(fd).id);
}

TEST_F(name, that_is_taken_is_refused_by_exclusive_create)
{
	EXPECT_EQ(-EEXIST, mailbox(self->name, O_RDWR | O_CREAT | O_EXCL));
	EXPECT_EQ(-EEXIST, region(self->name, O_RDWR | O_CREAT | O_EXCL, 4096));
	EXPECT_EQ(1, stat_of(self->fd).endpoints);
}

TEST_F(name, of_the_other_kind_is_refused)
{
	const char *other = fresh_name();
	int fd = region(other, O_RDWR | O_CREAT, 4096);

	EXPECT_EQ(-EPROTOTYPE, region(self->name, O_RDWR, 4096));
	EXPECT_EQ(-EPROTOTYPE, region(self->name, O_RDWR | O_CREAT, 4096));
	EXPECT_EQ(-EPROTOTYPE, mailbox(other, O_RDWR));
	EXPECT_EQ(-EPROTOTYPE, mailbox(other, O_RDWR | O_CREAT));
	EXPECT_EQ(1, stat_of(self->fd).endpoints);
	EXPECT_EQ(1, stat_of(fd).endpoints);
}

TEST_F(name, is_bound_to_an_endpoint_once)
{
	struct ipcx_bind other = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct ipcx_bind same = mailbox_bind(self->name, 0);
	uint64_t id = stat_of(self->fd).id;

	EXPECT_EQ(-EBUSY, bind_to(self->fd, &other));
	EXPECT_EQ(-EBUSY, bind_to(self->fd, &same));
	EXPECT_EQ(id, stat_of(self->fd).id);
	EXPECT_FALSE(exists(other.name));
}

TEST(an_endpoint_can_be_bound_after_a_failure)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), 0);
	int fd = endpoint(O_RDWR);

	EXPECT_EQ(-ENOENT, bind_to(fd, &bind));
	bind.flags = IPCX_BIND_CREATE;
	EXPECT_EQ(0, bind_to(fd, &bind));
}

TEST(an_anonymous_object_is_always_a_new_one)
{
	struct ipcx_bind bind = mailbox_bind(NULL, 0);
	int a = mailbox(NULL, O_RDWR);
	int b = mailbox(NULL, O_RDWR | O_EXCL);

	ASSERT_GE(a, 0);
	ASSERT_GE(b, 0);
	EXPECT_NE(stat_of(a).id, stat_of(b).id);
	EXPECT_EQ('\0', stat_of(a).name[0]);
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.flags = IPCX_BIND_CREATE | IPCX_BIND_PERSIST;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	EXPECT_EQ(-EINVAL, unlink_name(""));
}

TEST(flags_that_need_create_are_refused_without)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_EXCL);

	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.flags = IPCX_BIND_PERSIST;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
}

/* What a name may be */

TEST(names_of_1_to_63_bytes_are_accepted)
{
	char name[IPCX_NAME_SIZE];
	size_t len;

	memset(name, 'x', sizeof(name));
	for (len = 1; len < IPCX_NAME_SIZE; len++)
		EXPECT_EQ(0, try_name(name, len));
}

TEST(a_name_without_an_end_is_too_long)
{
	struct ipcx_unlink unlink = { .flags = 0 };
	char name[IPCX_NAME_SIZE];
	int fd = endpoint(O_RDWR);

	memset(name, 'x', sizeof(name));
	memset(unlink.name, 'x', sizeof(unlink.name));
	EXPECT_EQ(-ENAMETOOLONG, try_name(name, sizeof(name)));
	EXPECT_EQ(-ENAMETOOLONG, command(fd, IPCX_IOC_UNLINK, &unlink));
}

TEST(names_that_differ_in_the_last_byte_are_two)
{
	char a[IPCX_NAME_SIZE] = { 0 }, b[IPCX_NAME_SIZE] = { 0 };
	int fd_a, fd_b;

	memset(a, 'x', IPCX_NAME_SIZE - 1);
	memset(b, 'x', IPCX_NAME_SIZE - 2);
	fd_a = mailbox(a, O_RDWR | O_CREAT);
	fd_b = mailbox(b, O_RDWR | O_CREAT);
	EXPECT_NE(stat_of(fd_a).id, stat_of(fd_b).id);
	EXPECT_STREQ(a, stat_of(fd_a).name);
	EXPECT_STREQ(b, stat_of(fd_b).name);
}

TEST(what_follows_the_end_of_a_name_does_not_count)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	int fd = bound(O_RDWR, &bind);
	size_t i;

	memset(bind.name + strlen(bind.name) + 1, '/', 20);
	bind.flags = 0;
	EXPECT_EQ(0, try_bind(&bind));
	for (i = strlen(bind.name); i < IPCX_NAME_SIZE; i++)
		EXPECT_EQ(0, stat_of(fd).name[i]);
}

TEST(slashes_and_control_bytes_are_refused)
{
	struct ipcx_unlink unlink = { .flags = 0 };
	int fd = endpoint(O_RDWR);
	char name[4] = "axb";
	int c;

	for (c = 1; c < 256; c++) {
		name[1] = c;
		if (c < ' ' || c == 0x7f || c == '/') {
			EXPECT_EQ(-EINVAL, try_name(name, 3));
			memcpy(unlink.name, name, 3);
			EXPECT_EQ(-EINVAL, command(fd, IPCX_IOC_UNLINK, &unlink));
		} else {
			EXPECT_EQ(0, try_name(name, 3));
		}
	}
	EXPECT_EQ(-EINVAL, try_name("/", 1));
	EXPECT_EQ(-EINVAL, try_name("a\n", 2));
}

TEST(utf8_spaces_and_dots_are_accepted)
{
	EXPECT_EQ(0, try_name("Grüße, 世界", strlen("Grüße, 世界")));
	EXPECT_EQ(0, try_name(" ", 1));
	EXPECT_EQ(0, try_name(".", 1));
	EXPECT_EQ(0, try_name("..", 2));
	EXPECT_EQ(0, try_name("a.b-c_d:e", 9));
}

/* Limits */

TEST(limits_over_the_maximum_are_refused_not_clamped)
{
	struct ipcx_bind bind;
	struct ipcx_info info;
	int fd = endpoint(O_RDWR);

	ASSERT_EQ(0, command(fd, IPCX_IOC_INFO, &info));
	bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	bind.max_msgs = info.max_msgs + 1;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.max_msgs = info.max_msgs;
	EXPECT_EQ(0, try_bind(&bind));

	bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	bind.max_msg_size = info.max_msg_size + 1;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.max_msg_size = info.max_msg_size;
	EXPECT_EQ(0, try_bind(&bind));

	bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	bind.max_bytes = info.max_bytes + 1;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.max_bytes = UINT64_MAX;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.max_bytes = info.max_bytes;
	EXPECT_EQ(0, try_bind(&bind));

	bind = region_bind(NULL, IPCX_BIND_CREATE, info.max_region_size + 1);
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.size = UINT64_MAX;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	bind.size = info.max_region_size;
	EXPECT_EQ(0, try_bind(&bind));
}

TEST(limits_that_contradict_each_other_or_the_kind_are_refused)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);

	bind.max_msg_size = 1000;
	bind.max_bytes = 999;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.max_bytes = 1000;
	EXPECT_EQ(0, try_bind(&bind));
	bind.max_msg_size = 0;
	EXPECT_EQ(-EINVAL, try_bind(&bind));

	bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	bind.size = 1;
	EXPECT_EQ(-EINVAL, try_bind(&bind));

	bind = region_bind(NULL, IPCX_BIND_CREATE, 0);
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.size = 1;
	bind.max_msgs = 1;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.max_msgs = 0;
	bind.max_msg_size = 1;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.max_msg_size = 0;
	bind.max_bytes = 1;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind.max_bytes = 0;
	EXPECT_EQ(0, try_bind(&bind));
}

TEST(a_refused_create_leaves_no_name)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);

	bind.max_msgs = UINT32_MAX;
	EXPECT_EQ(-E2BIG, try_bind(&bind));
	EXPECT_FALSE(exists(bind.name));
	bind.max_msgs = 0;
	bind.size = 1;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	EXPECT_FALSE(exists(bind.name));
	bind = region_bind(bind.name, IPCX_BIND_CREATE, 0);
	EXPECT_EQ(-EINVAL, try_bind(&bind));
	EXPECT_FALSE(exists(bind.name));
}

/* Attributes */

TEST(limits_not_given_are_the_defaults)
{
	struct ipcx_info info;
	struct ipcx_stat stat;
	int fd = mailbox(NULL, O_RDWR);

	ASSERT_EQ(0, command(fd, IPCX_IOC_INFO, &info));
	stat = stat_of(fd);
	EXPECT_EQ(info.default_msgs, stat.max_msgs);
	EXPECT_EQ(info.default_msg_size, stat.max_msg_size);
	EXPECT_EQ(info.default_bytes, stat.max_bytes);

	/* A mailbox has room for its longest message at least. */
	stat = stat_of(mailbox_of(0, info.max_msg_size, 0));
	EXPECT_EQ(info.max_msg_size, stat.max_msg_size);
	EXPECT_LE(info.max_msg_size, stat.max_bytes);
}

TEST(stat_tells_what_the_object_was_made_with)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct ipcx_stat stat;
	int fd;

	umask(0);
	bind.mode = 0642;
	bind.max_msgs = 3;
	bind.max_msg_size = 10;
	bind.max_bytes = 25;
	fd = bound(O_RDWR, &bind);
	stat = stat_of(fd);
	EXPECT_STREQ(bind.name, stat.name);
	EXPECT_EQ(IPCX_KIND_MAILBOX, stat.kind);
	EXPECT_EQ(0, stat.flags);
	EXPECT_EQ(0642, stat.mode);
	EXPECT_EQ(geteuid(), stat.uid);
	EXPECT_EQ(getegid(), stat.gid);
	EXPECT_EQ(1, stat.endpoints);
	EXPECT_EQ(3, stat.max_msgs);
	EXPECT_EQ(10, stat.max_msg_size);
	EXPECT_EQ(25, stat.max_bytes);
	EXPECT_EQ(0, stat.msgs);
	EXPECT_EQ(0, stat.bytes);

	bind = region_bind(fresh_name(), IPCX_BIND_CREATE, 12345);
	stat = stat_of(bound(O_RDONLY, &bind));
	EXPECT_EQ(IPCX_KIND_REGION, stat.kind);
	EXPECT_EQ(IPCX_MODE_DEFAULT, stat.mode);
	EXPECT_EQ(12345, stat.size);
	EXPECT_EQ(0, stat.max_msgs);
}

TEST_F(name, can_be_found_however_many_look_for_it)
{
	unsigned int i;
	int fd[50];

	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		fd[i] = mailbox(self->name, i % 2 ? O_RDONLY : O_WRONLY);
		ASSERT_GE(fd[i], 0);
		EXPECT_EQ(i + 2, stat_of(fd[i]).endpoints);
	}
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	EXPECT_EQ(1, stat_of(self->fd).endpoints);
}

TEST_F(name, counts_what_is_queued)
{
	EXPECT_EQ(0, put(self->fd, 1, 100, 0));
	EXPECT_EQ(0, put(self->fd, 2, 0, 0));
	EXPECT_EQ(0, put(self->fd, 3, 5000, 0));
	EXPECT_EQ(3, stat_of(self->fd).msgs);
	EXPECT_EQ(5100, stat_of(self->fd).bytes);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(2, stat_of(self->fd).msgs);
	EXPECT_EQ(5000, stat_of(self->fd).bytes);
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(3, get(self->fd, 0));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST(a_second_create_changes_no_attribute)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct ipcx_stat before, after;
	int fd;

	bind.max_msgs = 3;
	fd = bound(O_RDWR, &bind);
	before = stat_of(fd);

	bind.max_msgs = 100;
	bind.max_msg_size = 77;
	bind.max_bytes = 1000;
	bind.mode = 0666;
	bind.flags |= IPCX_BIND_PERSIST;
	EXPECT_EQ(0, try_bind(&bind));
	after = stat_of(fd);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));

	bind = region_bind(fresh_name(), IPCX_BIND_CREATE, 100);
	fd = bound(O_RDWR, &bind);
	bind.size = 200;
	EXPECT_EQ(0, try_bind(&bind));
	EXPECT_EQ(100, stat_of(fd).size);
}

TEST(the_umask_applies)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);

	umask(027);
	bind.mode = 0666;
	EXPECT_EQ(0640, stat_of(bound(O_RDWR, &bind)).mode);
	bind.mode = 0;
	EXPECT_EQ(0600, stat_of(bound(O_RDWR, &bind)).mode);
	umask(0277);
	EXPECT_EQ(0400, stat_of(bound(O_RDWR, &bind)).mode);
}

TEST(every_object_has_its_own_number)
{
	uint64_t last = 0, id;
	unsigned int i;
	int fd;

	for (i = 0; i < 100; i++) {
		fd = i % 2 ? mailbox(NULL, O_RDWR) : region(NULL, O_RDWR, 1);
		id = stat_of(fd).id;
		EXPECT_LT(last, id);
		last = id;
		close(fd);
	}
}

TEST_HARNESS_MAIN
