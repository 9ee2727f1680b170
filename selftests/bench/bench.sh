#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx bench as a user runs it: every mechanism works, results are what they should be, and whatever
# is killed, nothing is left behind. Runs as root where ipcx is on
# PATH; mechanisms that the machine does not have are reported as skipped.
#
#   bench.sh [DIRECTORY OF check_json]

cd "$(dirname "$0")" || exit 1
programs=${1:-../../build/selftests/bench}
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

export TMPDIR=$tap_dir
trap 'rm -rf "$tap_dir"; exit 1' INT TERM

mechanisms=pipe,fifo,unix-stream,unix-seqpacket,unix-dgram,tcp,udp,sysv-msg,posix-mq
mechanisms+=,sysv-shm,posix-shm,eventfd,ipcx,ipcx-call,ipcx-region

unavailable=' '

# What outlives processes. POSIX queues have a file system to be seen in.
mqueue=$tap_dir/mqueue
mkdir "$mqueue"
mount -t mqueue none "$mqueue" 2>/dev/null
trap 'umount "$mqueue" 2>/dev/null' EXIT

left_behind()
{
	cut -c1-21 /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm
	ls /dev/shm "$mqueue"
	ls -d "$TMPDIR"/ipcx-bench.* 2>/dev/null
	pgrep -x ipcx
}

before=$(left_behind)

# Nothing is left, at once or when processes that are going have gone.
nothing_left()
{
	local i

	for ((i = 0; i < 50; i++)); do
		[[ $(left_behind) == "$before" ]] && return 0
		sleep 0.2
	done
	diff <(echo "$before") <(left_behind) | sed 's/^/# /'
	return 1
}

bench()
{
	out=$(timeout 300 ipcx bench "$@" 2>"$tap_dir/err")
	status=$?
	err=$(<"$tap_dir/err")
}

well_formed()
{
	local complaint

	complaint=$("$programs/check_json" "$@") && return 0
	echo "# $complaint"
	return 1
}

test_all()
{
	local json=$tap_dir/all.json mech

	bench -n 60 -r 2 -p same-cpu --json "$json"
	like "all mechanisms run" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" $mechanisms rtt,oneway 64,4096,65536
	for mech in ${mechanisms//,/ }; do
		if [[ $out == *"$mech is unavailable"* ]]; then
			unavailable+="$mech "
			tap_skip "$mech" "$(sed -n "s/^$mech is unavailable: //p" <<<"$out")"
		else
			like "$mech has a row" "$out" "*
$mech +( )+([0-9,]) *"
		fi
	done
	holds "nothing is left" nothing_left
	run ipcx bench report "$json" -o "$tap_dir/a/b"
	expect "a report is written" 0 "$tap_dir/a/b/index.html"$'\n' ""
	holds "it needs nothing else" grep -q '</html>' "$tap_dir/a/b/index.html"
	like "and nothing from elsewhere" \
		"$(grep -cE '(src|href)=|@import|url\(' "$tap_dir/a/b/index.html")" 0
}

test_placements()
{
	local json=$tap_dir/place.json

	bench -m pipe -s 64 -n 20 -p unpinned --json "$json"
	like "unpinned" "$status $(grep -c '"placement": "unpinned"' "$json")" "0 2"
	if (($(nproc) < 2)); then
		bench -m pipe -p two-cpus
		like "two CPUs where there is one" "$status: $err" "2: *only one CPU"
		return
	fi
	bench -m pipe -s 64 -n 20 -p two-cpus,same-cpu --json "$json"
	like "two CPUs" "$status $(grep -c '"placement": "two-cpus"' "$json")" "0 2"
}

test_refused()
{
	local json=$tap_dir/refused.json max

	bench -m udp,sysv-msg,pipe -s 65508 -n 10 -p same-cpu --json "$json"
	like "a size over the limit is no failure" "$status" 0
	like "and told" "$out" "*udp refuses 65508 B: a UDP datagram carries at most 65507*"
	holds "in the results as well" grep -q '"refused": "a UDP datagram' "$json"
	max=$(</proc/sys/kernel/msgmax)
	((max < 65508)) &&
		holds "with the limit as it is" grep -q "\"refused\": \"msgmax is $max\"" "$json"
	holds "and those are well formed" well_formed "$json" udp,sysv-msg,pipe rtt,oneway 65508
	bench -m sysv-msg,pipe -s "$max",1,7,8,9,100 -n 10 -p same-cpu
	like "odd sizes, and one as large as allowed" "$status: $err" "0: "
}

# The two sides of the comparison $1, once there are two: the receiving one first.
sides()
{
	local sides i

	for ((i = 0; i < 100; i++)); do
		read -ra sides <"/proc/$1/task/$1/children"
		((${#sides[@]} == 2)) && echo "${sides[@]}" && return
		sleep 0.05
	done
}

# killed MECHANISM MODE WHO SIGNAL PATTERN
killed()
{
	local pid victim sides count=50000000

	# More than can be done by then; a round trip needs memory for each.
	[[ $2 == rtt ]] && count=500000
	ipcx bench -m "$1" --mode "$2" -s 4096 -n $count -r 1 -p same-cpu 2>"$tap_dir/err" \
		>/dev/null &
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

	for mech in fifo sysv-msg posix-mq sysv-shm posix-shm ipcx{,-call,-region}; do
		if [[ $unavailable == *" $mech "* ]]; then
			tap_skip "$mech killed" "unavailable"
			continue
		fi
		if ((turn++ % 2)); then
			killed "$mech" rtt sender KILL "1: *sending process was killed*"
		else
			killed "$mech" oneway receiver KILL "1: *receiving process was killed*"
		fi
	done
	killed sysv-msg rtt "the parent" KILL "137: *"
	killed sysv-shm oneway "the parent" KILL "137: *"
	killed sysv-msg oneway "the parent" INT "130: *interrupted*"
	killed sysv-shm rtt "the parent" TERM "130: *interrupted*"
}

test_all
test_placements
test_refused
test_killed
umount "$mqueue" 2>/dev/null
tap_end
