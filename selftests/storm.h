/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A storm: senders and receivers that are interrupted, given bad addresses, left without
 * descriptors, and killed. Every message is accounted for, in memory that outlives them all.
 *
 * A sender notes what it is about to send, and then what was accepted. A receiver says where the
 * kernel is to put messages, and then notes which came. Who is killed in between has its notes
 * completed by the one who kills it, from what the kernel has left behind: the messages in their
 * places, and what the system call was about to return.
 */
#ifndef _IPCX_STORM_H
#define _IPCX_STORM_H

#include "ipcx_test.h"

enum {
	STORM_BOXES = 3,
	STORM_SENDERS = 4,
	STORM_RECEIVERS = 3,
	/* Messages of a batch. No number of a system call that is used, see storm_death.c */
	STORM_BATCH = 12,
	/* What write() sends has priority 0, and nothing else has. */
	STORM_PRIOS = 5,
	/* Room for any message, and for one of a batch */
	STORM_ROOM = 65536,
	STORM_SMALL = 2048,
	/* Longer ones are lent. */
	STORM_LARGE = 32768,
};

/* What a sender knows of its message */
enum storm_fate {
	STORM_UNSENT,
	/* It may have been sent or not. */
	STORM_TRIED,
	STORM_ACCEPTED,
	STORM_REFUSED,
};

/**
 * struct storm_plan - what a storm is made of
 * @boxes: mailboxes
 * @senders: senders, to all of them
 * @receivers: receivers, one mailbox each
 * @deadly: whether there is more than signals: kills, and receivers that cannot take what comes
 * @ordered: whether each receiver gets the messages of a sender and a priority in their order. That
 *	is so if it is the only one, or if no message ever goes back
 */
struct storm_plan {
	unsigned int boxes;
	unsigned int senders;
	unsigned int receivers;
	bool deadly;
	bool ordered;
};

/**
 * struct storm_sender - a sender; a new one goes on where one was killed
 * @next: number of its next message
 * @accepted: how many were
 * @first: of the messages on their way, if there are any
 * @count: how many those are
 * @call: they are a call, which may fail when it has been received
 * @done: nothing more to send
 */
struct storm_sender {
	unsigned int next;
	unsigned int accepted;
	unsigned int first;
	unsigned int count;
	bool call;
	int done;
};

/**
 * struct storm_place - where the kernel is to put a message
 * @msg: what it tells of it, or NULL for read()
 * @letter: its payload
 * @room: room for that
 */
struct storm_place {
	struct ipcx_msg *msg;
	uint64_t *letter;
	uint32_t room;
};

/**
 * struct storm_receiver - a receiver; a new one goes on where one was killed
 * @ticket: of what is received into the first place; no other message has the same
 * @count: places that the kernel may have put something into that is not noted
 * @place: they
 * @last: number of the last message of a sender and a priority
 * @recv: to receive one
 * @reply: to reply and receive one
 * @batch: to receive many
 * @small: their payloads
 * @large: payload of one; behind it, nothing can be written
 */
struct storm_receiver {
	uint32_t ticket;
	unsigned int count;
	struct storm_place place[STORM_BATCH];
	uint32_t last[STORM_SENDERS][STORM_PRIOS];
	struct ipcx_recv recv;
	struct ipcx_reply reply;
	struct ipcx_received batch[STORM_BATCH];
	uint64_t small[STORM_BATCH][STORM_SMALL / sizeof(uint64_t)];
	char *large;
};

/**
 * struct storm - all that is shared
 * @plan: what it is made of
 * @goal: messages that each sender is to have accepted
 * @numbers: messages that each sender can number
 * @name: of the mailboxes
 * @file: what goes along with some messages: the writing end of a pipe, and memory
 * @inode: their numbers
 * @over: the receivers are to leave
 * @failed: what went wrong first, with what error
 * @error: the error
 * @errors: how often what errno was met
 * @doubled: messages that were received twice
 * @invented: messages that nobody has sent
 * @disordered: messages that came after later ones
 * @sender: senders
 * @receiver: receivers
 * @fate: what was sent: enum storm_fate
 * @seen: what was received: the ticket
 * @perhaps: what one who was killed may have received
 */
struct storm {
	struct storm_plan plan;
	unsigned int goal;
	unsigned int numbers;
	const char *name[STORM_BOXES];
	int file[2];
	ino_t inode[2];
	int over;
	const char *failed;
	int64_t error;
	unsigned int errors[256];
	unsigned int doubled;
	unsigned int invented;
	unsigned int disordered;
	struct storm_sender sender[STORM_SENDERS];
	struct storm_receiver receiver[STORM_RECEIVERS];
	uint8_t *fate;
	uint32_t *seen;
	uint8_t *perhaps;
};

/**
 * struct storm_death - what a process that was killed was doing
 * @in_call: it was in a system call, or about to leave it
 * @result: that was to return this
 */
struct storm_death {
	bool in_call;
	int64_t result;
};

/* The books: storm_book.c */

struct storm *storm_new(const struct storm_plan *plan, unsigned int msgs);
void storm_free(struct storm *storm);
/* What goes along with some messages: the writing end of a pipe, and memory */
void storm_files(struct storm *storm, int pipe, int memory);
/* One time in @times */
bool storm_chance(unsigned int *seed, unsigned int times);
/* What must not happen; the first is kept */
void storm_fail(struct storm *storm, const char *what, int64_t error);
/* Counts an error; it is a failure if it is none of those */
void storm_met(struct storm *storm, const char *what, int64_t error, const int *expected);

/* Payloads: they tell which message it is, and of what priority. At least STORM_LEAST bytes */
#define STORM_LEAST	16
void storm_write(void *buf, size_t len, unsigned int id, uint32_t prio);
/* The message in a place, or -EBADMSG. *@prio is its priority */
int64_t storm_read(const struct storm_place *place, uint32_t *prio);

/* A sender's notes: the number of its first message */
unsigned int storm_try(struct storm *storm, unsigned int slot, unsigned int count, bool call);
void storm_tried(struct storm *storm, unsigned int slot, unsigned int accepted);
/* A call has ended, with that error */
void storm_called(struct storm *storm, unsigned int slot, int err);
void storm_bury_sender(struct storm *storm, unsigned int slot, const struct storm_death *death);

/* A receiver's notes. Between the two there is one system call. */
void storm_expect(struct storm_receiver *receiver, const struct storm_place *places,
		  unsigned int count);
void storm_got(struct storm *storm, unsigned int slot, unsigned int count);
void storm_bury_receiver(struct storm *storm, unsigned int slot, const struct storm_death *death);

/* A death that is looked into: storm_death.c */

/* Can it be told what a process was about to return? */
bool storm_knows_death(void);
/* SIGKILL, and gone when this returns */
struct storm_death storm_kill(struct child *child);
/* Has it ended by itself? */
bool storm_has_ended(const struct child *child);

/* Those who are in it: storm_send.c, storm_recv.c */

void storm_send(struct storm *storm, unsigned int slot);
void storm_receive(struct storm *storm, unsigned int slot);
/* Receives what is left, in that receiver's name: how many */
unsigned int storm_drain(struct storm *storm, unsigned int slot);

#endif
