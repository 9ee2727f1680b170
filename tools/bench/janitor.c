// SPDX-License-Identifier: GPL-2.0-only
/*
 * The janitor sleeps in read(): of the pipe's other end, all processes of the comparison have a
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

#include "janitor.h"

/* Two channels at most are open at a time, and each has at most two such things. */
#define JANITOR_SLOTS	4
#define JANITOR_NAME	300

/**
 * struct chore - one thing to remove
 * @taken: somebody uses this slot
 * @kind: what it is; set last
 * @key: of what is System V's
 * @name: of what is not
 */
struct chore {
	atomic_bool taken;
	_Atomic enum chore_kind kind;
	key_t key;
	char name[JANITOR_NAME];
};

/**
 * struct janitor - what the processes of a comparison share
 * @serial: for names and keys; where it begins is random
 * @slot: what there is to do
 */
struct janitor {
	atomic_uint serial;
	struct chore slot[JANITOR_SLOTS];
};

static struct janitor *janitor;
static int janitor_pipe = -1;
static pid_t janitor_pid;

static void chore_do(struct chore *chore)
{
	switch (chore->kind) {
	case CHORE_SYSV_MSG:
		msgctl(msgget(chore->key, 0), IPC_RMID, NULL);
		break;
	case CHORE_SYSV_SEM:
		semctl(semget(chore->key, 0, 0), 0, IPC_RMID);
		break;
	case CHORE_SYSV_SHM:
		shmctl(shmget(chore->key, 0, 0), IPC_RMID, NULL);
		break;
	case CHORE_POSIX_MQ:
		mq_unlink(chore->name);
		break;
	case CHORE_POSIX_SHM:
		shm_unlink(chore->name);
		break;
	case CHORE_ALONE_IN_DIRECTORY:
		unlink(chore->name);
		*strrchr(chore->name, '/') = '\0';
		rmdir(chore->name);
		break;
	case CHORE_NOTHING:
		break;
	}
}

/* In a session of its own, which no key of a terminal interrupts */
static _Noreturn void janitor_run(int pipe)
{
	char byte;

	setsid();
	prctl(PR_SET_NAME, "ipcx-janitor");
	while (read(pipe, &byte, 1) < 0 && errno == EINTR)
		;
	for (int i = 0; i < JANITOR_SLOTS; i++)
		chore_do(&janitor->slot[i]);
	_exit(0);
}

static void janitor_end(void)
{
	close(janitor_pipe);
	waitpid(janitor_pid, NULL, 0);
}

int janitor_start(void)
{
	unsigned int serial;
	int ends[2];

	if (janitor)
		return 0;
	if (getrandom(&serial, sizeof(serial), 0) != sizeof(serial))
		return -1;
	janitor = mmap(NULL, sizeof(*janitor), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (janitor == MAP_FAILED) {
		janitor = NULL;
		return -1;
	}
	atomic_store(&janitor->serial, serial);
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	janitor_pid = fork();
	if (janitor_pid < 0)
		return -1;
	if (!janitor_pid) {
		close(ends[1]);
		janitor_run(ends[0]);
	}
	close(ends[0]);
	janitor_pipe = ends[1];
	/* Workers leave by _exit(). */
	return atexit(janitor_end) ? -1 : 0;
}

static struct chore *janitor_slot(void)
{
	for (int i = 0; janitor && i < JANITOR_SLOTS; i++)
		if (!atomic_exchange(&janitor->slot[i].taken, true))
			return &janitor->slot[i];
	return NULL;
}

struct chore *janitor_name(enum chore_kind kind, const char *name)
{
	size_t len = strnlen(name, JANITOR_NAME - 1);
	struct chore *chore = janitor_slot();

	if (!chore)
		return NULL;
	memcpy(chore->name, name, len);
	chore->name[len] = '\0';
	atomic_store(&chore->kind, kind);
	return chore;
}

struct chore *janitor_key(enum chore_kind kind, key_t *key)
{
	struct chore *chore = janitor_slot();

	*key = IPC_PRIVATE;
	if (!chore)
		return NULL;
	while (*key == IPC_PRIVATE)
		*key = (key_t)janitor_serial();
	chore->key = *key;
	atomic_store(&chore->kind, kind);
	return chore;
}

void janitor_done(struct chore *chore)
{
	if (!chore)
		return;
	atomic_store(&chore->kind, CHORE_NOTHING);
	atomic_store(&chore->taken, false);
}

unsigned int janitor_serial(void)
{
	return janitor ? atomic_fetch_add(&janitor->serial, 1) : (unsigned int)getpid();
}
