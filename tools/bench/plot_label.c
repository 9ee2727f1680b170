// SPDX-License-Identifier: GPL-2.0-only
/* Names beside what they name, apart from each other; and the legend where there is no room. */
#include <math.h>
#include <stdlib.h>

#include "plot_sheet.h"

/* From one line of text to the next, in units of the font's size */
#define SPACING		1.25

/* From a mark's centre to its edge */
#define MARK		5

/* A name that is farther than this from its point is led to it by a line. */
#define FAR		(MARK + 16)

/* A sample of a line in a legend, and what parts entries */
#define SAMPLE		28
#define GAP		14

size_t sheet_name_chars(const struct plot_sheet *sheet)
{
	return sheet->narrow ? 18 : 26;
}

static const char *name_of(struct plot_sheet *sheet, size_t s, int *number)
{
	const char *shown;

	*number = sheet_add(sheet, sheet->plot->series[s].name, sheet_name_chars(sheet), &shown);
	return shown;
}

static bool is_drawn(const struct plot_sheet *sheet, size_t s)
{
	const struct plot_series *series = &sheet->plot->series[s];

	return sheet->plot->kind == PLOT_BARS || sheet_last(sheet, series) ||
	       sheet_floor(sheet, series);
}

double sheet_end_room(struct plot_sheet *sheet)
{
	double widest = 0;
	int number;

	for (size_t s = 0; s < sheet->plot->nseries; s++)
		if (is_drawn(sheet, s))
			widest = fmax(widest, plot_text_width(name_of(sheet, s, &number)));
	return widest * sheet->font + 30;
}

/* A name at the end of a line: where that is, and where the name has room. */
struct end {
	size_t s;
	double x, y, room_y;
};

static int by_height(const void *a, const void *b)
{
	const struct end *one = a, *other = b;

	return one->y < other->y ? -1 : one->y > other->y ? 1 : one->s < other->s ? -1 : 1;
}

/*
 * Names that are too near to each other become a block, whose middle is the middle of where they
 * would be; a block that comes too near to the one above it becomes one with that.
 */
static void part(struct end *ends, size_t n, double spacing, double top, double bottom)
{
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		double sum = 0, start;

		first = i;
		for (;;) {
			sum = 0;
			for (size_t k = first; k <= i; k++)
				sum += ends[k].y - (double)(k - first) * spacing;
			start = sum / (double)(i - first + 1);
			start = fmin(start, bottom - (double)(i - first) * spacing);
			start = fmax(start, top);
			if (!first || ends[first - 1].room_y + spacing <= start)
				break;
			for (first--; first && ends[first].room_y - ends[first - 1].room_y <
			     spacing * 1.001; first--)
				;
		}
		for (size_t k = first; k <= i; k++)
			ends[k].room_y = start + (double)(k - first) * spacing;
	}
}

static size_t find_ends(struct plot_sheet *sheet, struct end *ends)
{
	const struct plot *plot = sheet->plot;
	size_t n = 0;

	for (size_t s = 0; s < plot->nseries; s++) {
		const struct plot_point *last = sheet_last(sheet, &plot->series[s]);

		if (!is_drawn(sheet, s))
			continue;
		ends[n].s = s;
		ends[n].x = last ? sheet_x(sheet, last->x) : sheet->area.right;
		ends[n].y = sheet_y(sheet, last ? last->y : plot->series[s].points[0].y);
		n++;
	}
	return n;
}

void sheet_end_names(struct plot_sheet *sheet)
{
	struct end *ends = calloc(sheet->plot->nseries, sizeof(*ends));
	double x = sheet->area.right + 22;
	size_t n;
	int number;

	if (!ends) {
		sheet->failed = true;
		return;
	}
	n = find_ends(sheet, ends);
	qsort(ends, n, sizeof(*ends), by_height);
	part(ends, n, SPACING * sheet->font, sheet->area.top, sheet->area.bottom);
	for (size_t i = 0; i < n; i++) {
		name_of(sheet, ends[i].s, &number);
		sheet_text(sheet, x, ends[i].room_y, ANCHOR_LEFT, sheet_colour(sheet, ends[i].s),
			   number);
		if (fabs(ends[i].room_y - ends[i].y) > 2 || ends[i].x < sheet->area.right - 2)
			sheet_line(sheet, ends[i].x + MARK + 2, ends[i].y, x - 3, ends[i].room_y,
				   COLOUR_DIM, LINE_LEADER);
	}
	free(ends);
}

/* What names must not cover */
struct taken {
	struct plot_box *boxes;
	size_t n;
};

static bool apart(const struct plot_box *a, const struct plot_box *b)
{
	return a->right <= b->left || b->right <= a->left || a->bottom <= b->top ||
	       b->bottom <= a->top;
}

static bool is_free(const struct plot_sheet *sheet, const struct taken *taken,
		    const struct plot_box *box)
{
	if (box->left < sheet->area.left || box->right > sheet->width - 2 ||
	    box->top < sheet->area.top || box->bottom > sheet->area.bottom)
		return false;
	for (size_t i = 0; i < taken->n; i++)
		if (!apart(box, &taken->boxes[i]))
			return false;
	return true;
}

static void take(struct taken *taken, double x, double y, double w, double h)
{
	taken->boxes[taken->n++] = (struct plot_box){ x - w / 2, y - h / 2, x + w / 2, y + h / 2 };
}

static double nearest(double at, double low, double high)
{
	return fmin(fmax(at, low), high);
}

/* Whether a line from a point to @box crosses nothing; it is looked at in steps. */
static bool is_led_to(const struct taken *taken, double x, double y, const struct plot_box *box)
{
	double dx = nearest(x, box->left, box->right) - x;
	double dy = nearest(y, box->top, box->bottom) - y;
	double length = hypot(dx, dy);

	for (double along = 2 * MARK; along < length; along += 3)
		for (size_t i = 0; i < taken->n; i++) {
			const struct plot_box *other = &taken->boxes[i];
			double at_x = x + dx * along / length, at_y = y + dy * along / length;

			if (at_x > other->left && at_x < other->right && at_y > other->top &&
			    at_y < other->bottom)
				return false;
		}
	return true;
}

/* Where a name may be from its point, best first: across and down, in units of its own size. */
static const signed char sides[][2] = {
	{ 1, 0 }, { -1, 0 }, { 0, -1 }, { 0, 1 }, { 1, -1 }, { 1, 1 }, { -1, -1 }, { -1, 1 },
};

/*
 * Sets @box to a free place at @distance from a point; false if there is none. What leads to it may
 * @cross what is taken.
 */
static bool place_near(const struct plot_sheet *sheet, const struct taken *taken, double x,
		       double y, double distance, bool cross, struct plot_box *box)
{
	double w = box->right - box->left, h = box->bottom - box->top;

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		double left = x + sides[i][0] * (w / 2 + distance) - w / 2;
		double top = y + sides[i][1] * (h / 2 + distance) - h / 2;

		if (!sides[i][0])
			left = nearest(left, sheet->area.left, sheet->width - w - 3);
		*box = (struct plot_box){ left, top, left + w, top + h };
		if (is_free(sheet, taken, box) &&
		    (cross || distance <= FAR || is_led_to(taken, x, y, box)))
			return true;
	}
	return false;
}

/* Sets @box for the name of @series, and @from to the point that it is near to. */
static bool place(const struct plot_sheet *sheet, const struct taken *taken,
		  const struct plot_series *series, struct plot_box *box,
		  const struct plot_point **from, double *distance)
{
	for (int cross = 0; cross < 2; cross++)
		for (*distance = MARK + 3; *distance < sheet->width / 2; *distance += 8)
			for (size_t i = series->n; i--;) {
				*from = &series->points[i];
				if (sheet_shows(sheet, *from) &&
				    place_near(sheet, taken, sheet_x(sheet, (*from)->x),
					       sheet_y(sheet, (*from)->y), *distance, cross,
					       box))
					return true;
			}
	return false;
}

/* Above or below a floor's line, as far right as there is room. */
static bool place_on_floor(const struct plot_sheet *sheet, const struct taken *taken,
			   const struct plot_series *series, struct plot_box *box)
{
	double w = box->right, h = box->bottom, y = sheet_y(sheet, series->points[0].y);

	for (double right = sheet->area.right; right - w > sheet->area.left; right -= 8)
		for (int above = 1; above >= 0; above--) {
			double top = above ? y - h - 2 : y + 2;

			*box = (struct plot_box){ right - w, top, right, top + h };
			if (is_free(sheet, taken, box))
				return true;
		}
	return false;
}

static void put_point_name(struct plot_sheet *sheet, struct taken *taken, size_t s)
{
	const struct plot_series *series = &sheet->plot->series[s];
	const struct plot_point *from = NULL;
	struct plot_box box = { 0 };
	double distance = 0;
	int number;

	box.right = plot_text_width(name_of(sheet, s, &number)) * sheet->font;
	box.bottom = SPACING * sheet->font;
	if (series->floor ? !place_on_floor(sheet, taken, series, &box) :
	    !place(sheet, taken, series, &box, &from, &distance))
		return;
	if (from && distance > FAR)
		sheet_line(sheet, sheet_x(sheet, from->x), sheet_y(sheet, from->y),
			   nearest(sheet_x(sheet, from->x), box.left, box.right),
			   nearest(sheet_y(sheet, from->y), box.top, box.bottom), COLOUR_DIM,
			   LINE_LEADER);
	taken->boxes[taken->n++] = box;
	sheet_text(sheet, (box.left + box.right) / 2, (box.top + box.bottom) / 2, ANCHOR_CENTRE,
		   sheet_colour(sheet, s), number);
}

void sheet_point_names(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	struct taken taken = { 0 };
	size_t boxes = 0;

	for (size_t s = 0; s < plot->nseries; s++)
		boxes += plot->series[s].n + 2;
	taken.boxes = calloc(boxes, sizeof(*taken.boxes));
	if (!taken.boxes) {
		sheet->failed = true;
		return;
	}
	for (size_t s = 0; s < plot->nseries; s++) {
		const struct plot_series *series = &plot->series[s];

		for (size_t i = 0; sheet_last(sheet, series) && i < series->n; i++)
			if (sheet_shows(sheet, &series->points[i]))
				take(&taken, sheet_x(sheet, series->points[i].x),
				     sheet_y(sheet, series->points[i].y), 2 * MARK, 2 * MARK);
		if (sheet_floor(sheet, series))
			take(&taken, sheet->width / 2, sheet_y(sheet, series->points[0].y),
			     sheet->width, 2);
	}
	for (size_t s = 0; s < plot->nseries; s++)
		if (is_drawn(sheet, s))
			put_point_name(sheet, &taken, s);
	free(taken.boxes);
}

static void put_sample(struct plot_sheet *sheet, size_t s, double x, double y)
{
	const struct plot_series *series = &sheet->plot->series[s];

	if (sheet->plot->kind == PLOT_LINES)
		sheet_line(sheet, x, y, x + SAMPLE - 6, y, sheet_colour(sheet, s),
			   series->floor ? LINE_FLOOR : (int)s);
	if (!series->floor)
		sheet_mark(sheet, x + (SAMPLE - 6) / 2., y, s);
}

double sheet_legend(struct plot_sheet *sheet, bool write)
{
	double x = sheet->font / 2, y = sheet->font;
	int number;

	for (size_t s = 0; s < sheet->plot->nseries; s++) {
		double width;

		if (!is_drawn(sheet, s))
			continue;
		width = SAMPLE + plot_text_width(name_of(sheet, s, &number)) * sheet->font;
		if (x > sheet->font && x + width > sheet->width) {
			x = sheet->font / 2;
			y += SPACING * 1.15 * sheet->font;
		}
		if (write) {
			put_sample(sheet, s, x, y);
			sheet_text(sheet, x + SAMPLE, y, ANCHOR_LEFT, sheet_colour(sheet, s),
				   number);
		}
		x += width + GAP;
	}
	return y + sheet->font;
}
