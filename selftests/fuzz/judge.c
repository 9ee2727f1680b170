// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must be so after any program: the kernel has not complained, statistics add up, and when all
 * endpoints are closed, accounts are as if nothing had been.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "fuzz.h"

static int log_fd = -1;

void judge_init(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

static const char *judge_log(void)
{
	static const char * const signs[] = {
		"BUG: ", "WARNING: ", "UBSAN: ", "refcount_t: ", "INFO: task", "INFO: possible",
		"DEBUG_LOCKS_WARN_ON", "corruption", "general protection fault",
	};
	static char record[8192];
	unsigned int i;
	ssize_t len;

	while (log_fd >= 0) {
		len = read(log_fd, record, sizeof(record) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		for (i = 0; i < COUNT(signs); i++)
			if (strstr(record, signs[i]))
				return strchr(record, ';') ?: record;
	}
	return NULL;
}

static bool adds_up(int fd)
{
	struct ipcx_stats stats;

	if (fd < 0 || ioctl(fd, IPCX_IOC_STATS, &stats))
		return true;
	return stats.sent == stats.received + stats.msgs + stats.dropped &&
	       stats.sent_bytes == stats.received_bytes + stats.bytes + stats.dropped_bytes &&
	       stats.sent == stats.handed + stats.queued;
}

const char *judge_open(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (!adds_up(execute_slot(i)))
			return "statistics do not add up";
	return NULL;
}

static bool is_empty(const struct ipcx_quota *quota)
{
	return !quota->objects && !quota->bytes && !quota->region_bytes;
}

const char *judge_after(int control)
{
	struct ipcx_usage usage;
	unsigned int tries;

	/* What is in messages may take a moment to be closed. */
	for (tries = 0; tries < 500; tries++) {
		if (ioctl(control, IPCX_IOC_USAGE, &usage))
			return "no accounts";
		if (is_empty(&usage.user) && is_empty(&usage.net))
			return judge_log();
		usleep(1000);
	}
	return "accounts do not return to zero";
}
