// SPDX-License-Identifier: GPL-2.0-only
/* Reading what the kernel tells of the machine. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read.h"

static void path_format(char path[HOST_PATH], const char *format, va_list args)
{
	const char *root = getenv("IPCX_HOST_ROOT");
	int len = snprintf(path, HOST_PATH, "%s", root ? root : "");

	if (len < HOST_PATH)
		vsnprintf(path + len, (size_t)(HOST_PATH - len), format, args);
}

const char *host_path(char path[HOST_PATH], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	path_format(path, format, args);
	va_end(args);
	return path;
}

bool host_exists(const char *format, ...)
{
	char path[HOST_PATH];
	va_list args;

	va_start(args, format);
	path_format(path, format, args);
	va_end(args);
	return !access(path, F_OK);
}

bool host_next_line(char line[HOST_LINE], FILE *file)
{
	size_t len;
	int c;

	if (!fgets(line, HOST_LINE, file)) {
		*line = '\0';
		return false;
	}
	len = strcspn(line, "\n");
	if (line[len] != '\n')
		do
			c = fgetc(file);
		while (c != '\n' && c != EOF);
	line[len] = '\0';
	for (char *p = line; *p; p++)
		if (*p == '\t')
			*p = ' ';
		else if (*p < ' ' || *p > '~')
			*p = '?';
	return true;
}

static bool path_line(char line[HOST_LINE], const char *path)
{
	FILE *file = fopen(path, "re");
	bool got;

	*line = '\0';
	if (!file)
		return false;
	got = host_next_line(line, file);
	fclose(file);
	return got;
}

bool host_line(char line[HOST_LINE], const char *format, ...)
{
	char path[HOST_PATH];
	va_list args;

	va_start(args, format);
	path_format(path, format, args);
	va_end(args);
	return path_line(line, path);
}

/* A decimal number at the start of @text, which one of @ends or the end follows. */
static bool text_number(long long *value, const char *text, const char *ends)
{
	char *end;

	*value = 0;
	if (!isdigit((unsigned char)text[text[0] == '-']))
		return false;
	*value = strtoll(text, &end, 10);
	if (!*end || strchr(ends, *end))
		return true;
	*value = 0;
	return false;
}

bool host_number(long long *value, const char *format, ...)
{
	char path[HOST_PATH], line[HOST_LINE];
	va_list args;

	va_start(args, format);
	path_format(path, format, args);
	va_end(args);
	*value = 0;
	return path_line(line, path) && text_number(value, line, "");
}

bool host_field(char rest[HOST_LINE], const char *path, const char *key)
{
	char line[HOST_LINE], full[HOST_PATH];
	FILE *file = fopen(host_path(full, "%s", path), "re");
	size_t len = strlen(key);
	bool found = false;

	*rest = '\0';
	while (file && !found && host_next_line(line, file)) {
		/* Not the word that only begins like it. */
		if (strncmp(line, key, len) || !strchr(": ", line[len]))
			continue;
		strcpy(rest, line + len + strspn(line + len, ": "));
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

bool host_figure(long long *value, const char *path, const char *key)
{
	char rest[HOST_LINE];

	*value = 0;
	return host_field(rest, path, key) && text_number(value, rest, " ");
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int host_names(struct dirent ***names, const char *path)
{
	char full[HOST_PATH];

	*names = NULL;
	return scandir(host_path(full, "%s", path), names, visible, alphasort);
}

bool host_has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; (p = strstr(p, word)); p += len)
		if ((p == text || strchr(" ,", p[-1])) && strchr(" ,", p[len]))
			return true;
	return false;
}

bool host_list_parse(cpu_set_t *set, const char *list)
{
	const char *p = list;
	long from, to;
	char *end;

	CPU_ZERO(set);
	while (isdigit((unsigned char)*p)) {
		from = strtol(p, &end, 10);
		to = from;
		if (*end == '-') {
			if (!isdigit((unsigned char)end[1]))
				return false;
			to = strtol(end + 1, &end, 10);
		}
		for (long cpu = from; cpu <= to && cpu < CPU_SETSIZE; cpu++)
			CPU_SET(cpu, set);
		if (*end != ',')
			return !*end;
		p = end + 1;
	}
	return !*p && p == list;
}

bool host_list(cpu_set_t *set, const char *format, ...)
{
	char path[HOST_PATH], line[HOST_LINE];
	va_list args;

	va_start(args, format);
	path_format(path, format, args);
	va_end(args);
	CPU_ZERO(set);
	return path_line(line, path) && host_list_parse(set, line);
}

const char *host_list_text(char *text, size_t room, const cpu_set_t *set)
{
	size_t len = 0;

	*text = '\0';
	for (int cpu = 0; cpu < CPU_SETSIZE && len < room; cpu++) {
		int first = cpu;

		if (!CPU_ISSET(cpu, set))
			continue;
		while (cpu + 1 < CPU_SETSIZE && CPU_ISSET(cpu + 1, set))
			cpu++;
		len += (size_t)snprintf(text + len, room - len, cpu > first ? "%s%d-%d" : "%s%d",
					len ? "," : "", first, cpu);
	}
	return text;
}
