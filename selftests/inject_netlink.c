// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family, spoken to without a library, whose own system calls would be in the way.
 */
#include <linux/genetlink.h>
#include <linux/ipcx_netlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "inject.h"

enum { SIZE = 16384 };

struct request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	uint8_t attrs[128];
};

static uint16_t family;
static uint32_t group;

static void request_init(struct request *request, uint16_t type, uint16_t flags, uint8_t cmd)
{
	memset(request, 0, sizeof(*request));
	request->head.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->head.nlmsg_type = type;
	request->head.nlmsg_flags = NLM_F_REQUEST | flags;
	request->genl.cmd = cmd;
	request->genl.version = 1;
}

static void add(struct request *request, uint16_t type, const void *value, size_t len)
{
	struct nlattr *attr = (void *)((uint8_t *)request + request->head.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((uint8_t *)attr + NLA_HDRLEN, value, len);
	request->head.nlmsg_len += NLA_ALIGN(attr->nla_len);
}

/* The first message of what comes; its length, or a negative errno, also that which it brings */
static long exchange(int fd, const struct request *request, void *reply)
{
	const struct nlmsghdr *head = reply;
	const struct nlmsgerr *error;
	ssize_t len;

	if (send(fd, request, request->head.nlmsg_len, 0) < 0)
		return -errno;
	len = recv(fd, reply, SIZE, MSG_DONTWAIT);
	if (len < 0)
		return errno == EAGAIN ? -ENOBUFS : -errno;
	if (head->nlmsg_type != NLMSG_ERROR)
		return len;
	error = (const struct nlmsgerr *)(head + 1);
	return error->error;
}

/* The value of a number in an answer of the family that knows families */
static const void *find(const void *attrs, size_t len, uint16_t type)
{
	const struct nlattr *attr = attrs;

	while (len >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		size_t step = NLA_ALIGN(attr->nla_len);

		len -= step < len ? step : len;
		attr = (const void *)((const uint8_t *)attr + step);
	}
	return NULL;
}

static const void *payload(const struct nlattr *attr)
{
	return (const uint8_t *)attr + NLA_HDRLEN;
}

static bool resolve(int fd)
{
	static uint8_t reply[SIZE];
	const struct nlattr *attr, *first;
	struct request request;
	const void *attrs = reply + NLMSG_LENGTH(GENL_HDRLEN);
	long len;

	request_init(&request, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	add(&request, CTRL_ATTR_FAMILY_NAME, IPCX_FAMILY_NAME, sizeof(IPCX_FAMILY_NAME));
	len = exchange(fd, &request, reply) - NLMSG_LENGTH(GENL_HDRLEN);
	if (len <= 0)
		return false;
	attr = find(attrs, len, CTRL_ATTR_FAMILY_ID);
	if (!attr)
		return false;
	memcpy(&family, payload(attr), sizeof(family));
	attr = find(attrs, len, CTRL_ATTR_MCAST_GROUPS);
	first = attr ? payload(attr) : NULL;
	attr = first ? find(payload(first), first->nla_len - NLA_HDRLEN, CTRL_ATTR_MCAST_GRP_ID) :
		       NULL;
	if (!attr)
		return false;
	memcpy(&group, payload(attr), sizeof(group));
	return true;
}

int netlink_open(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)) || !resolve(fd)) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

bool netlink_listen(int fd)
{
	return !setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

static uint8_t reply[SIZE];

long netlink_get(int fd, uint64_t id)
{
	struct request request;

	request_init(&request, family, 0, IPCX_CMD_GET);
	add(&request, IPCX_A_OBJECT_ID, &id, sizeof(id));
	return exchange(fd, &request, reply);
}

/* The rest of what it brings goes with the socket. */
long netlink_dump(int fd)
{
	struct request request;
	long len;

	request_init(&request, family, NLM_F_DUMP, IPCX_CMD_GET);
	len = exchange(fd, &request, reply);
	while (recv(fd, reply, SIZE, MSG_DONTWAIT) > 0)
		;
	return len;
}

long netlink_set(int fd, uint64_t id, uint32_t max_msgs)
{
	struct request request;

	request_init(&request, family, NLM_F_ACK, IPCX_CMD_SET);
	add(&request, IPCX_A_OBJECT_ID, &id, sizeof(id));
	add(&request, IPCX_A_OBJECT_MAX_MSGS, &max_msgs, sizeof(max_msgs));
	return exchange(fd, &request, reply);
}

long netlink_remove(int fd, uint64_t id)
{
	struct request request;

	request_init(&request, family, NLM_F_ACK, IPCX_CMD_REMOVE);
	add(&request, IPCX_A_OBJECT_ID, &id, sizeof(id));
	return exchange(fd, &request, reply);
}
