#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ipcx bench says to bad input: one sentence. Needs no module, and ipcx on PATH.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

bench()
{
	out=$(timeout 300 ipcx bench "$@" 2>"$tap_dir/err")
	status=$?
	err=$(<"$tap_dir/err")
}

# bad WHAT PATTERN ARGUMENT...: refused in one sentence, with status 2
bad()
{
	local what=$1 pattern=$2

	shift 2
	bench "$@"
	if ((status == 2 && $(wc -l <"$tap_dir/err") == 1)) && [[ -z $out ]]; then
		like "$what" "$err" "ipcx bench: $pattern"
	else
		tap_fail "$what" "status $status, expected 2" "$err"
	fi
}

test_bad_input()
{
	bad "unknown mechanism" '*"smoke"*' -m pipe,smoke
	bad "no mechanism" '*' -m ''
	bad "size 0" 'size "0"*' --size 0
	bad "size too large" 'size "1G"*' --size 64,1G
	bad "size that is none" 'size "64x"*' --size 64x
	bad "count 0" 'count "0"*' -n 0
	bad "negative count" 'count "-1"*' -n -1
	bad "rounds" 'rounds "121"*' -r 121
	bad "unknown mode" '*"bw"*' --mode bw
	bad "unknown placement" '*"moon"*' -p moon
	bad "unknown unit" '*"s"*' --unit s
	bad "unknown option" '*"--frob"*' --frob
	bad "missing value" '*--size*' --size
	bad "argument too many" '*"pipe"*' pipe
	bad "results that cannot be written" '*/nowhere/x.json*' --json /nowhere/x.json
	bad "report without results" '*' report -o "$tap_dir/x"
	bad "report on nothing" '*No such file*' report "$tap_dir/none" -o "$tap_dir/x"
	echo '{"schema": "ipcx-bench/1", "cel' >"$tap_dir/half"
	bad "report on half a file" '*line*' report "$tap_dir/half" -o "$tap_dir/x"
	echo '{"schema": "other"}' >"$tap_dir/other"
	bad "report on something else" '*schema*' report "$tap_dir/other" -o "$tap_dir/x"
	printf '%s' '{"schema":"ipcx-bench/1","unit":"ns","host":{},"cells":[{}]}' >"$tap_dir/empty"
	bad "report on an empty cell" '*cell 0*' report "$tap_dir/empty" -o "$tap_dir/x"
	bench -m pipe -s 64 -n 10 -p same-cpu --json /dev/full
	like "a full disk" "$status: $err" "2: *No space left*"
}

test_bad_input
tap_end
