// SPDX-License-Identifier: GPL-2.0-only
/* The report of ipcx doctor for people. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

static void print_value(const char *key, const json_t *value, int depth)
{
	const char *text;
	const char *name;
	json_t *member;

	if (json_is_object(value))
		printf("%*s%s\n", 2 * depth, "", key);
	else
		printf("%*s%-*s", 2 * depth, "", 30 - 2 * depth, key);
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_object_foreach((json_t *)value, name, member)
			print_value(name, member, depth + 1);
		return;
	case JSON_INTEGER:
		if (json_integer_value(value) == INT64_MAX)
			puts(" no limit");
		else
			printf(" %lld\n", (long long)json_integer_value(value));
		return;
	case JSON_REAL:
		printf(" %.2f\n", json_real_value(value));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		puts(json_is_true(value) ? " yes" : " no");
		return;
	default:
		text = json_string_value(value);
		printf(" %s\n", text ? text : "unknown");
	}
}

void doctor_print(const char *heading, const json_t *values)
{
	print_value(heading, values, 0);
}

void doctor_print_findings(const char *heading, const json_t *findings, const char *level)
{
	const char *of, *what, *remedy;
	bool any = false;
	json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding) {
		if (json_unpack(finding, "{s:s, s:s, s:s}", "level", &of, "what", &what, "do",
				&remedy) || strcmp(of, level))
			continue;
		if (!any)
			printf("\n%s\n", heading);
		any = true;
		printf("  %s\n    %s\n", what, remedy);
	}
}
