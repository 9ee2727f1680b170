/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a ring is made of: the part in shared memory, and the handles in private memory. Included by
 * ipcx_ring.h, which is the reference; all that is here is for its functions only.
 */
#ifndef IPCX_RING_LAYOUT_H
#define IPCX_RING_LAYOUT_H

#include <stdint.h>

/** IPCX_RING_BATCH - most messages of an MPMC ring that a handle has reserved, or peeked at */
#define IPCX_RING_BATCH 64

/*
 * The shared part. Each line is written by one side only, or by whoever is about to sleep; two
 * cache lines apart, as processors fetch pairs of them.
 */
#define IPCX_RING_LINE 128

/* private: for the functions of ipcx_ring.h */

struct ipcx__ring_const {
	uint64_t magic;
	uint32_t version;
	uint32_t kind;
	uint64_t capacity;
	uint64_t pid_ns;
	uint32_t fenced;
	uint32_t zero[23];
};

struct ipcx__ring_end {
	uint64_t pos;		/* tail or head: how far it is */
	uint64_t owner;		/* SPSC: who is attached; MPMC: who holds the lock */
	uint64_t freed;		/* MPMC, sender's: room up to here has been taken back */
	uint64_t high;		/* sender's: high-water mark */
	uint64_t zero[12];
};

struct ipcx__ring_event {
	uint32_t flags;		/* who is to be told */
	uint32_t seq;		/* the futex */
	uint32_t zero[30];
};

/* An event is as far from the end whose moves it tells of as the other is from the other end. */
struct ipcx__ring_shared {
	struct ipcx__ring_const fixed;
	struct ipcx__ring_end sender;
	struct ipcx__ring_end receiver;
	struct ipcx__ring_event data;	/* the receiver sleeps for messages */
	struct ipcx__ring_event room;	/* a sender sleeps for room */
};

/* A message that this handle has reserved or peeked at, in an MPMC ring */
struct ipcx__ring_claim {
	uint64_t pos;
	uint32_t size;
	uint32_t len;
};

/* public: */

/**
 * struct ipcx_ring - a handle; zero it, or leave it as it is: ipcx_ring_attach() fills it in
 *
 * Its members are the library's.
 */
struct ipcx_ring {
	/* private: */
	uint64_t before[16];	/* so that what is before it is on other lines */
	uint64_t end;		/* sender: reserved up to here */
	uint64_t limit;		/* sender: what needs no look, and no wrap, ends here */
	uint64_t next;		/* receiver: peeked at up to here */
	uint64_t known;		/* receiver: what needs no look, and no wrap, ends here */
	uint64_t last;		/* sender: where the last record is; receiver: its header */
	uint64_t size;		/* receiver: of a record with that header */
	uintptr_t base;		/* where position 0 were, in the lap of limit or known */
	uintptr_t ahead;	/* sender: the same for what it is soon to write */
	struct ipcx__ring_end *mine;
	uint64_t pos;		/* sender: committed up to here */
	uint64_t mask;
	uint64_t max;
	uint64_t free;		/* sender: what needs no look ends here */
	unsigned char *data;
	struct ipcx__ring_end *theirs;
	uint8_t spsc;		/* role + 1 if it is one, else 0 */
	uint8_t fast;		/* the same, if it is not fenced */
	uint8_t fenced;
	uint8_t role;
	uint8_t wait;
	uint8_t streams;	/* sender: the receiver is not just behind it */
	uint32_t claims;
	struct ipcx__ring_shared *shared;
	struct ipcx__ring_event *await;	/* what this side sleeps on */
	uint64_t me;
	uint64_t told;		/* whose death has been told */
	uint64_t budget;	/* ns to stay awake */
	uint64_t since;
	uint64_t deadline;	/* MPMC: of the call that is under way */
	uint64_t patience;
	uint32_t failed;
	uint32_t polls;
	uint64_t dry;		/* SPSC receiver: where it last found none, and gave up */
	uint32_t streak;	/* times that several have come, soon, one after the other */
	uint32_t alone;		/* times that one has come alone */
	uint32_t lags;		/* looks that it falls behind on purpose, now; or 0 */
	uint32_t laps;		/* how often it has, since it began */
	uint64_t began;
	uint64_t from;		/* position then */
	uint64_t rate;		/* bytes in 1024 ns that came with the lag before this */
	int8_t level;		/* of the lag: each is twice as long */
	int8_t step;		/* to the level that is tried next */
	uint8_t trying;
	uint8_t rest;		/* until a try */
	int tell_fd;
	int await_fd;
	struct ipcx__ring_claim claim[IPCX_RING_BATCH];
};

#endif /* IPCX_RING_LAYOUT_H */
