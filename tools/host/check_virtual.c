// SPDX-License-Identifier: GPL-2.0-only
/* Whether there is a machine below this one. */
#include <string.h>

#include "examine.h"

/* What makers of virtual machines, and of nothing else, call these. */
static bool dmi_virtual(char line[HOST_LINE])
{
	static const char *const makers[] = {
		"QEMU", "KVM", "VMware", "VirtualBox", "innotek", "Virtual Machine", "Xen",
		"Parallels", "Bochs", "OpenStack", "Google Compute Engine", "Firecracker",
	};
	static const char *const files[] = { "product_name", "sys_vendor" };

	for (size_t f = 0; f < 2; f++) {
		if (!host_line(line, "/sys/class/dmi/id/%s", files[f]))
			continue;
		for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
			if (strstr(line, makers[i]))
				return true;
	}
	strcpy(line, "");
	return false;
}

json_t *host_check_virtual(struct host_exam *x)
{
	char flags[HOST_LINE], model[HOST_LINE], who[HOST_LINE];
	bool known = host_field(flags, "/proc/cpuinfo", "flags");

	/* Flags are told on x86, where every hypervisor shows itself by one. */
	if (!dmi_virtual(who) && !host_line(who, "/sys/hypervisor/type") &&
	    !host_has_word(flags, "hypervisor"))
		return known ? json_string("no") : json_null();
	if (host_field(model, "/proc/cpuinfo", "model name") && strstr(model, "TCG")) {
		host_warn(x, "measure on hardware, or count instructions ('tools/vm/vm --icount')",
			  "the CPU is emulated (%.80s): its times are not those of any hardware",
			  model);
		return json_string("emulated");
	}
	host_note(x, "compare only with figures of the same machine, or measure on hardware",
		  "this is a virtual machine%s%.60s%s: interrupts, page faults and waking another CPU "
		  "cost more than on hardware", *who ? " (" : "", who, *who ? ")" : "");
	return json_string(*who ? who : "yes");
}

json_t *host_check_steal(struct host_exam *x)
{
	if (!x->sample.cpu)
		return json_null();
	if (x->sample.steal >= 1)
		host_warn(x, "give the virtual machine CPUs of its own, or measure when its host is "
			  "idle",
			  "%.0f %% of the time of the CPUs is stolen: the hypervisor gives it to "
			  "others",
			  x->sample.steal);
	return json_real(x->sample.steal);
}
