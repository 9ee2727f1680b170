// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ground shakes: while messages, calls, regions and descriptors go to and fro, CPUs leave and
 * come back, network namespaces come and go with all that is in them, mailboxes are unlinked under
 * those who sleep, limits and knobs change, memory runs short, and whoever does all this is killed.
 * In the end nothing is left. IPCX_UPHEAVAL in the environment is how often something happens.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "harness.h"

#define WORKERS		5
#define BOXES		3
#define LONGEST		20000
#define CPU		"/sys/devices/system/cpu/cpu1/online"
#define CGROUP		"/sys/fs/cgroup"
#define POOR		CGROUP "/ipcx-upheaval"
/* What every object of this test is called first */
#define PREFIX		"upheaval"

/* Fails where there is nothing of the kind, which is all right. */
static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static const char *box_name(unsigned int *seed)
{
	static char name[IPCX_NAME_SIZE];

	snprintf(name, sizeof(name), PREFIX "-%d", rand_r(seed) % BOXES);
	return name;
}

/* What a worker does, again and again. Whether it succeeds depends on the others. */

static void send_descriptor(int box, unsigned int *seed)
{
	int file = memfd_create("upheaval", MFD_CLOEXEC);
	struct ipcx_send send = { .msg = { .type = 1, .fds = (uintptr_t)&file, .nfds = 1 },
				  .deadline = after_ms(rand_r(seed) % 5) };

	command(box, IPCX_IOC_SEND, &send);
	close(file);
}

static void receive_descriptor(int box, unsigned int *seed)
{
	int file = -1;
	struct ipcx_recv recv = { .msg = { .fds = (uintptr_t)&file, .nfds = 1 },
				  .flags = IPCX_TRUNCATE, .deadline = after_ms(rand_r(seed) % 5) };

	if (command(box, IPCX_IOC_RECV, &recv) >= 0 && file >= 0)
		close(file);
}

static void use_region(unsigned int *seed)
{
	int fd = region(rand_r(seed) % 2 ? PREFIX "-region" : NULL, O_RDWR | O_CREAT, 65536);
	char *memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct ipcx_region_wait wait = { .flags = IPCX_DONTWAIT };

	if (memory != MAP_FAILED) {
		memory[rand_r(seed) % 65536] = 1;
		command(fd, IPCX_IOC_REGION_NOTIFY, &wait);
		command(fd, IPCX_IOC_REGION_WAIT, &wait);
		munmap(memory, 65536);
	}
	close(fd);
}

/* It leaves all that it has made, and so does its end. */
static void use_namespace(unsigned int *seed)
{
	struct ipcx_bind box = mailbox_bind(PREFIX, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	struct ipcx_bind memory = region_bind(PREFIX "-region",
					      IPCX_BIND_CREATE | IPCX_BIND_PERSIST, 4096);
	pid_t pid = fork();
	int fd;

	if (!pid) {
		if (unshare(CLONE_NEWNET))
			_exit(0);
		fd = bound(O_RDWR, &box);
		put(fd, 1, rand_r(seed) % LONGEST, IPCX_DONTWAIT);
		send_descriptor(fd, seed);
		bound(O_RDWR, &memory);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void use_mailbox(unsigned int *seed)
{
	int fd = mailbox(box_name(seed), O_RDWR | O_CREAT);
	uint64_t deadline = after_ms(rand_r(seed) % 20);
	size_t len = rand_r(seed) % LONGEST;
	struct ipcx_recv recv = { .deadline = deadline };
	static char buf[LONGEST];

	switch (rand_r(seed) % 6) {
	case 0:
		put_until(fd, 1, len, deadline);
		break;
	case 1:
		get_until(fd, deadline);
		break;
	case 2:
		ask_until(fd, 1, len, deadline);
		break;
	case 3:
		if (get_msg(fd, &recv, buf, sizeof(buf)) >= 0 && recv.token)
			answer(fd, recv.token, 1, len);
		break;
	case 4:
		send_descriptor(fd, seed);
		break;
	case 5:
		receive_descriptor(fd, seed);
		break;
	}
	close(fd);
}

static _Noreturn void work(unsigned int seed)
{
	write_to(POOR "/cgroup.procs", "0");
	for (;;) {
		switch (rand_r(&seed) % 16) {
		case 0:
			use_namespace(&seed);
			break;
		case 1:
		case 2:
			use_region(&seed);
			break;
		default:
			use_mailbox(&seed);
		}
	}
}

/* What happens to them */

static void change_limits(unsigned int *seed)
{
	struct ipcx_limit limit = { .max_msgs = 1 + rand_r(seed) % 20,
				    .max_msg_size = 1 + rand_r(seed) % LONGEST,
				    .max_bytes = LONGEST + rand_r(seed) % 100000,
				    .share = 1 + rand_r(seed) % 100 };
	struct ipcx_knob knob = { .set = IPCX_KNOB_WAIT | IPCX_KNOB_COPY | IPCX_KNOB_WAKE,
				  .wait = rand_r(seed) % 100000, .copy = rand_r(seed) % 3,
				  .wake = rand_r(seed) % 3 };
	int fd = mailbox(box_name(seed), O_RDWR);

	command(fd, IPCX_IOC_LIMIT, &limit);
	command(fd, IPCX_IOC_KNOB, &knob);
	close(fd);
}

static void change_memory(unsigned int *seed)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", (4U << 20) + rand_r(seed) % (16 << 20));
	write_to(POOR "/memory.max", text);
}

static void change_cpus(unsigned int *seed)
{
	write_to(CPU, "0");
	usleep(rand_r(seed) % 2000);
	write_to(CPU, "1");
}

struct ground {
	pid_t worker[WORKERS];
	unsigned int seed;
};

static bool employ(struct ground *ground, unsigned int i)
{
	unsigned int seed = rand_r(&ground->seed);

	ground->worker[i] = fork();
	if (!ground->worker[i])
		work(seed);
	return ground->worker[i] > 0;
}

static void end_worker(struct ground *ground, unsigned int i)
{
	kill(ground->worker[i], SIGKILL);
	waitpid(ground->worker[i], NULL, 0);
}

static bool shake(struct ground *ground)
{
	unsigned int i = rand_r(&ground->seed) % WORKERS;

	usleep(rand_r(&ground->seed) % 10000);
	switch (rand_r(&ground->seed) % 12) {
	case 0:
		change_cpus(&ground->seed);
		return true;
	case 1:
		change_memory(&ground->seed);
		return true;
	case 2:
	case 3:
	case 4:
		change_limits(&ground->seed);
		return true;
	case 5:
	case 6:
	case 7:
		unlink_name(box_name(&ground->seed));
		return true;
	default:
		end_worker(ground, i);
		return employ(ground, i);
	}
}

static bool settled(const struct ipcx_usage *before, long references)
{
	struct ipcx_usage now = { .net.objects = 0 };
	int fd = endpoint(O_RDWR);
	bool same;

	command(fd, IPCX_IOC_USAGE, &now);
	same = now.net.objects == before->net.objects && now.net.bytes == before->net.bytes &&
	       now.net.region_bytes == before->net.region_bytes;
	close(fd);
	return same && module_references() == references;
}

FIXTURE(ground)
{
	int turned;
	struct ground ground;
	struct ipcx_usage before;
	long references;
};

FIXTURE_SETUP(ground)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_WAIT, .wait = 1 };
	unsigned int i;
	int fd;

	self->turned = -1;
	if (geteuid())
		SKIP(return, "needs root");
	/*
	 * The first knob that is turned, and the last that goes, have code patched that others run.
	 * An emulated CPU may go on running what was there meanwhile, a breakpoint, for ever.
	 */
	self->turned = mailbox(NULL, O_RDWR);
	ASSERT_EQ(0, command(self->turned, IPCX_IOC_KNOB, &knob));
	fd = endpoint(O_RDWR);
	ASSERT_EQ(0, command(fd, IPCX_IOC_USAGE, &self->before));
	close(fd);
	self->references = module_references();
	write_to(CGROUP "/cgroup.subtree_control", "+memory");
	mkdir(POOR, 0755);
	/* Children of those who are killed are this one's, which can so see them all go. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	self->ground = (struct ground){ .seed = 1 };
	for (i = 0; i < WORKERS; i++)
		ASSERT_TRUE(employ(&self->ground, i));
}

FIXTURE_TEARDOWN(ground)
{
	close(self->turned);
	rmdir(POOR);
}

TEST_F_TIMEOUT(ground, may_shake_and_nothing_is_left, 3600)
{
	const char *wanted = getenv("IPCX_UPHEAVAL");
	long times = wanted ? atol(wanted) : (long)often(40);
	unsigned int i;

	if (geteuid())
		return;
	while (times--)
		ASSERT_TRUE(shake(&self->ground));
	for (i = 0; i < WORKERS; i++)
		end_worker(&self->ground, i);
	while (wait(NULL) > 0)
		;
	/* Namespaces end in the background. */
	for (i = 0; i < 6000 && !settled(&self->before, self->references); i++)
		usleep(10000);
	EXPECT_TRUE(settled(&self->before, self->references));
}

TEST_HARNESS_MAIN
