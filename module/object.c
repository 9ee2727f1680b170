// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects: names in network namespaces, rights, lifetime, unlinking. What a mailbox or a region
 * does beyond that is behind struct ipcx_object_ops.
 */
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/rhashtable.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "account.h"
#include "compat.h"
#include "event.h"
#include "mailbox.h"
#include "object.h"
#include "region.h"

/**
 * struct ipcx_names - the objects of one network namespace
 * @table: those that have a name, by name; read under RCU
 * @lock: serialises every change of @table, and every last reference
 * @ids: all objects that somebody can have, by id; @lock
 */
struct ipcx_names {
	struct rhashtable table;
	struct mutex lock; /* mailboxes' locks and that of events are taken under it */
	struct rb_root ids;
};

static const struct rhashtable_params ipcx_names_params = {
	.key_len = IPCX_NAME_SIZE,
	.key_offset = offsetof(struct ipcx_object, name),
	.head_offset = offsetof(struct ipcx_object, node),
	.automatic_shrinking = true,
};

static unsigned int ipcx_names_id;
static atomic64_t ipcx_object_ids;

static struct ipcx_names *ipcx_names(const struct net *net)
{
	return net_generic(net, ipcx_names_id);
}

/* Pads the name with zeros, so that it can be hashed and compared as a block. */
static int ipcx_name_check(char name[static IPCX_NAME_SIZE])
{
	size_t len = strnlen(name, IPCX_NAME_SIZE);
	size_t i;

	if (len == IPCX_NAME_SIZE)
		return -ENAMETOOLONG;
	for (i = 0; i < len; i++)
		if (name[i] == '/' || iscntrl(name[i]))
			return -EINVAL;
	memset(name + len, 0, IPCX_NAME_SIZE - len);
	return 0;
}

static struct ipcx_object *ipcx_object_of_id(const struct rb_node *node)
{
	return rb_entry(node, struct ipcx_object, by_id);
}

static bool ipcx_object_id_less(struct rb_node *a, const struct rb_node *b)
{
	return ipcx_object_of_id(a)->id < ipcx_object_of_id(b)->id;
}

/* From now on somebody can have the object, with or without a name. */
static void ipcx_object_enter(struct ipcx_names *names, struct ipcx_object *object)
{
	lockdep_assert_held(&names->lock);
	object->id = atomic64_inc_return(&ipcx_object_ids);
	rb_add(&object->by_id, &names->ids, ipcx_object_id_less);
}

/**
 * ipcx_object_permits() - do owner and mode let the caller have it?
 * @object: object
 * @want: FMODE_READ, FMODE_WRITE or both
 *
 * Return: true if so.
 */
bool ipcx_object_permits(const struct ipcx_object *object, fmode_t want)
{
	umode_t mode = object->mode;
	umode_t need = 0;

	if (uid_eq(current_euid(), object->uid))
		mode >>= 6;
	else if (in_egroup_p(object->gid))
		mode >>= 3;
	if (want & FMODE_READ)
		need |= 04;
	if (want & FMODE_WRITE)
		need |= 02;
	return (mode & need) == need || ns_capable(object->net->user_ns, CAP_IPC_OWNER);
}

static struct ipcx_object *ipcx_object_lookup(struct ipcx_names *names, const char *name)
{
	struct ipcx_object *object;

	rcu_read_lock();
	object = rhashtable_lookup(&names->table, name, ipcx_names_params);
	if (object && !refcount_inc_not_zero(&object->users))
		object = NULL;
	rcu_read_unlock();
	return object;
}

static struct ipcx_object *ipcx_object_create_charged(struct net *net, const struct ipcx_bind *bind,
						      struct ipcx_account *account)
{
	struct ipcx_object *object;
	int err;

	err = ipcx_account_add_object(account, bind->size);
	if (err) {
		ipcx_event_object_refused(net, account, err);
		return ERR_PTR(err);
	}
	if (bind->kind == IPCX_KIND_MAILBOX)
		object = ipcx_mailbox_create(bind);
	else
		object = ipcx_region_create(bind);
	if (IS_ERR(object)) {
		ipcx_account_remove_object(account, bind->size);
		return object;
	}

	object->account = account;
	object->net = net;
	memcpy(object->name, bind->name, IPCX_NAME_SIZE);
	object->kind = bind->kind;
	object->mode = (bind->mode ?: IPCX_MODE_DEFAULT) & ~current_umask();
	current_euid_egid(&object->uid, &object->gid);
	refcount_set(&object->users, 1);
	return object;
}

static struct ipcx_object *ipcx_object_create(struct net *net, const struct ipcx_bind *bind)
{
	struct ipcx_account *account = ipcx_account_get(net, current_euid(), GFP_KERNEL_ACCOUNT);
	struct ipcx_object *object;

	if (!account)
		return ERR_PTR(-ENOMEM);
	object = ipcx_object_create_charged(net, bind, account);
	ipcx_account_put(account);
	return object;
}

/* Nobody can reach the object any more, but for lookups under RCU that find no reference left. */
static void ipcx_object_free(struct ipcx_object *object)
{
	u64 size = object->kind == IPCX_KIND_REGION ? ipcx_region_size(object) : 0;
	struct ipcx_account *account = object->account;

	object->ops->free(object);
	ipcx_account_remove_object(account, size);
}

/*
 * Puts @made into the table, or finds that somebody else was quicker: then the object that has the
 * name is returned, with a reference, and @made remains the caller's.
 */
static struct ipcx_object *ipcx_object_publish(struct ipcx_names *names, struct ipcx_object *made,
					       bool persistent)
{
	struct ipcx_object *object;

	mutex_lock(&names->lock);
	object = ipcx_object_lookup(names, made->name);
	if (!object) {
		if (rhashtable_insert_fast(&names->table, &made->node, ipcx_names_params)) {
			object = ERR_PTR(-ENOMEM);
		} else {
			object = made;
			ipcx_object_enter(names, object);
			object->named = true;
			if (persistent) {
				__module_get(THIS_MODULE);
				object->persistent = true;
				refcount_inc(&object->users);
			}
			ipcx_event_created(object);
		}
	}
	mutex_unlock(&names->lock);
	return object;
}

static struct ipcx_object *ipcx_object_hand_out(struct ipcx_names *names, struct ipcx_object *made)
{
	mutex_lock(&names->lock);
	ipcx_object_enter(names, made);
	mutex_unlock(&names->lock);
	return made;
}

/* May an endpoint opened for @want be bound to the object that was found under the name? */
static int ipcx_object_admit(const struct ipcx_object *object, const struct ipcx_bind *bind,
			     fmode_t want)
{
	if (bind->flags & IPCX_BIND_EXCL)
		return -EEXIST;
	if (object->kind != bind->kind)
		return -EPROTOTYPE;
	if (!ipcx_object_permits(object, want))
		return -EACCES;
	return 0;
}

static int ipcx_bind_check(struct ipcx_bind *bind)
{
	const u32 flags = IPCX_BIND_CREATE | IPCX_BIND_EXCL | IPCX_BIND_PERSIST |
			  IPCX_BIND_HANGUP | IPCX_BIND_MANY_PRIOS | IPCX_BIND_HUGE;
	int err;

	err = ipcx_name_check(bind->name);
	if (err)
		return err;
	if (bind->flags & ~flags || bind->mode & ~0666)
		return -EINVAL;
	if (bind->flags && !(bind->flags & IPCX_BIND_CREATE))
		return -EINVAL;
	if (!bind->name[0] && (!bind->flags || bind->flags & IPCX_BIND_PERSIST))
		return -EINVAL;

	switch (bind->kind) {
	case IPCX_KIND_MAILBOX:
		return ipcx_mailbox_check(bind);
	case IPCX_KIND_REGION:
		return ipcx_region_check(bind);
	default:
		return -EINVAL;
	}
}

/**
 * ipcx_object_bind() - find or make an object
 * @net: namespace of the name
 * @bind: what is asked for; checked here
 * @want: FMODE_READ and FMODE_WRITE as the endpoint was opened
 * @object: set to the object, with a reference
 *
 * Return: 0 or a negative errno as &struct ipcx_bind lists them.
 */
int ipcx_object_bind(struct net *net, struct ipcx_bind *bind, fmode_t want,
		     struct ipcx_object **object)
{
	struct ipcx_names *names = ipcx_names(net);
	struct ipcx_object *found = NULL;
	struct ipcx_object *made;
	int err;

	err = ipcx_bind_check(bind);
	if (err)
		return err;
	if (bind->name[0])
		found = ipcx_object_lookup(names, bind->name);
	if (!found) {
		if (!(bind->flags & IPCX_BIND_CREATE))
			return -ENOENT;
		made = ipcx_object_create(net, bind);
		if (IS_ERR(made))
			return PTR_ERR(made);
		if (bind->name[0])
			found = ipcx_object_publish(names, made, bind->flags & IPCX_BIND_PERSIST);
		else
			found = ipcx_object_hand_out(names, made);
		if (found == made) {
			*object = made;
			return 0;
		}
		ipcx_object_free(made);
		if (IS_ERR(found))
			return PTR_ERR(found);
	}

	err = ipcx_object_admit(found, bind, want);
	if (err) {
		ipcx_object_put(found);
		return err;
	}
	*object = found;
	return 0;
}

/* Takes the object out of the table; the caller holds the names' lock. */
static void ipcx_object_unname(struct ipcx_names *names, struct ipcx_object *object)
{
	lockdep_assert_held(&names->lock);
	rhashtable_remove_fast(&names->table, &object->node, ipcx_names_params);
	object->named = false;
	ipcx_event_removed(object);
}

/**
 * ipcx_object_put() - drop a reference
 * @object: object, which may be freed by this
 *
 * The last one takes the name away, too.
 */
void ipcx_object_put(struct ipcx_object *object)
{
	struct ipcx_names *names = ipcx_names(object->net);

	if (!refcount_dec_and_mutex_lock(&object->users, &names->lock))
		return;
	if (object->named)
		ipcx_object_unname(names, object);
	rb_erase(&object->by_id, &names->ids);
	mutex_unlock(&names->lock);
	ipcx_object_free(object);
}

/* May the caller do with the object what only its owner may? */
bool ipcx_object_is_callers(const struct ipcx_object *object)
{
	return uid_eq(current_euid(), object->uid) ||
	       ns_capable(object->net->user_ns, CAP_IPC_OWNER);
}

/* Does what was decided under the lock, without it; the caller's reference goes with it. */
static void ipcx_object_finish_removal(struct ipcx_object *object, bool remove, bool persistent)
{
	if (remove)
		object->ops->remove(object);
	if (persistent) {
		ipcx_object_put(object);
		/*
		 * Unloading waits for the caller, even if this is the last: an endpoint holds the
		 * module, or the family is locked.
		 */
		module_put(THIS_MODULE);
	}
	ipcx_object_put(object);
}

/**
 * ipcx_object_unlink() - take a name away
 * @net: namespace of the name
 * @unlink: which; checked here
 *
 * Return: 0 or a negative errno as &struct ipcx_unlink lists them.
 */
int ipcx_object_unlink(struct net *net, struct ipcx_unlink *unlink)
{
	struct ipcx_names *names = ipcx_names(net);
	struct ipcx_object *object;
	bool keep = unlink->flags & IPCX_UNLINK_KEEP;
	bool persistent = false;
	int err;

	err = ipcx_name_check(unlink->name);
	if (err)
		return err;
	if (!unlink->name[0] || unlink->flags & ~IPCX_UNLINK_KEEP || unlink->pad)
		return -EINVAL;

	mutex_lock(&names->lock);
	object = ipcx_object_lookup(names, unlink->name);
	if (!object) {
		err = -ENOENT;
	} else if (!ipcx_object_is_callers(object)) {
		err = -EPERM;
	} else {
		ipcx_object_unname(names, object);
		swap(persistent, object->persistent);
		if (!keep)
			WRITE_ONCE(object->removed, true);
	}
	mutex_unlock(&names->lock);
	if (object)
		ipcx_object_finish_removal(object, !err && !keep, persistent);
	return err;
}

/**
 * ipcx_object_remove() - remove an object, which may have no name
 * @object: object; the caller's reference to it, which this uses up, came from ipcx_object_get()
 *
 * Return: 0, or -ENOENT if it was removed already.
 */
int ipcx_object_remove(struct ipcx_object *object)
{
	struct ipcx_names *names = ipcx_names(object->net);
	bool persistent = false;
	bool remove;

	mutex_lock(&names->lock);
	remove = !object->removed;
	WRITE_ONCE(object->removed, true);
	if (object->named)
		ipcx_object_unname(names, object);
	swap(persistent, object->persistent);
	mutex_unlock(&names->lock);
	ipcx_object_finish_removal(object, remove, persistent);
	return remove ? 0 : -ENOENT;
}

/**
 * ipcx_object_persists() - may an object outlive its endpoints?
 * @object: object
 *
 * Return: false if not; nor will it ever, then.
 */
bool ipcx_object_persists(struct ipcx_object *object)
{
	struct ipcx_names *names = ipcx_names(object->net);
	bool persists;

	/* It can be found before it has become persistent, but not before the lock is taken. */
	mutex_lock(&names->lock);
	persists = object->persistent;
	mutex_unlock(&names->lock);
	return persists;
}

/**
 * ipcx_object_examine() - attributes and state
 * @object: object of a namespace whose objects are locked
 * @stat: filled in whole
 */
void ipcx_object_examine(struct ipcx_object *object, struct ipcx_stat *stat)
{
	lockdep_assert_held(&ipcx_names(object->net)->lock);
	memset(stat, 0, sizeof(*stat));
	memcpy(stat->name, object->name, IPCX_NAME_SIZE);
	stat->id = object->id;
	stat->kind = object->kind;
	stat->mode = object->mode;
	stat->uid = from_kuid_munged(current_user_ns(), object->uid);
	stat->gid = from_kgid_munged(current_user_ns(), object->gid);
	stat->endpoints = refcount_read(&object->users) - object->persistent;
	if (object->persistent)
		stat->flags |= IPCX_STAT_PERSIST;
	if (object->removed)
		stat->flags |= IPCX_STAT_REMOVED;
	if (object->name[0] && !object->named && !object->removed)
		stat->flags |= IPCX_STAT_UNLINKED;
	object->ops->stat(object, stat);
}

/**
 * ipcx_object_stat() - attributes and state
 * @object: object
 * @stat: filled in whole
 */
void ipcx_object_stat(struct ipcx_object *object, struct ipcx_stat *stat)
{
	ipcx_objects_lock(object->net);
	ipcx_object_examine(object, stat);
	ipcx_objects_unlock(object->net);
}

/**
 * ipcx_objects_lock() - have objects neither come nor go, nor lose their names
 * @net: their namespace
 */
void ipcx_objects_lock(struct net *net)
{
	mutex_lock(&ipcx_names(net)->lock);
}

void ipcx_objects_unlock(struct net *net)
{
	mutex_unlock(&ipcx_names(net)->lock);
}

/* The greatest id that there has been */
u64 ipcx_objects_last_id(void)
{
	return atomic64_read(&ipcx_object_ids);
}

/**
 * ipcx_objects_next() - the object that is next by id
 * @net: namespace, whose objects are locked
 * @after: the id before
 *
 * Return: the object, valid as long as the lock is held, or NULL.
 */
struct ipcx_object *ipcx_objects_next(struct net *net, u64 after)
{
	struct ipcx_names *names = ipcx_names(net);
	struct rb_node *node = names->ids.rb_node;
	struct ipcx_object *next = NULL;

	lockdep_assert_held(&names->lock);
	while (node) {
		struct ipcx_object *object = ipcx_object_of_id(node);

		if (object->id > after) {
			next = object;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

/**
 * ipcx_objects_find() - an object by id, by name, or by both
 * @net: namespace, whose objects are locked
 * @id: its id, or 0 for any
 * @name: its name, padded with zeros, or NULL for any
 *
 * Return: the object, valid as long as the lock is held, or NULL.
 */
struct ipcx_object *ipcx_objects_find(struct net *net, u64 id, const char *name)
{
	struct ipcx_names *names = ipcx_names(net);
	struct ipcx_object *object;

	lockdep_assert_held(&names->lock);
	if (name) {
		object = rhashtable_lookup_fast(&names->table, name, ipcx_names_params);
		return object && (!id || object->id == id) ? object : NULL;
	}
	object = id ? ipcx_objects_next(net, id - 1) : NULL;
	return object && object->id == id ? object : NULL;
}

/**
 * ipcx_object_get() - keep an object when the lock is dropped
 * @object: object of a namespace whose objects are locked
 *
 * It gets to no user only under the lock, so it has one.
 */
void ipcx_object_get(struct ipcx_object *object)
{
	lockdep_assert_held(&ipcx_names(object->net)->lock);
	refcount_inc(&object->users);
}

static int __net_init ipcx_names_init(struct net *net)
{
	struct ipcx_names *names = ipcx_names(net);

	mutex_init(&names->lock);
	names->ids = RB_ROOT;
	return rhashtable_init(&names->table, &ipcx_names_params);
}

/*
 * Every endpoint keeps its namespace alive, so all that a dying one still has is persistent objects
 * that nobody is bound to.
 */
static void ipcx_object_expire(void *ptr, void *unused)
{
	struct ipcx_object *object = ptr;

	WARN_ON_ONCE(!object->persistent || refcount_read(&object->users) != 1);
	ipcx_object_free(object);
	module_put(THIS_MODULE);
}

static void __net_exit ipcx_names_exit(struct net *net)
{
	struct ipcx_names *names = ipcx_names(net);

	rhashtable_free_and_destroy(&names->table, ipcx_object_expire, NULL);
	mutex_destroy(&names->lock);
}

static struct pernet_operations ipcx_names_ops = {
	.init = ipcx_names_init,
	.exit = ipcx_names_exit,
	.id = &ipcx_names_id,
	.size = sizeof(struct ipcx_names),
};

int __init ipcx_object_init(void)
{
	return register_pernet_subsys(&ipcx_names_ops);
}

void ipcx_object_exit(void)
{
	unregister_pernet_subsys(&ipcx_names_ops);
}
