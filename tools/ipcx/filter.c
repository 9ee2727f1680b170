// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which mailboxes and regions a command is to be about, of all that there are.
 */
#include <fnmatch.h>
#include <pwd.h>
#include <string.h>

#include "cmd.h"
#include "filter.h"

void filter_kind(struct filter *filter, const char *text)
{
	for (uint32_t kind = IPCX_KIND_MAILBOX; kind <= IPCX_KIND_REGION; kind++) {
		if (!strcmp(text, kind_name(kind))) {
			filter->kind = kind;
			return;
		}
	}
	usage("--kind '%s' is neither mailbox nor region", text);
}

void filter_owner(struct filter *filter, const char *text)
{
	const struct passwd *pw = getpwnam(text);

	filter->by_owner = true;
	filter->owner = pw ? pw->pw_uid : (uid_t)parse_number("--owner", text, 0, UINT32_MAX);
}

static bool matches_name(const struct filter *filter, const char *name)
{
	if (!*filter->patterns)
		return true;
	for (char **pattern = filter->patterns; *pattern; pattern++) {
		if (!fnmatch(*pattern, name, 0))
			return true;
	}
	return false;
}

bool filter_matches(const struct filter *filter, const struct sight *sight)
{
	return (!filter->kind || filter->kind == sight->stat.kind) &&
	       (!filter->by_owner || filter->owner == sight->stat.uid) &&
	       matches_name(filter, sight->stat.name);
}
