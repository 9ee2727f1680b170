#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx dump and ipcx restore: a mailbox saved and loaded back, and what is refused. Runs as root where
# ipcx is on PATH; leaves nothing behind.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

cd "$tap_dir" || exit 1
trap 'rm -rf "$tap_dir"; exit 1' INT TERM

# What is in a mailbox: all but who sent it and when, and the name of the mailbox
messages_in()
{
	ipcx dump "$1" | ipcx restore --list |
		sed -E 's/"(pid|time)":[0-9]+,//g; s/^\{"name":"[^"]*",/{/'
}

count_in()
{
	ipcx stat --json "$1" | sed 's/.*"msgs":\([0-9]*\),.*/\1/'
}

fill_box()
{
	ipcx create --max-msgs 50 --max-msg-size 100K --max-bytes 300K --share 80 --mode 0640 box
	ipcx send --prio 3 --type 7 box middle
	ipcx send --prio 31 --type 18446744073709551615 box high
	ipcx send box ""
	head -c 70000 /dev/urandom | ipcx send --prio 3 box
	printf 'a\0b\377' | ipcx send --prio 3 box
	seq 30 | ipcx send --batch 8 box
}

test_round_trip()
{
	local before mode

	fill_box
	before=$(messages_in box)
	run ipcx dump --output saved box
	expect "dump is silent" 0 "" ""
	like "... and all messages stay" "$(count_in box)" 35
	mode=$(stat -c %a saved)
	like "... and the file is its owner's only" "$mode" 600
	run ipcx restore --input saved --create copy
	expect "restore is silent" 0 "" ""
	holds "restored messages are those saved, in their order" test "$(messages_in copy)" = "$before"
	run ipcx stat --json copy
	like "--create makes a mailbox as the saved one was" "$out" \
		'*"mode":416,*"msgs":35,*"max_msgs":50,"max_msg_size":102400,"max_bytes":307200,"share":80,*'
	run ipcx restore --input saved --create copy
	expect "--create wants a new name" 1 "" "ipcx restore: 'copy' exists already: *"
	ipcx rm copy
	ipcx create --max-msg-size 100K copy
	ipcx send copy first
	ipcx dump box | ipcx restore copy
	run ipcx recv --timeout 9 --count 2 copy
	expect "through a pipe, higher priorities come first" 0 $'high\nmiddle\n' ""
	like "... and nothing is lost" "$(count_in copy)" 34
	ipcx recv --timeout 9 --count 2 copy >/dev/null
	run ipcx recv --timeout 9 copy
	expect "what was there comes before those of its priority" 0 first ""
	ipcx rm copy
}

test_list()
{
	run ipcx restore --list --input saved
	like "--list tells what is saved" "$out" \
		'{"name":"box","len":4,"type":"18446744073709551615","prio":31,"pid":*,"uid":0,"gid":0,'`
		`'"time":1*,"encoding":"utf-8","data":"high"}'$'\n''*"data":"30"}'$'\n'
	run ipcx restore --list --input saved box
	expect "... and sends nothing" 2 "" "ipcx restore: 'box' is one too many: no NAME wanted*"
	run ipcx restore --list --create --input saved
	expect "... and makes nothing" 2 "" "ipcx restore: --list sends nothing*"
}

# refused WHAT ERR: restoring what is in the file "bad" fails, and no message is sent.
refused()
{
	run ipcx restore --input bad empty
	expect "$1 is refused" 1 "" "ipcx restore: bad $2: nothing was sent"
	[[ $(count_in empty) == 0 ]] || tap_fail "$1: nothing is sent"
}

# Changes a byte.
damage()
{
	local byte

	byte=$(tail -c +"$(($1 + 1))" saved | head -c 1 | od -An -tu1)
	cp saved bad
	# shellcheck disable=SC2059 # the byte is the format
	printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of=bad bs=1 seek="$1" conv=notrunc status=none
}

test_damaged()
{
	local size at

	ipcx create empty
	ipcx dump empty >saved-empty
	size=$(stat -c %s saved)
	for at in 1 7; do
		head -c $at saved >bad
		refused "$at bytes of a dump" "is not what 'ipcx dump' writes"
	done
	for at in 8 127 128 159 160 176 1000 $((size - 32)) $((size - 1)); do
		head -c "$at" saved >bad
		refused "$at bytes of a dump" "is not complete"
	done
	for at in 16 64 128 132 136 180 50000 $((size - 28)) $((size - 1)); do
		damage "$at"
		refused "a dump with byte $at changed" "is damaged"
	done
	cat saved saved >bad
	refused "two dumps in one" "is damaged"
	{ cat saved; echo; } >bad
	refused "a dump with something behind it" "is not complete"
	: >bad
	refused "an empty file" "is not what 'ipcx dump' writes"
	seq 1000 >bad
	refused "another file" "is not what 'ipcx dump' writes"
	damage 8
	refused "a later format" "has version 0 of the format, and this command knows 1"
	run ipcx restore --input missing empty
	expect "no file" 1 "" "ipcx restore: cannot read missing: No such file or directory"
	run ipcx restore --input saved-empty empty
	expect "nothing is restored from nothing" 0 "" ""
	ipcx rm empty
}

test_room()
{
	ipcx create --max-msgs 34 --max-msg-size 70000 --max-bytes 1M small
	run ipcx restore --input saved small
	expect "too many messages are refused" 1 "" \
		"ipcx restore: no room for 35 messages in mailbox 'small' (0 of 34): nothing was sent; 'ipcx set small max-msgs=35' makes it"
	ipcx set small max-msgs=40 max-bytes=70010
	run ipcx restore --input saved small
	expect "too many bytes are refused" 1 "" "ipcx restore: no room for 7006* bytes in mailbox 'small' *"
	ipcx set small max-msg-size=69999
	run ipcx restore --input saved small
	expect "a message that is too long is refused" 1 "" \
		"ipcx restore: message 3 has 70000 bytes, and mailbox 'small' takes 69999: nothing was sent; *"
	like "... and nothing is sent" "$(count_in small)" 0
	run ipcx restore --input saved --from 5 small
	expect "--from leaves out those before" 0 "" ""
	like "... and sends the others" "$(count_in small)" 31
	run ipcx restore --input saved --from 36 small
	expect "--from wants a message that there is" 1 "" "ipcx restore: there is no message 36: the file has 35"
	ipcx rm small

	ipcx create --share 50 --max-msgs 40 --max-msg-size 100K shared
	run ipcx restore --input saved shared
	expect "what stops half way tells how far it got" 3 "" \
		"ipcx restore: messages 1 to 20 were sent, and of 35 those from 21 on were not: go on with --from 21*is full*"
	ipcx set shared share=100
	run ipcx restore --input saved --from 21 shared
	expect "... and can go on from there" 0 "" ""
	holds "... until all is there" test "$(messages_in shared)" = "$(messages_in box)"
	ipcx rm shared
}

test_priorities()
{
	local mq=$OLDPWD/../../build/selftests/mq

	ipcx mq-run "$mq" send /many text 20000
	ipcx dump many >saved-many
	ipcx create few
	run ipcx restore --input saved-many few
	expect "a priority that the mailbox does not have is refused" 1 "" \
		"ipcx restore: message 1 has priority 20000, and mailbox 'few' has 31 at most: nothing was sent; *"
	ipcx rm few many
	run ipcx restore --input saved-many --create many
	expect "--create makes one that has it" 0 "" ""
	run ipcx mq-run "$mq" receive /many
	expect "... and there it is" 0 "20000 text"$'\n' ""
	ipcx rm many
}

test_left_out()
{
	local pid

	ipcx create asked
	ipcx send asked plain
	ipcx send --fd /etc/passwd asked file
	run ipcx dump --output with-fd asked
	expect "open descriptors are not left out silently" 1 "" \
		"ipcx dump: mailbox 'asked' has a message with open descriptors, which cannot be saved: --skip *"
	holds "... and no file is left" test -z "$(ls with-fd* 2>/dev/null)"
	run ipcx dump --skip --output with-fd asked
	expect "... but with --skip" 0 "" \
		"ipcx dump: left out: 1 messages with open descriptors, 0 requests *; 1 were saved"
	ipcx recv --timeout 9 --count 2 asked >/dev/null
	ipcx call asked question >/dev/null 2>&1 &
	pid=$!
	while [[ $(count_in asked) == 0 ]]; do
		sleep 0.01
	done
	run ipcx dump --output with-request asked
	expect "neither are requests" 1 "" "ipcx dump: mailbox 'asked' has a message whose caller waits *"
	kill "$pid"
	wait "$pid" 2>/dev/null
	run ipcx restore --input with-fd asked
	expect "restoring tells what is missing" 0 "" \
		"ipcx restore: not in the file, as they could not be saved: 1 messages with open descriptors, *"
	like "... and restores the rest" "$(count_in asked)" 1
	ipcx rm asked
}

test_failures()
{
	run ipcx dump nobody
	expect "a mailbox that there is not" 1 "" "ipcx dump: there is no mailbox named 'nobody': *"
	run setpriv --reuid=1000 --regid=1000 --clear-groups ipcx dump box
	expect "another user's" 1 "" "ipcx dump: no permission to receive from mailbox 'box' *"
	run ipcx dump --output nowhere/file box
	expect "no such directory" 1 "" "ipcx dump: cannot make nowhere/file.*: No such file or directory"
	ipcx dump box >/dev/full 2>log
	like "a full disk" "$? $(<log)" "1 ipcx dump: cannot write to standard output: No space left on device"
	run ipcx dump
	expect "no name" 2 "" "ipcx dump: one NAME wanted*"
	run script -qec "ipcx dump box" /dev/null </dev/null
	like "not to a terminal" "$status $out" "2 ipcx dump: a dump is not for a terminal: *"
}

# Messages that stay are saved once, whatever comes and goes.
test_busy()
{
	local pid lasting tries wrong=0

	ipcx create busy
	seq 20 | ipcx send --type 5 --prio 1 --batch 5 busy
	while ipcx send --batch 10 busy < <(seq 10); do
		ipcx recv --except 5 --batch 10 --count 10 busy >/dev/null
	done 2>/dev/null &
	pid=$!
	for ((tries = 0; tries < 10; tries++)); do
		lasting=$(ipcx dump busy | ipcx restore --list | sed -n 's/.*"type":5,.*"data":"\(.*\)"}/\1/p')
		[[ $lasting == "$(seq 20)" ]] || ((++wrong))
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	like "what stays is saved once, in a busy mailbox" "$wrong" 0
	ipcx rm busy
}

test_round_trip
test_list
test_damaged
test_room
test_priorities
test_left_out
test_failures
test_busy
ipcx rm box
tap_end
