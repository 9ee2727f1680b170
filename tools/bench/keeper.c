// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keeper sleeps in read(): of the pipe's other end, all processes of the comparison have a
 * copy, so the read returns when none of them is left. What is to be removed is in memory shared
 * with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"

/* Two channels at most are open at a time, and each has at most two such things. */
#define KEEPER_SLOTS	4
#define KEEPER_NAME	300

/**
 * struct kept - one thing
 * @taken: somebody uses this slot
 * @kind: what it is; set last, and from then on the keeper removes it
 * @key: of what is System V's
 * @name: of what is not
 */
struct kept {
	atomic_bool taken;
	_Atomic enum kept_kind kind;
	key_t key;
	char name[KEEPER_NAME];
};

/**
 * struct keeper - what the processes of a comparison share
 * @serial: for names and keys; where it begins is random
 * @slot: what there may be
 */
struct keeper {
	atomic_uint serial;
	struct kept slot[KEEPER_SLOTS];
};

static struct keeper *keeper;
static int keeper_pipe = -1;
static pid_t keeper_pid;

static void kept_remove(struct kept *kept)
{
	switch (kept->kind) {
	case KEPT_SYSV_MSG:
		msgctl(msgget(kept->key, 0), IPC_RMID, NULL);
		break;
	case KEPT_SYSV_SEM:
		semctl(semget(kept->key, 0, 0), 0, IPC_RMID);
		break;
	case KEPT_SYSV_SHM:
		shmctl(shmget(kept->key, 0, 0), IPC_RMID, NULL);
		break;
	case KEPT_POSIX_MQ:
		mq_unlink(kept->name);
		break;
	case KEPT_POSIX_SHM:
		shm_unlink(kept->name);
		break;
	case KEPT_ALONE_IN_DIRECTORY:
		unlink(kept->name);
		*strrchr(kept->name, '/') = '\0';
		rmdir(kept->name);
		break;
	case KEPT_NOTHING:
		break;
	}
}

/* In a session of its own, which no key of a terminal interrupts */
static _Noreturn void keeper_run(int pipe)
{
	char byte;

	setsid();
	prctl(PR_SET_NAME, "ipcx-keeper");
	while (read(pipe, &byte, 1) < 0 && errno == EINTR)
		;
	for (int i = 0; i < KEEPER_SLOTS; i++)
		kept_remove(&keeper->slot[i]);
	_exit(0);
}

static void keeper_end(void)
{
	close(keeper_pipe);
	waitpid(keeper_pid, NULL, 0);
}

int keeper_start(void)
{
	unsigned int serial;
	int ends[2];

	if (getrandom(&serial, sizeof(serial), 0) != sizeof(serial))
		return -1;
	keeper = mmap(NULL, sizeof(*keeper), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (keeper == MAP_FAILED) {
		keeper = NULL;
		return -1;
	}
	atomic_store(&keeper->serial, serial);
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	keeper_pid = fork();
	if (keeper_pid < 0)
		return -1;
	if (!keeper_pid) {
		close(ends[1]);
		keeper_run(ends[0]);
	}
	close(ends[0]);
	keeper_pipe = ends[1];
	/* Workers leave by _exit(). */
	return atexit(keeper_end) ? -1 : 0;
}

static struct kept *keeper_slot(void)
{
	for (int i = 0; keeper && i < KEEPER_SLOTS; i++)
		if (!atomic_exchange(&keeper->slot[i].taken, true))
			return &keeper->slot[i];
	return NULL;
}

struct kept *keep_name(enum kept_kind kind, const char *name)
{
	size_t len = strnlen(name, KEEPER_NAME - 1);
	struct kept *kept = keeper_slot();

	if (!kept)
		return NULL;
	memcpy(kept->name, name, len);
	kept->name[len] = '\0';
	atomic_store(&kept->kind, kind);
	return kept;
}

struct kept *keep_key(enum kept_kind kind, key_t *key)
{
	struct kept *kept = keeper_slot();

	*key = IPC_PRIVATE;
	if (!kept)
		return NULL;
	while (*key == IPC_PRIVATE)
		*key = (key_t)keeper_serial();
	kept->key = *key;
	atomic_store(&kept->kind, kind);
	return kept;
}

void keep_no_more(struct kept *kept)
{
	if (!kept)
		return;
	atomic_store(&kept->kind, KEPT_NOTHING);
	atomic_store(&kept->taken, false);
}

unsigned int keeper_serial(void)
{
	return keeper ? atomic_fetch_add(&keeper->serial, 1) : (unsigned int)getpid();
}
