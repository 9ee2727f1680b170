// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx: finds the subcommand and runs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../bench/bench.h"
#include "cmd.h"

static int run_help(int argc, char **argv);

static const struct command cmd_bench = {
	.name = "bench",
	.run = bench_main,
	.summary = "compare ipcx with the kernel's other mechanisms",
};

static const struct command cmd_help = {
	.name = "help",
	.run = run_help,
	.summary = "tell about a command",
	.help = "Usage: ipcx help [COMMAND]\n",
};

static const struct command *const commands[] = {
	&cmd_create, &cmd_send, &cmd_recv, &cmd_call, &cmd_serve, &cmd_with, &cmd_region, &cmd_rm,
	&cmd_ls, &cmd_top, &cmd_stat, &cmd_set, &cmd_monitor, &cmd_limits, &cmd_knob,
	&cmd_dump, &cmd_restore,
	&cmd_mq_run, &cmd_demo, &cmd_bench, &cmd_doctor, &cmd_version, &cmd_help,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct command *current;

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(name, commands[i]->name))
			return commands[i];
	}
	return NULL;
}

static void overview(FILE *to)
{
	fputs("Usage: ipcx COMMAND [ARGUMENT]...\n"
	      "\n"
	      "Mailboxes for messages, and shared memory, through " IPCX_DEVICE ".\n"
	      "\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n"
	      "'ipcx COMMAND --help' tells more. A first message:\n"
	      "\n"
	      "  ipcx create box; echo hello | ipcx send box; ipcx recv box; ipcx rm box\n"
	      "\n"
	      "Exit status: 0 done; 1 it failed, and standard error says why; 2 the command line\n"
	      "is wrong; 3 not within --timeout.\n", to);
}

static int run_command(const struct command *cmd, int argc, char **argv)
{
	int status;

	current = cmd;
	status = cmd->run(argc, argv);
	if (fflush(stdout))
		fail(STATUS_FAILED, "cannot write to standard output: %s", strerror(errno));
	return status;
}

static int run_help(int argc, char **argv)
{
	const struct command *cmd;

	if (argc < 2) {
		overview(stdout);
		return STATUS_OK;
	}
	cmd = find(argv[1]);
	if (!cmd)
		usage("there is no command '%s'", argv[1]);
	if (!cmd->help)
		return run_command(cmd, 2, (char *[]){ "bench", "--help", NULL });
	fputs(cmd->help, stdout);
	return STATUS_OK;
}

/*
 * Whoever starts us with a standard descriptor closed must not have the device opened in its place,
 * or what is printed would be sent. Each is opened the wrong way round, so that using it is an
 * error.
 */
static void reserve_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
		if (fd == STDIN_FILENO) {
			close(fd);
			fd = open("/dev/null", O_WRONLY);
		}
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct command *cmd;
	const char *name;

	reserve_standard_fds();
	if (argc < 2) {
		overview(stderr);
		return STATUS_USAGE;
	}
	name = argv[1];
	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		name = "help";
	else if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		name = "version";
	cmd = find(name);
	if (!cmd)
		usage("there is no command '%s'", name);
	return run_command(cmd, argc - 1, argv + 1);
}
