# SPDX-License-Identifier: GPL-2.0-only
#
# Rewrite apt sources, in the one-line format or as deb822 stanzas, for other
# suites. See derive_sources in archive.sh.

BEGIN {
	n = split(map, words, " ")
	for (i = 1; i <= n; i++) {
		split(words[i], pair, "=")
		gsub(",", " ", pair[2])
		replacement[codename pair[1]] = pair[2]
	}
}

# The suites that take the place of those named in the list.
function replaced(list,    suite, k, n, out) {
	n = split(list, suite, /[ \t]+/)
	for (k = 1; k <= n; k++)
		if (suite[k] in replacement)
			out = out " " replacement[suite[k]]
	return substr(out, 2)
}

function flush_stanza(    k, n, suite) {
	if (binary && enabled && suites != "") {
		print "Types: deb"
		print "Suites: " suites
		printf "%s\n", rest
	}
	rest = suites = ""
	binary = 0
	enabled = 1
}

/^[ \t]*#/ { next }

format == "list" && $1 == "deb" {
	head = $1
	for (i = 2; i <= NF && (i == 2 ? $i ~ /^\[/ : open); i++) {
		head = head " " $i
		open = $i !~ /\]$/
	}
	uri = $i
	suites = replaced($(i + 1))
	tail = ""
	for (j = i + 2; j <= NF; j++)
		tail = tail " " $j
	n = split(suites, each, " ")
	for (j = 1; j <= n; j++)
		print head, uri, each[j] tail
}

format == "list" { next }

FNR == 1 { flush_stanza() }

/^[ \t]*$/ { flush_stanza(); next }

{
	field = tolower($0)
	value = $0
	sub(/^[^:]*:[ \t]*/, "", value)
}

field ~ /^types:/ { binary = value ~ /(^| )deb( |$)/; next }
field ~ /^suites:/ { suites = replaced(value); next }
field ~ /^enabled:/ { enabled = tolower(value) !~ /^(no|false|0|off|without|disable)/ }
{ rest = rest $0 "\n" }

END { flush_stanza() }
