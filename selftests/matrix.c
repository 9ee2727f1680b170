// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what, all of it: everybody there is, every right, everything that can be done. What is
 * expected follows from three tables: who somebody is to an object, what may be done by its name,
 * and what may be done with a descriptor of it. Needs root, to be everybody else.
 */
#include <grp.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "genl.h"
#include "harness.h"

#define OWNER		1000
#define STRANGER	2000
/* What a child says that cannot do what is to be tested */
#define CANNOT		(-3000)

/* What it takes to do something; all of it */
enum {
	READ = 1 << 0,
	WRITE = 1 << 1,
	/* One of the two will do */
	EITHER = 1 << 2,
	/* To own it, or CAP_IPC_OWNER where the object's namespace belongs to */
	OWNING = 1 << 3,
	/* CAP_SYS_ADMIN of the machine's */
	ADMIN = 1 << 4,
};

/* With a descriptor */

static int with_info(int fd)
{
	struct ipcx_info info = { .abi = 0 };

	return command(fd, IPCX_IOC_INFO, &info);
}

static int with_stat(int fd)
{
	struct ipcx_stat stat = { .id = 0 };

	return command(fd, IPCX_IOC_STAT, &stat);
}

static int with_stats(int fd)
{
	struct ipcx_stats stats = { .sent = 0 };

	return command(fd, IPCX_IOC_STATS, &stats);
}

static int with_usage(int fd)
{
	struct ipcx_usage usage = { .user.objects = 0 };

	return command(fd, IPCX_IOC_USAGE, &usage);
}

static int reopen_for(int fd, uint32_t flags)
{
	struct ipcx_reopen reopen = { .flags = flags };
	int new = command(fd, IPCX_IOC_REOPEN, &reopen);

	if (new < 0)
		return new;
	close(new);
	return 0;
}

static int with_reopen_read(int fd)
{
	return reopen_for(fd, IPCX_REOPEN_READ);
}

static int with_reopen_write(int fd)
{
	return reopen_for(fd, IPCX_REOPEN_WRITE);
}

static int with_limit(int fd)
{
	struct ipcx_limit limit = { .max_msgs = 50 };

	return command(fd, IPCX_IOC_LIMIT, &limit);
}

static int with_knob_told(int fd)
{
	struct ipcx_knob knob = { .set = 0 };

	return command(fd, IPCX_IOC_KNOB, &knob);
}

static int with_knob_wait(int fd)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_WAIT, .wait = IPCX_WAIT_ADAPTIVE };

	return command(fd, IPCX_IOC_KNOB, &knob);
}

static int with_knob_drop(int fd)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_DROP };

	return command(fd, IPCX_IOC_KNOB, &knob);
}

static int with_knob_delay(int fd)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_DELAY };

	return command(fd, IPCX_IOC_KNOB, &knob);
}

static int with_send(int fd)
{
	return put(fd, 1, 1, IPCX_DONTWAIT);
}

static int with_send_batch(int fd)
{
	struct ipcx_msg msg = { .type = 1 };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)&msg, .count = 1,
					 .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_SEND_BATCH, &batch);
}

static int with_recv(int fd)
{
	return get(fd, IPCX_DONTWAIT);
}

static int with_recv_batch(int fd)
{
	struct ipcx_received received = { .token = 0 };
	struct ipcx_recv_batch batch = { .msgs = (uintptr_t)&received, .count = 1,
					 .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_RECV_BATCH, &batch);
}

static int with_peek(int fd)
{
	struct ipcx_peek peek = { .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_PEEK, &peek);
}

static int with_call(int fd)
{
	return ask_until(fd, 1, 1, 1);
}

static int with_reply(int fd)
{
	return answer(fd, UINT64_MAX, 1, 1);
}

static int with_notify(int fd)
{
	struct ipcx_notify notify = { .kind = IPCX_NOTIFY_REMOVE };

	return command(fd, IPCX_IOC_NOTIFY, &notify);
}

static int with_read(int fd)
{
	char byte;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	return read(fd, &byte, 1) < 0 ? -errno : 0;
}

static int with_write(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return write(fd, "a", 1) < 0 ? -errno : 0;
}

static int with_fionread(int fd)
{
	int bytes = 0;

	return command(fd, FIONREAD, &bytes);
}

static int with_tiocoutq(int fd)
{
	int bytes = 0;

	return command(fd, TIOCOUTQ, &bytes);
}

static int map(int fd, int prot)
{
	void *memory = mmap(NULL, 4096, prot, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	munmap(memory, 4096);
	return 0;
}

static int with_map(int fd)
{
	return map(fd, PROT_READ);
}

static int with_map_writable(int fd)
{
	return map(fd, PROT_READ | PROT_WRITE);
}

/* Mapped for reading, and then asked to be writable */
static int with_protect(int fd)
{
	void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	int err;

	if (memory == MAP_FAILED)
		return -errno;
	err = mprotect(memory, 4096, PROT_READ | PROT_WRITE) ? -errno : 0;
	munmap(memory, 4096);
	return err;
}

static int with_region_notify(int fd)
{
	struct ipcx_region_notify notify = { .count = 0 };

	return command(fd, IPCX_IOC_REGION_NOTIFY, &notify);
}

static int with_region_wait(int fd)
{
	struct ipcx_region_wait wait = { .flags = IPCX_DONTWAIT };

	return command(fd, IPCX_IOC_REGION_WAIT, &wait);
}

/* What may be done with a descriptor: what that takes, what is said without it, and with it */
static const struct with_descriptor {
	const char *what;
	uint32_t kind;
	unsigned int need;
	int refused;
	int allowed;
	int (*run)(int fd);
} with_descriptor[] = {
	{ "info", 0, 0, 0, 0, with_info },
	{ "stat", 0, 0, 0, 0, with_stat },
	{ "stats", 0, 0, 0, 0, with_stats },
	{ "usage", 0, 0, 0, 0, with_usage },
	{ "reopen to read", 0, READ, -EACCES, 0, with_reopen_read },
	{ "reopen to write", 0, WRITE, -EACCES, 0, with_reopen_write },
	{ "limit", IPCX_KIND_MAILBOX, OWNING, -EPERM, 0, with_limit },
	{ "knobs told", IPCX_KIND_MAILBOX, 0, 0, 0, with_knob_told },
	{ "knob wait", IPCX_KIND_MAILBOX, OWNING, -EPERM, 0, with_knob_wait },
	{ "knob drop", IPCX_KIND_MAILBOX, OWNING | ADMIN, -EPERM, 0, with_knob_drop },
	{ "knob delay", IPCX_KIND_MAILBOX, OWNING | ADMIN, -EPERM, 0, with_knob_delay },
	{ "receive", IPCX_KIND_MAILBOX, READ, -EBADF, -EAGAIN, with_recv },
	{ "receive many", IPCX_KIND_MAILBOX, READ, -EBADF, -EAGAIN, with_recv_batch },
	{ "peek", IPCX_KIND_MAILBOX, READ, -EBADF, -EAGAIN, with_peek },
	{ "read", IPCX_KIND_MAILBOX, READ, -EBADF, -EAGAIN, with_read },
	{ "FIONREAD", IPCX_KIND_MAILBOX, READ, -EBADF, 0, with_fionread },
	{ "TIOCOUTQ", IPCX_KIND_MAILBOX, 0, 0, 0, with_tiocoutq },
	{ "notify", IPCX_KIND_MAILBOX, 0, 0, 0, with_notify },
	{ "reply", IPCX_KIND_MAILBOX, READ, -EBADF, -ESRCH, with_reply },
	{ "call", IPCX_KIND_MAILBOX, WRITE, -EBADF, -ETIMEDOUT, with_call },
	{ "send", IPCX_KIND_MAILBOX, WRITE, -EBADF, 0, with_send },
	{ "send many", IPCX_KIND_MAILBOX, WRITE, -EBADF, 1, with_send_batch },
	{ "write", IPCX_KIND_MAILBOX, WRITE, -EBADF, 0, with_write },
	{ "map", IPCX_KIND_REGION, READ, -EACCES, 0, with_map },
	{ "map writable", IPCX_KIND_REGION, READ | WRITE, -EACCES, 0, with_map_writable },
	{ "make writable", IPCX_KIND_REGION, READ | WRITE, -EACCES, 0, with_protect },
	{ "region notify", IPCX_KIND_REGION, WRITE, -EBADF, 0, with_region_notify },
	{ "region wait", IPCX_KIND_REGION, READ, -EBADF, 0, with_region_wait },
};

/* By name */

static struct genl netlink;

static int open_for(const char *name, uint32_t kind, int oflag)
{
	struct ipcx_bind bind = { .kind = kind };
	int fd;

	strcpy(bind.name, name);
	fd = bound(oflag, &bind);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int by_opening_to_read(const char *name, uint32_t kind)
{
	return open_for(name, kind, O_RDONLY);
}

static int by_opening_to_write(const char *name, uint32_t kind)
{
	return open_for(name, kind, O_WRONLY);
}

static int by_opening_for_both(const char *name, uint32_t kind)
{
	return open_for(name, kind, O_RDWR);
}

static int by_telling(const char *name, uint32_t kind)
{
	(void)kind;
	return genl_tells(&netlink, name, IPCX_A_OBJECT_MODE);
}

static int by_telling_state(const char *name, uint32_t kind)
{
	(void)kind;
	return genl_tells(&netlink, name, IPCX_A_OBJECT_ENDPOINTS);
}

static int by_setting(const char *name, uint32_t kind)
{
	const uint32_t share = 50;

	(void)kind;
	return genl_do(&netlink, IPCX_CMD_SET, name, IPCX_A_OBJECT_SHARE, &share, sizeof(share));
}

static int by_dropping(const char *name, uint32_t kind)
{
	const uint32_t drop = 0;

	(void)kind;
	return genl_do(&netlink, IPCX_CMD_SET, name, IPCX_A_OBJECT_KNOB_DROP, &drop, sizeof(drop));
}

static int by_removing(const char *name, uint32_t kind)
{
	(void)kind;
	return genl_do(&netlink, IPCX_CMD_REMOVE, name, 0, NULL, 0);
}

static int by_unlinking(const char *name, uint32_t kind)
{
	(void)kind;
	return unlink_name(name);
}

static const struct by_name {
	const char *what;
	uint32_t kind;
	unsigned int need;
	int refused;
	int allowed;
	int (*run)(const char *name, uint32_t kind);
} by_name[] = {
	{ "open to read", 0, READ, -EACCES, 0, by_opening_to_read },
	{ "open to write", 0, WRITE, -EACCES, 0, by_opening_to_write },
	{ "open for both", 0, READ | WRITE, -EACCES, 0, by_opening_for_both },
	{ "netlink: tell", 0, 0, 0, 1, by_telling },
	{ "netlink: tell the state", 0, EITHER, 0, 1, by_telling_state },
	{ "netlink: set a limit", IPCX_KIND_MAILBOX, OWNING, -EPERM, 0, by_setting },
	{ "netlink: set drop", IPCX_KIND_MAILBOX, OWNING | ADMIN, -EPERM, 0, by_dropping },
	{ "netlink: remove", 0, OWNING, -EPERM, 0, by_removing },
	{ "unlink", 0, OWNING, -EPERM, 0, by_unlinking },
};

/* Who somebody is to an object of OWNER's, which belongs to the machine's own namespace */
FIXTURE(somebody)
{
};

FIXTURE_VARIANT(somebody)
{
	uid_t uid;
	gid_t gid;
	gid_t more;
	/* Root in a user namespace of his own */
	bool contained;
	/* Root without CAP_IPC_OWNER */
	bool poor;
	/* Which three of the mode bits are his, and what he has besides */
	unsigned int shift;
	unsigned int has;
};

#define struct_who FIXTURE_VARIANT(somebody)

#define ALL	(READ | WRITE | EITHER | OWNING | ADMIN)

FIXTURE_VARIANT_ADD(somebody, owner) {
	.uid = OWNER, .gid = STRANGER, .more = STRANGER, .shift = 6, .has = OWNING | EITHER,
};

FIXTURE_VARIANT_ADD(somebody, of_the_group) {
	.uid = STRANGER, .gid = OWNER, .more = STRANGER, .shift = 3,
};

FIXTURE_VARIANT_ADD(somebody, of_the_group_too) {
	.uid = STRANGER, .gid = STRANGER, .more = OWNER, .shift = 3,
};

FIXTURE_VARIANT_ADD(somebody, other) {
	.uid = STRANGER, .gid = STRANGER, .more = STRANGER,
};

FIXTURE_VARIANT_ADD(somebody, root) {
	.has = ALL,
};

FIXTURE_VARIANT_ADD(somebody, root_without_the_capability) {
	.poor = true, .has = ADMIN,
};

FIXTURE_VARIANT_ADD(somebody, root_of_a_user_namespace) {
	.uid = STRANGER, .gid = STRANGER, .more = STRANGER, .contained = true,
};

FIXTURE_VARIANT_ADD(somebody, owner_as_root_of_a_user_namespace) {
	.uid = OWNER, .gid = OWNER, .more = STRANGER, .contained = true, .shift = 6,
	.has = OWNING | EITHER,
};

FIXTURE_SETUP(somebody)
{
	if (geteuid())
		SKIP(return, "needs root");
}

FIXTURE_TEARDOWN(somebody)
{
}

static void drop_capability(unsigned int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		abort();
	data[cap / 32].effective &= ~(1U << cap % 32);
	if (syscall(SYS_capset, &header, data))
		abort();
}

/* For the rest of the process's life: false if there are no such namespaces */
static bool become(const struct_who *who)
{
	if (who->poor)
		drop_capability(CAP_IPC_OWNER);
	if (who->uid && (setgroups(1, &who->more) || setresgid(who->gid, who->gid, who->gid) ||
			 setresuid(who->uid, who->uid, who->uid)))
		abort();
	return !who->contained || !unshare(CLONE_NEWUSER);
}

/* An object of OWNER's, and an endpoint of it that OWNER has opened */
static int owned(const char *name, uint32_t kind, uint32_t mode)
{
	struct ipcx_bind bind = { .kind = kind, .flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL,
				  .mode = mode, .size = kind == IPCX_KIND_REGION ? 4096 : 0 };
	int fd;

	strcpy(bind.name, name);
	umask(0);
	if (setegid(OWNER) || seteuid(OWNER))
		abort();
	fd = bound(O_RDWR, &bind);
	if (seteuid(0) || setegid(0))
		abort();
	return fd;
}

/* What of READ, WRITE and EITHER the three mode bits give */
static unsigned int given(unsigned int bits)
{
	return (bits & 4 ? READ | EITHER : 0) | (bits & 2 ? WRITE | EITHER : 0);
}

static unsigned int check(const char *what, uint32_t kind, unsigned int mode, int expected, int got)
{
	if (expected == got)
		return 0;
	fprintf(stderr, "# %s, kind %u, %o: %d instead of %d\n", what, kind, mode, got, expected);
	return 1;
}

struct trial {
	const struct by_name *how;
	char name[IPCX_NAME_SIZE];
	uint32_t kind;
	unsigned int mode;
};

#define TRIALS	(ARRAY_SIZE(by_name) * 2 * 8)

/* Each operation on an object of its own, as it may be gone afterwards */
static unsigned int prepare(struct trial trials[static TRIALS], unsigned int shift)
{
	unsigned int n = 0, i, bits, others;
	struct trial *trial;
	uint32_t kind;

	for (i = 0; i < ARRAY_SIZE(by_name); i++) {
		for (kind = IPCX_KIND_MAILBOX; kind <= IPCX_KIND_REGION; kind++) {
			for (bits = 0; bits < 8; bits++) {
				others = bits & 1 ? 0666 & ~(7 << shift) : 0;
				trial = &trials[n];
				trial->how = &by_name[i];
				trial->kind = kind;
				/* Mode 0 stands for the default. */
				trial->mode = (bits & 6) << shift | others;
				if (!trial->mode || (by_name[i].kind && by_name[i].kind != kind))
					continue;
				strcpy(trial->name, fresh_name());
				if (owned(trial->name, kind, trial->mode) < 0)
					abort();
				n++;
			}
		}
	}
	return n;
}

TEST_F(somebody, may_do_by_name_what_the_mode_says)
{
	struct trial *trials = calloc(TRIALS, sizeof(*trials));
	struct child child;
	int64_t joined;

	if (geteuid())
		return;
	if (child_start(&child)) {
		unsigned int n = prepare(trials, variant->shift), i, has, wrong = 0;

		if (!become(variant))
			child_done(&child, CANNOT);
		if (genl_open(&netlink))
			child_done(&child, -1);
		for (i = 0; i < n; i++) {
			const struct by_name *how = trials[i].how;

			has = variant->has | given(trials[i].mode >> variant->shift & 7);
			wrong += check(how->what, trials[i].kind, trials[i].mode,
				       (how->need & has) == how->need ? how->allowed : how->refused,
				       how->run(trials[i].name, trials[i].kind));
		}
		child_done(&child, n >= 100 ? (int)wrong : -2);
	}
	joined = child_join(&child);
	free(trials);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
}

/* The mode bits do not matter any more: who has the descriptor has the right. */
TEST_F(somebody, may_do_with_a_descriptor_what_it_was_opened_for)
{
	static const struct {
		uint32_t flags;
		unsigned int has;
	} opened[] = {
		{ IPCX_REOPEN_READ, READ },
		{ IPCX_REOPEN_WRITE, WRITE },
		{ IPCX_REOPEN_READ | IPCX_REOPEN_WRITE, READ | WRITE },
	};
	struct child child;
	int64_t joined;

	if (geteuid())
		return;
	if (child_start(&child)) {
		unsigned int wrong = 0, has, i, k;
		uint32_t kind;
		int fds[ARRAY_SIZE(opened)][3];

		for (kind = IPCX_KIND_MAILBOX; kind <= IPCX_KIND_REGION; kind++) {
			for (i = 0; i < ARRAY_SIZE(opened); i++) {
				struct ipcx_reopen reopen = { .flags = opened[i].flags };
				int fd = owned(fresh_name(), kind, 0600);

				fds[i][kind] = command(fd, IPCX_IOC_REOPEN, &reopen);
				if (fds[i][kind] < 0)
					child_done(&child, fds[i][kind]);
			}
		}
		if (!become(variant))
			child_done(&child, CANNOT);
		for (i = 0; i < ARRAY_SIZE(opened); i++) {
			has = (variant->has & (OWNING | ADMIN)) | opened[i].has;
			for (k = 0; k < ARRAY_SIZE(with_descriptor); k++) {
				const struct with_descriptor *how = &with_descriptor[k];
				bool may = (how->need & has) == how->need;

				for (kind = IPCX_KIND_MAILBOX; kind <= IPCX_KIND_REGION; kind++) {
					if (how->kind && how->kind != kind)
						continue;
					wrong += check(how->what, kind, opened[i].has,
						       may ? how->allowed : how->refused,
						       how->run(fds[i][kind]));
				}
			}
		}
		child_done(&child, wrong);
	}
	joined = child_join(&child);
	if (joined == CANNOT)
		SKIP(return, "no such namespaces here");
	EXPECT_EQ(0, joined);
}

TEST_HARNESS_MAIN
