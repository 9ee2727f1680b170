// SPDX-License-Identifier: GPL-2.0-only
/* Histograms as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"

/* Room for "0x", 32 digits, and the end. */
#define NUMBER_TEXT	35

/* A rounding error for each bucket, and more. */
#define ROUNDING	(1 / 1e11)

static json_t *number_json(uint64_t high, uint64_t low)
{
	char text[NUMBER_TEXT];

	if (!high && low <= INT64_MAX)
		return json_integer((json_int_t)low);
	if (high)
		snprintf(text, sizeof(text), "0x%" PRIx64 "%016" PRIx64, high, low);
	else
		snprintf(text, sizeof(text), "0x%" PRIx64, low);
	return json_string(text);
}

static bool number_value(const json_t *json, uint64_t *high, uint64_t *low)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = json_string_value(json), *digit;

	*high = 0;
	*low = (uint64_t)json_integer_value(json);
	if (json_is_integer(json))
		return json_integer_value(json) >= 0;
	if (!text || strncmp(text, "0x", 2) || !text[2])
		return false;
	for (text += 2; *text; text++) {
		digit = strchr(digits, *text);
		if (!digit || *high >> 60)
			return false;
		*high = *high << 4 | *low >> 60;
		*low = *low << 4 | (uint64_t)(digit - digits);
	}
	return true;
}

static bool value_of(const json_t *json, uint64_t *value)
{
	uint64_t high;

	return number_value(json, &high, value) && !high;
}

static json_t *buckets_json(const struct hist *h)
{
	json_t *buckets = json_array();

	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		json_t *pair;

		if (!h->bucket[i])
			continue;
		pair = json_pack("[o, o]", number_json(0, hist_lower(i)),
				 number_json(0, h->bucket[i]));
		if (!json_array_append_new(buckets, pair))
			continue;
		json_decref(buckets);
		return NULL;
	}
	return buckets;
}

json_t *hist_json(const struct hist *h)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "sub_buckets", (int)HIST_SUB_BUCKETS,
			 "count", number_json(0, h->count), "min", number_json(0, hist_min(h)),
			 "max", number_json(0, h->max),
			 "sum", number_json(h->sum_high, h->sum_low), "buckets", buckets_json(h));
}

static const char *buckets_read(struct hist *h, const json_t *buckets)
{
	uint64_t lower, count, left = h->count;
	unsigned int i, next = 0;
	const json_t *pair;
	size_t at;

	if (!json_is_array(buckets))
		return "\"buckets\" is no list";
	json_array_foreach(buckets, at, pair) {
		if (json_array_size(pair) != 2 || !value_of(json_array_get(pair, 0), &lower) ||
		    !value_of(json_array_get(pair, 1), &count))
			return "a bucket is not a lower bound and a count";
		i = hist_bucket(lower);
		if (hist_lower(i) != lower)
			return "there is no bucket with such a lower bound";
		if (i < next)
			return "the buckets are not in order";
		if (!count)
			return "a bucket is empty";
		if (count > left)
			return "the buckets hold more than \"count\"";
		left -= count;
		next = i + 1;
		h->bucket[i] = count;
	}
	return left ? "the buckets hold less than \"count\"" : NULL;
}

/* Whether values in these buckets, from the smallest to the largest, can have this sum. */
static bool sum_fits(const struct hist *h)
{
	double sum = ldexp((double)h->sum_high, 64) + (double)h->sum_low;
	double least = 0, most = 0, lower, upper;

	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		lower = fmax((double)hist_lower(i), (double)hist_min(h));
		upper = fmin((double)hist_upper(i), (double)h->max);
		least += (double)h->bucket[i] * lower;
		most += (double)h->bucket[i] * upper;
	}
	return sum >= least * (1 - ROUNDING) && sum <= most * (1 + ROUNDING);
}

static const char *ends_fault(const struct hist *h)
{
	uint64_t min = hist_min(h);

	if (!h->count)
		return h->max || ~h->min_inverse ? "an empty one has no \"min\" and \"max\" but 0" :
		       NULL;
	if (min > h->max || (h->count == 1 && min != h->max))
		return "\"min\" and \"max\" do not fit each other";
	if (!h->bucket[hist_bucket(min)] || !h->bucket[hist_bucket(h->max)])
		return "\"min\" or \"max\" is in a bucket that is empty";
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		if (h->bucket[i] && (i < hist_bucket(min) || i > hist_bucket(h->max)))
			return "a bucket is below \"min\" or above \"max\"";
	return NULL;
}

static const char *hist_read(struct hist *h, const json_t *json)
{
	const json_t *sub = json_object_get(json, "sub_buckets");
	const char *fault;
	uint64_t min;

	if (!json_is_object(json))
		return "it is no object";
	if (!json_is_integer(sub) || json_integer_value(sub) != HIST_SUB_BUCKETS)
		return "\"sub_buckets\" is not 128";
	if (!value_of(json_object_get(json, "count"), &h->count))
		return "bad or missing \"count\"";
	if (!value_of(json_object_get(json, "min"), &min))
		return "bad or missing \"min\"";
	h->min_inverse = ~min;
	if (!value_of(json_object_get(json, "max"), &h->max))
		return "bad or missing \"max\"";
	if (!number_value(json_object_get(json, "sum"), &h->sum_high, &h->sum_low))
		return "bad or missing \"sum\"";
	fault = buckets_read(h, json_object_get(json, "buckets"));
	if (!fault)
		fault = ends_fault(h);
	if (!fault && !sum_fits(h))
		fault = "no such values have this \"sum\"";
	return fault;
}

const char *hist_from_json(struct hist *h, const json_t *json)
{
	struct hist *read = calloc(1, sizeof(*read));
	const char *fault;

	if (!read)
		return "there is no memory for it";
	fault = hist_read(read, json);
	if (!fault) {
		if (!read->count)
			read->min_inverse = 0;
		*h = *read;
	}
	free(read);
	return fault;
}
