// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what: mode bits, capabilities, namespaces. Needs root, to be everybody else.
 */
#include <grp.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "harness.h"

#define OWNER		1000
#define STRANGER	2000
#define OVERFLOW_ID	65534

/* From now on, until back(): that user, with that group and one more, and no capabilities */
static int become(uid_t uid, gid_t gid, gid_t more)
{
	if (setgroups(1, &more) || setegid(gid) || seteuid(uid))
		return -errno;
	return 0;
}

static void back(void)
{
	if (seteuid(0) || setegid(0))
		abort();
}

static int drop_capability(unsigned int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[cap / 32].effective &= ~(1U << cap % 32);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

/* A mailbox of OWNER's with exactly this mode; mode 0 stands for the default, so it is not used. */
static int owned(const char *name, uint32_t mode)
{
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_EXCL);
	int fd;

	umask(0);
	bind.mode = mode;
	if (become(OWNER, OWNER, OWNER))
		return -EPERM;
	fd = bound(O_RDWR, &bind);
	back();
	return fd;
}

static int try_open(const char *name, int oflag)
{
	int fd = mailbox(name, oflag);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

TEST(the_device_is_open_to_everybody)
{
	struct stat stat_buf;

	ASSERT_EQ(0, stat(IPCX_DEVICE, &stat_buf));
	EXPECT_TRUE(S_ISCHR(stat_buf.st_mode));
	EXPECT_EQ(0666, stat_buf.st_mode & 0777);
}

/* Who asks, and which three of the mode bits are for him */
FIXTURE(user)
{
	const char *name;
};

FIXTURE_VARIANT(user)
{
	uid_t uid;
	gid_t gid;
	gid_t more;
	unsigned int shift;
};

FIXTURE_VARIANT_ADD(user, owner) { OWNER, STRANGER, STRANGER, 6 };
FIXTURE_VARIANT_ADD(user, of_the_group) { STRANGER, OWNER, STRANGER, 3 };
FIXTURE_VARIANT_ADD(user, of_the_group_too) { STRANGER, STRANGER, OWNER, 3 };
FIXTURE_VARIANT_ADD(user, other) { STRANGER, STRANGER, STRANGER, 0 };

FIXTURE_SETUP(user)
{
	if (geteuid())
		SKIP(return, "needs root");
	self->name = fresh_name();
}

FIXTURE_TEARDOWN(user)
{
}

/* What the mode @bits for this user allow for an endpoint opened with @oflag */
static int allowed(unsigned int bits, int oflag)
{
	unsigned int need = oflag == O_RDONLY ? 4 : oflag == O_WRONLY ? 2 : 6;

	return (bits & need) == need ? 0 : -EACCES;
}

TEST_F(user, gets_what_the_mode_says)
{
	static const int oflags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int bits, mode, others, i;
	int fd;

	if (geteuid())
		return;
	for (others = 0; others < 2; others++) {
		for (bits = 0; bits <= 6; bits += 2) {
			mode = bits << variant->shift;
			if (others)
				mode |= 0666 & ~(7 << variant->shift);
			if (!mode)
				continue;
			fd = owned(self->name, mode);
			ASSERT_GE(fd, 0);
			ASSERT_EQ(mode, stat_of(fd).mode);
			ASSERT_EQ(0, become(variant->uid, variant->gid, variant->more));
			for (i = 0; i < ARRAY_SIZE(oflags); i++)
				EXPECT_EQ(allowed(bits, oflags[i]),
					  try_open(self->name, oflags[i])) {
					TH_LOG("mode %o, open mode %d", mode, oflags[i]);
				}
			/* Creating is no way around it. */
			EXPECT_EQ(allowed(bits, O_RDWR), try_open(self->name, O_RDWR | O_CREAT));
			back();
			EXPECT_EQ(1, stat_of(fd).endpoints);
			close(fd);
		}
	}
}

TEST_F(user, may_unlink_what_is_his)
{
	int fd, err;

	if (geteuid())
		return;
	fd = owned(self->name, 0666);
	ASSERT_EQ(0, become(variant->uid, variant->gid, variant->more));
	err = unlink_name(self->name);
	back();
	EXPECT_EQ(variant->uid == OWNER ? 0 : -EPERM, err);
	EXPECT_EQ(variant->uid == OWNER ? IPCX_STAT_REMOVED : 0, stat_of(fd).flags);
}

TEST_F(user, owns_what_he_makes)
{
	struct ipcx_stat stat;
	int fd;

	if (geteuid())
		return;
	ASSERT_EQ(0, become(variant->uid, variant->gid, variant->more));
	fd = mailbox(self->name, O_RDWR | O_CREAT);
	back();
	ASSERT_GE(fd, 0);
	stat = stat_of(fd);
	EXPECT_EQ(variant->uid, stat.uid);
	EXPECT_EQ(variant->gid, stat.gid);
	EXPECT_EQ(IPCX_MODE_DEFAULT & ~umask(0), stat.mode);
}

TEST(a_region_has_the_same_rights)
{
	struct ipcx_bind bind = region_bind(fresh_name(), IPCX_BIND_CREATE, 4096);

	if (geteuid())
		SKIP(return, "needs root");
	umask(0);
	bind.mode = 0644;
	ASSERT_LE(0, bound(O_RDWR, &bind));
	ASSERT_EQ(0, become(STRANGER, STRANGER, STRANGER));
	EXPECT_EQ(-EACCES, region(bind.name, O_RDWR, 0));
	EXPECT_EQ(-EACCES, region(bind.name, O_WRONLY, 0));
	EXPECT_LE(0, region(bind.name, O_RDONLY, 0));
}

/* open(2) knows an access mode that is neither; it must be no way to what one has no right to. */
TEST(an_endpoint_for_neither_reading_nor_writing_is_refused)
{
	EXPECT_EQ(-EINVAL, endpoint(O_ACCMODE));
}

TEST(a_bound_descriptor_is_the_right)
{
	const char *name = fresh_name();
	int fd;

	if (geteuid())
		SKIP(return, "needs root");
	fd = owned(name, 0600);
	ASSERT_EQ(0, become(STRANGER, STRANGER, STRANGER));
	EXPECT_EQ(-EACCES, try_open(name, O_RDWR));
	EXPECT_EQ(0, put(fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
}

TEST(a_refused_sender_disturbs_nobody)
{
	const char *name = fresh_name();
	int fd;

	if (geteuid())
		SKIP(return, "needs root");
	fd = owned(name, 0600);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, become(STRANGER, STRANGER, STRANGER));
	EXPECT_EQ(-EACCES, mailbox(name, O_WRONLY));
	EXPECT_EQ(-EPERM, unlink_name(name));
	EXPECT_EQ(1, stat_of(fd).endpoints);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
}

TEST(the_capability_overrides_mode_and_owner)
{
	const char *name = fresh_name();
	int fd;

	if (geteuid())
		SKIP(return, "needs root");
	fd = owned(name, 0400);
	EXPECT_EQ(0, try_open(name, O_RDWR));
	ASSERT_EQ(0, drop_capability(CAP_IPC_OWNER));
	EXPECT_EQ(-EACCES, try_open(name, O_RDWR));
	EXPECT_EQ(-EACCES, try_open(name, O_RDONLY));
	EXPECT_EQ(-EPERM, unlink_name(name));
	EXPECT_EQ(0, stat_of(fd).flags);
}

TEST(root_may_unlink_what_is_anybodys)
{
	const char *name = fresh_name();

	if (geteuid())
		SKIP(return, "needs root");
	ASSERT_LE(0, owned(name, 0600));
	EXPECT_EQ(0, unlink_name(name));
}

/* Namespaces */

static bool enter(int flags)
{
	return !unshare(flags);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

/* In a new user namespace: be root there */
static void map_root(uid_t uid)
{
	char map[64];

	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/gid_map", map);
	if (setresuid(0, 0, 0) || setresgid(0, 0, 0))
		abort();
}

/* What a child says that cannot do what is to be tested */
#define CANNOT	(-3000)

TEST(names_belong_to_a_network_namespace)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct child child;
	int64_t joined;

	if (child_start(&child)) {
		int other;

		if (!enter(CLONE_NEWNET))
			child_done(&child, CANNOT);
		if (mailbox(name, O_RDWR) != -ENOENT || unlink_name(name) != -ENOENT)
			child_done(&child, 1);
		other = mailbox(name, O_RDWR | O_CREAT | O_EXCL);
		if (other < 0 || stat_of(other).id == stat_of(fd).id)
			child_done(&child, 2);
		if (put(other, 1, 1, 0) || get(fd, IPCX_DONTWAIT) != -EAGAIN)
			child_done(&child, 3);
		child_done(&child, unlink_name(name));
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	EXPECT_EQ(0, stat_of(fd).flags);
	EXPECT_EQ(0, try_open(name, O_RDWR));
}

TEST(an_endpoint_keeps_the_namespace_of_its_opener)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), 0);
	int fd = mailbox(bind.name, O_RDWR | O_CREAT);
	struct child child;
	int64_t joined;

	if (child_start(&child)) {
		int unbound = endpoint(O_RDWR);

		if (!enter(CLONE_NEWNET))
			child_done(&child, CANNOT);
		child_done(&child, bind_to(unbound, &bind));
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	EXPECT_EQ(1, stat_of(fd).endpoints);
}

TEST(a_descriptor_passed_out_of_its_namespace_stays_usable)
{
	const char *name = fresh_name();
	struct child child;
	int64_t joined;
	int pair[2];
	int fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	if (child_start(&child)) {
		if (!enter(CLONE_NEWNET))
			child_done(&child, CANNOT);
		fd = mailbox(name, O_RDWR | O_CREAT);
		put(fd, 7, 3000, 0);
		child_done(&child, pass_fd(pair[1], fd));
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	fd = passed_fd(pair[0]);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(-ENOENT, try_open(name, O_RDWR));
	EXPECT_STREQ(name, stat_of(fd).name);
	EXPECT_EQ(7, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, put(fd, 8, 100, 0));
	EXPECT_EQ(8, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, close(fd));
}

TEST(a_persistent_object_goes_with_its_namespace)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	long before = module_references();
	struct child child;
	int64_t joined;
	unsigned int tries;

	if (before < 0)
		SKIP(return, "the module is built in");
	if (child_start(&child)) {
		int fd;

		if (!enter(CLONE_NEWNET))
			child_done(&child, CANNOT);
		fd = bound(O_RDWR, &bind);
		put(fd, 1, 5000, 0);
		bind = region_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST, 4096);
		child_done(&child, bound(O_RDWR, &bind) < 0);
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	/* Namespaces are cleaned up in the background. */
	for (tries = 0; tries < 6000 && module_references() != before; tries++)
		usleep(10000);
	EXPECT_EQ(before, module_references());
}

TEST(root_of_a_user_namespace_has_the_right_in_its_network_namespace)
{
	const char *name = fresh_name();
	struct child child;
	int64_t joined;

	if (geteuid())
		SKIP(return, "needs root");
	if (child_start(&child)) {
		struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE);
		int fd;

		if (setgroups(0, NULL) || setresgid(OWNER, OWNER, OWNER) ||
		    setresuid(OWNER, OWNER, OWNER) || prctl(PR_SET_DUMPABLE, 1) ||
		    !enter(CLONE_NEWUSER | CLONE_NEWNET))
			child_done(&child, CANNOT);
		map_root(OWNER);
		umask(0);
		bind.mode = 0004;
		fd = bound(O_RDWR, &bind);
		if (fd < 0)
			child_done(&child, fd);
		if (stat_of(fd).uid || stat_of(fd).gid)
			child_done(&child, 1);
		child_done(&child, try_open(name, O_RDWR));
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
}

TEST(root_of_a_user_namespace_has_no_right_outside)
{
	const char *name = fresh_name();
	struct child child;
	int64_t joined;

	if (geteuid())
		SKIP(return, "needs root");
	ASSERT_LE(0, owned(name, 0600));
	if (child_start(&child)) {
		int err;

		if (setgroups(0, NULL) || setresgid(STRANGER, STRANGER, STRANGER) ||
		    setresuid(STRANGER, STRANGER, STRANGER) || prctl(PR_SET_DUMPABLE, 1) ||
		    !enter(CLONE_NEWUSER))
			child_done(&child, CANNOT);
		map_root(STRANGER);
		err = try_open(name, O_RDONLY);
		if (err != -EACCES)
			child_done(&child, err ?: 1);
		err = unlink_name(name);
		child_done(&child, err == -EPERM ? 0 : 2);
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	EXPECT_EQ(0, try_open(name, O_RDWR));
}

TEST(ids_are_those_of_the_readers_user_namespace)
{
	int fd = mailbox(NULL, O_RDWR), back_fd = mailbox(NULL, O_RDWR);
	struct ipcx_recv recv;
	struct child child;
	int64_t joined;
	uint8_t buf[1];

	if (geteuid())
		SKIP(return, "needs root");
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	if (child_start(&child)) {
		if (setgroups(0, NULL) || setresgid(STRANGER, STRANGER, STRANGER) ||
		    setresuid(STRANGER, STRANGER, STRANGER) || prctl(PR_SET_DUMPABLE, 1) ||
		    !enter(CLONE_NEWUSER))
			child_done(&child, CANNOT);
		map_root(STRANGER);
		if (get_into(fd, &recv, buf, 1, 0) != 1)
			child_done(&child, 1);
		if (recv.from.uid != OVERFLOW_ID || recv.from.gid != OVERFLOW_ID)
			child_done(&child, 2);
		if (stat_of(fd).uid != OVERFLOW_ID || stat_of(fd).gid != OVERFLOW_ID)
			child_done(&child, 3);
		if (geteuid() != 0)
			child_done(&child, 4);
		child_done(&child, put(back_fd, 2, 1, 0));
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	ASSERT_EQ(2, get_into(back_fd, &recv, buf, 1, 0));
	EXPECT_EQ(STRANGER, recv.from.uid);
	EXPECT_EQ(STRANGER, recv.from.gid);
}

TEST(pids_are_those_of_the_readers_pid_namespace)
{
	int fd = mailbox(NULL, O_RDWR), back_fd = mailbox(NULL, O_RDWR);
	pid_t *inner = shared(sizeof(*inner));
	struct ipcx_recv recv;
	struct child child;
	int64_t joined;
	uint8_t buf[1];

	if (geteuid())
		SKIP(return, "needs root");
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	if (child_start(&child)) {
		struct child first;
		int64_t result;

		if (!enter(CLONE_NEWPID))
			child_done(&child, CANNOT);
		first.result = shared(sizeof(*first.result));
		*first.result = NO_RESULT;
		first.pid = fork();
		if (!first.pid) {
			if (get_into(fd, &recv, buf, 1, 0) != 1 || recv.from.pid != 0)
				child_done(&first, 1);
			if (put(fd, 2, 1, 0) || get_into(fd, &recv, buf, 1, 0) != 2 ||
			    recv.from.pid != 1)
				child_done(&first, 2);
			child_done(&first, put(back_fd, 3, 1, 0));
		}
		*inner = first.pid;
		result = child_join(&first);
		child_done(&child, result);
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
	/* It has left meanwhile, and so has its number. */
	ASSERT_EQ(3, get_into(back_fd, &recv, buf, 1, 0));
	EXPECT_TRUE(recv.from.pid == *inner || recv.from.pid == 0);
}

TEST_HARNESS_MAIN
