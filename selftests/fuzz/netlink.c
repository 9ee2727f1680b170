// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages to the netlink family: mostly of its commands, with attributes that the specification
 * says they have, and values about the limits; and others, with attributes of any type, length and
 * value.
 */
#include <linux/genetlink.h>
#include <linux/ipcx_netlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "fuzz.h"

struct request {
	uint8_t cmd;
	bool dumps;
	uint8_t attributes[16];
};

/* A number from @min to @max; or text, if @size is 0 */
struct attribute {
	uint8_t type, size;
	uint64_t min, max;
};

#include "netlink_grammar.h"

/* The family's number follows its name in the answer, as an attribute. */
static bool find_family(const uint8_t *answer, ssize_t len, uint16_t *family)
{
	size_t at = NLMSG_LENGTH(GENL_HDRLEN);

	while (at + NLA_HDRLEN <= (size_t)len) {
		const struct nlattr *attr = (const struct nlattr *)(answer + at);

		if (attr->nla_type == CTRL_ATTR_FAMILY_ID) {
			memcpy(family, answer + at + NLA_HDRLEN, sizeof(*family));
			return true;
		}
		if (attr->nla_len < NLA_HDRLEN)
			return false;
		at += NLA_ALIGN(attr->nla_len);
	}
	return false;
}

int netlink_connect(uint16_t *family)
{
	struct {
		struct nlmsghdr head;
		struct genlmsghdr genl;
		struct nlattr attr;
		char name[NLA_ALIGN(sizeof(IPCX_FAMILY_NAME))];
	} request = {
		.head = { sizeof(request), GENL_ID_CTRL, NLM_F_REQUEST, 0, 0 },
		.genl = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.attr = { NLA_HDRLEN + sizeof(IPCX_FAMILY_NAME), CTRL_ATTR_FAMILY_NAME },
		.name = IPCX_FAMILY_NAME,
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	uint8_t answer[8192] __attribute__((aligned(8)));
	ssize_t len;

	if (fd < 0 || connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)) ||
	    send(fd, &request, sizeof(request), 0) < 0)
		return -1;
	len = recv(fd, answer, sizeof(answer), 0);
	return len > 0 && find_family(answer, len, family) ? fd : -1;
}

static const struct attribute *attribute_of(uint64_t type)
{
	unsigned int i;

	for (i = 0; i < COUNT(attributes); i++)
		if (attributes[i].type == type)
			return &attributes[i];
	return NULL;
}

/* Values of a call: a command, and none, one or two of its attributes */
void netlink_fair(uint64_t *values, uint64_t *state)
{
	const struct request *request = &requests[next_random(state) % COUNT(requests)];
	unsigned int count = strlen((const char *)request->attributes), i;
	const struct attribute *what;

	memset(values, 0, 8 * sizeof(*values));
	values[0] = request->cmd;
	values[1] = request->dumps && next_random(state) % 3 == 0;
	for (i = 2; i < 8; i += 3) {
		/* The first ones say which object. */
		values[i] = request->attributes[next_random(state) % (i == 2 ? 2 : count)];
		what = attribute_of(values[i]);
		if (i == 2)
			values[i + 2] = 1 + next_random(state) % 3;
		else
			values[i + 2] = (next_random(state) & 1 ? what->min : what->max) +
					next_random(state) % 4 - 1;
	}
}

/* What there is at @to: its length. Of small numbers, the id is that of an endpoint's object. */
static size_t put_value(uint8_t *to, const struct attribute *what, uint64_t value)
{
	struct ipcx_stat stat;

	if (!what->size) {
		execute_name((char *)to, value);
		return strnlen((char *)to, IPCX_NAME_SIZE) + 1;
	}
	if (what->type == IPCX_A_OBJECT_ID && value && value <= SLOTS &&
	    !ioctl(execute_slot(value - 1), IPCX_IOC_STAT, &stat))
		value = stat.id;
	memcpy(to, &value, what->size);
	return what->size;
}

static void attribute(uint8_t *message, uint64_t type, uint64_t len, uint64_t value)
{
	struct nlmsghdr *head = (struct nlmsghdr *)message;
	struct nlattr *attr = (struct nlattr *)(message + head->nlmsg_len);
	uint8_t *data = (uint8_t *)attr + NLA_HDRLEN;
	const struct attribute *what = attribute_of(type);
	uint64_t nested = value >> 56;

	if (!type)
		return;
	attr->nla_type = type & (nested == 0x80 ? 0xffff : 0xff);
	if (!len && what) {
		len = put_value(data, what, value);
	} else {
		/* By and large as long as it should be; also longer than the message */
		len = len == 0 ? 8 : len == 1 ? 4 : len;
		memcpy(data, &value, 8);
	}
	attr->nla_len = NLA_HDRLEN + (len & 0xffff);
	head->nlmsg_len += NLA_ALIGN(NLA_HDRLEN + (len < 400 ? len : 8));
}

void netlink_talk(int socket, uint16_t family, const uint64_t *values)
{
	uint8_t message[1200] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = (struct nlmsghdr *)message;
	struct genlmsghdr *genl = (struct genlmsghdr *)(message + NLMSG_HDRLEN);
	char buffer[4096];

	head->nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	head->nlmsg_type = family;
	head->nlmsg_flags = NLM_F_REQUEST | (values[1] & 1 ? NLM_F_DUMP : NLM_F_ACK) |
			    (values[1] & ~7);
	genl->cmd = values[0];
	genl->version = 1;
	attribute(message, values[2], values[3], values[4]);
	attribute(message, values[5], values[6], values[7]);
	send(socket, message, head->nlmsg_len, MSG_DONTWAIT);
	while (recv(socket, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		;
}
