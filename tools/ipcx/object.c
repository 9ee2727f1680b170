// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes and regions by name.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

const char *kind_name(uint32_t kind)
{
	return kind == IPCX_KIND_MAILBOX ? "mailbox" : "region";
}

void check_name(const char *name)
{
	size_t len = strlen(name);

	if (!len)
		usage("a name has at least one byte");
	if (len >= IPCX_NAME_SIZE)
		usage("a name has at most %d bytes, not %zu", IPCX_NAME_SIZE - 1, len);
	for (const char *p = name; *p; p++) {
		if (*p == '/')
			usage("a name has no '/': '%s'", name);
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			usage("a name has no control characters");
	}
}

int device_open(int oflag)
{
	int fd = ipcx_endpoint(oflag | O_CLOEXEC);

	if (fd < 0)
		device_failed();
	return fd;
}

/* Fills in the name, which check_name() has passed, and binds: 0, or -1 with errno. */
int object_bind(int fd, const char *name, struct ipcx_bind *bind)
{
	memcpy(bind->name, name, strlen(name));
	return ipcx_bind(fd, bind);
}

/* Which limit is one that the module does not allow, and what it allows. */
void object_check_limits(int fd, const struct ipcx_bind *bind)
{
	struct ipcx_info info;
	__u32 msg_size;

	if (ipcx_info(fd, &info))
		device_failed();
	msg_size = bind->max_msg_size ? bind->max_msg_size : info.default_msg_size;
	if (bind->max_msgs > info.max_msgs)
		fail(STATUS_FAILED, "--max-msgs %u is more than the %u that the module allows",
		     bind->max_msgs, info.max_msgs);
	if (bind->max_msg_size > info.max_msg_size)
		fail(STATUS_FAILED, "--max-msg-size %u is more than the %u that the module allows",
		     bind->max_msg_size, info.max_msg_size);
	if (bind->max_bytes > info.max_bytes)
		fail(STATUS_FAILED, "--max-bytes %llu is more than the %llu that the module allows",
		     bind->max_bytes, info.max_bytes);
	if (bind->max_bytes && bind->max_bytes < msg_size)
		fail(STATUS_FAILED, "--max-bytes %llu is less than the longest message, %u bytes: "
		     "lower --max-msg-size, too", bind->max_bytes, msg_size);
	if (bind->size > info.max_region_size)
		fail(STATUS_FAILED, "%llu bytes are more than the %llu that the module allows",
		     bind->size, info.max_region_size);
}

/* That a kernel has none is no reason not to have the region, but the user may want to know. */
static void check_huge(int fd, const char *name)
{
	struct ipcx_stat stat;

	if (ipcx_stat(fd, &stat))
		device_failed();
	if (!(stat.flags & IPCX_STAT_HUGE))
		warning("this kernel has no huge pages for shared memory: region '%s' has ordinary "
			"ones", name);
}

void object_create(const char *name, struct ipcx_bind *bind)
{
	int fd;

	check_name(name);
	fd = device_open(O_RDWR);
	object_check_limits(fd, bind);
	bind->flags |= IPCX_BIND_CREATE | IPCX_BIND_EXCL | IPCX_BIND_PERSIST;
	if (object_bind(fd, name, bind))
		bind_failed(name, bind->kind, O_CREAT | O_RDWR);
	if (bind->flags & IPCX_BIND_HUGE)
		check_huge(fd, name);
	close(fd);
}

void object_remove(const char *name)
{
	if (!ipcx_unlink(name))
		return;
	if (errno == ENOENT)
		fail(STATUS_FAILED, "there is no mailbox or region named '%s'", name);
	if (errno == EPERM)
		fail(STATUS_FAILED, "'%s' is another user's: only its owner or root can remove it",
		     name);
	device_failed();
}

void object_open(struct object *obj, const char *name, uint32_t kind, int oflag)
{
	struct ipcx_bind bind = { .kind = kind };

	check_name(name);
	obj->name = name;
	obj->oflag = oflag;
	if (oflag & O_CREAT)
		bind.flags |= IPCX_BIND_CREATE;
	obj->fd = device_open(oflag & ~O_CREAT);
	if (object_bind(obj->fd, name, &bind))
		bind_failed(name, kind, oflag);
	if (ipcx_stat(obj->fd, &obj->stat))
		device_failed();
}

/*
 * Gives up the right to answer whatever this endpoint has received and not answered, which only
 * closing does. The new endpoint is bound before the old one goes, so that the object stays. If it
 * cannot be had, the name is gone, and whoever waited has been told so.
 */
void object_reopen(struct object *obj)
{
	struct ipcx_bind bind = { .kind = obj->stat.kind };
	struct ipcx_stat stat;
	int fd;

	fd = ipcx_endpoint((obj->oflag & ~O_CREAT) | O_CLOEXEC);
	if (fd < 0)
		device_failed();
	if (object_bind(fd, obj->name, &bind) || ipcx_stat(fd, &stat) || stat.id != obj->stat.id) {
		close(fd);
		return;
	}
	close(obj->fd);
	obj->fd = fd;
}
