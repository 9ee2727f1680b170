#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx send, recv, call and serve with the module loaded: what a user types, and what they get. Runs as
# root where ipcx is on PATH; leaves nothing behind.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=boxes.sh
. ./boxes.sh

test_walk()
{
	run ipcx create "$box"
	expect "create is silent" 0 "" ""
	echo hello | ipcx send "$box"
	run ipcx recv "$box"
	expect "echo hello | send, then recv, prints hello and one newline" 0 $'hello\n' ""
	ipcx send "$box" hello
	run ipcx recv "$box"
	expect "a message from an argument has no newline of its own" 0 "hello" ""
	ipcx send "$box" ""
	run ipcx recv "$box"
	expect "an empty message" 0 "" ""
	ipcx send "$box" -- --help
	run ipcx recv "$box"
	expect "a message behind --" 0 "--help" ""
	run ipcx create "$box"
	expect "create refuses a name that is taken" 1 "" "ipcx create: '$box' exists already: *rm*"
	run ipcx rm "$box"
	expect "rm is silent" 0 "" ""
	run ipcx send "$box" hello
	expect "send to a name that is gone" 1 "" \
		"ipcx send: there is no mailbox named '$box': make it with 'ipcx create $box'"
	run ipcx recv "$box"
	expect "recv likewise" 1 "" "ipcx recv: there is no mailbox named '$box': *create*"
	run ipcx call "$box" hello
	expect "call likewise" 1 "" "ipcx call: there is no mailbox named '$box': *create*"
	run ipcx rm "$box"
	expect "rm likewise" 1 "" "ipcx rm: there is no mailbox or region named '$box'"
}

test_order()
{
	ipcx create "$box"
	ipcx send --prio 0 "$box" low
	ipcx send --prio 31 "$box" high-1
	ipcx send -p 31 "$box" high-2
	run ipcx recv --count 3 "$box"
	expect "highest priority first, then oldest; several are lines" 0 \
		$'high-1\nhigh-2\nlow\n' ""
	ipcx send "$box" a
	ipcx send "$box" b
	run ipcx recv --raw --count 2 "$box"
	expect "--raw adds nothing" 0 "ab" ""
	ipcx send "$box" a
	ipcx send "$box" $'b\n'
	run ipcx recv --follow --timeout 0 "$box"
	expect "--follow --timeout 0 prints all there is" 0 $'a\nb\n' ""
	ipcx rm "$box"
}

test_choosing()
{
	ipcx create "$box"
	ipcx send --type 5 "$box" five && ipcx send --type 3 --prio 1 "$box" three &&
		ipcx send --type 4 "$box" four
	run ipcx recv --peek "$box"
	expect "recv --peek prints what is first" 0 three ""
	run ipcx recv --peek --except 3 "$box"
	expect "recv --peek --except chooses" 0 five ""
	run ipcx recv --type 4 "$box"
	expect "recv --type" 0 four ""
	run ipcx recv --type 4 --timeout 0 "$box"
	expect "recv --type of what is not there" 3 "" "ipcx recv: there is no message of type 4 *"
	run ipcx recv --upto 2 --timeout 20ms "$box"
	expect "recv --upto of what is not there" 3 "" \
		"ipcx recv: no message of a type up to 2 came * within 20ms"
	run ipcx recv --upto 9 "$box"
	expect "recv --upto takes the lowest" 0 three ""
	run ipcx recv --except 3 "$box"
	expect "recv --except" 0 five ""
	run ipcx recv --type 1 --upto 2 "$box"
	expect "two selections" 2 "" "ipcx recv: one of --type, --except and --upto*"
	run ipcx recv --peek --follow "$box"
	expect "following what stays" 2 "" "ipcx recv: --peek prints one message*"
	run ipcx recv --type x "$box"
	expect "a type that is none" 2 "" "ipcx recv: --type*"
	ipcx rm "$box"
}

test_batches()
{
	local pid line

	ipcx create --max-msgs 8 --max-msg-size 100 "$box"
	printf 'one\n\nthree\nfour' | ipcx send --batch 3 --type 7 --prio 2 "$box"
	run ipcx recv --json --batch 2 --count 2 "$box"
	like "each line is a message, with type and priority" "$out" \
		'*"len":3,"type":7,"prio":2,*"data":"one"}'$'\n''*"len":0,*"data":""}'$'\n'
	run ipcx recv --batch 9 --follow --timeout 0 "$box"
	expect "what is there comes in batches; the last line needs no newline" 0 \
		$'three\nfour\n' ""
	seq 30 | ipcx send --batch 1024 "$box" &
	pid=$!
	run ipcx recv --batch 5 --count 30 "$box"
	expect "more lines than the mailbox holds wait for room" 0 "$(seq 30)"$'\n' ""
	wait $pid
	seq 10 >"$tap_dir/lines"
	run ipcx send --batch 4 --timeout 0 --file "$tap_dir/lines" "$box"
	expect "lines that lack room" 3 "" "ipcx send: mailbox '$box' is full (8 of 8 messages*"
	run ipcx recv --batch 1024 --count 8 "$box"
	expect "those before have been sent" 0 "$(seq 8)"$'\n' ""
	printf 'short\n%0101d\nnever\n' 1 >"$tap_dir/lines"
	run ipcx send --batch 4 --file "$tap_dir/lines" "$box"
	expect "a line that is too long" 1 "" \
		"ipcx send: a line is longer than the 100 bytes that mailbox '$box' takes: *"
	run ipcx recv --batch 4 --follow --timeout 0 "$box"
	expect "the line before it has been sent" 0 $'short\n' ""

	# A line is sent when it comes, and not with those that will come.
	exec 8<>"$tap_dir/fifo"
	ipcx send --batch 100 --file "$tap_dir/fifo" "$box" 8>&- &
	pid=$!
	echo early >&8
	line=$(ipcx recv --timeout 10s "$box")
	like "lines are not held back" "$line" early
	exec 8>&-
	wait $pid

	ipcx call "$box" question 2>"$tap_dir/log" >/dev/null &
	pid=$!
	run ipcx recv --batch 4 "$box"
	expect "a batch takes requests" 0 question ""
	reap $pid
	expect "and tells callers that there is no answer" 1 "" "*left without a reply*"

	run ipcx send --batch 4 "$box" message
	expect "a batch of an argument" 2 "" "ipcx send: --batch sends lines *"
	run ipcx send --batch 0 "$box"
	expect "a batch of none" 2 "" "ipcx send: --batch*"
	run ipcx recv --batch 1025 "$box"
	expect "too large a batch" 2 "" "ipcx recv: --batch*"
	run ipcx recv --batch 2 --peek "$box"
	expect "peeking at a batch" 2 "" "ipcx recv: --peek prints one message*"
	ipcx rm "$box"
}

test_truncating()
{
	ipcx create "$box"
	ipcx send "$box" 0123456789
	run ipcx recv --peek --truncate 4 "$box"
	expect "recv --peek --truncate prints the beginning" 0 0123 ""
	run ipcx recv --json --peek --truncate 4 "$box"
	like "and tells that it is not all" "$out" '*"len":10,*"data":"0123","truncated":true}*'
	run ipcx recv --json --peek --truncate 10 "$box"
	like "which it is if it fits" "$out" '*"len":10,*"data":"0123456789"}*'
	ipcx send "$box" abc
	run ipcx recv --truncate 4 --batch 2 --count 2 "$box"
	expect "of each message" 0 $'0123\nabc\n' ""
	ipcx send "$box" 0123456789
	run ipcx recv --truncate 0 "$box"
	expect "nothing of it" 0 "" ""
	holds "and the rest is gone" empty "$box"
	run ipcx recv --truncate x "$box"
	expect "a length that is none" 2 "" "ipcx recv: --truncate*"
	ipcx rm "$box"
}

test_waiting()
{
	local pid

	ipcx create --max-msgs 1 "$box"
	run ipcx recv --timeout 0 "$box"
	expect "recv --timeout 0 does not wait" 3 "" \
		"ipcx recv: there is no message in mailbox '$box'"
	run ipcx recv --timeout 20ms "$box"
	expect "recv --timeout gives up" 3 "" "ipcx recv: no message came * within 20ms"
	run ipcx recv --timeout 20ms --count 2 "$box"
	expect "recv --count --timeout gives up" 3 "" "ipcx recv: no message came * within 20ms"
	ipcx recv "$box" >"$tap_dir/got" &
	pid=$!
	ipcx send "$box" late
	wait "$pid"
	holds "recv waits for a message to come" test "$(<"$tap_dir/got")" = late

	ipcx send "$box" one
	run ipcx send --timeout 0 "$box" two
	expect "send --timeout 0 does not wait for room" 3 "" \
		"ipcx send: mailbox '$box' is full (1 of 1 messages, 3 of * bytes): *"
	run ipcx send --timeout 0.02s "$box" two
	expect "send --timeout gives up" 3 "" "ipcx send: mailbox '$box' is full after 0.02s *"
	ipcx send "$box" two &
	pid=$!
	run ipcx recv --count 2 "$box"
	expect "send waits for room" 0 $'one\ntwo\n' ""
	wait "$pid"
	holds "... and is done" test $? = 0
	ipcx rm "$box"
}

# Starts a follower, whose output is descriptor 3, and sets line to the first that it prints.
follow()
{
	ipcx create "$box"
	ipcx recv --follow "$box" >"$tap_dir/fifo" 2>"$tap_dir/log" &
	follower=$!
	exec 3<"$tap_dir/fifo"
	ipcx send "$box" one
	read -r -t 20 line <&3
}

test_follow()
{
	local follower line

	follow
	holds "--follow prints what comes" test "$line" = one
	ipcx send "$box" two
	read -r -t 20 line <&3
	holds "... again" test "$line" = two
	run ipcx call --timeout 20s "$box" anybody
	expect "--follow lets a caller know that it does not reply" 1 "" \
		"ipcx call: the server * left without a reply: *"
	read -r -t 20 line <&3
	holds "... and prints the request" test "$line" = anybody
	ipcx rm "$box"
	reap "$follower"
	expect "... and ends with the mailbox" 1 "" "ipcx recv: mailbox '$box' was removed"
	exec 3<&-

	follow
	exec 3<&-
	wait "$follower"
	holds "--follow ends when nobody reads its output" test $? = 141
	ipcx send "$box" two
	run ipcx recv --timeout 0 "$box"
	expect "... without taking a message" 0 two ""
	ipcx rm "$box"
}

test_hang_up()
{
	ipcx create --hang-up "$box"
	ipcx send "$box" one
	ipcx send "$box" two
	run timeout 60 ipcx recv --follow "$box"
	expect "--hang-up: --follow ends when the senders have left" 0 $'one\ntwo\n' ""
	ipcx send "$box" left
	run ipcx recv --count 2 "$box"
	expect "... and without it, recv fails then" 1 $'left\n' \
		"ipcx recv: mailbox '$box' was hung up: *"
	ipcx rm "$box"
}

test_payload()
{
	local byte octal bytes=

	for ((byte = 0; byte < 256; byte++)); do
		printf -v octal '\\0%03o' "$byte"
		bytes+=$octal
	done
	printf '%b' "$bytes" >"$tap_dir/binary"
	ipcx create "$box"
	ipcx send "$box" <"$tap_dir/binary"
	ipcx recv "$box" >"$tap_dir/got"
	holds "every byte comes through, from standard input" cmp "$tap_dir/binary" "$tap_dir/got"
	ipcx send --file "$tap_dir/binary" "$box"
	ipcx recv --raw --count 1 "$box" | cmp "$tap_dir/binary"
	holds "... and from a file" test $? = 0
	run ipcx send --file "$tap_dir/none" "$box"
	expect "a file that is not there" 1 "" "ipcx send: cannot read $tap_dir/none: No such file*"
	run ipcx send --file "$tap_dir/binary" "$box" too
	expect "a file and an argument" 2 "" "ipcx send: a payload from --file or from an argument*"
	run ipcx send "$box" two words
	expect "two messages" 2 "" "ipcx send: 'words' is one too many: *"
	holds "... nothing was sent" empty "$box"
	ipcx send "$box" lost
	ipcx recv "$box" >&- 2>"$tap_dir/log" &
	reap $!
	expect "recv without standard output takes nothing" 1 "" \
		"ipcx recv: standard output is closed: *"
	run ipcx recv "$box"
	expect "... as can be seen" 0 lost ""
	ipcx rm "$box"
}

test_json()
{
	local text

	text='{"name":"'$box'","len":5,"type":7,"prio":3,"pid":[1-9]*,"uid":0,"gid":0,'
	text+='"time":[1-9]*,"encoding":"utf-8","data":"h\\"i\\u0000\\n"}'

	ipcx create "$box"
	printf 'h"i\0\n' | ipcx send --type 7 --prio 3 "$box"
	out=$(ipcx recv --json "$box")
	like "recv --json: one object" "$out" "$text"
	like "... in one line" "${out//[!$'\n']/}" ""
	printf '\xff\x00\x01\x02' | ipcx send --type 18446744073709551615 "$box"
	out=$(ipcx recv --json "$box")
	like "what is not UTF-8 is base64" "$out" '*"encoding":"base64","data":"/wABAg=="}'
	like "a type beyond 63 bits is a string" "$out" '*"type":"18446744073709551615",*'
	ipcx call "$box" question 2>/dev/null &
	out=$(ipcx recv --json "$box")
	like "a request has a token" "$out" '*"data":"question","token":[1-9]*}'
	wait
	ipcx rm "$box"
}

test_fds()
{
	local file=$tap_dir/file

	ipcx create "$box"
	echo inside >"$file"
	# shellcheck disable=SC2016 # for the program to expand
	local show='cat; echo " $IPCX_FDS $IPCX_TYPE"; cat <&3; cat <&4'

	run ipcx send --fd "$file" --fd 7 --type 5 "$box" hello 7<<<'on seven'
	expect "send --fd is silent" 0 "" ""
	run ipcx recv --timeout 10s "$box" -- sh -c "$show; exit 7"
	expect "recv -- PROGRAM: payload and descriptors, and its status" 7 \
		$'hello 2 5\ninside\non seven\n' ""
	run ipcx recv --timeout 0 "$box" -- true
	expect "... which is not run if there is no message" 3 "" "ipcx recv: there is no message*"

	ipcx send --fd "$file" "$box" hello
	out=$(ipcx recv --peek --json "$box")
	like "recv --peek --json counts them" "$out" '*"data":"hello","nfds":1}'
	out=$(ipcx recv --json "$box")
	like "recv --json tells what they are" "$out" '*"nfds":1,"fds":\["'"$file"'"\]}'
	ipcx send --fd "$file" "$box" hello
	run ipcx recv "$box"
	expect "recv prints a message that has some" 0 hello ""

	ipcx serve --count 1 "$box" -- sh -c 'cat; cat <&3' >"$tap_dir/out" &
	ipcx send --fd "$file" "$box" $'hello\n'
	wait $!
	holds "serve gives them to the program" \
		[ "$(cat "$tap_dir/out")" = $'hello\ninside' ]

	run ipcx send --fd "$file-2" "$box" hello
	expect "a file that is not there" 1 "" "ipcx send: cannot open $file-2: No such file*"
	run ipcx send --fd 99 "$box" hello
	expect "a descriptor that is not there" 1 "" "ipcx send: descriptor 99 is not open"
	run ipcx send --fd /dev/null "$box" hello
	expect "a kind that cannot be sent" 1 "" "ipcx send: a descriptor is of a kind that cannot *"
	local many
	mapfile -t many < <(printf -- '--fd\n0\n%.0s' {1..17})
	run ipcx send "${many[@]}" "$box" hello
	expect "more than 16" 2 "" "ipcx send: no more than 16 descriptors *"
	run ipcx recv "$box" true
	expect "a program without --" 2 "" "ipcx recv: *, or a PROGRAM without '--' before it*"
	run ipcx recv "$box" -- no-such-program
	expect "a program that is not there" 1 "" "ipcx recv: there is no program no-such-program"
	holds "... and nothing was sent" empty "$box"
	ipcx rm "$box"
}

test_call()
{
	local server

	ipcx create "$box"
	ipcx serve --count 3 "$box" -- tr a-z A-Z &
	server=$!
	run ipcx call "$box" hello
	expect "call prints what the program makes of the request" 0 HELLO ""
	out=$(ipcx call --json --type 5 --prio 2 "$box" hello)
	like "call --json" "$out" '*"len":5,"type":0,"prio":2,"pid":'$server',*"data":"HELLO"}'
	run ipcx call "$box" -f /dev/null
	expect "an empty request and an empty reply" 0 "" ""
	wait "$server"
	holds "serve --count ends" test $? = 0

	# shellcheck disable=SC2016 # for the program's shell
	ipcx serve -n 3 "$box" -- sh -c 'echo $IPCX_NAME $IPCX_TYPE $IPCX_PRIO $IPCX_UID; exit 3' \
		>"$tap_dir/got" 2>"$tap_dir/log" &
	server=$!
	ipcx send --type 1 "$box" plain
	out=$(ipcx call --json --type 7 "$box" x)
	like "the program's exit status is the type of the reply" "$out" \
		'*"type":3,*"data":"'$box' 7 0 0\\n"}'
	run ipcx call -p 9 "$box" x
	expect "the program knows about the request" 0 "$box 0 9 0"$'\n' ""
	wait "$server"
	holds "the answer to a plain message is printed" test "$(<"$tap_dir/got")" = "$box 1 0 0"
	holds "a failing program is told of" \
		test "$(sort -u "$tap_dir/log")" = "ipcx serve: sh ended with status 3"
	ipcx rm "$box"
}

test_serve()
{
	local server

	ipcx serve --echo "$box" 2>"$tap_dir/log" &
	server=$!
	until run ipcx call "$box" hello; ((status != 1)); do
		:
	done
	expect "serve makes the mailbox; --echo echoes" 0 hello ""
	ipcx rm "$box"
	reap "$server"
	expect "serve ends with the mailbox" 1 "" "ipcx serve: mailbox '$box' was removed"

	ipcx create "$box"
	run ipcx call --timeout 20ms "$box" hello
	expect "call without a server" 3 "" \
		"ipcx call: no reply from mailbox '$box' within 20ms: *ipcx serve $box*"
	holds "... and the request is withdrawn" empty "$box"

	# shellcheck disable=SC2016 # for the program's shell
	{ ipcx serve "$box" -- sh -c 'kill -9 $PPID' || :; } 2>/dev/null &
	run ipcx call "$box" hello
	expect "a server that is killed" 1 "" \
		"ipcx call: the server of mailbox '$box' took the request and left without *"
	wait

	# shellcheck disable=SC2016 # for the program's shell
	ipcx serve -n 2 "$box" -- sh -c 'read -r n; head -c "$n" /dev/zero' 2>"$tap_dir/log" &
	server=$!
	run ipcx call "$box" 1000000000
	expect "a reply that is too long" 1 "" "ipcx call: the server * left without a reply: *"
	ipcx call "$box" 65536 >"$tap_dir/got"
	holds "... does not end the server; the longest one" \
		test "$(stat -c %s "$tap_dir/got")" = 65536
	reap "$server"
	like "... and the server tells" "$err" "ipcx serve: * is longer than *"

	ipcx call "$box" hello >/dev/null 2>"$tap_dir/log" &
	server=$!
	ipcx recv "$box" >/dev/null
	reap "$server"
	expect "recv is no server" 1 "" "ipcx call: * (as 'ipcx recv')"
	run ipcx serve "$box" -- ./no-such-program
	expect "a program that is not there" 1 "" "ipcx serve: there is no program ./no-such-*"
	ipcx rm "$box"
}

mkfifo "$tap_dir/fifo" || exit 1

test_walk
test_order
test_choosing
test_batches
test_truncating
test_waiting
test_follow
test_hang_up
test_payload
test_json
test_fds
test_call
test_serve
cleanup
tap_end
