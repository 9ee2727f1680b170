#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx demo: that each claim is shown, by figures that are looked at here again, and that a system on
# which it does not hold is found out; that nothing is left behind, however it ends. With ipcx where
# the module is loaded, and else with what the system has (--native). Needs ipcx on PATH.

cd "$(dirname "$0")" || exit 1

# Where there is nothing of anybody else's; if that is not to be had, beside others
if [[ ${1:-} != --alone ]]; then
	for unshare in "unshare --ipc" "unshare --user --map-root-user --ipc"; do
		[[ ! -e /dev/ipcx || $unshare == "unshare --ipc" ]] || continue
		! $unshare true 2>/dev/null || exec $unshare "$PWD/${0##*/}" --alone
	done
fi

# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

broken=$(cd ../.. && pwd)/build/selftests/broken.so
export TMPDIR=$tap_dir
native=(--native)
[[ ! -e /dev/ipcx ]] || native=()
demos=(race torn isolation pipe queue-full copies crossover crash server)

# What may be left: what the kernel keeps, and names. As few processes as can be, as they start
# slowly in a guest.
left()
{
	local file
	local -a lines

	for file in /proc/sysvipc/*; do
		mapfile -t lines <"$file"
		((${#lines[@]} == 1)) || printf '%s\n' "$file:" "${lines[@]:1}"
	done
	for file in /dev/shm/ipcx-demo* "$TMPDIR"/ipcx-demo*; do
		[[ ! -e $file ]] || echo "$file"
	done
	((${#native[@]})) || ipcx ls --json
}

# Reads what each step says it does, and whether it says what happened; prints what is wrong.
unfinished()
{
	local does happened

	does=$(grep -c '^  does ' "$tap_dir/out")
	happened=$(grep -c '^  happened ' "$tap_dir/out")
	((does > 0 && does == happened)) || echo "$does steps, $happened of them with an end"
	grep 'NOT as' "$tap_dir/out"
}

# Lines that begin with "happened", each as one, however it is folded
happened()
{
	sed -n '/^  happened/ { :more; $!N; /\n           [^ ]/ { s/\n */ /; b more }; P; D }' \
		"$tap_dir/out"
}

# numbers PATTERN: the numbers in the lines that have it, without points and fractions
numbers()
{
	happened | grep -e "$1" | grep -oE '\<[0-9]+\>' | xargs
}

test_race()
{
	local -a n

	read -ra n < <(numbers "additions are lost")
	like "race: updates are lost" "$((n[1] > 0)) $((n[0] + n[1]))" "1 40000"
	like "race: none is with a mutex, nor with an atomic addition" \
		"$(happened | tail -n 2 | grep -o '[0-9]*: [0-9]* additions' | xargs)" \
		"40000: 0 additions 40000: 0 additions"
}

test_torn()
{
	local torn

	mapfile -t torn < <(happened | grep -o '[0-9]* of [0-9]* rec' | cut -d ' ' -f 1)
	like "torn: half a record is seen" "$((torn[0] > 0))" 1
	like "torn: none is with a seqlock, nor with a mutex" "${torn[*]:1}" "0 0"
	like "torn: who reads behind a seqlock has to read again" "$(happened)" \
		"*[1-9]* times, the reader read again*"
}

test_isolation()
{
	like "isolation: a pointer is for one process, an offset for both" "$(happened)" \
		"*it is 2 for the child, and 1 *fault*fault*hello from the other process*"
}

test_pipe()
{
	like "pipe: one way, two ways, relatives, a name" "$(happened)" \
		"*arrived*EBADF*6 * 7?*42*EBADF*arrived*"
}

test_queue_full()
{
	like "queue-full: refused, blocked, timed out" "$(happened | grep -oE 'EAGAIN|ETIMEDOUT|slept' |
		sort -u | xargs)" "EAGAIN ETIMEDOUT slept"
}

test_copies()
{
	like "copies: what is sent was copied, what is shared was not" "$(happened)" \
		'*"old"*"new"*copies more*'
}

test_crossover()
{
	local ratio

	ratio=$(sed -n 's/.* 65536 bytes: .* is \([0-9.]*\) of it/\1/p' "$tap_dir/out")
	like "crossover: shared memory pays for 65536 bytes" "$ratio" "0.*"
}

test_crash()
{
	local answer=ETIMEDOUT

	((${#native[@]})) || answer="ECONNRESET*ETIMEDOUT*EPIPE"
	like "crash: who is left hears of it, or waits" "$(happened)" "*ETIMEDOUT*EOWNERDEAD*$answer*"
}

test_server()
{
	like "server: all replies are right" "$(happened)" "*200 requests served, 200 replies right*"
}

test_demo()
{
	run ipcx demo "${native[@]}" "$1"
	expect "$1" 0 "$out" ""
	like "$1: each step ends as it should" "$(unfinished)" ""
	"test_${1//-/_}"
	like "$1: nothing is left" "$(left)" "$before"
}

# refuses WHAT PATTERN ARGUMENT...: in one sentence, with status 2
refuses()
{
	local what=$1 pattern=$2

	shift 2
	run ipcx demo "$@"
	if [[ $err == *$'\n'* ]]; then
		tap_fail "$what" "more than one line on stderr: '$err'"
		return
	fi
	expect "$what" 2 "" "$pattern"
}

test_usage()
{
	run ipcx demo
	expect "the list" 0 "$out" ""
	like "... has all, a line each" "$(cut -d ' ' -f 1 "$tap_dir/out" | xargs)" "${demos[*]}"
	refuses "an unknown name" "ipcx demo: there is no demonstration 'rcae': *" rcae
	refuses "an unknown name behind a known one" "ipcx demo: there is no *" --native race all
	refuses "a way to show nothing" "ipcx demo: --native is for a NAME, or 'all' *" --native
	refuses "an unknown option" "ipcx demo: unknown *'--json'*" --json race
	run ipcx demo --native race pipe
	like "two of them" "$status $(grep -oE '^(race|pipe):' "$tap_dir/out" | xargs)" "0 race: pipe:"
	((${#native[@]})) || return
	run ipcx demo race
	like "without the module" "$status $err" "1 ipcx demo: the module is not loaded: *"
}

# Somewhere else than in the code that makes the claim, it is made untrue: is that seen?
test_broken()
{
	local name tries

	for name; do
		# Two processes that do not run at the same time do each other no harm.
		for ((tries = 0; tries < 5; tries++)); do
			run env LD_PRELOAD="$broken" ipcx demo "${native[@]}" "$name"
			((status == 0)) || break
		done
		expect "$name on a broken system" 1 "$out" \
			"ipcx demo: $name: something else happened than was expected"
		like "... says where" "$out" "*-- NOT*"
	done
	like "nothing is left of that" "$(left)" "$before"
}

# Nobody of a session is there any more; not for ever.
session_ended()
{
	local tries

	for ((tries = 0; tries < 200; tries++)); do
		pgrep -s "$1" >/dev/null || return 0
		sleep 0.05
	done
	return 1
}

# start NAME TEXT: in a session of its own, and as a terminal would have it, until it tells that.
# Without starting processes meanwhile, as it does not wait. Sets pid.
start()
{
	local line

	setsid env --default-signal=INT ipcx demo "${native[@]}" "$1" >"$tap_dir/told" \
		2>"$tap_dir/log" &
	pid=$!
	exec {told}<"$tap_dir/told"
	while read -r line && [[ $line != *"$2"* ]]; do :; done <&$told
}

# Repeated if it has ended before the signal came. WHOM: a sign before its number, for all of its
# processes.
test_killed()
{
	local sig=$1 whom=$2 expected=$3 ended tries

	for ((tries = 0; tries < 10; tries++)); do
		start crash "robust mutex"
		kill -"$sig" -- "$whom$pid" 2>/dev/null
		reap $pid 2>/dev/null
		exec {told}<&-
		ended=$(session_ended $pid && echo yes)
		((status == 0)) || break
	done
	like "killed by SIG$sig" "$status" "$expected"
	like "... all of its processes have ended" "$ended" yes
	like "... nothing is left" "$(left)" "$before"
}

# A process of it is killed while others wait for it: nobody waits for ever.
test_child_killed()
{
	local tries

	for ((tries = 0; tries < 10; tries++)); do
		start queue-full "as long as"
		# The others wait meanwhile.
		kill -STOP -- -$pid 2>/dev/null
		pkill -KILL -n -P $pid
		kill -CONT -- -$pid 2>/dev/null
		reap $pid
		exec {told}<&-
		((status == 0)) || break
	done
	like "a process of it is killed" "$status $err" \
		"1 *ipcx demo: a process of the demonstration was killed"
	holds "... all others have ended" session_ended "$pid"
	like "... nothing is left" "$(left)" "$before"
}

mkfifo "$tap_dir/told"
before=$(left)
test_usage
for demo in "${demos[@]}"; do
	test_demo "$demo"
done
if ((${#native[@]})); then
	test_broken race torn copies crash server
	test_killed TERM "" 143
else
	test_broken race torn
fi
test_killed INT - 130
test_killed KILL "" 137
test_child_killed
tap_end
