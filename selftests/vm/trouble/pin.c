// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that keeps a reference to itself, as a leaked object would, and so
 * cannot be unloaded.
 */

#include <linux/module.h>

static int __init trouble_init(void)
{
	__module_get(THIS_MODULE);
	return 0;
}

static void __exit trouble_exit(void)
{
}

module_init(trouble_init);
module_exit(trouble_exit);
MODULE_DESCRIPTION("Cannot be unloaded");
MODULE_LICENSE("GPL");
