// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that warns when it is loaded, and works: what the guest runner must
 * not let pass.
 */

#include <linux/bug.h>
#include <linux/module.h>

static int __init trouble_init(void)
{
	WARN_ON(1);
	return 0;
}

static void __exit trouble_exit(void)
{
}

module_init(trouble_init);
module_exit(trouble_exit);
MODULE_DESCRIPTION("Warns when it is loaded");
MODULE_LICENSE("GPL");
