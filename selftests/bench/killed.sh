#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx bench interrupted, and its processes killed: whichever and whenever it is, nothing is left
# behind. Runs as root where ipcx is on PATH.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=comparison.sh
. ./comparison.sh

bench lat -m "$mechanisms" -s 64 -n 32 -r 1 -p same-cpu --no-count
unavailable=" $(sed -n 's/ is unavailable: .*//p' <<<"$out" | xargs) "

# What somebody did not wait for is written all the same.
test_interrupted()
{
	local json=$tap_dir/part.json pid

	ipcx bench lat -m pipe -s 64 -n 900000 -r 60 -p same-cpu --no-count --json "$json" >/dev/null \
		2>"$tap_dir/err" &
	pid=$!
	sides $pid >/dev/null
	sleep 2
	kill -INT $pid
	wait $pid
	like "interrupted" "$?: $(<"$tap_dir/err")" "130: *interrupted*"
	holds "the results say that they are not complete" grep -q '"complete": false' "$json"
	run ipcx bench report --no-plots "$json" -o "$tap_dir/part"
	expect "and can be reported" 0 "$tap_dir/part/index.html"$'\n' ""
	holds "nothing is left" nothing_left
}

# Pauses that are counted after they have been measured: for long enough to be interrupted there.
counting()
{
	ipcx bench wake -m sysv-msg -s 64 -n 1 -r 1 -p same-cpu --gap "$(seq -f %gms -s , 50 80)" \
		--json "$tap_dir/part.json" >/dev/null 2>"$tap_dir/err" &
	pid=$!
	sleep "$2"
	kill "-$1" $pid
	wait $pid 2>/dev/null
	status=$?
}

test_counting_ended()
{
	local json=$tap_dir/part.json pid seconds measured

	# How long the measuring takes depends on what else the machine does; counting takes a second
	# at least.
	for seconds in {4..20}; do
		counting INT "$seconds"
		measured=$(grep -c '"mean": [0-9]' "$json")
		((measured < 31)) || break
	done
	like "counting is interrupted" "$status: $(<"$tap_dir/err")" "130: *interrupted*"
	like "when all was measured, and not all counted" \
		"$measured $(grep -c '"syscalls": null' "$json") $(grep -c '"complete": false' "$json")" \
		"3[1-9] [1-9]* 1"
	holds "INT: nothing is left" nothing_left
	counting KILL "$seconds"
	like "counting is killed" $status 137
	holds "KILL: nothing is left" nothing_left
}

# killed MECHANISM MODE WHO SIGNAL PATTERN
killed()
{
	local pid victim sides count=50000000

	# More than can be done by then; a round trip needs memory for each.
	[[ $2 == lat ]] && count=500000
	ipcx bench "$2" -m "$1" -s 4096 -n $count -r 1 -p same-cpu --no-count \
		2>"$tap_dir/err" >/dev/null &
	pid=$!
	read -ra sides <<<"$(sides $pid)"
	sleep 0.2
	case $3 in
	receiver) victim=${sides[0]} ;;
	sender) victim=${sides[1]} ;;
	*) victim=$pid ;;
	esac
	kill -"$4" "$victim"
	wait $pid 2>/dev/null
	like "$1 $2: $3 gets $4" "$?: $(<"$tap_dir/err")" "$5"
	holds "$1 $2: nothing is left" nothing_left
}

test_killed()
{
	local mech turn=0

	for mech in $(among fifo sysv-msg posix-mq sysv-shm posix-shm shm-mutex memfd binder \
		ipcx{,-call,-region}); do
		if [[ $unavailable == *" $mech "* ]]; then
			tap_skip "$mech killed" "unavailable"
			continue
		fi
		if ((turn++ % 2)); then
			killed "$mech" lat sender KILL "1: *sending process was killed*"
		else
			killed "$mech" bw receiver KILL "1: *receiving process was killed*"
		fi
	done
}

test_parent_killed()
{
	killed sysv-msg lat "the parent" KILL "137: *"
	killed sysv-shm bw "the parent" KILL "137: *"
	killed sysv-msg bw "the parent" INT "130: *interrupted*"
	killed sysv-shm lat "the parent" TERM "130: *interrupted*"
}

# Channels are made and removed all the time, and have names meanwhile: whoever is killed, and when.
test_killed_opening()
{
	local mech pid i ended

	for mech in $(among fifo sysv-msg posix-mq sysv-shm posix-shm); do
		[[ $unavailable == *" $mech "* ]] && continue
		ended=
		for i in {1..6}; do
			ipcx bench setup -m "$mech" -s 64 -n 500000 -r 1 -p same-cpu --no-count \
				>/dev/null 2>&1 &
			pid=$!
			until pgrep -x -P $pid ipcx-janitor && pgrep -x -P $pid ipcx; do
				kill -0 $pid || break
				sleep 0.01
			done >/dev/null 2>&1
			sleep "0.0$((RANDOM % 100))"
			if ((i % 2)); then
				kill -KILL $pid
			else
				until pkill -KILL -x -P $pid ipcx; do
					kill -0 $pid 2>/dev/null || break
					sleep 0.01
				done
			fi
			wait $pid 2>/dev/null
			ended+=" $?"
		done
		like "$mech is killed while it is opened and closed" "$ended" \
			" 137 1 137 1 137 1"
		holds "$mech setup: nothing is left" nothing_left
	done
}

test_killed
if [[ $(among pipe) ]]; then
	test_interrupted
	test_parent_killed
	test_killed_opening
	[[ $slow ]] || test_counting_ended
fi
comparison_end
