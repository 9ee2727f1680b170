// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is to be seen of an object, in words and as JSON.
 */
#include <pwd.h>
#include <stdio.h>

#include "cmd.h"
#include "knob_text.h"
#include "sight.h"
#include "stats_print.h"

static const struct {
	uint32_t flag;
	const char *name;
} flag_names[] = {
	{ IPCX_STAT_PERSIST, "persist" },
	{ IPCX_STAT_REMOVED, "removed" },
	{ IPCX_STAT_HANGUP, "hangup" },
	{ IPCX_STAT_MANY_PRIOS, "many-prios" },
	{ IPCX_STAT_UNLINKED, "unlinked" },
	{ IPCX_STAT_HUGE, "huge" },
};

const char *sight_flag(uint32_t flags, unsigned int nth)
{
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (flags & flag_names[i].flag && !nth--)
			return flag_names[i].name;
	}
	return NULL;
}

void owner_name(char text[OWNER_NAME_MAX], uid_t uid)
{
	static char last[OWNER_NAME_MAX];
	static uid_t last_uid;

	/* The same for many: the file of users is not to be read for each. */
	if (!*last || last_uid != uid) {
		const struct passwd *pw = getpwuid(uid);

		if (pw)
			snprintf(last, sizeof(last), "%.32s", pw->pw_name);
		else
			snprintf(last, sizeof(last), "%u", uid);
		last_uid = uid;
	}
	snprintf(text, OWNER_NAME_MAX, "%s", last);
}

void sight_name(char text[SIGHT_NAME_MAX], const struct ipcx_stat *stat)
{
	const char *lost = stat->flags & IPCX_STAT_REMOVED ? ", removed" :
			   stat->flags & IPCX_STAT_UNLINKED ? ", unlinked" : "";

	if (*lost || !*stat->name)
		snprintf(text, SIGHT_NAME_MAX, "%s%s(id %llu%s)", stat->name,
			 *stat->name ? " " : "", stat->id, lost);
	else
		snprintf(text, SIGHT_NAME_MAX, "%s", stat->name);
}

static void set_number(json_t *value, const char *key, uint64_t number)
{
	json_object_set_new(value, key, json_integer((json_int_t)number));
}

static void set_state(json_t *value, const struct ipcx_stat *stat)
{
	set_number(value, "endpoints", stat->endpoints);
	if (stat->kind == IPCX_KIND_REGION) {
		set_number(value, "size", stat->size);
		set_number(value, "receivers", stat->receivers);
		return;
	}
	set_number(value, "msgs", stat->msgs);
	set_number(value, "bytes", stat->bytes);
	set_number(value, "receivers", stat->receivers);
	set_number(value, "senders", stat->senders);
	set_number(value, "max_msgs", stat->max_msgs);
	set_number(value, "max_msg_size", stat->max_msg_size);
	set_number(value, "max_bytes", stat->max_bytes);
	set_number(value, "share", stat->share);
}

/* Counters that are 0 are not shown without @zeros, nor statistics that have no others. */
static void set_stats(json_t *value, const struct sight *sight, bool zeros)
{
	json_t *stats = stats_json(sight->stat.kind, &sight->stats, zeros);

	if (json_object_size(stats))
		json_object_set_new(value, "stats", stats);
	else
		json_decref(stats);
}

/* Likewise those that nobody has turned */
static void set_knobs(json_t *value, const struct sight *sight, bool all)
{
	struct ipcx_knob knob = sight->knob;

	if (all)
		knob.set = KNOB_ALL;
	if (sight->stat.kind == IPCX_KIND_MAILBOX && knob.set)
		json_object_set_new(value, "knobs", knob_json(&knob));
}

json_t *sight_json(const struct sight *sight, bool zeros)
{
	const struct ipcx_stat *stat = &sight->stat;
	json_t *value = json_object(), *flags = json_array();
	const char *flag;

	/* A name that is no UTF-8 has no place in JSON; the id has. */
	set_number(value, "id", stat->id);
	json_object_set_new(value, "name", *stat->name ? json_string(stat->name) : json_null());
	json_object_set_new(value, "kind", json_string(kind_name(stat->kind)));
	for (unsigned int i = 0; (flag = sight_flag(stat->flags, i)); i++)
		json_array_append_new(flags, json_string(flag));
	json_object_set_new(value, "flags", flags);
	set_number(value, "mode", stat->mode);
	set_number(value, "uid", stat->uid);
	set_number(value, "gid", stat->gid);
	if (sight->whole) {
		set_state(value, stat);
		set_knobs(value, sight, zeros);
		set_stats(value, sight, zeros);
	}
	return value;
}
