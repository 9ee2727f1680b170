// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's fault injection (Documentation/fault-injection of its source), for one thread: the
 * n-th allocation or copy between user space and kernel fails.
 */
#include "inject.h"

static int nth_fd = -1, log_fd = -1;

static bool set(const char *attribute, const char *name, const char *value)
{
	char path[128];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", attribute, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = fd >= 0 && write(fd, value, strlen(value)) > 0;
	if (fd >= 0)
		close(fd);
	return done;
}

const char *faults_prepare(void)
{
	static const char * const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	unsigned int i;

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		return "this kernel does not inject faults (CONFIG_FAULT_INJECTION)";
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		/* Which one it was is logged, but not where. */
		if (!set(kinds[i], "verbose", "1"))
			return "this kernel does not inject all faults, or this is not root";
	}
	/* Whoever may sleep is not excepted; nor is one page. */
	if (!set("failslab", "ignore-gfp-wait", "N") ||
	    !set("fail_page_alloc", "ignore-gfp-wait", "N") ||
	    !set("fail_page_alloc", "ignore-gfp-highmem", "N") ||
	    !set("fail_page_alloc", "min-order", "0"))
		return "fault injection cannot be set up";
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		return "the kernel's log cannot be read";
	return NULL;
}

void fault_arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd, text, len, 0) != len)
		abort();
}

/* Reading and writing the number copies, too, and so may get the fault that nobody else got. */
bool fault_disarm(void)
{
	char text[16] = "";
	bool missed = pread(nth_fd, text, sizeof(text) - 1, 0) < 0 || atoi(text) != 0;

	if (pwrite(nth_fd, "0", 1, 0) != 1 && pwrite(nth_fd, "0", 1, 0) != 1)
		abort();
	return !missed;
}

void fault_count(struct fault_counts *counts)
{
	char record[8192];
	ssize_t len;

	for (;;) {
		len = read(log_fd, record, sizeof(record) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			return;
		record[len] = '\0';
		if (!strstr(record, "FAULT_INJECTION: forcing a failure"))
			continue;
		if (strstr(record, "name failslab"))
			counts->slab++;
		else if (strstr(record, "name fail_page_alloc"))
			counts->page++;
		else if (strstr(record, "name fail_usercopy"))
			counts->copy++;
		else
			counts->other++;
	}
}
