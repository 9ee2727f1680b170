// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx version: of the command, the library and the module.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx version\n"
"\n"
"Print the versions of the command, of the library and of the loaded module.\n"
"\n"
"  -h, --help                this help\n";

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		HELP_OPTION,
		{ 0 },
	};
	struct ipcx_info info;
	int fd;

	while (next_option(argc, argv, ":h", longs) != -1)
		;
	want_operands(argc, argv, 0, 0, "nothing more");

	printf("ipcx %s\nlibipcx %s\n", IPCX_VERSION, ipcx_version());
	fd = ipcx_endpoint(O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && !ipcx_info(fd, &info))
		printf("module %.*s (interface %u)\n", (int)sizeof(info.version), info.version,
		       info.abi);
	else
		printf("module not loaded, or not to be opened: see 'ipcx doctor'\n");
	if (fd >= 0)
		close(fd);
	return STATUS_OK;
}

const struct command cmd_version = {
	.name = "version",
	.run = run,
	.summary = "print the versions of command, library and module",
	.help = help,
};
