#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Programs that know nothing of mailboxes, on a mailbox: what 'ipcx with' gives them, socat between
# mailboxes and sockets, Python. Runs as root where ipcx is on PATH; leaves nothing behind.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

there=test-$$-there
back=test-$$-back
example=$PWD/../../Documentation/examples/mailbox.py
python=/usr/bin/python3

cleanup()
{
	ipcx rm "$there" "$back" 2>/dev/null
}

interrupted()
{
	cleanup
	rm -rf "$tap_dir"
	exit 1
}
trap interrupted INT TERM

# until_true COMMAND...: waits until the command succeeds; not for ever.
until_true()
{
	local tries

	for ((tries = 0; tries < 1000; tries++)); do
		! "$@" 2>/dev/null || return 0
		sleep 0.05
	done
	return 1
}

# gone PID
gone()
{
	! kill -0 "$1"
}

# What 'ipcx with' and a program have in common: who is started is still who runs.
test_with()
{
	local pid

	ipcx create "$there"
	ipcx create "$back"
	run ipcx with --out "$there" -- printf 'one message'
	expect "with --out: what the program writes is sent" 0 "" ""
	run ipcx recv --timeout 0 "$there"
	expect "... as a message" 0 "one message" ""
	ipcx send "$there" first
	ipcx send "$there" ""
	run ipcx with --in "$there" -- cat
	expect "with --in: it reads messages, an empty one being the end" 0 first ""
	ipcx send "$there" "for tr"
	ipcx send "$there" ""
	run ipcx with --in "$there" --out "$back" -- tr a-z A-Z
	expect "with --in and --out" 0 "" ""
	run ipcx recv --timeout 0 "$back"
	expect "... from one mailbox to the other" 0 "FOR TR" ""
	ipcx send "$there" echo
	# shellcheck disable=SC2016 # for the program's shell
	run ipcx with "$there" -- bash -c 'read -r -N 4 text; printf %s "$text-$text"'
	expect "with NAME: both ways on one mailbox" 0 "" ""
	run ipcx recv --timeout 0 "$there"
	expect "... as can be seen" 0 "echo-echo" ""

	run ipcx with --in "$there" -- sh -c 'exit 7'
	expect "the exit status is the program's" 7 "" ""
	run ipcx with --in "$there" -- bash -c "echo >&0"
	expect "the input cannot be written to" 1 "" "*Bad file descriptor*"
	head -c 1000 /dev/zero | ipcx send "$there"
	run ipcx with --in "$there" -- dd bs=999 count=1
	expect "a message that is too long for the program" 1 "" "*Message too long*"
	ipcx recv --timeout 0 "$there" >"$tap_dir/got"
	holds "... stays" test "$(stat -c %s "$tap_dir/got")" = 1000
	run ipcx with --in "$there" --out "$back" -- ls /proc/self/fd
	holds "nothing but the mailboxes is left open" test "$(ipcx recv --timeout 0 "$back" |
		wc -l)" = 4

	ipcx with --in "$there" -- cat >"$tap_dir/out" 2>"$tap_dir/log" &
	pid=$!
	ipcx send "$there" last
	until_true test -s "$tap_dir/out"
	ipcx rm "$there"
	reap "$pid"
	expect "removing the mailbox ends the program" 1 "" "*Identifier removed*"
	run ipcx with --in "$there" -- cat
	expect "a mailbox that is not there" 1 "" "ipcx with: there is no mailbox named '$there': *"
	run ipcx with --create "$there" -- printf made
	expect "... unless it is to be made" 0 "" ""
	run ipcx with "$there" -- ./no-such-program
	expect "a program that is not there" 1 "" "ipcx with: there is no program ./no-such-*"
	run ipcx with "$there" cat
	expect "a program without --" 2 "" "ipcx with: '--' goes before PROGRAM: *"
	run ipcx with -- cat
	expect "no mailbox" 2 "" "ipcx with: a NAME, --in or --out, and '-- PROGRAM', wanted*"
	ipcx rm "$back"
}

# bridge ADDRESS: socat between the mailboxes and a socket that it listens on, in the background
bridge()
{
	ipcx with --in "$there" --out "$back" -- socat -b 65536 STDIO "$1" 2>"$tap_dir/log" &
	bridge=$!
}

# through WHAT ADDRESS: both ways through a bridge, by a client that connects to ADDRESS
through()
{
	local what=$1 client

	mkfifo "$tap_dir/to"
	socat -b 65536 STDIO "$2" <"$tap_dir/to" >"$tap_dir/from" 2>"$tap_dir/client" &
	client=$!
	exec 4>"$tap_dir/to"
	printf 'from the socket' >&4
	run ipcx recv --timeout 60s "$back"
	expect "$what: what comes from the socket is a message" 0 "from the socket" ""
	ipcx send "$there" "from the "
	ipcx send "$there" mailbox
	until_true grep -q "from the mailbox" "$tap_dir/from"
	holds "... and messages go to the socket" \
		test "$(<"$tap_dir/from")" = "from the mailbox"
	exec 4>&-
	wait "$client"
	until_true gone "$bridge"
	wait "$bridge"
	holds "... and it ends with the connection" test $? = 0
	rm "$tap_dir/to"
}

test_socat()
{
	local bridge port=$((20000 + $$ % 10000))

	if ! command -v socat >/dev/null; then
		tap_skip "socat" "not installed"
		return
	fi
	ipcx create "$there"
	ipcx create "$back"
	bridge "UNIX-LISTEN:$tap_dir/socket"
	until_true test -S "$tap_dir/socket"
	through "socat, a Unix socket" "UNIX-CONNECT:$tap_dir/socket"
	if ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null; then
		bridge "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr"
		through "socat, TCP" "TCP-CONNECT:127.0.0.1:$port,retry=100,interval=0.1"
	else
		tap_skip "socat, TCP" "no way to set up the loopback interface"
	fi
	ipcx rm "$there" "$back"
}

test_python()
{
	local pid

	if [[ ! -x $python ]]; then
		tap_skip "Python" "there is no $python"
		return
	fi
	ipcx create "$there"
	ipcx create --max-msgs 1 "$back"
	run "$python" "$example" send "$there" one "two words" ""
	expect "Python: os.write" 0 "" ""
	run ipcx recv --count 2 "$there"
	expect "... sends messages" 0 $'one\ntwo words\n' ""
	ipcx recv --timeout 0 "$there"

	"$python" "$example" recv "$there" >"$tap_dir/out" 2>"$tap_dir/log" &
	pid=$!
	ipcx send "$there" hello
	ipcx send "$there" ""
	wait "$pid"
	holds "Python: os.read" test "$(<"$tap_dir/out")" = hello

	"$python" "$example" watch "$there" "$back" >"$tap_dir/out" 2>"$tap_dir/log" &
	pid=$!
	ipcx send "$back" 1
	until_true grep -qx "$back: 1" "$tap_dir/out"
	ipcx send "$there" 2
	until_true grep -qx "$there: 2" "$tap_dir/out"
	ipcx send "$there" ""
	ipcx send "$back" ""
	wait "$pid"
	holds "Python: select.epoll, two mailboxes" \
		test "$(<"$tap_dir/out")" = "$back: 1"$'\n'"$there: 2"

	"$python" "$example" relay "$there" "$back" 2>"$tap_dir/log" &
	pid=$!
	for word in one two three ""; do
		ipcx send "$there" "$word"
	done
	run ipcx recv --count 3 --timeout 60s "$back"
	expect "Python: asyncio, waiting for messages and for room" 0 $'ONE\nTWO\nTHREE\n' ""
	ipcx recv --timeout 60s "$back" >/dev/null
	reap "$pid"
	expect "... to the end" 0 "" ""

	run "$python" "$example" send no-such-mailbox x
	expect "Python: a mailbox that is not there" 1 "" "mailbox.py: No such file or directory"
	ipcx rm "$there" "$back"
}

test_with
test_socat
test_python
cleanup
tap_end
