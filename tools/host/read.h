/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading what the kernel tells of the machine in /proc, /sys and /boot. Whatever is in these
 * files, what is read of them is printable.
 */
#ifndef HOST_READ_H
#define HOST_READ_H

#include <dirent.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define HOST_LINE	4096
#define HOST_PATH	512

/**
 * host_path() - where a file is
 *
 * Below IPCX_HOST_ROOT, if that is in the environment: so that tests can make up a machine.
 */
const char *host_path(char path[HOST_PATH], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** host_next_line() - the next line of @file, without its end; what is too long is cut off */
bool host_next_line(char line[HOST_LINE], FILE *file);

/** host_exists() - whether there is such a file or directory */
bool host_exists(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** host_line() - the first line of a file, without its end; false, and empty, if it has none */
bool host_line(char line[HOST_LINE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * host_number() - the number that is all that a file has
 * @value: set to it, or to LLONG_MAX or LLONG_MIN if it is too large; 0 if there is none
 */
bool host_number(long long *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * host_field() - the rest of the first line of a file that starts with a word
 * @rest: set to what stands behind @key, colons and blanks
 */
bool host_field(char rest[HOST_LINE], const char *path, const char *key);

/** host_figure() - the number that host_field() finds */
bool host_figure(long long *value, const char *path, const char *key);

/** host_names() - what is in a directory, as scandir() gives it; -1 if it cannot be read */
int host_names(struct dirent ***names, const char *path);

/** host_has_word() - whether a blank or comma stands before and after @word in @text */
bool host_has_word(const char *text, const char *word);

/** host_list_parse() - the CPUs of a list such as 0-3,8; false if it is none */
bool host_list_parse(cpu_set_t *set, const char *list);

/** host_list() - the CPUs of the list in a file */
bool host_list(cpu_set_t *set, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** host_list_text() - a list of CPUs, cut off at @room */
const char *host_list_text(char *text, size_t room, const cpu_set_t *set);

#endif /* HOST_READ_H */
