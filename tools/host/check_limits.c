// SPDX-License-Identifier: GPL-2.0-only
/* Limits for which a mechanism would refuse a size of the run, or not be there at all. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examine.h"

#define CAP_SYS_RESOURCE_BIT	24
#define CAP_SYS_PTRACE_BIT	19

/* What the kernel keeps back of a send buffer; see unix(7). */
#define SEND_BUFFER_HEAD	32

/* What the kernel charges a POSIX queue for a message beside its bytes, at most. */
#define QUEUE_HEAD		128
#define QUEUE_MSGS		10

/* The sizes of the run over @limit; how many, and @largest of all. */
static unsigned int over(const struct host_exam *x, long long limit, char *text, size_t room,
			 uint64_t *largest)
{
	unsigned int n = 0;
	size_t len = 0;

	*text = '\0';
	*largest = 0;
	for (unsigned int i = 0; i < x->nsizes; i++) {
		if (x->sizes[i] > *largest)
			*largest = x->sizes[i];
		if (limit >= 0 && x->sizes[i] <= (uint64_t)limit)
			continue;
		if (len < room)
			len += (size_t)snprintf(text + len, room - len, "%s%llu", n ? ", " : "",
						(unsigned long long)x->sizes[i]);
		n++;
	}
	return n;
}

/* Whether this process has a capability; false if that is not known, as well. */
static bool capable(int bit)
{
	char hex[HOST_LINE];

	return host_field(hex, "/proc/self/status", "CapEff") &&
	       strtoull(hex, NULL, 16) >> bit & 1;
}

json_t *host_check_sysv_msg(struct host_exam *x)
{
	char sizes[128], remedy[256];
	long long msgmax, msgmnb;
	uint64_t largest;

	if (!host_number(&msgmax, "/proc/sys/kernel/msgmax") ||
	    !host_number(&msgmnb, "/proc/sys/kernel/msgmnb"))
		return json_null();
	if (over(x, msgmax < msgmnb ? msgmax : msgmnb, sizes, sizeof(sizes), &largest)) {
		snprintf(remedy, sizeof(remedy),
			 "as root, 'sysctl kernel.msgmax=%llu kernel.msgmnb=%llu'",
			 (unsigned long long)largest,
			 msgmnb > 0 && (uint64_t)msgmnb > largest ? (unsigned long long)msgmnb :
			 (unsigned long long)largest);
		host_note(x, remedy, "sysv-msg will refuse messages of %s bytes: kernel.msgmax is "
			  "%lld, kernel.msgmnb %lld", sizes, msgmax, msgmnb);
	}
	return json_pack("{s:I, s:I}", "msgmax", (json_int_t)msgmax, "msgmnb", (json_int_t)msgmnb);
}

/* The soft limit of a line of /proc/self/limits; LLONG_MAX for none */
static bool soft_limit(long long *value, const char *name)
{
	char rest[HOST_LINE];

	if (!host_field(rest, "/proc/self/limits", name))
		return false;
	*value = LLONG_MAX;
	return !strncmp(rest, "unlimited ", strlen("unlimited ")) ||
	       host_figure(value, "/proc/self/limits", name);
}

json_t *host_check_posix_mq(struct host_exam *x)
{
	long long size_max, bytes, fits;
	char sizes[128], remedy[256];
	uint64_t largest, needed;

	if (!host_number(&size_max, "/proc/sys/fs/mqueue/msgsize_max") ||
	    !soft_limit(&bytes, "Max msgqueue size"))
		return json_null();
	/* Who may raise limits is over both, and ipcx bench raises the one that it has to. */
	if (!capable(CAP_SYS_RESOURCE_BIT)) {
		fits = bytes / (2 * QUEUE_MSGS) - QUEUE_HEAD;
		if (over(x, size_max, sizes, sizeof(sizes), &largest)) {
			snprintf(remedy, sizeof(remedy),
				 "as root, 'sysctl fs.mqueue.msgsize_max=%llu'",
				 (unsigned long long)largest);
			host_note(x, remedy, "posix-mq will refuse messages of %s bytes: "
				  "fs.mqueue.msgsize_max is %lld", sizes, size_max);
		}
		if (over(x, fits > 0 ? fits : 0, sizes, sizeof(sizes), &largest)) {
			needed = 2 * QUEUE_MSGS * (largest + QUEUE_HEAD);
			snprintf(remedy, sizeof(remedy),
				 "as root, 'prlimit --pid $$ --msgqueue=%llu'",
				 (unsigned long long)needed);
			host_note(x, remedy, "posix-mq will refuse messages of %s bytes: the limit "
				  "for all queues of a user (RLIMIT_MSGQUEUE) is %lld", sizes,
				  bytes);
		}
	}
	return json_pack("{s:I, s:I}", "msgsize_max", (json_int_t)size_max, "rlimit_msgqueue",
			 (json_int_t)bytes);
}

json_t *host_check_send_buffer(struct host_exam *x)
{
	char sizes[128], remedy[128];
	uint64_t largest;
	long long room;

	if (!host_number(&room, "/proc/sys/net/core/wmem_default"))
		return json_null();
	if (over(x, room > SEND_BUFFER_HEAD ? room - SEND_BUFFER_HEAD : 0, sizes, sizeof(sizes),
		 &largest)) {
		snprintf(remedy, sizeof(remedy), "as root, 'sysctl net.core.wmem_default=%llu'",
			 (unsigned long long)largest + SEND_BUFFER_HEAD);
		host_note(x, remedy, "unix-dgram and unix-seqpacket will refuse messages of %s "
			  "bytes: net.core.wmem_default is %lld", sizes, room);
	}
	return json_integer(room);
}

json_t *host_check_memfd(struct host_exam *x)
{
	long long noexec;

	/* Before Linux 6.3 there is no such limit. */
	if (!host_number(&noexec, "/proc/sys/vm/memfd_noexec"))
		return host_exists("/proc/sys/vm") && !host_exists("/proc/sys/vm/memfd_noexec") ?
		       json_string("allowed") : json_null();
	if (noexec > 1)
		host_note(x, "as root, 'sysctl vm.memfd_noexec=1', or boot again where it cannot "
			  "be lowered",
			  "memfd will be refused: vm.memfd_noexec is %lld", noexec);
	return json_string(noexec > 1 ? "refused" : "allowed");
}

json_t *host_check_io_uring(struct host_exam *x)
{
	long long disabled;

	/* Before Linux 6.6 there is no such limit. */
	if (!host_number(&disabled, "/proc/sys/kernel/io_uring_disabled"))
		return host_exists("/proc/sys/kernel") &&
		       !host_exists("/proc/sys/kernel/io_uring_disabled") ?
		       json_string("allowed if the kernel has it") : json_null();
	if (disabled)
		host_note(x, "as root, 'sysctl kernel.io_uring_disabled=0'",
			  "io-uring will be refused%s: kernel.io_uring_disabled is %lld",
			  disabled == 1 ? " to whoever is not of kernel.io_uring_group" : "",
			  disabled);
	return json_string(!disabled ? "allowed" : disabled == 1 ? "for a group" : "refused");
}

json_t *host_check_realtime(struct host_exam *x)
{
	long long runtime, period;

	if (!host_number(&runtime, "/proc/sys/kernel/sched_rt_runtime_us") ||
	    !host_number(&period, "/proc/sys/kernel/sched_rt_period_us") || period <= 0)
		return json_null();
	if (runtime >= 0 && runtime < period)
		host_note(x, "as root, 'sysctl kernel.sched_rt_runtime_us=-1'",
			  "with --policy fifo, sides will stand still for %lld of every %lld us: "
			  "kernel.sched_rt_runtime_us is %lld", period - runtime, period, runtime);
	return json_pack("{s:I, s:I}", "runtime_us", (json_int_t)runtime, "period_us",
			 (json_int_t)period);
}

json_t *host_check_ptrace(struct host_exam *x)
{
	long long scope;

	if (!host_number(&scope, "/proc/sys/kernel/yama/ptrace_scope"))
		return host_exists("/proc/sys/kernel") && !host_exists("/proc/sys/kernel/yama") ?
		       json_string("no Yama") : json_null();
	if (scope > 2 || (scope == 2 && !capable(CAP_SYS_PTRACE_BIT)))
		host_note(x, "as root, 'sysctl kernel.yama.ptrace_scope=1', or boot again where it "
			  "cannot be lowered",
			  "process-vm will be refused: kernel.yama.ptrace_scope is %lld", scope);
	return json_integer(scope);
}
