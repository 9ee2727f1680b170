// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * MPMC rings: the two locks, and what the dead have left.
 *
 * A lock is a word with its owner. It is held for some tens of instructions, with no call of the
 * kernel or of the user's in between; so who finds it held looks again for a while, then dozes.
 * Nobody is woken for it, so there is no wake-up to be lost. The C library's robust mutexes are no
 * choice: they keep pointers in the shared memory, and a hostile peer could have them write
 * anywhere.
 *
 * Locks are taken receiver's first. What is protected is whole at every instruction but for the
 * tail, which may be behind the headers: who takes the lock from the dead moves it.
 */
#include "ring_record.h"

#define LOCK_SPINS	100

/* Under the sender's lock, taken from one who died */
static void mpmc_repair(struct ipcx_ring *ring)
{
	struct ipcx__ring_end *sender = &ring->shared->sender;
	/* Relaxed: its death has been seen, which comes after all that it did. */
	uint64_t tail = ipcx__load(&sender->pos, __ATOMIC_RELAXED), begin = tail;
	struct record record;

	if (tail % 16)
		return;
	for (;;) {
		uint64_t header = ipcx__load(ipcx__ring_word(ring, tail), __ATOMIC_ACQUIRE);

		if (!header || !record_parse(ring, tail, header, &record) ||
		    tail + record.size - begin > ring_capacity(ring))
			break;
		tail += record.size;
	}
	ipcx__store(&sender->pos, tail, __ATOMIC_RELEASE);
}

int ipcx__mpmc_lock(struct ipcx_ring *ring, struct ipcx__ring_end *end, uint64_t deadline)
{
	unsigned int round = 0;
	uint64_t owner;

	for (;; round++) {
		owner = 0;
		/* Acquire: what those who held it before did; pairs with unlock. */
		if (ipcx__cas(&end->owner, &owner, ring->me, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return 0;
		if (round < LOCK_SPINS) {
			ipcx__relax();
			continue;
		}
		if (ipcx__dead(owner)) {
			if (!ipcx__cas(&end->owner, &owner, ring->me, __ATOMIC_ACQUIRE,
				       __ATOMIC_RELAXED))
				continue;
			if (end == &ring->shared->sender)
				mpmc_repair(ring);
			return 0;
		}
		/* One that is only preempted is given one doze, even by who must not wait. */
		if (round > LOCK_SPINS && deadline != IPCX_NO_DEADLINE && ipcx__now() >= deadline)
			return ring_fail(EAGAIN);
		if (ipcx__doze(round - LOCK_SPINS))
			return -1;
	}
}

void ipcx__mpmc_unlock(struct ipcx__ring_end *end)
{
	/* Release: pairs with the acquire in lock. */
	ipcx__store(&end->owner, 0, __ATOMIC_RELEASE);
}

/* Is asked of one owner after another, and mostly of the same */
struct mourned {
	uint64_t owner;
	bool dead;
};

static bool mpmc_orphan(struct ipcx_ring *ring, uint64_t pos, struct mourned *last)
{
	/* Acquire: what it did before. */
	uint64_t owner = ipcx__load(record_owner(ring, pos), __ATOMIC_ACQUIRE);

	if (owner != last->owner) {
		last->owner = owner;
		last->dead = ipcx__dead(owner);
	}
	return last->dead;
}

/*
 * Under both locks. What was reserved by the dead is given up; what they had taken comes again, in
 * its place, so receivers go back there. That first: should this one die now, it is still seen to
 * be taken by the dead. Returns 1 if there was any, 0 if not, or -1.
 */
static int mpmc_orphans(struct ipcx_ring *ring)
{
	struct ipcx__ring_shared *shared = ring->shared;
	/* Relaxed: only who holds a lock writes them. */
	uint64_t pos = ipcx__load(&shared->sender.freed, __ATOMIC_RELAXED);
	uint64_t tail = ipcx__load(&shared->sender.pos, __ATOMIC_RELAXED);
	uint64_t head = ipcx__load(&shared->receiver.pos, __ATOMIC_RELAXED);
	struct mourned last = { .owner = ring->me };
	struct record record;
	enum record_state state;
	uint64_t header;
	int found = 0;

	if ((pos | tail) % 16 || tail - pos > ring_capacity(ring))
		return ring_fail(EBADMSG);
	for (; pos != tail; pos += record.size) {
		header = ipcx__load(ipcx__ring_word(ring, pos), __ATOMIC_ACQUIRE);
		if (!record_parse(ring, pos, header, &record) || !record.size ||
		    record.size > tail - pos)
			return ring_fail(EBADMSG);
		state = record.state == RECORD_BUSY ? RECORD_DONE : RECORD_READY;
		if ((record.state != RECORD_BUSY && record.state != RECORD_TAKEN) ||
		    !mpmc_orphan(ring, pos, &last))
			continue;
		if (state == RECORD_READY && tail - pos > tail - head) {
			head = pos;
			ipcx__store(&shared->receiver.pos, head, __ATOMIC_RELEASE);
		}
		/*
		 * Its owner is dead, and all others need a lock. Release: as a commit.
		 */
		ipcx__store(ipcx__ring_word(ring, pos),
			    record_header(state, record.size, record.len), __ATOMIC_RELEASE);
		found = 1;
	}
	return found;
}

int ipcx__mpmc_recover(struct ipcx_ring *ring)
{
	struct ipcx__ring_shared *shared = ring->shared;
	int ret;

	/* One who holds a lock and lives will let go of it: there is another time. */
	if (ipcx__mpmc_lock(ring, &shared->receiver, IPCX_RING_TRY))
		return 0;
	if (ipcx__mpmc_lock(ring, &shared->sender, IPCX_RING_TRY)) {
		ipcx__mpmc_unlock(&shared->receiver);
		return 0;
	}
	ret = mpmc_orphans(ring);
	ipcx__mpmc_unlock(&shared->sender);
	ipcx__mpmc_unlock(&shared->receiver);
	if (ret > 0)
		ipcx__ring_tell_all(ring);
	return ret < 0 ? -1 : 0;
}
