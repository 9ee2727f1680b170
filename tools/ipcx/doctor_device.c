// SPDX-License-Identifier: GPL-2.0-only
/* Whether ipcx is here, whole, of one version, and works. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <host/finding.h>

#include "doctor.h"

#define OWNER_TEXT	256

static void check_open(struct doctor *d, bool loaded, bool present)
{
	int err;

	d->fd = ipcx_endpoint(O_RDWR | O_NONBLOCK | O_CLOEXEC);
	err = errno;
	if (d->fd >= 0 && ipcx_info(d->fd, &d->info)) {
		close(d->fd);
		d->fd = -1;
		finding_add(d->problems, FINDING_ERROR,
			    "load the module and install the tools of one version",
			    IPCX_DEVICE " does not say what it is: %s", strerror(errno));
		return;
	}
	if (d->fd >= 0)
		return;
	if (!loaded && err == ENODEV)
		finding_add(d->problems, FINDING_ERROR,
			    "as root, 'modprobe ipcx' or 'insmod ipcx.ko'",
			    "the module is not loaded");
	else if (!present)
		finding_add(d->problems, FINDING_ERROR,
			    "pass the device into this container, or see whether udev runs",
			    "the module is loaded, but " IPCX_DEVICE " is not there");
	else
		finding_add(d->problems, FINDING_ERROR,
			    "as root, 'chmod 0666 " IPCX_DEVICE "', or allow it in here",
			    "cannot open " IPCX_DEVICE ": %s", strerror(err));
}

static json_t *owner_json(uid_t uid, gid_t gid)
{
	const struct passwd *pw = getpwuid(uid);
	const struct group *gr = getgrgid(gid);
	char text[OWNER_TEXT];

	snprintf(text, sizeof(text), "%s:%s", pw ? pw->pw_name : "?", gr ? gr->gr_name : "?");
	return json_string(text);
}

void doctor_device(struct doctor *d)
{
	bool loaded = !access("/sys/module/ipcx", F_OK);
	json_t *report = json_object();
	struct stat st;
	bool present = !stat(IPCX_DEVICE, &st);

	json_object_set_new(report, "path", json_string(IPCX_DEVICE));
	json_object_set_new(report, "exists", json_boolean(present));
	if (present) {
		char mode[8];

		snprintf(mode, sizeof(mode), "%04o", st.st_mode & 07777);
		json_object_set_new(report, "mode", json_string(mode));
		json_object_set_new(report, "owner", owner_json(st.st_uid, st.st_gid));
	}
	if (present && !S_ISCHR(st.st_mode))
		finding_add(d->problems, FINDING_ERROR,
			    "as root, 'rm " IPCX_DEVICE "', then load the module again",
			    IPCX_DEVICE " is no device");
	else
		check_open(d, loaded, present);
	if (d->fd >= 0 && (st.st_mode & 0666) != 0666)
		finding_add(d->problems, FINDING_WARNING, "as root, 'chmod 0666 " IPCX_DEVICE "'",
			    "not every user can open " IPCX_DEVICE
			    ", though mailboxes and regions have modes of their own");
	json_object_set_new(report, "opens", json_boolean(d->fd >= 0));
	json_object_set_new(d->report, "device", report);
}

void doctor_module(struct doctor *d)
{
	json_t *report = json_object();
	char version[sizeof(d->info.version) + 1] = "";

	json_object_set_new(report, "loaded",
			    json_boolean(d->fd >= 0 || !access("/sys/module/ipcx", F_OK)));
	if (d->fd >= 0) {
		memcpy(version, d->info.version, sizeof(d->info.version));
		json_object_set_new(report, "version", json_string(version));
		json_object_set_new(report, "interface", json_integer(d->info.abi));
		if (d->info.abi != IPCX_ABI_VERSION)
			finding_add(d->problems, FINDING_ERROR,
				    "load the module and install the tools of one version",
				    "the module speaks interface %u, the tools %u", d->info.abi,
				    IPCX_ABI_VERSION);
		else if (strcmp(version, IPCX_VERSION))
			finding_add(d->problems, FINDING_WARNING,
				    "load the module and install the tools of one version",
				    "the module is version %s, the tools are %s", version,
				    IPCX_VERSION);
	}
	json_object_set_new(d->report, "module", report);
}

void doctor_tools(struct doctor *d)
{
	json_t *report = json_object();

	json_object_set_new(report, "ipcx", json_string(IPCX_VERSION));
	json_object_set_new(report, "libipcx", json_string(ipcx_version()));
	json_object_set_new(report, "interface", json_integer(IPCX_ABI_VERSION));
	if (strcmp(ipcx_version(), IPCX_VERSION))
		finding_add(d->problems, FINDING_WARNING,
			    "install one version of both; 'ldd' tells which library is found",
			    "the library is version %s, the command %s", ipcx_version(),
			    IPCX_VERSION);
	json_object_set_new(d->report, "tools", report);
}

void doctor_try(struct doctor *d)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX, .flags = IPCX_BIND_CREATE };
	char got[8] = "";

	if (d->fd < 0)
		return;
	if (ipcx_bind(d->fd, &bind) || ipcx_send(d->fd, "ping", 4, 0) ||
	    ipcx_recv(d->fd, got, sizeof(got)) != 4 || memcmp(got, "ping", 4))
		finding_add(d->problems, FINDING_ERROR,
			    "see the kernel's log ('dmesg'), and load the module again",
			    "a message to oneself does not come through: %s", strerror(errno));
	close(d->fd);
}
