/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the subcommands of ipcx share: options, endpoints by name, payloads in and out, and the
 * sentences for whatever goes wrong.
 */
#ifndef CMD_H
#define CMD_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include <ipcx.h>

/* Exit statuses, as `ipcx help` tells them. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_TIMEOUT = 3,
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
	const char *help;	/* NULL: the command tells its own */
};

extern const struct command cmd_create, cmd_send, cmd_recv, cmd_call, cmd_serve, cmd_region, cmd_rm;
extern const struct command cmd_ls, cmd_stat, cmd_set, cmd_monitor, cmd_top, cmd_knob;
extern const struct command cmd_dump, cmd_restore;
extern const struct command cmd_limits, cmd_with, cmd_mq_run, cmd_demo, cmd_doctor, cmd_version;

/* The command that runs now. */
extern const struct command *current;

/* error.c: each of these is one line on stderr, "ipcx COMMAND: ..." */
void warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fail(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void before_failing(void (*fn)(void));
_Noreturn void usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* option.c */
struct timeout {
	const char *text;	/* as the user wrote it; NULL: wait for ever */
	uint64_t ns;
};

#define HELP_OPTION { "help", no_argument, NULL, 'h' }

int next_option(int argc, char **argv, const char *shorts, const struct option *longs);
void want_operands(int argc, char **argv, int least, int most, const char *what);
uint64_t parse_number(const char *what, const char *text, uint64_t min, uint64_t max);
uint64_t parse_size(const char *what, const char *text, uint64_t min, uint64_t max);
mode_t parse_mode(const char *text);
uint32_t parse_share(const char *text);
bool parse_limit(struct ipcx_limit *limit, const char *what, const char *text);
uint64_t parse_duration(const char *what, const char *text);
void parse_timeout(struct timeout *timeout, const char *text);
void apply_timeout(const struct timeout *timeout, __u64 *deadline, __u32 *flags);

/* object.c */
struct object {
	const char *name;
	int oflag;
	int fd;
	struct ipcx_stat stat;
};

const char *kind_name(uint32_t kind);
void check_name(const char *name);
int device_open(int oflag);
int object_bind(int fd, const char *name, struct ipcx_bind *bind);
void object_check_limits(int fd, const struct ipcx_bind *bind);
void object_create(const char *name, struct ipcx_bind *bind);
void object_remove(const char *name);
void object_open(struct object *obj, const char *name, uint32_t kind, int oflag);
void object_reopen(struct object *obj);

/* failure.c: why an operation on an object failed, from errno */
_Noreturn void device_failed(void);
_Noreturn void bind_failed(const char *name, uint32_t kind, int oflag);
_Noreturn void send_failed(const struct object *box, size_t len, const struct timeout *timeout);
_Noreturn void recv_failed(const struct object *box, const char *which,
			   const struct timeout *timeout);
_Noreturn void call_failed(const struct object *box, size_t len, const struct timeout *timeout);

/* payload.c */
struct payload {
	const char *data;
	size_t len;
	char *buffer;	/* to be freed; NULL if @data is an argument */
};

int payload_open(const char *file);
bool payload_read(struct payload *p, int fd, const char *from, size_t limit);
bool payload_load(struct payload *p, const char *arg, const char *file, size_t limit);

/* fds.c */
void fds_add(struct ipcx_msg *msg, const char *arg);
void fds_expect(struct ipcx_msg *msg);
const int *fds_of(const struct ipcx_msg *msg, unsigned int *count);
void fds_close(const struct ipcx_msg *msg);
json_t *fds_json(const struct ipcx_msg *msg);

/* lines.c */
void send_lines(const struct object *box, const char *file, unsigned int batch,
		const struct ipcx_msg *as, const struct timeout *timeout);

/* output.c */
struct message {
	const char *name;		/* of the mailbox */
	char *data;			/* with room for one byte more than its length */
	const struct ipcx_msg *msg;
	const struct ipcx_sender *from;
	uint64_t token;			/* 0: nobody waits for an answer */
	size_t room;			/* what @data has of a message that was truncated */
};

enum format {
	FORMAT_RAW,	/* the payload as it is */
	FORMAT_TTY,	/* with a newline if it has none and a terminal shows it */
	FORMAT_LINES,	/* with a newline if it has none */
	FORMAT_JSON,
};

void output_check(void);
bool output_is_pipe(void);
_Noreturn void output_lost(void);
void output_bytes(const char *data, size_t len);
void output_json(json_t *value);
void output_message(const struct message *m, enum format format);

/* program.c */
bool program_exists(const char *name);
int program_run(char **argv, const struct message *request, struct payload *answer, size_t limit);

#endif /* CMD_H */
