// SPDX-License-Identifier: GPL-2.0-only
/* The frame and the style of the report: one page that needs no network, no script and no font. */
#include "html.h"
#include "plot.h"

static const char html_style[] =
":root{color-scheme:light dark;--bg:#fff;--fg:#1c2430;--dim:#5d6878;--line:#d8dee6;--head:#f3f5f8;"
"--good:#0b6e3b;--bad:#a33a12;--link:#0b5cad;--warn:#fff6e0;--warn-line:#e0b040}\n"
"@media screen and (prefers-color-scheme:dark){:root{--bg:#14181e;--fg:#e4e8ee;--dim:#98a3b3;"
"--line:#323a46;--head:#1d232c;--good:#63cf96;--bad:#f09a72;--link:#7db8f0;--warn:#2b2414;"
"--warn-line:#8a6d25}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0 auto;padding:1rem 1.25rem 4rem;max-width:70rem;background:var(--bg);"
"color:var(--fg);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:break-word}\n"
"h1{font-size:1.9rem;line-height:1.2;margin:1rem 0 .5rem}\n"
"h2{font-size:1.4rem;line-height:1.25;margin:3rem 0 .5rem}\n"
"h3{font-size:1.1rem;line-height:1.3;margin:2rem 0 .3rem}h4{font-size:1rem;margin:1.5rem 0 .3rem}\n"
"h2.part{border-top:3px solid var(--line);padding-top:1.5rem}\n"
"p,section>ul{max-width:46rem}p{margin:.5rem 0}.dim{color:var(--dim)}a{color:var(--link)}\n"
"p.dim{font-size:.9rem}nav a{display:inline-block;margin:.15rem 1rem .15rem 0}\n"
".warn{background:var(--warn);border:1px solid var(--warn-line);border-radius:.5rem;"
"padding:.2rem 1.2rem;margin:1.5rem 0}\n"
".warn h2{font-size:1.1rem;margin:.8rem 0 .2rem}.warn ul{padding-left:1.1rem}"
".warn .bad::marker{color:var(--bad)}.warn .bad{font-weight:600}.warn li{margin:.3rem 0}\n"
".wide{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;margin:.7rem 0}\n"
"table{border-collapse:collapse;width:100%;font-size:.94rem;font-variant-numeric:tabular-nums}\n"
"th,td{padding:.3rem .6rem;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}\n"
"thead th{background:var(--head);border-top:0;font-weight:600}\n"
"tbody th{text-align:left;font-weight:600;position:sticky;left:0;background:var(--bg)}\n"
"td.text,th.text{text-align:left;white-space:normal}.wide td.text{min-width:12rem}\n"
"td.none{color:var(--dim);text-align:center}\n"
".ratio{display:inline-block;min-width:3.6rem;color:var(--dim)}\n"
".less{color:var(--good)}.more{color:var(--bad)}\n"
".choice{border-top:1px solid var(--line);border-bottom:1px solid var(--line);margin:1rem 0}\n"
".choice th,.choice td{white-space:normal;vertical-align:top;padding:.6rem .7rem}\n"
".choice tbody th{width:32%;position:static}.choice th .dim{font-weight:400;font-size:.94em}\n"
".choice ul{list-style:none;margin:0;padding:0}.choice li+li{margin-top:.5rem}\n"
".choice strong{font-size:1.05em}.where{color:var(--dim)}\n"
"figure{margin:.5rem 0;max-width:58rem;break-inside:avoid}\n"
"figcaption{font-weight:600;font-size:.95rem;margin-top:.5rem}\n"
".panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));"
"gap:.5rem 2rem}.panels figure{min-width:0}\n"
"@media screen and (min-width:40.01rem){.panels svg.plot-wide{display:none}"
".panels svg.plot-narrow{display:block;max-width:none}}\n"
"dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;margin:1rem 0}\n"
"dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}\n"
"code{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}\n"
"td code{white-space:nowrap}details{margin:.6rem 0}\n"
"summary{cursor:pointer;color:var(--link);font-size:.94rem}\n"
"abbr{color:var(--bad);font-weight:700;text-decoration:none}\n"
"@media screen and (max-width:40rem){body{padding:.5rem .8rem 3rem}h1{font-size:1.5rem}"
"h2{font-size:1.25rem;margin-top:2.2rem}th,td{padding:.25rem .4rem}"
"dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.4rem}"
".choice thead{display:none}.choice tbody th{width:auto;padding-bottom:0}"
".choice tr,.choice tbody,.choice tbody th,.choice td{display:block}"
".choice td{border-top:0}}\n"
".printed{display:none}\n"
"@media print{:root{color-scheme:light;--bg:#fff;--fg:#000}"
"body{max-width:none;padding:0;font-size:10pt}.printed{display:block}"
".wide{overflow:visible;border:0}.wide td.text{min-width:0}"
"nav,details:not([open]){display:none}"
"h2,h3,h4,h2+p,figcaption{break-after:avoid}h2+p,tr{break-inside:avoid}"
"tbody th{position:static}"
"table{font-size:8pt}th,td{white-space:normal;padding:.15rem .3rem}"
"details table{font-size:6pt}td code{white-space:normal}.choice{font-size:9pt}}\n";

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

void html_head(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	      out);
	html_text(out, title);
	fputs("</title>\n<style>\n", out);
	fputs(html_style, out);
	fputs(plot_style, out);
	fputs("</style>\n</head>\n<body>\n", out);
}

void html_foot(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}
