// SPDX-License-Identifier: GPL-2.0-only
/*
 * System V shared memory, and semaphores that count the filled and the free slots of each ring.
 *
 * In a round trip the strict alternation is the flow control, so free slots are not counted.
 */
#include <errno.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "janitor.h"
#include "shared.h"

#define SEM_MOST	32767	/* the kernel's SEMVMX */

enum sysv_sem {
	SEM_FILLED,		/* + the side that receives */
	SEM_FREE = SEM_FILLED + SIDES,
	SEMS = SEM_FREE + SIDES
};

/**
 * struct sysv_shm_state - the rings and their semaphores
 * @shared: the rings
 * @made: whether @sem is valid
 * @sem: identifier of the set of semaphores
 * @chore: for the case that nobody is left to remove it
 */
struct sysv_shm_state {
	struct shared shared;
	int made;
	int sem;
	struct chore *chore;
};

static const struct shared_bell sysv_shm_bell;

static enum channel_opened sysv_shm_map(struct channel *ch, size_t size)
{
	key_t key;
	struct chore *chore = janitor_key(CHORE_SYSV_SHM, &key);
	int shm = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
	void *map;

	if (shm < 0) {
		janitor_done(chore);
		if (errno == EINVAL)
			return channel_says(ch, CHANNEL_REFUSED, "over shmmax");
		return channel_failed(ch, "shmget");
	}
	map = shmat(shm, NULL, 0);
	/* It lives on until both sides are gone, but no longer. */
	shmctl(shm, IPC_RMID, NULL);
	janitor_done(chore);
	if (map == (void *)-1)
		return channel_failed(ch, "shmat");
	ch->map = map;
	ch->map_size = size;
	return CHANNEL_OPEN;
}

static enum channel_opened sysv_shm_open(struct channel *ch)
{
	struct sysv_shm_state *state = ch->state;
	unsigned short values[SEMS] = { 0 };
	union {
		unsigned short *array;
	} arg = { values };
	size_t size;
	enum channel_opened result = shared_layout(ch, &size);
	key_t key;

	if (result != CHANNEL_OPEN)
		return result;
	if (state->shared.slots > SEM_MOST)
		return channel_says(ch, CHANNEL_REFUSED, "a semaphore counts to %d, and it would "
				    "have %u slots", SEM_MOST, state->shared.slots);
	state->shared.bell = &sysv_shm_bell;
	result = sysv_shm_map(ch, size);
	if (result != CHANNEL_OPEN)
		return result;
	state->chore = janitor_key(CHORE_SYSV_SEM, &key);
	state->sem = semget(key, SEMS, IPC_CREAT | IPC_EXCL | 0600);
	if (state->sem < 0) {
		janitor_done(state->chore);
		return channel_failed(ch, "semget");
	}
	state->made = 1;
	/* With batches, what is counted is how often slots have been freed. */
	for (int side = 0; side < SIDES && ch->batch == 1; side++)
		values[SEM_FREE + side] = (unsigned short)state->shared.slots;
	if (semctl(state->sem, 0, SETALL, arg))
		return channel_failed(ch, "semctl");
	return CHANNEL_OPEN;
}

static int sysv_shm_op(struct channel *ch, int sem, int change)
{
	struct sysv_shm_state *state = ch->state;
	struct sembuf op = { .sem_num = (unsigned short)sem, .sem_op = (short)change };
	int ret;

	do
		ret = semop(state->sem, &op, 1);
	while (ret < 0 && errno == EINTR);
	return ret;
}

static void *sysv_shm_reserve(struct channel *ch)
{
	if (ch->flow != FLOW_ECHO && sysv_shm_op(ch, SEM_FREE + !ch->side, -1))
		return NULL;
	return shared_out(ch);
}

static int sysv_shm_commit(struct channel *ch, void *buf)
{
	struct sysv_shm_state *state = ch->state;

	(void)buf;	/* it is in its slot already */
	state->shared.sent++;
	return sysv_shm_op(ch, SEM_FILLED + !ch->side, 1);
}

static void *sysv_shm_receive(struct channel *ch)
{
	if (sysv_shm_op(ch, SEM_FILLED + (int)ch->side, -1))
		return NULL;
	return shared_in(ch);
}

static int sysv_shm_release(struct channel *ch)
{
	struct sysv_shm_state *state = ch->state;

	state->shared.taken++;
	return ch->flow != FLOW_ECHO ? sysv_shm_op(ch, SEM_FREE + (int)ch->side, 1) : 0;
}

static int sysv_shm_sem(enum bench_side to, enum shared_what what)
{
	return (what == SHARED_FILLED ? SEM_FILLED : SEM_FREE) + (int)to;
}

static int sysv_shm_ring(struct channel *ch, enum bench_side to, enum shared_what what)
{
	return sysv_shm_op(ch, sysv_shm_sem(to, what), 1);
}

static int sysv_shm_await(struct channel *ch, enum bench_side to, enum shared_what what,
			  uint32_t seen)
{
	(void)seen;	/* the semaphore knows */
	return sysv_shm_op(ch, sysv_shm_sem(to, what), -1);
}

static const struct shared_bell sysv_shm_bell = {
	.ring = sysv_shm_ring,
	.await = sysv_shm_await,
};

static void sysv_shm_destroy(struct channel *ch)
{
	struct sysv_shm_state *state = ch->state;

	if (!state->made)
		return;
	semctl(state->sem, 0, IPC_RMID);
	janitor_done(state->chore);
	state->made = 0;
}

const struct mechanism mech_sysv_shm = {
	.name = "sysv-shm",
	.family = "shared memory",
	.about = "System V shared memory, filled and checked in place; System V semaphores",
	.flow = "a semaphore counts free slots (one way; a round trip needs none)",
	.copies = 0,
	.syscalls = 2,
	.boundaries = true,
	.in_place = true,
	.batching = &shared_batching,
	.sized = true,
	.state_size = sizeof(struct sysv_shm_state),
	.open = sysv_shm_open,
	.reserve = sysv_shm_reserve,
	.commit = sysv_shm_commit,
	.receive = sysv_shm_receive,
	.release = sysv_shm_release,
	.destroy = sysv_shm_destroy,
};
