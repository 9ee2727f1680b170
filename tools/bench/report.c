// SPDX-License-Identifier: GPL-2.0-only
/* ipcx bench report: writing the page of results. Everything from their files is escaped. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "page.h"
#include "results.h"

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

/* The page as text, to be freed. */
static char *page_text(struct page *page)
{
	char *text = NULL;
	size_t len;

	page->out = open_memstream(&text, &len);
	if (!page->out)
		report_no_memory();
	page_write(page);
	if (fclose(page->out))
		report_no_memory();
	return text;
}

/* 0, or errno */
static int write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");
	int err = 0;

	if (!out)
		return errno;
	if (fputs(text, out) < 0 || fflush(out))
		err = errno;
	if (fclose(out) && !err)
		err = errno;
	return err;
}

/* The page is whole or, on any failure, as it was. */
static int report_write(struct page *page, const char *dir)
{
	size_t len = strlen(dir) + sizeof("/index.html.part");
	char *path = report_alloc(len, 1), *part = report_alloc(len, 1);
	char *text = page_text(page);
	int err = 0, status = -1;

	snprintf(path, len, "%s/index.html", dir);
	snprintf(part, len, "%s/index.html.part", dir);
	if (make_directories(dir)) {
		err = errno;
	} else {
		err = write_file(part, text);
		if (!err && rename(part, path))
			err = errno;
		if (err)
			unlink(part);
	}
	if (err)
		status = bench_complain(2, "cannot write %s: %s", path, strerror(err));
	else
		printf("%s\n", path);
	free(text);
	free(path);
	free(part);
	return status;
}

static int report_files(char **paths, size_t n, const char *dir, bool undrawn)
{
	struct report report;
	struct page page = { .report = &report, .undrawn = undrawn };
	int status = report_read(&report, paths, n);

	if (status < 0)
		status = report_write(&page, dir);
	report_drop(&report);
	if (status < 0 && page.failed)
		bench_complain(-1, "%u of %u plots could not be drawn: %s", page.failed, page.plots,
			       page.error);
	return status < 0 ? 0 : status;
}

int report_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "no-plots", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 }
	};
	const char *dir = NULL;
	bool undrawn = false;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", longs, NULL)) != -1) {
		if (option == 'o')
			dir = optarg;
		else if (option == 'n')
			undrawn = true;
		else
			return bench_complain(2, option == ':' ? "%s wants a value" :
					      "report: no option \"%s\"", argv[optind - 1]);
	}
	if (optind >= argc || !dir || !*dir)
		return bench_complain(2, "report wants results files and -o DIRECTORY");
	return report_files(argv + optind, (size_t)(argc - optind), dir,
			    undrawn);
}
