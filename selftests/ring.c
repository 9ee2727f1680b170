// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings of the library, in every kind of shared memory. All but the region works without the
 * module.
 */
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/time.h>

#include "harness.h"

#include "../tools/lib/ipcx_ring.h"

#define CAPACITY 4096

enum memory { ANONYMOUS, MEMFD, SYSV, REGION };

static void *map_fd(int fd, size_t size)
{
	void *mem = fd < 0 ? MAP_FAILED :
		    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	return mem;
}

static void *shared_memory(enum memory kind, size_t size)
{
	void *mem;
	int id;

	switch (kind) {
	case MEMFD:
		id = memfd_create("ring", MFD_CLOEXEC);
		return id < 0 || ftruncate(id, size) ? MAP_FAILED : map_fd(id, size);
	case SYSV:
		id = shmget(IPC_PRIVATE, size, 0600 | IPC_CREAT);
		mem = id < 0 ? MAP_FAILED : shmat(id, NULL, 0);
		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
		return mem;
	case REGION:
		id = ipcx_region(NULL, O_RDWR | O_CREAT, 0, (size + 4095) / 4096 * 4096);
		return map_fd(id, size);
	default:
		return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	}
}

FIXTURE(ring)
{
	size_t size;
	void *mem;
	struct ipcx_ring tx;
	struct ipcx_ring rx;
};

FIXTURE_VARIANT(ring)
{
	enum memory memory;
	uint32_t kind;
	uint32_t fenced;
	uint64_t start;
};

#define VARIANT(name, ...) FIXTURE_VARIANT_ADD(ring, name) { __VA_ARGS__ }

VARIANT(spsc, .kind = IPCX_RING_SPSC);
VARIANT(spsc_memfd, .kind = IPCX_RING_SPSC, .memory = MEMFD, .start = (1ull << 32) - 1024);
VARIANT(spsc_sysv, .kind = IPCX_RING_SPSC, .memory = SYSV, .start = (1ull << 63) - (1 << 30));
VARIANT(spsc_region, .kind = IPCX_RING_SPSC, .memory = REGION);
VARIANT(spsc_fenced, .kind = IPCX_RING_SPSC, .fenced = 1);
VARIANT(mpmc, .kind = IPCX_RING_MPMC);
VARIANT(mpmc_memfd, .kind = IPCX_RING_MPMC, .memory = MEMFD, .start = -1024ull);
VARIANT(mpmc_sysv, .kind = IPCX_RING_MPMC, .memory = SYSV, .start = (1ull << 32) - 1024);
VARIANT(mpmc_region, .kind = IPCX_RING_MPMC, .memory = REGION);
VARIANT(mpmc_fenced, .kind = IPCX_RING_MPMC, .fenced = 1);

FIXTURE_SETUP(ring)
{
	struct ipcx_ring_config config = {
		.capacity = CAPACITY,
		.kind = variant->kind,
		.fenced = variant->fenced,
		.start = variant->start,
	};

	if (variant->memory == REGION && access(IPCX_DEVICE, F_OK))
		SKIP(_exit(255), "the module is not loaded");
	self->size = ipcx_ring_size(CAPACITY);
	self->mem = shared_memory(variant->memory, self->size);
	ASSERT_NE(MAP_FAILED, self->mem);
	ASSERT_EQ(0, ipcx_ring_init(self->mem, self->size, &config));
	ASSERT_EQ(0, ipcx_ring_attach(&self->tx, self->mem, self->size, IPCX_RING_SENDER));
	ASSERT_EQ(0, ipcx_ring_attach(&self->rx, self->mem, self->size, IPCX_RING_RECEIVER));
}

FIXTURE_TEARDOWN(ring)
{
}

static unsigned char content(size_t i, size_t len)
{
	return (unsigned char)(i * 7 + len);
}

static void put_content(unsigned char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = content(i, len);
}

static int differs(const unsigned char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] != content(i, len))
			return 1;
	return 0;
}

TEST_F(ring, keeps_messages_of_every_length_whole)
{
	size_t max = ipcx_ring_max(&self->tx);
	unsigned char out[CAPACITY], in[CAPACITY];

	/* Both ways past the wrap, and past 2^32 or 2^64 where it starts before them */
	for (size_t len = 0; len <= max; len++) {
		put_content(out, len);
		ASSERT_EQ(0, ipcx_ring_send(&self->tx, out, len, IPCX_RING_TRY));
		ASSERT_EQ((ssize_t)len, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_RING_TRY));
		ASSERT_EQ(0, differs(in, len));
	}
	EXPECT_EQ(-1, ipcx_ring_send(&self->tx, out, max + 1, IPCX_RING_TRY));
	EXPECT_EQ(EMSGSIZE, errno);
}

TEST_F(ring, keeps_them_in_order_however_full_it_is)
{
	unsigned char out[300], in[300];
	size_t sent = 0, received = 0;
	unsigned int seed = 1;

	while (received < 20000) {
		size_t len = (sent * 37) % sizeof(out);

		put_content(out, len);
		if (rand_r(&seed) % 4 && !ipcx_ring_send(&self->tx, out, len, IPCX_RING_TRY)) {
			sent++;
			continue;
		}
		if (sent == received)
			continue;
		len = (received * 37) % sizeof(out);
		ASSERT_EQ((ssize_t)len, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_RING_TRY));
		ASSERT_EQ(0, differs(in, len));
		received++;
	}
}

TEST_F(ring, refuses_when_full_and_when_empty)
{
	char buf[64] = "";
	int n = 0;

	EXPECT_EQ(-1, ipcx_ring_recv(&self->rx, buf, sizeof(buf), IPCX_RING_TRY));
	EXPECT_EQ(EAGAIN, errno);
	while (!ipcx_ring_send(&self->tx, buf, sizeof(buf), IPCX_RING_TRY))
		n++;
	EXPECT_EQ(EAGAIN, errno);
	/* Less what is left at the wrap */
	EXPECT_GE(n, CAPACITY / 80 - 1);
	EXPECT_EQ(-1, ipcx_ring_send(&self->tx, buf, sizeof(buf), ipcx_deadline(1000000)));
	EXPECT_EQ(ETIMEDOUT, errno);
	for (; n; n--)
		ASSERT_EQ(64, ipcx_ring_recv(&self->rx, buf, sizeof(buf), IPCX_RING_TRY));
	EXPECT_EQ(-1, ipcx_ring_recv(&self->rx, buf, sizeof(buf), ipcx_deadline(1000000)));
	EXPECT_EQ(ETIMEDOUT, errno);
}

TEST_F(ring, leaves_a_message_that_is_too_long_for_the_buffer)
{
	char in[8], more[16];

	ASSERT_EQ(0, ipcx_ring_send(&self->tx, "longer than that", 16, IPCX_RING_TRY));
	EXPECT_EQ(-1, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_RING_TRY));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(16, ipcx_ring_recv(&self->rx, more, sizeof(more), IPCX_RING_TRY));
}

TEST_F(ring, commits_and_releases_several_at_once_in_place)
{
	struct iovec msgs[IPCX_RING_BATCH];
	char *at[8];
	size_t len;

	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 8; i++) {
			at[i] = ipcx_ring_reserve(&self->tx, 100, IPCX_RING_TRY);
			ASSERT_NE(NULL, at[i]);
			EXPECT_EQ(0, (uintptr_t)at[i] % 16);
			memset(at[i], i, 100);
		}
		ipcx_ring_shorten(&self->tx, 50);
		EXPECT_EQ(NULL, ipcx_ring_peek(&self->rx, &len, IPCX_RING_TRY));
		EXPECT_EQ(EAGAIN, errno);
		ASSERT_EQ(0, ipcx_ring_commit(&self->tx));
		ASSERT_EQ(8, ipcx_ring_peek_batch(&self->rx, msgs, IPCX_RING_BATCH, IPCX_RING_TRY));
		for (int i = 0; i < 8; i++) {
			EXPECT_EQ(at[i], msgs[i].iov_base);
			EXPECT_EQ(i == 7 ? 50u : 100u, msgs[i].iov_len);
			EXPECT_EQ(i, *(char *)msgs[i].iov_base);
		}
		ASSERT_EQ(0, ipcx_ring_release(&self->rx));
		ASSERT_EQ(3, ipcx_ring_send_batch(&self->tx, msgs, 3, IPCX_RING_TRY));
		for (int i = 0; i < 3; i++) {
			ASSERT_NE(NULL, ipcx_ring_peek(&self->rx, &len, IPCX_RING_TRY));
			EXPECT_EQ(100, len);
		}
		ASSERT_EQ(0, ipcx_ring_release(&self->rx));
	}
}

TEST_F(ring, gives_up_what_is_not_committed_and_tells_again_what_is_not_released)
{
	char in[8];
	size_t len;

	ASSERT_NE(NULL, ipcx_ring_reserve(&self->tx, 8, IPCX_RING_TRY));
	ipcx_ring_detach(&self->tx);
	EXPECT_EQ(-1, ipcx_ring_send(&self->tx, "", 0, IPCX_RING_TRY));
	EXPECT_EQ(EPERM, errno);
	ASSERT_EQ(0, ipcx_ring_attach(&self->tx, self->mem, self->size, IPCX_RING_SENDER));
	ASSERT_EQ(0, ipcx_ring_send(&self->tx, "one", 4, IPCX_RING_TRY));
	ASSERT_EQ(0, ipcx_ring_send(&self->tx, "two", 4, IPCX_RING_TRY));
	ASSERT_NE(NULL, ipcx_ring_peek(&self->rx, &len, IPCX_RING_TRY));
	ASSERT_NE(NULL, ipcx_ring_peek(&self->rx, &len, IPCX_RING_TRY));
	ipcx_ring_detach(&self->rx);
	ASSERT_EQ(0, ipcx_ring_attach(&self->rx, self->mem, self->size, IPCX_RING_RECEIVER));
	ASSERT_EQ(4, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_RING_TRY));
	EXPECT_STREQ("one", in);
	ASSERT_EQ(4, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_RING_TRY));
	EXPECT_STREQ("two", in);
}

TEST_F(ring, says_so_when_one_has_reserved_all_of_it)
{
	while (ipcx_ring_reserve(&self->tx, 200, IPCX_NO_DEADLINE))
		;
	EXPECT_EQ(ENOBUFS, errno);
	EXPECT_EQ(0, ipcx_ring_commit(&self->tx));
}

TEST_F(ring, knows_the_other_role)
{
	size_t len;

	EXPECT_EQ(NULL, ipcx_ring_reserve(&self->rx, 1, IPCX_RING_TRY));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(NULL, ipcx_ring_peek(&self->tx, &len, IPCX_RING_TRY));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, ipcx_ring_commit(&self->rx));
	EXPECT_EQ(-1, ipcx_ring_release(&self->tx));
	EXPECT_EQ(-1, ipcx_ring_recv(&self->tx, &len, sizeof(len), IPCX_RING_TRY));
	EXPECT_EQ(-1, ipcx_ring_waits(&self->tx, 9));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(ring, tells_how_full_it_is_and_has_been)
{
	struct ipcx_ring_stat stat;
	char buf[240] = "";

	for (int i = 0; i < 8; i++)
		ASSERT_EQ(0, ipcx_ring_send(&self->tx, buf, sizeof(buf), IPCX_RING_TRY));
	ASSERT_EQ(0, ipcx_ring_stat(&self->rx, &stat));
	EXPECT_EQ(CAPACITY, stat.capacity);
	EXPECT_EQ(8 * 256, stat.used);
	EXPECT_LE(stat.high, 8 * 256);
	EXPECT_GT(stat.high + CAPACITY / 8, 8 * 256);
	EXPECT_EQ(variant->kind, stat.kind);
	EXPECT_EQ(variant->kind == IPCX_RING_SPSC ? getpid() : 0, stat.sender);
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(240, ipcx_ring_recv(&self->rx, buf, sizeof(buf), IPCX_RING_TRY));
	for (int i = 0; i < 100; i++) {
		ASSERT_EQ(0, ipcx_ring_send(&self->tx, buf, 1, IPCX_RING_TRY));
		ASSERT_EQ(1, ipcx_ring_recv(&self->rx, buf, 1, IPCX_RING_TRY));
	}
	ASSERT_EQ(0, ipcx_ring_stat(&self->tx, &stat));
	EXPECT_EQ(0, stat.used);
	EXPECT_GT(stat.high + CAPACITY / 8, 8 * 256);
	EXPECT_LE(stat.high, 8 * 256);
}

/* Waiting: the other side is another process */

static void echo_sizes(struct ipcx_ring *tx, unsigned int wait, unsigned int count)
{
	unsigned char out[300];

	ipcx_ring_waits(tx, wait);
	for (unsigned int i = 0; i < count; i++) {
		size_t len = 4 + (i * 37) % 290;

		put_content(out, len);
		memcpy(out, &i, sizeof(i));
		if (ipcx_ring_send(tx, out, len, IPCX_NO_DEADLINE))
			_exit(1);
	}
}

TEST_F(ring, wakes_a_sleeping_peer_for_every_message)
{
	for (unsigned int wait = IPCX_RING_ADAPTIVE; wait <= IPCX_RING_SLEEP; wait++) {
		unsigned int count = wait == IPCX_RING_SPIN ? 500 : 5000;
		unsigned char in[300];
		struct child child;

		ipcx_ring_detach(&self->tx);
		if (child_start(&child)) {
			if (ipcx_ring_attach(&self->tx, self->mem, self->size, IPCX_RING_SENDER))
				child_done(&child, -1);
			echo_sizes(&self->tx, wait, count);
			ipcx_ring_detach(&self->tx);
			child_done(&child, 0);
		}
		ipcx_ring_waits(&self->rx, wait);
		for (unsigned int i = 0; i < count; i++) {
			uint64_t deadline = ipcx_deadline(20000000000);
			uint32_t n;

			ASSERT_EQ(4 + (i * 37) % 290,
				  ipcx_ring_recv(&self->rx, in, sizeof(in), deadline));
			memcpy(&n, in, sizeof(n));
			ASSERT_EQ(i, n);
		}
		EXPECT_EQ(0, child_join(&child));
		ipcx_ring_attach(&self->tx, self->mem, self->size, IPCX_RING_SENDER);
	}
}

static long microseconds(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
	       usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

TEST_F(ring, takes_no_cpu_while_it_waits)
{
	struct rusage before, after;
	char in[8];
	long used;

	getrusage(RUSAGE_SELF, &before);
	EXPECT_EQ(-1, ipcx_ring_recv(&self->rx, in, sizeof(in), ipcx_deadline(1500000000)));
	EXPECT_EQ(ETIMEDOUT, errno);
	getrusage(RUSAGE_SELF, &after);
	used = microseconds(&after) - microseconds(&before);
	/* Who spun would take all of it; a slow guest counts coarsely. */
	EXPECT_LT(used, 1500000 / 5);
	EXPECT_LT(after.ru_nvcsw - before.ru_nvcsw, 40);
}

static void nothing(int sig)
{
	(void)sig;
}

TEST_F(ring, is_interrupted_by_a_signal)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval timer = { .it_value.tv_usec = 50000, .it_interval.tv_usec = 50000 };
	char in[8];

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	EXPECT_EQ(-1, ipcx_ring_recv(&self->rx, in, sizeof(in), IPCX_NO_DEADLINE));
	EXPECT_EQ(EINTR, errno);
}

TEST_F(ring, is_polled_for)
{
	int data = eventfd(0, EFD_CLOEXEC), room = eventfd(0, EFD_CLOEXEC), n;
	struct pollfd for_data = { .fd = data, .events = POLLIN };
	struct pollfd for_room = { .fd = room, .events = POLLIN };
	char buf[64] = "";
	uint64_t told;

	EXPECT_EQ(-1, ipcx_ring_arm(&self->rx, 0));
	EXPECT_EQ(EBADF, errno);
	ipcx_ring_fds(&self->rx, data, room);
	ipcx_ring_fds(&self->tx, room, data);
	ASSERT_EQ(0, ipcx_ring_arm(&self->rx, 0));
	EXPECT_EQ(0, poll(&for_data, 1, 0));
	for (n = 0; n < 3; n++)
		ASSERT_EQ(0, ipcx_ring_send(&self->tx, buf, sizeof(buf), IPCX_RING_TRY));
	EXPECT_EQ(1, poll(&for_data, 1, 0));
	/* It was told once, not for every message. */
	ASSERT_EQ(8, read(data, &told, sizeof(told)));
	EXPECT_EQ(1, told);
	EXPECT_EQ(1, ipcx_ring_arm(&self->rx, 0));
	while (!ipcx_ring_send(&self->tx, buf, sizeof(buf), IPCX_RING_TRY))
		;
	ASSERT_EQ(0, ipcx_ring_arm(&self->tx, sizeof(buf)));
	EXPECT_EQ(0, poll(&for_room, 1, 0));
	ASSERT_EQ(64, ipcx_ring_recv(&self->rx, buf, sizeof(buf), IPCX_RING_TRY));
	EXPECT_EQ(1, poll(&for_room, 1, 0));
	EXPECT_EQ(1, ipcx_ring_arm(&self->tx, sizeof(buf)));
	EXPECT_EQ(-1, ipcx_ring_arm(&self->tx, CAPACITY));
	EXPECT_EQ(EMSGSIZE, errno);
}

/* Making and attaching */

TEST(refuses_what_cannot_be_a_ring)
{
	struct ipcx_ring_config config = { .capacity = CAPACITY, .kind = IPCX_RING_SPSC };
	size_t size = ipcx_ring_size(CAPACITY);
	char *mem = shared_memory(ANONYMOUS, size);
	struct ipcx__ring_shared *shared = (void *)mem;
	const uint64_t too_far = 1ull << 63;
	struct ipcx_ring ring, other;

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(0, ipcx_ring_size(CAPACITY - 1));
	EXPECT_EQ(0, ipcx_ring_size(IPCX_RING_MIN / 2));
	EXPECT_EQ(0, ipcx_ring_size(IPCX_RING_MAX * 2));
#define REFUSED(e, call) do { EXPECT_EQ(-1, call); EXPECT_EQ(e, errno); } while (0)
	REFUSED(EINVAL, ipcx_ring_init(mem + 8, size - 8, &config));
	REFUSED(EINVAL, ipcx_ring_init(NULL, size, &config));
	REFUSED(ENOSPC, ipcx_ring_init(mem, size - 1, &config));
	config.capacity = 3000;
	REFUSED(EINVAL, ipcx_ring_init(mem, size, &config));
	config.capacity = CAPACITY;
	config.kind = 3;
	REFUSED(EINVAL, ipcx_ring_init(mem, size, &config));
	config.kind = IPCX_RING_SPSC;
	config.start = 8;
	REFUSED(EINVAL, ipcx_ring_init(mem, size, &config));
	config.start = too_far;
	REFUSED(EINVAL, ipcx_ring_init(mem, size, &config));
	config.start = 0;
	REFUSED(EBADMSG, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	ASSERT_EQ(0, ipcx_ring_init(mem, size, &config));
	shared->sender.pos = too_far;
	shared->receiver.pos = too_far;
	REFUSED(EBADMSG, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	REFUSED(EBADMSG, ipcx_ring_attach(&ring, mem, size, IPCX_RING_RECEIVER));
	ASSERT_EQ(0, ipcx_ring_init(mem, size, &config));
	REFUSED(EINVAL, ipcx_ring_attach(&ring, mem + 1, size, IPCX_RING_SENDER));
	REFUSED(EINVAL, ipcx_ring_attach(&ring, mem, size, 2));
	REFUSED(ENOSPC, ipcx_ring_attach(&ring, mem, size - 1, IPCX_RING_SENDER));
	REFUSED(ENOSPC, ipcx_ring_attach(&ring, mem, 64, IPCX_RING_SENDER));
	ASSERT_EQ(0, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	REFUSED(EBUSY, ipcx_ring_attach(&other, mem, size, IPCX_RING_SENDER));
	ipcx_ring_detach(&ring);
	((uint32_t *)mem)[2]++;
	REFUSED(EPROTONOSUPPORT, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	((uint32_t *)mem)[2]--;
	((uint64_t *)mem)[2] *= 2;
	REFUSED(ENOSPC, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	((uint64_t *)mem)[2] = 5000;
	REFUSED(EBADMSG, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	((uint64_t *)mem)[2] = CAPACITY;
	((uint64_t *)mem)[16] = 1 << 20;
	REFUSED(EBADMSG, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
}

/* Several of each: none lost, none twice, and of each sender in order */

#define SENDERS 3
#define RECEIVERS 2
#define EACH 3000

TEST(brings_all_messages_of_several_senders_to_several_receivers)
{
	struct ipcx_ring_config config = { .capacity = 1024, .kind = IPCX_RING_MPMC };
	size_t size = ipcx_ring_size(1024);
	char *mem = shared_memory(ANONYMOUS, size);
	_Atomic uint32_t *seen = shared_memory(ANONYMOUS, SENDERS * EACH * 4 + 4);
	struct child child[SENDERS + RECEIVERS];
	struct ipcx_ring ring;

	ASSERT_EQ(0, ipcx_ring_init(mem, size, &config));
	for (int who = 0; who < SENDERS + RECEIVERS; who++) {
		if (!child_start(&child[who]))
			continue;
		if (ipcx_ring_attach(&ring, mem, size, who < SENDERS ? IPCX_RING_SENDER :
				     IPCX_RING_RECEIVER))
			child_done(&child[who], 1);
		for (uint32_t i = 0; who < SENDERS && i < EACH; i++) {
			uint32_t msg[8] = { who, i };

			if (ipcx_ring_send(&ring, msg, 8 + i % 24, IPCX_NO_DEADLINE))
				child_done(&child[who], 2);
		}
		for (int64_t last[SENDERS] = { -1, -1, -1 }; who >= SENDERS;) {
			uint32_t msg[8];
			ssize_t len;

			len = ipcx_ring_recv(&ring, msg, sizeof(msg), IPCX_NO_DEADLINE);
			if (len == 0)
				break;
			if ((size_t)len != 8 + msg[1] % 24 || msg[0] >= SENDERS ||
			    msg[1] <= last[msg[0]])
				child_done(&child[who], 3);
			last[msg[0]] = msg[1];
			atomic_fetch_add(&seen[msg[0] * EACH + msg[1]], 1);
		}
		ipcx_ring_detach(&ring);
		child_done(&child[who], 0);
	}
	for (int who = 0; who < SENDERS; who++)
		EXPECT_EQ(0, child_join(&child[who]));
	ASSERT_EQ(0, ipcx_ring_attach(&ring, mem, size, IPCX_RING_SENDER));
	for (int who = SENDERS; who < SENDERS + RECEIVERS; who++)
		ASSERT_EQ(0, ipcx_ring_send(&ring, "", 0, IPCX_NO_DEADLINE));
	for (int who = SENDERS; who < SENDERS + RECEIVERS; who++)
		EXPECT_EQ(0, child_join(&child[who]));
	for (int i = 0; i < SENDERS * EACH; i++)
		ASSERT_EQ(1, atomic_load(&seen[i]));
}

TEST_HARNESS_MAIN
