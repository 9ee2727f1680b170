#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ipcx doctor finds on machines that are made up: a directory with the files that the kernel
# would have. Each thing that spoils a measurement is told where it is so, and not where it is not;
# what is missing is unknown, and what makes no sense does no harm. Needs ipcx on PATH, and no module.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

unset IPCX_ICOUNT
cpu=sys/devices/system/cpu
cgroup=sys/fs/cgroup

# put ROOT FILE=CONTENT...: writes files of a machine; a FILE- is removed.
put()
{
	local root=$1 file

	shift
	for file; do
		if [[ $file != *=* ]]; then
			rm -r "${root:?}/${file%-}"
			continue
		fi
		mkdir -p "$root/$(dirname "${file%%=*}")"
		printf '%s\n' "${file#*=}" >"$root/${file%%=*}"
	done
}

# A machine that nothing is wrong with, and that tells everything.
quiet()
{
	local root=$1 i n

	put "$root" proc/cmdline="quiet ro" proc/cpuinfo=$'processor\t: 0\nmodel name\t: Good CPU' \
		proc/loadavg="0.05 0.10 0.10 1/200 999" proc/stat=$'cpu  10 0 5 900 0 0 0 0 0 0
cpu0 5 0 2 450 0 0 0 0 0 0\nprocs_running 1\nprocs_blocked 0' \
		proc/pressure/{cpu,memory}="some avg10=0.10 avg60=0.00 avg300=0.00 total=9" \
		proc/vmstat=$'pswpin 5\npswpout 7' \
		proc/meminfo=$'MemTotal:       8000000 kB\nMemAvailable:   4000000 kB' \
		proc/self/status=$'Cpus_allowed_list:\t0-3\nCapEff:\t0000000000000000' \
		proc/self/limits="Max msgqueue size         8192000              8192000  bytes" \
		proc/self/cgroup="0::/user/shell" proc/sys/kernel/osrelease=6.9-test \
		proc/sys/kernel/{tainted,io_uring_disabled,stack_tracer_enabled,sched_schedstats}=0 \
		proc/sys/kernel/{sched_rt_runtime_us=-1,sched_rt_period_us=1000000} \
		proc/sys/kernel/{msgmax,msgmnb}=65536 proc/sys/fs/mqueue/msgsize_max=65536 \
		proc/sys/net/core/wmem_default=212992 proc/sys/vm/memfd_noexec=0 \
		proc/sys/kernel/yama/ptrace_scope=1 boot/config-6.9-test=$'CONFIG_HZ=250
# CONFIG_KASAN is not set\nCONFIG_SLUB_DEBUG=y' \
		sys/kernel/tracing/{tracing_on=1,current_tracer=nop,events/enable=0} \
		sys/class/power_supply/{AC/type=Mains,AC/online=1} \
		sys/class/power_supply/{BAT/type=Battery,BAT/status=Discharging} \
		sys/firmware/acpi/platform_profile=balanced sys/class/dmi/id/product_name=Laptop \
		sys/devices/system/clocksource/clocksource0/current_clocksource=tsc \
		$cpu/{online=0-3,smt/active=0,isolated=,intel_pstate/no_turbo=1} \
		$cpu/vulnerabilities/{meltdown,l1tf}="Not affected" \
		$cgroup/{,user/,user/shell/}cpu.max="max 100000" $cgroup/user/shell/cpu.weight=100
	printf 'flags\t\t: fpu sse2\n' >>"$root/proc/cpuinfo"
	for i in 0 1 2 3; do
		n=$cpu/cpu$i
		put "$root" "$n/cpufreq/scaling_governor=performance" "$n/node0/x=" \
			"$n/cpufreq/cpuinfo_max_freq=$((3000000 + i * 1000))" \
			"$n/topology/thread_siblings_list=$i" \
			"$n/thermal_throttle/core_throttle_count=0"
	done
	put "$root" sys/devices/system/node/node0/cpulist=0-3
}

# examine ROOT: sets out to what is found, in one line
examine()
{
	run env IPCX_HOST_ROOT="$1" ipcx doctor --bench --json
}

# spoilers LEVEL: those of the last examination
spoilers()
{
	grep -oE "\"level\":\"$1\",\"what\":\"[^\"]*\",\"do\":\"[^\"]*\"" <<<"$out"
}

# spoils LEVEL PATTERN FILE=CONTENT...: a machine with these files is told to be PATTERN.
spoils()
{
	local level=$1 pattern=$2 found expected=1

	shift 2
	rm -rf "$tap_dir/root"
	cp -r "$tap_dir/quiet" "$tap_dir/root"
	put "$tap_dir/root" "$@"
	examine "$tap_dir/root"
	found=$(spoilers "$level")
	[[ $level == warning ]] || expected=$quiet_status
	# shellcheck disable=SC2053 # the pattern is meant as one
	if [[ $quiet_out == *$pattern* ]]; then
		tap_fail "$level: $pattern" "is told of a quiet machine, too"
	elif [[ $status == "$expected" && $err == "" && $found == *'"what":"'$pattern ]]; then
		tap_pass "$level: $pattern"
	else
		tap_fail "$level: $pattern" "status $status" "$out" "$err"
	fi
}

# silent WHAT FILE=CONTENT...: a machine with these files is quiet as well.
silent()
{
	local what=$1

	shift
	rm -rf "$tap_dir/root"
	cp -r "$tap_dir/quiet" "$tap_dir/root"
	put "$tap_dir/root" "$@"
	examine "$tap_dir/root"
	like "$what is fine" "$status$(spoilers note)$(spoilers warning)" \
		"$quiet_status$(spoilers_of_clock)"
}

# What is measured on this machine, not on one that is made up
spoilers_of_clock()
{
	spoilers warning | grep -E '"(the clock goes|reading the clock)'
}

# fact PATTERN: of the last examination
fact()
{
	like "and so it is in the report" "$out" "*\"measuring\":{*$1*"
}

test_quiet()
{
	quiet "$tap_dir/quiet"
	examine "$tap_dir/quiet"
	quiet_status=$status quiet_out=$out
	like "a quiet machine has no spoilers" "$(spoilers note)$(spoilers warning)" \
		"$(spoilers_of_clock)"
	like "which is the status" "$status" "$([[ $(spoilers_of_clock) ]] && echo 1 || echo 0)"
	like "nothing of it is unknown" "$(grep -o null <<<"$out")" ""
	run env IPCX_HOST_ROOT="$tap_dir/quiet" ipcx doctor --bench
	[[ $quiet_status == 1 ]] || like "and it is told so to people" \
		"$out" "measuring"$'\n'"*Nothing that is known here spoils a measurement.*"
}

test_unknown()
{
	local known

	mkdir "$tap_dir/nothing"
	examine "$tap_dir/nothing"
	known=$(grep -oE '"[a-z_]+":' <<<"${out%%,\"spoilers\"*}" | wc -l)
	like "of a machine that tells nothing, all but the clock is unknown" \
		"$(grep -o 'null' <<<"$out" | wc -l)" "$((known - 4))"
	like "which spoils nothing" "$(spoilers note)$(spoilers warning)" "$(spoilers_of_clock)"
	run env IPCX_HOST_ROOT="$tap_dir/nothing" ipcx doctor --bench
	like "and is told to people as unknown" "$out" "*governor * unknown*"
}

# Every file of the quiet machine with something else in it
test_garbage()
{
	local root file i=0 contents

	contents=('' $'\n' 'some garbage: -1 -9 x' '99999999999999999999999999' '-1' $'\xff\e[2J\x01'
		"$(printf '%06000d' 0)" 'max -5' '0-' '9-3,,1' '5-99999999999')
	for content in "${contents[@]}"; do
		root=$tap_dir/garbage$((i++))
		cp -r "$tap_dir/quiet" "$root"
		while read -r file; do
			printf '%s' "$content" >"$file"
		done < <(find "$root" -type f)
		examine "$root"
		like "garbage $i does no harm" "$((status > 1)): $err" "0: "
		like "and is one line of text" "$out" '{"measuring":{*}'$'\n'
		[[ $out != *[![:print:]]*[![:print:]]* ]] || tap_fail "garbage $i" "control characters"
	done
	# Every line with its keys, and no value
	cp -r "$tap_dir/quiet" "$tap_dir/keys"
	find "$tap_dir/keys" -type f -exec sed -i 's/[0-9]\+/x/g' {} +
	examine "$tap_dir/keys"
	like "keys without values do no harm" "$((status > 1)): $err" "0: "
	like "and are unknown" "$out" '*"load":null*"memory":null*'
	cp -r "$tap_dir/quiet" "$tap_dir/dirs"
	find "$tap_dir/dirs" -type f -exec sh -c 'rm "$1"; mkdir "$1"' - {} \;
	examine "$tap_dir/dirs"
	like "directories in place of files do no harm" "$((status > 1)): $err" "0: "
}

test_frequency()
{
	local remedy='*"do":"as root, *cpupower frequency-set -g performance*'

	spoils warning "the frequency governor of CPU 1,3 is powersave, not performance*$remedy" \
		$cpu/cpu{1,3}/cpufreq/scaling_governor=powersave
	fact '"governor":"powersave"'
	spoils note "the CPUs may boost*echo 1 > /$cpu/intel_pstate/no_turbo*" \
		$cpu/intel_pstate/no_turbo=0
	fact '"boost":true'
	spoils note "the CPUs may boost*echo 0 > /$cpu/cpufreq/boost*" $cpu/intel_pstate- \
		$cpu/cpufreq/boost=1
	silent "no boost, of another driver" $cpu/intel_pstate- $cpu/cpufreq/boost=0
	spoils warning "CPU 0-1 are faster than 2-3:*'taskset -c 0-1 ipcx bench'*" \
		sys/devices/cpu_core/cpus=0-1 sys/devices/cpu_atom/cpus=2-7
	spoils warning "CPU 0,2-3 are faster than 1:*'taskset -c 0,2-3 *" \
		$cpu/cpu1/cpufreq/cpuinfo_max_freq=2000000
	silent "a core that is a little slower" $cpu/cpu1/cpufreq/cpuinfo_max_freq=2900000
	silent "a slow core that is not to be used" $cpu/cpu3/cpufreq/cpuinfo_max_freq=1000000 \
		proc/self/status=$'Cpus_allowed_list:\t0-2'
}

test_power()
{
	spoils warning "the machine runs on its battery*" sys/class/power_supply/AC/online=0
	fact '"power":"battery"'
	silent "a mouse without mains" sys/class/power_supply/AC- \
		sys/class/power_supply/BAT/scope=Device
	spoils warning "the platform's profile is low-power*" \
		sys/firmware/acpi/platform_profile=low-power
	spoils note "the CPUs were too hot and were slowed down 42 times since the start*" \
		$cpu/cpu2/thermal_throttle/core_throttle_count=42
}

test_cpus()
{
	local i siblings=()

	spoils warning "of the CPUs 0-3 this process may use only 2:*taskset -c 0-3*" \
		proc/self/status=$'Cpus_allowed_list:\t2'
	spoils note "there is one CPU*" $cpu/online=0
	for i in 0 1 2 3; do
		siblings+=("$cpu/cpu$i/topology/thread_siblings_list=$((i / 2 * 2))-$((i / 2 * 2 + 1))")
	done
	spoils note "SMT is on*echo off > /$cpu/smt/control*" $cpu/smt/active=1 "${siblings[@]}"
	spoils warning "the CPUs 3 and 2, which 'two-cpus' takes for lack of others, are threads of*" \
		$cpu/smt/active=1 "${siblings[@]}" proc/self/status=$'Cpus_allowed_list:\t2-3'
	spoils warning "the CPUs 3 and 2, which 'two-cpus' takes, are on the nodes 1 and 0*-c 1,3*" \
		$cpu/cpu{1,3}/node1/x= $cpu/cpu{1,3}/node0- sys/devices/system/node/node1/cpulist=1,3
	fact '"numa":"two nodes"'
	spoils note "the CPUs 2-3 are isolated*'taskset -c 2-3 ipcx bench'*" $cpu/isolated=2-3
	spoils note "only isolated CPUs (2-3) are used*" $cpu/isolated=2-3 \
		proc/self/status=$'Cpus_allowed_list:\t2-3'
}

test_kernel()
{
	local option

	spoils note "mitigations of flaws of the CPU are part of the figures: l1tf, meltdown\"*" \
		$cpu/vulnerabilities/{meltdown,l1tf}="Mitigation: something"
	spoils note "mitigations of flaws of the CPU are off*" proc/cmdline="ro mitigations=off"
	fact '"mitigations":"off"'
	for option in KASAN KCSAN PROVE_LOCKING LOCK_STAT DEBUG_PAGEALLOC_ENABLE_DEFAULT \
		DEBUG_KMEMLEAK SLUB_DEBUG_ON; do
		spoils warning "this kernel looks for bugs ($option):*" \
			boot/config-6.9-test="CONFIG_$option=y"
	done
	for option in debug_pagealloc=on slub_debug slub_debug=FZP slab_debug=P; do
		spoils warning "this kernel looks for bugs (*):*" proc/cmdline="a $option b"
	done
	silent "what is left off until it is wanted" \
		boot/config-6.9-test=$'CONFIG_DEBUG_KMEMLEAK=y\nCONFIG_DEBUG_KMEMLEAK_DEFAULT_OFF=y'
	silent "a word that only looks like it" proc/cmdline="debug_pagealloc=off no_slub_debug=x"
	spoils warning "this kernel looks for bugs (PROVE_LOCKING):*" boot- proc/lockdep=x
	spoils warning "this kernel looks for bugs (KCSAN):*" boot- sys/module/kcsan/x=
	examine_config
	spoils warning "the kernel has reported a bug*(taint 512)*" proc/sys/kernel/tainted=512
	silent "a module from elsewhere" proc/sys/kernel/tainted=4096
	spoils note "the timer does not interrupt*CPUs 2-3\"*" $cpu/nohz_full=2-3
}

# Configurations elsewhere, compressed or broken
examine_config()
{
	local root=$tap_dir/config

	cp -r "$tap_dir/quiet" "$root"
	put "$root" boot-
	printf 'CONFIG_KASAN=y\nCONFIG_HZ=1000\n' | gzip >"$root/proc/config.gz"
	examine "$root"
	like "a compressed configuration" "$status: $(spoilers warning)" "1: *bugs (KASAN)*"
	like "tells the timer" "$out" '*"timer":"1000 Hz"*'
	head -c 30 "$root/proc/config.gz" >"$root/half"
	mv "$root/half" "$root/proc/config.gz"
	examine "$root"
	like "half of one is unknown" "$out" '*"debugging":null*"timer":null*'
	put "$root" proc/config.gz- lib/modules/6.9-test/config=CONFIG_KCSAN=y
	examine "$root"
	like "one beside the modules" "$status: $(spoilers warning)" "1: *bugs (KCSAN)*"
}

test_tracing()
{
	local traced="the kernel is being traced"

	spoils warning "$traced (function):*" sys/kernel/tracing/current_tracer=function
	silent "a tracer that is off" sys/kernel/tracing/current_tracer=function \
		sys/kernel/tracing/tracing_on=0
	spoils warning "$traced (events):*" sys/kernel/tracing/events/enable=X
	spoils note "functions of the kernel are watched*" \
		sys/kernel/tracing/enabled_functions="do_it (1)"
	spoils note "functions of the kernel are watched*" \
		sys/kernel/debug/kprobes/list="ffff k do_it+0x0"
	spoils warning "$traced (lock_stat):*" proc/sys/kernel/lock_stat=1
	spoils warning "$traced (stack_tracer):*" proc/sys/kernel/stack_tracer_enabled=1 \
		sys/kernel/tracing-
	spoils warning "$traced (function_graph):*" sys/kernel/tracing- \
		sys/kernel/debug/tracing/{tracing_on=1,current_tracer=function_graph}
}

test_clock()
{
	local source=sys/devices/system/clocksource/clocksource0/current_clocksource

	spoils warning "the clock source is hpet*" $source=hpet
	spoils warning "the clock source is jiffies*" $source=jiffies
	silent "the clock of a guest" $source=kvm-clock
	silent "the clock of another architecture" $source=arch_sys_counter
}

test_load()
{
	spoils warning "2.0 other tasks run on 2 CPUs*'top'*" $cpu/online=0-1 \
		proc/stat=$'cpu  10 0 5 900 0 0 0 0 0 0\nprocs_running 3'
	spoils note "2.0 other tasks run: they share*" \
		proc/stat=$'cpu  10 0 5 900 0 0 0 0 0 0\nprocs_running 3'
	spoils warning "for 35 % of the last ten seconds a task waited for a CPU*" \
		proc/pressure/cpu="some avg10=35.00 avg60=0.00 avg300=0.00 total=9"
	spoils warning "the load average of the last minute is 5.50, on 4 CPUs*" \
		proc/loadavg="5.50 1 1 1/2 3"
	spoils note "the load average of the last minute is 3.10, on 4 CPUs*" \
		proc/loadavg="3.10 1 1 1/2 3"
	silent "a load that leaves two CPUs" proc/loadavg="1.50 1 1 1/2 3"
	spoils warning "of 7812 MiB of memory, 97 are left*" \
		proc/meminfo=$'MemTotal: 8000000 kB\nMemAvailable: 100000 kB'
	spoils warning "for 7 % of the last ten seconds a task waited for memory*" \
		proc/pressure/memory="some avg10=7.00 avg60=0.00"
}

# changes PATTERN FILE=CONTENT...: the files change while they are looked at
changes()
{
	local pattern=$1 try pid found

	shift
	# When the examination begins is not known, only that it takes half a second.
	for try in 0.2 0.3 0.1 0.4 0.6 1; do
		rm -rf "$tap_dir/root"
		cp -r "$tap_dir/quiet" "$tap_dir/root"
		IPCX_HOST_ROOT=$tap_dir/root ipcx doctor --bench --json >"$tap_dir/out" &
		pid=$!
		sleep $try
		put "$tap_dir/next" "$@"
		cp -r "$tap_dir/next/." "$tap_dir/root"
		rm -r "$tap_dir/next"
		wait $pid
		slurp out "$tap_dir/out"
		found=$(spoilers warning)
		# shellcheck disable=SC2053 # the pattern is meant as one
		[[ $found == *'"what":"'$pattern ]] && break
	done
	like "$pattern" "$found" "*\"what\":\"$pattern"
}

test_sample()
{
	changes "20 % of the time of the CPUs is stolen*" \
		proc/stat=$'cpu  20 0 5 970 0 0 0 20 0 0\nprocs_running 1'
	changes "12 pages were swapped in this moment*" proc/vmstat=$'pswpin 10\npswpout 14'
	changes "the CPUs are too hot and are slowed down: 3 times*" \
		$cpu/cpu1/thermal_throttle/core_throttle_count=3
}

test_virtual()
{
	local model=$'\nmodel name\t: Good CPU' flags=$'\nflags\t: fpu hypervisor sse2'

	spoils note "this is a virtual machine: *" proc/cpuinfo="x: 0$model$flags"
	spoils note "this is a virtual machine (KVM): *" sys/class/dmi/id/product_name=KVM
	spoils note "this is a virtual machine (xen): *" sys/hypervisor/type=xen
	spoils warning "the CPU is emulated (QEMU TCG CPU)*" \
		proc/cpuinfo=$'model name\t: QEMU TCG CPU'"$flags"
}

test_groups()
{
	spoils warning "a control group allows 150 % of a CPU*echo max > /$cgroup/user/cpu.max*" \
		$cgroup/user/cpu.max="150000 100000"
	fact '"quota":150'
	silent "a quota for all CPUs" $cgroup/user/shell/cpu.max="400000 100000"
	spoils warning "a control group allows 50 % of a CPU*echo -1 > /$cgroup/cpu/a/cpu.cfs_quota_us*" \
		proc/self/cgroup=$'5:memory:/m\n4:cpu,cpuacct:/a/b\n0::/user/shell' \
		$cgroup/cpu/{a/,a/b/}cpu.cfs_period_us=100000 $cgroup/cpu/a/b/cpu.cfs_quota_us=-1 \
		$cgroup/cpu/a/cpu.cfs_quota_us=50000
	spoils note "a control group gives weight 10 to this process*" \
		$cgroup/user/shell/cpu.weight=10
}

test_limits()
{
	local queue='Max msgqueue size         819200               819200  bytes'

	spoils note "sysv-msg will refuse messages of 65536 bytes:*kernel.msgmax=65536 kernel.msgmnb=6*" \
		proc/sys/kernel/msgmax=8192
	spoils note "sysv-msg will refuse messages of 4096, 65536 bytes:*" proc/sys/kernel/msgmnb=2048
	spoils note "posix-mq will refuse messages of 65536 bytes: fs.mqueue.msgsize_max is 8192*=65536*" \
		proc/sys/fs/mqueue/msgsize_max=8192
	spoils note "posix-mq will refuse messages of 65536 bytes: *RLIMIT_MSGQUEUE*prlimit*" \
		proc/self/limits="$queue"
	silent "a limit that does not hold for root" proc/self/limits="$queue" \
		proc/self/status=$'Cpus_allowed_list: 0-3\nCapEff:\t000001ffffffffff'
	spoils note "unix-dgram and unix-seqpacket will refuse messages of 65536 bytes:*" \
		proc/sys/net/core/wmem_default=65536
	spoils note "memfd will be refused: vm.memfd_noexec is 2*" proc/sys/vm/memfd_noexec=2
	spoils note "io-uring will be refused: *" proc/sys/kernel/io_uring_disabled=2
	spoils note "io-uring will be refused to whoever*" proc/sys/kernel/io_uring_disabled=1
	spoils note "process-vm will be refused: kernel.yama.ptrace_scope is 3*" \
		proc/sys/kernel/yama/ptrace_scope=3
	spoils note "with --policy fifo, sides will stand still for 50000 of every 1000000 us:*" \
		proc/sys/kernel/sched_rt_runtime_us=950000
	silent "an old kernel without these limits" proc/sys/vm/memfd_noexec- proc/sys/vm/x=1 \
		proc/sys/kernel/{io_uring_disabled,yama}-
}

test_instructions()
{
	cp -r "$tap_dir/quiet" "$tap_dir/count"
	put "$tap_dir/count" $cpu/cpu1/cpufreq/scaling_governor=powersave
	IPCX_ICOUNT=1 examine "$tap_dir/count"
	like "where instructions are counted, the governor does not matter" "$status $out" "0 *"
	like "nor is it looked at" "$(grep -c governor <<<"$out")" 0
	like "which is said" "$(spoilers note)" "*the clock counts instructions:*"
	put "$tap_dir/count" boot/config-6.9-test=CONFIG_KASAN=y
	IPCX_ICOUNT=1 examine "$tap_dir/count"
	like "a debug kernel does" "$status $(spoilers warning)" "1 *(KASAN)*"
}

# bench ROOT: a short comparison on it; sets out to its results, in one line
bench()
{
	run env IPCX_HOST_ROOT="$1" ipcx bench -m pipe -s 64 -n 10 -r 1 -p same-cpu --json "$tap_dir/json"
	out=$(tr -d '\n' <"$tap_dir/json" | tr -s ' ')
}

test_bench()
{
	bench "$tap_dir/quiet"
	[[ $quiet_status == 1 ]] || like "a comparison on a quiet machine says nothing" "$status: $err" "0: "
	like "and its results tell that" "$out" '*"host": {*"spoilers": \[*\], "unknown": \[\]*'
	rm -rf "$tap_dir/root"
	cp -r "$tap_dir/quiet" "$tap_dir/root"
	put "$tap_dir/root" $cpu/cpu1/cpufreq/scaling_governor=powersave $cpu/isolated- \
		proc/sys/kernel/tainted=512 $cpu/intel_pstate/no_turbo=0
	bench "$tap_dir/root"
	like "elsewhere it says how many things spoil it" "$status: $err" \
		"0: ipcx bench: $((quiet_status + 2)) things here spoil a measurement; 'ipcx doctor --bench' tells which"
	like "and the results tell which" "$out" '*"host": {*"spoilers": \[*"level": "warning", '\
'"what": "the frequency governor of CPU 1 is powersave*"do": "*"level": "note", "what": "the CPUs *'
	like "and what is unknown" "$out" '*"unknown": \[ "isolated" \]*'
	put "$tap_dir/root" proc/sys/kernel/tainted=0
	bench "$tap_dir/root"
	[[ $quiet_status == 1 ]] || like "one thing is one" "$err" "ipcx bench: 1 thing here spoils a *"
}

test_command()
{
	local level

	run ipcx doctor --bench more
	expect "an argument too many" 2 "" "ipcx doctor: *"
	run ipcx doctor --help
	like "help tells of the status" "$out" "Usage: ipcx doctor *--bench*exit status is 1 if *"
	run env IPCX_HOST_ROOT="$tap_dir/root" ipcx doctor --json
	like "all of it tells of measuring, too" "$out" \
		'{*"works":*"problems":*"measuring":{*"spoilers":\[*governor of CPU 1 is powersave*'
	run env IPCX_HOST_ROOT="$tap_dir/root" ipcx doctor
	for level in "What spoils a measurement" "What is to be known about measurements here"; do
		like "to people: $level" "$out" "*measuring*governor * powersave*$level:"$'\n'"*"
	done
}

test_quiet
test_unknown
test_garbage
test_frequency
test_power
test_cpus
test_kernel
test_tracing
test_clock
test_load
test_sample
test_virtual
test_groups
test_limits
test_instructions
test_bench
test_command
tap_end
