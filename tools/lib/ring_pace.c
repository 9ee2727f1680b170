// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * SPSC rings: how a receiver keeps out of its sender's way.
 *
 * One that is faster than its sender would read messages as soon as they are there, and take from
 * the sender the very lines that it is about to write. So if they keep coming several at a time,
 * and soon, it falls behind on purpose, to take more of them together. For how long pays depends on
 * how far the two CPUs are from each other, and on how long the sender takes for a message; so it
 * is doubled or halved, and what has come meanwhile tells whether that was good.
 */
#include "ring_internal.h"

#define PACE_ALONE	8	/* times that one has come alone until it is fetched ahead */
#define PACE_SOON	100	/* looks within which messages come soon */
#define PACE_STREAK	8	/* times that several have come soon until it falls behind, */
#define PACE_LEAST	48	/* for so many looks */
#define PACE_LEVELS	5	/* or so often twice as many */
#define PACE_LAPS	8	/* times that it does, until that is judged */
#define PACE_REST	16	/* judgements until another is tried */
#define PACE_WET	1	/* no position: it is not known to be where there was none */

void ipcx__pace_begin(struct ipcx_ring *ring)
{
	ring->dry = PACE_WET;
	ring->level = 1;
	ring->step = 1;
}

bool ipcx__pace_alone(const struct ipcx_ring *ring)
{
	/* Now and then it is left for a while, to see. */
	return ring->alone % 256 >= PACE_ALONE;
}

void ipcx__pace_learn(struct ipcx_ring *ring, bool several)
{
	if (!several) {
		ring->alone++;
		ring->streak /= 2;
	} else {
		ring->alone = 0;
		ring->streak = ring->polls > PACE_SOON ? 0 : ring->streak + !ring->lags;
	}
	ring->polls = 0;
	ring->dry = PACE_WET;
}

void ipcx__pace_dry(struct ipcx_ring *ring)
{
	ring->dry = ring->next;
	ring->polls++;
}

/*
 * Longer is better if more comes by a sixteenth, shorter if not less by a thirty-second; and then
 * the next is tried at once. If it is not, the other way is tried after a rest.
 */
static void pace_judge(struct ipcx_ring *ring, uint64_t now)
{
	uint64_t rate = ((ring->next - ring->from) << 10) / (now - ring->began + 1);
	uint64_t least = ring->step > 0 ? ring->rate + ring->rate / 16 :
					  ring->rate - ring->rate / 32;
	int level = ring->level;

	if (ring->rest) {
		ring->rest--;
		return;
	}
	if (ring->trying && rate < least) {
		ring->level = (int8_t)(level - ring->step);
		level = -1;
	} else {
		ring->rate = rate;
		level += ring->step;
	}
	ring->trying = level >= 0 && level < PACE_LEVELS;
	if (ring->trying) {
		ring->level = (int8_t)level;
	} else {
		ring->step = (int8_t)-ring->step;
		ring->rest = PACE_REST;
	}
}

static void pace_lap(struct ipcx_ring *ring, bool lagged)
{
	uint64_t now;

	if (lagged && ++ring->laps < PACE_LAPS)
		return;
	now = ipcx__now();
	if (lagged)
		pace_judge(ring, now);
	ring->laps = 0;
	ring->began = now;
	ring->from = ring->next;
}

/* Who tries in a loop falls behind the first time that there is none; the next look sees all. */
void ipcx__pace_before(struct ipcx_ring *ring)
{
	bool lagged = ring->lags;

	if (ring->dry != PACE_WET && ring->dry != ring->next)
		ipcx__pace_learn(ring, ring->next - ring->dry > ring->size);
	if (ring->dry != PACE_WET)
		return;
	ring->lags = 0;
	if (ring->streak < PACE_STREAK || ring->wait == IPCX_RING_SLEEP)
		return;
	pace_lap(ring, lagged);
	ring->lags = PACE_LEAST << ring->level;
	for (uint32_t i = 0; i < ring->lags; i++)
		ipcx__relax();
}
