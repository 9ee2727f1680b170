// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is wrong with how a page looks. selftests/bench/look puts this at the page's very beginning;
 * the page that has it in a frame is told, once all is there.
 */
(function () {
	"use strict";

	const found = [];
	const say = text => found.push(String(text).replace(/\s+/g, " ").slice(0, 200));

	for (const level of ["error", "warn", "assert"])
		console[level] = (...what) => say(`console.${level}: ${what.join(" ")}`);
	addEventListener("error", event => say(event.message ? `script: ${event.message}` :
		`not loaded: ${event.target.outerHTML}`), true);
	addEventListener("unhandledrejection", event => say(`script: ${event.reason}`));

	const name = element => {
		const text = element.textContent.trim().slice(0, 40);

		return `<${element.localName}${element.id ? ` id=${element.id}` : ""}> "${text}"`;
	};

	const seen = element => element.getClientRects().length > 0;

	// Something around it scrolls, so that it may be wider than the page.
	const scrolls = element => {
		for (let e = element.parentElement; e && e !== document.body; e = e.parentElement)
			if (/auto|scroll/.test(getComputedStyle(e).overflowX))
				return true;
		return false;
	};

	// Whether it is there, or may be fetched here: elsewhere it is not.
	function fetches() {
		const inside = /^(#|data:|$)/;

		for (const element of document.querySelectorAll("[src], [srcset], object, link, use, image"))
			for (const key of ["src", "srcset", "data", "href", "xlink:href"])
				if (!inside.test(element.getAttribute(key) || ""))
					say(`fetches ${element.getAttribute(key)}`);
		for (const style of document.querySelectorAll("style, [style], [fill], [filter]"))
			for (const [, url] of style.outerHTML.matchAll(/(?:url\(|@import)\s*["']?([^"')]*)/g))
				if (!inside.test(url))
					say(`fetches ${url}`);
	}

	function page() {
		const wide = document.scrollingElement.scrollWidth;

		if (!document.body.innerText.trim())
			say("the page shows nothing");
		if (wide > innerWidth)
			say(`the page is ${wide} wide, in a window of ${innerWidth}`);
		fetches();
		const ids = new Set();
		for (const element of document.querySelectorAll("[id]")) {
			if (ids.has(element.id))
				say(`twice the same id: ${name(element)}`);
			ids.add(element.id);
		}
	}

	function box(element) {
		const style = getComputedStyle(element), rect = element.getBoundingClientRect();

		if ((rect.right > innerWidth + 1 || rect.left < -1) && !scrolls(element))
			say(`sticks out of the page: ${name(element)}`);
		if (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
			say(`is cut off at its side: ${name(element)}`);
		if (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
			say(`is cut off at its end: ${name(element)}`);
	}

	// As WCAG has it, of colours that are rgb(r, g, b)
	function brightness(colour) {
		const [r, g, b] = colour.match(/[\d.]+/g).map(x => x / 255).map(x =>
			x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	}

	function contrast(text) {
		const back = brightness(getComputedStyle(document.body).backgroundColor);
		const ink = brightness(getComputedStyle(text).fill);

		return (Math.max(back, ink) + 0.05) / (Math.min(back, ink) + 0.05);
	}

	// A line of text is higher than what is printed in it.
	function overlap(a, b) {
		const slack = Math.min(a.height, b.height) * 0.2;

		return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
			Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;
	}

	function plot(svg) {
		const all = svg.getBoundingClientRect();
		const texts = [...svg.querySelectorAll("text")].filter(seen);
		const rects = texts.map(text => text.getBoundingClientRect());

		texts.forEach((text, i) => {
			const rect = rects[i];
			const scale = all.width / svg.viewBox.baseVal.width;
			const size = parseFloat(getComputedStyle(text).fontSize) * scale;

			if (rect.left < all.left - 1 || rect.right > all.right + 1 ||
			    rect.top < all.top - 1 || rect.bottom > all.bottom + 1)
				say(`is outside of its plot: ${name(text)}`);
			if (size < 10)
				say(`is too small, of ${size.toFixed(1)} pixels: ${name(text)}`);
			if (contrast(text) < 4.5)
				say(`is too pale, of contrast ${contrast(text).toFixed(1)}: ${name(text)}`);
			for (let k = 0; k < i; k++)
				if (overlap(rect, rects[k]))
					say(`covers ${name(texts[k])}: ${name(text)}`);
		});
	}

	addEventListener("load", () => {
		try {
			for (const details of document.querySelectorAll("details"))
				details.open = true;
			page();
			document.querySelectorAll("body *:not(svg *)").forEach(e => seen(e) && box(e));
			document.querySelectorAll("svg").forEach(e => seen(e) && plot(e));
		} catch (error) {
			say(`looking at it failed: ${error}`);
		}
		parent.postMessage({ found, height: document.documentElement.scrollHeight }, "*");
	});
})();
