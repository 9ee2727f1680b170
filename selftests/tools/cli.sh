#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The ipcx command with the module loaded: what a user types, and what they get. Runs as root where
# ipcx is on PATH; leaves nothing behind.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

box=test-$$
names=("$box" "$box-2" "$box-r")

cleanup()
{
	local name

	for name in "${names[@]}"; do
		ipcx rm "$name" 2>/dev/null
	done
}

interrupted()
{
	cleanup
	rm -rf "$tap_dir"
	exit 1
}
trap interrupted INT TERM

empty()
{
	! ipcx recv --timeout 0 "$1" >/dev/null 2>&1
}

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

test_follow()
{
	local follower line

	ipcx create "$box"
	ipcx recv --follow "$box" >"$tap_dir/fifo" 2>"$tap_dir/log" &
	follower=$!
	exec 3<"$tap_dir/fifo"
	ipcx send "$box" one
	read -r -t 20 line <&3
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

	ipcx create "$box"
	ipcx recv --follow "$box" >"$tap_dir/fifo" 2>"$tap_dir/log" &
	follower=$!
	exec 3<"$tap_dir/fifo"
	ipcx send "$box" one
	read -r -t 20 line <&3
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

test_limits()
{
	ipcx create --max-msg-size 1M "$box"
	head -c 1M "$BASH" >"$tap_dir/large"
	ipcx send -f "$tap_dir/large" "$box"
	ipcx recv "$box" >"$tap_dir/got"
	holds "1 MiB" cmp "$tap_dir/large" "$tap_dir/got"
	ipcx rm "$box"

	ipcx create --max-msg-size 10 --max-bytes 15 --max-msgs 5 "$box"
	run ipcx send "$box" 0123456789x
	expect "too long an argument" 1 "" \
		"ipcx send: a message of 11 bytes is longer than the 10 bytes that mailbox '$box' *"
	run ipcx send "$box" </dev/zero
	expect "standard input that does not end" 1 "" \
		"ipcx send: the message is longer than the 10 bytes that mailbox '$box' takes: *"
	run ipcx call "$box" -f "$tap_dir/large"
	expect "too long a file" 1 "" \
		"ipcx call: a message of 1048576 bytes is longer than the 10 bytes *"
	holds "... nothing was sent" empty "$box"
	ipcx send "$box" 0123456789
	run ipcx send -T 0 "$box" 012345
	expect "no room for the bytes" 3 "" \
		"ipcx send: mailbox '$box' is full (1 of 5 messages, 10 of 15 bytes): *"
	run ipcx send -T 0 "$box" 01234
	expect "just room" 0 "" ""

	run ipcx create --max-msg-size 1G "$box-2"
	expect "too large a message size" 1 "" \
		"ipcx create: --max-msg-size 1073741824 is more than the * that the module allows"
	run ipcx create --max-msgs 4G "$box-2"
	expect "a number is no size" 2 "" "ipcx create: --max-msgs '4G' is not a number*"
	run ipcx create --max-msgs 4000000000 "$box-2"
	expect "too many messages" 1 "" "ipcx create: --max-msgs 4000000000 is more than the *"
	run ipcx create --max-bytes 16T "$box-2"
	expect "too many bytes" 1 "" "ipcx create: --max-bytes 17592186044416 is more than the *"
	run ipcx create --max-bytes 5 "$box-2"
	expect "room for less than one message" 1 "" "ipcx create: --max-bytes 5 is less than *"
	run ipcx recv -T 0 "$box-2"
	expect "... nothing was made" 1 "" "*there is no mailbox*"
	ipcx rm "$box"
}

test_changing_limits()
{
	local table

	ipcx create --max-msgs 1 --max-msg-size 10 --share 50 "$box"
	ipcx send "$box" one
	run ipcx limits "$box"
	table=$out
	expect "limits" 0 "$table" ""
	like "... of the mailbox" "$table" "*mailbox $box"$'\n'"  messages *1 *1"$'\n'"  bytes *3 *"
	like "... its share" "$table" "*share of a user *50 %"$'\n'"*"
	like "... of the user, and what sets them" "$table" "*your user*net.ipcx.user_bytes*"
	like "... of the namespace" "$table" "*all users*net.ipcx.max_objects*"
	run ipcx limits --json "$box"
	like "limits --json" "$out" '{"mailbox":{"name":"'"$box"'","msgs":1,"max_msgs":1,"bytes":3,*'
	like "... of the user" "$out" '*"user":{"objects":*,"bytes":*,"max_region_bytes":null}*'
	run ipcx limits
	expect "limits without a name" 0 "$out" ""
	like "... tells of no mailbox" "${out/mailbox /MAILBOX}" "*your user*"
	holds "... indeed" [ "${out/mailbox /}" = "$out" ]

	run ipcx send --timeout 0 "$box" two
	expect "over one's share" 3 "" \
		"ipcx send: mailbox '$box', or your share of it (50 %), is full (1 of 1 messages, *"
	ipcx send --timeout 10s "$box" two 2>"$tap_dir/log" &
	run ipcx limits -n 4 "$box"
	expect "limits -n is silent" 0 "" ""
	reap $!
	expect "... and lets in who waits" 0 "" ""
	run ipcx limits --max-msg-size 20 --share 100 "$box"
	expect "the longest message" 0 "" ""
	run ipcx limits --json "$box"
	like "... has changed" "$out" '*"max_msgs":4,*"max_msg_size":20,"share":100}*'
	ipcx recv "$box" >/dev/null
	run ipcx send "$box" 01234567890123456789
	expect "... and can be sent" 0 "" ""
	run ipcx limits --bytes 19 "$box"
	expect "less room than that" 1 "" "ipcx limits: --max-bytes 19 is less than the longest *"
	run ipcx limits --messages 4000000000 "$box"
	expect "more messages than may be" 1 "" "ipcx limits: --max-msgs 4000000000 is more than *"
	run ipcx limits --share 101 "$box"
	expect "more than all" 2 "" "ipcx limits: --share '101' is not within 1 to 100*"
	run ipcx limits --share 0 "$box"
	expect "less than nothing" 2 "" "ipcx limits: --share '0' is not within 1 to 100*"
	run ipcx limits --size 5
	expect "of which mailbox?" 2 "" "ipcx limits: one NAME wanted*"
	run ipcx limits --json --size 5 "$box"
	expect "to change and to tell" 2 "" "ipcx limits: --json is for telling *"
	run ipcx limits "$box-2"
	expect "no such mailbox" 1 "" "ipcx limits: there is no mailbox named '$box-2': *"
	ipcx rm "$box"
}

test_stats()
{
	ipcx create "$box"
	ipcx region create "$box-r" 4096
	ipcx send "$box" hello
	ipcx send "$box" world!
	ipcx recv "$box" >/dev/null
	run ipcx stat "$box"
	like "stat: what has happened" "$out" "*sent *2 *11 *received *1 *5*there now *1 *6 *"
	like "... how long messages were queued" "$out" "*queued for less than*100.0 %*"
	run ipcx stat --json "$box"
	like "stat --json" "$out" '{*"name":"'"$box"'"*"stats":{"sent":2,"sent_bytes":11,*'
	like "... the time in the queue" "$out" '*"delays":[[]0,*]}}*'
	run ipcx stat "$box-r"
	like "of a region" "$out" "region *$box-r"$'\n'"*maps *0*"
	run ipcx stat --json "$box-r"
	like "... --json" "$out" '*"stats":{"maps":0,"map_bytes":0,"opens":1,"used":0,"notices":0,*}}*'
	ipcx region notify "$box-r"
	ipcx region notify "$box-r"
	ipcx region wait --seen 1 "$box-r" >/dev/null
	ipcx region notify "$box-r"
	run ipcx stat --json "$box-r"
	like "... news of it" "$out" '*"notices":3,"heard":1,"coalesced":1,"unheard":1,"waits":1,'`
		`'"waits_slept":0,"waits_vain":0}}*'
	run ipcx stat "$box-r"
	like "... in words" "$out" "*notices *3 *heard *1 *coalesced *1 *unheard *1 *waits *1 *"
	ipcx rm "$box"
	ipcx rm "$box-r"
}

test_knob()
{
	ipcx create "$box"
	run ipcx knob "$box"
	expect "knob" 0 $'wait   adaptive\ncopy   default\nwake   default\ndrop   0 of 1000\ndelay  0 ns\n' ""
	run ipcx knob --wait 20us --copy heap --wake last --drop 1000 --delay 1ms "$box"
	expect "turning knobs is silent" 0 "" ""
	run ipcx knob --json "$box"
	expect "knob --json" 0 '{"wait":20000,"copy":"heap","wake":"last","drop":1000,"delay":1000000}'$'\n' ""
	ipcx send "$box" lost
	holds "a message is lost" empty "$box"
	run ipcx knob --wait adaptive --copy default --wake default --drop 0 --delay 0 "$box"
	run ipcx knob --json "$box"
	expect "turned back" 0 '{"wait":"adaptive","copy":"default","wake":"default","drop":0,"delay":0}'$'\n' ""
	run ipcx knob --wait 2s "$box"
	expect "too far" 1 "" "ipcx knob: no knob can be turned to more than a second"
	run ipcx knob --copy fast "$box"
	expect "to nowhere" 2 "" "ipcx knob: --copy 'fast' is none of *"
	run ipcx knob --wake nobody "$box"
	expect "wake nobody" 2 "" "ipcx knob: --wake 'nobody' is none of *"
	run ipcx knob
	expect "of what?" 2 "" "ipcx knob: one NAME wanted*"
	ipcx rm "$box"
}

# With the user's limit for KEY at 0 the command fails as it should.
refused()
{
	local file=/proc/sys/net/ipcx/$1 before what=$2 pattern=$3

	shift 3
	before=$(<"$file")
	echo 0 >"$file"
	run "$@"
	echo "$before" >"$file"
	expect "$what" 1 "" "$pattern"
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

test_region()
{
	run ipcx region create "$box-r" 8K
	expect "region create" 0 "" ""
	run ipcx region write "$box-r" hello
	expect "region write" 0 "" ""
	printf world | ipcx region write --offset 8187 "$box-r"
	run ipcx region read --length 5 "$box-r"
	expect "region read" 0 hello ""
	run ipcx region read --offset 8187 "$box-r"
	expect "region read --offset, to the end" 0 world ""
	ipcx region read "$box-r" >"$tap_dir/got"
	{
		printf hello
		head -c 8182 /dev/zero
		printf world
	} | cmp - "$tap_dir/got"
	holds "the whole region" test $? = 0
	run ipcx region wait --seen 1 --timeout 0 "$box-r"
	expect "no news" 3 "" "ipcx region: there is no news of region '$box-r'"
	run ipcx region wait --timeout 10ms "$box-r"
	expect "no news in time" 3 "" "ipcx region: no news of region '$box-r' within 10ms"
	run ipcx region notify "$box-r"
	expect "region notify" 0 "" ""
	run ipcx region wait --seen 1 "$box-r"
	expect "region wait" 0 $'2\n' ""
	run ipcx region write -o 8187 "$box-r" worlds
	expect "one byte too many" 1 "" \
		"ipcx region: the data is longer than the 5 bytes from offset 8187 *: nothing *"
	run ipcx region write "$box-r" </dev/zero
	expect "input that does not end" 1 "" "ipcx region: the data is longer than the 8192 *"
	run ipcx region read -l 5 "$box-r"
	expect "... nothing was written" 0 hello ""
	run ipcx region read --offset 8193 "$box-r"
	expect "an offset past the end" 1 "" \
		"ipcx region: offset 8193 is past the end of region '$box-r', which has 8192 bytes"
	run ipcx region read --length 8193 "$box-r"
	expect "a length past the end" 1 "" "ipcx region: only 8192 bytes *"
	run ipcx send "$box-r" x
	expect "a region is no mailbox" 1 "" "ipcx send: '$box-r' is a region, not a mailbox"
	ipcx create "$box"
	run ipcx region rm "$box"
	expect "a mailbox is no region" 1 "" "ipcx region: '$box' is a mailbox, not a region"
	run ipcx rm "$box" "$box-r"
	expect "rm removes several" 0 "" ""
	run ipcx region read "$box-r"
	expect "a region that is gone" 1 "" \
		"ipcx region: there is no region named '$box-r': make it with 'ipcx region create *"
}

# The command for other users, who may not be let into the directory that it was built in
publish()
{
	local bin

	bin=$(dirname "$(command -v ipcx)")
	chmod 755 "$tap_dir"
	mkdir -m 755 "$tap_dir/bin" "$tap_dir/lib"
	install "$bin/ipcx" "$tap_dir/bin"
	install "$bin"/../lib/libipcx.so.* "$tap_dir/lib"
}

test_rights()
{
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	local owner="[a-z]*:[a-z]*"

	if ! "${as[@]}" true 2>/dev/null; then
		tap_skip "rights of other users" "cannot become another user"
		return
	fi
	publish
	as+=(env "LD_LIBRARY_PATH=$tap_dir/lib")
	ipcx create "$box"
	run "${as[@]}" "$tap_dir/bin/ipcx" send "$box" x
	expect "no right to send" 1 "" "ipcx send: no permission to send to mailbox '$box' (*): *"
	run "${as[@]}" "$tap_dir/bin/ipcx" rm "$box"
	expect "no right to remove" 1 "" "ipcx rm: '$box' is another user's: *"
	run "${as[@]}" "$tap_dir/bin/ipcx" limits -n 5 "$box"
	expect "no right to look at limits" 1 "" "ipcx limits: no permission to send to *"
	ipcx rm "$box"
	(umask 0 && ipcx create --mode 0622 "$box")
	run "${as[@]}" "$tap_dir/bin/ipcx" limits -n 5 "$box"
	expect "no right to change limits" 1 "" "ipcx limits: '$box' is another user's: *"
	run "${as[@]}" "$tap_dir/bin/ipcx" limits "$box"
	expect "... but to see them, with the right to send" 0 "$out" ""
	refused user_bytes "no message more than a user may have" \
		"ipcx send: mailbox '$box': nothing was sent, as messages of your user *" \
		"${as[@]}" "$tap_dir/bin/ipcx" send "$box" x
	refused max_bytes "nor than all may" \
		"ipcx send: mailbox '$box': nothing was sent, as the messages of this network *" \
		"${as[@]}" "$tap_dir/bin/ipcx" send "$box" x
	refused user_objects "no mailbox more than a user may have" \
		"ipcx create: no mailbox '$box-2': your user has made as much as it may*" \
		"${as[@]}" "$tap_dir/bin/ipcx" create "$box-2"
	refused max_objects "nor than all may" \
		"ipcx create: no mailbox '$box-2': the users of this network namespace *" \
		"${as[@]}" "$tap_dir/bin/ipcx" create "$box-2"
	run "${as[@]}" "$tap_dir/bin/ipcx" send "$box" x
	expect "--mode lets others send" 0 "" ""
	run "${as[@]}" "$tap_dir/bin/ipcx" recv "$box"
	expect "... but not receive" 1 "" \
		"ipcx recv: no permission to receive from mailbox '$box' ($owner, mode 0622): *"
	out=$(ipcx recv --timeout 10s --json "$box")
	like "the sender's ids" "$out" '*"uid":65534,"gid":65534,*'
	ipcx rm "$box"
}

test_doctor()
{
	local version

	run ipcx doctor
	expect "doctor: ipcx works here" 0 "$out" ""
	like "... and says so" "$out" "*works * yes"$'\n'"*"
	run ipcx doctor --json
	expect "doctor --json" 0 "$out" ""
	like "... says so, too" "$out" '{*"works":true,*}'$'\n'
	like "... and tells the limits" "$out" '*"max_msg_size":1048576,*'
	run ipcx version
	version=${out#ipcx }
	version=${version%%$'\n'*}
	like "version: command, library and module agree" "$out" \
		"ipcx $version"$'\n'"libipcx $version"$'\n'"module $version (*"
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
test_limits
test_changing_limits
test_stats
test_knob
test_json
test_fds
test_call
test_serve
test_region
test_rights
test_doctor
cleanup
tap_end
