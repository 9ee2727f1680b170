#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Is each errno that the header names produced by a test, and is each that the tests have seen in the
# header? Reads what noted.c has noted of the tests that were run before, so all must have been.

cd "$(dirname "$0")/.." || exit 2
[[ -r ${IPCX_NOTED:-} ]] || { echo "1..0 # SKIP nothing was noted"; exit 4; }

# Lines "command structure in|out", one for each command
commands()
{
	sed -nE 's/^#define IPCX_IOC_(\w+)\s+_IO(W?)R?\(IPCX_IOC_MAGIC, 0x(\w+), struct ipcx_(\w+)\)/\3 \1 \4 \2/p' \
		uapi/linux/ipcx.h
}

# Lines "structure errno": those of other structures that one refers to included. Batches have no
# descriptors, and say so; then what is about descriptors only is none of theirs.
named()
{
	awk '
	function flush_item() {
		if (item != "") {
			own[name] = own[name] " " item
			if (text ~ /descriptors/ && text !~ /;|endpoint/)
				fds[name, item] = 1
		}
		item = text = ""
	}
	/^ \* struct ipcx_[a-z_]+ - / { name = substr($3, 6) }
	/^ \*\// { flush_item(); name = "" }
	name == "" { next }
	/those of &struct ipcx_/ {
		match($0, /those of &struct ipcx_[a-z_]+/)
		base = substr($0, RSTART + 22, RLENGTH - 22)
		bases[name] = base
		but[name] = /but for descriptors/
	}
	/^ \* \* ``E[A-Z0-9]+``/ { flush_item(); split($0, part, "``"); item = part[2] }
	item != "" && /^ \*$/ { flush_item() }
	item != "" { text = text " " $0 }
	END {
		for (name in own) {
			print_all(name, own[name], 0, name)
			if (name in bases)
				print_all(bases[name], own[bases[name]], but[name], name)
		}
	}
	function print_all(from, list, without, to,    i, n, errnos) {
		n = split(list, errnos, " ")
		for (i = 1; i <= n; i++)
			if (!without || !((from, errnos[i]) in fds))
				print to, errnos[i]
	}' uapi/linux/ipcx.h
}

# Lines "number-of-command errno", sorted
seen()
{
	od -An -v -tu1 -w256 "$IPCX_NOTED" | awk '
	FNR == NR { name[$2] = $1; next }
	{ for (i = 1; i <= NF; i++) if ($i) printf "%02x %s\n", FNR - 1, name[i - 1] }
	' build/selftests/errno.list -
}

tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
commands >"$tmp/commands"
named >"$tmp/named"
seen >"$tmp/seen"
echo "TAP version 13"
echo "1..$(wc -l <"$tmp/commands")"

# In one process, as starting one is slow in an emulated guest
awk '
function expect(errno) {
	if (!(errno in expected))
		count++
	expected[errno]
}
what == "named" { named[$1] = named[$1] " " $2; next }
what == "seen" { seen[$1] = seen[$1] " " $2; next }
{
	split("", expected)
	split("", got)
	count = 0
	missing = unknown = ""
	n = split("EFAULT EINVAL ENOTTY " ($4 ? "E2BIG" : "") named[$3], errnos)
	for (i = 1; i <= n; i++)
		expect(errnos[i])
	n = split(seen[$1], errnos)
	for (i = 1; i <= n; i++) {
		got[errnos[i]]
		if (!(errnos[i] in expected))
			unknown = unknown " " errnos[i]
	}
	for (errno in expected)
		if (!(errno in got))
			missing = missing " " errno
	if (missing unknown == "") {
		print "ok " FNR " " $2 " fails as the header says, in " count " ways"
		next
	}
	failed = 1
	print "# " $2 ":" (missing ? " no test produces" missing ";" : "") \
		(unknown ? " the header does not name" unknown : "")
	print "not ok " FNR " " $2 " fails as the header says"
}
END { exit(failed) }' what=named "$tmp/named" what=seen "$tmp/seen" what=commands "$tmp/commands"
