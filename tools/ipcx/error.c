// SPDX-License-Identifier: GPL-2.0-only
/*
 * Saying what went wrong: one line on stderr, and the exit status that goes with it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"

static void complain(const char *fmt, va_list ap, const char *tail)
{
	char line[1024];

	/* One write, so that the lines of several processes do not mix. */
	vsnprintf(line, sizeof(line), fmt, ap);
	fflush(stdout);
	fprintf(stderr, "ipcx%s%s: %s%s\n", current ? " " : "", current ? current->name : "", line,
		tail);
}

void warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap, "");
	va_end(ap);
}

static void (*first)(void);

/* What fail() is to do first, so that its sentence can be read: to leave a screen. */
void before_failing(void (*fn)(void))
{
	first = fn;
}

void fail(int status, const char *fmt, ...)
{
	va_list ap;

	if (first)
		first();
	va_start(ap, fmt);
	complain(fmt, ap, "");
	va_end(ap);
	exit(status);
}

void usage(const char *fmt, ...)
{
	char tail[64];
	va_list ap;

	if (current)
		snprintf(tail, sizeof(tail), " (see 'ipcx %s --help')", current->name);
	else
		snprintf(tail, sizeof(tail), " (see 'ipcx help')");
	va_start(ap, fmt);
	complain(fmt, ap, tail);
	va_end(ap);
	exit(STATUS_USAGE);
}
