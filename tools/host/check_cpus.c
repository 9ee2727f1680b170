// SPDX-License-Identifier: GPL-2.0-only
/* Which CPUs there are for the two sides, and what these have to do with each other. */
#include <stdio.h>

#include "examine.h"
#include "facts.h"

#define CPU	"/sys/devices/system/cpu"

json_t *host_check_affinity(struct host_exam *x)
{
	char remedy[128], online_list[64], list[64];
	cpu_set_t online;

	if (!x->cpus_known || !host_list(&online, CPU "/online"))
		return json_null();
	host_list_text(list, sizeof(list), &x->cpus);
	host_list_text(online_list, sizeof(online_list), &online);
	if (CPU_COUNT(&online) == 1) {
		host_note(x, "measure on a machine, or in a guest, with two CPUs",
			  "there is one CPU: 'two-cpus' cannot be measured");
	} else if (CPU_COUNT(&x->cpus) == 1) {
		snprintf(remedy, sizeof(remedy), "'taskset -c %s ipcx bench', or allow more CPUs "
			 "to this container", online_list);
		host_warn(x, remedy, "of the CPUs %s this process may use only %s: 'two-cpus' cannot "
			  "be measured, and whatever else is bound to that one is in the way",
			  online_list, list);
	}
	return json_string(list);
}

json_t *host_check_smt(struct host_exam *x)
{
	long long active;
	bool known = host_number(&active, CPU "/smt/active");
	int first, second;

	if (x->cpus_known && !host_cpus_choose(&x->cpus, &first, &second) &&
	    host_siblings(first, second))
		host_warn(x, "allow another core ('taskset -c'), or compare on 'same-cpu' only",
			  "the CPUs %d and %d, which 'two-cpus' takes for lack of others, are threads "
			  "of one core", first, second);
	else if (known && active)
		host_note(x, "as root, 'echo off > " CPU "/smt/control'",
			  "SMT is on: what runs on the other thread of a core slows down the one "
			  "that is measured");
	return known ? json_boolean(active) : json_null();
}

json_t *host_check_numa(struct host_exam *x)
{
	char remedy[128], list[64];
	cpu_set_t cpus;
	int first, second, node, other;

	if (!x->cpus_known)
		return json_null();
	if (host_cpus_choose(&x->cpus, &first, &second))
		return json_string("one CPU");
	node = host_node(first);
	other = host_node(second);
	if (node < 0 || other < 0)
		return json_null();
	if (node == other)
		return json_string("one node");
	snprintf(remedy, sizeof(remedy), "keep to one node: 'numactl --cpunodebind=%d ipcx bench'",
		 node);
	if (host_list(&cpus, "/sys/devices/system/node/node%d/cpulist", node)) {
		host_list_text(list, sizeof(list), &cpus);
		snprintf(remedy, sizeof(remedy), "keep to one node: 'taskset -c %s ipcx bench'",
			 list);
	}
	host_warn(x, remedy, "the CPUs %d and %d, which 'two-cpus' takes, are on the nodes %d and "
		  "%d: their memory is apart", first, second, node, other);
	return json_string("two nodes");
}

json_t *host_check_isolated(struct host_exam *x)
{
	char remedy[128], list[64], text[HOST_LINE];
	cpu_set_t isolated, used;

	/* No isolated CPU is an empty line. */
	if (!x->cpus_known || !host_line(text, CPU "/isolated") ||
	    !host_list_parse(&isolated, text))
		return json_null();
	if (!CPU_COUNT(&isolated))
		return json_string("none");
	host_list_text(list, sizeof(list), &isolated);
	CPU_AND(&used, &isolated, &x->cpus);
	if (CPU_EQUAL(&used, &x->cpus)) {
		host_note(x, "nothing, but what is 'unpinned' is not moved between them",
			  "only isolated CPUs (%s) are used, where nothing else runs", list);
	} else {
		snprintf(remedy, sizeof(remedy), "'taskset -c %s ipcx bench'", list);
		host_note(x, remedy, "the CPUs %s are isolated: measuring there is not disturbed",
			  list);
	}
	return json_string(list);
}
