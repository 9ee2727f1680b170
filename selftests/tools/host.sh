#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What can be seen of the command and the library without the module: usage errors, the sentence
# for a module that is not loaded, the headers on their own, the exported symbols. Takes what was
# built in the checkout, or under BUILD; a build with sanitizers wants its flags in CFLAGS.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

top=$(cd ../.. && pwd)
build=${BUILD:-$top/build}
PATH=$build/bin:$PATH

# refuses WHAT PATTERN ARGUMENT...: a wrong command line is refused with status 2, in one line.
refuses()
{
	local what=$1 pattern=$2

	shift 2
	run ipcx "$@" </dev/null
	if [[ $err == *$'\n'* ]]; then
		tap_fail "$what" "more than one line on stderr: '$err'"
		return
	fi
	expect "$what" 2 "" "$pattern"
}

test_usage()
{
	local long=0123456789012345678901234567890123456789012345678901234567890123

	run ipcx
	expect "no command" 2 "" "Usage: ipcx COMMAND*"
	refuses "an unknown command" "ipcx: there is no command 'sned' (see 'ipcx help')" sned
	refuses "help on an unknown command" "ipcx help: there is no command 'sned' *" help sned
	refuses "no name" "ipcx send: *wanted (see 'ipcx send --help')" send
	refuses "an unknown option" "ipcx send: unknown option '-1'*goes after '--'*" send box -1
	refuses "an unknown long option" "ipcx recv: *'--no', *" recv --no box
	refuses "a missing value" "ipcx recv: option '--count' wants a value*" recv box --count
	refuses "two names" "ipcx recv: 'b' is one too many*" recv a b
	refuses "an empty name" "ipcx recv: a name has at least one byte*" recv ""
	refuses "a name with a slash" "ipcx recv: a name has no '/': 'a/b'*" recv a/b
	refuses "a name with a control character" "ipcx recv: a name has no control *" recv $'a\n'
	refuses "a name of 64 bytes" "ipcx recv: a name has at most 63 bytes, not 64*" recv $long
	refuses "a count of none" "ipcx recv: --count '0' is not within 1 to *" recv -n 0 box
	refuses "a negative count" "ipcx recv: --count '-1' is not a number*" recv -n -1 box
	refuses "a timeout without a number" "ipcx recv: --timeout 's' is not a dur*" recv -T s box
	refuses "a timeout of no unit" "ipcx recv: --timeout '1d' is not a dur*" recv -T 1d box
	refuses "two points" "ipcx recv: --timeout '1.2.3' is not a dur*" recv -T 1.2.3 box
	refuses "a timeout past all time" "ipcx recv: --timeout '99999999999h' is too long*" \
		recv -T 99999999999h box
	refuses "follow and count" "ipcx recv: --follow or --count, not both*" recv -f -n 2 box
	refuses "raw and json" "ipcx call: --raw or --json, not both*" call -rj box
	refuses "a call with no time" "ipcx call: --timeout 0 leaves no time*" call -T 0 box
	refuses "a priority of 32" "ipcx send: --prio '32' is not within 0 to 31*" send -p 32 box
	refuses "a type of 2^64" "ipcx send: --type '18446744073709551616' is too large*" \
		send -t 18446744073709551616 box
	refuses "a size with an odd suffix" "ipcx create: --max-msg-size '1KB' is not a size*" \
		create -s 1KB box
	refuses "a size of 2^64" "ipcx create: --max-bytes '16777216T' is too large*" \
		create -b 16777216T box
	refuses "a mode with execute bits" "ipcx create: --mode '0755' is not an octal*" \
		create -m 0755 box
	refuses "a serve with nothing to run" "ipcx serve: --echo or *" serve box
	refuses "a program without --" "ipcx serve: '--' goes before PROGRAM: *" serve box cat
	refuses "no action" "ipcx region: 'create', 'write', 'read', 'notify', 'wait' or 'rm' wanted*" region
	refuses "an unknown action" "ipcx region: 'create', 'write', 'read', 'notify', 'wait' or 'rm' wanted*" \
		region make box
	refuses "an option of another action" "ipcx region: 'region read' does not take '-f'*" \
		region read -f x box
	refuses "an order that there is not" "ipcx top: --sort 'colour' is no order: sent, *" \
		top -b -s colour
	refuses "intervals of no time" "ipcx top: --delay '0' is no time at all*" top -b -d 0
	refuses "intervals past all time" "ipcx top: --delay '9999999999s' is too long*" \
		top -b -d 9999999999s
	refuses "lines of a screen" "ipcx top: --lines is for --batch*" top --lines 3
	refuses "a screen as JSON" "ipcx top: --json is for --batch*" top --json
	refuses "a screen that is none" "ipcx top: *not both a terminal: --batch prints*" top
}

test_help()
{
	local command

	for command in create send recv call serve region rm top demo doctor version; do
		run ipcx "$command" --help
		expect "$command --help" 0 "$out" ""
		like "... shows the usage" "$out" "Usage: ipcx $command*"
	done
	run ipcx help
	like "help tells the exit statuses" "$out" "*Exit status: 0 *1 *2 *3 *"
}

test_no_module()
{
	local command

	if [[ -e /dev/ipcx || -e /sys/module/ipcx ]]; then
		tap_skip "no module" "the module is loaded"
		return
	fi
	for command in "create" "send" "recv" "call" "serve --echo" "rm" "region read"; do
		# shellcheck disable=SC2086 # two words, some of them
		run ipcx $command box </dev/null
		expect "$command without the module" 1 "" \
			"ipcx ${command%% *}: the module is not loaded: *modprobe ipcx*insmod *"
	done
	run ipcx version
	like "version without the module" "$out" "ipcx *libipcx *module not loaded*"
	run ipcx doctor --json
	expect "doctor without the module" 1 "$out" ""
	like "... tells what to do" "$out" '*"works":false,*"the module is not loaded","do":*'
}

# compiles WHAT COMPILER ARGUMENT...: of standard input, without a warning.
compiles()
{
	local what=$1

	shift
	if ! command -v "$1" >/dev/null; then
		tap_skip "$what" "no $1"
		return
	fi
	holds "$what" "$1" -Wall -Wextra -Wpedantic -Werror -I"$top/uapi" -I"$top/tools/lib" \
		-fsyntax-only "${@:2}" -
}

# Sizes and the places of what would move if a 64-bit field were not aligned.
layout()
{
	cat <<-'END'
	#include <linux/ipcx.h>
	#ifdef __cplusplus
	#define _Static_assert static_assert
	#endif
	#define SIZE(t, n) _Static_assert(sizeof(struct ipcx_##t) == n, #t)
	#define PLACE(t, f, n) \
		_Static_assert(__builtin_offsetof(struct ipcx_##t, f) == n, #t "." #f)
	SIZE(info, 80);
	SIZE(bind, 104);
	SIZE(unlink, 72);
	SIZE(stat, 144);
	SIZE(msg, 40);
	SIZE(sender, 24);
	SIZE(send, 56);
	SIZE(recv, 104);
	SIZE(call, 120);
	SIZE(reply, 160);
	PLACE(info, max_region_size, 72);
	PLACE(bind, size, 96);
	PLACE(stat, id, 64);
	PLACE(stat, size, 136);
	PLACE(recv, token, 64);
	PLACE(recv, from, 80);
	PLACE(call, from, 96);
	PLACE(reply, next, 56);
	END
}

test_headers()
{
	local arch

	compiles "ipcx.h alone, C89" cc -std=gnu89 -Wno-pedantic -xc <<<'#include <ipcx.h>'
	compiles "ipcx.h alone, C11" cc -std=c11 -xc <<<'#include <ipcx.h>'
	compiles "ipcx.h alone, C++11" c++ -std=c++11 -xc++ <<<'#include <ipcx.h>'
	compiles "linux/ipcx.h alone, C" cc -std=c99 -xc <<<'#include <linux/ipcx.h>'
	compiles "linux/ipcx.h alone, C++98" c++ -std=c++98 -Wno-pedantic -xc++ \
		<<<'#include <linux/ipcx.h>'
	compiles "layout, C" cc -std=c11 -xc < <(layout)
	compiles "layout, C++" c++ -std=c++11 -xc++ < <(layout)
	# The kernel's headers are all that it takes, and they are the same for 32 bits.
	arch=/usr/include/$(cc -print-multiarch)
	compiles "layout, 32 bits" cc -m32 -ffreestanding -isystem "$arch" -std=c11 -xc < <(layout)
}

test_library()
{
	local name declared exported

	declared=$(grep -hE '^[a-z].*\b(ipcx_[a-z_]+)\(' "$top"/tools/lib/ipcx*.h |
		grep -v '^static' | grep -oE 'ipcx_[a-z_]+\(' | tr -d '(' | sort)
	exported=$(nm -D --defined-only "$build/lib/libipcx.so" | awk '$2 == "T" { print $3 }' |
		sed 's/@@IPCX_.*//' | sort)
	holds "the library exports what its header declares, and no more" \
		test "$declared" = "$exported"
	for name in libipcx.so libipcx.a; do
		# shellcheck disable=SC2086 # flags are words
		cc ${CFLAGS-} -I"$top/uapi" -I"$top/tools/lib" -o "$tap_dir/a.out" -xc - \
			-xnone "$build/lib/$name" "-Wl,-rpath,$build/lib" <<-'END'
			#include <errno.h>
			#include <fcntl.h>
			#include <string.h>
			#include <ipcx.h>

			static int refused(int ret, int err)
			{
				return ret == -1 && errno == err;
			}

			int main(void)
			{
				char name[65] = "";

				memset(name, 'x', 64);
				return !(ipcx_version()[0] &&
					 ipcx_deadline(UINT64_MAX) == INT64_MAX &&
					 ipcx_deadline(0) != IPCX_NO_DEADLINE &&
					 refused(ipcx_endpoint(O_RDONLY | O_CREAT), EINVAL) &&
					 refused(ipcx_endpoint(O_ACCMODE), EINVAL) &&
					 refused(ipcx_mailbox("", O_RDONLY, 0), EINVAL) &&
					 refused(ipcx_mailbox(name, O_RDONLY, 0), ENAMETOOLONG) &&
					 refused(ipcx_region("r", O_APPEND, 0, 0), EINVAL) &&
					 refused(ipcx_unlink(name), ENAMETOOLONG));
			}
			END
		holds "a program with $name" "$tap_dir/a.out"
	done
}

test_usage
test_help
test_no_module
test_headers
test_library
tap_end
