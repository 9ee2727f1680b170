// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of every structure, which no compiler, no language and no later version may change.
 * Compiled for each of them, never run.
 */
#include <linux/ipcx.h>

#ifdef __cplusplus
#define CHECK(condition) static_assert(condition, #condition)
#else
#define CHECK(condition) _Static_assert(condition, #condition)
#endif
#define SIZE(type, bytes) CHECK(sizeof(struct type) == (bytes))
#define OFFSET(type, field, bytes) CHECK(__builtin_offsetof(struct type, field) == (bytes))

SIZE(ipcx_info, 80);
OFFSET(ipcx_info, abi, 0);
OFFSET(ipcx_info, pad, 4);
OFFSET(ipcx_info, version, 8);
OFFSET(ipcx_info, default_msgs, 40);
OFFSET(ipcx_info, max_msgs, 44);
OFFSET(ipcx_info, default_msg_size, 48);
OFFSET(ipcx_info, max_msg_size, 52);
OFFSET(ipcx_info, default_bytes, 56);
OFFSET(ipcx_info, max_bytes, 64);
OFFSET(ipcx_info, max_region_size, 72);

SIZE(ipcx_bind, 104);
OFFSET(ipcx_bind, name, 0);
OFFSET(ipcx_bind, kind, 64);
OFFSET(ipcx_bind, flags, 68);
OFFSET(ipcx_bind, mode, 72);
OFFSET(ipcx_bind, max_msgs, 76);
OFFSET(ipcx_bind, max_msg_size, 80);
OFFSET(ipcx_bind, share, 84);
OFFSET(ipcx_bind, max_bytes, 88);
OFFSET(ipcx_bind, size, 96);

SIZE(ipcx_reopen, 8);
OFFSET(ipcx_reopen, flags, 0);
OFFSET(ipcx_reopen, pad, 4);

SIZE(ipcx_region_notify, 8);
OFFSET(ipcx_region_notify, count, 0);

SIZE(ipcx_region_wait, 24);
OFFSET(ipcx_region_wait, seen, 0);
OFFSET(ipcx_region_wait, deadline, 8);
OFFSET(ipcx_region_wait, flags, 16);
OFFSET(ipcx_region_wait, pad, 20);

SIZE(ipcx_unlink, 72);
OFFSET(ipcx_unlink, name, 0);
OFFSET(ipcx_unlink, flags, 64);
OFFSET(ipcx_unlink, pad, 68);

SIZE(ipcx_stat, 144);
OFFSET(ipcx_stat, name, 0);
OFFSET(ipcx_stat, id, 64);
OFFSET(ipcx_stat, kind, 72);
OFFSET(ipcx_stat, flags, 76);
OFFSET(ipcx_stat, mode, 80);
OFFSET(ipcx_stat, uid, 84);
OFFSET(ipcx_stat, gid, 88);
OFFSET(ipcx_stat, endpoints, 92);
OFFSET(ipcx_stat, max_msgs, 96);
OFFSET(ipcx_stat, max_msg_size, 100);
OFFSET(ipcx_stat, max_bytes, 104);
OFFSET(ipcx_stat, bytes, 112);
OFFSET(ipcx_stat, msgs, 120);
OFFSET(ipcx_stat, receivers, 124);
OFFSET(ipcx_stat, senders, 128);
OFFSET(ipcx_stat, share, 132);
OFFSET(ipcx_stat, size, 136);

SIZE(ipcx_limit, 24);
OFFSET(ipcx_limit, max_msgs, 0);
OFFSET(ipcx_limit, max_msg_size, 4);
OFFSET(ipcx_limit, max_bytes, 8);
OFFSET(ipcx_limit, share, 16);
OFFSET(ipcx_limit, pad, 20);

SIZE(ipcx_quota, 48);
OFFSET(ipcx_quota, objects, 0);
OFFSET(ipcx_quota, max_objects, 8);
OFFSET(ipcx_quota, bytes, 16);
OFFSET(ipcx_quota, max_bytes, 24);
OFFSET(ipcx_quota, region_bytes, 32);
OFFSET(ipcx_quota, max_region_bytes, 40);

SIZE(ipcx_usage, 96);
OFFSET(ipcx_usage, user, 0);
OFFSET(ipcx_usage, net, 48);

SIZE(ipcx_stats, 592);
OFFSET(ipcx_stats, sent, 0);
OFFSET(ipcx_stats, sent_bytes, 8);
OFFSET(ipcx_stats, received, 16);
OFFSET(ipcx_stats, received_bytes, 24);
OFFSET(ipcx_stats, msgs, 32);
OFFSET(ipcx_stats, bytes, 40);
OFFSET(ipcx_stats, dropped, 48);
OFFSET(ipcx_stats, dropped_bytes, 56);
OFFSET(ipcx_stats, handed, 64);
OFFSET(ipcx_stats, queued, 72);
OFFSET(ipcx_stats, lent, 80);
OFFSET(ipcx_stats, returned, 88);
OFFSET(ipcx_stats, calls, 96);
OFFSET(ipcx_stats, replies, 104);
OFFSET(ipcx_stats, reply_bytes, 112);
OFFSET(ipcx_stats, spun, 120);
OFFSET(ipcx_stats, yielded, 128);
OFFSET(ipcx_stats, slept, 136);
OFFSET(ipcx_stats, full, 144);
OFFSET(ipcx_stats, refused, 152);
OFFSET(ipcx_stats, faults, 160);
OFFSET(ipcx_stats, peak_msgs, 168);
OFFSET(ipcx_stats, peak_bytes, 176);
OFFSET(ipcx_stats, delays, 184);
OFFSET(ipcx_stats, maps, 504);
OFFSET(ipcx_stats, map_bytes, 512);
OFFSET(ipcx_stats, opens, 520);
OFFSET(ipcx_stats, used, 528);
OFFSET(ipcx_stats, notices, 536);
OFFSET(ipcx_stats, heard, 544);
OFFSET(ipcx_stats, coalesced, 552);
OFFSET(ipcx_stats, unheard, 560);
OFFSET(ipcx_stats, waits, 568);
OFFSET(ipcx_stats, waits_slept, 576);
OFFSET(ipcx_stats, waits_vain, 584);

SIZE(ipcx_knob, 32);
OFFSET(ipcx_knob, set, 0);
OFFSET(ipcx_knob, copy, 4);
OFFSET(ipcx_knob, drop, 8);
OFFSET(ipcx_knob, wake, 12);
OFFSET(ipcx_knob, wait, 16);
OFFSET(ipcx_knob, delay, 24);

SIZE(ipcx_msg, 40);
OFFSET(ipcx_msg, data, 0);
OFFSET(ipcx_msg, len, 8);
OFFSET(ipcx_msg, prio, 12);
OFFSET(ipcx_msg, type, 16);
OFFSET(ipcx_msg, fds, 24);
OFFSET(ipcx_msg, nfds, 32);
OFFSET(ipcx_msg, flags, 36);

SIZE(ipcx_sender, 24);
OFFSET(ipcx_sender, time, 0);
OFFSET(ipcx_sender, pid, 8);
OFFSET(ipcx_sender, uid, 12);
OFFSET(ipcx_sender, gid, 16);
OFFSET(ipcx_sender, pad, 20);

SIZE(ipcx_send, 56);
OFFSET(ipcx_send, msg, 0);
OFFSET(ipcx_send, deadline, 40);
OFFSET(ipcx_send, flags, 48);
OFFSET(ipcx_send, pad, 52);

SIZE(ipcx_recv, 104);
OFFSET(ipcx_recv, msg, 0);
OFFSET(ipcx_recv, deadline, 40);
OFFSET(ipcx_recv, flags, 48);
OFFSET(ipcx_recv, select, 52);
OFFSET(ipcx_recv, select_type, 56);
OFFSET(ipcx_recv, token, 64);
OFFSET(ipcx_recv, reply_room, 72);
OFFSET(ipcx_recv, reply_nfds, 76);
OFFSET(ipcx_recv, from, 80);

SIZE(ipcx_send_batch, 24);
OFFSET(ipcx_send_batch, msgs, 0);
OFFSET(ipcx_send_batch, count, 8);
OFFSET(ipcx_send_batch, flags, 12);
OFFSET(ipcx_send_batch, deadline, 16);

SIZE(ipcx_received, 80);
OFFSET(ipcx_received, msg, 0);
OFFSET(ipcx_received, token, 40);
OFFSET(ipcx_received, reply_room, 48);
OFFSET(ipcx_received, pad, 52);
OFFSET(ipcx_received, from, 56);

SIZE(ipcx_recv_batch, 40);
OFFSET(ipcx_recv_batch, msgs, 0);
OFFSET(ipcx_recv_batch, count, 8);
OFFSET(ipcx_recv_batch, min, 12);
OFFSET(ipcx_recv_batch, deadline, 16);
OFFSET(ipcx_recv_batch, flags, 24);
OFFSET(ipcx_recv_batch, select, 28);
OFFSET(ipcx_recv_batch, select_type, 32);

SIZE(ipcx_peek, 96);
OFFSET(ipcx_peek, msg, 0);
OFFSET(ipcx_peek, deadline, 40);
OFFSET(ipcx_peek, flags, 48);
OFFSET(ipcx_peek, after_prio, 52);
OFFSET(ipcx_peek, after, 56);
OFFSET(ipcx_peek, seq, 64);
OFFSET(ipcx_peek, from, 72);

SIZE(ipcx_call, 120);
OFFSET(ipcx_call, request, 0);
OFFSET(ipcx_call, reply, 40);
OFFSET(ipcx_call, deadline, 80);
OFFSET(ipcx_call, flags, 88);
OFFSET(ipcx_call, pad, 92);
OFFSET(ipcx_call, from, 96);

SIZE(ipcx_reply, 160);
OFFSET(ipcx_reply, token, 0);
OFFSET(ipcx_reply, msg, 8);
OFFSET(ipcx_reply, flags, 48);
OFFSET(ipcx_reply, pad, 52);
OFFSET(ipcx_reply, next, 56);

SIZE(ipcx_notify, 24);
OFFSET(ipcx_notify, kind, 0);
OFFSET(ipcx_notify, signal, 4);
OFFSET(ipcx_notify, value, 8);
OFFSET(ipcx_notify, fd, 16);
OFFSET(ipcx_notify, pad, 20);

CHECK(IPCX_IOC_INFO == 0x8050c800);
CHECK(IPCX_IOC_BIND == 0x4068c801);
CHECK(IPCX_IOC_UNLINK == 0x4048c802);
CHECK(IPCX_IOC_STAT == 0x8090c803);
CHECK(IPCX_IOC_LIMIT == 0x4018c804);
CHECK(IPCX_IOC_USAGE == 0x8060c805);
CHECK(IPCX_IOC_STATS == 0x8250c806);
CHECK(IPCX_IOC_KNOB == 0xc020c807);
CHECK(IPCX_IOC_SEND == 0x4038c810);
CHECK(IPCX_IOC_RECV == 0xc068c811);
CHECK(IPCX_IOC_CALL == 0xc078c812);
CHECK(IPCX_IOC_REPLY == 0xc0a0c813);
CHECK(IPCX_IOC_SEND_BATCH == 0x4018c814);
CHECK(IPCX_IOC_RECV_BATCH == 0x4028c815);
CHECK(IPCX_IOC_PEEK == 0xc060c816);
CHECK(IPCX_IOC_NOTIFY == 0x4018c820);
