// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the test scripts need done with the device. Exit status 0 if it was done.
 *
 *   poke use             some of everything
 *   poke persist NAME    make a persistent mailbox with a message in it
 *   poke many NAME N     make N persistent mailboxes, NAME-0 and so on
 *   poke unlink NAME
 *   poke number          print the number of a mailbox made now
 *   poke reload FILE N   unload the module and load FILE, N times, faster than rmmod and insmod
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "ipcx_test.h"

static int use_mailbox(void)
{
	int fd = mailbox("poke", O_RDWR | O_CREAT);
	struct child child;
	unsigned int i;

	for (i = 0; i < 10; i++)
		if (put(fd, i, i * 700, IPCX_DONTWAIT))
			return 1;
	for (i = 0; i < 5; i++)
		if (get(fd, IPCX_DONTWAIT) != i)
			return 1;
	close(fd);

	fd = mailbox(NULL, O_RDWR);
	if (child_start(&child))
		child_done(&child, serve(fd));
	if (ask(fd, 3, 2000, 0) != 3 + ANSWER || child_join(&child) != 3)
		return 1;
	close(fd);
	return 0;
}

static int use_region(void)
{
	int fd = region("poke", O_RDWR | O_CREAT, 100000);
	char *memory = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return 1;
	memset(memory, 1, 100000);
	munmap(memory, 100000);
	close(fd);
	return 0;
}

static int persist(const char *name)
{
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	int fd = bound(O_RDWR, &bind);

	return fd < 0 || put(fd, 1, 5000, IPCX_DONTWAIT);
}

static int many(const char *name, unsigned int n)
{
	char numbered[IPCX_NAME_SIZE];

	for (unsigned int i = 0; i < n; i++) {
		struct ipcx_bind bind;
		int fd;

		snprintf(numbered, sizeof(numbered), "%s-%u", name, i);
		bind = mailbox_bind(numbered, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
		fd = bound(O_RDWR, &bind);
		if (fd < 0)
			return 1;
		close(fd);
	}
	return 0;
}

static int reload(const char *file, unsigned int times)
{
	unsigned int i;
	int fd;

	for (i = 0; i < times; i++) {
		if (i % 10 == 0 && (use_mailbox() || use_region()))
			return 1;
		if (syscall(SYS_delete_module, "ipcx", O_NONBLOCK)) {
			perror("# unloading");
			return 1;
		}
		if (!access(IPCX_DEVICE, F_OK)) {
			fputs("# unloaded, but the device is still there\n", stderr);
			return 1;
		}
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (syscall(SYS_finit_module, fd, "", 0)) {
			perror("# loading");
			return 1;
		}
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "use"))
		return use_mailbox() || use_region();
	if (argc == 3 && !strcmp(argv[1], "persist"))
		return persist(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "many"))
		return many(argv[2], atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "unlink"))
		return unlink_name(argv[2]) != 0;
	if (argc == 2 && !strcmp(argv[1], "number"))
		return printf("%llu\n", stat_of(mailbox(NULL, O_RDWR)).id) < 0;
	if (argc == 4 && !strcmp(argv[1], "reload"))
		return reload(argv[2], atoi(argv[3]));
	fprintf(stderr, "Usage: %s use|persist NAME|many NAME N|unlink NAME|number|reload FILE N\n",
		argv[0]);
	return 2;
}
