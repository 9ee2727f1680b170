#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ipcx bench diff makes of files of results whose changes are known. Needs no module, and ipcx
# on PATH.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

# cell MECHANISM MEAN NOISE [MORE]: nine rounds around MEAN, NOISE apart; MORE is further keys.
cell()
{
	local i rounds=()

	for i in 3 -2 0 1 -4 4 -1 2 -3; do
		rounds+=("$(($2 + i * $3 / 4))")
	done
	printf '{"mechanism":"%s","mode":"rtt","placement":"same-cpu","wait":"block","size":64,' "$1"
	printf '"batch":1,"n":90,"lost":0,"reordered":0,"corrupt":0,"p50":1,"p90":1,"p99":1,"max":1,'
	printf '"mean":%d,"mean_error":0,"rounds":[%s]%s}' "$2" "$(IFS=, && echo "${rounds[*]}")" \
		"${4:+,$4}"
}

# refused MECHANISM
refused()
{
	printf '{"mechanism":"%s","mode":"rtt","placement":"same-cpu","wait":"block","size":64,' "$1"
	printf '"batch":1,"n":0,"lost":0,"reordered":0,"corrupt":0,"p50":null,"p90":null,"p99":null,'
	printf '"max":null,"mean":null,"mean_error":null,"rounds":[],"refused":"msgmax is \\u001b8"}'
}

# results NAME UNIT CELL...: a file of them
results()
{
	local name=$1 unit=$2

	shift 2
	printf '{"schema":"%s","unit":"%s","host":{"kernel":"%s","cpu":"c","mitigations":null},%s' \
		"${schema:-ipcx-bench/1}" "$unit" "${kernel:-6.1}" \
		"\"cells\":[$(IFS=, && echo "$*")]}" >"$tap_dir/$name"
}

# differ ARGUMENT...: in the directory of the files
differ()
{
	run env -C "$tap_dir" ipcx bench diff "$@"
}

# ends WHAT STATUS OUT ERR: of the last run; OUT and ERR are patterns.
ends()
{
	# shellcheck disable=SC2053 # the patterns are meant as such
	if [[ $status == "$2" && $out == $3 && $err == $4 ]]; then
		tap_pass "$1"
	else
		tap_fail "$1" "status $status, expected $2" "stdout '$out'" "stderr '$err'"
	fi
}

test_verdicts()
{
	results a instructions "$(cell pipe 10000 8)" "$(cell tcp 30000 8)"
	differ a a
	ends "equal files" 0 "*pipe *10,000 *+0.00 *tcp *+0.00 *" ""
	results b instructions "$(cell pipe 10300 8)" "$(cell tcp 30000 8)"
	differ a b
	ends "3 % worse" 1 "*before *after*pipe *10,300 *+3.00 *+2.9? to +3.0?  worse*tcp *" \
		"ipcx bench: 1 of 2 cells is worse by more than 1 %"
	differ -t 4 a b
	ends "which is within a threshold of 4" 0 "*" ""
	differ --threshold=2.5 a b
	ends "and not of 2.5" 1 "*" "*by more than 2.5 %"
	differ b a
	ends "3 % better" 0 "*tcp *pipe *-2.91 *better*" ""
	results b instructions "$(cell tcp 30900 8)" "$(cell pipe 10500 8)"
	differ a b
	ends "the worst first" 1 "*pipe *+5.00 *tcp *+3.00 *" "*2 of 2 cells are worse*"
}

test_noise()
{
	results a ns "$(cell pipe 10000 300)" "$(cell tcp 30000 8)"
	results b ns "$(cell pipe 10090 300)" "$(cell tcp 30000 8)"
	differ a b
	ends "noisy, but equal" 0 "*pipe *+0.90 *-?.?? to +?.??
*" ""
	results a instructions "$(cell pipe 10000 300)"
	results b instructions "$(cell pipe 10200 300)"
	differ a b
	ends "2 % that could be noise do not pass" 3 "*pipe *unsure*" \
		"*1 of 1 cells is unsure: *that it costs 2 % more"
	results a instructions "$(cell pipe 10000 8)" "$(cell tcp 10000 8)"
	results b instructions "$(cell pipe 10200 300)" "$(cell tcp 10200 8)"
	differ a b
	ends "nor hide 2 % that are none" 1 "*pipe *unsure*tcp *worse*" "*1 of 2 cells is worse*"
	sed 's/"rounds":\[\([0-9]*\)[^]]*/"rounds":[\1/g' "$tap_dir/a" >"$tap_dir/once"
	differ once once
	ends "one round tells of no interval" 3 "*pipe *+0.00 *not known*unsure*" "*2 of 2 cells*"
}

test_same()
{
	results a instructions "$(cell pipe 10000 300)" "$(cell tcp 10000 8)"
	results b instructions "$(cell pipe 10049 300)" "$(cell tcp 9952 8)"
	differ --same -t 0.5 a b
	ends "two of the same, whatever the noise" 0 "*pipe *+0.49 *tcp *-0.48 *" ""
	results b instructions "$(cell pipe 10049 300)" "$(cell tcp 9940 8)"
	differ -s -t 0.5 a b
	ends "neither may be better" 1 "*tcp *-0.60 *  apart
pipe *+0.49 *
" "ipcx bench: 1 of 2 cells is off by more than 0.5 %"
	differ -s -t 0.5 b a
	ends "nor worse" 1 "*tcp *+0.60 *apart*" "*1 of 2 cells is off*"
	results b instructions "$(cell pipe 10000 300)"
	differ --same a b
	ends "nor not be there" 1 "*tcp *: was measured, *" "*1 of 2 cells is in one of the files only"
	differ --same b a
	ends "nor be new" 1 "*tcp *: is not in b*" "*1 of 2 cells is in one of the files only"
}

test_missing()
{
	results a ns "$(cell pipe 10000 8)" "$(cell tcp 10000 8)" "$(refused udp)"
	results b ns "$(cell pipe 10000 8)" "$(refused udp)"
	differ a b
	ends "a cell that is gone" 1 "*pipe *
tcp rtt 64 B same-cpu: was measured, and is not in b
" "ipcx bench: 1 of 2 cells is no longer measured"
	differ b a
	ends "a cell that is new" 0 "*pipe *
tcp rtt 64 B same-cpu: is not in b
" ""
	results b ns "$(refused tcp)" "$(cell pipe 10000 8)"
	differ a b
	ends "a cell that is refused now" 1 "*
tcp rtt 64 B same-cpu: was measured, and is refused: msgmax is [?]8
" "*no longer measured"
	differ b a
	ends "and one that was" 0 "*
tcp rtt 64 B same-cpu: was refused: msgmax is [?]8, and is measured
" ""
	results b ns "$(cell pipe 20000 8)"
	differ a b
	ends "worse, and gone" 1 "*" "*is worse by more than 5 %, and 1 is no longer measured"
}

test_same_cell()
{
	results a ns "$(cell pipe 10000 8)" "$(cell pipe 20000 8 '"capacity":4')"
	schema=ipcx-bench/2 results b ns "$(cell pipe 20000 8 '"capacity":4,"gap":null')" \
		"$(cell pipe 10000 8)"
	differ a b
	ends "cells are matched by all that they are of, whatever the schema" 0 \
		"*pipe rtt 64 B same-cpu capacity 4 *20,000 *20,000 *" ""
	results b ns "$(cell pipe 10000 8)" "$(cell pipe 20000 8 '"capacity":8')"
	differ a b
	ends "and by nothing less" 1 "*capacity 4: was measured*capacity 8: is not in a*" "*"
	results a ns "$(cell pipe 10000 8)"
	schema=ipcx-bench/2 results b ns "$(cell pipe 10000 8 '"capacity":null,"as":"process",
		"producers":1,"consumers":1,"rate":null')"
	differ a b
	ends "what an older file does not know is as usual" 0 "*
pipe rtt 64 B same-cpu  *+0.00 *" ""
	sed -i 's/"batch":1,//' "$tap_dir/b"
	differ a b
	ends "also the batch" 0 "*pipe rtt 64 B same-cpu  *+0.00 *" ""
	schema=ipcx-bench/2 results b ns "$(cell pipe 10000 8)" \
		"$(cell pipe 5000 8 | sed 's/"batch":1/"batch":8/')"
	differ a b
	ends "but not another batch" 0 "*pipe rtt 64 B same-cpu batch 8: is not in a*" ""
	results a ns "$(cell ipcx 10000 8)" "$(cell ipcx 20000 8 '"knob":"wait=0"')"
	schema=ipcx-bench/2 results b ns "$(cell ipcx 20000 8 '"knob":"wait=0"')" \
		"$(cell ipcx 10000 8 '"knob":null')"
	differ a b
	ends "a turned knob is another cell" 0 "*ipcx rtt 64 B same-cpu knob wait=0 *20,000 *20,000 *" ""
	results b ns "$(cell ipcx 10000 8)" "$(cell ipcx 20000 8 '"knob":"wait=20us"')"
	differ a b
	ends "and turned otherwise, too" 1 "*knob wait=0: was measured*knob wait=20us: is not in a*" "*"
	schema=ipcx-bench/2 results b ns '{"mechanism":"pipe","mode":"wake","mean":5.5,"mean_low":5.4,
		"mean_high":5.6}'
	differ b b
	ends "a cell without rounds has its own interval" 0 "*pipe wake *5.5 *-2.5* to +2.6*" ""
}

test_hosts()
{
	results a ns "$(cell pipe 10000 8)"
	kernel='6.2\u001b' results b ns "$(cell pipe 10000 8)"
	differ a b
	ends "hosts that differ are told" 0 "*" \
		'ipcx bench: the hosts differ in kernel: "6.1" and "6.2[?]"'
}

test_json()
{
	results a ns "$(cell pipe 10000 8)" "$(cell tcp 10000 8)"
	results b ns "$(cell pipe 20000 8)"
	differ --json c a b
	ends "a comparison is written" 1 "*pipe*" "*"
	like "as JSON" "$(tr -d '\n ' <"$tap_dir/c")" '{"schema":"ipcx-bench-diff/1","unit":"ns","thre'\
'shold":5.0,"cells":\[{"mechanism":"pipe","mode":"rtt",*"before":10000.0,"after":20000.0,'\
'"change":100.0*,"change_low":99.*,"change_high":100.*,"verdict":"worse"},{"mechanism":"tcp",*'\
'"after":null,*"verdict":"gone"}\]}'
	differ -j - a b
	ends "to standard output, the table elsewhere" 1 "{*" "*pipe*worse*"
	differ -j /dev/full a a
	ends "not to a full disk" 2 "*" "*No space left*"
	differ -j /nowhere/c a a
	ends "nor to nowhere" 2 "*" "*cannot write /nowhere/c: No such file*"
	differ --help
	ends "help tells the rule" 0 "Usage: ipcx bench diff *twice the*Exit status: 0 *" ""
}

# A pipe whose reads sleep first, beside a queue that is read by other means
test_sleep()
{
	local slow=${programs:-../../build/selftests/bench}/slow.so
	local compare=(ipcx bench lat -m "pipe,sysv-msg" -s 64 -p same-cpu -n 180 -r 9 --no-count)

	"${compare[@]}" -j "$tap_dir/quick" >"$tap_dir/out" 2>&1
	LD_PRELOAD=$slow "${compare[@]}" -j "$tap_dir/slow" >>"$tap_dir/out" 2>&1
	run ipcx bench diff --threshold 200 "$tap_dir/quick" "$tap_dir/slow"
	ends "a sleep in a mechanism shows" 1 "*pipe *worse*" "*"
	like "and in no other" "$(grep -c 'sysv-msg.*worse' <<<"$out")" 0
}

test_verdicts
test_noise
test_same
test_missing
test_same_cell
test_hosts
test_json
test_sleep
tap_end
