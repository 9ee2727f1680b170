// SPDX-License-Identifier: GPL-2.0-only
/* The frame and the style of the report: one page that needs no network, no script and no font. */
#include "html.h"

static const char html_style[] =
":root{color-scheme:light dark;--bg:#fff;--fg:#1c2430;--dim:#5d6878;--line:#d8dee6;--head:#f3f5f8;"
"--good:#0b6e3b;--bad:#a33a12;--bar:#cfe0f5}\n"
"@media(prefers-color-scheme:dark){:root{--bg:#14181e;--fg:#e4e8ee;--dim:#98a3b3;--line:#323a46;"
"--head:#1d232c;--good:#63cf96;--bad:#f09a72;--bar:#27405f}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--bg);color:var(--fg);"
"font:1rem/1.5 system-ui,sans-serif}\n"
"h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}\n"
"p,ul{max-width:44rem}.dim{color:var(--dim)}\n"
".wide{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0}\n"
"table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
"th,td{padding:.3rem .6rem;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}\n"
"thead th{background:var(--head);border-top:0;font-weight:600}\n"
"tbody th{text-align:left;font-weight:600;position:sticky;left:0;background:var(--bg)}\n"
"td.text,th.text{text-align:left;white-space:normal;min-width:14rem}\n"
"td.none{color:var(--dim);text-align:center}\n"
".ratio{display:inline-block;min-width:3.6rem;color:var(--dim)}\n"
".less{color:var(--good)}.more{color:var(--bad)}\n"
"dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0}\n"
"dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}\n"
"code{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}\n"
"td code{white-space:nowrap}details{margin:.5rem 0}summary{cursor:pointer}\n"
"@media(max-width:40rem){body{padding:.6rem}th,td{padding:.25rem .4rem}"
"dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}}\n"
"@media print{:root{--bg:#fff;--fg:#000}.wide{overflow:visible}body{max-width:none}}\n";

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

void html_head(FILE *out, const char *title, const char *style)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	      out);
	html_text(out, title);
	fputs("</title>\n<style>\n", out);
	fputs(html_style, out);
	fputs(style, out);
	fputs("</style>\n</head>\n<body>\n", out);
}

void html_foot(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}
