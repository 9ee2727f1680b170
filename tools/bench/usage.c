// SPDX-License-Identifier: GPL-2.0-only
/* What a thread has used. */
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "usage.h"

static uint64_t usage_ns(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_usec * 1000u;
}

void usage_now(struct usage *usage)
{
	struct timespec unused;
	struct rusage now;

	/* The kernel's figures are of the last tick or switch; to ask for the time renews them. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &unused);
	memset(usage, 0, sizeof(*usage));
	if (getrusage(RUSAGE_THREAD, &now))
		return;
	*usage = (struct usage){
		.user = usage_ns(&now.ru_utime),
		.system = usage_ns(&now.ru_stime),
		.voluntary = (uint64_t)now.ru_nvcsw,
		.involuntary = (uint64_t)now.ru_nivcsw,
		.minor = (uint64_t)now.ru_minflt,
		.major = (uint64_t)now.ru_majflt,
	};
}

void usage_add(struct usage *sum, const struct usage *from, const struct usage *to)
{
	sum->user += to->user - from->user;
	sum->system += to->system - from->system;
	sum->voluntary += to->voluntary - from->voluntary;
	sum->involuntary += to->involuntary - from->involuntary;
	sum->minor += to->minor - from->minor;
	sum->major += to->major - from->major;
}

static uint64_t usage_share(uint64_t part, uint64_t n, uint64_t of)
{
	return (uint64_t)((double)part * (double)n / (double)of + 0.5);
}

void usage_add_share(struct usage *sum, const struct usage *part, uint64_t n, uint64_t of)
{
	sum->user += usage_share(part->user, n, of);
	sum->system += usage_share(part->system, n, of);
	sum->voluntary += usage_share(part->voluntary, n, of);
	sum->involuntary += usage_share(part->involuntary, n, of);
	sum->minor += usage_share(part->minor, n, of);
	sum->major += usage_share(part->major, n, of);
}
