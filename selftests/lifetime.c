// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long objects live: unlinking, closing, dying, and persistence.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "name.h"

/* Unlinking */

TEST_F(name, is_free_as_soon_as_it_is_unlinked)
{
	int fd;

	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_FALSE(exists(self->name));
	EXPECT_EQ(-ENOENT, unlink_name(self->name));
	EXPECT_EQ(IPCX_STAT_REMOVED, stat_of(self->fd).flags);
	EXPECT_STREQ(self->name, stat_of(self->fd).name);

	fd = mailbox(self->name, O_RDWR | O_CREAT | O_EXCL);
	ASSERT_GE(fd, 0);
	EXPECT_NE(stat_of(self->fd).id, stat_of(fd).id);
	EXPECT_EQ(0, stat_of(fd).flags);
	EXPECT_EQ(0, put(self->fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));

	/* The old object does not take the new one's name along. */
	close(self->fd);
	EXPECT_TRUE(exists(self->name));
	close(fd);
	EXPECT_FALSE(exists(self->name));
}

TEST(an_unlinked_mailbox_does_what_needs_no_waiting)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	int fd;

	bind.max_msgs = 2;
	fd = bound(O_RDWR, &bind);
	EXPECT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, unlink_name(bind.name));

	EXPECT_EQ(0, put(fd, 2, 1, 0));
	EXPECT_EQ(-EIDRM, put(fd, 3, 1, 0));
	EXPECT_EQ(-EIDRM, put(fd, 3, 1, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(-EIDRM, get(fd, 0));
	EXPECT_EQ(-EIDRM, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, put(fd, 4, 1, 0));
	EXPECT_EQ(4, get(fd, 0));
}

TEST_F(name, when_unlinked_wakes_receivers)
{
	struct child child[12];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++)
		if (child_start(&child[i]))
			child_done(&child[i], get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, ARRAY_SIZE(child)));
	ASSERT_EQ(0, unlink_name(self->name));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(-EIDRM, child_join(&child[i]));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST(unlinking_wakes_senders)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct child child[12];
	unsigned int i;
	int fd;

	bind.max_msgs = 1;
	fd = bound(O_RDWR, &bind);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		if (child_start(&child[i]))
			child_done(&child[i], put(fd, 2 + i, 1, 0));
	ASSERT_EQ(0, await_senders(fd, ARRAY_SIZE(child)));
	ASSERT_EQ(0, unlink_name(bind.name));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(-EIDRM, child_join(&child[i]));

	EXPECT_EQ(0, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(-EIDRM, get(fd, 0));
}

TEST_F(name, when_unlinked_wakes_a_caller_that_nobody_has_heard)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, ask(self->fd, 1, 1, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EIDRM, child_join(&child));

	/* And the request is gone with it. */
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(-EIDRM, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(name, when_unlinked_wakes_a_caller_that_was_heard)
{
	struct ipcx_recv recv;
	struct child child;
	uint8_t buf[16];

	if (child_start(&child))
		child_done(&child, ask(self->fd, 1, 1, 0));
	ASSERT_EQ(1, get_into(self->fd, &recv, buf, sizeof(buf), 0));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(-ESRCH, answer(self->fd, recv.token, 1, 1));
}

TEST(unlinking_wakes_a_caller_that_waits_for_room)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct child child;
	int fd;

	bind.max_msgs = 1;
	fd = bound(O_RDWR, &bind);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	if (child_start(&child))
		child_done(&child, ask(fd, 2, 1, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	ASSERT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(-EIDRM, get(fd, 0));
}

TEST_F(name, once_unlinked_takes_no_calls)
{
	struct child child;

	ASSERT_EQ(0, unlink_name(self->name));
	if (child_start(&child))
		child_done(&child, ask_until(self->fd, 1, 1, after_ms(2000)));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST(an_unlinked_region_stays_mapped_and_can_be_mapped)
{
	const char *name = fresh_name();
	int fd = region(name, O_RDWR | O_CREAT, 4096);
	char *a = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *b;

	ASSERT_NE(MAP_FAILED, (void *)a);
	strcpy(a, "still here");
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(-ENOENT, region(name, O_RDWR, 0));
	b = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)b);
	EXPECT_STREQ("still here", b);
}

/* Lifetime */

struct blocked {
	int fd;
	int64_t result;
};

static void *receive_one(void *arg)
{
	struct blocked *blocked = arg;

	blocked->result = get(blocked->fd, 0);
	return NULL;
}

static void *call_one(void *arg)
{
	struct blocked *blocked = arg;

	blocked->result = ask(blocked->fd, 1, 10, 0);
	return NULL;
}

/* Who is in the middle of something goes on, as with any file. */
TEST_F(name, is_kept_by_a_thread_whose_descriptor_another_closes)
{
	struct blocked blocked = { .fd = mailbox(self->name, O_RDONLY) };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, receive_one, &blocked));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	close(blocked.fd);
	EXPECT_EQ(2, stat_of(self->fd).endpoints);
	EXPECT_EQ(1, stat_of(self->fd).receivers);
	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, blocked.result);
	EXPECT_EQ(1, stat_of(self->fd).endpoints);

	blocked.fd = mailbox(self->name, O_WRONLY);
	ASSERT_EQ(0, pthread_create(&thread, NULL, call_one, &blocked));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	close(blocked.fd);
	EXPECT_EQ(1, serve(self->fd));
	pthread_join(thread, NULL);
	EXPECT_EQ(1 + ANSWER, blocked.result);
	EXPECT_EQ(1, stat_of(self->fd).endpoints);
}

/* Not even its own name is left when the thread has done. */
TEST_F(name, goes_with_the_last_thread_that_uses_it)
{
	struct blocked blocked = { .fd = self->fd };
	pthread_t thread;
	int other;

	ASSERT_EQ(0, pthread_create(&thread, NULL, receive_one, &blocked));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	close(self->fd);
	ASSERT_TRUE(exists(self->name));
	other = mailbox(self->name, O_WRONLY);
	ASSERT_EQ(0, put(other, 1, 10, 0));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, blocked.result);
	close(other);
	EXPECT_FALSE(exists(self->name));
	self->fd = endpoint(O_RDWR);
}

TEST_F(name, goes_with_the_last_close)
{
	int fd = mailbox(self->name, O_RDONLY);

	close(self->fd);
	EXPECT_TRUE(exists(self->name));
	close(fd);
	EXPECT_FALSE(exists(self->name));
}

TEST_F(name, goes_with_its_messages)
{
	unsigned int i;

	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, put(self->fd, i, i * 1000, 0));
	close(self->fd);
	self->fd = mailbox(self->name, O_RDWR | O_CREAT | O_EXCL);
	ASSERT_GE(self->fd, 0);
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(name, is_kept_by_a_duplicate)
{
	int fd = dup(self->fd);

	close(self->fd);
	EXPECT_TRUE(exists(self->name));
	EXPECT_EQ(1, stat_of(fd).endpoints);
	close(fd);
	EXPECT_FALSE(exists(self->name));
}

TEST_F(name, is_kept_by_a_forked_child)
{
	int *go = shared(sizeof(*go));
	struct child child;

	if (child_start(&child))
		child_done(&child, await_flag(go));
	close(self->fd);
	EXPECT_TRUE(exists(self->name));
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(0, child_join(&child));
	EXPECT_FALSE(exists(self->name));
}

TEST(a_killed_process_leaves_no_name)
{
	const char *name = fresh_name();
	int *ready = shared(sizeof(*ready));
	struct child child;

	if (child_start(&child)) {
		int fd = mailbox(name, O_RDWR | O_CREAT);

		__atomic_store_n(ready, 1, __ATOMIC_RELEASE);
		child_done(&child, get(fd, 0));
	}
	ASSERT_EQ(0, await_flag(ready));
	EXPECT_TRUE(exists(name));
	child_kill(&child);
	EXPECT_FALSE(exists(name));
}

static bool runs(pid_t pid, const char *program)
{
	char path[64], comm[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "r");
	if (file) {
		if (!fgets(comm, sizeof(comm), file))
			comm[0] = '\0';
		fclose(file);
	}
	comm[strcspn(comm, "\n")] = '\0';
	return !strcmp(comm, program);
}

TEST(close_on_exec_is_honoured)
{
	const char *name = fresh_name();
	struct child child;

	if (child_start(&child)) {
		mailbox(name, O_RDWR | O_CREAT);
		execlp("sleep", "sleep", "1000", NULL);
		child_done(&child, -errno);
	}
	while (!runs(child.pid, "sleep"))
		ASSERT_EQ(0, kill(child.pid, 0));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_FALSE(exists(name));
	child_kill(&child);
}

TEST_F(name, is_kept_by_a_descriptor_in_flight)
{
	int pair[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(0, pass_fd(pair[0], self->fd));
	close(self->fd);
	EXPECT_TRUE(exists(self->name));
	close(pair[0]);
	close(pair[1]);
	EXPECT_FALSE(exists(self->name));
}

TEST(a_persistent_object_stays_until_it_is_unlinked)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	int fd = bound(O_RDWR, &bind);
	uint64_t id;

	ASSERT_GE(fd, 0);
	EXPECT_EQ(IPCX_STAT_PERSIST, stat_of(fd).flags);
	EXPECT_EQ(1, stat_of(fd).endpoints);
	id = stat_of(fd).id;
	EXPECT_EQ(0, put(fd, 5, 5000, 0));
	close(fd);

	fd = mailbox(bind.name, O_RDWR);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(id, stat_of(fd).id);
	EXPECT_EQ(5, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(IPCX_STAT_REMOVED, stat_of(fd).flags);
	EXPECT_EQ(1, stat_of(fd).endpoints);
	close(fd);
	EXPECT_FALSE(exists(bind.name));
}

TEST(a_persistent_region_keeps_its_content)
{
	const uint32_t flags = IPCX_BIND_CREATE | IPCX_BIND_PERSIST;
	struct ipcx_bind bind = region_bind(fresh_name(), flags, 100);
	int fd = bound(O_RDWR, &bind);
	char *memory = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	ASSERT_NE(MAP_FAILED, (void *)memory);
	strcpy(memory, "kept");
	munmap(memory, 100);
	close(fd);
	fd = region(bind.name, O_RDONLY, 0);
	memory = mmap(NULL, 100, PROT_READ, MAP_SHARED, fd, 0);
	EXPECT_EQ(0, unlink_name(bind.name));
	ASSERT_NE(MAP_FAILED, (void *)memory);
	EXPECT_STREQ("kept", memory);
}

TEST(a_persistent_object_without_users_goes_when_it_is_unlinked)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	long references = module_references();

	if (references < 0)
		SKIP(return, "the module is built in");
	ASSERT_EQ(0, try_bind(&bind));
	EXPECT_EQ(references + 1, module_references());
	EXPECT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(references, module_references());
}

TEST_HARNESS_MAIN
