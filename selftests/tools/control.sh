#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx ls, stat, set, monitor and rm --id: mailboxes and regions from outside. Runs as root where
# ipcx is on PATH, in a network namespace of its own; leaves nothing behind.

if [[ ! ${IPCX_ALONE:-} ]]; then
	IPCX_ALONE=yes exec unshare --net "$0"
fi

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

interrupted()
{
	rm -rf "$tap_dir"
	exit 1
}
trap interrupted INT TERM

# listen OPTION...: starts a monitor that writes into events, and waits until it hears; sets pid.
listen()
{
	ipcx monitor --exists "$@" >"$tap_dir/events" 2>"$tap_dir/log" &
	pid=$!
	until_has "$tap_dir/events" mark
}

alice()
{
	setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
}

header="KIND            MSGS             BYTES RECV SEND OPEN MODE OWNER    NAME"

test_ls()
{
	local first

	run ipcx ls
	expect "ls of nothing" 0 "$header"$'\n' ""
	ipcx create --max-msgs 2 web-1
	ipcx create web-2
	ipcx region create shared 1M
	ipcx send web-1 hello
	run ipcx ls
	expect "ls tells what there is" 0 "$header
mailbox          1/2         5/1048576    0    0    0 0600 root     web-1
mailbox        0/256         0/1048576    0    0    0 0600 root     web-2
region                         1048576              0 0600 root     shared
" ""
	run ipcx ls --kind region
	like "--kind" "$out" "$header"$'\n'"region *shared"$'\n'
	run ipcx ls 'web-[12]' nothing
	like "patterns" "$out" "$header"$'\n'"mailbox *web-1"$'\n'"mailbox *web-2"$'\n'
	run ipcx ls --owner nobody
	expect "--owner" 0 "$header"$'\n' ""
	ipcx send web-1 again
	run ipcx ls --full
	like "--full" "$out" "$header"$'\n'"mailbox *2/2 *web-1"$'\n'
	run ipcx ls --json web-2
	like "--json" "$out" '{"id":*,"name":"web-2","kind":"mailbox","flags":\["persist"\],"mode":384,'`
		`'"uid":0,"gid":0,"endpoints":0,"msgs":0,"bytes":0,"receivers":0,"senders":0,'`
		`'"max_msgs":256,"max_msg_size":65536,"max_bytes":1048576,"share":100}'$'\n'
	run ipcx ls --json web-1
	like "... with counters that are not 0" "$out" \
		'*,"stats":{"sent":2,"sent_bytes":10,"msgs":2,"bytes":10,"queued":2,*}}'$'\n'
	first=$(ipcx ls --watch=10ms | head -n 9 | grep -c web-1)
	like "--watch lists again, until nobody reads" "$first" "[2-9]"
	run ipcx ls --kind box
	expect "a kind that there is not" 2 "" "ipcx ls: --kind 'box' is neither *"
	run ipcx ls --watch=0
	expect "watching without a pause" 2 "" "ipcx ls: --watch '0' is no time at all*"
}

test_rights()
{
	run alice ipcx ls web-2
	like "others see names" "$out" "$header"$'\n'"mailbox *- *- *- *- *- 0600 root *web-2"$'\n'
	run alice ipcx stat web-2
	like "... and are told so" "$out" "mailbox *web-2*and what you may not see"$'\n'
	run alice ipcx set web-2 share=5
	expect "others change nothing" 1 "" "ipcx set: 'web-2' is another user's: *"
	run alice ipcx rm --id 1 web-2
	expect "... and remove nothing" 1 "" "ipcx rm: *"
}

test_stat()
{
	run ipcx stat web-1
	like "stat of a mailbox" "$out" "mailbox    web-1
id         [0-9]*
owner      root, group 0, mode 0600
flags      persist
endpoints  0
messages   2 of 2
bytes      10 of 1048576
longest    65536 bytes
share      100 % for a user
asleep     0 receivers, 0 senders
knobs      none turned

*
  sent                       2              10   accepted
*"
	run ipcx stat shared
	like "stat of a region" "$out" "region     shared*size       1048576"$'\n'"asleep     0 who wait for news"$'\n'"used       0"$'\n'"*opens * 1 *maps * 0 * 0"$'\n'*
	run ipcx stat nobody
	expect "stat of nothing" 1 "" "ipcx stat: there is no mailbox or region named 'nobody'"
	run ipcx stat
	expect "stat without a name" 2 "" "ipcx stat: one NAME wanted*"
}

test_set()
{
	run ipcx set web-1 max-msgs=5 max-bytes=2M share=30
	expect "set is silent" 0 "" ""
	run ipcx stat --json web-1
	like "... and has changed that" "$out" '*"max_msgs":5,*"max_bytes":2097152,"share":30,*'
	run ipcx set web-1 max-bytes=1
	expect "too few bytes" 1 "" "ipcx set: 'web-1': max-bytes: the longest message would be *"
	run ipcx set web-1 max-msgs=2000000
	expect "too many messages" 1 "" "ipcx set: 'web-1': max-msgs: *out of range*"
	run ipcx set web-1 colour=blue
	expect "a limit that there is not" 2 "" "ipcx set: there is no limit or knob 'colour'*"
	run ipcx set web-1 share
	expect "no value" 2 "" "ipcx set: 'share' is not SETTING=VALUE*"
	run ipcx set web-1 share=101
	expect "too great a share" 2 "" "ipcx set: share '101' is not within 1 to 100*"
	run ipcx set shared share=5
	expect "a region" 1 "" "ipcx set: 'shared': a region has no limits to change"
}

test_knobs()
{
	run ipcx set web-1 wait=20us copy=heap share=40
	expect "set turns knobs, too" 0 "" ""
	run ipcx stat web-1
	like "... and stat shows them" "$out" $'*\n'"share      40 %*"$'\n'`
		`"knobs      wait 20000 ns, copy heap"$'\n*'
	run ipcx ls --json web-1
	like "... and ls --json" "$out" '*"share":40,"knobs":{"wait":20000,"copy":"heap"},*'
	run ipcx set web-1 wake=last drop=5 delay=1ms copy=lend
	expect "the others" 0 "" ""
	run ipcx stat --json web-1
	like "... all are shown" "$out" '*"knobs":{"wait":20000,"copy":"lend","wake":"last",'`
		`'"drop":5,"delay":1000000},*'
	run ipcx knob --json web-1
	like "... as by knob" "$out" '{"wait":20000,"copy":"lend","wake":"last","drop":5,"delay":1000000}*'
	run ipcx set web-1 wait=2s share=7
	expect "too long a wait" 1 "" "ipcx set: 'web-1': wait: nobody stays awake for more than *"
	run ipcx set web-1 delay=2s share=7
	expect "too long a delay" 1 "" "ipcx set: 'web-1': delay: *out of range*"
	run ipcx set web-1 copy=fast
	expect "no such way to copy" 2 "" "ipcx set: copy 'fast' is none of *"
	run ipcx set web-1 drop=1001
	expect "more than all" 2 "" "ipcx set: drop '1001' is not within 0 to 1000*"
	run ipcx stat --json web-1
	like "... then nothing changes" "$out" '*"share":40,"knobs":{"wait":20000,*'
	run ipcx set web-1 wait=adaptive copy=default wake=default drop=0 delay=0 share=30
	expect "they are turned back" 0 "" ""
	run ipcx stat --json web-1
	like "... as they were made" "$out" '*"share":30,"knobs":{"wait":"adaptive",'`
		`'"copy":"default","wake":"default","drop":0,"delay":0},*'
	run ipcx set shared wait=0
	expect "a region has none" 1 "" "ipcx set: 'shared': a region has no limits to change"
	run alice ipcx set web-1 wait=0
	expect "others turn none" 1 "" "ipcx set: 'web-1' is another user's: *"
	alice ipcx create hers
	run alice ipcx set hers wait=0
	expect "an owner turns some" 0 "" ""
	run alice ipcx set hers wait=1ms drop=1
	expect "... but not those that do harm" 1 "" \
		"ipcx set: 'hers': drop: to drop or to delay messages wants CAP_SYS_ADMIN"
	run ipcx stat hers
	like "... and nothing changes" "$out" $'*\n'"knobs      wait 0 ns"$'\n*'
	ipcx rm hers
}

test_huge()
{
	local can=no

	run ipcx region create --huge large 8M
	case $status$out$err in
	0)	can=yes ;;
	"0ipcx region: this kernel has no huge pages for shared memory: "*) ;;
	*)	can=failed ;;
	esac
	holds "region create --huge" test $can != failed
	run ipcx stat large
	case $can in
	yes)	like "... is granted, and shown" "$out" $'*\n'"flags      persist, huge"$'\n*' ;;
	*)	like "... is not granted, and shown so" "$out" $'*\n'"flags      persist"$'\n*' ;;
	esac
	ipcx region write large "$(printf '%100000s' x)"
	run ipcx stat --json large
	# Whole huge pages if they are granted and the memory has some, else 25 small ones
	case $can in
	yes)	like "... and so is what it takes" "$out" '*"flags":\["persist","huge"\]*"used":2097152,*' ;;
	*)	like "... and so is what it takes" "$out" '*"flags":\["persist"\]*"used":102400,*' ;;
	esac
	run ipcx stat shared
	like "it is not for those that did not ask" "$out" $'*\n'"flags      persist"$'\n*'
	run ipcx region read --huge large
	expect "reading takes no --huge" 2 "" "ipcx region: 'region read' does not take '-H'*"
	ipcx rm large
}

test_rm()
{
	local id

	id=$(ipcx ls --json web-2 | sed 's/.*"id":\([0-9]*\).*/\1/')
	run ipcx rm --id "$id" web-1
	expect "rm --id of another name" 1 "" \
		"ipcx rm: there is no mailbox or region named 'web-1' with id $id"
	run ipcx rm --id "$id" web-2
	expect "rm --id" 0 "" ""
	run ipcx rm --id "$id"
	expect "rm --id of what is gone" 1 "" \
		"ipcx rm: there is no mailbox or region with id $id"
	ipcx rm web-1 shared
}

test_monitor()
{
	local pid text

	ipcx create mark
	listen
	ipcx create --max-msgs 1 box
	ipcx send box 1
	ipcx send --timeout 0 box 2 2>/dev/null
	ipcx rm box
	until_has "$tap_dir/events" removed
	kill "$pid"
	wait "$pid" 2>/dev/null
	text=$(sed -E 's/^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}  //' "$tap_dir/events")
	like "monitor tells what happens" "$text" "exists      mailbox  mark
created     mailbox  box
full        mailbox  box
removed     mailbox  box"
	listen --json --count 2
	ipcx create box
	ipcx rm box
	reap "$pid"
	slurp text "$tap_dir/events"
	like "... as JSON, and ends" "$status $text" '0 {*"event":"exists"}
{"event":"created","seq":*,"time":*,"id":*,"name":"box","kind":"mailbox"}
{"event":"removed",*}'$'\n'
	ipcx rm mark
}

test_monitor_overflow()
{
	local pid i text

	ipcx create mark
	listen --buffer 1
	kill -STOP "$pid"
	for ((i = 0; i < 40; i++)); do
		ipcx create "box-$i"
		ipcx rm "box-$i"
	done
	ipcx create lasting
	kill -CONT "$pid"
	until_has "$tap_dir/events" "exists .* lasting"
	ipcx rm lasting mark
	until_has "$tap_dir/events" "removed .* mark"
	kill "$pid"
	wait "$pid" 2>/dev/null
	text=$(sed -E 's/^[0-9:.]+  //; /box-/d' "$tap_dir/events")
	like "monitor says that it has missed events, and what there is" "$text" \
		"exists      mailbox  mark
missed      events: this is what there is now
exists      mailbox  mark
exists      mailbox  lasting
removed     mailbox  lasting
removed     mailbox  mark"
}

# complete WORD...: sets what the last word would become
completed()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_ipcx
	out="${COMPREPLY[*]}"
}

test_completion()
{
	# shellcheck source=tools/completion/ipcx
	. ../../tools/completion/ipcx
	ipcx create queue-1
	ipcx region create queue-2 4K
	completed ipcx mo
	like "subcommands are completed" "$out" monitor
	completed ipcx rm qu
	like "names are completed" "$out" "queue-1 queue-2"
	completed ipcx send qu
	like "... of mailboxes where it takes one" "$out" queue-1
	completed ipcx top qu
	like "... and of regions where it takes both" "$out" "queue-1 queue-2"
	completed ipcx ls --ki
	like "options are completed" "$out" --kind
	completed ipcx set queue-1 max-m
	like "limits are completed" "$out" "max-msgs= max-msg-size="
	completed ipcx set queue-1 wa
	like "... and knobs" "$out" "wait= wake="
	completed ipcx set queue-1 copy =
	like "... and what they can be" "$out" "default heap inline lend"
	completed ipcx set queue-1 wake = s
	like "... as far as it is written" "$out" sync
	completed ipcx region no
	like "what region does is completed" "$out" notify
	completed ipcx region create --hu
	like "... its options" "$out" --huge
	completed ipcx region notify qu
	like "... and names of regions" "$out" queue-2
	ipcx rm queue-1 queue-2
}

test_ls
test_rights
test_stat
test_set
test_knobs
test_huge
test_rm
test_monitor
test_monitor_overflow
test_completion
tap_end
