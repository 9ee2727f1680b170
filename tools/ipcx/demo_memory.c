// SPDX-License-Identifier: GPL-2.0-only
/* Memory that the processes of a demonstration share, and what orders their use of it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "demo.h"

/* Removed at once, the segment goes with the last process that has it attached. */
static void *segment_attach(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	void *memory;

	if (id < 0)
		demo_failed("cannot make a System V segment (shmget)");
	memory = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	if (memory == (void *)-1)
		demo_failed("cannot attach a System V segment (shmat)");
	return memory;
}

static void *region_map(size_t size)
{
	int fd = ipcx_region(NULL, O_RDWR | O_CREAT | O_CLOEXEC, 0, size);
	void *memory;

	if (fd < 0)
		bind_failed("(anonymous)", IPCX_KIND_REGION, O_RDWR | O_CREAT);
	memory = ipcx_map(fd, PROT_READ | PROT_WRITE, NULL);
	if (memory == MAP_FAILED)
		demo_failed("cannot map a region");
	close(fd);
	return memory;
}

void *memory_share(bool native, size_t size, const char **what)
{
	*what = native ? "a System V segment (shmget, shmat)" : "a region (ipcx_region, ipcx_map)";
	return native ? segment_attach(size) : region_map(size);
}

void memory_unshare(void *memory, bool native, size_t size)
{
	if (native)
		shmdt(memory);
	else
		munmap(memory, size);
}

int memory_fd(bool native, size_t size, const char **what)
{
	char name[48];
	int fd;

	*what = native ? "a POSIX segment (shm_open, mmap)" : "a region (ipcx_region, mmap)";
	if (!native) {
		fd = ipcx_region(NULL, O_RDWR | O_CREAT | O_CLOEXEC, 0, size);
		if (fd < 0)
			bind_failed("(anonymous)", IPCX_KIND_REGION, O_RDWR | O_CREAT);
		return fd;
	}
	snprintf(name, sizeof(name), "/ipcx-demo-%d", getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		demo_failed("cannot make a POSIX segment (shm_open)");
	shm_unlink(name);
	if (ftruncate(fd, (off_t)size))
		demo_failed("cannot size a POSIX segment (ftruncate)");
	return fd;
}

void *notebook(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		demo_failed("no memory");
	return memory;
}

void notebook_close(void *memory, size_t size)
{
	munmap(memory, size);
}

void mutex_make(pthread_mutex_t *mutex, bool robust)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	if (robust)
		pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(mutex, &attr);
	pthread_mutexattr_destroy(&attr);
}

void demo_meet(_Atomic unsigned int *here, unsigned int count)
{
	atomic_fetch_add(here, 1);
	while (atomic_load(here) < count)
		sched_yield();
}

void demo_mailbox_name(char name[IPCX_NAME_SIZE], const char *what)
{
	snprintf(name, IPCX_NAME_SIZE, "ipcx-demo-%s-%d", what, getpid());
}
