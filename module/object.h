/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_OBJECT_H
#define _IPCX_OBJECT_H

#include <linux/fs.h>
#include <linux/ipcx.h>
#include <linux/rbtree_types.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/uidgid.h>

struct ipcx_account;
struct ipcx_object;
struct net;

/**
 * struct ipcx_object_ops - what the kinds of object do differently
 * @remove: the name is gone: wake who sleeps with EIDRM. Called once, with a reference held
 * @free: nobody can reach the object any more; frees it after an RCU grace period
 * @stat: fill in the fields of this kind
 * @stats: likewise; all else stays zero
 */
struct ipcx_object_ops {
	void (*remove)(struct ipcx_object *object);
	void (*free)(struct ipcx_object *object);
	void (*stat)(struct ipcx_object *object, struct ipcx_stat *stat);
	void (*stats)(struct ipcx_object *object, struct ipcx_stats *stats);
};

/**
 * struct ipcx_object - what mailboxes and regions have in common
 * @ops: constant
 * @net: the namespace that @name is in; kept alive by every endpoint. Constant
 * @name: zero-padded, all zero if anonymous. Constant
 * @id: unique until the module is unloaded. Constant from when it is in the namespace
 * @kind: enum ipcx_kind. Constant
 * @mode: permission bits. Constant
 * @account: that it is charged to, held. Constant
 * @uid: owner. Constant
 * @gid: owning group. Constant
 * @users: endpoints, one for being persistent, and who handles a request about it. It gets to zero
 *	only under the names' lock, so whoever holds that finds no dying object; without it, only
 *	refcount_inc_not_zero()
 * @persistent: @users counts one that is dropped by unlinking. Names' lock to change
 * @named: it is in the table of names. Names' lock
 * @removed: it was unlinked. Names' lock to change
 * @node: in the table of names
 * @by_id: among all objects of the namespace. Names' lock
 * @rcu: when it has no user: frees it behind lookups that run without the lock
 */
struct ipcx_object {
	const struct ipcx_object_ops *ops;
	struct net *net;
	char name[IPCX_NAME_SIZE];
	u64 id;
	u32 kind;
	umode_t mode;
	struct ipcx_account *account;
	kuid_t uid;
	kgid_t gid;
	refcount_t users;
	bool persistent;
	bool named;
	bool removed;
	struct rhash_head node;
	union {
		struct rb_node by_id;
		struct rcu_head rcu;
	};
};

int ipcx_object_bind(struct net *net, struct ipcx_bind *bind, fmode_t want,
		     struct ipcx_object **object);
int ipcx_object_unlink(struct net *net, struct ipcx_unlink *unlink);
bool ipcx_object_persists(struct ipcx_object *object);
int ipcx_object_remove(struct ipcx_object *object);
void ipcx_object_stat(struct ipcx_object *object, struct ipcx_stat *stat);
void ipcx_object_examine(struct ipcx_object *object, struct ipcx_stat *stat);
void ipcx_object_get(struct ipcx_object *object);
void ipcx_object_put(struct ipcx_object *object);
bool ipcx_object_is_callers(const struct ipcx_object *object);
bool ipcx_object_permits(const struct ipcx_object *object, fmode_t want);

void ipcx_objects_lock(struct net *net);
void ipcx_objects_unlock(struct net *net);
u64 ipcx_objects_last_id(void);
struct ipcx_object *ipcx_objects_next(struct net *net, u64 after);
struct ipcx_object *ipcx_objects_find(struct net *net, u64 id, const char *name);

int ipcx_object_init(void);
void ipcx_object_exit(void);

#endif
