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
	LD_PRELOAD=libc.so.6 run ipcx mq-run -- sh -c 'echo "$LD_PRELOAD"'
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
	holds "the kernel has no such queue" sh -c "! $mq receive /$queue 2>/dev/null"
	run ipcx mq-run -- "$mq" unlink "/$queue"
	expect "the program removes it" 0 "" ""
	run ipcx recv "$queue"
	expect "and it is gone" 1 "" "*there is no mailbox*"
	run ipcx mq-run -- "$mq" unlink "/$queue"
	expect "for the program, too" 1 "" "*No such file or directory"
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
	program "stress-ng --mq --verify" stress-ng --mq 2 --mq-ops 20000 --verify --timeout 120
	[[ $out$err != *fail:* ]] || tap_fail "stress-ng finds nothing wrong" "$out" "$err"
	program "pmqtest" pmqtest --quiet --loops 2000 --prio 50 --interval 200
	program "pmqtest with timeouts" pmqtest --quiet --loops 500 --prio 50 --interval 200 \
		--timeout 1
	program "pmqtest, two pairs" pmqtest --quiet --loops 500 --prio 50 --interval 200 --smp
}

test_usage
test_queue_is_mailbox
test_programs
tap_end
