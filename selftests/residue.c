// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was in the kernel's memory stays there: every byte that a command, read(), a mapping, /proc
 * or a signal brings was written for it.
 */
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "fds.h"
#include "residue.h"
#include "residue_fields.h"

FIXTURE(answer)
{
	struct asked *asked;
};

/*
 * Every command that tells something, in every way that it is told. @give sees to it that there is
 * something to tell, and fills in what the command wants to know. Of what it then brings, @data
 * bytes are the payload of the message of that type.
 */
FIXTURE_VARIANT(answer)
{
	unsigned long cmd;
	int ret;
	const struct field *fields;
	unsigned int count;
	size_t size;
	bool of_region;
	bool named;
	void (*give)(struct asked *asked, unsigned int round);
	size_t data;
	unsigned int in;
	unsigned int fds;
};

static void must(int err)
{
	if (err < 0) {
		fprintf(stderr, "# %s\n", strerror(-err));
		abort();
	}
}

static void give_nothing(struct asked *asked, unsigned int round)
{
	(void)asked;
	(void)round;
}

static void give_messages(struct asked *asked, unsigned int round)
{
	if (round)
		return;
	must(put(asked->fd, 1, 10, 0));
	must(put(asked->fd, 2, 2000, 0));
	must(get(asked->fd, 0) == 1 ? 0 : -EBADMSG);
}

static void give_mapping(struct asked *asked, unsigned int round)
{
	if (!round && mmap(NULL, 4096, PROT_READ, MAP_SHARED, asked->fd, 0) == MAP_FAILED)
		must(-errno);
}

static void give_no_knob(struct asked *asked, unsigned int round)
{
	(void)asked;
	(void)round;
	memory->arg.knob.set = 0;
}

/* What is not to change is not looked at. */
static void give_knob(struct asked *asked, unsigned int round)
{
	(void)asked;
	(void)round;
	memory->arg.knob.set = IPCX_KNOB_WAKE;
	memory->arg.knob.wake = IPCX_WAKE_SYNC;
}

static struct ipcx_msg incoming(size_t size, unsigned int round)
{
	struct ipcx_msg msg;

	/* Much of it is not looked at. */
	memset(&msg, prefills[round], sizeof(msg));
	msg.data = (uintptr_t)memory->data;
	msg.len = size;
	msg.fds = (uintptr_t)memory->fds;
	msg.nfds = IPCX_FDS_MAX - round;
	msg.flags = round ? IPCX_MSG_TRUNCATED : 0;
	return msg;
}

static void give_recv(struct ipcx_recv *recv, size_t size, uint32_t flags, unsigned int round)
{
	recv->msg = incoming(size, round);
	recv->deadline = 0;
	recv->flags = flags;
	recv->select = IPCX_SELECT_ANY;
	recv->select_type = 0;
}

static void give_recv_of(struct asked *asked, size_t len, size_t size, uint32_t flags,
			 unsigned int round)
{
	must(put(asked->fd, 7, len, 0));
	give_recv(&memory->arg.recv, size, flags, round);
}

static void give_short(struct asked *asked, unsigned int round)
{
	give_recv_of(asked, 100, 1000 + round, 0, round);
}

static void give_empty(struct asked *asked, unsigned int round)
{
	give_recv_of(asked, 0, 1000 + round, 0, round);
}

static void give_long(struct asked *asked, unsigned int round)
{
	give_recv_of(asked, 5000, 6000 + round, 0, round);
}

static void give_cut(struct asked *asked, unsigned int round)
{
	give_recv_of(asked, 5000, 100, IPCX_TRUNCATE, round);
}

static void give_too_long(struct asked *asked, unsigned int round)
{
	if (!round)
		must(put(asked->fd, 7, 200, 0));
	give_recv(&memory->arg.recv, 100 + round, 0, round);
}

static void give_peek_flag(struct asked *asked, unsigned int round)
{
	if (!round)
		must(put(asked->fd, 7, 200, 0));
	give_recv(&memory->arg.recv, 300, IPCX_PEEK, round);
}

static void give_none(struct asked *asked, unsigned int round)
{
	(void)asked;
	give_recv(&memory->arg.recv, 100, IPCX_DONTWAIT, round);
}

static void give_files(struct asked *asked, unsigned int round)
{
	int event = eventfd(0, EFD_CLOEXEC);
	const int sent[] = { event, event };

	must(put_fds(asked->fd, 7, sent, ARRAY_SIZE(sent)));
	close(event);
	give_recv(&memory->arg.recv, 100, 0, round);
}

/* Somebody who sends when we wait */
static void give_waited(struct asked *asked, size_t len, unsigned int round)
{
	give_recv(&memory->arg.recv, 50000, 0, round);
	if (child_start(&asked->other))
		child_done(&asked->other,
			   await_receivers(asked->fd, 1) ?: put(asked->fd, 7, len, 0));
}

static void give_waited_short(struct asked *asked, unsigned int round)
{
	give_waited(asked, 100, round);
}

static void give_waited_long(struct asked *asked, unsigned int round)
{
	give_waited(asked, 40000, round);
}

static void give_batch(struct asked *asked, unsigned int round)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		must(put(asked->fd, 7, 100, 0));
	for (i = 0; i < ARRAY_SIZE(memory->in); i++) {
		memory->in[i].msg = incoming(1000, round);
		memory->in[i].msg.data += i * 1000;
		memory->in[i].msg.fds = 0;
		memory->in[i].msg.nfds = 0;
		memory->in[i].pad = 0;
	}
	memset(&memory->arg.recv_batch, 0, sizeof(memory->arg.recv_batch));
	memory->arg.recv_batch.msgs = (uintptr_t)memory->in;
	memory->arg.recv_batch.count = 3;
}

static void give_peek(struct asked *asked, unsigned int round)
{
	struct ipcx_peek *peek = &memory->arg.peek;

	if (!round)
		must(put(asked->fd, 7, 1000, 0));
	peek->msg = incoming(2000, round);
	peek->deadline = 0;
	peek->flags = IPCX_TRUNCATE;
	peek->after_prio = 0;
	peek->after = 0;
}

static void give_call(struct asked *asked, unsigned int round)
{
	struct ipcx_call *call = &memory->arg.call;
	static uint8_t request[100];

	fill(request, sizeof(request), 7);
	call->request = msg_of(request, sizeof(request), 7);
	call->reply = incoming(1000, round);
	call->deadline = 0;
	call->flags = 0;
	call->pad = 0;
	if (child_start(&asked->other))
		child_done(&asked->other, serve(asked->fd));
}

static void give_reply(struct asked *asked, unsigned int round)
{
	struct ipcx_reply *reply = &memory->arg.reply;
	struct ipcx_recv request;
	static uint8_t data[100];

	(void)round;
	if (child_start(&asked->other))
		child_done(&asked->other, ask(asked->fd, 7, sizeof(data), 0));
	if (get_into(asked->fd, &request, data, sizeof(data), 0) != 7)
		abort();
	fill(data, sizeof(data), 7 + ANSWER);
	memset(reply, 0, sizeof(*reply));
	reply->token = request.token;
	reply->msg = msg_of(data, sizeof(data), 7 + ANSWER);
}

static void give_reply_recv(struct asked *asked, unsigned int round)
{
	give_reply(asked, round);
	must(put(asked->fd, 7, 100, 0));
	memset(&memory->arg.reply.next, prefills[round], sizeof(memory->arg.reply.next));
	give_recv(&memory->arg.reply.next, 1000, 0, round);
	memory->arg.reply.flags = IPCX_REPLY_RECV;
}

static void give_region_wait(struct asked *asked, unsigned int round)
{
	(void)asked;
	(void)round;
	memset(&memory->arg.region_wait, 0, sizeof(memory->arg.region_wait));
}

#define ANSWER_OF(_name, _cmd, _fields, _size, _give, ...)				\
	FIXTURE_VARIANT_ADD(answer, _name)						\
	{										\
		.cmd = _cmd,								\
		.fields = _fields,							\
		.count = ARRAY_SIZE(_fields),						\
		.size = _size,								\
		.give = _give,								\
		__VA_ARGS__								\
	}

/* One that leaves the argument as it is */
#define SILENT(_name, _cmd, _ret, _give)						\
	FIXTURE_VARIANT_ADD(answer, _name)						\
	{										\
		.cmd = _cmd,								\
		.ret = _ret,								\
		.give = _give,								\
	}

ANSWER_OF(info, IPCX_IOC_INFO, info_fields, sizeof(struct ipcx_info), give_nothing, .ret = 0);
ANSWER_OF(stat, IPCX_IOC_STAT, stat_fields, sizeof(struct ipcx_stat), give_messages, .ret = 0);
ANSWER_OF(stat_of_a_name, IPCX_IOC_STAT, stat_fields, sizeof(struct ipcx_stat), give_messages,
	  .named = true);
ANSWER_OF(stat_of_a_region, IPCX_IOC_STAT, stat_fields, sizeof(struct ipcx_stat), give_mapping,
	  .of_region = true);
ANSWER_OF(stats_of_none, IPCX_IOC_STATS, stats_fields, sizeof(struct ipcx_stats), give_nothing,
	  .ret = 0);
ANSWER_OF(stats, IPCX_IOC_STATS, stats_fields, sizeof(struct ipcx_stats), give_messages, .ret = 0);
ANSWER_OF(stats_of_a_region, IPCX_IOC_STATS, stats_fields, sizeof(struct ipcx_stats), give_mapping,
	  .of_region = true);
ANSWER_OF(usage, IPCX_IOC_USAGE, usage_fields, sizeof(struct ipcx_usage), give_messages, .ret = 0);
ANSWER_OF(no_knob, IPCX_IOC_KNOB, knob_fields, sizeof(struct ipcx_knob), give_no_knob, .ret = 0);
ANSWER_OF(knob, IPCX_IOC_KNOB, knob_fields, sizeof(struct ipcx_knob), give_knob, .ret = 0);
ANSWER_OF(recv, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_short, .data = 100);
ANSWER_OF(recv_of_nothing, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_empty,
	  .data = 0);
ANSWER_OF(recv_of_much, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_long,
	  .data = 5000);
ANSWER_OF(recv_that_cuts, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_cut,
	  .data = 100);
ANSWER_OF(recv_of_too_much, IPCX_IOC_RECV, too_long_fields, sizeof(struct ipcx_recv),
	  give_too_long, .ret = -EMSGSIZE);
ANSWER_OF(recv_that_peeks, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_peek_flag,
	  .data = 200);
ANSWER_OF(recv_of_files, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_files,
	  .fds = 2);
ANSWER_OF(recv_that_waits, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv), give_waited_short,
	  .data = 100);
ANSWER_OF(recv_that_waits_for_much, IPCX_IOC_RECV, recv_fields, sizeof(struct ipcx_recv),
	  give_waited_long, .data = 40000);
SILENT(recv_in_vain, IPCX_IOC_RECV, -EAGAIN, give_none);
FIXTURE_VARIANT_ADD(answer, recv_batch)
{
	.cmd = IPCX_IOC_RECV_BATCH,
	.ret = 2,
	.give = give_batch,
	.in = 2,
	.data = 100,
};
ANSWER_OF(peek, IPCX_IOC_PEEK, peek_fields, sizeof(struct ipcx_peek), give_peek, .data = 1000);
ANSWER_OF(call, IPCX_IOC_CALL, call_fields, sizeof(struct ipcx_call), give_call, .data = 100);
ANSWER_OF(reply, IPCX_IOC_REPLY, reply_fields, sizeof(struct ipcx_reply), give_reply, .ret = 0);
ANSWER_OF(reply_that_receives, IPCX_IOC_REPLY, reply_recv_fields, sizeof(struct ipcx_reply),
	  give_reply_recv, .data = 100);
ANSWER_OF(region_notify, IPCX_IOC_REGION_NOTIFY, region_notify_fields,
	  sizeof(struct ipcx_region_notify), give_nothing, .of_region = true);
ANSWER_OF(region_wait, IPCX_IOC_REGION_WAIT, region_wait_fields, sizeof(struct ipcx_region_wait),
	  give_region_wait, .of_region = true);
ANSWER_OF(fionread, FIONREAD, int_fields, sizeof(int), give_messages, .ret = 0);
ANSWER_OF(tiocoutq, TIOCOUTQ, int_fields, sizeof(int), give_messages, .ret = 0);

FIXTURE_SETUP(answer)
{
	const char *name = variant->named ? fresh_name() : NULL;
	int fd = variant->of_region ? region(NULL, O_RDWR, 10000) :
				      mailbox(name, O_RDWR | (name ? O_CREAT : 0));

	ASSERT_GE(fd, 0);
	self->asked = asked_of(fd);
}

FIXTURE_TEARDOWN(answer)
{
	close(self->asked->fd);
	free(self->asked);
}

static int ask_once(struct asked *asked, unsigned long cmd,
		    void (*give)(struct asked *asked, unsigned int round), unsigned int round)
{
	int ret;

	memset(memory, prefills[round], sizeof(*memory));
	give(asked, round);
	asked->before[round] = *memory;
	ret = command(asked->fd, cmd, memory);
	asked->after[round] = *memory;
	if (asked->other.pid)
		must(child_join(&asked->other));
	return ret;
}

TEST_F(answer, hides_nothing)
{
	const size_t in = offsetof(struct memory, in), fds = offsetof(struct memory, fds);
	const size_t data = offsetof(struct memory, data), each = sizeof(struct ipcx_received);
	struct asked *asked = self->asked;
	unsigned int i;

	for (i = 0; i < 2; i++)
		ASSERT_EQ(variant->ret, ask_once(asked, variant->cmd, variant->give, i));
	EXPECT_STREQ("", wrong_struct(asked, 0, variant->size, variant->fields,
				      variant->count) ?: "");
	EXPECT_TRUE(untouched(asked, variant->size, in));
	for (i = 0; i < variant->in; i++)
		EXPECT_STREQ("", wrong_struct(asked, in + i * each, each, received_fields,
					      ARRAY_SIZE(received_fields)) ?: "");
	EXPECT_TRUE(untouched(asked, in + variant->in * each, fds));
	EXPECT_TRUE(untouched(asked, fds + variant->fds * sizeof(int), data));
	EXPECT_EQ(0, memcmp(asked->after[0].data, asked->after[1].data, variant->data));
	/* Of a batch, each has a place. */
	for (i = 1; i < variant->in; i++) {
		EXPECT_TRUE(filled(asked->after[0].data + i * 1000, variant->data, 7));
		EXPECT_TRUE(untouched(asked, data + (i - 1) * 1000 + variant->data,
				      data + i * 1000));
	}
	EXPECT_TRUE(untouched(asked, data + (i - 1) * 1000 + variant->data, sizeof(*memory)));
	EXPECT_EQ(sizeof(asked->after), poison_in(asked->after, sizeof(asked->after)));
}

TEST_F(box, hides_nothing_from_who_reads)
{
	static const size_t lens[] = { 0, 1, 100, 129, 4000, 65000 };
	uint8_t *buf = malloc(65536);
	unsigned int i, round;

	ASSERT_NE(NULL, buf);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (round = 0; round < 2; round++) {
			ASSERT_EQ(0, put(self->fd, 7, lens[i], 0));
			memset(buf, prefills[round], 65536);
			ASSERT_EQ((ssize_t)lens[i], read(self->fd, buf, 65536));
			EXPECT_TRUE(filled(buf, lens[i], 7));
			EXPECT_TRUE(is_all(buf + lens[i], prefills[round], 65536 - lens[i]));
		}
	}
	free(buf);
}

/* Memory that somebody has used, and that is free again when a region needs some */
static void soil(size_t size)
{
	void *used = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (used == MAP_FAILED)
		abort();
	memset(used, 0xfe, size);
	munmap(used, size);
}

/* Also what is behind its end in its last page, and what was used by another before */
TEST(a_region_is_nothing_but_zeros)
{
	static const size_t sizes[] = { 1, 4097, 100000, 8 << 20 };
	struct ipcx_bind bind;
	uint8_t *mapped;
	unsigned int i;
	size_t pages;
	int fd;

	for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		bind = region_bind(NULL, IPCX_BIND_CREATE | (i % 2 ? IPCX_BIND_HUGE : 0),
				   sizes[i / 2]);
		pages = (sizes[i / 2] + 4095) & ~(size_t)4095;
		soil(pages + (4 << 20));
		fd = bound(O_RDWR, &bind);
		ASSERT_GE(fd, 0);
		mapped = mmap(NULL, pages, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		ASSERT_NE(MAP_FAILED, (void *)mapped);
		/* Reading alone would map the page of zeros. */
		mapped[0] = 0;
		mapped[pages - 1] = 0;
		EXPECT_TRUE(is_all(mapped, 0, pages));
		memset(mapped, 0x5a, pages);
		munmap(mapped, pages);
		close(fd);
	}
}

static ssize_t read_fdinfo(int fd, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -errno;
	len = read(info, text, size);
	close(info);
	return len;
}

TEST(proc_tells_of_a_descriptor_in_plain_text)
{
	const char *name = fresh_name();
	const int fds[] = { endpoint(O_RDWR), mailbox(NULL, O_RDWR),
			    mailbox(name, O_RDWR | O_CREAT), region(NULL, O_RDWR, 10000) };
	char text[2][4096];
	ssize_t len, i;
	unsigned int n, round;

	for (n = 0; n < ARRAY_SIZE(fds); n++) {
		for (round = 0; round < 2; round++) {
			memset(text[round], prefills[round], sizeof(text[round]));
			len = read_fdinfo(fds[n], text[round], sizeof(text[round]));
			ASSERT_LT(0, len);
			for (i = 0; i < len; i++)
				ASSERT_TRUE(text[round][i] == '\n' || text[round][i] == '\t' ||
					    (text[round][i] >= ' ' && text[round][i] <= '~'));
			EXPECT_TRUE(is_all(text[round] + len, prefills[round],
					   sizeof(text[round]) - len));
		}
		EXPECT_EQ(0, memcmp(text[0], text[1], len));
	}
}

/* All of struct siginfo, of which the kernel writes 128 bytes */
TEST_F(box, notifies_with_nothing_but_the_sender_and_the_value)
{
	const struct ipcx_notify notify = { .kind = IPCX_NOTIFY_SIGNAL, .signal = SIGUSR1,
					    .value = 0x12345678 };
	siginfo_t info[2];
	unsigned int round;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	for (round = 0; round < 2; round++) {
		memset(&info[round], prefills[round], sizeof(info[round]));
		ASSERT_EQ(0, command(self->fd, IPCX_IOC_NOTIFY, &notify));
		ASSERT_EQ(0, put(self->fd, 7, 1, 0));
		ASSERT_EQ(SIGUSR1, syscall(SYS_rt_sigtimedwait, &set, &info[round], NULL,
					   _NSIG / 8));
		ASSERT_EQ(7, get(self->fd, 0));
	}
	EXPECT_EQ(0x12345678, (uintptr_t)info[0].si_ptr);
	EXPECT_EQ(0, memcmp(&info[0], &info[1], sizeof(info[0])));
	EXPECT_EQ(sizeof(info), poison_in(info, sizeof(info)));
}

TEST_HARNESS_MAIN
