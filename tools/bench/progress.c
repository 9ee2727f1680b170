// SPDX-License-Identifier: GPL-2.0-only
/* Telling how far it is, on standard error. */
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

#define PROGRESS_TERMINAL_NS	200000000ull
#define PROGRESS_PLAIN_NS	10000000000ull

void progress_begin(struct progress *p)
{
	*p = (struct progress){ .begun = clock_now() };
	p->told = p->begun;
}

/* What is over the plan is done to be sure, and nobody knows how long that takes. */
static void progress_text(const struct progress *p, char *text, size_t room)
{
	double seconds = (double)(clock_now() - p->begun) / 1e9, left;

	if (p->share >= 1) {
		snprintf(text, room, "repeating what is not sure yet, %.0f s so far", seconds);
		return;
	}
	left = p->share > 0 ? seconds * (1 - p->share) / p->share : 0;
	snprintf(text, room, "%.0f %%, %.0f min %02.0f s left", 100 * p->share,
		 (double)((unsigned int)left / 60), (double)((unsigned int)left % 60));
}

void progress_tell(struct progress *p, double share)
{
	uint64_t now = clock_now();
	char text[80];

	p->share = share;
	if (now - p->told < (isatty(STDERR_FILENO) ? PROGRESS_TERMINAL_NS : PROGRESS_PLAIN_NS))
		return;
	p->told = now;
	progress_text(p, text, sizeof(text));
	fprintf(stderr, isatty(STDERR_FILENO) ? "\r%s\033[K" : "ipcx bench: %s\n", text);
}

void progress_end(struct progress *p)
{
	if (p->told != p->begun && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}
