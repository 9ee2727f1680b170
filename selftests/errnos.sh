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
named >"$tmp/named"
seen >"$tmp/seen"
echo "TAP version 13"
echo "1..$(commands | wc -l)"
number=0 failed=0
while read -r nr command structure in; do
	{
		printf '%s\n' EFAULT EINVAL ENOTTY ${in:+E2BIG}
		awk -v s="$structure" '$1 == s { print $2 }' "$tmp/named"
	} | sort -u >"$tmp/expected"
	awk -v nr="$nr" '$1 == nr { print $2 }' "$tmp/seen" | sort -u >"$tmp/got"
	missing=$(comm -23 "$tmp/expected" "$tmp/got" | xargs)
	unknown=$(comm -13 "$tmp/expected" "$tmp/got" | xargs)
	((++number))
	if [[ $missing$unknown ]]; then
		((++failed))
		echo "# $command:${missing:+ no test produces $missing;}${unknown:+ the header does not name $unknown}"
		echo "not ok $number $command fails as the header says"
	else
		echo "ok $number $command fails as the header says, in $(wc -l <"$tmp/expected") ways"
	fi
done < <(commands)
((failed == 0))
