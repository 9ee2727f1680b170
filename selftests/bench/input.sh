#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ipcx bench says to bad input: one sentence. Needs no module, and ipcx on PATH.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

bench()
{
	out=$(timeout 300 ipcx bench "$@" 2>"$tap_dir/err")
	status=$?
	err=$(<"$tap_dir/err")
}

# bad WHAT PATTERN ARGUMENT...: refused in one sentence, with status 2
bad()
{
	local what=$1 pattern=$2

	shift 2
	bench "$@"
	if ((status == 2 && $(wc -l <"$tap_dir/err") == 1)) && [[ -z $out ]]; then
		like "$what" "$err" "ipcx bench: $pattern"
	else
		tap_fail "$what" "status $status, expected 2" "$err"
	fi
}

test_bad_input()
{
	bad "unknown mechanism" '*"smoke"*' -m pipe,smoke
	bad "no mechanism" '*' -m ''
	bad "size 0" 'size "0"*' --size 0
	bad "size too large" 'size "1G"*' --size 64,1G
	bad "size that is none" 'size "64x"*' --size 64x
	bad "count 0" 'count "0"*' -n 0
	bad "negative count" 'count "-1"*' -n -1
	bad "rounds" 'rounds "121"*' -r 121
	bad "unknown mode" '*"rtt"*' rtt
	bad "unknown wait" '*"nap"*' --wait nap
	bad "unknown kind of side" '*"fiber"*' --as fiber
	bad "unknown policy" '*"idle"*' --policy idle
	bad "batch 0" 'batch "0"*' bw --batch 0
	bad "too large a batch" 'batch "1025"*from 1 to 1024' bw -b 8,1025
	bad "batch that is none" 'batch "many"*' bw --batch many
	bad "batch with a unit" 'batch "1K"*' bw --batch 1K
	bad "missing batch" '*--batch*' bw --batch
	bad "capacity 0" 'capacity "0"*' --capacity 0
	bad "too large a capacity" 'capacity "65M"*from 1 to 64M' --capacity 4K,65M
	bad "capacity that is none" 'capacity "most"*' --capacity most
	bad "negative capacity" 'capacity "-1"*' --capacity -1
	bad "unknown knob" 'no knob "frob"; *' --knob frob=1
	bad "knob of no bench" 'no knob "drop"; *' --knob drop=5
	bad "knob without a name" 'no knob ""; *' --knob =5
	bad "knob without a value" 'knob wait wants *' --knob wait
	bad "knob with an empty value" 'knob wait: "" is not *' --knob wait=
	bad "wait of a knob without a unit" 'knob wait: "5" is not *' --knob wait=0,5
	bad "too long a wait of a knob" 'knob wait: "2s" is not *up to 1s*' --knob wait=2s
	bad "copy of a knob that is none" 'knob copy: "fast" is not default, *' --knob copy=heap,fast
	bad "value of a knob twice" 'knob wait: "20000ns" is there already' \
		--knob wait=20us,20000ns
	bad "name of a value twice" 'knob copy: "heap" is there already' --knob copy=heap,heap
	bad "two knobs in a list" 'knob wait: "copy=heap" is not *' --knob wait=0,copy=heap
	bad "two knobs" 'one knob at a time, and wait *' --knob wait=0 --knob copy=heap
	bad "knob without who has it" 'knob wait: no mechanism here has it; *' \
		-m pipe,ipcx-region --knob wait=0
	bad "wait that is spelled otherwise" '*"io-uring"*' --wait io-uring
	bad "rate 0" 'rate "0"*' load --rate 0
	bad "rate that is none" 'rate "10x"*' load --rate 10x
	bad "gap without a unit" 'gap "10"*' wake --gap 0,10
	bad "no producers" 'number of producers "0"*' scale -P 0
	bad "too many consumers" 'number of consumers "33"*' scale -C 33
	bad "batches of round trips" '--batch is for mode bw, *' lat wake --batch 8
	bad "rate where nothing is due" '--rate is for mode load, *' --rate 5K
	bad "gap of a stream" '--gap is for mode wake, *' bw --gap 1ms
	bad "several senders of a stream" '--producers is for mode scale, *' bw -P 3
	bad "several receivers, too" '--consumers is for mode scale, *' sweep -C 2
	bad "unknown placement" '*"moon"*' -p moon
	bad "unknown unit" '*"s"*' --unit s
	bad "unknown option" '*"--frob"*' --frob
	bad "missing value" '*--size*' --size
	bad "argument too many" '*"pipe"*' pipe
	bad "results that cannot be written" '*/nowhere/x.json*' --json /nowhere/x.json
	bad "report without results" '*' report -o "$tap_dir/x"
	bad "report on nothing" '*No such file*' report "$tap_dir/none" -o "$tap_dir/x"
	bad "hdr without results" 'hdr wants*' hdr
	bad "hdr on two files" 'hdr wants*' hdr a b
	bad "hdr with an unknown option" '*"--frob"*' hdr --frob
	bad "hdr on nothing" '*No such file*' hdr "$tap_dir/none"
	echo '{"schema": "ipcx-bench/2", "cel' >"$tap_dir/half"
	bad "report on half a file" '*line*' report "$tap_dir/half" -o "$tap_dir/x"
	echo '{"schema": "other"}' >"$tap_dir/other"
	bad "report on something else" '*schema*' report "$tap_dir/other" -o "$tap_dir/x"
	printf '%s' '{"schema":"ipcx-bench/2","unit":"ns","host":{},"cells":[{}]}' >"$tap_dir/empty"
	bad "report on an empty cell" '*cell 0*' report "$tap_dir/empty" -o "$tap_dir/x"
	bench -m pipe -s 64 -n 10 -p same-cpu --json /dev/full
	like "a full disk" "$status: $err" "2: *No space left*"
}

# good: results that nothing is wrong with, of one cell; broken by the caller
good()
{
	printf '%s' '{"schema":"ipcx-bench/2","unit":"ns","host":{},"cells":[{"mechanism":"pipe",' \
		'"mode":"rtt","mean":5,"rounds":[5,5,5]}]}'
}

# bad_file WHAT PATTERN FILE: as the second of two
bad_file()
{
	bad "diff on $1" "$2" diff "$tap_dir/good" "$3"
}

# A cell with a histogram of one value
hdr_cell='{"mechanism":"../pi\"pe","mode":"lat","mean":5,"histogram":{"sub_buckets":128,"count":1,'
hdr_cell+='"min":5,"max":5,"sum":5,"buckets":[[5,1]]}}'

hdr_file()
{
	printf '{"schema":"ipcx-bench/2","unit":"ns","host":{},"cells":[%s]}' "$1" >"$tap_dir/hdr.json"
}

test_bad_hdr()
{
	local dir=$tap_dir/hdr

	hdr_file "$hdr_cell"
	bench hdr "$tap_dir/hdr.json" -o "$dir"
	like "hdr of a strange name" "$status $err $out" "0  $dir/_._pi_pe.lat.hgrm"
	bad "hdr of no such cell" '*no cell like "fifo?\*" has a histogram' hdr "$tap_dir/hdr.json" \
		-c 'fifo.*' -o "$dir"
	bad "hdr to where nothing can be" 'cannot *' hdr "$tap_dir/hdr.json" -o /dev/null
	good >"$tap_dir/hdr.json"
	bad "hdr without histograms" '*no cell like "\*" has a histogram' hdr "$tap_dir/hdr.json" \
		-o "$dir"
	hdr_file "${hdr_cell/'"max":5'/'"max":7'}"
	bad "hdr of a broken histogram" '*cell 0: "histogram": *' hdr "$tap_dir/hdr.json" -o "$dir"
	hdr_file "$hdr_cell,$hdr_cell"
	bench hdr "$tap_dir/hdr.json" -o "$dir"
	like "hdr of two of a name" "$status: $err" "2: *cells 0 and 1 are both *"
}

test_bad_diff()
{
	local broken=$tap_dir/broken

	good >"$tap_dir/good"
	bad "diff of nothing" 'diff wants two*' diff
	bad "diff of one file" 'diff wants two*' diff "$tap_dir/good"
	bad "diff of three files" 'diff wants two*' diff "$tap_dir"/good{,,}
	bad "diff with an unknown option" '*"--frob"*' diff --frob
	bad "diff without a threshold" '*wants a value' diff -t
	for threshold in '' . x 1x 1.2.3 -1 nan inf 0x1 1e2 1001; do
		bad "threshold '$threshold'" 'threshold "*" is not *' diff -t "$threshold" a b
	done
	bad "diff from nothing" 'cannot read */none: No such file*' diff "$tap_dir/none" "$broken"
	bad_file nothing 'cannot read */none: No such file*' "$tap_dir/none"
	bad_file "a directory" 'cannot read *: Is a directory' "$tap_dir"
	bad_file "no end of a file" 'cannot read /dev/zero: File too large' /dev/zero
	truncate -s 1T "$tap_dir/huge"
	bad_file "a huge file" 'cannot read */huge: File too large' "$tap_dir/huge"
	bad_file "an empty file" '*/null, line 1: *' /dev/null
	good | head -c 100 >"$broken"
	bad_file "half a file" '*, line 1: *' "$broken"
	printf '{"a": \e[2J' >"$broken"
	bad_file "control characters" '*, line 1: *[?]*' "$broken"
	yes '[' | head -n 100000 >"$broken"
	bad_file "a deep file" '*, line *: *' "$broken"
	echo '{"unit": "ns", "unit": "ns"}' >"$broken"
	bad_file "a key twice" '*uplicate*' "$broken"
	echo '[]' >"$broken"
	bad_file "a list" '*not results of schema *' "$broken"
	good | sed 's/bench.2/bench\/3/' >"$broken"
	bad_file "another schema" '*not results of schema *' "$broken"
	good | sed 's/"ns"/5/' >"$broken"
	bad_file "no unit" '*: no unit' "$broken"
	good | sed 's/{}/null/' >"$broken"
	bad_file "no host" '*: no host' "$broken"
	good | sed 's/"cells"/"cell"/' >"$broken"
	bad_file "no cells" '*: no cells' "$broken"
	good | sed 's/{"mech.*}\]/5]/' >"$broken"
	bad_file "a number for a cell" '*cell 0: bad or missing "mechanism"' "$broken"
	good | sed 's/"mean":5,//' >"$broken"
	bad_file "no mean" '*cell 0: bad or missing "mean"' "$broken"
	good | sed 's/:5,/:"5",/' >"$broken"
	bad_file "a text for a mean" '*cell 0: bad or missing "mean"' "$broken"
	good | sed 's/:5,/:-5,/' >"$broken"
	bad_file "a mean below 0" '*cell 0: its mean is not over 0' "$broken"
	good | sed 's/5,5,5/5,[],5/' >"$broken"
	bad_file "a list for a round" '*cell 0: bad or missing "rounds"' "$broken"
	good | sed 's/\[5,5,5\]/5/' >"$broken"
	bad_file "a number for rounds" '*cell 0: bad or missing "rounds"' "$broken"
	good | sed 's/"mode"/"size":-1,&/' >"$broken"
	bad_file "a negative size" '*cell 0: bad or missing "size"' "$broken"
	good | sed 's/"mode"/"batch":0,&/' >"$broken"
	bad_file "a batch of nothing" '*cell 0: bad or missing "batch"' "$broken"
	good | sed 's/"mode"/"batch":"8",&/' >"$broken"
	bad_file "a text for a batch" '*cell 0: bad or missing "batch"' "$broken"
	good | sed 's/"mode"/"capacity":0,&/' >"$broken"
	bad_file "a capacity of nothing" '*cell 0: bad or missing "capacity"' "$broken"
	good | sed 's/"mode"/"capacity":"64K",&/' >"$broken"
	bad_file "a text for a capacity" '*cell 0: bad or missing "capacity"' "$broken"
	good | sed 's/"mode"/"knob":5,&/' >"$broken"
	bad_file "a number for a knob" '*cell 0: bad or missing "knob"' "$broken"
	good | sed 's/\({"mech.*}\)\]/\1,\1]/' >"$broken"
	bad_file "a cell twice" '*: cells [01] and [01] are of the same' "$broken"
	good | sed 's/"ns"/"instructions"/' >"$broken"
	bad_file "another unit" 'figures in ns and in instructions cannot be *' "$broken"
	good | sed 's/:5,/:null,/' >"$broken"
	bad "diff from nothing measured" '*nothing is measured*' diff "$broken" "$tap_dir/good"
}

test_bad_input
test_bad_hdr
test_bad_diff
tap_end
