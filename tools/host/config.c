// SPDX-License-Identifier: GPL-2.0-only
/* Reading the kernel's configuration, compressed or not. */
#include <stdio.h>
#include <string.h>

#include <zlib.h>

#include "config.h"
#include "read.h"

#define PREFIX	"CONFIG_"

static void take_line(const char *line, struct host_config *options, unsigned int n)
{
	const char *name = line + strlen(PREFIX);
	size_t len = strcspn(name, "=");

	for (unsigned int i = 0; name[len] && i < n; i++)
		if (strlen(options[i].name) == len && !strncmp(name, options[i].name, len))
			snprintf(options[i].value, sizeof(options[i].value), "%.*s",
				 (int)strcspn(name + len + 1, "\n"), name + len + 1);
}

/* Half a file may lack any option; a file with none is something else. */
static bool read_file(const char *path, struct host_config *options, unsigned int n)
{
	gzFile file = gzopen(path, "re");
	char line[HOST_LINE];
	bool any = false;
	int error;

	if (!file)
		return false;
	while (gzgets(file, line, sizeof(line))) {
		if (strncmp(line, PREFIX, strlen(PREFIX)))
			continue;
		any = true;
		take_line(line, options, n);
	}
	gzerror(file, &error);
	return gzclose(file) == Z_OK && (error == Z_OK || error == Z_STREAM_END) && any;
}

bool host_config_read(struct host_config *options, unsigned int n)
{
	static const char *const places[] = { "/boot/config-", "/lib/modules/", "/proc/config.gz" };
	static const char *const ends[] = { "", "/config", NULL };
	char path[HOST_PATH], release[HOST_LINE];
	bool named = host_line(release, "/proc/sys/kernel/osrelease") && !strchr(release, '/');

	for (int i = 2; i >= 0; i--) {
		for (unsigned int option = 0; option < n; option++)
			*options[option].value = '\0';
		if (!ends[i])
			host_path(path, "%s", places[i]);
		else if (named)
			host_path(path, "%s%s%s", places[i], release, ends[i]);
		else
			break;
		if (read_file(path, options, n))
			return true;
	}
	return false;
}
