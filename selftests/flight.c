// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors on their way: what cannot be delivered stays, what nobody will receive is closed, and
 * there is an end to how many a user can leave lying about.
 *
 * A pipe tells: once its writing end is in a message and nowhere else, its reader is hung up when
 * the message has closed it, and not before.
 */
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "fds.h"

#define USER	1000

/* A receiver that cannot take them leaves the message in its place. */

static int64_t get_bad(int fd, int *fds, unsigned int room)
{
	struct parcel parcel;

	parcel_init(&parcel, room, IPCX_DONTWAIT);
	parcel.recv.msg.fds = (uintptr_t)fds;
	return command(fd, IPCX_IOC_RECV, &parcel.recv);
}

/* Two descriptors with message 1, and 2 behind it */
static void put_two(struct __test_metadata *_metadata, int fd)
{
	int sent[2] = { eventfd(0, 0), eventfd(0, 0) };

	ASSERT_EQ(0, put_fds(fd, 1, sent, 2));
	ASSERT_EQ(0, put(fd, 2, 1, 0));
	close(sent[0]);
	close(sent[1]);
}

static void get_two(struct __test_metadata *_metadata, int fd, int next)
{
	struct parcel parcel;

	/* Nothing was left open or reserved: the lowest numbers are free. */
	EXPECT_EQ(next, next_number());
	ASSERT_EQ(1, get_fds(fd, &parcel, 2, IPCX_DONTWAIT));
	EXPECT_EQ(2, parcel.recv.msg.nfds);
	EXPECT_EQ(next, parcel.fds[0]);
	EXPECT_EQ(next + 1, parcel.fds[1]);
	EXPECT_EQ(2, get(fd, IPCX_DONTWAIT));
}

TEST_F(box, fault_in_the_array_leaves_the_message_and_no_descriptor)
{
	int next = next_number(), i;

	put_two(_metadata, self->fd);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(-EFAULT, get_bad(self->fd, UNMAPPED, 2));
		EXPECT_EQ(-EFAULT, get_bad(self->fd, KERNEL_ADDRESS, 2));
		EXPECT_EQ(-EFAULT, get_bad(self->fd, read_only(), 2));
		EXPECT_EQ(-EFAULT, get_bad(self->fd, (int *)cliff() - 1, 2));
	}
	get_two(_metadata, self->fd, next);
}

/* The numbers have been told then, but who is told is told that nothing has come. */
TEST_F(box, fault_in_the_argument_leaves_the_message_and_no_descriptor)
{
	struct ipcx_recv *recv = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int next = next_number(), fds[2], i;

	put_two(_metadata, self->fd);
	recv->msg.fds = (uintptr_t)fds;
	recv->msg.nfds = 2;
	ASSERT_EQ(0, mprotect(recv, 4096, PROT_READ));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_RECV, recv));
	get_two(_metadata, self->fd, next);
}

TEST_F(box, receiver_that_waited_and_faults_leaves_them_to_the_next)
{
	struct child unlucky, lucky;
	struct parcel parcel;

	if (child_start(&unlucky)) {
		parcel_init(&parcel, 1, 0);
		parcel.recv.msg.fds = (uintptr_t)read_only();
		child_done(&unlucky, command(self->fd, IPCX_IOC_RECV, &parcel.recv));
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&lucky))
		child_done(&lucky, get_fds(self->fd, &parcel, 1, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put_fd(self->fd, 7, eventfd(0, 0)));
	EXPECT_EQ(-EFAULT, child_join(&unlucky));
	EXPECT_EQ(7, child_join(&lucky));
}

TEST_F(box, receiver_out_of_descriptors_leaves_the_message_in_its_place)
{
	int next = next_number(), more;
	struct parcel parcel;

	put_two(_metadata, self->fd);
	for (more = 0; more < 2; more++) {
		limit_fds(more);
		EXPECT_EQ(-EMFILE, get_fds(self->fd, &parcel, 2, IPCX_DONTWAIT));
		EXPECT_EQ(2, stat_of(self->fd).msgs);
		unlimit_fds();
	}
	get_two(_metadata, self->fd, next);
}

TEST_F(box, receiver_that_waited_and_has_none_left_leaves_them_to_the_next)
{
	struct child full, lucky;
	struct parcel parcel;

	if (child_start(&full)) {
		limit_fds(0);
		child_done(&full, get_fds(self->fd, &parcel, 1, 0));
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&lucky))
		child_done(&lucky, get_fds(self->fd, &parcel, 1, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put_fd(self->fd, 7, eventfd(0, 0)));
	EXPECT_EQ(-EMFILE, child_join(&full));
	EXPECT_EQ(7, child_join(&lucky));
}

/* A reply cannot go back: so it is before the request that a caller is refused. */
TEST_F(box, caller_out_of_descriptors_sends_no_request)
{
	int back[IPCX_FDS_MAX], next = next_number();
	struct ipcx_call call = { .reply = { .fds = (uintptr_t)back, .nfds = IPCX_FDS_MAX } };

	limit_fds(IPCX_FDS_MAX - 1);
	EXPECT_EQ(-EMFILE, command(self->fd, IPCX_IOC_CALL, &call));
	unlimit_fds();
	call.reply.fds = (uintptr_t)UNMAPPED;
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_CALL, &call));
	call.reply.fds = (uintptr_t)(cliff() - sizeof(int));
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(next, next_number());
}

TEST_F(box, reply_that_cannot_be_written_is_lost_with_them)
{
	struct ipcx_call call = { .reply = { .fds = (uintptr_t)read_only(), .nfds = 1 } };
	struct ipcx_reply reply = { .msg.nfds = 1 };
	int next = next_number(), ends[2];
	struct parcel parcel;
	struct child child;

	ASSERT_EQ(0, pipe(ends));
	if (child_start(&child)) {
		int64_t err;

		close(ends[1]);
		next = next_number();
		err = command(self->fd, IPCX_IOC_CALL, &call);
		child_done(&child, next == next_number() ? err : -EBADF);
	}
	ASSERT_EQ(0, get_fds(self->fd, &parcel, 0, 0));
	reply.token = parcel.recv.token;
	reply.msg.fds = (uintptr_t)&ends[1];
	EXPECT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(-EFAULT, child_join(&child));
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
	close(ends[0]);
	EXPECT_EQ(next, next_number());
}

/* What nobody will receive is closed. */

TEST_F(box, closing_the_mailbox_closes_them)
{
	int first = put_pipe(self->fd, 1), second = put_pipe(self->fd, 2);

	ASSERT_GE(second, 0);
	EXPECT_TRUE(held(first));
	EXPECT_TRUE(held(second));
	close(self->fd);
	EXPECT_TRUE(hung_up(first));
	EXPECT_TRUE(hung_up(second));
	self->fd = -1;
}

TEST(a_persistent_mailbox_holds_them_until_it_is_unlinked)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	int fd = bound(O_RDWR, &bind), out;

	out = put_pipe(fd, 1);
	ASSERT_GE(out, 0);
	close(fd);
	EXPECT_TRUE(held(out));
	ASSERT_EQ(0, unlink_name(bind.name));
	EXPECT_TRUE(hung_up(out));
}

TEST(a_network_namespace_takes_them_along)
{
	long references = module_references();
	struct child child;
	int ends[2], i;

	ASSERT_EQ(0, pipe(ends));
	if (child_start(&child)) {
		struct ipcx_bind bind = mailbox_bind("flight", IPCX_BIND_CREATE |
						     IPCX_BIND_PERSIST);
		int fd;

		if (unshare(CLONE_NEWNET))
			child_done(&child, -errno);
		fd = bound(O_RDWR, &bind);
		child_done(&child, put_fd(fd, 1, ends[1]));
	}
	ASSERT_EQ(0, child_join(&child));
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
	for (i = 0; i < 6000 && module_references() != references; i++)
		usleep(10000);
	EXPECT_EQ(references, module_references());
}

/* The endpoint of a region holds the module: so does a message that has it, and no longer. */
TEST_F(box, region_in_a_message_holds_the_module)
{
	long references = module_references();
	int sent = region(NULL, O_RDWR, 4096), i;

	ASSERT_EQ(0, put_fd(self->fd, 1, sent));
	close(sent);
	EXPECT_EQ(references + 1, module_references());
	close(self->fd);
	for (i = 0; i < 6000 && module_references() != references - 1; i++)
		usleep(10000);
	EXPECT_EQ(references - 1, module_references());
	self->fd = -1;
}

TEST(a_sender_that_gives_up_closes_them)
{
	int fd = mailbox_of(1, 0, 0), ends[2];
	struct ipcx_send send;
	struct child child;

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	send = fds_send(&ends[1], 1, 2);
	send.deadline = after_ms(10);
	EXPECT_EQ(-ETIMEDOUT, command(fd, IPCX_IOC_SEND, &send));
	EXPECT_EQ(-EAGAIN, put_fd(fd, 2, ends[1]));
	send.deadline = 0;
	if (child_start(&child))
		child_done(&child, command(fd, IPCX_IOC_SEND, &send));
	ASSERT_EQ(0, await_senders(fd, 1));
	close(ends[1]);
	EXPECT_TRUE(held(ends[0]));
	child_kill(&child);
	EXPECT_TRUE(hung_up(ends[0]));
}

TEST_F(box, caller_that_gives_up_takes_them_along)
{
	struct ipcx_call call = { .request = { .nfds = 1 }, .deadline = after_ms(10) };
	int ends[2], next;
	int back[4];

	ASSERT_EQ(0, pipe(ends));
	next = next_number();
	call.request.fds = (uintptr_t)&ends[1];
	call.reply.fds = (uintptr_t)back;
	call.reply.nfds = 4;
	EXPECT_EQ(-ETIMEDOUT, command(self->fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(next, next_number());
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
}

TEST_F(box, reply_that_finds_nobody_closes_them)
{
	struct ipcx_call call = { .deadline = 0 };
	struct ipcx_reply reply = { .msg.nfds = 1 };
	struct parcel parcel;
	struct child child;
	int ends[2];

	if (child_start(&child))
		child_done(&child, command(self->fd, IPCX_IOC_CALL, &call));
	ASSERT_EQ(0, get_fds(self->fd, &parcel, 0, 0));
	child_kill(&child);
	ASSERT_EQ(0, pipe(ends));
	reply.token = parcel.recv.token;
	reply.msg.fds = (uintptr_t)&ends[1];
	EXPECT_EQ(-ESRCH, command(self->fd, IPCX_IOC_REPLY, &reply));
	close(ends[1]);
	EXPECT_TRUE(hung_up(ends[0]));
}

TEST(a_request_of_an_unlinked_mailbox_closes_them)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT), ends[2];
	struct ipcx_call call = { .request.nfds = 1 };
	struct child child;

	ASSERT_EQ(0, pipe(ends));
	call.request.fds = (uintptr_t)&ends[1];
	if (child_start(&child)) {
		int64_t err = command(fd, IPCX_IOC_CALL, &call);

		close(ends[1]);
		child_done(&child, err == -EIDRM && hung_up(ends[0]) ? 0 : -EBUSY);
	}
	ASSERT_EQ(0, await_msgs(fd, 1));
	close(ends[1]);
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(0, child_join(&child));
}

/*
 * A receiver is killed at any moment: either it has the message, whose descriptor dies with it, or
 * the message is there for the next.
 */
TEST_F(box, killed_receiver_leaves_nothing_open)
{
	unsigned int i, spins, returned = 0, rounds = often(300);
	struct parcel parcel;
	struct child child;
	int *ready = shared(sizeof(*ready));

	for (i = 0; i < rounds; i++) {
		int out = put_pipe(self->fd, 1);

		ASSERT_GE(out, 0);
		*ready = 0;
		spins = 0;
		if (child_start(&child)) {
			__atomic_store_n(ready, 1, __ATOMIC_RELEASE);
			get_fds(self->fd, &parcel, 1, 0);
			pause();
		}
		while (!__atomic_load_n(ready, __ATOMIC_ACQUIRE) || i % 300 > spins++)
			;
		child_kill(&child);
		if (get_fds(self->fd, &parcel, 1, IPCX_DONTWAIT) == 1) {
			returned++;
			EXPECT_TRUE(held(out));
			close(parcel.fds[0]);
		}
		ASSERT_TRUE(hung_up(out));
		close(out);
		ASSERT_EQ(0, stat_of(self->fd).msgs);
	}
	TH_LOG("%u of %u messages came back", returned, rounds);
}

/* The same when the message is handed to a receiver that waits. */
TEST_F(box, receiver_that_is_killed_as_it_is_served_leaves_nothing_open)
{
	unsigned int i, rounds = often(200);
	struct parcel parcel;
	struct child child;

	for (i = 0; i < rounds; i++) {
		int out;

		if (child_start(&child)) {
			get_fds(self->fd, &parcel, 1, 0);
			pause();
		}
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		out = put_pipe(self->fd, 1);
		ASSERT_GE(out, 0);
		child_kill(&child);
		if (get_fds(self->fd, &parcel, 1, IPCX_DONTWAIT) == 1)
			close(parcel.fds[0]);
		ASSERT_TRUE(hung_up(out));
		close(out);
		ASSERT_EQ(0, stat_of(self->fd).msgs);
	}
}

/* How many a user may have in messages: as many as the sender may have open. */

FIXTURE(limited)
{
	int fd;
	int out;
	int sent[10];
};

/* From now on a plain user with a limit of ten */
FIXTURE_SETUP(limited)
{
	struct rlimit limit = { 10, 1000 };
	unsigned int i;
	int event;

	self->fd = mailbox(NULL, O_RDWR);
	event = eventfd(0, 0);
	ASSERT_GE(event, 0);
	for (i = 0; i < ARRAY_SIZE(self->sent); i++)
		self->sent[i] = event;
	ASSERT_EQ(0, setegid(USER));
	ASSERT_EQ(0, seteuid(USER));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
}

FIXTURE_TEARDOWN(limited)
{
	unlimit_fds();
	seteuid(0);
	close(self->fd);
}

TEST_F(limited, user_has_no_more_in_messages_than_it_may_have_open)
{
	struct parcel parcel;
	struct child child;

	ASSERT_EQ(0, put_fds(self->fd, 1, self->sent, 7));
	ASSERT_EQ(0, put_fds(self->fd, 2, self->sent, 3));
	EXPECT_EQ(-ETOOMANYREFS, put_fds(self->fd, 3, self->sent, 1));
	/* Messages without any still go, and those of the user's other processes do not. */
	EXPECT_EQ(0, put(self->fd, 4, 1, 0));
	if (child_start(&child))
		child_done(&child, put_fds(mailbox(NULL, O_RDWR), 1, self->sent, 1));
	EXPECT_EQ(-ETOOMANYREFS, child_join(&child));

	/* Looking at them is not receiving them. */
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 0, IPCX_PEEK));
	EXPECT_EQ(-ETOOMANYREFS, put_fds(self->fd, 3, self->sent, 1));
	unlimit_fds();
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 7, 0));
	limit_fds(0);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &(struct rlimit) { 10, 1000 }));
	EXPECT_EQ(-ETOOMANYREFS, put_fds(self->fd, 3, self->sent, 8));
	EXPECT_EQ(0, put_fds(self->fd, 3, self->sent, 7));
}

TEST_F(limited, what_was_not_sent_does_not_count)
{
	struct ipcx_reply reply = { .token = 1 };
	unsigned int i;

	self->sent[9] = -1;
	reply.msg.fds = (uintptr_t)self->sent;
	reply.msg.nfds = 9;
	for (i = 0; i < 30; i++) {
		EXPECT_EQ(-EBADF, put_fds(self->fd, 1, self->sent, 10));
		EXPECT_EQ(-ESRCH, command(self->fd, IPCX_IOC_REPLY, &reply));
	}
	EXPECT_EQ(0, put_fds(self->fd, 1, self->sent, 9));
}

TEST_F(limited, other_users_have_limits_of_their_own)
{
	struct child child;

	ASSERT_EQ(0, put_fds(self->fd, 1, self->sent, 10));
	if (child_start(&child)) {
		if (seteuid(0) || setegid(USER + 1) || seteuid(USER + 1))
			child_done(&child, -errno);
		child_done(&child, put_fds(self->fd, 1, self->sent, 10));
	}
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(limited, the_administrator_has_none)
{
	struct child child;

	if (child_start(&child)) {
		if (seteuid(0) || put_fds(self->fd, 1, self->sent, 10))
			child_done(&child, -errno);
		child_done(&child, put_fds(self->fd, 2, self->sent, 10));
	}
	EXPECT_EQ(0, child_join(&child));
}

/* Nothing of the account is left, whoever freed the messages. */
TEST_F(limited, account_is_settled_when_the_mailbox_goes)
{
	int fd;

	ASSERT_EQ(0, put_fds(self->fd, 1, self->sent, 10));
	close(self->fd);
	unlimit_fds();
	fd = mailbox(NULL, O_RDWR);
	self->fd = fd;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &(struct rlimit) { 10, 1000 }));
	EXPECT_EQ(0, put_fds(fd, 1, self->sent, 10));
}

TEST_HARNESS_MAIN
