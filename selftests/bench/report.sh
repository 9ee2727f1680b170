#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ipcx bench report makes of files of results whose figures are known. Needs no module, and ipcx
# on PATH; plots are drawn if gnuplot is there.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

page=
text=

# cell MECHANISM MODE SIZE MEAN OFF [MORE]: its interval reaches OFF to both sides; MORE is further
# keys, which are taken instead of the same ones here.
cell()
{
	printf '{"mechanism":"%s","mode":"%s","size":%s,"n":90,"mean":%s,"mean_low":%s,' \
		"$1" "$2" "$3" "$4" "$(($4 - $5))"
	printf '"mean_high":%s,"p50":%s,"p90":%s,"p99":%s' "$(($4 + $5))" "$4" "$4" "$((2 * $4))"
	[[ ${6:-} == *'"placement"'* ]] || printf ',"placement":"same-cpu"'
	[[ ${6:-} == *'"rounds"'* ]] || printf ',"rounds":[%s,%s,%s]' "$4" "$4" "$4"
	printf '%s}' "${6:+,$6}"
}

# results NAME CELL...: a file of them; root, unit, kernel and host may say more of it
results()
{
	local name=$1

	shift
	printf '{"schema":"ipcx-bench/2","unit":"%s",%s"host":{"kernel":"%s"%s},"cells":[%s]}' \
		"${unit:-ns}" "${root:+$root,}" "${kernel:-6.1}" "${host:+,$host}" \
		"$(IFS=, && echo "$*")" >"$tap_dir/$name"
}

# Sets page to what is written, and text to that without marks, on one line.
report()
{
	rm -rf "$tap_dir/page"
	run env -C "$tap_dir" ipcx bench report "$@" -o page
	page=''
	text=''
	[[ -e $tap_dir/page/index.html ]] || return
	page=$(<"$tap_dir/page/index.html")
	text=$(sed 's/<\/style>.*//; s/<svg.*<\/svg>//g; s/<[^>]*>//g; s/&nbsp;/ /g; s/\xc2\xa0/ /g' \
		<<<"${page#*</style>}" | tr -s '\n ' '  ')
}

# says WHAT PATTERN: the page of the last run does
says()
{
	like "$1" "$text" "*$2*"
}

# silent WHAT PATTERN: it does not
silent()
{
	# shellcheck disable=SC2053 # the pattern is meant as one
	if [[ $text && $text != *$2* ]]; then
		tap_pass "$1"
	else
		tap_fail "$1" "the page has '$2', or there is none" "status $status: $err"
	fi
}

test_choice()
{
	local spin='"wait":"spin"' shared

	results a "$(cell tcp lat 64 2000 20)" "$(cell pipe lat 64 1000 10)"
	report a
	expect "a report is written" 0 page/index.html$'\n' ""
	says "what is surely best is chosen" \
		"a round trip of 64 B same-cpu, 64 B: pipe 1.00 µs (990 ns–1.01 µs); next: tcp, 2 times"
	says "the rule is told" "the best has the least mean, and all whose 95 % interval overlaps"
	says "what was not measured is told" "Not in these results; ipcx bench scale -s 64 -P 4 -C 1"
	results a "$(cell pipe lat 64 1000 10)" "$(cell tcp lat 64 1020 5)" \
		"$(cell fifo lat 64 1030 25)"
	report a
	says "what overlaps is named beside it, and nothing else" \
		"µs (990 ns–1.01 µs); as good: fifo; next: tcp, 2 % more."
	results a "$(cell pipe lat 64 1000 0 '"rounds":[1000]')" "$(cell tcp lat 64 2000 0)"
	report a
	says "one round is not sure" "pipe 1.00 µs; one round, so not sure; next: tcp"
	says "as is said at the top" "1 of 2 means have no interval"
	results a "$(cell pipe lat 64 1000 10)" "$(cell udp lat 64 100 1)" \
		"$(cell tcp lat 64 100 1 '"corrupt":3')" "$(cell what lat 64 100 1)"
	report a
	says "what may lose, what did damage, and what nobody knows is not chosen" \
		"B same-cpu, 64 B: pipe 1.00 µs (990 ns–1.01 µs); nothing else"
	says "and damage is told at the top" \
		"Before you rely on it * tcp in lat: 0 lost, 0 reordered, 3 corrupt, and it must not"
	results a "$(cell pipe lat 64 500 5)" "$(cell posix-shm lat 64 100 1)" \
		"$(cell posix-mq lat 64 800 8)" "$(cell posix-shm lat 64 50 1 "$spin")"
	report a
	says "who does not trust gets what shows no memory" "uses same-cpu, 64 B: posix-mq 800 ns"
	says "who spins is told, and who sleeps beside it" "64 B: posix-shm, spin 50.0 ns *keeps CPUs busy; \
next: posix-shm, 2 times as much. Of those that sleep while they wait: posix-shm 100 ns"
	shared='"mechanisms":[{"mechanism":"own","boundaries":true,"lossy":false,"exposed":false}]'
	root=$shared results a "$(cell own lat 64 500 5)" "$(cell pipe lat 64 100 1)"
	report a
	says "traits are those of the file" "uses same-cpu, 64 B: own 500 ns"
}

test_needs()
{
	local place='"placement":"two-cpus"' usage='"usage":{"user":%s,"system":0}'

	results a "$(cell pipe bw 64 100 1)" "$(cell tcp bw 64 90 1)" \
		"$(cell pipe bw 65536 9000 90)" "$(cell tcp bw 65536 8000 80)" \
		"$(cell pipe bw 1048576 90000 90)" "$(cell tcp bw 1048576 99000 80)" \
		"$(cell pipe bw 64 100 1 "$place")"
	report a
	says "a stream" "64 B one way same-cpu, 64 B: tcp 90.0 ns"
	says "each placement by itself" "two-cpus, 64 B: pipe 100 ns (99.0 ns–101 ns); nothing else"
	says "bulk is the largest size" "from 64 KiB same-cpu, 1M B: pipe 90.0 µs"
	results a "$(cell pipe scale 64 100 1 '"producers":1,"consumers":1')" \
		"$(cell posix-mq scale 64 90 1 '"producers":4,"consumers":1')" \
		"$(cell pipe scale 64 100 1 '"producers":4,"consumers":1')" \
		"$(cell pipe scale 64 50 1 '"producers":8,"consumers":2')"
	report a
	says "many senders" "same-cpu, 4 to 1, 64 B: posix-mq 90.0 ns (89.0 ns–91.0 ns); next: pipe"
	results a "$(cell pipe wake 64 100 1 '"gap":0')" "$(cell tcp wake 64 900 1 '"gap":1000000')" \
		"$(cell pipe wake 64 1000 1 '"gap":1000000')"
	report a
	says "rare messages" "same-cpu, gap 1ms, 64 B: tcp 900 ns"
	# shellcheck disable=SC2059 # the format is a variable, and it is known
	results a "$(cell pipe lat 64 100 1 "$(printf "$usage" 500)")" \
		"$(cell tcp lat 64 900 1 "$(printf "$usage" 400)")" \
		"$(cell fifo lat 64 900 1 "$(printf "$usage" 430)")" \
		"$(cell posix-shm lat 64 10 1 "$(printf "$usage" 1),\"wait\":\"spin\"")"
	report a
	says "little CPU time" "sleep while they wait same-cpu, 64 B: tcp 400 ns; as good: fifo; next: pipe"
	says "and CPU time has its plot" "CPU time and latency, 64 B, same-cpu"
}

# Costs of 1000 + size and of 3000 + size / 2, which are the same at 4000 bytes.
test_crossover()
{
	local size cells=()

	for size in 64 512 1024 4096 16384 65536; do
		cells+=("$(cell pipe lat "$size" "$((1000 + size))" 1)")
		cells+=("$(cell posix-shm lat "$size" "$((3000 + size / 2))" 1)")
		cells+=("$(cell shm-mutex lat "$size" "$((4000 + size))" 1)")
		cells+=("$(cell tcp lat "$size" "$((9000 + size))" 1)")
	done
	results a "${cells[@]}"
	report a
	says "a and b" "pipe1.00 µs (1.00 µs–1.00 µs)1.02 µs (1.02 µs–1.02 µs)0 %"
	says "the crossover, with its interval, and by the means" \
		"pipeless from 3.91K B3.91K B to 3.91K B1K B to 4K B"
	says "what shared memory is below at all sizes" "tcpless at all sizes–at all sizes"
	says "in a sentence" "shared memory, here posix-shm, costs less than 1 of 2 that copy at every \
size measured; it overtakes pipe at 3.91K B (3.91K B to 3.91K B)."
	says "latency by size" "Round trip by size, same-cpu"
	results a "${cells[@]:0:8}"
	report a
	silent "no lines through two points" "Cost model"
	says "and what measures them" "cost model and crossover; ipcx bench lat -s 1,64,1K"
}

test_sections()
{
	local histogram='"histogram":{"sub_buckets":128,"count":4,"min":100,"max":100,"sum":400,'

	results a "$(cell pipe wake 64 100 1 '"gap":0')" "$(cell pipe wake 64 100 1 '"gap":1000')"
	report a
	says "idling" "After idling Median"
	says "and nothing else" "Not in these results, with what measures it: latency by size; *throughput \
by size; *cost model *CPU time against latency; *several senders *percentiles; *instructions; *under load; \
*opening and closing; ipcx bench setup."
	silent "without sections that are empty" "Rare round trips"
	results a "$(cell pipe load 64 100 1 '"rate":1000,"intervals":{"p99":[150,300]}')" \
		"$(cell pipe load 64 100 1 '"rate":9000')"
	report a
	says "load" "Under load The 99th percentile, *delay by rate, 64 B, same-cpu"
	says "its p99, with the interval" "pipe200 ns (150 ns–300 ns)200 ns"
	results a "$(cell pipe setup 1 100 1 '"phases":{"open":70,"close":30}')" \
		"$(cell pipe scale 64 100 1 '"producers":1')" "$(cell pipe scale 64 50 1 '"producers":4')" \
		"$(cell pipe lat 64 100 1 '"instructions":{"user":40.5,"kernel":60}')" \
		"$(cell tcp lat 64 100 1 "$histogram\"buckets\":[[100,4]]}")"
	report a
	says "setup, by phase" "mechanismopenclose pipe70.0 ns30.0 ns"
	says "instructions, by part" "mechanismuserkernel pipe40.560.0"
	says "scaling" "mechanism14 pipe10,000,000 (9,900,990–10,101,010)20,000,000"
	says "percentiles" "mechanism0 %50 % tcp100 ns100 ns"
	results a "$(cell pipe bw 64 100 1)" "$(cell pipe bw 4096 1000 1)" \
		"$(cell pipe bw 64 90 1 '"batch":8,"capacity":4096')" \
		'{"mechanism":"udp","mode":"bw","size":64,"mean":null,"refused":"no such luck"}'
	report a
	says "throughput" "Throughput by size, same-cpu"
	says "what is refused, and why" "udp, bw, 64 B, any CPU: no such luck"
	says "a table for each batch and capacity" "bw, same-cpu, batches of 8, capacity 4096 B mechanism"
	says "and the command for it" "ipcx bench bw -m pipe -s 64 -p same-cpu --batch 8 --capacity 4096 -n 90 -r 3"
	root='"floors":[{"name":"switch","placement":"same-cpu","mean":50},
		{"name":"other","placement":"two-cpus","mean":50}]' \
		results a "$(cell pipe lat 64 100 1)" "$(cell pipe lat 4096 100 1)"
	report a
	says "floors" "switch, 50.0 ns (floor)50.0 ns50.0 ns"
	silent "each where it is one" "other, 50"
}

test_knobs()
{
	local wait='"knob":"wait=%s"' cells=() value copies

	# shellcheck disable=SC2059 # the format is a variable, and it is known
	for value in 0 20us; do
		cells+=("$(cell ipcx lat 64 "10${#cells[@]}" 1 "$(printf "$wait" $value)")")
		cells+=("$(cell ipcx lat 4096 "20${#cells[@]}" 1 "$(printf "$wait" $value)")")
	done
	results a "$(cell pipe lat 64 500 1)" "$(cell pipe lat 4096 900 1 '"knob":null')" "${cells[@]}"
	report a
	says "a knob has a line of its own" \
		"ipcx, wait=0100 ns (100 ns–200 ns)201 ns * ipcx, wait=20us102 ns (102 ns–204 ns)203 ns"
	says "and a table" "lat, same-cpu, knob wait=20us mechanism"
	says "and the command for it" \
		"ipcx bench lat -m ipcx -s 64 -p same-cpu --knob wait=20us -n 90 -r 3"
	says "nobody is told to turn one" "64 B same-cpu, 64 B: pipe 500 ns *nothing else"
	says "as the rule says" "than the usual, and turned knobs"
	copies='"copies":[{"mechanism":"ipcx","mode":"lat","knob":"copy=heap","measured":7.5},
		{"mechanism":"ipcx","mode":"lat","knob":null,"measured":1.5}]'
	root="\"mechanisms\":[{\"mechanism\":\"ipcx\",\"copies\":2}],$copies" \
		results a "$(cell ipcx lat 64 100 1)"
	report a
	says "copies of a mechanism are those without a knob" "2.00 (1.5)"
	results a "$(cell ipcx lat 64 100 1 '"knob":"wait=0;reboot"')"
	report a
	silent "a knob that is no word is in no command" "--knob wait=0;reboot"
}

test_files()
{
	results a "$(cell pipe lat 64 1000 10)" "$(cell tcp lat 64 2000 20)"
	results b "$(cell pipe lat 64 3000 10)" \
		'{"mechanism":"tcp","mode":"lat","size":64,"placement":"same-cpu","mean":null}'
	report a b
	says "the later file's cell is taken" "64 B: tcp 2.00 µs *next: pipe, 50 % more"
	says "and that is said" "1 cell of b is in a file that was named before it, too"
	report b a
	says "the other way round" "2 cells of a are in a file *same-cpu, 64 B: pipe 1.00 µs"
	kernel=6.2 results b "$(cell tcp lat 64 10 1)"
	report a b
	says "hosts that differ are told" "The hosts of a and b differ (kernel)"
	says "each has a part of its own" "Host 1: 6.1, *64 B: pipe 1.00 µs *Host 2: 6.2, *64 B: tcp 10.0 ns"
	host='"git_commit":"v2"' results b "$(cell fifo lat 64 10 1)"
	report a b
	says "versions that differ, too" "a and b were measured by different versions"
	unit=instructions results b "$(cell tcp lat 64 10 1)"
	report a b
	expect "units are not mixed" 2 "" \
		"ipcx bench: figures in ns, of a, and in instructions, of b, are not to be mixed"
	holds "nor anything written" test ! -e "$tap_dir/page"
	report b
	says "instructions are no latency" "tools/vm/vm --icount -- ipcx bench lat -m tcp -s 64"
	unit=instructions results b "$(cell tcp lat 64 10 1 '"policy":"fifo"')"
	report b
	says "under fifo, nothing is starved" \
		"tools/vm/vm --icount -- tools/bench/realtime ipcx bench lat -m tcp -s 64 -p same-cpu --policy fifo -n 90 -r 3"
	unit=apples results b "$(cell tcp lat 64 10 1)"
	report b
	expect "an unknown unit" 2 "" 'ipcx bench: b: its figures are in "apples"*'
	results b "$(cell tcp lat 64 10 1)" "$(cell tcp lat 64 11 1)"
	report b
	expect "a cell twice in one file" 2 "" "ipcx bench: b: two cells are of the same: tcp lat"
	report a none
	expect "a file that is not there" 2 "" "ipcx bench: cannot read none: No such file*"
	head -c 200 "$tap_dir/a" >"$tap_dir/half"
	report a half
	expect "half a file" 2 "" "ipcx bench: half, line 1: *"
}

test_warnings()
{
	# shellcheck disable=SC2016 # it is not to be expanded
	local command='$(reboot)'

	root='"complete":false' kernel=6.1-ipcx-debug host='"spoilers":[{"level":"error",
		"what":"a <b>storm</b>","do":"wait"},{"level":"warning","what":"rain"},7]' \
		results a "$(cell pipe lat 64 1000 10)"
	report a
	says "what weakens it is at the top" "Before you rely on it a is not complete*a is from a kernel \
that is built to find faults (6.1-ipcx-debug)*a: a &lt;b&gt;storm&lt;/b&gt; (wait)*a: rain*Which one"
	results a "$(cell pipe lat 64 1000 10)"
	report a
	silent "and nothing if nothing does" "Before you rely"
	root='"mechanisms":[{"mechanism":"pipe","about":"<script>1</script>","family":"<script>"}],
		"floors":[{"name":"<script>","placement":"same-cpu","mean":9}]' \
		host='"cpu":"<script>\"&"' results '<script>' "$(cell '<script>' lat 64 1000 10)" \
		"$(cell "$command" lat 64 1000 10)" "$(cell '<script>' lat 4096 1000 10)" \
		'{"mechanism":"'\''<script>","mode":"<script>","mean":null,"refused":"<script>\""}'
	report '<script>'
	expect "names that are marks" 0 page/index.html$'\n' ""
	like "and no script" "$(grep -c '<script' <<<"$page")" 0
	says "a name that is no word is told" "$command lat 64 B same-cpu"
	silent "a name that is no word is in no command" "-m $command"
	# shellcheck disable=SC2001 # it is a pattern that only sed has
	holds "nothing is fetched" test -z "$(sed 's/href="#/\n/g' <<<"$page" |
		grep -oE '(src|href|url)[=(]["a-z][^ ]*' | grep -v 'href="#')"
}

test_plots()
{
	local mech cells=() all=(pipe vmsplice unix-stream unix-dgram tcp posix-mq sysv-msg posix-shm)

	command -v gnuplot >/dev/null || { tap_skip "plots" "no gnuplot"; return; }
	for mech in "${all[@]}"; do
		cells+=("$(cell "$mech" lat 64 1000 1)" "$(cell "$mech" lat 4096 2000 1)")
	done
	results a "${cells[@]}"
	report a
	like "eight lines are in one plot" "$(grep -c '<figcaption>' <<<"$page")" 0
	like "which is drawn" "$(grep -c '<figure><svg' <<<"$page")" 1
	results a "${cells[@]}" "$(cell fifo lat 64 1000 1)" "$(cell ipcx lat 64 1 1)"
	report a
	like "more, in one by family" "$(grep -o '<figcaption>[^<]*' <<<"$page" | tr '\n' ' ')" \
		"*>stream *>socket *>queue *>shared memory *"
	like "each with those to compare with" \
		"$(awk -v RS='<figcaption>' '/>pipe</ && />ipcx</' ORS= <<<"${page%%All means</h2>*}" |
		grep -c ' class="plot plot-wide')" 4
	report --no-plots a
	like "none if none are wanted" "$status: $err $(grep -c '<svg' <<<"$page")" "0:  0"
	silent "which is no flaw" "could not be drawn"
	run env -C "$tap_dir" PATH="$(dirname "$(command -v ipcx)")" ipcx bench report a -o page
	like "without gnuplot, a sentence" "$status: $err" "0: ipcx bench: * plots could not be drawn: *"
	holds "in the page, too, which has the tables" grep -q "The figures: " "$tap_dir/page/index.html"
}

test_full_disk()
{
	results a "$(cell pipe lat 64 1000 10)"
	report a
	cp "$tap_dir/page/index.html" "$tap_dir/before"
	results a "$(cell tcp lat 64 1000 10)"
	ln -s /dev/full "$tap_dir/page/index.html.part"
	run env -C "$tap_dir" ipcx bench report a -o page
	expect "a full disk" 2 "" "ipcx bench: cannot write page/index.html: No space left on device"
	holds "leaves the old page" cmp -s "$tap_dir/before" "$tap_dir/page/index.html"
	holds "and nothing else" test "$(ls "$tap_dir/page")" == index.html
	run env -C "$tap_dir" ipcx bench report a -o a/b
	expect "a directory that is a file" 2 "" "ipcx bench: cannot write a/b/index.html: Not a directory"
}

test_choice
test_needs
test_crossover
test_sections
test_knobs
test_files
test_warnings
test_plots
test_full_disk
tap_end
