# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests of ipcx bench, in this folder: which mechanisms are tested, running the
# comparison, and what it has left behind.
#
# IPCX_BENCH in the environment says which are tested: those that every kernel has (native), those
# that come with a module (module), or all.

# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

export TMPDIR=$tap_dir
trap 'rm -rf "$tap_dir"; exit 1' INT TERM

native=pipe,fifo,vmsplice,process-vm,unix-stream,unix-seqpacket,unix-dgram,io-uring,tcp,udp
native+=,sysv-msg,posix-mq,sysv-shm,posix-shm,shm-mutex,memfd,eventfd
module=binder,ipcx,ipcx-call,ipcx-region,ipcx-channel,ipcx-ring-spsc,ipcx-ring-mpmc
case ${IPCX_BENCH:-all} in
all) mechanisms=$native,$module ;;
native) mechanisms=$native ;;
module) mechanisms=$module ;;
*)
	echo "$0: IPCX_BENCH is native, module or all" >&2
	exit 2
	;;
esac

# among MECHANISM...: prints those that are to be tested.
among()
{
	local mech

	for mech; do
		[[ ,$mechanisms, != *",$mech,"* ]] || echo "$mech"
	done
}

# A guest may be changed; elsewhere, Binder is tested if it is there.
[[ ! ${IPCX_VM:-} ]] || modprobe -q binder_linux devices=binder

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
	pgrep '^ipcx'
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

# In a kernel that looks for bugs, what matters is what it is asked to do, and not what is counted.
slow=${IPCX_SLOW:-}
limit=${slow:+900}
limit=${limit:-300}

bench()
{
	out=$(timeout "$limit" ipcx bench "$@" 2>"$tap_dir/err")
	status=$?
	# Where it takes long, it tells how far it is; and what a guest's figures are worth.
	err=$(grep -vE '^ipcx bench: .*( s (left|so far)|doctor --bench. tells which)$' "$tap_dir/err")
}

# The two sides of the comparison $1, once there are two: the receiving one first.
sides()
{
	local sides i

	for ((i = 0; i < 100; i++)); do
		mapfile -t sides < <(pgrep -x -P "$1" ipcx)
		((${#sides[@]} == 2)) && echo "${sides[@]}" && return
		sleep 0.05
	done
}

comparison_end()
{
	umount "$mqueue" 2>/dev/null
	tap_end
}
