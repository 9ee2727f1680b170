/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults that the kernel injects, and what they are injected into: see inject.c.
 */
#ifndef _IPCX_INJECT_H
#define _IPCX_INJECT_H

#include "ipcx_test.h"

enum {
	/* More than anything has payload */
	ROOM = 32768,
	DESCRIPTORS = 8,
	BATCH = 12,
};

enum { PAGE = 4096 };

/*
 * What an act works with. It is shared memory, so that a child that is forked makes nobody copy a
 * page just when pages are refused. What commands are given begins with @arg, in pages of its own,
 * since they are made inaccessible, too: only the kernel is to look at them during an act.
 */
struct stage {
	const struct scenario *scenario;
	int fd;			/* endpoint that the act is done through */
	int watch;		/* object that must not change, or -1; often the same */
	int ends[2];		/* a pipe, or -1 */
	struct child *child;	/* private memory; it has a pid if there is one */
	bool serves;		/* it goes on receiving */
	int filled_from;	/* descriptors from this one on, */
	int filled_to;		/* to this one, are there only to be many */
	uint64_t id;
	void *map;
	char name[IPCX_NAME_SIZE];
	/* Arguments of commands, and memory for them */
	union {
		struct ipcx_bind bind;
		struct ipcx_unlink unlink;
		struct ipcx_limit limit;
		struct ipcx_knob knob;
		struct ipcx_reopen reopen;
		struct ipcx_info info;
		struct ipcx_stat stat;
		struct ipcx_stats stats;
		struct ipcx_usage usage;
		struct ipcx_send send;
		struct ipcx_recv recv;
		struct ipcx_call call;
		struct ipcx_reply reply;
		struct ipcx_peek peek;
		struct ipcx_notify notify;
		struct ipcx_send_batch send_batch;
		struct ipcx_recv_batch recv_batch;
		struct ipcx_region_notify region_notify;
		struct ipcx_region_wait region_wait;
	} arg __attribute__((aligned(PAGE)));
	/* Arrays that it refers to */
	struct {
		struct ipcx_msg msgs[BATCH];
		struct ipcx_received received[BATCH];
		int fds[DESCRIPTORS];
	} array __attribute__((aligned(PAGE)));
	uint8_t data[ROOM] __attribute__((aligned(PAGE)));
	uint8_t reply[ROOM] __attribute__((aligned(PAGE)));
};

/* What may be different after an act that has failed */
enum {
	/* Statistics: part of it was done, and nobody can take that back */
	MAY_COUNT = 1,
	/* All: others act, too. What the same act does when it is done again is looked at */
	MAY_CHANGE = 2,
	/* If its answer is lost: EFAULT, ENOBUFS */
	MAY_BE_DONE = 4,
};

/* An act, once in a while with a fault in it */
struct scenario {
	const char *name;
	/* Makes what it needs; false if that does not work */
	bool (*prepare)(struct stage *stage);
	/* One system call: what it returns, or a negative errno */
	long (*act)(struct stage *stage);
	/* After success: is everything as it should be? Leaves the object as it was. */
	bool (*check)(struct stage *stage, long result);
	size_t len;
	unsigned int nfds;
	unsigned int may;
	/* Errnos that are documented, besides EFAULT */
	int errnos[3];
};

#define SCENARIO(_name, _prepare, _act, _check, ...)				\
	{ .name = #_name, .prepare = (_prepare), .act = (_act), .check = (_check),	\
	  __VA_ARGS__ }

/* The tables, which end with an entry without a name */
extern const struct scenario inject_objects[];
extern const struct scenario inject_sending[];
extern const struct scenario inject_receiving[];
extern const struct scenario inject_calls[];
extern const struct scenario inject_others[];

/* A stage's objects, for prepare() */
bool stage_mailbox(struct stage *stage);
bool stage_region(struct stage *stage);
/* A message of the scenario's kind, queued */
bool stage_message(struct stage *stage);
struct ipcx_msg stage_msg(struct stage *stage, uint64_t type);
/* Does that message come next, whole, and with open descriptors? */
bool stage_receives(struct stage *stage, uint64_t type);

/* inject_fault.c */

/* How many faults of each kind there were */
struct fault_counts {
	unsigned int slab, page, copy, other;
};

/* NULL, or why there are no faults to be had */
const char *faults_prepare(void);
/* The @nth thing from now on that can fail does so, in this thread. */
void fault_arm(unsigned int nth);
/* No more; did it? */
bool fault_disarm(void);
/* Of what kind was it? Adds to that */
void fault_count(struct fault_counts *counts);

/* inject_state.c */

enum { STATE_MESSAGES = 2 * BATCH };

/* What user space can see of an object, of accounts and of its own descriptors */
struct state {
	struct ipcx_stat stat;
	struct ipcx_stats stats;
	struct ipcx_usage usage;
	struct ipcx_knob knob;
	uint64_t notices;
	unsigned int seen;
	struct { uint64_t seq, type; uint32_t prio, len, sum, nfds; } messages[STATE_MESSAGES];
	long references;
	int next_fd;
	bool named;
};

void state_take(struct state *state, struct stage *stage);
/* NULL, or what has changed */
const char *state_differs(const struct state *before, const struct state *after, unsigned int may);

/* inject_netlink.c: a socket that is connected to the family, and one request and its reply */

int netlink_open(void);
long netlink_get(int fd, uint64_t id);
long netlink_dump(int fd);
long netlink_set(int fd, uint64_t id, uint32_t max_msgs);
long netlink_remove(int fd, uint64_t id);
/* Joins the group of events */
bool netlink_listen(int fd);

#endif
