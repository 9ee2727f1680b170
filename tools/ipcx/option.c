// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options and their values: numbers, sizes, modes, durations.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/*
 * getopt_long() with the errors told our way. @shorts starts with ':'. Returns the option, or -1
 * after the last, when optind is the first operand.
 */
int next_option(int argc, char **argv, const char *shorts, const struct option *longs)
{
	const char *text;
	int c;

	opterr = 0;
	c = getopt_long(argc, argv, shorts, longs, NULL);
	if (c == 'h') {
		fputs(current->help, stdout);
		exit(STATUS_OK);
	}
	if (c != '?' && c != ':')
		return c;

	text = argv[optind - 1];
	if (c == ':')
		usage("option '%s' wants a value", text);
	if (strncmp(text, "--", 2) && optopt)
		usage("unknown option '-%c'; what starts with '-' and is none goes after '--'",
		      optopt);
	usage("unknown or ambiguous option '%s', or one that takes no value", text);
}

void want_operands(int argc, char **argv, int least, int most, const char *what)
{
	if (argc - optind < least)
		usage("%s wanted", what);
	if (argc - optind > most)
		usage("'%s' is one too many: %s wanted", argv[optind + most], what);
}

static uint64_t parse_digits(const char *what, const char *text, char **end)
{
	uint64_t value;

	/* strtoull() would take blanks and signs. */
	if (!isdigit((unsigned char)*text))
		usage("%s '%s' is not a number", what, text);
	errno = 0;
	value = strtoull(text, end, 0);
	if (errno)
		usage("%s '%s' is too large a number", what, text);
	return value;
}

static void check_range(const char *what, const char *text, uint64_t value, uint64_t min,
			uint64_t max)
{
	if (value < min || value > max)
		usage("%s '%s' is not within %llu to %llu", what, text, (unsigned long long)min,
		      (unsigned long long)max);
}

uint64_t parse_number(const char *what, const char *text, uint64_t min, uint64_t max)
{
	uint64_t value;
	char *end;

	value = parse_digits(what, text, &end);
	if (*end)
		usage("%s '%s' is not a number", what, text);
	check_range(what, text, value, min, max);
	return value;
}

uint64_t parse_size(const char *what, const char *text, uint64_t min, uint64_t max)
{
	static const char suffixes[] = "KMGT";
	uint64_t value;
	int shift = 0;
	char *end;

	value = parse_digits(what, text, &end);
	if (*end) {
		const char *suffix = strchr(suffixes, toupper((unsigned char)*end));

		if (!suffix || (end[1] && strcmp(end + 1, "iB")))
			usage("%s '%s' is not a size: bytes, or K, M, G or T of 1024", what, text);
		shift = 10 * (int)(suffix - suffixes + 1);
	}
	if (value > UINT64_MAX >> shift)
		usage("%s '%s' is too large a size", what, text);
	value <<= shift;
	check_range(what, text, value, min, max);
	return value;
}

mode_t parse_mode(const char *text)
{
	unsigned long mode;
	char *end;

	mode = strtoul(text, &end, 8);
	if (!isdigit((unsigned char)*text) || *end || mode < 1 || mode > 0666 || mode & 0111)
		usage("--mode '%s' is not an octal mode of read and write bits, such as 0660",
		      text);
	return (mode_t)mode;
}

/* A percentage, as mailboxes have it for the share of a user */
uint32_t parse_share(const char *text)
{
	return (uint32_t)parse_number("--share", text, 1, IPCX_SHARE_ALL);
}

/* One limit of a mailbox, by its name, or as an option; false if there is none of that name. */
bool parse_limit(struct ipcx_limit *limit, const char *what, const char *text)
{
	const char *name = strncmp(what, "--", 2) ? what : what + 2;

	if (!strcmp(name, "max-msgs") || !strcmp(name, "messages"))
		limit->max_msgs = (__u32)parse_number(what, text, 1, UINT32_MAX);
	else if (!strcmp(name, "max-msg-size") || !strcmp(name, "size"))
		limit->max_msg_size = (__u32)parse_size(what, text, 1, UINT32_MAX);
	else if (!strcmp(name, "max-bytes") || !strcmp(name, "bytes"))
		limit->max_bytes = parse_size(what, text, 1, UINT64_MAX);
	else if (!strcmp(name, "share"))
		limit->share = (__u32)parse_number(what, text, 1, IPCX_SHARE_ALL);
	else
		return false;
	return true;
}

/* "1.5" of @unit nanoseconds; digits beyond the nanosecond are dropped. */
static bool scale(const char *digits, size_t len, uint64_t unit, uint64_t *ns)
{
	bool fraction = false;
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		uint64_t digit = (uint64_t)(digits[i] - '0');

		if (digits[i] == '.') {
			fraction = true;
		} else if (fraction) {
			unit /= 10;
			value += digit * unit;
		} else {
			if (__builtin_mul_overflow(value, 10, &value) ||
			    __builtin_mul_overflow(digit, unit, &digit) ||
			    __builtin_add_overflow(value, digit, &value))
				return false;
		}
	}
	*ns = value;
	return true;
}

uint64_t parse_duration(const char *what, const char *text)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = {
		{ "", 1000000000 }, { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 },
		{ "ns", 1 }, { "m", 60000000000 }, { "h", 3600000000000 },
	};
	size_t len = strspn(text, "0123456789.");
	const char *point = memchr(text, '.', len);
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!strcmp(text + len, units[i].suffix))
			break;
	}
	if (i == sizeof(units) / sizeof(units[0]) || !isdigit((unsigned char)*text) ||
	    (point && memchr(point + 1, '.', len - (size_t)(point + 1 - text))))
		usage("%s '%s' is not a duration, such as 500ms, 2s, 1.5m or 0", what, text);
	if (!scale(text, len, units[i].ns, &ns))
		usage("%s '%s' is too long", what, text);
	return ns;
}

void parse_timeout(struct timeout *timeout, const char *text)
{
	timeout->ns = parse_duration("--timeout", text);
	timeout->text = text;
}

void apply_timeout(const struct timeout *timeout, __u64 *deadline, __u32 *flags)
{
	*deadline = IPCX_NO_DEADLINE;
	if (!timeout->text)
		return;
	if (timeout->ns)
		*deadline = ipcx_deadline(timeout->ns);
	else
		*flags |= IPCX_DONTWAIT;
}
