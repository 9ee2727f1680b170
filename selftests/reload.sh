#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading the module, again and again. Prints TAP.

cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
poke=build/selftests/poke
module=${IPCX_MODULE:-}
times=${IPCX_RELOADS:-50}
tests=7 number=0 failures=0

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 4
}

result()
{
	local status=$1 name=$2

	((++number))
	if ((status == 0)); then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		((++failures))
	fi
}

loaded()
{
	[[ -e /sys/module/ipcx && -c /dev/ipcx ]]
}

load()
{
	insmod "$module" || return
	loaded || { echo "# loaded, but there is no /dev/ipcx"; return 1; }
}

unload()
{
	rmmod ipcx || return
	[[ ! -e /sys/module/ipcx && ! -e /dev/ipcx ]] || { echo "# unloaded, but still there"; return 1; }
}

# Memory of the kernel's that a module could leak, in KiB, when all that can be
# given back has been.
memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 0.3
	awk '/^(SUnreclaim|Percpu|VmallocUsed|PageTables|KernelStack):/ { sum += $2 } END { print sum }' \
		/proc/meminfo
}

refuses_while_open()
{
	local status=0

	exec 5<>/dev/ipcx || return
	if rmmod ipcx 2>/dev/null; then
		echo "# unloaded under an open endpoint"
		status=1
	fi
	loaded && "$poke" use || status=1
	exec 5>&-
	unload && load || status=1
	return $status
}

refuses_while_persistent()
{
	local status=0

	"$poke" persist reload || return
	if rmmod ipcx 2>/dev/null; then
		echo "# unloaded with a persistent object"
		return 1
	fi
	"$poke" use || status=1
	"$poke" unlink reload || return
	unload && load || status=1
	return $status
}

unloads_with_namespaces()
{
	unshare --net "$poke" use && unload && unshare --net true && load && unshare --net "$poke" use
}

# Whoever opens the device while the module comes and goes gets it whole, or not at all.
comes_and_goes_under_users()
{
	local users=() status=0 times unloaded=0 enough=$((20 / ${IPCX_SLOWDOWN:-1})) i

	for i in 1 2 3; do
		while :; do "$poke" use; done >/dev/null 2>&1 &
		users+=($!)
	done
	for ((times = 0; times < 30 && unloaded < enough; times++)); do
		! rmmod ipcx 2>/dev/null || ((++unloaded))
		[[ -e /sys/module/ipcx ]] || insmod "$module" || status=1
	done
	kill "${users[@]}"
	wait "${users[@]}" 2>/dev/null
	for ((i = 0; i < 100; i++)); do
		[[ $(cat /sys/module/ipcx/refcnt) != 0 ]] || break
		sleep 0.1
	done
	echo "# it was unloaded $unloaded times of $times"
	((unloaded > 0)) && loaded && "$poke" use && unload && load && return $status
}

[[ $module ]] || for module in /run/vm/ipcx*.ko /run/vm/*.ko; do
	[[ ! -e $module ]] || break
done
((EUID == 0)) || skip_all "needs root"
[[ -e $module ]] || skip_all "no module file: set IPCX_MODULE"
loaded || skip_all "the module is not loaded, or built in"

echo "TAP version 13"
echo "1..$tests"
unload && load
result $? "it loads and unloads"
refuses_while_open
result $? "it is not unloaded while an endpoint is open, and is afterwards"
refuses_while_persistent
result $? "it is not unloaded while there is a persistent object, and is afterwards"
unloads_with_namespaces
result $? "it comes and goes while there are several network namespaces"

comes_and_goes_under_users
result $? "it comes and goes while others try to use it"

# Most of the time goes into waiting for RCU, which can hurry.
expedited=/sys/kernel/rcu_expedited
[[ ! -w $expedited ]] || { was=$(cat $expedited); echo 1 >$expedited; }
"$poke" reload "$module" $((times / 10))
status=$?
before=$(memory)
"$poke" reload "$module" $((times - times / 10)) || status=1
result $status "it loads and unloads $times times"
[[ ! -w $expedited ]] || echo "$was" >$expedited
after=$(memory)
echo "# kernel memory: $before KiB before, $after KiB after"
# Less than 1 KiB each; where it is few times, what else the kernel does shows more.
((after - before < (times < 100 ? 512 : times)))
result $? "it leaves no memory behind"

loaded || load
((failures == 0))
