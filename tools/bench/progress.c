// SPDX-License-Identifier: GPL-2.0-only
/* Telling how far it is, on standard error. */
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

#define PROGRESS_TERMINAL_NS	200000000ull
#define PROGRESS_PLAIN_NS	10000000000ull

void progress_begin(struct progress *p, double weight)
{
	*p = (struct progress){ .begun = clock_now(), .weight = weight };
	p->told = p->begun;
}

/* What is over the plan is done to be sure, and nobody knows how long that takes. */
static void progress_text(const struct progress *p, char *text, size_t room)
{
	double seconds = (double)(clock_now() - p->begun) / 1e9, left;

	if (p->done >= p->weight) {
		snprintf(text, room, "repeating what is not sure yet, %.0f s so far", seconds);
		return;
	}
	left = p->done > 0 ? seconds * (p->weight - p->done) / p->done : 0;
	snprintf(text, room, "%.0f %%, %.0f min %02.0f s left", 100 * p->done / p->weight,
		 (double)((unsigned int)left / 60), (double)((unsigned int)left % 60));
}

void progress_step(struct progress *p, double weight)
{
	uint64_t now = clock_now();
	char text[80];

	p->done += weight;
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
