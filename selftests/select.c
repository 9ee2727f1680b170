// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choosing: receiving by type, and looking at messages that stay.
 */
#include <sys/resource.h>

#include "box.h"

static int64_t choose(int fd, uint32_t how, uint64_t type, uint32_t flags)
{
	struct ipcx_recv recv = { .flags = flags, .select = how, .select_type = type };
	static uint8_t buf[65536];

	return get_msg(fd, &recv, buf, sizeof(buf));
}

static int64_t choose_now(int fd, uint32_t how, uint64_t type)
{
	return choose(fd, how, type, IPCX_DONTWAIT);
}

static int64_t peek_at(int fd, uint32_t how, uint64_t type)
{
	return choose(fd, how, type, IPCX_DONTWAIT | IPCX_PEEK);
}

/* By type */

TEST_F(box, a_type_is_received_past_others)
{
	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	ASSERT_EQ(0, put(self->fd, 2, 20, 0));
	ASSERT_EQ(0, put(self->fd, 1, 30, 0));
	ASSERT_EQ(0, put(self->fd, UINT32_MAX, 40, 0));
	EXPECT_EQ(2, choose_now(self->fd, IPCX_SELECT_TYPE, 2));
	EXPECT_EQ(-EAGAIN, choose_now(self->fd, IPCX_SELECT_TYPE, 2));
	EXPECT_EQ(UINT32_MAX, choose_now(self->fd, IPCX_SELECT_TYPE, UINT32_MAX));
	EXPECT_EQ(-EAGAIN, choose_now(self->fd, IPCX_SELECT_TYPE, 0));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(1, choose_now(self->fd, IPCX_SELECT_TYPE, 1));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, all_types_but_one_are_received_in_order)
{
	ASSERT_EQ(0, put(self->fd, 5, 1, 0));
	ASSERT_EQ(0, put(self->fd, 7, 1, 0));
	ASSERT_EQ(0, put(self->fd, 3, 1, 0));
	ASSERT_EQ(0, put(self->fd, 5, 1, 0));
	ASSERT_EQ(0, put(self->fd, 9, 1, 0));
	EXPECT_EQ(7, choose_now(self->fd, IPCX_SELECT_EXCEPT, 5));
	EXPECT_EQ(5, choose_now(self->fd, IPCX_SELECT_EXCEPT, 3));
	EXPECT_EQ(3, choose_now(self->fd, IPCX_SELECT_EXCEPT, 5));
	EXPECT_EQ(9, choose_now(self->fd, IPCX_SELECT_EXCEPT, 5));
	EXPECT_EQ(-EAGAIN, choose_now(self->fd, IPCX_SELECT_EXCEPT, 5));
	EXPECT_EQ(5, choose_now(self->fd, IPCX_SELECT_EXCEPT, 0));
}

TEST_F(box, the_lowest_type_up_to_a_limit_is_received)
{
	ASSERT_EQ(0, put(self->fd, 30, 1, 0));
	ASSERT_EQ(0, put(self->fd, 20, 1, 0));
	ASSERT_EQ(0, put(self->fd, 10, 1, 0));
	ASSERT_EQ(0, put(self->fd, 20, 2, 0));
	EXPECT_EQ(-EAGAIN, choose_now(self->fd, IPCX_SELECT_UPTO, 9));
	EXPECT_EQ(10, choose_now(self->fd, IPCX_SELECT_UPTO, 25));
	EXPECT_EQ(20, choose_now(self->fd, IPCX_SELECT_UPTO, 25));
	EXPECT_EQ(20, choose_now(self->fd, IPCX_SELECT_UPTO, 20));
	EXPECT_EQ(-EAGAIN, choose_now(self->fd, IPCX_SELECT_UPTO, 29));
	EXPECT_EQ(30, choose_now(self->fd, IPCX_SELECT_UPTO, UINT64_MAX));
}

TEST_F(box, priority_comes_first_among_those_chosen)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 4 };
	uint8_t buf[100];

	ASSERT_EQ(0, put_prio(self->fd, 4, 1, 0));
	ASSERT_EQ(0, put_prio(self->fd, 4, 2, 31));
	ASSERT_EQ(0, put_prio(self->fd, 8, 3, 31));
	ASSERT_EQ(0, put_prio(self->fd, 4, 4, 31));
	ASSERT_EQ(0, put_prio(self->fd, 6, 5, 5));
	ASSERT_EQ(4, get_msg(self->fd, &recv, buf, sizeof(buf)));
	EXPECT_EQ(2, recv.msg.len);
	ASSERT_EQ(4, get_msg(self->fd, &recv, buf, sizeof(buf)));
	EXPECT_EQ(4, recv.msg.len);
	EXPECT_EQ(8, choose_now(self->fd, IPCX_SELECT_EXCEPT, 4));
	EXPECT_EQ(6, choose_now(self->fd, IPCX_SELECT_EXCEPT, 4));
	EXPECT_EQ(4, choose_now(self->fd, IPCX_SELECT_UPTO, 4));
}

/* What the rules say, done in the simplest way */
struct model {
	struct {
		uint64_t type;
		uint32_t prio;
		bool gone;
	} msg[256];
	unsigned int n;
};

static bool wanted(uint32_t how, uint64_t type, uint64_t its, uint64_t lowest)
{
	return how == IPCX_SELECT_ANY || (how == IPCX_SELECT_TYPE && its == type) ||
	       (how == IPCX_SELECT_EXCEPT && its != type) ||
	       (how == IPCX_SELECT_UPTO && its == lowest && its <= type);
}

/* Its number, which is its length as well; or -1 */
static int model_take(struct model *m, uint32_t how, uint64_t type)
{
	uint64_t lowest = UINT64_MAX;
	int found = -1;

	for (unsigned int i = 0; i < m->n; i++)
		if (!m->msg[i].gone && m->msg[i].type < lowest)
			lowest = m->msg[i].type;
	for (unsigned int i = 0; i < m->n; i++)
		if (!m->msg[i].gone && wanted(how, type, m->msg[i].type, lowest) &&
		    (found < 0 || m->msg[i].prio > m->msg[found].prio))
			found = (int)i;
	if (found >= 0)
		m->msg[found].gone = true;
	return found;
}

static int mailbox_with_many_prios(void)
{
	struct ipcx_bind bind = {
		.kind = IPCX_KIND_MAILBOX,
		.flags = IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS,
	};

	return bound(O_RDWR, &bind);
}

TEST(random_choices_are_those_of_a_list_that_is_searched)
{
	unsigned int rounds = often(200);
	static uint8_t buf[65536];
	struct ipcx_recv recv;
	uint64_t type;
	uint32_t how;
	int taken;

	srandom(7);
	for (unsigned int round = 0; round < rounds; round++) {
		int fd = round % 2 ? mailbox_with_many_prios() : mailbox_of(256, 0, 0);
		struct model m = { .n = 0 };

		while (m.n < 256) {
			if (random() % 5 < 3) {
				m.msg[m.n].type = (uint64_t)(random() % 6);
				m.msg[m.n].prio = (uint32_t)(random() % 3) * 15;
				ASSERT_EQ(0, put_prio(fd, m.msg[m.n].type, m.n, m.msg[m.n].prio));
				m.n++;
				continue;
			}
			how = (uint32_t)(random() % 4);
			type = how ? (uint64_t)(random() % 7) : 0;
			recv = (struct ipcx_recv) {
				.flags = IPCX_DONTWAIT, .select = how, .select_type = type,
			};
			taken = model_take(&m, how, type);
			if (get_msg(fd, &recv, buf, sizeof(buf)) < 0)
				recv.msg.len = UINT32_MAX;
			ASSERT_EQ(taken, (int)recv.msg.len) {
				TH_LOG("round %u, message %u, select %u, type %llu", round, m.n,
				       how, (unsigned long long)type);
			}
		}
		close(fd);
	}
}

TEST_F(box, a_choice_that_is_too_long_stays)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 2 };
	uint8_t buf[10];

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, 11, 0));
	EXPECT_EQ(-EMSGSIZE, get_msg(self->fd, &recv, buf, sizeof(buf)));
	EXPECT_EQ(11, recv.msg.len);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(2, get(self->fd, 0));
}

TEST_F(box, a_choice_that_faults_goes_back_to_its_place)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 2 };

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, 20, 0));
	ASSERT_EQ(0, put(self->fd, 2, 30, 0));
	EXPECT_EQ(-EFAULT, get_msg(self->fd, &recv, UNMAPPED, 100));
	EXPECT_EQ(3, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(2, peek_at(self->fd, IPCX_SELECT_TYPE, 2));
	recv = (struct ipcx_recv) { .select = IPCX_SELECT_TYPE, .select_type = 2 };
	ASSERT_EQ(2, get_msg(self->fd, &recv, shared(100), 100));
	EXPECT_EQ(20, recv.msg.len);
}

/* Waiting for a type */

TEST_F(box, a_message_goes_to_the_one_that_waits_for_its_type)
{
	struct child child[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (child_start(&child[i]))
			child_done(&child[i], choose(self->fd, IPCX_SELECT_TYPE, i + 1, 0));
		ASSERT_EQ(0, await_receivers(self->fd, i + 1));
	}
	ASSERT_EQ(0, put(self->fd, 9, 1, 0));
	ASSERT_EQ(0, put(self->fd, 3, 1, 0));
	EXPECT_EQ(3, child_join(&child[2]));
	EXPECT_EQ(2, stat_of(self->fd).receivers);
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&child[0]));
	ASSERT_EQ(0, put(self->fd, 2, 2000, 0));
	EXPECT_EQ(2, child_join(&child[1]));
	EXPECT_EQ(9, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, the_longest_waiting_of_those_that_want_it_is_served)
{
	struct child picky, first, second;

	if (child_start(&picky))
		child_done(&picky, choose(self->fd, IPCX_SELECT_EXCEPT, 1, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&first))
		child_done(&first, choose(self->fd, IPCX_SELECT_UPTO, 5, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	if (child_start(&second))
		child_done(&second, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 3));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&first));
	ASSERT_EQ(0, put(self->fd, 1, 2, 0));
	EXPECT_EQ(1, child_join(&second));
	ASSERT_EQ(0, put(self->fd, 6, 3, 0));
	EXPECT_EQ(6, child_join(&picky));
}

TEST_F(box, waiting_for_a_type_ends_with_its_deadline)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 2 };
	uint8_t buf[10];

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	recv.deadline = after_ms(20);
	EXPECT_EQ(-ETIMEDOUT, get_msg(self->fd, &recv, buf, sizeof(buf)));
	EXPECT_LE(recv.deadline, now_ns());
	EXPECT_EQ(0, stat_of(self->fd).receivers);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, a_call_is_received_by_type)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 7 };
	uint8_t buf[100];
	struct child child;

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	if (child_start(&child))
		child_done(&child, ask(self->fd, 7, 50, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 2));
	EXPECT_EQ(7, peek_at(self->fd, IPCX_SELECT_TYPE, 7));
	ASSERT_EQ(7, get_msg(self->fd, &recv, buf, sizeof(buf)));
	ASSERT_NE(0, recv.token);
	ASSERT_EQ(0, answer(self->fd, recv.token, 7, 50));
	EXPECT_EQ(7 + ANSWER, child_join(&child));
}

/* A queue that is long */

#define MANY	65536

static uint64_t choose_ns(int fd, uint32_t how, uint64_t type, int64_t *got)
{
	uint64_t before = now_ns();

	*got = choose(fd, how, type, IPCX_DONTWAIT | IPCX_PEEK);
	return now_ns() - before;
}

/* The least of several, since others use the machine, too */
static uint64_t least_ns(int fd, uint32_t how, uint64_t type, int64_t want)
{
	uint64_t least = UINT64_MAX, ns;
	int64_t got;

	for (unsigned int i = 0; i < 50; i++) {
		ns = choose_ns(fd, how, type, &got);
		if (got != want)
			return UINT64_MAX;
		if (ns < least)
			least = ns;
	}
	return least;
}

TEST(choosing_does_not_walk_over_others)
{
	int small = mailbox_of(0, 0, 0), large = mailbox_of(MANY + 2, 0, 0);
	static const struct {
		uint32_t how;
		uint64_t type;
		int64_t want;
	} choices[] = {
		{ IPCX_SELECT_TYPE, 2, 2 },
		{ IPCX_SELECT_EXCEPT, 5, 2 },
		{ IPCX_SELECT_UPTO, 3, 2 },
	};

	ASSERT_EQ(0, put(small, 5, 0, 0));
	ASSERT_EQ(0, put(small, 2, 0, 0));
	for (unsigned int i = 0; i < MANY; i++)
		ASSERT_EQ(0, put(large, 5, 0, 0));
	ASSERT_EQ(0, put(large, 2, 0, 0));
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		uint64_t few = least_ns(small, choices[i].how, choices[i].type, choices[i].want);
		uint64_t many = least_ns(large, choices[i].how, choices[i].type, choices[i].want);

		ASSERT_NE(UINT64_MAX, few);
		EXPECT_LT(many, 4 * few) {
			TH_LOG("choice %zu: %llu ns among 2, %llu among %u", i,
			       (unsigned long long)few, (unsigned long long)many, MANY + 1);
		}
	}
	for (unsigned int i = 0; i < MANY; i++)
		ASSERT_EQ(5, get(large, IPCX_DONTWAIT));
	EXPECT_EQ(2, choose_now(large, IPCX_SELECT_EXCEPT, 5));
	EXPECT_EQ(-EAGAIN, get(large, IPCX_DONTWAIT));
}

/* Two look for types while others send and receive: the index is made while the queue changes. */
TEST(choosing_begins_while_messages_come_and_go)
{
	const unsigned int messages = often(20000);
	int fd = mailbox_of(4096, 0, 0);
	struct child sender, receiver;
	int64_t got = 0, odd = 0;

	if (child_start(&sender)) {
		for (unsigned int i = 0; i < messages; i++)
			if (put(fd, i % 4, i % 100, 0))
				child_done(&sender, -1);
		child_done(&sender, 0);
	}
	if (child_start(&receiver)) {
		for (unsigned int i = 0; i < messages / 2; i++)
			if (choose(fd, IPCX_SELECT_UPTO, 1, 0) > 1)
				child_done(&receiver, -1);
		child_done(&receiver, 0);
	}
	for (unsigned int i = 0; i < messages / 2; i++) {
		got = choose(fd, IPCX_SELECT_TYPE, 2 + i % 2, 0);
		odd += got != 2 + i % 2;
	}
	EXPECT_EQ(0, odd);
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(0, child_join(&receiver));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

static void stay_here(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Several empty the queue faster than one can index it: they overtake it. */
TEST(choosing_begins_while_the_queue_is_drained)
{
	const unsigned int messages = often(20000);
	int fd = mailbox_of(messages, 0, 0);
	struct child child[3];
	int64_t drained = 0;

	stay_here();
	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int i = 0; i < messages; i++)
			ASSERT_EQ(0, put(fd, 5, 0, IPCX_DONTWAIT));
		for (unsigned int i = 0; i < ARRAY_SIZE(child); i++) {
			int64_t n = 0;

			if (!child_start(&child[i]))
				continue;
			while (get(fd, IPCX_DONTWAIT) == 5)
				n++;
			child_done(&child[i], n);
		}
		setpriority(PRIO_PROCESS, 0, 19);
		EXPECT_EQ(-EAGAIN, choose_now(fd, IPCX_SELECT_TYPE, 6));
		setpriority(PRIO_PROCESS, 0, 0);
		for (unsigned int i = 0; i < ARRAY_SIZE(child); i++)
			drained += child_join(&child[i]);
	}
	EXPECT_EQ(5 * messages, drained);
	EXPECT_EQ(0, stat_of(fd).msgs);
}

/* Peeking */

TEST_F(box, a_message_that_is_peeked_at_stays)
{
	struct ipcx_recv recv = { .flags = 0 };
	struct ipcx_stat before;
	uint8_t buf[100];

	ASSERT_EQ(0, put_prio(self->fd, 3, 77, 9));
	before = stat_of(self->fd);
	for (unsigned int i = 0; i < 3; i++) {
		ASSERT_EQ(3, get_into(self->fd, &recv, buf, sizeof(buf), IPCX_PEEK));
		EXPECT_EQ(77, recv.msg.len);
		EXPECT_EQ(9, recv.msg.prio);
		EXPECT_EQ(getpid(), recv.from.pid);
		EXPECT_EQ(0, recv.token);
	}
	EXPECT_EQ(before.msgs, stat_of(self->fd).msgs);
	EXPECT_EQ(before.bytes, stat_of(self->fd).bytes);
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, peek_at(self->fd, IPCX_SELECT_ANY, 0));
}

TEST_F(box, peeking_sees_what_a_receive_would_get)
{
	ASSERT_EQ(0, put_prio(self->fd, 1, 1, 0));
	ASSERT_EQ(0, put_prio(self->fd, 2, 1, 5));
	EXPECT_EQ(2, peek_at(self->fd, IPCX_SELECT_ANY, 0));
	EXPECT_EQ(1, peek_at(self->fd, IPCX_SELECT_TYPE, 1));
	EXPECT_EQ(1, peek_at(self->fd, IPCX_SELECT_EXCEPT, 2));
	EXPECT_EQ(1, peek_at(self->fd, IPCX_SELECT_UPTO, 9));
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(1, get(self->fd, 0));
}

TEST_F(box, peeking_into_a_bad_or_short_buffer_changes_nothing)
{
	struct ipcx_recv recv = { .flags = 0 };
	uint8_t buf[4];

	ASSERT_EQ(0, put(self->fd, 1, 5000, 0));
	EXPECT_EQ(-EFAULT, get_into(self->fd, &recv, UNMAPPED, 5000, IPCX_PEEK));
	EXPECT_EQ(-EMSGSIZE, get_into(self->fd, &recv, buf, sizeof(buf), IPCX_PEEK));
	EXPECT_EQ(5000, recv.msg.len);
	EXPECT_EQ(1, get(self->fd, 0));
}

TEST_F(box, who_peeks_waits_for_a_message)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, choose(self->fd, IPCX_SELECT_TYPE, 2, IPCX_PEEK));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(2, child_join(&child));
	EXPECT_EQ(2, stat_of(self->fd).msgs);
}

TEST_F(box, peeking_ends_with_its_deadline_a_signal_and_the_mailbox)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct ipcx_recv recv = { .deadline = after_ms(20), .flags = IPCX_PEEK };
	struct child child;
	uint8_t buf[1];

	EXPECT_EQ(-ETIMEDOUT, get_msg(self->fd, &recv, buf, sizeof(buf)));
	EXPECT_LE(recv.deadline, now_ns());
	handle(SIGUSR1, 0);
	if (child_start(&child))
		child_done(&child, choose(self->fd, IPCX_SELECT_ANY, 0, IPCX_PEEK));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	if (child_start(&child))
		child_done(&child, choose(fd, IPCX_SELECT_ANY, 0, IPCX_PEEK));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(-EIDRM, child_join(&child));
}

TEST_F(box, a_request_that_is_peeked_at_can_still_be_received)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, ask(self->fd, 7, 50, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	EXPECT_EQ(7, peek_at(self->fd, IPCX_SELECT_ANY, 0));
	EXPECT_EQ(7, serve(self->fd));
	EXPECT_EQ(7 + ANSWER, child_join(&child));
}

/* What is looked at is taken away and freed meanwhile: nobody may see anything but a message. */
TEST(peeking_and_receiving_do_not_disturb_each_other)
{
	const unsigned int messages = often(20000);
	int fd = mailbox_of(8, 0, 0);
	struct child sender, receiver;
	int *over = shared(sizeof(*over));
	int64_t got;

	if (child_start(&sender)) {
		for (unsigned int i = 0; i < messages; i++)
			if (put(fd, i, i * 37 % 5000, 0))
				child_done(&sender, -1);
		child_done(&sender, 0);
	}
	if (child_start(&receiver)) {
		for (unsigned int i = 0; i < messages; i++)
			if (get(fd, 0) != (int64_t)i)
				child_done(&receiver, -1);
		__atomic_store_n(over, 1, __ATOMIC_RELEASE);
		child_done(&receiver, 0);
	}
	while (!__atomic_load_n(over, __ATOMIC_ACQUIRE)) {
		got = peek_at(fd, IPCX_SELECT_ANY, 0);
		ASSERT_TRUE(got >= 0 || got == -EAGAIN) {
			TH_LOG("peeking: %lld", (long long)got);
		}
	}
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(0, child_join(&receiver));
}

/* A full mailbox is no obstacle between two who wait, whoever of them came first. */
TEST(who_waits_for_room_meets_who_waits_for_that_type)
{
	int fd = mailbox_of(1, 0, 0);
	struct child sender, receiver;

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, put(fd, 2, 10, 0));
	if (child_start(&sender))
		child_done(&sender, put(fd, 1, 10, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	EXPECT_EQ(-EAGAIN, choose_now(fd, IPCX_SELECT_TYPE, 1));
	EXPECT_EQ(1, choose(fd, IPCX_SELECT_TYPE, 1, 0));
	EXPECT_EQ(0, child_join(&sender));

	if (child_start(&receiver))
		child_done(&receiver, choose(fd, IPCX_SELECT_UPTO, 1, 0));
	ASSERT_EQ(0, await_receivers(fd, 1));
	EXPECT_EQ(0, put(fd, 1, 10, 0));
	EXPECT_EQ(1, child_join(&receiver));
	EXPECT_EQ(1, stat_of(fd).msgs);
	close(fd);
}

/* They keep their line, though: the second is not served before the first. */
TEST(who_waits_for_room_behind_another_waits)
{
	int fd = mailbox_of(1, 0, 0);
	struct child first, second, receiver;

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, put(fd, 2, 10, 0));
	if (child_start(&first))
		child_done(&first, put(fd, 3, 10, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	if (child_start(&second))
		child_done(&second, put(fd, 1, 10, 0));
	ASSERT_EQ(0, await_senders(fd, 2));
	if (child_start(&receiver))
		child_done(&receiver, choose(fd, IPCX_SELECT_TYPE, 1, 0));
	ASSERT_EQ(0, await_receivers(fd, 1));
	EXPECT_EQ(2, stat_of(fd).senders);
	EXPECT_EQ(2, get(fd, 0));
	/* The first is in the queue now, and the second meets who wants it. */
	EXPECT_EQ(1, child_join(&receiver));
	EXPECT_EQ(0, child_join(&first));
	EXPECT_EQ(0, child_join(&second));
	EXPECT_EQ(3, get(fd, IPCX_DONTWAIT));
	close(fd);
}

TEST_HARNESS_MAIN
