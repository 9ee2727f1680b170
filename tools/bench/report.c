// SPDX-License-Identifier: GPL-2.0-only
/* ipcx bench report: writing the page of results. Everything from their file is escaped. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html.h"
#include "report.h"
#include "results.h"
#include "results_file.h"

/* mkdir -p */
static int make_directories(const char *dir)
{
	char *path = strdup(dir);
	int ret = path ? 0 : -1;

	for (char *p = path; p && *p && !ret; p++) {
		if (*p != '/' || p == path)
			continue;
		*p = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			ret = -1;
		*p = '/';
	}
	if (!ret && mkdir(path, 0777) && errno != EEXIST)
		ret = -1;
	free(path);
	return ret;
}

static int report_write(const json_t *root, const char *dir)
{
	size_t len = strlen(dir) + sizeof("/index.html.part");
	char *path = malloc(len), *part = malloc(len);
	FILE *out = NULL;
	int err = ENOMEM, status = -1;

	if (!path || !part)
		goto free;
	snprintf(path, len, "%s/index.html", dir);
	snprintf(part, len, "%s/index.html.part", dir);
	err = 0;
	if (make_directories(dir))
		err = errno;
	else
		out = fopen(part, "we");
	if (out) {
		report_page(out, root);
		if (fflush(out) || ferror(out))
			err = errno ? errno : EIO;
		if (fclose(out) && !err)
			err = errno;
		if (!err && rename(part, path))
			err = errno;
		if (err)
			unlink(part);
	} else if (!err) {
		err = errno;
	}
free:
	if (err)
		status = bench_complain(2, "cannot write %s/index.html: %s", dir, strerror(err));
	else
		printf("%s\n", path);
	free(path);
	free(part);
	return status;
}

int report_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 }
	};
	const char *dir = NULL;
	json_t *root = NULL;
	int option, status;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", longs, NULL)) != -1) {
		if (option != 'o')
			return bench_complain(2, option == ':' ? "%s wants a value" :
					      "report: no option \"%s\"", argv[optind - 1]);
		dir = optarg;
	}
	if (optind != argc - 1 || !dir || !*dir)
		return bench_complain(2, "report wants a results file and -o DIRECTORY");
	status = results_read(argv[optind], &root);
	if (status >= 0)
		return status;
	status = report_write(root, dir);
	json_decref(root);
	return status < 0 ? 0 : status;
}
