// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx: mailboxes for message passing and shared regions, through one device. Loading, unloading.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "account.h"
#include "block.h"
#include "call.h"
#include "endpoint.h"
#include "event.h"
#include "mailbox.h"
#include "netlink.h"
#include "object.h"
#include "region.h"

/* Open to everybody: it is the objects that have owners and modes. */
static struct miscdevice ipcx_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ipcx",
	.mode = 0666,
	.fops = &ipcx_endpoint_fops,
};

static int __init ipcx_init(void)
{
	int err;

	ipcx_call_init();
	err = ipcx_block_init();
	if (err)
		return err;
	err = ipcx_mailbox_init();
	if (err)
		goto exit_block;
	ipcx_region_init();
	err = ipcx_account_init();
	if (err)
		goto exit_mailbox;
	err = ipcx_event_init();
	if (err)
		goto exit_account;
	/* After the accounts, so that a namespace loses its objects first. */
	err = ipcx_object_init();
	if (err)
		goto exit_event;
	err = ipcx_netlink_init();
	if (err)
		goto exit_object;
	err = misc_register(&ipcx_device);
	if (err)
		goto exit_netlink;
	return 0;

exit_netlink:
	ipcx_netlink_exit();
exit_object:
	ipcx_object_exit();
exit_event:
	ipcx_event_exit();
exit_account:
	ipcx_account_exit();
exit_mailbox:
	ipcx_region_exit();
	ipcx_mailbox_exit();
exit_block:
	ipcx_block_exit();
	return err;
}

static void __exit ipcx_exit(void)
{
	misc_deregister(&ipcx_device);
	ipcx_netlink_exit();
	ipcx_object_exit();
	ipcx_event_exit();
	ipcx_account_exit();
	ipcx_region_exit();
	ipcx_mailbox_exit();
	ipcx_block_exit();
}

module_init(ipcx_init);
module_exit(ipcx_exit);

MODULE_AUTHOR("The ipcx authors");
MODULE_DESCRIPTION("Mailboxes and shared regions through /dev/ipcx");
MODULE_VERSION(IPCX_VERSION);
MODULE_LICENSE("GPL");
