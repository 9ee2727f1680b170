// SPDX-License-Identifier: GPL-2.0-only
/* Lists of findings. */
#include <stdio.h>
#include <string.h>

#include "finding.h"

static const char *const levels[FINDING_LEVELS] = {
	[FINDING_NOTE] = "note",
	[FINDING_WARNING] = "warning",
	[FINDING_ERROR] = "error",
};

void finding_addv(json_t *list, enum finding_level level, const char *remedy, const char *format,
		  va_list args)
{
	char text[FINDING_TEXT];

	vsnprintf(text, sizeof(text), format, args);
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "level", levels[level],
					      "what", text, "do", remedy));
}

void finding_add(json_t *list, enum finding_level level, const char *remedy, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	finding_addv(list, level, remedy, format, args);
	va_end(args);
}

unsigned int finding_count(const json_t *list, enum finding_level level)
{
	const json_t *finding;
	unsigned int n = 0;
	size_t i;

	json_array_foreach(list, i, finding)
		n += !strcmp(json_string_value(json_object_get(finding, "level")), levels[level]);
	return n;
}
