// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module whose loading oopses: the guest never gets to say anything more.
 */

#include <linux/compiler.h>
#include <linux/module.h>

static int __init trouble_init(void)
{
	int *nowhere = (int *)8;

	return READ_ONCE(*nowhere);
}

static void __exit trouble_exit(void)
{
}

module_init(trouble_init);
module_exit(trouble_exit);
MODULE_DESCRIPTION("Oopses when it is loaded");
MODULE_LICENSE("GPL");
