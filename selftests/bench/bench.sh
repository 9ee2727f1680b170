#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx bench as a user runs it: every mechanism works, and results are what they should be. Runs as
# root where ipcx is on PATH; mechanisms that the machine does not have are reported as skipped.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=comparison.sh
. ./comparison.sh

programs=../../build/selftests/bench
unavailable=' '

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

	bench -n 60 -r 2 -p same-cpu ${slow:+--no-count} --json "$json"
	like "all mechanisms run" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" "$mechanisms" lat,bw 64,4096,65536
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
	run ipcx bench hdr "$json" -o "$tap_dir/hdr"
	like "histograms are written" "$status: $err" "0: "
	holds "and tell what the results do" "$programs/check_hdr" "$json" "$tap_dir/hdr"
	run ipcx bench report --no-plots "$json" -o "$tap_dir/a/b"
	expect "a report is written" 0 "$tap_dir/a/b/index.html"$'\n' ""
	holds "it needs nothing else" grep -q '</html>' "$tap_dir/a/b/index.html"
	like "and nothing from elsewhere" \
		"$(grep -cE '(src|href)="[^#]|@import|url\(' "$tap_dir/a/b/index.html")" 0
}

# Batches of every mechanism: nothing is lost, and several messages come at a time
test_batches()
{
	local json=$tap_dir/batch.json mech least

	bench bw -m "$mechanisms" -s 8 --batch 7,64 -n 600 -r 1 -p same-cpu \
		--no-count --json "$json"
	like "batches run" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" "$mechanisms" bw 8
	for mech in $(among pipe fifo vmsplice process-vm unix-stream unix-seqpacket unix-dgram io-uring \
		tcp udp sysv-shm posix-shm shm-mutex eventfd ipcx ipcx-region \
		ipcx-ring-spsc ipcx-ring-mpmc); do
		if [[ $unavailable == *" $mech "* ]]; then
			tap_skip "batches of $mech" "unavailable"
			continue
		fi
		# A receiver may be woken by the first of a batch and be faster than its sender, where
		# each message is sent by itself.
		least=1
		case $mech in
		udp|unix-seqpacket|unix-dgram)
			least=0
			;;
		esac
		like "batches of $mech" "$(cells "$json" | awk -v mech="$mech" -v least=$least '
			$1 == mech && $5 != "null" && $6 > least' | wc -l)" 2
	done
	like "a batch shows in its column" "$out" "* 8 B x64 *"
	for mech in $(among sysv-msg posix-mq memfd binder ipcx-call); do
		like "$mech has no batches, for a reason" "$out" "*$mech refuses 8 B x7: *"
	done
	holds "nothing is left" nothing_left
}

test_native_batches()
{
	local json=$tap_dir/batch.json

	bench bw -m signal -s 8 --batch 7,64 -n 600 -r 1 -p same-cpu --no-count
	like "signal has no batches, for a reason" "$out" "*signal refuses 8 B x7: *"
	bench bw -m pipe,udp,posix-shm -s 64,1M --batch 1024 -n 2000 -r 1 -p same-cpu \
		--no-count --capacity 64K
	like "batches over a limit are refused, with the limit" "$status: $out" "0: *
pipe refuses 1M B x1024 in 64K: a batch may be of at most 67108864 bytes
*udp refuses 64 B x1024 in 64K: SO_RCVBUF is 131072: *
*posix-shm refuses 1M B x1024 in 64K: *"
	bench lat bw -m pipe -s 64 --batch 1,64 -n 9000 -r 3 -p same-cpu --no-count --json "$json"
	like "they are one way only" "$(cells "$json" | wc -l)" 3
	like "a batch costs a pipe less than half" "$(cells "$json" | awk '
		NR > 1 { mean[$3] = $5 } END { print(2 * mean[64] < mean[1]) }')" 1
}

# A capacity changes what a channel holds, as its buffers tell, or is refused
test_capacities()
{
	local json=$tap_dir/capacity.json mech most

	bench bw -m "$mechanisms" -s 64,4096 --capacity 4096,16K -n 100 -r 1 -p same-cpu \
		--no-count --json "$json"
	like "capacities run" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" "$mechanisms" bw 64,4096
	for mech in $(among pipe sysv-msg ipcx); do
		[[ $unavailable != *" $mech "* ]] || continue
		case $mech in
		pipe) most=pipe_size ;;
		sysv-msg) most=msg_qbytes ;;
		ipcx) most=max_bytes ;;
		esac
		like "$most is as asked for" \
			"$(grep "\"$most\":" "$json" | sort -u | tr -dc '0-9\n' | sort -n | xargs)" \
			"4096 16384"
	done
	[[ ! $(among udp) ]] || like "sockets have twice that" \
		"$(grep '"so_sndbuf":' "$json" | tr -dc '0-9\n' | sort -nu | xargs)" "8192 32768"
	[[ ! $(among posix-shm) ]] || like "rings have as many slots" \
		"$(grep '"slots":' "$json" | tr -dc '0-9\n' | sort -nu | xargs)" "1 4 64 256"
	for mech in $(among memfd binder ipcx-call); do
		like "$mech has no capacity, for a reason" "$out" "*$mech refuses *in 4K: *"
	done
	holds "nothing is left" nothing_left
}

# Those over a limit of the machine, and what it makes of others
test_native_capacities()
{
	local json=$tap_dir/capacity.json most

	bench bw -m signal -s 64,4096 --capacity 4096,16K -n 100 -r 1 -p same-cpu --no-count
	like "signal has no capacity, for a reason" "$out" "*signal refuses *in 4K: *"
	bench bw -m pipe,udp -s 64 --capacity 5000 -n 300 -r 1 -p same-cpu --no-count --json "$json"
	like "what the kernel makes of a size is told" "$status $(grep -c '"pipe_size": 8192' "$json")" \
		"0 1"
	bench bw -m unix-dgram,pipe,posix-shm,udp -s 8K --capacity 4K -n 300 -r 1 -p same-cpu \
		--no-count
	like "a larger message is refused unless it can go in parts" "$out" "*
pipe +( )+([0-9,]) *
unix-dgram refuses 8K B in 4K: a message must be whole*
posix-shm refuses*udp refuses*"
	most=$(</proc/sys/net/core/wmem_max)
	bench bw -m unix-stream,tcp -s 64 --capacity $((most + 1)) -n 300 -r 1 \
		-p same-cpu --no-count
	like "a limit of sockets is told" "$status: $out" "0: *
unix-stream refuses 64 B in $((most + 1)): net.core.wmem_max is $most
tcp refuses *"
	most=$(</proc/sys/fs/pipe-max-size)
	out=$(setpriv --reuid=65534 --clear-groups "$(command -v ipcx)" bench bw -m pipe,sysv-msg \
		-s 64 --capacity $((most * 2)) -n 300 -r 1 -p same-cpu --no-count)
	like "and of pipes and queues, for who is not privileged" "$out" "*
pipe refuses *: fs.pipe-max-size is $most, *
sysv-msg refuses *: kernel.msgmnb is $(</proc/sys/kernel/msgmnb), for lack of CAP_SYS_RESOURCE*"
	holds "nothing is left" nothing_left
}

test_policies()
{
	local json=$tap_dir/policy.json text

	bench -m pipe -s 64 -n 20 -r 2 --no-count -p same-cpu --as process,thread \
		--policy other,batch,fifo --json "$json"
	like "policies" "$status: $err" "0: "
	for text in other batch fifo; do
		like "cells of policy $text" "$(grep -c "^ *\"policy\": \"$text\"" "$json")" \
			"$(grep -c '^ *"policy": "other"' "$json")"
	done
	like "tables tell it" "$out" "*Round trip, same-cpu, policy fifo, *"
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
		ipcx bench -m pipe -s 64 -n 20 -r 2 --no-count --policy fifo
	like "a policy that takes rights" "$status: $err" "2: *policy fifo: *ulimit -r 1*"
}

# How many children of a process the kernel has under a policy
under()
{
	local pid

	for pid in $(pgrep -P "$2"); do
		chrt -p "$pid" 2>/dev/null
	done | grep -c "SCHED_$1\$"
}

# The benchmark's word is not enough.
test_policy_in_force()
{
	local policy count pid

	for policy in FIFO BATCH; do
		ipcx bench lat -m pipe -s 64 -n 100000000 -r 1 -p same-cpu \
			--policy "${policy,,}" --no-count >"$tap_dir/out" 2>&1 &
		pid=$! count=0
		for ((i = 0; i < 100 && count < 2; i++)); do
			sleep 0.1
			count=$(under "$policy" "$pid")
		done
		kill -INT "$pid"
		wait "$pid"
		like "both sides are under $policy" "$count" 2
	done
}

# Whoever waits sleeps at once, or as good as never: the switches tell. On a busy machine some of
# those who would have slept are preempted before.
test_knobs()
{
	local json=$tap_dir/knob.json text

	if [[ $unavailable == *" ipcx "* ]]; then
		tap_skip "knobs" "unavailable"
		return
	fi
	bench lat bw -m ipcx,ipcx-call,pipe,ipcx-region -s 64 -n 60 -r 2 -p same-cpu --no-count \
		--knob wait=0,1s,adaptive --json "$json"
	like "knobs are turned" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" ipcx,ipcx-call,pipe,ipcx-region lat,bw 64
	for text in 0 1s adaptive; do
		like "cells of knob wait=$text" \
			"$(tr -d '\n' <"$json" | grep -oE "\"knob\": \"wait=$text\"[^}]*\"mean\": [0-9]" |
			wc -l)" 4
		like "tables tell wait=$text" "$out" "*
ipcx, wait=$text +( )+([0-9,]) *"
	done
	like "who is to sleep at once does, and who is to wait does not" "$(awk '
		/^   "mechanism"/ { mech = $2 }
		/^   "mode"/ { mode = $2 }
		/^   "knob"/ { knob = $2 }
		/"voluntary_switches"/ && mech ~ /"ipcx"/ && mode ~ /lat/ {
			sleeps[knob] = $2 + 0
		}
		END { print(sleeps["\"wait=0\","] > 0.3, sleeps["\"wait=1s\","] < 0.1) }' "$json")" "1 1"
	like "what has no knobs is refused, with the reason" "$out" "*
pipe, wait=0 refuses 64 B: it has no knobs
ipcx-region, wait=0 refuses 64 B: it has no knobs*"
	run ipcx bench diff "$json" "$json"
	like "each is a cell of its own to who compares" "$(grep -c 'ipcx lat.* knob wait=' <<<"$out")" 3
	holds "nothing is left" nothing_left
}

# What the mailboxes of comparisons tell of their knob $1
knobs_of()
{
	local name

	for name in $(ipcx ls --kind mailbox --json "ipcx-bench.*" | grep -oE 'ipcx-bench[0-9.]+'); do
		ipcx knob "$name" | tr -s ' ' | grep "^$1 "
	done
}

# The benchmark's word is not enough.
test_knob_in_force()
{
	local knob mech pid told

	[[ $unavailable != *" ipcx "* ]] || return
	for mech in ipcx ipcx-call; do
		for knob in wait=20us copy=lend wake=sync; do
			ipcx bench lat -m $mech -s 64 -n 10000000 -r 1 -p same-cpu --knob $knob \
				--no-count >"$tap_dir/out" 2>&1 &
			pid=$!
			sides $pid >/dev/null
			told=$(knobs_of ${knob%=*})
			kill -INT $pid
			wait $pid
			knob=${knob/=/ }
			[[ $mech == ipcx ]] && knob+=$'\n'$knob
			like "$mech: each mailbox has that knob" "$told" "${knob//20us/20000 ns}"
		done
	done
}

# What is filled where it stays must not be filled again too early: more messages than are ever in
# flight, of sizes that are no pages.
test_reused()
{
	bench bw -m vmsplice,process-vm,shm-mutex,memfd -s 1,4097 -n 500 -r 1 -p same-cpu --no-count
	like "no message is overwritten" "$status: $err" "0: "
	bench bw -m vmsplice,process-vm,shm-mutex,memfd -s 300000 -n 60 -r 1 -p same-cpu --no-count
	like "nor one of many pages, of which few are in flight" "$status: $err" "0: "
}

test_refused()
{
	local json=$tap_dir/refused.json max

	bench -m udp,sysv-msg,pipe -s 65508 -n 10 -r 2 -p same-cpu --no-count --json "$json"
	like "a size over the limit is no failure" "$status" 0
	like "and told" "$out" "*udp refuses 65508 B: a UDP datagram carries at most 65507*"
	holds "in the results as well" grep -q '"refused": "a UDP datagram' "$json"
	max=$(</proc/sys/kernel/msgmax)
	((max < 65508)) &&
		holds "with the limit as it is" grep -q "\"refused\": \"msgmax is $max\"" "$json"
	holds "and those are well formed" well_formed "$json" udp,sysv-msg,pipe lat,bw 65508
	bench -m sysv-msg,pipe -s "$max",1,7,8,9,100 -n 10 -r 2 -p same-cpu --no-count
	like "odd sizes, and one as large as allowed" "$status: $err" "0: "
	bench -m signal -s 1,7,8,9 -n 60 -r 2 -p same-cpu --json "$json"
	like "a signal carries 8 bytes" "$status: $err$out" "0: *
signal +( )+([0-9,]) *signal refuses 9 B: a signal carries 8 bytes*"
	holds "as the results say" well_formed "$json" signal lat,bw 1,7,8,9
}

# Each mode that is not in every comparison, with what it varies
test_modes()
{
	local json=$tap_dir/modes.json mode

	bench load wake scale setup -m pipe,unix-dgram,sysv-msg,posix-mq,shm-mutex -s 64 -n 90 -r 2 \
		-p same-cpu --rate 2K --gap 0,100us -P 1,3 -C 1,2 --json "$json"
	like "load, wake, scale and setup run" "$status: $err" "0: "
	for mode in load wake scale setup; do
		holds "$mode: results are well formed" well_formed "$json" pipe $mode 64
	done
	like "wake has a cell for each gap" "$(grep -c '"gap": [0-9]' "$json")" 10
	like "scale has one for each number of sides" "$(grep -c '"producers": 3' "$json")" 10
	run ipcx bench report --no-plots "$json" -o "$tap_dir/modes"
	expect "a report is written" 0 "$tap_dir/modes/index.html"$'\n' ""
}

test_setup()
{
	bench setup -m "$mechanisms" -s 64 -n 30 -r 1 --no-count
	like "every mechanism is set up" "$status: $err" "0: "
	holds "nothing is left" nothing_left
}

# cells JSON: of each cell its mechanism, wait, batch, capacity, mean, and messages received at a time
cells()
{
	awk '
		/^ "cells"/ { inside = 1 }
		!inside || !match($0, /^   "[a-z_]*": /) { next }
		{
			key = substr($0, 5, RLENGTH - 7)
			value = substr($0, RLENGTH + 1)
			gsub(/[",]/, "", value)
			cell[key] = value
		}
		key == "messages_per_receive" {
			print cell["mechanism"], cell["wait"], cell["batch"], cell["capacity"],
				cell["mean"], value
		}' "$1"
}

# Every way to wait, and threads, for every mechanism: it works, or is refused for a reason
test_axes()
{
	local json=$tap_dir/axes.json mech uring=1 wanted

	bench lat bw -m "$mechanisms" -s 64 -n 30 -r 1 -p same-cpu --as process,thread \
		-w block,adaptive,poll,epoll,io_uring --no-count --json "$json"
	like "every wait and kind of side runs" "$status: $err" "0: "
	holds "results are well formed" well_formed "$json" "$mechanisms" lat,bw 64
	[[ $out != *", io_uring is unavailable: "* ]] || uring=0
	wanted=
	for mech in $(among fifo ipcx pipe tcp unix-dgram unix-seqpacket unix-stream); do
		[[ $unavailable == *" $mech "* ]] || wanted+="$mech "
	done
	for mech in $(among pipe ipcx); do
		[[ $wanted == *"$mech "* ]] || continue
		like "$mech can wait in every way, as processes and threads" \
			"$(tr -d '\n' <"$json" |
			grep -oE "\"mechanism\": \"$mech\",  +\"mode\": \"lat\"[^{]*\"mean\": [0-9]" |
			wc -l)" "$((uring ? 10 : 8))"
		((uring)) ||
			like "without io_uring, that is told" "$out" "*$mech, io_uring is unavailable: *"
	done
	((!uring)) || like "so can all that is read and written" "$(cells "$json" |
		awk '$2 == "io_uring" && $5 != "null" { print $1 }' | sort -u | tr '\n' ' ')" "$wanted"
	holds "nothing is left" nothing_left
}

test_native_axes()
{
	local json=$tap_dir/axes.json uring=1

	[[ $unavailable != *" io-uring "* ]] || uring=0
	bench lat bw -m pipe,posix-shm -s 64 -n 30 -r 1 -p same-cpu --as thread \
		-w block,poll,epoll,io_uring --json "$json"
	holds "what cannot is refused" grep -q '"refused": "it cannot wait by poll"' "$json"
	like "threads are counted, however they wait" \
		"$status: $(sed -n '/^ "cells"/,$p' "$json" | grep -c '"syscalls": [0-9]')" \
		"0: $((uring ? 10 : 8))"
	bench lat -m pipe,posix-shm -s 64 -n 30 -r 1 -p same-cpu -w spin --json "$json"
	like "spinning on one CPU is refused" "$status $(grep -c '"refused": "a side that spins' "$json")" \
		"0 2"
	holds "nothing is left" nothing_left
}

# What is counted beside time; that a round trip takes the declared system calls, check_json sees.
test_counts()
{
	local json=$tap_dir/counts.json

	bench lat -m pipe -s 64 -n 30 -r 1 -p same-cpu --no-count --json "$json"
	like "without counting" "$status: $(grep -c '"syscalls": null' "$json")" "0: 1"
	holds "results are well formed" well_formed "$json" pipe lat 64
	bench lat -m signal,io-uring -s 8 -n 30 -r 1 -p same-cpu --json "$json"
	like "with it" "$status: $err" "0: "
	holds "results of 8 bytes are well formed" well_formed "$json" signal,io-uring lat 8
	[[ $unavailable == *" io-uring "* ]] ||
		holds "what io_uring grants is in the results" grep -q '"defer_taskrun": [01]' "$json"
	bench setup -m pipe,sysv-msg -s 64 -n 30 -r 1 -p same-cpu --json "$json"
	like "two pipes take 6 system calls, two queues 5, and nothing else" \
		"$(grep -oE '"syscalls": [0-9.]+' "$json" | xargs)" "* 6.0 syscalls: 5.0"
	if [[ ! -e /proc/sys/vm/memfd_noexec ]]; then
		tap_skip "memfd forbidden" "this kernel forbids none"
		return
	fi
	out=$(unshare --pid --fork --mount-proc bash -c "echo 2 >/proc/sys/vm/memfd_noexec &&
		ipcx bench lat -m memfd,pipe -s 64,4K -n 30 -r 1 -p same-cpu" 2>&1)
	status=$?
	# From Linux 6.6 on, that forbids only those that are asked to be executable.
	[[ $out == *"memfd is unavailable: vm.memfd_noexec is 2"* || $out == *"memfd   "*[0-9]* ]]
	like "memfd where none may be executable" "$status $?: $out" "0 0: *"
}

# Messages that were measured, with what each took, in milliseconds
measured()
{
	awk -F '[:,]' '
		/^   "n":/ { n = $2 }
		/^   "mean":/ { printf "%.0f\n", n * $2 / 1e6 }' "$1"
}

test_whole_time()
{
	local json=$tap_dir/whole.json

	bench lat -m pipe -s 64 -t 100ms --whole-time -p same-cpu --no-count --json "$json"
	like "it measures for as long as it is told" "$status: $(($(measured "$json") / 50))" "0: [12]"
}

# What is of the comparison, and needs no module
test_native()
{
	if [[ ! $slow ]]; then
		test_native_batches
		test_native_capacities
		test_counts
		test_whole_time
	fi
	test_policies
	test_policy_in_force
	test_reused
	test_refused
	test_modes
	test_native_axes
}

test_all
if [[ ! $slow ]]; then
	test_batches
	test_capacities
fi
test_setup
test_axes
[[ ! $(among pipe) ]] || test_native
if [[ $(among ipcx) ]]; then
	test_knobs
	test_knob_in_force
fi
comparison_end
