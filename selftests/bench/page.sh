#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How the report and its plots look in a browser, on a phone and on a desk, light and dark; and
# whether what is wrong with a page is seen at all. Needs no module, and ipcx on PATH. What was looked
# at is kept as pictures.
#
#   page.sh [DIRECTORY OF plots]

cd "$(dirname "$0")" || exit 1
programs=${1:-../../build/selftests/bench}
pictures=$programs/pictures
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

if ! command -v chromium >/dev/null; then
	tap_skip "how pages look" "chromium is not installed"
	tap_end
	exit
fi
mkdir -p "$pictures" || exit 1

# page BODY: a page that has nothing else wrong with it
page()
{
	cat >"$tap_dir/page.html" <<-END
	<!DOCTYPE html>
	<html><head><style>:root{color-scheme:light dark;--ink:#000}body{margin:1rem;background:#fff}
	svg{display:block;width:100%}text{fill:var(--ink);font-size:14px}
	@media(prefers-color-scheme:dark){body{background:#111;color:#eee}:root{--ink:#eee}}
	</style></head><body><p>A page</p>$1</body></html>
	END
}

# seen WHAT BODY PATTERN [WIDTH SCHEME]: what is wrong with such a page is seen.
seen()
{
	page "$2"
	run ./look "$tap_dir/page.html" "${4:-1280}" "${5:-light}"
	# shellcheck disable=SC2053 # the pattern is meant as one
	if [[ $status == 1 && $out == $3 ]]; then
		tap_pass "seen: $1"
	else
		tap_fail "seen: $1" "status $status, said '$out', expected '$3'" "$err"
	fi
}

# fine WHAT BODY [WIDTH SCHEME]
fine()
{
	page "$2"
	run ./look "$tap_dir/page.html" "${3:-1280}" "${4:-light}"
	expect "fine: $1" 0 "" ""
}

# looks_well WHAT FILE: at two widths, light and dark, and on paper of A4 with the usual margins
looks_well()
{
	local width scheme

	run ./look "$2" 718 print "$pictures/$1-print.png"
	expect "$1, printed" 0 "" ""
	for width in 390 1280; do
		for scheme in light dark; do
			run ./look "$2" $width $scheme "$pictures/$1-$width-$scheme.png"
			expect "$1, $width wide, $scheme" 0 "" ""
		done
	done
}

svg()
{
	echo "<svg viewBox='0 0 400 100' id='plot'>$1</svg>"
}

wide="<table><tr><td><div style='width:900px'>wide</div></table>"

test_trouble()
{
	seen "a table that is too wide" "$wide" "*the page is 9?? wide, in a window of 390*" 390
	fine "unless there is room" "$wide"
	fine "or it scrolls" "<div style='overflow-x:auto'>$wide</div>" 390
	seen "what is cut off" "<div style='overflow:hidden;width:200px'>$wide</div>" \
		"is cut off at its side: <div> \"wide\"
"
	seen "what is cut off below" "<div style='overflow:hidden;height:9px'>a<br>b</div>" \
		"is cut off at its end: *"
	seen "what is hidden to the left" "<p style='position:relative;left:-2rem'>left</p>" \
		"sticks out of the page: <p> \"left\"
"
	seen "also in what is folded" "<details><div style='width:900px'>a</div></details>" \
		"*the page is 9*" 390
	seen "an error of a script" "<script>console.error('on', 7)</script>" "console.error: on 7
"
	seen "a script that fails" "<script>nothing()</script>" "script: *nothing is not defined
"
	seen "what is not there" "<img src='none.png' alt=''>" "not loaded: *none.png*fetches none.png
"
	seen "what is fetched" "<link rel=icon href='http://localhost:1/i'>" "fetches http://localhost:1/i
"
	seen "also by a style" "<p style='background:url(x.png)'>a</p>" "fetches x.png
"
	fine "unless it is in the page" "<a href='http://localhost:1/'>a</a><img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>' alt=''>"
	seen "nothing" "<style>p{display:none}</style>" "the page shows nothing
"
}

test_plot_trouble()
{
	fine "a plot" "$(svg "<text x='9' y='50'>one</text><text x='99' y='50'>other</text>")"
	seen "text outside" "$(svg "<text x='390' y='50'>outside</text>")" \
		"is outside of its plot: <text> \"outside\"
"
	seen "text that covers another" \
		"$(svg "<text x='9' y='50'>one</text><text x='20' y='55'>other</text>")" \
		'covers <text> "one": <text> "other"
'
	fine "one below the other" "$(svg "<text x='9' y='50'>one</text><text x='9' y='65'>other</text>")"
	seen "text that is too small" "$(svg "<text x='9' y='50' style='font-size:4px'>small</text>")" \
		'is too small, of ?.? pixels: <text> "small"
' 390
	fine "unless there is room" "$(svg "<text x='9' y='50' style='font-size:4px'>small</text>")"
	pale=$(svg "<text x='9' y='50' style='fill:#333'>pale</text>")
	fine "dark text on white" "$pale"
	seen "the same on black" "$pale" 'is too pale, of contrast 1.?: <text> "pale"
' 1280 dark
	seen "what is too wide for paper" "<style>@media print{p{width:900px}}</style>" "*the page is 9?? wide, in a window of 718*" 718 print
	fine "unless it is printed less wide" \
		"<style>@media screen{p{width:900px}}</style>" 718 print
}

test_usage()
{
	run ./look "$tap_dir/none.html" 390 light
	expect "no file" 2 "" "look: cannot read */none.html"
	run ./look page.sh wide light
	expect "no width" 2 "" "Usage: *"
}

test_plots()
{
	if ! command -v gnuplot >/dev/null; then
		tap_skip "how plots look" "gnuplot is not installed"
		return
	fi
	run "$programs/plots"
	printf "%s" "$out" >"$tap_dir/plots.html"
	expect "plots are drawn" 0 "$out" ""
	looks_well plots "$tap_dir/plots.html"
}

test_report()
{
	run ipcx bench lat bw -m pipe,unix-stream,posix-shm,posix-mq -s 64,4K,64K -n 200 \
		-j "$tap_dir/results.json"
	run ipcx bench report "$tap_dir/results.json" -o "$tap_dir/report"
	expect "a report is written" 0 "$tap_dir/report/index.html"$'\n' ""
	looks_well report "$tap_dir/report/index.html"
}

test_trouble
test_plot_trouble
test_usage
test_plots
test_report
tap_end
