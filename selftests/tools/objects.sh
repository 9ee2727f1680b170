#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx create, limits, stat, set and region, rights, and doctor, with the module loaded: what a user
# types, and what they get. Runs as root where ipcx is on PATH; leaves nothing behind.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=boxes.sh
. ./boxes.sh

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

test_limits
test_changing_limits
test_stats
test_knob
test_region
test_rights
test_doctor
cleanup
tap_end
