/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file that a mailbox is saved in, see Documentation/dump.rst.
 */
#ifndef DUMPFILE_H
#define DUMPFILE_H

#include "cmd.h"

/* Of the mailbox, and when it was saved */
struct dump_head {
	char name[IPCX_NAME_SIZE];
	uint64_t time;			/* nanoseconds since 1970, as all times in the file */
	uint64_t max_bytes;
	uint32_t max_msgs;
	uint32_t max_msg_size;
	uint32_t share;
	uint32_t mode;
	uint32_t flags;			/* IPCX_BIND_HANGUP, IPCX_BIND_MANY_PRIOS */
};

/* Of a message */
struct dump_msg {
	const char *data;
	uint32_t len;
	uint32_t prio;
	uint64_t type;
	uint64_t seq;
	uint64_t time;
	int32_t pid;
	uint32_t uid;
	uint32_t gid;
};

/* How many there are, and how many could not be saved */
struct dump_tail {
	uint32_t count;
	uint64_t bytes;
	uint32_t with_fds;
	uint32_t awaited;
};

/* A file being written */
struct dump_writer {
	int fd;
	const char *name;
	uint32_t sum;
	struct dump_tail tail;
};

void dump_put_head(struct dump_writer *w, const struct dump_head *head);
void dump_put_msg(struct dump_writer *w, const struct dump_msg *msg);
void dump_put_tail(struct dump_writer *w);

/* A file that was read: all of it, and checked */
struct dump {
	struct payload file;
	struct dump_head head;
	struct dump_tail tail;
	struct dump_msg *msgs;
};

void dump_load(struct dump *dump, const char *file);
void dump_free(struct dump *dump);

#endif /* DUMPFILE_H */
