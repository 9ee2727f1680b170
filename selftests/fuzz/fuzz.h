/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzzer of /dev/ipcx that knows its commands and is guided by what code they reach. fuzz.c has
 * its usage.
 */
#ifndef _IPCX_FUZZ_H
#define _IPCX_FUZZ_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ipcx.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

enum {
	SLOTS = 4,		/* endpoints of a program */
	ACTORS = 2,		/* threads of a program */
	CALLS = 24,		/* most calls of a program */
	FIELDS = 18,		/* most fields of a call */
	ROOM = 65536,		/* bytes of a buffer */
};

/* What a field means, and so, which values matter, and how they are turned into bytes */
enum meaning {
	NUMBER,			/* as it is */
	COUNTER,		/* likewise, mostly small */
	LENGTH,			/* likewise, about the limits of copying and of messages */
	LIMIT,			/* likewise */
	PRIORITY,
	FLAGS,			/* bits */
	TIME,			/* 0 to 5: see field_bytes() */
	NAME,			/* which name */
	BUFFER,			/* a place in memory, see place_of() */
	ARRAY,			/* likewise, of messages that this number describes */
	DESCRIPTORS,		/* likewise, of descriptors */
	TOKEN,			/* 1: the last that was received */
	SEQUENCE,		/* 1: that of the last message looked at */
	PROCESS_FD,		/* a descriptor that is no endpoint */
};

struct field {
	const char *name;	/* in C */
	unsigned int offset, size;
	enum meaning meaning;
	uint32_t known;		/* FLAGS: which there are */
};

enum action {
	COMMAND, OPEN, CLOSE, DUP, REOPEN, READ, WRITE, MAP, UNMAP, POLL, ASYNC, QUEUED, NETLINK,
};

/* A kind of call */
struct kind {
	const char *name;
	enum action action;
	unsigned long cmd;
	const char *type;	/* of its argument, in C */
	unsigned int weight;
	struct field fields[FIELDS];
};

extern const struct kind kinds[];
extern const unsigned int kinds_count;

struct call {
	unsigned int kind, actor, slot;
	uint64_t values[FIELDS];
};

struct program {
	unsigned int count;
	struct call calls[CALLS];
};

/* grammar.c */
unsigned int fields_of(const struct kind *kind);
const struct kind *kind_named(const char *name);

/* program.c. Everything that is random comes from a state, so that it can be had again. */
uint64_t next_random(uint64_t *state);
void program_random(struct program *program, uint64_t *state);
void program_mutate(struct program *program, const struct program *other, uint64_t *state);
void program_remove(struct program *program, unsigned int call);
void program_print(const struct program *program, FILE *file);
bool program_read(struct program *program, FILE *file);

/* memory.c: where arguments point to */
enum place { GOOD, UNALIGNED, LAST_BYTES, CROSSING, UNMAPPED, KERNEL, NOT_WRITABLE, PLACES };
void memory_init(void);
/* A buffer of an actor, as the low bits of @value say */
uint8_t *memory_place(unsigned int actor, uint64_t value, size_t len);
const char *place_name(uint64_t value);

/* cover.c */
enum { COVER_TEXT = 4 << 20 };
struct cover {
	uint8_t seen[COVER_TEXT / 8];
};
bool cover_available(void);
/* For the thread that calls it */
void cover_open(unsigned int actor);
void cover_start(unsigned int actor);
/* Adds what was reached since; how much of it is new */
unsigned int cover_stop(unsigned int actor, struct cover *cover);
unsigned int cover_count(const struct cover *cover);
void cover_add(struct cover *to, const struct cover *from);
bool cover_save(const struct cover *cover, const char *path);

/* execute.c */
void execute_init(void);
/*
 * Runs a program and takes away what it has left: NULL, or what is wrong then. Sets how much new
 * code it has reached.
 */
const char *execute(const struct program *program, struct cover *cover, unsigned int *fresh);
int execute_slot(unsigned int slot);
/* A name that is good for all but few numbers, of at most IPCX_NAME_SIZE bytes */
void execute_name(char *to, uint64_t value);

/* netlink.c: a socket of the family, or -1 */
int netlink_connect(uint16_t *family);
/* Makes up the values of a call that keeps to the specification */
void netlink_fair(uint64_t *values, uint64_t *state);
/* Sends what the values of a call say, and takes what comes */
void netlink_talk(int socket, uint16_t family, const uint64_t *values);

/* judge.c */
void judge_init(void);
/* NULL, or what is wrong while the program's endpoints are open, and when they are closed */
const char *judge_open(void);
const char *judge_after(int control);

/* minimise.c */
/* Runs it in a process, and a network namespace, of its own: NULL, or what is wrong */
const char *attempt(const struct program *program);
void minimise(struct program *program);

/* reproduce.c */
void reproduce(const struct program *program, FILE *file);

#endif
