// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of the netlink family, one by one, without a library.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "genl.h"

struct request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	char attrs[512];
};

union answer {
	struct nlmsghdr head;
	char bytes[8192];
};

static void start(struct request *request, uint16_t family, uint8_t cmd)
{
	memset(request, 0, sizeof(*request));
	request->head.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->head.nlmsg_type = family;
	request->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->genl.cmd = cmd;
	request->genl.version = 1;
}

static void add(struct request *request, uint16_t type, const void *value, size_t size)
{
	struct nlattr *attr = (void *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	memcpy((char *)attr + NLA_HDRLEN, value, size);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

/* To an explicit address, so that the rights are those of the caller alone */
static int ask_kernel(int fd, const struct request *request, union answer *answer)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const int *error;
	ssize_t len;

	if (sendto(fd, request, request->head.nlmsg_len, 0, (void *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	len = recv(fd, answer, sizeof(*answer), 0);
	if (len < 0)
		return -errno;
	if (answer->head.nlmsg_type != NLMSG_ERROR) {
		union answer ack;

		return recv(fd, &ack, sizeof(ack), 0) < 0 ? -errno : 0;
	}
	error = NLMSG_DATA(&answer->head);
	return *error;
}

static const struct nlattr *find_in(const void *attrs, size_t size, uint16_t type)
{
	size_t at = 0;

	while (at + NLA_HDRLEN <= size) {
		const struct nlattr *attr = (const void *)((const char *)attrs + at);

		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static const struct nlattr *find(const union answer *answer, uint16_t type)
{
	size_t start = NLMSG_LENGTH(GENL_HDRLEN);

	return find_in(answer->bytes + start, answer->head.nlmsg_len - start, type);
}

static const struct nlattr *find_within(const struct nlattr *nest, uint16_t type)
{
	if (!nest)
		return NULL;
	return find_in((const char *)nest + NLA_HDRLEN, nest->nla_len - NLA_HDRLEN, type);
}

int genl_open(struct genl *genl)
{
	const struct nlattr *attr;
	struct request request;
	union answer answer;
	int err;

	genl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (genl->fd < 0)
		return -errno;
	start(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	add(&request, CTRL_ATTR_FAMILY_NAME, IPCX_FAMILY_NAME, sizeof(IPCX_FAMILY_NAME));
	err = ask_kernel(genl->fd, &request, &answer);
	if (err)
		return err;
	attr = find(&answer, CTRL_ATTR_FAMILY_ID);
	if (!attr)
		return -ENOENT;
	memcpy(&genl->family, (const char *)attr + NLA_HDRLEN, sizeof(genl->family));
	/* There is one group. */
	attr = find_within(find(&answer, CTRL_ATTR_MCAST_GROUPS), 1);
	attr = find_within(attr, CTRL_ATTR_MCAST_GRP_ID);
	if (!attr)
		return -ENOENT;
	memcpy(&genl->events, (const char *)attr + NLA_HDRLEN, sizeof(genl->events));
	return 0;
}

int genl_listen(const struct genl *genl)
{
	return setsockopt(genl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &genl->events,
			  sizeof(genl->events)) ? -errno : 0;
}

int genl_send(const struct genl *genl, uint8_t cmd, uint16_t flags, const char *name)
{
	struct request request;

	start(&request, genl->family, cmd);
	request.head.nlmsg_flags = NLM_F_REQUEST | flags;
	if (name)
		add(&request, IPCX_A_OBJECT_NAME, name, strlen(name) + 1);
	return send(genl->fd, &request, request.head.nlmsg_len, 0) < 0 ? -errno : 0;
}

int genl_do(const struct genl *genl, uint8_t cmd, const char *name, uint16_t attr,
	    const void *value, size_t size)
{
	struct request request;
	union answer answer;

	start(&request, genl->family, cmd);
	add(&request, IPCX_A_OBJECT_NAME, name, strlen(name) + 1);
	if (size)
		add(&request, attr, value, size);
	return ask_kernel(genl->fd, &request, &answer);
}

int genl_tells(const struct genl *genl, const char *name, uint16_t attr)
{
	struct request request;
	union answer answer;
	int err;

	start(&request, genl->family, IPCX_CMD_GET);
	add(&request, IPCX_A_OBJECT_NAME, name, strlen(name) + 1);
	err = ask_kernel(genl->fd, &request, &answer);
	return err ?: !!find(&answer, attr);
}
