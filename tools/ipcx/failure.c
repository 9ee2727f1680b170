// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why an operation failed, and what to do about it: the one place where an errno becomes a
 * sentence.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

#define OWNER_MAX 128

/* "alice:users, mode 0600" */
static void describe_owner(char text[OWNER_MAX], uid_t uid, gid_t gid, mode_t mode)
{
	const struct passwd *pw = getpwuid(uid);
	const struct group *gr = getgrgid(gid);
	char user[40], group[40];

	snprintf(user, sizeof(user), "%u", uid);
	snprintf(group, sizeof(group), "%u", gid);
	snprintf(text, OWNER_MAX, "%.40s:%.40s, mode %04o", pw ? pw->pw_name : user,
		 gr ? gr->gr_name : group, mode & 07777);
}

static _Noreturn void device_refused(void)
{
	char owner[OWNER_MAX] = "owner unknown";
	struct stat st;

	if (!stat(IPCX_DEVICE, &st))
		describe_owner(owner, st.st_uid, st.st_gid, st.st_mode);
	fail(STATUS_FAILED, "no permission to open %s (%s): as root, 'chmod 0666 %s'", IPCX_DEVICE,
	     owner, IPCX_DEVICE);
}

void device_failed(void)
{
	switch (errno) {
	case ENODEV:
		if (!access("/sys/module/ipcx", F_OK))
			fail(STATUS_FAILED, "the module is loaded, but %s is not there: pass it "
			     "into this container, or see 'ipcx doctor'", IPCX_DEVICE);
		fail(STATUS_FAILED, "the module is not loaded: as root, 'modprobe ipcx' or 'insmod "
		     "ipcx.ko'");
	case EACCES:
	case EPERM:
		device_refused();
	case ENOTTY:
		fail(STATUS_FAILED, "%s does not know this command: it is no ipcx device, or of "
		     "another version; see 'ipcx doctor'", IPCX_DEVICE);
	default:
		fail(STATUS_FAILED, "%s: %s", IPCX_DEVICE, strerror(errno));
	}
}

/* Whoever may do less than was asked for may still look. */
static bool look(const char *name, uint32_t kind, int oflag, struct ipcx_stat *stat)
{
	struct ipcx_bind bind = { .kind = kind };
	int fd = ipcx_endpoint(oflag | O_CLOEXEC);
	bool seen;

	if (fd < 0)
		return false;
	seen = !object_bind(fd, name, &bind) && !ipcx_stat(fd, stat);
	close(fd);
	return seen;
}

static _Noreturn void bind_refused(const char *name, uint32_t kind, int oflag)
{
	static const char *const deeds[2][3] = {
		{ "receive from", "send to", "use" }, { "read", "write", "write" },
	};
	const char *deed = deeds[kind == IPCX_KIND_REGION][oflag & O_ACCMODE];
	char owner[OWNER_MAX] = "its mode refuses it";
	struct ipcx_stat stat;

	if (look(name, kind, O_RDONLY, &stat) || look(name, kind, O_WRONLY, &stat))
		describe_owner(owner, stat.uid, stat.gid, stat.mode);
	fail(STATUS_FAILED, "no permission to %s %s '%s' (%s): its owner can make it with --mode",
	     deed, kind_name(kind), name, owner);
}

void bind_failed(const char *name, uint32_t kind, int oflag)
{
	const char *what = kind_name(kind);

	switch (errno) {
	case ENOENT:
		if (kind == IPCX_KIND_REGION)
			fail(STATUS_FAILED, "there is no region named '%s': make it with 'ipcx "
			     "region create %s SIZE'", name, name);
		fail(STATUS_FAILED, "there is no mailbox named '%s': make it with 'ipcx create %s'",
		     name, name);
	case EACCES:
	case EPERM:
		bind_refused(name, kind, oflag);
	case EEXIST:
		fail(STATUS_FAILED, "'%s' exists already: remove it with 'ipcx rm %s', or take "
		     "another name", name, name);
	case EPROTOTYPE:
		fail(STATUS_FAILED, "'%s' is a %s, not a %s", name,
		     kind_name(kind == IPCX_KIND_REGION ? IPCX_KIND_MAILBOX : IPCX_KIND_REGION),
		     what);
	case ENOMEM:
		fail(STATUS_FAILED, "no memory for %s '%s', or over the memory cgroup's limit",
		     what, name);
	case EDQUOT:
		fail(STATUS_FAILED, "no %s '%s': your user has made as much as it may; see 'ipcx "
		     "limits'", what, name);
	case ENOSPC:
		fail(STATUS_FAILED, "no %s '%s': the users of this network namespace have made as "
		     "much as they may; see 'ipcx limits'", what, name);
	case ENOTTY:
		device_failed();
	default:
		fail(STATUS_FAILED, "cannot open %s '%s': %s", what, name, strerror(errno));
	}
}

static _Noreturn void mailbox_failed(const struct object *box)
{
	switch (errno) {
	case EIDRM:
		fail(STATUS_FAILED, "mailbox '%s' was removed", box->name);
	case EPIPE:
		fail(STATUS_FAILED, "mailbox '%s' was hung up: whoever was at the other end has "
		     "left", box->name);
	case ENOMEM:
		fail(STATUS_FAILED, "no memory for the message, or over the memory cgroup's limit");
	case EDQUOT:
		fail(STATUS_FAILED, "mailbox '%s': nothing was sent, as messages of your user take "
		     "as much as they may: receive some, or see 'ipcx limits'", box->name);
	case ENOSPC:
		fail(STATUS_FAILED, "mailbox '%s': nothing was sent, as the messages of this "
		     "network namespace take as much as they may: receive some, or see 'ipcx "
		     "limits'", box->name);
	default:
		fail(STATUS_FAILED, "mailbox '%s': %s", box->name, strerror(errno));
	}
}

/* Call with the errno of the failure: telling how full the mailbox is asks it again. */
static _Noreturn void mailbox_full(const struct object *box, const struct timeout *timeout)
{
	struct ipcx_stat now = box->stat;
	bool waited = errno == ETIMEDOUT;
	char share[48] = "";

	ipcx_stat(box->fd, &now);
	if (now.share < IPCX_SHARE_ALL)
		snprintf(share, sizeof(share), ", or your share of it (%u %%),", now.share);
	fail(STATUS_TIMEOUT, "mailbox '%s'%s is full%s%s (%u of %u messages, %llu of %llu bytes): "
	     "receive from it%s", box->name, share, waited ? " after " : "",
	     waited ? timeout->text : "", now.msgs, now.max_msgs, now.bytes, now.max_bytes,
	     waited ? "" : ", or wait longer");
}

static _Noreturn void message_too_long(const struct object *box, size_t len)
{
	char length[48] = "the message";

	if (len)
		snprintf(length, sizeof(length), "a message of %zu bytes", len);
	fail(STATUS_FAILED, "%s is longer than the %u bytes that mailbox '%s' takes: nothing was "
	     "sent; 'ipcx limits --max-msg-size' lets it take more", length,
	     box->stat.max_msg_size, box->name);
}

/* @len is 0 if all that is known of a too long message is that it is too long. */
void send_failed(const struct object *box, size_t len, const struct timeout *timeout)
{
	switch (errno) {
	case EMSGSIZE:
		message_too_long(box, len);
	case EAGAIN:
	case ETIMEDOUT:
		mailbox_full(box, timeout);
	case EPERM:
		fail(STATUS_FAILED, "a descriptor is of a kind that cannot be sent: files, memory, "
		     "pipes, eventfds and regions can, regions not to a persistent mailbox");
	case ETOOMANYREFS:
		fail(STATUS_FAILED, "there are as many descriptors in messages of this user "
		     "already as it may have open: receive some, or raise 'ulimit -n'");
	default:
		mailbox_failed(box);
	}
}

void recv_failed(const struct object *box, const char *which, const struct timeout *timeout)
{
	switch (errno) {
	case EAGAIN:
		fail(STATUS_TIMEOUT, "there is no message%s in mailbox '%s'", which, box->name);
	case ETIMEDOUT:
		fail(STATUS_TIMEOUT, "no message%s came to mailbox '%s' within %s", which,
		     box->name, timeout->text);
	default:
		mailbox_failed(box);
	}
}

void call_failed(const struct object *box, size_t len, const struct timeout *timeout)
{
	switch (errno) {
	case EMSGSIZE:
		message_too_long(box, len);
	case ETIMEDOUT:
		fail(STATUS_TIMEOUT, "no reply from mailbox '%s' within %s: does a server run "
		     "('ipcx serve %s')?", box->name, timeout->text, box->name);
	case ECONNRESET:
		fail(STATUS_FAILED, "the server of mailbox '%s' took the request and left without "
		     "a reply: it ended, or does not reply (as 'ipcx recv')", box->name);
	case EINTR:
		fail(STATUS_FAILED, "interrupted after the server of mailbox '%s' had taken the "
		     "request: its reply is lost", box->name);
	default:
		mailbox_failed(box);
	}
}
