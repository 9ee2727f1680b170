// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers that the module adds, or multiplies: addresses and lengths, offsets and lengths, counts
 * and sizes, at the ends of their ranges. And numbers that do not come by a command, but through
 * read(), write(), mmap(), netlink and sysctl.
 */
#include <sys/mman.h>

#include "genl.h"
#include "users.h"

/* Where no buffer can be, or not all of it */
static const struct {
	uint64_t address;
	uint32_t len;
} buffers[] = {
	{ UINT64_MAX, 1 },
	{ UINT64_MAX, 2 },
	{ UINT64_MAX, 100 },
	{ UINT64_MAX - 99, 100 },
	{ UINT64_MAX - 98, 100 },
	{ UINT64_MAX - 3, 8 },
	{ UINT64_MAX - 65535, 65536 },
	{ UINT64_MAX - 4095, 65536 },
	{ INT64_MAX, 1 },
	{ INT64_MAX, 2 },
	{ INT64_MAX - 99, 200 },
	{ UINT64_C(1) << 63, 100 },
	{ (UINT64_C(1) << 63) - 65536, 65536 },
	{ (UINT64_C(1) << 47) - 1, 1 },
	{ (UINT64_C(1) << 47) - 4096, 4097 },
	{ (UINT64_C(1) << 47) - 100, 65536 },
};

static int send_from(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_send send = { .msg = { .data = address, .len = len }, .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_SEND, &send);
}

static int send_batch_from(int fd, uint64_t address, uint32_t len)
{
	const struct ipcx_msg msg = { .data = address, .len = len };
	const struct ipcx_msg msgs[] = { msg, msg };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)msgs, .count = 2,
					 .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_SEND_BATCH, &batch);
}

/* Many of a batch are copied in another way. */
static int send_large_batch_from(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_msg msgs[64];
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)msgs, .count = ARRAY_SIZE(msgs),
					 .flags = IPCX_DONTWAIT };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msgs); i++)
		msgs[i] = (struct ipcx_msg) { .data = address, .len = len };
	return command(fd, IPCX_IOC_SEND_BATCH, &batch);
}

static int call_from(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_call call = { .request = { .data = address, .len = len }, .deadline = 1 };

	return command(fd, IPCX_IOC_CALL, &call);
}

static int call_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_call call = { .reply = { .data = address, .len = len }, .deadline = 1 };

	return command(fd, IPCX_IOC_CALL, &call);
}

static int reply_from(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_reply reply = { .token = 1, .msg = { .data = address, .len = len } };

	return command(fd, IPCX_IOC_REPLY, &reply);
}

TEST_F(namespace, nothing_is_sent_from_behind_the_end_of_memory)
{
	static int (*const ways[])(int fd, uint64_t address, uint32_t len) = {
		send_from, send_batch_from, send_large_batch_from, call_from, call_into, reply_from,
	};
	unsigned int i, way;

	for (i = 0; i < ARRAY_SIZE(buffers); i++)
		for (way = 0; way < ARRAY_SIZE(ways); way++)
			EXPECT_EQ(-EFAULT, ways[way](self->fd, buffers[i].address,
						     buffers[i].len)) {
				TH_LOG("way %u, buffer %u", way, i);
			}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, usage_of(self->fd).net.bytes);
}

static int recv_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_recv recv = { .msg = { .data = address, .len = len }, .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_RECV, &recv);
}

static int look_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_recv recv = { .msg = { .data = address, .len = len },
				  .flags = IPCX_DONTWAIT | IPCX_PEEK };

	return command(fd, IPCX_IOC_RECV, &recv);
}

static int reply_recv_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };

	reply.next.msg = (struct ipcx_msg) { .data = address, .len = len };
	reply.next.flags = IPCX_DONTWAIT;
	return command(fd, IPCX_IOC_REPLY, &reply);
}

static int recv_batch_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_received in = { .msg = { .data = address, .len = len } };
	struct ipcx_recv_batch batch = { .msgs = (uintptr_t)&in, .count = 1,
					 .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_RECV_BATCH, &batch);
}

static int peek_into(int fd, uint64_t address, uint32_t len)
{
	struct ipcx_peek peek = { .msg = { .data = address, .len = len }, .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_PEEK, &peek);
}

TEST_F(namespace, nothing_is_received_behind_the_end_of_memory)
{
	static int (*const ways[])(int fd, uint64_t address, uint32_t len) = {
		recv_into, look_into, reply_recv_into, recv_batch_into, peek_into,
	};
	unsigned int i, way;

	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		/* As long as the buffer, so that all of it is wanted */
		ASSERT_EQ(0, put(self->fd, i, buffers[i].len, 0));
		for (way = 0; way < ARRAY_SIZE(ways); way++)
			EXPECT_EQ(-EFAULT, ways[way](self->fd, buffers[i].address,
						     buffers[i].len)) {
				TH_LOG("way %u, buffer %u", way, i);
			}
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	}
}

/* Arrays: count * size would be little, or begin anew, in fewer bits. */
TEST_F(namespace, no_array_goes_beyond_the_end_of_memory)
{
	static const uint32_t counts[] = { 1, 2, 3, 64, IPCX_BATCH_MAX };
	unsigned int i, n;

	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		struct ipcx_send send = { .msg.fds = buffers[i].address };
		struct ipcx_call call = { .reply.fds = buffers[i].address, .deadline = 1 };

		for (n = 0; n < ARRAY_SIZE(counts); n++) {
			struct ipcx_send_batch out = { .msgs = buffers[i].address,
						       .count = counts[n] };
			struct ipcx_recv_batch in = { .msgs = buffers[i].address,
						      .count = counts[n],
						      .flags = IPCX_DONTWAIT };

			EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND_BATCH, &out));
			EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_RECV_BATCH, &in));
		}
		for (n = 1; n <= IPCX_FDS_MAX; n++) {
			send.msg.nfds = n;
			EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND, &send));
			call.reply.nfds = n;
			EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_CALL, &call));
		}
	}
	EXPECT_EQ(1, stat_of(self->fd).msgs);
}

/* What has no length is nowhere, as long as it could be. */
TEST_F(namespace, nothing_at_all_is_sent_from_anywhere)
{
	const uint64_t addresses[] = { 0, (uintptr_t)UNMAPPED, (uintptr_t)cliff() };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		EXPECT_EQ(0, send_from(self->fd, addresses[i], 0));
		EXPECT_EQ(0, recv_into(self->fd, addresses[i], 0));
		EXPECT_EQ(2, send_batch_from(self->fd, addresses[i], 0));
		EXPECT_EQ(1, recv_batch_into(self->fd, addresses[i], 0));
		EXPECT_EQ(0, recv_into(self->fd, addresses[i], 0));
		EXPECT_EQ(-ETIMEDOUT, call_from(self->fd, addresses[i], 0));
		EXPECT_EQ(-ETIMEDOUT, call_into(self->fd, addresses[i], 0));
	}
}

/* Whatever is said of the buffer, the message has its length. */
TEST_F(namespace, read_and_write_take_lengths_of_any_size)
{
	static const uint64_t lens[] = {
		0, 1, 99, 100, 101, 65535, 65536, 65537, INT32_MAX, UINT64_C(1) << 31, UINT32_MAX,
		UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, INT64_MAX, UINT64_C(1) << 63,
		UINT64_MAX - 1, UINT64_MAX,
	};
	static uint8_t data[65536 + 4096];
	unsigned int i;

	if (sizeof(long) < 8)
		SKIP(return, "lengths are of 32 bits");
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		/* The last three are more than there can be anywhere. */
		int err = lens[i] >> 62 ? EFAULT : EMSGSIZE;

		errno = 0;
		if (lens[i] <= 65536) {
			EXPECT_EQ((ssize_t)lens[i], write(self->fd, data, lens[i]));
			EXPECT_EQ(lens[i], stat_of(self->fd).bytes);
			EXPECT_EQ((ssize_t)lens[i], read(self->fd, data, sizeof(data)));
		} else {
			EXPECT_EQ(-1, write(self->fd, data, lens[i]));
			EXPECT_EQ(err, errno);
		}
		ASSERT_EQ(0, put(self->fd, 1, 100, 0));
		if (lens[i] >= 100 && !(lens[i] >> 62)) {
			EXPECT_EQ(100, read(self->fd, data, lens[i]));
			EXPECT_TRUE(filled(data, 100, 1));
		} else {
			EXPECT_EQ(-1, read(self->fd, data, lens[i]));
			EXPECT_EQ(err, errno);
			EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
		}
		EXPECT_EQ(0, stat_of(self->fd).msgs);
	}
}

/* What has pages there is mapped, and nothing else, whatever their sum seems to be. */
TEST(a_region_is_mapped_where_it_is)
{
	enum { PAGE = 4096, PAGES = 5 };
	static const uint64_t numbers[] = {
		0, 1, PAGE - 1, PAGE, PAGE + 1, 4 * PAGE, PAGES * PAGE - 1, PAGES * PAGE,
		PAGES * PAGE + 1, 6 * PAGE, INT32_MAX, UINT64_C(1) << 31, UINT32_MAX - 4095,
		UINT64_C(1) << 32, (UINT64_C(1) << 32) + PAGE, UINT64_C(1) << 43,
		(UINT64_C(1) << 44) - PAGE, UINT64_C(1) << 44, (UINT64_C(1) << 44) + PAGE,
		INT64_MAX - 4095, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 4095, UINT64_MAX,
	};
	int fd = region(NULL, O_RDWR, (PAGES - 1) * PAGE + 1);
	struct ipcx_stats before = stats_of(fd);
	unsigned int i, j, mapped = 0;

	if (sizeof(long) < 8)
		SKIP(return, "lengths are of 32 bits");
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		for (j = 0; j < ARRAY_SIZE(numbers); j++) {
			uint64_t offset = numbers[i], len = numbers[j];
			bool there = len && offset % PAGE == 0 && offset <= PAGES * PAGE &&
				     len <= PAGES * PAGE - offset;
			void *address;

			address = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, offset);
			EXPECT_EQ(there, address != MAP_FAILED) {
				TH_LOG("offset %#llx, length %#llx", (unsigned long long)offset,
				       (unsigned long long)len);
			}
			if (address == MAP_FAILED) {
				EXPECT_TRUE(errno == EINVAL || errno == ENOMEM ||
					    errno == EOVERFLOW);
				continue;
			}
			mapped++;
			munmap(address, len);
		}
	}
	EXPECT_EQ(mapped, stats_of(fd).maps - before.maps);
	EXPECT_LT(0, mapped);
}

/* Two regions of half of all numbers are not nothing. */
TEST_F(namespace, sizes_of_regions_are_added_up)
{
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE, 0);
	struct ipcx_info info;
	int fd;

	ASSERT_EQ(0, command(self->fd, IPCX_IOC_INFO, &info));
	bind.size = info.max_region_size;
	become(ALICE);
	fd = bound(O_RDWR, &bind);
	EXPECT_LE(0, fd);
	EXPECT_EQ(info.max_region_size, usage_of(self->fd).user.region_bytes);
	/* What is left is less than a page. */
	bind.size = INT64_MAX - info.max_region_size + 1;
	EXPECT_EQ(-EDQUOT, try_bind(&bind));
	bind.size--;
	EXPECT_EQ(0, try_bind(&bind));
	become(BOB);
	bind.size++;
	EXPECT_EQ(-ENOSPC, try_bind(&bind));
	become(0);
	close(fd);
	EXPECT_EQ(0, usage_of(self->fd).net.region_bytes);
}

/* Limits of accounts */

static int set_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return set_limit(name, text);
}

static uint64_t most_bytes(int fd)
{
	return usage_of(fd).user.max_bytes;
}

TEST_F(namespace, limits_of_accounts_are_numbers_with_a_sign)
{
	static const uint64_t good[] = { 0, 1, INT32_MAX, UINT64_C(1) << 31, UINT32_MAX,
					 UINT64_C(1) << 32, INT64_MAX - 1, INT64_MAX };
	static const char *const bad[] = { "9223372036854775808", "18446744073709551615",
					   "18446744073709551616", "99999999999999999999999", "-1",
					   "-9223372036854775808", "many", "" };
	unsigned int i;

	if (sizeof(long) < 8)
		SKIP(return, "what a kernel of 32 bits takes is another");
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, set_number("user_bytes", good[i]));
		EXPECT_EQ(good[i], most_bytes(self->fd));
		EXPECT_EQ(good[i] >= 100 + IPCX_MSG_COST ? 0 : -EDQUOT,
			  put_as(ALICE, self->fd, 1, 100, IPCX_DONTWAIT));
		if (stat_of(self->fd).msgs)
			EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		set_limit("user_bytes", bad[i]);
		EXPECT_EQ(INT64_MAX, most_bytes(self->fd)) {
			TH_LOG("%s", bad[i]);
		}
	}
}

/* Netlink */

/* Up to @most it is taken, but if less than @least; and above, but for @also, there is @err. */
struct attribute {
	uint16_t type;
	size_t size;
	uint64_t least;
	uint64_t most;
	uint64_t also;
	int err;
	uint64_t (*told)(int fd);
};

static uint64_t told_msgs(int fd)
{
	return stat_of(fd).max_msgs;
}

static uint64_t told_msg_size(int fd)
{
	return stat_of(fd).max_msg_size;
}

static uint64_t told_bytes(int fd)
{
	return stat_of(fd).max_bytes;
}

static uint64_t told_share(int fd)
{
	return stat_of(fd).share;
}

#define TOLD_KNOB(_field)								\
	static uint64_t told_##_field(int fd)						\
	{										\
		struct ipcx_knob knob = { .set = 0 };					\
											\
		return command(fd, IPCX_IOC_KNOB, &knob) ? 4711 : knob._field;		\
	}
TOLD_KNOB(wait)
TOLD_KNOB(copy)
TOLD_KNOB(wake)
TOLD_KNOB(drop)
TOLD_KNOB(delay)

static const struct attribute attributes[] = {
	{ IPCX_A_OBJECT_MAX_MSGS, 4, 1, 1 << 20, 1, -ERANGE, told_msgs },
	{ IPCX_A_OBJECT_MAX_MSG_SIZE, 4, 1, 1 << 20, 1, -ERANGE, told_msg_size },
	{ IPCX_A_OBJECT_MAX_BYTES, 8, 1, 64 << 20, 1, -ERANGE, told_bytes },
	{ IPCX_A_OBJECT_SHARE, 4, 1, IPCX_SHARE_ALL, 1, -ERANGE, told_share },
	{ IPCX_A_OBJECT_KNOB_WAIT, 8, 0, 1000000000, UINT64_MAX, -EINVAL, told_wait },
	{ IPCX_A_OBJECT_KNOB_COPY, 4, 0, IPCX_COPY_LEND, 0, -ERANGE, told_copy },
	{ IPCX_A_OBJECT_KNOB_WAKE, 4, 0, IPCX_WAKE_LAST, 0, -ERANGE, told_wake },
	{ IPCX_A_OBJECT_KNOB_DROP, 4, 0, 1000, 0, -ERANGE, told_drop },
	{ IPCX_A_OBJECT_KNOB_DELAY, 8, 0, 1000000000, 0, -ERANGE, told_delay },
};

TEST_F(namespace, what_netlink_sets_means_what_it_should_or_is_refused)
{
	unsigned int i, n;
	struct genl genl;

	ASSERT_EQ(0, genl_open(&genl));
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		const struct attribute *a = &attributes[i];
		const uint64_t values[] = {
			0, 1, 2, a->most - 1, a->most, a->most + 1, INT32_MAX, UINT64_C(1) << 31,
			UINT32_MAX, UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, INT64_MAX,
			UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX,
		};
		const char *name = fresh_name();
		struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE);
		int fd;

		/* So that neither limit stands in the way of the other */
		bind.max_msg_size = a->type == IPCX_A_OBJECT_MAX_BYTES ? 1 : 100;
		bind.max_bytes = 64 << 20;
		fd = bound(O_RDWR, &bind);
		ASSERT_LE(0, fd);
		for (n = 0; n < ARRAY_SIZE(values); n++) {
			uint64_t value = values[n], before = a->told(fd);
			bool taken = (value >= a->least && value <= a->most) || value == a->also;

			if (a->size == 4 && value > UINT32_MAX)
				continue;
			EXPECT_EQ(taken ? 0 : a->err, genl_do(&genl, IPCX_CMD_SET, name, a->type,
							      &value, a->size)) {
				TH_LOG("attribute %u, %#llx", a->type, (unsigned long long)value);
			}
			EXPECT_EQ(taken ? value : before, a->told(fd));
		}
		close(fd);
	}
	close(genl.fd);
}

TEST_HARNESS_MAIN
