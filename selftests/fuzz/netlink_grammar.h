/* SPDX-License-Identifier: GPL-2.0-only */
/* Made by selftests/netlink/grammar.py of Documentation/netlink/specs/ipcx.yaml */

static const struct request requests[] = {
	{ IPCX_CMD_GET, true, {
		IPCX_A_OBJECT_ID,
		IPCX_A_OBJECT_NAME,
	} },
	{ IPCX_CMD_SET, false, {
		IPCX_A_OBJECT_ID,
		IPCX_A_OBJECT_NAME,
		IPCX_A_OBJECT_MAX_MSGS,
		IPCX_A_OBJECT_MAX_MSG_SIZE,
		IPCX_A_OBJECT_MAX_BYTES,
		IPCX_A_OBJECT_SHARE,
		IPCX_A_OBJECT_KNOB_WAIT,
		IPCX_A_OBJECT_KNOB_COPY,
		IPCX_A_OBJECT_KNOB_WAKE,
		IPCX_A_OBJECT_KNOB_DROP,
		IPCX_A_OBJECT_KNOB_DELAY,
	} },
	{ IPCX_CMD_REMOVE, false, {
		IPCX_A_OBJECT_ID,
		IPCX_A_OBJECT_NAME,
	} },
};

static const struct attribute attributes[] = {
	{ IPCX_A_OBJECT_ID, 8, 0, 18446744073709551615ull },
	{ IPCX_A_OBJECT_NAME, 0, 0, 63ull },
	{ IPCX_A_OBJECT_MAX_MSGS, 4, 1, 1048576ull },
	{ IPCX_A_OBJECT_MAX_MSG_SIZE, 4, 1, 1048576ull },
	{ IPCX_A_OBJECT_MAX_BYTES, 8, 1, 67108864ull },
	{ IPCX_A_OBJECT_SHARE, 4, 1, 100ull },
	{ IPCX_A_OBJECT_KNOB_WAIT, 8, 0, 18446744073709551615ull },
	{ IPCX_A_OBJECT_KNOB_COPY, 4, 0, 3ull },
	{ IPCX_A_OBJECT_KNOB_WAKE, 4, 0, 2ull },
	{ IPCX_A_OBJECT_KNOB_DROP, 4, 0, 1000ull },
	{ IPCX_A_OBJECT_KNOB_DELAY, 8, 0, 1000000000ull },
};
