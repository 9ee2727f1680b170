// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands as such: numbers, sizes, flags, padding, and what is refused where. The layout of
 * the structures is in layout.c.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "argument.h"
#include "harness.h"

/* The command with the size of its argument changed */
static unsigned long resized(unsigned long cmd, size_t size)
{
	return _IOC(_IOC_DIR(cmd), _IOC_TYPE(cmd), _IOC_NR(cmd), size);
}

/* Commands from this on are for regions, those before for mailboxes, or for both. */
#define FIRST_OF_REGIONS	0x30

FIXTURE(command)
{
	union argument arg;
	struct ipcx_received element;
	uint8_t data[16];
	int fd;
};

/*
 * Every command, with an argument that makes it succeed on a mailbox, or fail for its content only:
 * that is @err.
 */
FIXTURE_VARIANT(command)
{
	unsigned long cmd;
	int err;
	bool needs_binding;
	bool is_input;
};

#define COMMAND(_name, _cmd, _err, _needs_binding, _is_input)				\
	FIXTURE_VARIANT_ADD(command, _name)						\
	{										\
		.cmd = _cmd,								\
		.err = _err,								\
		.needs_binding = _needs_binding,					\
		.is_input = _is_input,							\
	}
COMMAND(info, IPCX_IOC_INFO, 0, false, false);
COMMAND(bind, IPCX_IOC_BIND, -EBUSY, false, true);
COMMAND(unlink, IPCX_IOC_UNLINK, -ENOENT, false, true);
COMMAND(stat, IPCX_IOC_STAT, 0, true, false);
COMMAND(limit, IPCX_IOC_LIMIT, 0, true, true);
COMMAND(usage, IPCX_IOC_USAGE, 0, false, false);
COMMAND(stats, IPCX_IOC_STATS, 0, true, false);
COMMAND(knob, IPCX_IOC_KNOB, 0, true, true);
COMMAND(reopen, IPCX_IOC_REOPEN, -EINVAL, true, true);
COMMAND(send, IPCX_IOC_SEND, 0, true, true);
COMMAND(recv, IPCX_IOC_RECV, -EAGAIN, true, true);
COMMAND(call, IPCX_IOC_CALL, -ETIMEDOUT, true, true);
COMMAND(reply, IPCX_IOC_REPLY, -ESRCH, true, true);
COMMAND(send_batch, IPCX_IOC_SEND_BATCH, 1, true, true);
COMMAND(recv_batch, IPCX_IOC_RECV_BATCH, -EAGAIN, true, true);
COMMAND(peek, IPCX_IOC_PEEK, -EAGAIN, true, true);
COMMAND(notify, IPCX_IOC_NOTIFY, 0, true, true);
COMMAND(region_notify, IPCX_IOC_REGION_NOTIFY, 0, true, false);
COMMAND(region_wait, IPCX_IOC_REGION_WAIT, -EAGAIN, true, true);

FIXTURE_SETUP(command)
{
	union argument *arg = &self->arg;

	self->fd = _IOC_NR(variant->cmd) < FIRST_OF_REGIONS ? mailbox(NULL, O_RDWR) :
							      region(NULL, O_RDWR, 4096);
	ASSERT_GE(self->fd, 0);

	switch (variant->cmd) {
	case IPCX_IOC_BIND:
		arg->bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
		break;
	case IPCX_IOC_UNLINK:
		strcpy(arg->unlink.name, "no such name");
		break;
	case IPCX_IOC_SEND:
		arg->send.msg = msg_of(self->data, 1, 0);
		break;
	case IPCX_IOC_RECV:
		arg->recv.msg = msg_of(self->data, sizeof(self->data), 0);
		arg->recv.flags = IPCX_DONTWAIT;
		break;
	case IPCX_IOC_CALL:
		arg->call.request = msg_of(self->data, 1, 0);
		arg->call.reply = msg_of(self->data, sizeof(self->data), 0);
		arg->call.deadline = 1;
		break;
	case IPCX_IOC_SEND_BATCH:
		self->element.msg = msg_of(self->data, 1, 0);
		arg->send_batch.msgs = (uintptr_t)&self->element.msg;
		arg->send_batch.count = 1;
		break;
	case IPCX_IOC_RECV_BATCH:
		self->element.msg = msg_of(self->data, sizeof(self->data), 0);
		arg->recv_batch.msgs = (uintptr_t)&self->element;
		arg->recv_batch.count = 1;
		arg->recv_batch.flags = IPCX_DONTWAIT;
		break;
	case IPCX_IOC_PEEK:
		arg->peek.msg = msg_of(self->data, sizeof(self->data), 0);
		arg->peek.flags = IPCX_DONTWAIT;
		break;
	case IPCX_IOC_REPLY:
		arg->reply.msg = msg_of(self->data, 1, 0);
		arg->reply.token = 12345678;
		break;
	case IPCX_IOC_REOPEN:
		arg->reopen.flags = 1 << 9;
		break;
	case IPCX_IOC_REGION_WAIT:
		arg->region_wait.seen = 1;
		arg->region_wait.flags = IPCX_DONTWAIT;
		break;
	}
}

FIXTURE_TEARDOWN(command)
{
	close(self->fd);
}

TEST_F(command, works_as_it_is)
{
	EXPECT_EQ(variant->err, command(self->fd, variant->cmd, &self->arg));
}

TEST_F(command, on_an_unbound_endpoint_says_so)
{
	int fd = endpoint(O_RDWR);

	EXPECT_EQ(variant->needs_binding, command(fd, variant->cmd, &self->arg) == -ENOTCONN);
}

TEST_F(command, of_the_wrong_direction_is_unknown)
{
	unsigned int dir;

	for (dir = 1; dir < 4; dir++)
		EXPECT_EQ(-ENOTTY, command(self->fd, variant->cmd ^ (dir << _IOC_DIRSHIFT),
					   &self->arg));
}

TEST_F(command, of_another_type_is_unknown)
{
	EXPECT_EQ(-ENOTTY, command(self->fd, variant->cmd ^ (1UL << _IOC_TYPESHIFT), &self->arg));
}

/* The size that an argument had in its first version */
static size_t first_size(unsigned long cmd)
{
	if (cmd == IPCX_IOC_STATS)
		return offsetof(struct ipcx_stats, map_bytes);
	return _IOC_SIZE(cmd);
}

TEST_F(command, with_a_short_argument_is_refused)
{
	size_t size = first_size(variant->cmd);

	EXPECT_EQ(-EINVAL, command(self->fd, resized(variant->cmd, size - 1), &self->arg));
	EXPECT_EQ(-EINVAL, command(self->fd, resized(variant->cmd, size - 8), &self->arg));
	EXPECT_EQ(-EINVAL, command(self->fd, resized(variant->cmd, 0), &self->arg));
}

TEST_F(command, with_the_argument_of_its_first_version_works)
{
	EXPECT_EQ(variant->err, command(self->fd, resized(variant->cmd, first_size(variant->cmd)),
					&self->arg));
}

TEST_F(command, with_a_longer_argument_whose_tail_is_zero_works)
{
	size_t size = _IOC_SIZE(variant->cmd);

	EXPECT_EQ(variant->err, command(self->fd, resized(variant->cmd, size + 8), &self->arg));
	/* A receive that timed out, say, leaves its argument as it was. */
	EXPECT_EQ(variant->err, command(self->fd, resized(variant->cmd, sizeof(self->arg)),
					&self->arg));
}

TEST_F(command, with_an_unknown_tail_is_refused)
{
	size_t size = _IOC_SIZE(variant->cmd);

	self->arg.bytes[size] = 1;
	EXPECT_EQ(variant->is_input ? -E2BIG : 0,
		  command(self->fd, resized(variant->cmd, size + 8), &self->arg));
	self->arg.bytes[size] = 0;
	self->arg.bytes[size + 7] = 1;
	EXPECT_EQ(variant->is_input ? -E2BIG : 0,
		  command(self->fd, resized(variant->cmd, size + 8), &self->arg));
}

TEST_F(command, with_an_argument_nowhere_is_a_fault)
{
	EXPECT_EQ(-EFAULT, command(self->fd, variant->cmd, NULL));
	EXPECT_EQ(-EFAULT, command(self->fd, variant->cmd, UNMAPPED));
	EXPECT_EQ(-EFAULT, command(self->fd, variant->cmd, KERNEL_ADDRESS));
	EXPECT_EQ(-EFAULT, command(self->fd, variant->cmd, cliff()));
	EXPECT_EQ(-EFAULT, command(self->fd, variant->cmd, cliff() - 4));
}

/* From a 32-bit program: the same numbers and structures, through the 32-bit system call. */

static bool has_32bit_calls(void)
{
	struct child child;

#ifdef __x86_64__
	if (child_start(&child)) {
		long ret;

		asm volatile("int $0x80" : "=a" (ret) : "a" (20), "b" (0) : "memory", "r8", "r9",
			     "r10", "r11");
		child_done(&child, ret == getpid());
	}
	return child_join(&child) == 1;
#else
	(void)child;
	return false;
#endif
}

static int command_32bit(int fd, unsigned int cmd, void *arg)
{
	long ret = -ENOSYS;

#ifdef __x86_64__
	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (54), "b" (fd), "c" (cmd), "d" ((uint32_t)(uintptr_t)arg)
		     : "memory", "r8", "r9", "r10", "r11");
#else
	(void)fd;
	(void)cmd;
	(void)arg;
#endif
	return (int)ret;
}

TEST_F(command, works_from_a_32bit_program)
{
	union argument *low;

	if (!has_32bit_calls())
		SKIP(return, "this kernel has no 32-bit system calls");
#ifdef MAP_32BIT
	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)low);
	*low = self->arg;
	EXPECT_EQ(variant->err, command_32bit(self->fd, variant->cmd, low));
	EXPECT_EQ(-ENOTTY, command_32bit(self->fd, variant->cmd ^ 0x80, low));
	EXPECT_EQ(-EINVAL, command_32bit(self->fd, resized(variant->cmd, 4), low));
#else
	(void)low;
#endif
}

/* What is not a command */

TEST(numbers_that_are_no_command_are_unknown)
{
	static const unsigned int known[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
					      0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x20, 0x30,
					      0x31 };
	int fd = mailbox(NULL, O_RDWR);
	union argument arg = { .bytes = { 0 } };
	unsigned int nr, dir, i;

	for (nr = 0; nr < 256; nr++) {
		for (i = 0; i < ARRAY_SIZE(known) && known[i] != nr; i++)
			;
		if (i < ARRAY_SIZE(known))
			continue;
		for (dir = 0; dir < 4; dir++)
			ASSERT_EQ(-ENOTTY, command(fd, _IOC(dir, IPCX_IOC_MAGIC, nr, 64), &arg));
	}
	EXPECT_EQ(-ENOTTY, command(fd, TCGETS, &arg));
	EXPECT_EQ(-ENOTTY, command(fd, 0xffffffff, &arg));
}

TEST(info_tells_version_and_limits)
{
	struct ipcx_info info;
	int fd = endpoint(O_RDONLY);

	memset(&info, 0xa5, sizeof(info));
	ASSERT_EQ(0, command(fd, IPCX_IOC_INFO, &info));
	EXPECT_EQ(IPCX_ABI_VERSION, info.abi);
	EXPECT_LT(0, strnlen(info.version, sizeof(info.version)));
	EXPECT_GT(sizeof(info.version), strnlen(info.version, sizeof(info.version)));
	EXPECT_LT(0, info.default_msgs);
	EXPECT_LE(info.default_msgs, info.max_msgs);
	EXPECT_EQ(65536, info.default_msg_size);
	EXPECT_EQ(1U << 20, info.max_msg_size);
	EXPECT_LE(info.default_bytes, info.max_bytes);
	EXPECT_LE(info.max_msg_size, info.max_bytes);
	EXPECT_LT(UINT64_C(1) << 40, info.max_region_size);
}

TEST(info_and_stat_hide_nothing_of_the_kernels_memory)
{
	union argument arg;
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	size_t i;

	memset(&arg, 0xa5, sizeof(arg));
	ASSERT_EQ(0, command(fd, IPCX_IOC_INFO, &arg));
	EXPECT_EQ(0, arg.info.pad);
	for (i = strlen(arg.info.version); i < sizeof(arg.info.version); i++)
		EXPECT_EQ(0, arg.info.version[i]);
	EXPECT_EQ(0xa5, arg.bytes[sizeof(arg.info)]);

	memset(&arg, 0xa5, sizeof(arg));
	ASSERT_EQ(0, command(fd, IPCX_IOC_STAT, &arg));
	EXPECT_EQ(IPCX_SHARE_ALL, arg.stat.share);
	EXPECT_EQ(0, arg.stat.flags);
	EXPECT_EQ(0, arg.stat.size);
	EXPECT_STREQ(name, arg.stat.name);
	for (i = strlen(name); i < sizeof(arg.stat.name); i++)
		EXPECT_EQ(0, arg.stat.name[i]);
	EXPECT_EQ(0xa5, arg.bytes[sizeof(arg.stat)]);

	fd = region(NULL, O_RDWR, 1);
	memset(&arg, 0xa5, sizeof(arg));
	ASSERT_EQ(0, command(fd, IPCX_IOC_STAT, &arg));
	for (i = offsetof(struct ipcx_stat, max_msgs); i < offsetof(struct ipcx_stat, size); i++)
		EXPECT_EQ(0, arg.bytes[i]);
}

TEST(a_received_message_hides_nothing_of_the_kernels_memory)
{
	int fd = mailbox(NULL, O_RDWR);
	union argument arg = { .bytes = { 0 } };
	uint8_t buf[512];
	size_t i;

	ASSERT_EQ(0, put(fd, 7, 100, 0));
	memset(buf, 0xa5, sizeof(buf));
	memset(&arg.recv.from, 0xa5, sizeof(arg.recv.from));
	arg.recv.token = 0xa5a5;
	arg.recv.reply_room = 0xa5a5;
	arg.recv.reply_nfds = 0xa5a5;
	arg.recv.msg = msg_of(buf, sizeof(buf), 0xa5a5);
	arg.recv.msg.prio = 0xa5a5;
	ASSERT_EQ(0, command(fd, IPCX_IOC_RECV, &arg));
	EXPECT_EQ(100, arg.recv.msg.len);
	EXPECT_EQ(7, arg.recv.msg.type);
	EXPECT_EQ(0, arg.recv.msg.prio);
	EXPECT_EQ(0, arg.recv.token);
	EXPECT_EQ(0, arg.recv.reply_room);
	EXPECT_EQ(0, arg.recv.reply_nfds);
	EXPECT_EQ(0, arg.recv.from.pad);
	EXPECT_EQ(getpid(), arg.recv.from.pid);
	for (i = 100; i < sizeof(buf); i++)
		ASSERT_EQ(0xa5, buf[i]);
	EXPECT_EQ(0, arg.bytes[sizeof(arg.recv)]);
}

static int bind_with(uint32_t flags, uint32_t share, uint32_t kind, uint32_t mode)
{
	struct ipcx_bind bind = mailbox_bind(NULL, flags);
	int fd;

	bind.share = share;
	bind.kind = kind;
	bind.mode = mode;
	fd = bound(O_RDWR, &bind);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

TEST(bind_refuses_unknown_flags_shares_kinds_and_modes)
{
	unsigned int bit;

	EXPECT_EQ(0, bind_with(IPCX_BIND_CREATE, 0, IPCX_KIND_MAILBOX, 0));
	for (bit = 5; bit < 32; bit++)
		EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE | 1U << bit, 0, IPCX_KIND_MAILBOX,
					     0));
	EXPECT_EQ(0, bind_with(IPCX_BIND_CREATE, 1, IPCX_KIND_MAILBOX, 0));
	EXPECT_EQ(0, bind_with(IPCX_BIND_CREATE, IPCX_SHARE_ALL, IPCX_KIND_MAILBOX, 0));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, IPCX_SHARE_ALL + 1, IPCX_KIND_MAILBOX, 0));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0x80000000, IPCX_KIND_MAILBOX, 0));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, 0, 0));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, 3, 0));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, 0xffffffff, 0));
	EXPECT_EQ(0, bind_with(IPCX_BIND_CREATE, 0, IPCX_KIND_MAILBOX, 0666));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, IPCX_KIND_MAILBOX, 0700));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, IPCX_KIND_MAILBOX, 01666));
	EXPECT_EQ(-EINVAL, bind_with(IPCX_BIND_CREATE, 0, IPCX_KIND_MAILBOX, 0x80000000));
}

/* Every limit that cannot be, and nothing is changed. */
TEST(limit_refuses_what_it_does_not_know)
{
	static const struct {
		struct ipcx_limit limit;
		int err;
	} cases[] = {
		{ { .pad = 1 }, -EINVAL },
		{ { .share = IPCX_SHARE_ALL + 1 }, -EINVAL },
		{ { .share = 0xffffffff }, -EINVAL },
		{ { .max_msgs = (1U << 20) + 1 }, -E2BIG },
		{ { .max_msg_size = (1U << 20) + 1 }, -E2BIG },
		{ { .max_bytes = (64U << 20) + 1 }, -E2BIG },
		{ { .max_bytes = UINT64_MAX }, -E2BIG },
		{ { .max_bytes = 65535 }, -EINVAL },
		{ { .max_bytes = 99, .max_msg_size = 100 }, -EINVAL },
	};
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_stat before = stat_of(fd), after;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_LIMIT, &cases[i].limit)) {
			TH_LOG("case %zu", i);
		}
	after = stat_of(fd);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(-EOPNOTSUPP, command(region(NULL, O_RDWR, 1), IPCX_IOC_LIMIT, &cases[0].limit));
}

TEST(unlink_refuses_unknown_flags_and_padding)
{
	struct ipcx_unlink unlink = { .flags = 0 };
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	unsigned int bit;

	strcpy(unlink.name, name);
	for (bit = 1; bit < 32; bit++) {
		unlink.flags = 1U << bit;
		EXPECT_EQ(-EINVAL, command(fd, IPCX_IOC_UNLINK, &unlink));
	}
	unlink.flags = 0;
	unlink.pad = 1;
	EXPECT_EQ(-EINVAL, command(fd, IPCX_IOC_UNLINK, &unlink));
	unlink.pad = 0;
	EXPECT_EQ(0, command(fd, IPCX_IOC_UNLINK, &unlink));
}

/* Every field of a send that is not free to choose, and nothing is sent. */
TEST(send_refuses_what_it_does_not_know)
{
	static const struct {
		struct ipcx_send send;
		int err;
	} cases[] = {
		{ { .flags = 4 }, -EINVAL },
		{ { .flags = 0x80000000 }, -EINVAL },
		{ { .flags = IPCX_DONTWAIT | 4 }, -EINVAL },
		{ { .pad = 1 }, -EINVAL },
		{ { .msg.flags = 1 }, -EINVAL },
		{ { .msg.prio = IPCX_PRIO_COUNT }, -EINVAL },
		{ { .msg.prio = 0xffffffff }, -EINVAL },
		{ { .deadline = UINT64_C(1) << 63 }, -EINVAL },
		{ { .deadline = UINT64_MAX }, -EINVAL },
		{ { .msg.nfds = 1 }, -EFAULT },
		{ { .msg.nfds = IPCX_FDS_MAX + 1 }, -E2BIG },
		{ { .msg.nfds = UINT32_MAX }, -E2BIG },
		{ { .msg.len = 65537 }, -EMSGSIZE },
		{ { .msg.len = 0xffffffff }, -EMSGSIZE },
	};
	int fd = mailbox(NULL, O_RDWR);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_SEND, &cases[i].send)) {
			TH_LOG("case %zu", i);
		}
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(receive_refuses_what_it_does_not_know)
{
	static const struct {
		struct ipcx_recv recv;
		int err;
	} cases[] = {
		{ { .flags = 8 }, -EINVAL },
		{ { .flags = 0x80000000 }, -EINVAL },
		{ { .select = 4 }, -EINVAL },
		{ { .select = UINT32_MAX }, -EINVAL },
		{ { .select_type = 1 }, -EINVAL },
		{ { .msg.flags = 2 }, -EINVAL },
		{ { .deadline = UINT64_C(1) << 63 }, -EINVAL },
	};
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_recv recv;
	struct ipcx_reply reply;
	size_t i;

	ASSERT_EQ(0, put(fd, 1, 0, 0));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		recv = cases[i].recv;
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_RECV, &recv)) {
			TH_LOG("case %zu", i);
		}
		reply = (struct ipcx_reply) { .flags = IPCX_REPLY_RECV, .next = cases[i].recv };
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_REPLY, &reply)) {
			TH_LOG("case %zu", i);
		}
	}
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
}

TEST(call_refuses_what_it_does_not_know)
{
	static const struct {
		struct ipcx_call call;
		int err;
	} cases[] = {
		{ { .flags = 4 }, -EINVAL },
		{ { .pad = 1 }, -EINVAL },
		{ { .request.flags = 1 }, -EINVAL },
		{ { .reply.flags = 2 }, -EINVAL },
		{ { .request.prio = IPCX_PRIO_COUNT }, -EINVAL },
		{ { .deadline = UINT64_C(1) << 63 }, -EINVAL },
		{ { .request.nfds = 1 }, -EFAULT },
		{ { .request.nfds = IPCX_FDS_MAX + 1 }, -E2BIG },
		{ { .reply.nfds = 1 }, -EFAULT },
		{ { .request.len = 65537 }, -EMSGSIZE },
	};
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_call call;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		call = cases[i].call;
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_CALL, &call)) {
			TH_LOG("case %zu", i);
		}
	}
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(reply_refuses_what_it_does_not_know)
{
	static const struct {
		struct ipcx_reply reply;
		int err;
	} cases[] = {
		{ { .token = 0 }, -EINVAL },
		{ { .token = 1, .flags = 2 }, -EINVAL },
		{ { .token = 1, .pad = 1 }, -EINVAL },
		{ { .token = 1, .msg.flags = 1 }, -EINVAL },
		{ { .token = 1, .msg.prio = IPCX_PRIO_COUNT }, -EINVAL },
		{ { .token = 1, .next.flags = IPCX_DONTWAIT }, -EINVAL },
		{ { .token = 1, .next.msg.len = 1 }, -EINVAL },
		{ { .token = 1, .msg.nfds = 1 }, -EFAULT },
		{ { .token = 1, .msg.nfds = IPCX_FDS_MAX + 1 }, -E2BIG },
		{ { .token = 1, .msg.len = 65537 }, -EMSGSIZE },
		{ { .token = 1 }, -ESRCH },
	};
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_reply reply;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		reply = cases[i].reply;
		EXPECT_EQ(cases[i].err, command(fd, IPCX_IOC_REPLY, &reply)) {
			TH_LOG("case %zu", i);
		}
	}
}

/* Kinds and open modes */

TEST(mailbox_operations_on_a_region_are_refused)
{
	int fd = region(NULL, O_RDWR, 4096);
	uint8_t buf[8];

	ASSERT_GE(fd, 0);
	EXPECT_EQ(-EOPNOTSUPP, put(fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EOPNOTSUPP, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EOPNOTSUPP, ask(fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EOPNOTSUPP, answer(fd, 1, 1, 1));
	EXPECT_EQ(-1, read(fd, buf, sizeof(buf)));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, write(fd, buf, sizeof(buf)));
	EXPECT_EQ(EOPNOTSUPP, errno);
}

TEST(mapping_a_mailbox_is_refused)
{
	int fd = mailbox(NULL, O_RDWR);

	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);
}

TEST(an_unbound_endpoint_carries_nothing)
{
	int fd = endpoint(O_RDWR);
	uint8_t buf[8];

	EXPECT_EQ(-1, read(fd, buf, sizeof(buf)));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(-1, write(fd, buf, sizeof(buf)));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(ENOTCONN, errno);
}

TEST(the_open_mode_says_what_an_endpoint_may_do)
{
	const char *name = fresh_name();
	int reader = mailbox(name, O_RDONLY | O_CREAT);
	int writer = mailbox(name, O_WRONLY);
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV, .next.flags = IPCX_DONTWAIT };
	uint8_t buf[8];

	EXPECT_EQ(-EBADF, put(reader, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EBADF, ask(reader, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-1, write(reader, buf, 1));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-EBADF, get(writer, IPCX_DONTWAIT));
	EXPECT_EQ(-EBADF, answer(writer, 1, 1, 1));
	EXPECT_EQ(-EBADF, command(writer, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(-1, read(writer, buf, 1));
	EXPECT_EQ(EBADF, errno);

	EXPECT_EQ(0, put(writer, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(reader, IPCX_DONTWAIT));
}

TEST(an_endpoint_cannot_seek)
{
	int fd = mailbox(NULL, O_RDWR);

	EXPECT_EQ(-1, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
}

TEST_HARNESS_MAIN
