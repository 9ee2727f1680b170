// SPDX-License-Identifier: GPL-2.0-only
/*
 * The books of a storm: which message was sent, and which received.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "storm.h"

/* No message's type, and not how a message begins */
#define NOTHING		UINT64_MAX

#define FACTOR		UINT64_C(0x9e3779b97f4a7c15)

/* The compiler keeps the order of the notes; a process that is dead has done all it did. */
#define IN_ORDER()	__atomic_signal_fence(__ATOMIC_SEQ_CST)

void storm_files(struct storm *storm, int pipe, int memory)
{
	struct stat stat;
	unsigned int i;

	storm->file[0] = pipe;
	storm->file[1] = memory;
	for (i = 0; i < 2; i++)
		if (!fstat(storm->file[i], &stat))
			storm->inode[i] = stat.st_ino;
}

struct storm *storm_new(const struct storm_plan *plan, unsigned int msgs)
{
	struct storm *storm = shared(sizeof(*storm));
	unsigned int i, all;

	storm->plan = *plan;
	storm->goal = (msgs + plan->senders - 1) / plan->senders;
	/* Those that are refused have numbers, too. */
	storm->numbers = 3 * storm->goal + 1000;
	all = plan->senders * storm->numbers;
	storm->fate = shared(all * sizeof(*storm->fate));
	storm->seen = shared(all * sizeof(*storm->seen));
	storm->perhaps = shared(all * sizeof(*storm->perhaps));
	for (i = 0; i < plan->receivers; i++) {
		storm->receiver[i].large = shared(STORM_ROOM + CLIFF_SIZE);
		mprotect(storm->receiver[i].large + STORM_ROOM, CLIFF_SIZE, PROT_NONE);
		storm->receiver[i].ticket = 1 + (i << 28);
	}
	return storm;
}

void storm_free(struct storm *storm)
{
	unsigned int all = storm->plan.senders * storm->numbers;
	unsigned int i;

	for (i = 0; i < storm->plan.receivers; i++)
		munmap(storm->receiver[i].large, STORM_ROOM + CLIFF_SIZE);
	munmap(storm->fate, all * sizeof(*storm->fate));
	munmap(storm->seen, all * sizeof(*storm->seen));
	munmap(storm->perhaps, all * sizeof(*storm->perhaps));
	munmap(storm, sizeof(*storm));
}

bool storm_chance(unsigned int *seed, unsigned int times)
{
	return rand_r(seed) % times == 0;
}

void storm_fail(struct storm *storm, const char *what, int64_t error)
{
	const char *none = NULL;

	if (__atomic_compare_exchange_n(&storm->failed, &none, what, false, __ATOMIC_SEQ_CST,
					__ATOMIC_SEQ_CST))
		storm->error = error;
}

void storm_met(struct storm *storm, const char *what, int64_t error, const int *expected)
{
	if (-error > 0 && -error < 256)
		__atomic_add_fetch(&storm->errors[-error], 1, __ATOMIC_RELAXED);
	for (; *expected; expected++)
		if (error == -*expected)
			return;
	storm_fail(storm, what, error);
}

/* Payloads */

void storm_write(void *buf, size_t len, unsigned int id, uint32_t prio)
{
	uint64_t *words = buf;
	size_t i;

	words[0] = id | (uint64_t)prio << 32;
	words[1] = len;
	for (i = 2; i < (len + 7) / 8; i++)
		words[i] = (words[0] + i) * FACTOR;
}

static bool storm_whole(const struct storm_place *place)
{
	const uint64_t *words = place->letter;
	size_t len = words[1] < place->room ? words[1] : place->room;
	uint64_t word;
	size_t i;

	for (i = 2; i < len / 8; i++)
		if (words[i] != (words[0] + i) * FACTOR)
			return false;
	word = (words[0] + i) * FACTOR;
	return len <= STORM_LEAST || !memcmp(&words[i], &word, len % 8);
}

int64_t storm_read(const struct storm_place *place, uint32_t *prio)
{
	const struct ipcx_msg *msg = place->msg;

	*prio = place->letter[0] >> 32;
	if (*prio >= STORM_PRIOS || !storm_whole(place))
		return -EBADMSG;
	if (msg && (msg->len != place->letter[1] || msg->prio != *prio))
		return -EBADMSG;
	if (msg && msg->flags != (msg->len > place->room ? IPCX_MSG_TRUNCATED : 0))
		return -EBADMSG;
	return (uint32_t)place->letter[0];
}

/* Senders */

unsigned int storm_try(struct storm *storm, unsigned int slot, unsigned int count, bool call)
{
	struct storm_sender *sender = &storm->sender[slot];
	unsigned int id = slot * storm->numbers + sender->next;

	memset(&storm->fate[id], STORM_TRIED, count);
	IN_ORDER();
	sender->first = id;
	sender->call = call;
	IN_ORDER();
	sender->count = count;
	IN_ORDER();
	sender->next += count;
	IN_ORDER();
	return id;
}

static void storm_settle(struct storm *storm, struct storm_sender *sender, unsigned int accepted)
{
	unsigned int i;

	for (i = 0; i < sender->count; i++)
		storm->fate[sender->first + i] = i < accepted ? STORM_ACCEPTED : STORM_REFUSED;
	sender->accepted += accepted;
	IN_ORDER();
	sender->count = 0;
	IN_ORDER();
}

void storm_tried(struct storm *storm, unsigned int slot, unsigned int accepted)
{
	IN_ORDER();
	storm_settle(storm, &storm->sender[slot], accepted);
}

void storm_called(struct storm *storm, unsigned int slot, int err)
{
	struct storm_sender *sender = &storm->sender[slot];

	IN_ORDER();
	/* Who was interrupted does not know whether anybody had received it. */
	if (err == -EINTR || err == -ETIMEDOUT)
		sender->count = 0;
	else
		storm_settle(storm, sender, !err || err == -ECONNRESET);
}

void storm_bury_sender(struct storm *storm, unsigned int slot, const struct storm_death *death)
{
	struct storm_sender *sender = &storm->sender[slot];

	/* Outside a system call it has begun to note, or has not sent, or not noted. */
	if (death->in_call && death->result < 0 && !sender->call)
		storm_settle(storm, sender, 0);
	else if (death->in_call && death->result >= 0)
		storm_settle(storm, sender, sender->count == 1 ? 1 : death->result);
	sender->count = 0;
}

/* Receivers */

/* The type is what the kernel writes after the payload. */
static bool storm_is_empty(const struct storm_place *place)
{
	return (place->msg ? place->msg->type : place->letter[0]) == NOTHING;
}

static void storm_clear(const struct storm_place *place)
{
	if (place->msg)
		place->msg->type = NOTHING;
	place->letter[0] = NOTHING;
}

void storm_expect(struct storm_receiver *receiver, const struct storm_place *places,
		  unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		receiver->place[i] = places[i];
		storm_clear(&places[i]);
	}
	receiver->ticket += STORM_BATCH;
	IN_ORDER();
	receiver->count = count;
	IN_ORDER();
}

/* Notes one; what one who was killed has noted already is noted with the same ticket. */
static void storm_note(struct storm *storm, struct storm_receiver *receiver, unsigned int i)
{
	uint32_t prio, before = 0, ticket = receiver->ticket + i;
	int64_t id = storm_read(&receiver->place[i], &prio);
	unsigned int sender, number;

	if (id < 0 || id >= storm->numbers * storm->plan.senders || !storm->fate[id]) {
		__atomic_add_fetch(&storm->invented, 1, __ATOMIC_RELAXED);
		return;
	}
	sender = id / storm->numbers;
	number = 1 + id % storm->numbers;
	if (!__atomic_compare_exchange_n(&storm->seen[id], &before, ticket, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) && before != ticket)
		__atomic_add_fetch(&storm->doubled, 1, __ATOMIC_RELAXED);
	if (!before && number < receiver->last[sender][prio])
		__atomic_add_fetch(&storm->disordered, 1, __ATOMIC_RELAXED);
	if (receiver->last[sender][prio] < number)
		receiver->last[sender][prio] = number;
}

void storm_got(struct storm *storm, unsigned int slot, unsigned int count)
{
	struct storm_receiver *receiver = &storm->receiver[slot];
	unsigned int i;

	IN_ORDER();
	for (i = 0; i < count; i++)
		storm_note(storm, receiver, i);
	IN_ORDER();
	receiver->count = 0;
	IN_ORDER();
}

/*
 * Who was killed in a system call has what that was to return: nothing, if that was an error, even
 * if it had been copied already. Who was killed outside was on the way to it, or from it, or has
 * noted part of it: so the places tell. But a call that fails may have written there, too, if the
 * lender of a message has taken it back.
 */
void storm_bury_receiver(struct storm *storm, unsigned int slot, const struct storm_death *death)
{
	struct storm_receiver *receiver = &storm->receiver[slot];
	unsigned int i, count = receiver->count;
	uint32_t prio;
	int64_t id;

	for (i = 0; i < count; i++) {
		if (storm_is_empty(&receiver->place[i]))
			break;
		if (death->in_call && death->result >= 0) {
			storm_note(storm, receiver, i);
		} else if (!death->in_call) {
			id = storm_read(&receiver->place[i], &prio);
			if (id < 0 || id >= storm->numbers * storm->plan.senders)
				storm->invented++;
			else
				storm->perhaps[id] = 1;
		}
	}
	receiver->count = 0;
}
