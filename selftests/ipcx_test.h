/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests share. Functions return what is asked for, or a negative errno, so that a test can
 * say what it expects: EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT)).
 */
#ifndef _IPCX_TEST_H
#define _IPCX_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/ipcx.h>

#define IPCX_DEVICE	"/dev/ipcx"

#define MSEC		UINT64_C(1000000)
#define SEC		UINT64_C(1000000000)

/* User space addresses that are nobody's, and one of the kernel */
#define UNMAPPED	((void *)8)
#define KERNEL_ADDRESS	((void *)UINT64_C(0xffff888000000000))

/* Endpoints */

/* A name that no other test has */
const char *fresh_name(void);
int endpoint(int oflag);
/* A command; any descriptor, any argument: what it returns */
int command(int fd, unsigned long cmd, const void *arg);
int bind_to(int fd, const struct ipcx_bind *bind);
/* Opens and binds */
int bound(int oflag, const struct ipcx_bind *bind);
struct ipcx_bind mailbox_bind(const char *name, uint32_t flags);
struct ipcx_bind region_bind(const char *name, uint32_t flags, uint64_t size);
/* With O_CREAT and O_EXCL as in open(2); without a name it is anonymous */
int mailbox(const char *name, int oflag);
int region(const char *name, int oflag, uint64_t size);
/* An anonymous mailbox, to read and write, with limits; 0 for the default */
int mailbox_of(uint32_t max_msgs, uint32_t max_msg_size, uint64_t max_bytes);
int unlink_name(const char *name);
/* Binds a new endpoint and closes it: 0 or a negative errno */
int try_bind(const struct ipcx_bind *bind);
/* Is there a mailbox of that name? */
bool exists(const char *name);
/* Ends the program if there is nothing to stat */
struct ipcx_stat stat_of(int fd);
struct ipcx_stats stats_of(int fd);

/*
 * Messages. A message is known by its type, and its payload follows from that, so that every
 * receipt checks the content: -EBADMSG if it is wrong.
 */

void fill(void *buf, size_t len, uint64_t type);
bool filled(const void *buf, size_t len, uint64_t type);
struct ipcx_msg msg_of(void *buf, size_t len, uint64_t type);
int put(int fd, uint64_t type, size_t len, uint32_t flags);
int put_prio(int fd, uint64_t type, size_t len, uint32_t prio);
int put_until(int fd, uint64_t type, size_t len, uint64_t deadline);
/* The type of the message received: up to 64 KiB, or what @recv has room for */
int64_t get(int fd, uint32_t flags);
int64_t get_until(int fd, uint64_t deadline);
/* As the rest of @recv says */
int64_t get_msg(int fd, struct ipcx_recv *recv, void *buf, size_t size);
int64_t get_into(int fd, struct ipcx_recv *recv, void *buf, size_t size, uint32_t flags);
/* A call whose reply must be what answer() gives: the type of the reply */
int64_t ask(int fd, uint64_t type, size_t len, uint32_t flags);
int64_t ask_until(int fd, uint64_t type, size_t len, uint64_t deadline);
/* Answers with type + ANSWER */
#define ANSWER	UINT64_C(1000000000)
int answer(int fd, uint64_t token, uint64_t type, size_t len);
/* Receives a request and answers it: its type */
int64_t serve(int fd);

/* Time */

uint64_t now_ns(void);
uint64_t after_ms(unsigned int ms);

/* That many times, or fewer on a kernel that is slow: IPCX_SLOWDOWN in the environment says so. */
unsigned int often(unsigned int times);

/* Waiting for others: 0, or -ETIMEDOUT if it does not come to pass for a very long time */

int await_receivers(int fd, unsigned int count);
int await_senders(int fd, unsigned int count);
int await_msgs(int fd, unsigned int count);
/* Until the task sleeps in the kernel */
int await_asleep(pid_t tid);
/* Until the flag, which another thread or process sets, is not 0 */
int await_flag(const int *flag);

/* Other processes. They die with the test. */

struct child {
	pid_t pid;
	int64_t *result;
};

/* What child_join() says of a child that a signal killed */
#define KILLED_BY(signal)	(-1000 - (signal))
/* What child_join() says of a child that left without a result */
#define NO_RESULT		(-2000)

/* True in the child, which must end in child_done(). */
bool child_start(struct child *child);
_Noreturn void child_done(struct child *child, int64_t result);
int64_t child_join(struct child *child);
/* SIGKILL, and gone when this returns */
void child_kill(struct child *child);

/* Sends a descriptor through a Unix socket, and takes one out. */
int pass_fd(int socket, int fd);
int passed_fd(int socket);

/* Memory that children share with their parent; zero */
void *shared(size_t size);
/* An address before which 64 KiB can be used, and behind which nothing can */
#define CLIFF_SIZE	65536
char *cliff(void);
/* As long, and never to be written */
void *read_only(void);

/* A handler that does nothing: the signal interrupts, or with SA_RESTART does not. */
void handle(int signal, int flags);

/* Number of references to the module, or -1 if it is built in */
long module_references(void);

#endif
