// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standard output: payloads as they are, as lines, or as JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

/* Before a message is taken out of its mailbox: can it be put anywhere? */
void output_check(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		fail(STATUS_FAILED, "standard output is closed: nothing was received");
}

bool output_is_pipe(void)
{
	struct stat st;

	return !fstat(STDOUT_FILENO, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Whoever read our output is gone: end as the write that we do not even try would end us. */
void output_lost(void)
{
	raise(SIGPIPE);
	fail(STATUS_FAILED, "cannot write to standard output: %s", strerror(EPIPE));
}

void output_bytes(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = STDOUT_FILENO, .events = POLLOUT };

			poll(&pfd, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail(STATUS_FAILED, "cannot write to standard output: %s", strerror(errno));
		data += n;
		len -= (size_t)n;
	}
}

/* Prints and releases @value. */
void output_json(json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);
	size_t len;

	if (!text)
		fail(STATUS_FAILED, "no memory for JSON");
	len = strlen(text);
	text[len] = '\n';
	output_bytes(text, len + 1);
	free(text);
	json_decref(value);
}

static json_t *base64(const unsigned char *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc((len + 2) / 3 * 4);
	char *p = text;
	json_t *value;

	if (!text)
		return NULL;
	for (size_t i = 0; i < len; i += 3) {
		uint32_t word = (uint32_t)data[i] << 16;

		if (i + 1 < len)
			word |= (uint32_t)data[i + 1] << 8;
		if (i + 2 < len)
			word |= data[i + 2];
		*p++ = digits[word >> 18];
		*p++ = digits[word >> 12 & 63];
		*p++ = i + 1 < len ? digits[word >> 6 & 63] : '=';
		*p++ = i + 2 < len ? digits[word & 63] : '=';
	}
	value = json_stringn(text, (size_t)(p - text));
	free(text);
	return value;
}

/* The library's integers have a sign; what does not fit is told as a string of digits. */
static json_t *json_u64(uint64_t value)
{
	char text[24];

	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

/* What there is of the payload */
static size_t message_len(const struct message *m)
{
	return m->msg->flags & IPCX_MSG_TRUNCATED ? m->room : m->msg->len;
}

static json_t *message_json(const struct message *m)
{
	const char *encoding = "utf-8";
	json_t *value = json_object();
	json_t *data;

	/* Fails if this is not UTF-8. */
	data = json_stringn(m->data, message_len(m));
	if (!data) {
		encoding = "base64";
		data = base64((const unsigned char *)m->data, message_len(m));
	}
	json_object_set_new(value, "name", json_string(m->name));
	json_object_set_new(value, "len", json_integer(m->msg->len));
	json_object_set_new(value, "type", json_u64(m->msg->type));
	json_object_set_new(value, "prio", json_integer(m->msg->prio));
	json_object_set_new(value, "pid", json_integer(m->from->pid));
	json_object_set_new(value, "uid", json_integer(m->from->uid));
	json_object_set_new(value, "gid", json_integer(m->from->gid));
	json_object_set_new(value, "time", json_u64(m->from->time));
	json_object_set_new(value, "encoding", json_string(encoding));
	json_object_set_new(value, "data", data);
	if (m->token)
		json_object_set_new(value, "token", json_u64(m->token));
	if (m->msg->flags & IPCX_MSG_TRUNCATED)
		json_object_set_new(value, "truncated", json_true());
	if (m->msg->nfds)
		json_object_set_new(value, "nfds", json_integer(m->msg->nfds));
	if (m->msg->nfds && m->msg->fds)
		json_object_set_new(value, "fds", fds_json(m->msg));
	return value;
}

void output_message(const struct message *m, enum format format)
{
	size_t len = message_len(m);
	bool open_line = !len || m->data[len - 1] != '\n';

	if (format == FORMAT_JSON) {
		output_json(message_json(m));
		return;
	}
	if (open_line && (format == FORMAT_LINES ||
			  (format == FORMAT_TTY && isatty(STDOUT_FILENO))))
		m->data[len++] = '\n';
	output_bytes(m->data, len);
}
