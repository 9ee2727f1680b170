// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors that cannot go in messages.
 */
#include <linux/io_uring.h>
#include <mqueue.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include "fds.h"

static int any_socket(int domain, int type)
{
	return socket(domain, type, 0);
}

static int unix_stream(void) { return any_socket(AF_UNIX, SOCK_STREAM); }
static int unix_dgram(void) { return any_socket(AF_UNIX, SOCK_DGRAM); }
static int tcp(void) { return any_socket(AF_INET, SOCK_STREAM); }
static int netlink(void) { return any_socket(AF_NETLINK, SOCK_RAW); }
static int epoll(void) { return epoll_create1(0); }
static int timer(void) { return timerfd_create(CLOCK_MONOTONIC, 0); }
static int inotify(void) { return inotify_init1(0); }
static int process(void) { return syscall(SYS_pidfd_open, getpid(), 0); }
static int secret(void) { return syscall(SYS_memfd_secret, 0); }
static int directory(void) { return open("/tmp", O_RDONLY | O_DIRECTORY); }
static int device(void) { return open("/dev/null", O_RDWR); }
static int unbound_endpoint(void) { return endpoint(O_RDWR); }
static int mailbox_endpoint(void) { return mailbox(NULL, O_RDWR); }
static int net_namespace(void) { return open("/proc/self/ns/net", O_RDONLY); }
static int proc_net(void) { return open("/proc/self/net/dev", O_RDONLY); }
static int proc_file(void) { return open("/proc/self/status", O_RDONLY); }
static int sys_file(void) { return open("/sys/module/ipcx/refcnt", O_RDONLY); }

static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	return signalfd(-1, &set, 0);
}

static int ring(void)
{
	struct io_uring_params params = { 0 };

	return syscall(SYS_io_uring_setup, 1, &params);
}

static int posix_queue(void)
{
	int fd = mq_open("/ipcx-fds", O_RDWR | O_CREAT, 0600, NULL);

	mq_unlink("/ipcx-fds");
	return fd;
}

FIXTURE(refused)
{
	int fd;
	int sent;
};

FIXTURE_VARIANT(refused)
{
	int (*make)(void);
};

#define REFUSED(_name, _make)	FIXTURE_VARIANT_ADD(refused, _name) { .make = _make }
REFUSED(unix_stream, unix_stream);
REFUSED(unix_dgram, unix_dgram);
REFUSED(tcp, tcp);
REFUSED(netlink, netlink);
REFUSED(epoll, epoll);
REFUSED(timer, timer);
REFUSED(inotify, inotify);
REFUSED(process, process);
REFUSED(secret, secret);
REFUSED(directory, directory);
REFUSED(device, device);
REFUSED(unbound_endpoint, unbound_endpoint);
REFUSED(mailbox_endpoint, mailbox_endpoint);
REFUSED(net_namespace, net_namespace);
REFUSED(proc_net, proc_net);
REFUSED(proc_file, proc_file);
REFUSED(sys_file, sys_file);
REFUSED(signals, signals);
REFUSED(ring, ring);
REFUSED(posix_queue, posix_queue);

FIXTURE_SETUP(refused)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->sent = variant->make();
}

FIXTURE_TEARDOWN(refused)
{
	close(self->fd);
	close(self->sent);
}

TEST_F(refused, kind_goes_with_no_message)
{
	struct ipcx_call call = { .request = { .fds = (uintptr_t)&self->sent, .nfds = 1 } };
	struct ipcx_reply reply = { .token = 1, .msg = call.request };
	int ends[2], both[2];

	if (self->sent < 0)
		SKIP(return, "this kernel has none");
	EXPECT_EQ(-EPERM, put_fd(self->fd, 1, self->sent));
	EXPECT_EQ(-EPERM, command(self->fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(-EPERM, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, stat_of(self->fd).msgs);

	/* Nor does what was given with it, or is it held. */
	ASSERT_EQ(0, pipe(ends));
	both[0] = ends[1];
	both[1] = self->sent;
	EXPECT_EQ(-EPERM, put_fds(self->fd, 1, both, 2));
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
}

TEST_F(box, what_is_not_open_is_no_descriptor)
{
	static const int bad[] = { -1, AT_FDCWD, INT32_MIN, INT32_MAX, 999 };
	int path = open("/tmp", O_PATH);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EBADF, put_fd(self->fd, 1, bad[i]));
	EXPECT_EQ(-EBADF, put_fd(self->fd, 1, path));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, array_that_cannot_be_read_sends_nothing)
{
	int *edge = (int *)cliff() - 1;
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	*edge = ends[1];
	EXPECT_EQ(-EFAULT, put_fds(self->fd, 1, UNMAPPED, 1));
	EXPECT_EQ(-EFAULT, put_fds(self->fd, 1, KERNEL_ADDRESS, 1));
	EXPECT_EQ(-EFAULT, put_fds(self->fd, 1, edge, 2));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
}

TEST_F(box, more_than_sixteen_are_too_many)
{
	int sent[IPCX_FDS_MAX + 1], event = eventfd(0, 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sent); i++)
		sent[i] = event;
	EXPECT_EQ(-E2BIG, put_fds(self->fd, 1, sent, IPCX_FDS_MAX + 1));
	EXPECT_EQ(0, put_fds(self->fd, 1, sent, IPCX_FDS_MAX));
}

/*
 * A region's endpoint keeps the network namespace that it was opened in, and the namespace keeps
 * the mailbox.
 */
TEST(a_region_does_not_go_to_a_persistent_mailbox)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	struct ipcx_reply reply = { .msg.nfds = 1 };
	int sent = region(NULL, O_RDWR, 4096), back = -1;
	struct ipcx_call call = { .reply = { .fds = (uintptr_t)&back, .nfds = 1 } };
	int fd = bound(O_RDWR, &bind);
	struct parcel parcel;
	struct child child;

	ASSERT_GE(fd, 0);
	EXPECT_EQ(-EPERM, put_fd(fd, 1, sent));
	EXPECT_EQ(0, put_fd(fd, 1, eventfd(0, 0)));
	EXPECT_GE(get_fd(fd), 0);

	/* With a reply it does not stay in there. */
	if (child_start(&child)) {
		get_fds(fd, &parcel, 1, 0);
		reply.token = parcel.recv.token;
		reply.msg.fds = (uintptr_t)&sent;
		child_done(&child, command(fd, IPCX_IOC_REPLY, &reply));
	}
	EXPECT_EQ(0, command(fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(IPCX_KIND_REGION, stat_of(back).kind);

	/* Once it has no name it goes with its endpoints. */
	ASSERT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(0, put_fd(fd, 1, sent));
}

TEST_HARNESS_MAIN
