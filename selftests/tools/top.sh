#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx top: printed, and on a terminal. Runs as root where ipcx is on PATH, in a network namespace of
# its own; leaves nothing behind. Unloads the module, and loads it again.

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

# churn NAME: messages go through the mailbox, one after the other, until stop_churning
churn()
{
	touch "$tap_dir/churn"
	while [[ -e $tap_dir/churn ]]; do
		ipcx send "$1" hello
		ipcx recv "$1"
	done >/dev/null &
	churning=$!
}

stop_churning()
{
	rm "$tap_dir/churn"
	wait "$churning"
}

# sum FIELD: of all intervals in out
sum()
{
	grep -o "\"$1\":[0-9]*" <<<"$out" | awk -F: '{ sum += $2 } END { print sum + 0 }'
}

header=" SENT BYTES RECVD BYTES     DEPTH   P50   P99 RCV SND FULL  REF  FLT NAME"

# So long that something will have gone through in it, also in a kernel that is slow
long=3s
[[ ! ${IPCX_SLOW:-} ]] || long=20s

test_batch()
{
	local rows

	run ipcx top --batch --count 1 --delay 100ms
	like "of nothing" "$status $out" \
		"0 ??:??:??  0 objects, 0/s sent, 0/s received; in *s, by sent"$'\n'"$header"$'\n'
	ipcx create web-1
	ipcx create --max-msgs 1 web-2
	ipcx region create shared 2M
	ipcx send web-2 there
	churn web-1
	run ipcx top --batch --count 2 --delay "$long"
	stop_churning
	like "two intervals" "$out" "*3 objects*$header"$'\n'"*"$'\n\n'"*3 objects*$header"$'\n'"*"
	rows=$(tail -n 3 <<<"${out%$'\n'}")
	like "what does most comes first, with its rates and delays" "$rows" \
		"*[1-9]* *[1-9]* *[1-9]* *[1-9]* *[01]/256 *s *s   0   0    0    0    0 web-1"$'\n'"*"
	like "then what is idle" "$rows" "*
    0     0     0     0       1/1     -     -   0   0    0    0    0 web-2
    -     -     -     -     2.10M     -     -   -   -    -    -    - shared"
	run ipcx top -b -n 1 -d 10ms --sort depth --lines 1
	like "another order, and not all" "$out" "*3 objects*by depth"$'\n'"$header"$'\n'"*1/1 * web-2"$'\n'
	run ipcx top -b -n 1 -d 10ms --sort n --reverse 'web-*'
	like "a letter, reversed, and a pattern" "$out" \
		"*2 objects*by name, reversed"$'\n'"$header"$'\n'"* web-2"$'\n'"* web-1"$'\n'
	run ipcx top -b -n 1 -d 10ms --kind region
	like "a kind" "$out" "*1 object,*$header"$'\n'"* shared"$'\n'
	run setpriv --reuid=1000 --regid=1000 --clear-groups ipcx top -b -n 1 -d 10ms web-1
	like "others see names" "$out" "*$header"$'\n'"    - * - web-1"$'\n'
	ipcx rm web-1 web-2 shared
}

# What happens is in one interval, and what happened earlier in none.
test_counts()
{
	local pid i

	ipcx create box
	ipcx send box old
	ipcx create --max-msgs 1 narrow
	ipcx send narrow old
	ipcx top --batch --json --delay 200ms >"$tap_dir/json" &
	pid=$!
	until_has "$tap_dir/json" '"rows"'
	for ((i = 0; i < 12; i++)); do
		ipcx send box hello
		ipcx recv box
	done >/dev/null
	ipcx send --timeout 0 narrow more 2>/dev/null
	until_has "$tap_dir/json" '"refused":1'
	kill "$pid"
	wait "$pid" 2>/dev/null
	slurp out "$tap_dir/json"
	like "counts add up" \
		"$(sum sent) $(sum sent_bytes) $(sum received) $(sum received_bytes) $(sum refused)" \
		"12 60 12 58 1"
	like "... with percentiles" "$out" '*"received":[1-9]*"p50_below":[1-9]*,"p99_below":[1-9]*'
	like "JSON has a line for an interval" "$out" \
		'{"time":*,"ns":[1-9]*,"objects":2,"rows":\[{"id":*,"name":*,"kind":"mailbox",*}\]}'$'\n'
	ipcx rm box narrow
}

test_waiting()
{
	local pid

	ipcx create box
	ipcx recv box >/dev/null &
	pid=$!
	until ipcx stat --json box | grep -q '"receivers":1'; do
		sleep 0.05
	done
	run ipcx top -b -n 1 -d 10ms
	like "who waits" "$out" "*   1   0    0    0    0 box"$'\n'
	ipcx send box end
	wait "$pid"
	ipcx rm box
}

test_screen()
{
	ipcx create busy
	ipcx create --max-msgs 7 deep
	ipcx send deep there
	churn busy
	run ./screen.py 24x80 "ipcx top --delay 300ms" \
		"see=by sent\n$header *\n.*[1-9].*/256.* busy\n.* 1/7 .* deep\n.*Sort: s sent.*q quit" \
		key=d "see=by depth\n.* deep\n.* busy\n" \
		key=i "see=by depth, reversed\n.* busy\n.* deep\n" \
		key=n "see=by name, reversed\n.* deep\n.* busy\n" key=q
	stop_churning
	like "a key changes the order, q ends and leaves the terminal as it was" "$status $err" "0 "
	run ./screen.py 24x80 "ipcx top --delay 1h" "see=Sort" size=8x30 \
		"see=\\A[^\n]{30}\n SENT BYTES RECVD BYTES     DE\n[^\n]*\n[^\n]*\n" \
		"see=\nSort: s sent  r received  b by\n[^\n]*\\Z" size=3x10 "see= SENT BYTE" \
		size=30x100 "see= busy\n[^\n]* deep\n{25}Sort: " $'key=\003'
	like "it follows the terminal's size, and Ctrl-C leaves it as it was" "$status $err" "130 "
	run ./screen.py 24x80 "ipcx top -d 10ms -n 3"
	like "it ends after --count" "$status" 0
	run ./screen.py 24x80 "env TERM=nonsense ipcx top"
	like "a terminal that nobody knows" "$status $out" \
		"1 ipcx top: cannot draw on a terminal of type 'nonsense': *"
	ipcx rm busy deep
}

test_unloaded()
{
	local module=${IPCX_MODULE:-/run/vm/ipcx.ko}

	if [[ ! -e $module ]]; then
		tap_skip "the module goes away" "no module file: set IPCX_MODULE"
		return
	fi
	run ./screen.py 24x80 "ipcx top --delay 100ms" "see=0 objects" "run=rmmod ipcx"
	like "the module goes away" "$status $out" "1 *ipcx top: the module was unloaded*"
	insmod "$module"
}

test_batch
test_counts
test_waiting
test_screen
test_unloaded
tap_end
