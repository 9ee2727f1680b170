/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libipcx: thin calls over /dev/ipcx.
 *
 * Functions on a descriptor are one system call each (ipcx_map() two: it asks for the size first);
 * functions on a name open the device as well. They keep no state, allocate nothing, and are safe
 * to use from several threads and after fork. Failure is -1 (or MAP_FAILED) with errno set;
 * <linux/ipcx.h> lists the errnos of each command.
 *
 * A descriptor is an ordinary one: close(2) it, dup(2) it, pass it on, poll(2) it, read(2) and
 * write(2) whole messages with it, with io_uring if you like, ask it with FIONREAD and TIOCOUTQ, be
 * signalled by O_ASYNC.
 */
#ifndef IPCX_H
#define IPCX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/ipcx.h>

#ifdef __cplusplus
extern "C" {
#endif

/** IPCX_DEVICE - path of the device */
#define IPCX_DEVICE "/dev/ipcx"

/** IPCX_NO_DEADLINE - wait for ever */
#define IPCX_NO_DEADLINE 0

/**
 * ipcx_endpoint() - open the device
 * @oflag: O_RDONLY, O_WRONLY or O_RDWR of <fcntl.h>, with O_NONBLOCK and O_CLOEXEC as wanted
 *
 * Return: an unbound endpoint, or -1: ENODEV if the module is not loaded (so that ENOENT always
 * means a name), EINVAL for a flag not named above, and what open(2) says.
 */
int ipcx_endpoint(int oflag);

/**
 * ipcx_bind() - bind an endpoint
 * @fd: an unbound endpoint
 * @bind: what to bind it to
 *
 * Return: 0 or -1.
 */
int ipcx_bind(int fd, const struct ipcx_bind *bind);

/**
 * ipcx_mailbox() - open or make a mailbox
 * @name: its name, or NULL for an anonymous one (with O_CREAT)
 * @oflag: as open(2): O_RDONLY to receive, O_WRONLY to send, O_RDWR for both; O_CREAT, O_EXCL,
 *	O_NONBLOCK, O_CLOEXEC
 * @mode: permission bits if it is made now, 0 for IPCX_MODE_DEFAULT; the umask applies
 *
 * The limits are the defaults, and the mailbox goes with its last endpoint. For others, use
 * ipcx_endpoint() and ipcx_bind().
 *
 * Return: a bound endpoint or -1: EINVAL for an empty name or a flag not named above, ENAMETOOLONG
 * for a name of more than 63 bytes, and what ipcx_endpoint() and IPCX_IOC_BIND say.
 */
int ipcx_mailbox(const char *name, int oflag, mode_t mode);

/**
 * ipcx_region() - open or make a region
 * @name: its name, or NULL for an anonymous one (with O_CREAT)
 * @oflag: as open(2): O_RDONLY to map read-only and to wait, O_RDWR to map writable and to notify,
 *	too, O_WRONLY only to notify; O_CREAT, O_EXCL, O_CLOEXEC, and O_NONBLOCK not to wait
 * @mode: permission bits if it is made now, 0 for IPCX_MODE_DEFAULT
 * @size: size in bytes if it is made now; not looked at without O_CREAT
 *
 * Return: a bound endpoint or -1, as ipcx_mailbox().
 */
int ipcx_region(const char *name, int oflag, mode_t mode, uint64_t size);

/**
 * ipcx_map() - map the whole of a region
 * @fd: an endpoint bound to it
 * @prot: PROT_READ, or PROT_READ | PROT_WRITE if it was opened O_RDWR
 * @size: set to the region's size in bytes, which is what munmap(2) wants; may be NULL
 *
 * Return: the address, or MAP_FAILED: EOPNOTSUPP if @fd is not a region's, and what IPCX_IOC_STAT
 * and mmap(2) say.
 */
void *ipcx_map(int fd, int prot, size_t *size);

/**
 * ipcx_region_notify() - tell all who wait that there is news in a region
 * @fd: an endpoint of it, opened for writing
 *
 * What was stored in the region before can be seen by whoever hears of it.
 *
 * Return: 0 or -1.
 */
int ipcx_region_notify(int fd);

/**
 * ipcx_region_wait() - wait for news in a region
 * @fd: an endpoint of it, opened for reading
 * @seen: the number that the last call has set; 0 before the first, which returns at once. Set if
 *	there is news
 * @deadline: CLOCK_MONOTONIC nanoseconds, or %IPCX_NO_DEADLINE
 *
 * Look at the region after each return, not before, and nothing is missed. poll(2) says that @fd is
 * readable when this would return at once.
 *
 * Return: 0 or -1.
 */
int ipcx_region_wait(int fd, uint64_t *seen, uint64_t deadline);

/**
 * ipcx_reopen() - a new endpoint of the same object, perhaps with fewer rights, to be passed on
 * @fd: a bound endpoint
 * @oflag: O_RDONLY, O_WRONLY or O_RDWR, no more than @fd was opened with
 *
 * Return: a new descriptor, close-on-exec, or -1.
 */
int ipcx_reopen(int fd, int oflag);

/**
 * ipcx_unlink() - remove a name
 * @name: of the mailbox or region
 *
 * Return: 0 or -1.
 */
int ipcx_unlink(const char *name);

/**
 * ipcx_stat() - attributes and state of the object that an endpoint is bound to
 * @fd: a bound endpoint
 * @stat: filled in
 *
 * Return: 0 or -1.
 */
int ipcx_stat(int fd, struct ipcx_stat *stat);

/**
 * ipcx_stats() - what has happened so far to the object that an endpoint is bound to
 * @fd: a bound endpoint
 * @stats: filled in
 *
 * Return: 0 or -1.
 */
int ipcx_stats(int fd, struct ipcx_stats *stats);

/**
 * ipcx_info() - what the loaded module is and allows
 * @fd: any endpoint
 * @info: filled in
 *
 * Return: 0 or -1.
 */
int ipcx_info(int fd, struct ipcx_info *info);

/**
 * ipcx_limit() - change the limits of a mailbox
 * @fd: an endpoint bound to it
 * @limit: what they are to be; 0 where one is to stay
 *
 * Return: 0 or -1.
 */
int ipcx_limit(int fd, const struct ipcx_limit *limit);

/**
 * ipcx_knob() - turn knobs of a mailbox, for experiments
 * @fd: an endpoint bound to it
 * @knob: &ipcx_knob.set tells which; filled in with how all of them are
 *
 * Return: 0 or -1.
 */
int ipcx_knob(int fd, struct ipcx_knob *knob);

/**
 * ipcx_usage() - what the caller's user, and all users of the network namespace, have and may have
 * @fd: any endpoint
 * @usage: filled in
 *
 * Return: 0 or -1.
 */
int ipcx_usage(int fd, struct ipcx_usage *usage);

/**
 * ipcx_send() - send one message
 * @fd: an endpoint opened for writing
 * @buf: payload
 * @len: its length in bytes, 0 allowed
 * @prio: priority, 0 (lowest) to 31
 *
 * Type 0, no deadline, no file descriptors; ipcx_sendmsg() does the rest. With priority 0 it is
 * write(2), which costs less.
 *
 * Return: 0 or -1.
 */
int ipcx_send(int fd, const void *buf, size_t len, unsigned int prio);

/**
 * ipcx_recv() - receive one message
 * @fd: an endpoint opened for reading
 * @buf: buffer
 * @size: its size in bytes
 *
 * It is read(2): a request that comes so cannot be replied to, and its caller is told; and file
 * descriptors that come along are closed.
 *
 * Return: the message's length, or -1.
 */
ssize_t ipcx_recv(int fd, void *buf, size_t size);

/**
 * ipcx_peek_next() - look at the message that comes after the one that was looked at
 * @fd: an endpoint opened for reading
 * @peek: all zero at first, and then as the last call left it; filled in with the message
 * @buf: buffer
 * @size: its size in bytes
 *
 * Whoever goes on until EAGAIN has seen each message that was there all the time once; all of them
 * stay. It does not wait; ipcx_peekmsg() does the rest.
 *
 * Return: the message's length, or -1: EAGAIN if there is no other, EMSGSIZE if it is longer than
 * the buffer, with &ipcx_msg.len set; then it is the next one still.
 */
ssize_t ipcx_peek_next(int fd, struct ipcx_peek *peek, void *buf, size_t size);

/**
 * ipcx_send_batch() - send many messages
 * @fd: an endpoint opened for writing
 * @msgs: them, first to last, each with &ipcx_msg.data, &ipcx_msg.len, and what else is wanted
 * @count: how many, 1 to IPCX_BATCH_MAX
 *
 * No deadline; ipcx_sendmmsg() does the rest.
 *
 * Return: how many were sent, of the first; fewer than @count if the next could not be sent, and
 * why is told when it is tried again. Or -1 if none was.
 */
int ipcx_send_batch(int fd, const struct ipcx_msg *msgs, unsigned int count);

/**
 * ipcx_recv_batch() - receive what there is, but at least one message
 * @fd: an endpoint opened for reading
 * @msgs: for each message, &ipcx_msg.data and &ipcx_msg.len of its buffer, and else zero; filled in
 * @count: how many, 1 to IPCX_BATCH_MAX
 *
 * No deadline; ipcx_recvmmsg() does the rest.
 *
 * Return: how many were received, or -1 if none was.
 */
int ipcx_recv_batch(int fd, struct ipcx_received *msgs, unsigned int count);

/**
 * ipcx_call() - send a request and wait for its reply
 * @fd: an endpoint opened for writing
 * @req: request
 * @reqlen: its length in bytes
 * @reply: buffer for the reply; may be @req
 * @size: its size in bytes
 *
 * Priority and type 0, no deadline, no file descriptors; ipcx_callmsg() does the rest.
 *
 * Return: the reply's length, or -1.
 */
ssize_t ipcx_call(int fd, const void *req, size_t reqlen, void *reply, size_t size);

/**
 * ipcx_reply() - answer a request
 * @fd: the endpoint that received it
 * @token: its token
 * @buf: reply
 * @len: its length in bytes
 *
 * Return: 0 or -1.
 */
int ipcx_reply(int fd, uint64_t token, const void *buf, size_t len);

/**
 * ipcx_notify() - be told, once, that a message has come to an empty mailbox
 * @fd: an endpoint bound to it
 * @notify: how; NULL: not any more
 *
 * Return: 0 or -1.
 */
int ipcx_notify(int fd, const struct ipcx_notify *notify);

/*
 * The whole commands: the caller fills in the structure of <linux/ipcx.h>, zero where nothing is
 * wanted, and finds the answer there. Each returns 0 or -1, unless it says more.
 */

/** ipcx_sendmsg() - IPCX_IOC_SEND */
int ipcx_sendmsg(int fd, const struct ipcx_send *send);
/** ipcx_recvmsg() - IPCX_IOC_RECV */
int ipcx_recvmsg(int fd, struct ipcx_recv *recv);
/** ipcx_peekmsg() - IPCX_IOC_PEEK */
int ipcx_peekmsg(int fd, struct ipcx_peek *peek);
/** ipcx_sendmmsg() - IPCX_IOC_SEND_BATCH; returns how many messages were sent */
int ipcx_sendmmsg(int fd, const struct ipcx_send_batch *batch);
/** ipcx_recvmmsg() - IPCX_IOC_RECV_BATCH; returns how many messages were received */
int ipcx_recvmmsg(int fd, const struct ipcx_recv_batch *batch);
/** ipcx_callmsg() - IPCX_IOC_CALL */
int ipcx_callmsg(int fd, struct ipcx_call *call);
/** ipcx_replymsg() - IPCX_IOC_REPLY */
int ipcx_replymsg(int fd, struct ipcx_reply *reply);

/**
 * ipcx_deadline() - a deadline from now
 * @timeout_ns: nanoseconds from now; a sum past the end of time is the end of time
 *
 * Return: CLOCK_MONOTONIC nanoseconds, never %IPCX_NO_DEADLINE.
 */
uint64_t ipcx_deadline(uint64_t timeout_ns);

/** ipcx_version() - version of this library, as "1.2.3" */
const char *ipcx_version(void);

#ifdef __cplusplus
}
#endif

#endif /* IPCX_H */
