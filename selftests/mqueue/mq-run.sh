#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx mq-run: what it says, that the queues of a program are mailboxes, and other people's programs
# on them.

cd "$(dirname "$0")" || exit 1
PATH=$PWD/../../build/bin:$PATH
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

mq=$PWD/../../build/selftests/mq
queue=test-mq-$$

test_usage()
{
	run ipcx mq-run
	expect "a program is wanted" 2 "" "ipcx mq-run: a PROGRAM wanted*"
	run ipcx mq-run -- /no/such/program
	expect "a program that there is not" 1 "" "ipcx mq-run: there is no program /no/such/program"
	run ipcx mq-run -- sh -c 'exit 7'
	expect "the status is the program's" 7 "" ""
	run ipcx mq-run -- sh -c 'echo out; echo err >&2' -x --help
	expect "its options and its output, too" 0 $'out\n' "err"
	LD_PRELOAD=libc.so.6 run ipcx mq-run -- printenv LD_PRELOAD
	like "what is preloaded already stays" "$out" "*/libipcx-mqueue.so:libc.so.6?"
}

test_queue_is_mailbox()
{
	run ipcx mq-run -- "$mq" send "/$queue" hello 9
	expect "a program sends to a queue" 0 "" ""
	run ipcx recv --timeout 0 "$queue"
	expect "and ipcx receives it from the mailbox of that name" 0 "hello" ""
	ipcx send --prio 9 "$queue" hello
	run ipcx mq-run -- "$mq" receive "/$queue"
	expect "and the other way round" 0 $'9 hello\n' ""
	ipcx send --fd "$mq" "$queue" with
	run ipcx mq-run -- "$mq" receive "/$queue"
	expect "what comes with a descriptor, too" 0 $'0 with\n' ""
	holds "the kernel has no such queue" sh -c "! $mq receive /$queue 2>/dev/null"
	run ipcx mq-run -- "$mq" unlink "/$queue"
	expect "the program removes it" 0 "" ""
	run ipcx recv "$queue"
	expect "and it is gone" 1 "" "*there is no mailbox*"
	run ipcx mq-run -- "$mq" unlink "/$queue"
	expect "for the program, too" 1 "" "*No such file or directory"
}

test_limit()
{
	local limit=/proc/sys/net/ipcx/user_objects most

	most=$(<$limit)
	echo 0 >$limit
	run setpriv --bounding-set -sys_resource ipcx mq-run -- "$mq" send "/$queue" hello 9
	expect "a queue more than a user may have: as over RLIMIT_MSGQUEUE" 1 "" \
		"mq_open: Too many open files"
	echo "$most" >$limit
}

# Their own checks, for a bounded count; and that it was ipcx that they ran on.
program()
{
	local name=$1 before after
	shift

	if ! command -v "$1" >/dev/null; then
		tap_skip "$name" "$1 is not installed"
		return
	fi
	before=$(next_number)
	run ipcx mq-run -- "$@"
	after=$(next_number)
	if ((status != 0)); then
		tap_fail "$name" "status $status" "$out" "$err"
	else
		tap_pass "$name"
	fi
	holds "$name: on ipcx" test "$after" -gt "$((before + 1))"
}

# Mailboxes are numbered in the order in which they are made.
next_number()
{
	"${mq%/mq}/poke" number
}

test_programs()
{
	local often=$((20000 / ${IPCX_SLOWDOWN:-1}))

	program "stress-ng --mq --verify" stress-ng --mq 2 --mq-ops $often --verify \
		--timeout 120 --metrics
	like "and it finds nothing wrong" "$out$err" "*successful run completed*"
	# shellcheck disable=SC2016 # the fields are awk's
	holds "in that many messages, and not until time ran out" \
		awk -v "least=$often" '$4 == "mq" && $5 >= least { done = 1 } END { exit !done }' \
		"$tap_dir/out" "$tap_dir/err"
	program "pmqtest" pmqtest --quiet --loops 2000 --prio 50 --interval 200
	like "and all its messages arrive" "$out$err" "*Cycles 2000*"
	program "pmqtest with timeouts" pmqtest --quiet --loops 500 --prio 50 --interval 200 \
		--timeout 1
	program "pmqtest, two pairs" pmqtest --quiet --loops 500 --prio 50 --interval 200 --smp
}

test_what_differs()
{
	run ipcx mq-run -- "$mq" send "/$(printf '%063d' $$)" x 0
	expect "a name of 63 bytes" 0 "" ""
	run ipcx mq-run -- "$mq" unlink "/$(printf '%063d' $$)"
	expect "that can be removed" 0 "" ""
	run ipcx mq-run -- "$mq" send "/$(printf '%064d' $$)" x 0
	expect "a longer one is refused" 1 "" "mq_open: File name too long"
	ipcx create "$queue"
	run ipcx mq-run -- "$mq" send "/$queue" x 31
	expect "a mailbox that was there before is used as it is" 0 "" ""
	run ipcx mq-run -- "$mq" send "/$queue" x 32
	expect "and has no more priorities than it had" 1 "" "mq_send: Invalid argument"
	ipcx rm "$queue"
	ipcx region create "$queue" 4096
	run ipcx mq-run -- "$mq" receive "/$queue"
	expect "a region is no queue" 1 "" "mq_open: Permission denied"
	ipcx rm "$queue"
}

test_usage
test_queue_is_mailbox
test_limit
test_what_differs
test_programs
tap_end
