// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file that a mailbox is saved in: written message by message, read and checked as a whole.
 */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "dumpfile.h"

#define VERSION		1
#define HEAD_SIZE	128
#define MSG_SIZE	48
#define TAIL_SIZE	32

#define MAGIC		"ipcxdump"
#define MSG_TAG		"msg "
#define TAIL_TAG	"end "
#define TAG_SIZE	4

/* Flags of the mailbox in the file, which are not those of any version of the device */
#define HANGS_UP	(1U << 0)
#define MANY_PRIOS	(1U << 1)

/* No mailbox has more than 64 MiB, in 2^20 messages. */
#define FILE_MAX	((size_t)256 << 20)

static void put32(unsigned char *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

static void put64(unsigned char *to, uint64_t value)
{
	value = htole64(value);
	memcpy(to, &value, sizeof(value));
}

static uint32_t get32(const char *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return le32toh(value);
}

static uint64_t get64(const char *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return le64toh(value);
}

static uint32_t sum_of(uint32_t sum, const void *data, size_t len)
{
	return (uint32_t)crc32(sum, data, (uInt)len);
}

static void put_bytes(struct dump_writer *w, const void *data, size_t len)
{
	const char *p = data;

	w->sum = sum_of(w->sum, data, len);
	while (len) {
		ssize_t n = write(w->fd, p, len);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = w->fd, .events = POLLOUT };

			poll(&pfd, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail(STATUS_FAILED, "cannot write to %s: %s", w->name, strerror(errno));
		p += n;
		len -= (size_t)n;
	}
}

void dump_put_head(struct dump_writer *w, const struct dump_head *head)
{
	unsigned char bytes[HEAD_SIZE] = MAGIC;

	put32(bytes + 8, VERSION);
	put32(bytes + 12, HEAD_SIZE);
	put64(bytes + 16, head->time);
	put64(bytes + 24, head->max_bytes);
	put32(bytes + 32, head->max_msgs);
	put32(bytes + 36, head->max_msg_size);
	put32(bytes + 40, head->share);
	put32(bytes + 44, head->mode);
	put32(bytes + 48, (head->flags & IPCX_BIND_HANGUP ? HANGS_UP : 0) |
			  (head->flags & IPCX_BIND_MANY_PRIOS ? MANY_PRIOS : 0));
	memcpy(bytes + 64, head->name, IPCX_NAME_SIZE);
	put_bytes(w, bytes, sizeof(bytes));
}

void dump_put_msg(struct dump_writer *w, const struct dump_msg *msg)
{
	unsigned char bytes[MSG_SIZE] = MSG_TAG;

	put32(bytes + 4, msg->len);
	put64(bytes + 8, msg->type);
	put64(bytes + 16, msg->seq);
	put64(bytes + 24, msg->time);
	put32(bytes + 32, msg->prio);
	put32(bytes + 36, (uint32_t)msg->pid);
	put32(bytes + 40, msg->uid);
	put32(bytes + 44, msg->gid);
	put_bytes(w, bytes, sizeof(bytes));
	put_bytes(w, msg->data, msg->len);
	w->tail.count++;
	w->tail.bytes += msg->len;
}

void dump_put_tail(struct dump_writer *w)
{
	unsigned char bytes[TAIL_SIZE] = TAIL_TAG;

	put32(bytes + 4, w->tail.count);
	put64(bytes + 8, w->tail.bytes);
	put32(bytes + 16, w->tail.with_fds);
	put32(bytes + 20, w->tail.awaited);
	put32(bytes + 28, sum_of(w->sum, bytes, 28));
	put_bytes(w, bytes, sizeof(bytes));
}

static void load_head(struct dump *dump, const char *file)
{
	const char *bytes = dump->file.data;
	uint32_t flags;

	if (dump->file.len < sizeof(MAGIC) - 1 || memcmp(bytes, MAGIC, sizeof(MAGIC) - 1))
		fail(STATUS_FAILED, "%s is not what 'ipcx dump' writes: nothing was sent", file);
	if (dump->file.len < HEAD_SIZE)
		fail(STATUS_FAILED, "%s is not complete: nothing was sent", file);
	if (get32(bytes + 8) != VERSION || get32(bytes + 12) != HEAD_SIZE)
		fail(STATUS_FAILED, "%s has version %u of the format, and this command knows %u: "
		     "nothing was sent", file, get32(bytes + 8), VERSION);
	dump->head.time = get64(bytes + 16);
	dump->head.max_bytes = get64(bytes + 24);
	dump->head.max_msgs = get32(bytes + 32);
	dump->head.max_msg_size = get32(bytes + 36);
	dump->head.share = get32(bytes + 40);
	dump->head.mode = get32(bytes + 44);
	flags = get32(bytes + 48);
	dump->head.flags = (flags & HANGS_UP ? IPCX_BIND_HANGUP : 0) |
			   (flags & MANY_PRIOS ? IPCX_BIND_MANY_PRIOS : 0);
	memcpy(dump->head.name, bytes + 64, IPCX_NAME_SIZE);
	/* Whoever makes up a file need not end the name. */
	if (!memchr(dump->head.name, '\0', IPCX_NAME_SIZE))
		fail(STATUS_FAILED, "%s is damaged: nothing was sent", file);
}

/* Ends the program unless the file ends as it was written to, and nothing in it has changed. */
static void load_tail(struct dump *dump, const char *file)
{
	const char *bytes = dump->file.data + dump->file.len - TAIL_SIZE;

	if (dump->file.len < HEAD_SIZE + TAIL_SIZE || memcmp(bytes, TAIL_TAG, TAG_SIZE))
		fail(STATUS_FAILED, "%s is not complete: nothing was sent", file);
	if (get32(bytes + 28) != sum_of(0, dump->file.data, dump->file.len - 4))
		fail(STATUS_FAILED, "%s is damaged: nothing was sent", file);
	dump->tail.count = get32(bytes + 4);
	dump->tail.bytes = get64(bytes + 8);
	dump->tail.with_fds = get32(bytes + 16);
	dump->tail.awaited = get32(bytes + 20);
}

static void load_msg(struct dump_msg *msg, const char *bytes)
{
	msg->data = bytes + MSG_SIZE;
	msg->len = get32(bytes + 4);
	msg->type = get64(bytes + 8);
	msg->seq = get64(bytes + 16);
	msg->time = get64(bytes + 24);
	msg->prio = get32(bytes + 32);
	msg->pid = (int32_t)get32(bytes + 36);
	msg->uid = get32(bytes + 40);
	msg->gid = get32(bytes + 44);
}

/* The sum keeps off accidents, not those who can compute it: so each number is checked, too. */
static bool load_msgs(struct dump *dump)
{
	const char *bytes = dump->file.data + HEAD_SIZE;
	size_t left = dump->file.len - HEAD_SIZE - TAIL_SIZE;
	uint64_t total = 0;

	if (dump->tail.count > left / MSG_SIZE)
		return false;
	dump->msgs = calloc(dump->tail.count + 1, sizeof(*dump->msgs));
	if (!dump->msgs)
		fail(STATUS_FAILED, "no memory for %u messages", dump->tail.count);
	for (uint32_t i = 0; i < dump->tail.count; i++) {
		struct dump_msg *msg = &dump->msgs[i];

		if (left < MSG_SIZE || memcmp(bytes, MSG_TAG, TAG_SIZE))
			return false;
		load_msg(msg, bytes);
		left -= MSG_SIZE;
		if (msg->len > left)
			return false;
		left -= msg->len;
		bytes += MSG_SIZE + msg->len;
		total += msg->len;
	}
	return !left && total == dump->tail.bytes;
}

/* Reads @file, or standard input if it is NULL or "-". Ends the program if it is no whole dump. */
void dump_load(struct dump *dump, const char *file)
{
	const char *name = file && strcmp(file, "-") ? file : "standard input";

	if (!payload_load(&dump->file, NULL, file, FILE_MAX))
		fail(STATUS_FAILED, "%s is longer than any mailbox is: nothing was sent", name);
	load_head(dump, name);
	load_tail(dump, name);
	if (!load_msgs(dump))
		fail(STATUS_FAILED, "%s is damaged: nothing was sent", name);
}

void dump_free(struct dump *dump)
{
	free(dump->msgs);
	free(dump->file.buffer);
}
