/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What receivers are told of a message and of its sender.
 */
#ifndef _IPCX_SENDER_H
#define _IPCX_SENDER_H

#include <linux/cred.h>
#include <linux/ipcx.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "message.h"

static __always_inline pid_t ipcx_pid_of(const struct ipcx_envelope *env)
{
	if (likely(ns_of_pid(task_pid(current)) == &init_pid_ns))
		return pid_nr(env->pid);
	return pid_vnr(env->pid);
}

/* Who sent it, as the caller's namespaces number processes and users */
static __always_inline struct ipcx_sender ipcx_sender_of(const struct ipcx_envelope *env)
{
	struct user_namespace *ns = current_user_ns();
	struct ipcx_sender sender = { .time = env->time, .pid = ipcx_pid_of(env) };

	if (likely(ns == &init_user_ns)) {
		sender.uid = __kuid_val(env->uid);
		sender.gid = __kgid_val(env->gid);
	} else {
		sender.uid = from_kuid_munged(ns, env->uid);
		sender.gid = from_kgid_munged(ns, env->gid);
	}
	return sender;
}

/* Tells the caller all of a message but its payload, where his memory may be written */
static __always_inline bool ipcx_put_envelope(const struct ipcx_envelope *env,
					      const struct ipcx_sender *sender, u32 nfds, u32 flags,
					      struct ipcx_msg __user *msg,
					      struct ipcx_sender __user *from)
{
	unsafe_put_user(env->len, &msg->len, failed);
	unsafe_put_user(env->prio, &msg->prio, failed);
	unsafe_put_user(env->type, &msg->type, failed);
	unsafe_put_user(nfds, &msg->nfds, failed);
	unsafe_put_user(flags, &msg->flags, failed);
	unsafe_put_user(sender->time, &from->time, failed);
	unsafe_put_user(sender->pid, &from->pid, failed);
	unsafe_put_user(sender->uid, &from->uid, failed);
	unsafe_put_user(sender->gid, &from->gid, failed);
	unsafe_put_user(sender->pad, &from->pad, failed);
	return true;

failed:
	return false;
}

#endif
