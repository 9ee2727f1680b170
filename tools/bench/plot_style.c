// SPDX-License-Identifier: GPL-2.0-only
/*
 * How plots look in a page. Each colour is told from its neighbours by those who are colour-blind,
 * and is dark enough on white, and light enough on black, for text in it to be read; series have
 * dashes and marks of their own, too, for print without colours.
 */
#include "plot.h"

#define LIGHT "--plot-dim:#5d6878;--plot-grid:#dfe4ea;--s1:#0072b2;--s2:#c04f00;--s3:#007a59;" \
	"--s4:#a93f79;--s5:#8f6600;--s6:#22308f;--s7:#7a4fbf;--s8:#5a6470"

const char plot_style[] =
":root{" LIGHT "}\n"
"@media screen and (prefers-color-scheme:dark){:root{--plot-dim:#98a3b3;--plot-grid:#2c343f;"
"--s1:#56b4e9;--s2:#ff9457;--s3:#35c594;--s4:#ea92c3;--s5:#e6b432;--s6:#b9c4ff;--s7:#b890f5;"
"--s8:#a9b4c2}}\n"
"svg.plot{display:block;width:100%;height:auto;margin:.5rem 0;font-family:system-ui,sans-serif;"
"stroke-linejoin:round}\n"
"svg.plot-narrow{display:none;max-width:30rem}\n"
"@media screen and (max-width:40rem){svg.plot-wide{display:none}svg.plot-narrow{display:block}}\n"
"@media print{svg.plot{break-inside:avoid}}\n";
