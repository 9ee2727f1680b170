// SPDX-License-Identifier: GPL-2.0-only
/* Whether what the kernel tells of a machine is read as it is meant. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <host/examine.h>
#include <host/facts.h>

#include "unit.h"

static bool list_is(const char *list, const char *expected)
{
	cpu_set_t set;
	char text[64];

	return host_list_parse(&set, list) &&
	       !strcmp(host_list_text(text, sizeof(text), &set), expected);
}

static void test_lists(void)
{
	static const char *const bad[] = { "x", "-1", "1-", "1,", "1,,2", "1 2", "1-x", ",", "3;" };
	char text[8];
	cpu_set_t set;
	bool refused = true;

	check(list_is("0-3,8", "0-3,8") && list_is("5", "5") && list_is("2,0,1", "0-2"),
	      "lists of CPUs");
	check(list_is("", "") && list_is("3-1", ""), "lists of no CPU");
	check(list_is("1,1000-999999999999999999999", "1,1000-1023"),
	      "more CPUs than there can be");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		refused &= !host_list_parse(&set, bad[i]);
	check(refused, "what is no list");
	host_list_parse(&set, "100,102,104,106");
	check(strlen(host_list_text(text, sizeof(text), &set)) == sizeof(text) - 1,
	      "a list that is too long is cut off");
}

static void test_words(void)
{
	check(host_has_word("fpu hypervisor sse", "hypervisor") &&
	      host_has_word("cpu,cpuacct", "cpu") && host_has_word("a", "a"), "words are found");
	check(!host_has_word("cpuacct,cpuset", "cpu") && !host_has_word("", "cpu") &&
	      !host_has_word("mycpu", "cpu"), "and parts of words are not");
}

static void write_file(const char *root, const char *content, size_t len)
{
	char path[HOST_PATH];
	FILE *file;

	snprintf(path, sizeof(path), "%s/file", root);
	file = fopen(path, "we");
	if (file) {
		fwrite(content, 1, len, file);
		fclose(file);
	}
}

static bool number_is(const char *root, const char *content, long long expected)
{
	long long value;

	write_file(root, content, strlen(content));
	return host_number(&value, "/%s", "file") && value == expected;
}

static bool no_number(const char *root, const char *content)
{
	long long value = 5;

	write_file(root, content, strlen(content));
	return !host_number(&value, "/file") && !value;
}

static void test_files(const char *root)
{
	static char huge[3 * HOST_LINE];
	char line[HOST_LINE];
	long long value;

	check(number_is(root, "42\n", 42) && number_is(root, "-1", -1) &&
	      number_is(root, "18446744073709551615\n", LLONG_MAX), "numbers");
	check(no_number(root, "") && no_number(root, "x\n") && no_number(root, "-\n") &&
	      no_number(root, "4 5\n") && no_number(root, "4x\n") && no_number(root, "\n4\n"),
	      "what is no number");
	check(!host_line(line, "/none") && !*line && !host_number(&value, "/") &&
	      !host_exists("/none") && host_exists("/file"), "files that are not there");
	write_file(root, "a\tb\x1b[2J\xff\nc\n", 11);
	check(host_line(line, "/file") && !strcmp(line, "a b?[2J?"), "a line is printable");
	memset(huge, 'x', sizeof(huge));
	memcpy(huge + sizeof(huge) - 5, "\nk: 7", 5);
	write_file(root, huge, sizeof(huge));
	check(host_line(line, "/file") && strlen(line) == HOST_LINE - 1 &&
	      host_figure(&value, "/file", "k") && value == 7, "a long line is cut off, not split");
	write_file(root, "keys: 1\nkey:\t 2 kB\nkey: 3\n", 26);
	check(host_figure(&value, "/file", "key") && value == 2 &&
	      !host_figure(&value, "/file", "ke") && !host_field(line, "/file", "none") && !*line,
	      "a value by its key");
}

static unsigned int clock_warnings(double reading, double step)
{
	struct host_exam x = { .facts = json_object(), .findings = json_array() };
	unsigned int n;

	host_judge_clock(&x, reading, step);
	n = finding_count(x.findings, FINDING_WARNING);
	host_exam_end(&x);
	return n;
}

static void test_clock(void)
{
	double reading, step;

	check(!clock_warnings(20, 1) && !clock_warnings(60, 100) &&
	      !clock_warnings(170, 112), "a clock as it should be");
	check(clock_warnings(20, 256) == 1 && clock_warnings(20, 0) == 1 &&
	      clock_warnings(900, 20) == 1 && clock_warnings(900, 1000000) == 2,
	      "a clock that is coarse or slow");
	host_clock_measure(&reading, &step);
	check(reading > 0 && step > 0, "this one is read in %.0f ns and goes in steps of %.0f",
	      reading, step);
}

static void test_choice(void)
{
	int first, second;
	cpu_set_t set;

	CPU_ZERO(&set);
	check(host_cpus_choose(&set, &first, &second) == -1 && first == -1, "no CPU to choose");
	CPU_SET(3, &set);
	check(host_cpus_choose(&set, &first, &second) == -1 && first == 3, "one CPU");
	CPU_SET(1, &set);
	check(!host_cpus_choose(&set, &first, &second) && first == 3 && second == 1, "two CPUs");
}

void unit_host(void)
{
	char root[] = "/tmp/ipcx-unit.XXXXXX", path[HOST_PATH];

	test_lists();
	test_words();
	test_clock();
	if (!mkdtemp(root))
		return check(false, "a temporary directory");
	setenv("IPCX_HOST_ROOT", root, 1);
	test_files(root);
	test_choice();
	unsetenv("IPCX_HOST_ROOT");
	snprintf(path, sizeof(path), "%s/file", root);
	unlink(path);
	rmdir(root);
}
