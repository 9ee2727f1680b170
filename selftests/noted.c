// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into tests: notes which commands of the device have failed with which errno, in a file
 * that all tests share, for errnos.sh to read. A byte for each errno of each command.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/ipcx.h>

enum { COMMANDS = 256, ERRNOS = 256 };

static uint8_t (*noted)[ERRNOS];

/* Mapped, as a descriptor would be one more than a test knows of. */
static void __attribute__((constructor)) map_notes(void)
{
	const char *path = getenv("IPCX_NOTED");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory;

	if (fd < 0)
		return;
	memory = mmap(NULL, COMMANDS * ERRNOS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
		      fd, 0);
	if (memory != MAP_FAILED)
		noted = memory;
	close(fd);
}

int ioctl(int fd, unsigned long cmd, ...)
{
	va_list args;
	void *arg;
	long ret;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	ret = syscall(SYS_ioctl, fd, cmd, arg);
	if (ret == -1 && noted && _IOC_TYPE(cmd) == IPCX_IOC_MAGIC && errno < ERRNOS)
		noted[_IOC_NR(cmd)][errno] = 1;
	return ret;
}
