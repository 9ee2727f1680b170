/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a mechanism is to the benchmark: one table of operations, one file each. To add one: write
 * mech_NAME.c with its struct mechanism, and name that in mechanisms.def.
 */
#ifndef BENCH_MECHANISM_H
#define BENCH_MECHANISM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knob.h"

/** enum channel_flow - how messages follow each other */
enum channel_flow {
	FLOW_ECHO,		/* strictly in turn, each echoed */
	FLOW_STREAM,		/* one way, as fast as the receiver lets the sender */
	FLOW_PACED,		/* one way, each at its time, whoever is ready for it or not */
};

/** enum channel_wait - what a side does that has to wait */
enum channel_wait {
	WAIT_BLOCK,		/* sleep in the call that receives or sends */
	WAIT_SPIN,		/* try again, always awake */
	WAIT_ADAPTIVE,		/* try again for a while, then sleep */
	WAIT_POLL,		/* poll, then receive or send */
	WAIT_EPOLL,		/* the same with epoll */
	WAIT_IO_URING,		/* have io_uring poll, then read or write, in one call */
	WAITS
};

#define WAITS_BLOCK	(1u << WAIT_BLOCK)
#define WAITS_FD	((1u << WAITS) - 1)
#define WAITS_SHARED	(1u << WAIT_BLOCK | 1u << WAIT_SPIN | 1u << WAIT_ADAPTIVE)

/** enum bench_side - who: the one that fills messages, or the one that checks (and echoes) them */
enum bench_side {
	SIDE_ORIGIN,
	SIDE_PEER,
	SIDES
};

#define CHANNEL_WHY	160
#define CHANNEL_FACTS	8

/** struct channel_fact - a limit or buffer size as it is, not as it was asked for */
struct channel_fact {
	const char *name;
	long long value;
};

struct mechanism;
struct bundle;
struct uring;

/**
 * struct channel - two ends of one mechanism, made before the fork, used by one side after it
 * @mech: the mechanism, or @variant
 * @variant: the mechanism with other operations, for batches or for io_uring; or NULL
 * @flow: how messages follow each other
 * @wait: what a side does that has to wait
 * @threads: both sides are threads of one process, so that descriptors are closed once
 * @unnoted: nobody reads @facts, so the kernel need not be asked for them
 * @size: bytes of every message
 * @batch: messages of a system call, at most
 * @capacity: bytes to hold each way; 0: as the system makes it
 * @knob: what of it is turned
 * @fetches: with batches, calls that this side has received messages by
 * @bundle: this side's batches, if there are any
 * @uring: this side's ring, if it uses io_uring to wait or for batches
 * @side: whose end this process uses
 * @tx: private buffer to fill, with CHANNEL_HEADROOM bytes before it; a mechanism may put others of
 *	its own in its place in @enter and @commit
 * @rx: private buffer to receive into, likewise
 * @got: length of the message received last
 * @in: descriptor that each side receives from, or -1
 * @out: descriptor that each side sends to, or -1; may be the same
 * @rfd: this side's @in
 * @wfd: this side's @out
 * @epfd: of this side, for @rfd and for @wfd, if it waits with epoll; else -1
 * @map: memory that both sides share, or NULL
 * @map_size: its size in bytes
 * @state: whatever else the mechanism needs, &mechanism.state_size zeroed bytes
 * @facts: buffers and limits as they are
 * @nfacts: how many
 * @why: why the channel was refused, is unavailable, or failed
 */
struct channel {
	const struct mechanism *mech;
	struct mechanism *variant;
	enum channel_flow flow;
	enum channel_wait wait;
	bool threads;
	bool unnoted;
	size_t size;
	unsigned int batch;
	size_t capacity;
	struct knob knob;
	uint64_t fetches;
	struct bundle *bundle;
	struct uring *uring;
	enum bench_side side;
	unsigned char *tx;
	unsigned char *rx;
	size_t got;
	int in[SIDES];
	int out[SIDES];
	int rfd;
	int wfd;
	int epfd[2];
	void *map;
	size_t map_size;
	void *state;
	struct channel_fact facts[CHANNEL_FACTS];
	unsigned int nfacts;
	char why[CHANNEL_WHY];
};

#define CHANNEL_HEADROOM	64

/** enum channel_opened - what came of opening a channel; all but CHANNEL_OPEN set &channel.why */
enum channel_opened {
	CHANNEL_OPEN,
	CHANNEL_REFUSED,
	CHANNEL_UNAVAILABLE,
	CHANNEL_FAILED,
};

#define CHANNEL_BATCH_BYTES	(64u << 20)	/* most that a batch may be */

/**
 * struct batching - operations that take the place of a mechanism's, for batches
 * @enter: as in &struct mechanism; NULL: as without batches
 * @reserve: where to put the next message
 * @commit: the message is complete; send the batch if it is the last of one
 * @receive: the next message, of those that came by one call
 * @release: done with the message received last
 * @flush: send the batch, however few messages it has
 */
struct batching {
	int (*enter)(struct channel *ch);
	void *(*reserve)(struct channel *ch);
	int (*commit)(struct channel *ch, void *buf);
	void *(*receive)(struct channel *ch);
	int (*release)(struct channel *ch);
	int (*flush)(struct channel *ch);
};

/**
 * struct mechanism - operations and traits
 * @name: as on the command line and in the results
 * @family: what it is related to: "stream", "socket", "queue", "shared memory", "other" or "ipcx"
 * @about: what carries the payload, and what wakes the receiver
 * @flow: what holds back a one-way sender
 * @copies: copies of the payload from one side to the other, in the kernel; the one that an echo in
 *	shared memory needs is not among them
 * @syscalls: system calls for a message one way: half of those of a round trip, of both sides
 *	together, if a side that has nothing to do sleeps at once
 * @boundaries: one receive takes exactly one message
 * @skips: a side that finds the other awake makes fewer system calls
 * @lossy: a message may be lost or overtaken; receive then fails with ETIMEDOUT when none comes
 * @in_place: messages are filled and checked where both sides see them, so an echo must be copied
 * @exposed: a side sees memory that the other uses, or could change what the other is reading;
 *	whatever is @in_place does
 * @both_ends: each side uses the descriptors of both
 * @answered: a sender waits for every message to be received, one way, too
 * @processes: the sides must be processes; two threads cannot
 * @fan_in: several may send to one channel
 * @fan_out: several may receive from one channel
 * @fan_size: the longest message that several can send or receive without mixing them, 0: any
 * @waits: which of enum channel_wait it can do, one bit each; 0: it blocks
 * @batching: how several messages go in one system call; NULL if they cannot
 * @no_batch: why not, if that is not just for lack of such a system call
 * @sized: it holds as many bytes as it is told to
 * @no_capacity: why not, if that is not just for lack of such a limit
 * @knobs: it has knobs, as mailboxes do
 * @state_size: bytes of &channel.state
 * @open: make both ends; names, if any, are removed again before it returns
 * @enter: optional: in each side's process, before the first message
 * @reserve: where to put the next message; only if @in_place
 * @commit: send the message at @buf: the reserved place, or a private buffer
 * @receive: wait for the next message; tells where it is and sets &channel.got; NULL for an error
 * @release: done with the message received last; only if @in_place
 * @flush: optional: carry out what @commit put off, until the next receive or the end of a batch
 * @destroy: optional: remove what would outlive the processes; may come twice
 */
struct mechanism {
	const char *name;
	const char *family;
	const char *about;
	const char *flow;
	unsigned int copies;
	double syscalls;
	bool boundaries;
	bool skips;
	bool lossy;
	bool in_place;
	bool exposed;
	bool both_ends;
	bool answered;
	bool processes;
	bool fan_in;
	bool fan_out;
	size_t fan_size;
	unsigned int waits;
	const struct batching *batching;
	const char *no_batch;
	bool sized;
	const char *no_capacity;
	bool knobs;
	size_t state_size;

	enum channel_opened (*open)(struct channel *ch);
	int (*enter)(struct channel *ch);
	void *(*reserve)(struct channel *ch);
	int (*commit)(struct channel *ch, void *buf);
	void *(*receive)(struct channel *ch);
	int (*release)(struct channel *ch);
	int (*flush)(struct channel *ch);
	void (*destroy)(struct channel *ch);
};

/** mechanisms - every mechanism, in the order of the table; NULL ends it */
extern const struct mechanism *const mechanisms[];

/** mechanism_find() - by name; NULL if there is none */
const struct mechanism *mechanism_find(const char *name, size_t len);

/**
 * struct channel_use - what a channel is wanted for
 * @mech: the mechanism
 * @flow: how messages follow each other
 * @wait: what a side does that has to wait
 * @threads: the sides are threads of one process
 * @unnoted: facts are not wanted
 * @several: users of each side; more than one need a mechanism that several can use
 * @size: bytes of every message
 * @batch: messages of a system call, at most; 0 is 1
 * @capacity: bytes to hold each way; 0: as the system makes it
 * @knob: what is to be turned
 */
struct channel_use {
	const struct mechanism *mech;
	enum channel_flow flow;
	enum channel_wait wait;
	bool threads;
	bool unnoted;
	unsigned int several[SIDES];
	size_t size;
	unsigned int batch;
	size_t capacity;
	struct knob knob;
};

/** channel_prepare() - what a channel needs besides the mechanism; free it whatever comes of it */
enum channel_opened channel_prepare(struct channel *ch, const struct channel_use *use);

/** channel_open() - open a channel, prepared or closed; close it whatever comes of it */
enum channel_opened channel_open(struct channel *ch);

/** channel_enter() - become @side, in its process or thread */
int channel_enter(struct channel *ch, enum bench_side side);

/** channel_share() - another user's view of a channel, with buffers and state of its own; or -1 */
int channel_share(struct channel *ch, const struct channel *other);

/** channel_unshare() - undo channel_share() */
void channel_unshare(struct channel *ch);

/** channel_close() - close what is open, and remove what is left */
void channel_close(struct channel *ch);

/** channel_free() - undo channel_prepare() */
void channel_free(struct channel *ch);

/** channel_says() - set &channel.why, and return @result */
enum channel_opened channel_says(struct channel *ch, enum channel_opened result,
				 const char *format, ...) __attribute__((format(printf, 3, 4)));

/** channel_failed() - CHANNEL_FAILED, or UNAVAILABLE if errno says so: "@what: @errno" */
enum channel_opened channel_failed(struct channel *ch, const char *what);

/** channel_fact() - note a limit or buffer size */
void channel_fact(struct channel *ch, const char *name, long long value);

#endif /* BENCH_MECHANISM_H */
