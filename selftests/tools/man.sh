#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The manual pages against what they are about: the subcommands and options that the command tells
# of, what the header and the module have. Needs no module, and ipcx on PATH.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

top=$(cd ../.. && pwd)
man=$top/Documentation/man

# same WHAT EXPECTED FOUND: the same lines, in whatever order.
same()
{
	local difference

	difference=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3") | grep '^[<>]')
	if [[ $2 && ! $difference ]]; then
		tap_pass "$1"
	else
		tap_fail "$1" "< there is, > the page has:" "${difference:-nothing at all}"
	fi
}

# Lines of standard input that are not among these
beyond()
{
	comm -23 <(sort -u) <(sort -u <<<"$1")
}

# The subcommands and their summaries
commands()
{
	ipcx help | sed -n 's/^  \([a-z][a-z-]*\)  *\([a-z].*\)/\1 \2/p' | grep -v '^ipcx '
}

# What a subcommand, or one of bench's, tells of itself
help_of()
{
	case $1 in
	bench-*)	ipcx bench "${1#bench-}" --help ;;
	*)		ipcx help "$1" ;;
	esac
}

# Options as the help lists them, with their arguments: "-n, --count N"
told_options()
{
	help_of "$1" | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed 's/  .*//'
}

# A page without the escapes that its renderers want
page()
{
	sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" "$man/$1"
}

section()
{
	page "$1" | sed -n "/^\.Sh $2\$/,/^\.Sh /p"
}

# Those of a page in the same way
page_options()
{
	section "ipcx-$1.1" OPTIONS | sed -n 's/^\.It Fl/Fl/p' | sed \
		-e 's/ Ns Op = Ns Ar \(.*\)/[=\1]/' -e 's/Fl Fl /--/g' -e 's/Fl /-/g' \
		-e 's/ Ar / /' -e 's/ , /, /'
}

long_options()
{
	sed 's/Fl Fl /--/g' | grep -oE -e '(^|[^a-z-])--[a-z][a-z-]+' | grep -oE -e '--.*'
}

# What any command takes; and what is told of in usages only
all_options()
{
	local command

	for command in $(commands | cut -d ' ' -f 1) bench-diff bench-hdr; do
		help_of "$command" | long_options
	done
	printf '%s\n' --version --output
}

test_command()
{
	local command=$1 summary=$2 page=ipcx-$1.1 missing

	if [[ ! -e $man/$page ]]; then
		tap_fail "ipcx $command has a page" "there is no $page"
		return
	fi
	same "ipcx $command has a page" "$summary" "$(section "$page" NAME | sed -n 's/^\.Nd //p')"
	# That of help has none.
	[[ $(told_options "$command") ]] || return
	same "... with its options" "$(told_options "$command")" "$(page_options "$command")"
	# Some stand in the text only, as aliases do.
	missing=$(help_of "$command" | long_options | beyond "$(page "$page" | long_options)")
	like "... and what else it says of options" "$missing" ""
}

test_commands()
{
	local command summary

	while read -r command summary; do
		test_command "$command" "$summary"
	done < <(commands)
	for command in diff hdr; do
		summary=$(section "ipcx-bench-$command.1" NAME | sed -n 's/^\.Nd //p')
		test_command "bench-$command" "$summary"
	done
	same "ipcx(1) lists the subcommands" "$(commands)" \
		"$(section ipcx.1 COMMANDS | sed -n '/^\.It Xr/{ s/.*ipcx-\(.*\) 1/\1/; N; s/\n/ /p; }')"
}

# Options that a page mentions, its own or another's, exist; so do pages that it refers to.
test_mentions()
{
	local file known unknown

	known=$(all_options)
	for file in "$man"/*; do
		file=${file##*/}
		unknown=$(page "$file" | long_options | beyond "$known")
		like "the options that $file mentions exist" "$unknown" ""
		unknown=$(page "$file" | sed -nE 's/^\.(It )?Xr (ipcx[^ ]*) ([14]).*/\2.\3/p' |
			beyond "$(ls "$man")")
		like "... and the pages" "$unknown" ""
	done
}

test_device()
{
	same "ipcx(4) has the ioctls" \
		"$(grep -oE '^#define IPCX_IOC_[A-Z_]+' "$top/uapi/linux/ipcx.h" | cut -c 9- |
		   grep -v MAGIC)" \
		"$(page ipcx.4 | sed -n 's/^\.It Dv \(IPCX_IOC_.*\)/\1/p')"
	same "... the sysctls" \
		"$(sed -n 's/^\t{ "\([a-z_]*\)", offsetof.*/net.ipcx.\1/p' "$top/module/sysctl.c")" \
		"$(page ipcx.4 | sed -n 's/^\.It Va \(net\..*\)/\1/p')"
	same "... the parameters" \
		"$(sed -n 's/^module_param(\([a-z_]*\),.*/\1/p' "$top"/module/*.c)" \
		"$(section ipcx.4 "MODULE PARAMETERS" | sed -n 's/^\.It Va //p')"
	same "... what fdinfo tells" \
		"$(grep -oE '"ipcx-[a-z-]+' "$top/module/descriptor.c" | tr -d '"')" \
		"$(page ipcx.4 | grep -oE '\<ipcx-[a-z-]+( |$)' | grep -vE 'ipcx-(ls|limits|monitor)' |
		   tr -d ' ')"
	same "... the errors" \
		"$(grep -oE '^ \* \* ``E[A-Z0-9]+' "$top/uapi/linux/ipcx.h" | grep -oE 'E[A-Z0-9]+')" \
		"$(section ipcx.4 ERRORS | sed -n 's/^\.It Bq Er //p')"
}

test_commands
test_mentions
test_device
tap_end
