// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was in the kernel's memory stays there: of what netlink tells, attributes, what is between
 * them, and headers.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "genl.h"
#include "users.h"
#include "residue.h"

enum { SIZE = 65536 };

FIXTURE(listener)
{
	struct genl genl;
	uint8_t *told[2];
};

FIXTURE_SETUP(listener)
{
	int one = 1;

	if (geteuid() || unshare(CLONE_NEWNET))
		SKIP(return, "needs root");
	ASSERT_EQ(0, genl_open(&self->genl));
	ASSERT_EQ(0, setsockopt(self->genl.fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)));
	self->told[0] = malloc(SIZE);
	self->told[1] = malloc(SIZE);
	ASSERT_NE(NULL, self->told[0]);
	ASSERT_NE(NULL, self->told[1]);
}

FIXTURE_TEARDOWN(listener)
{
	close(self->genl.fd);
	free(self->told[0]);
	free(self->told[1]);
}

/* Attribute STATS of objects has others in it; events have none with so high a number. */
static bool is_nest(const struct nlattr *attr)
{
	return (attr->nla_type & NLA_TYPE_MASK) == IPCX_A_OBJECT_STATS;
}

/* What is wrong with attributes, or NULL. PAD and NAME have one number in objects and events. */
static const char *wrong_attrs(const uint8_t *attrs, size_t size, bool within)
{
	size_t at = 0;

	while (at < size) {
		const struct nlattr *attr = (const void *)(attrs + at);
		const uint8_t *value = attrs + at + NLA_HDRLEN;
		size_t len = attr->nla_len - NLA_HDRLEN;
		const char *wrong;

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > size - at)
			return "a length";
		if (attr->nla_type == IPCX_A_OBJECT_PAD && len)
			return "padding that has something in it";
		if (!is_all(value + len, 0, NLA_ALIGN(len) - len))
			return "what is behind an attribute";
		if (len % 4 && strnlen((const char *)value, len) != len - 1)
			return "a name";
		if (!within && is_nest(attr)) {
			wrong = wrong_attrs(value, len, true);
			if (wrong)
				return wrong;
		}
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static const char *wrong_message(const struct nlmsghdr *head, uint16_t family)
{
	const struct genlmsghdr *genl = NLMSG_DATA(head);
	size_t start = NLMSG_LENGTH(GENL_HDRLEN);

	if (head->nlmsg_type != family)
		return NULL;
	if (genl->reserved || genl->version != IPCX_FAMILY_VERSION)
		return "the header";
	return wrong_attrs((const uint8_t *)head + start, head->nlmsg_len - start, false);
}

/*
 * Receives what comes next into memory full of a byte. Sets its length, and returns what is wrong
 * with it, or NULL. The last message of an answer sets @ends.
 */
static const char *told(const struct genl *genl, uint8_t *buf, size_t size, uint8_t prefill,
			size_t *len, bool *ends)
{
	const char *wrong = NULL;
	ssize_t got;
	size_t at;

	memset(buf, prefill, size);
	got = recv(genl->fd, buf, size, 0);
	if (got <= 0)
		return strerror(errno);
	*len = got;
	if (!is_all(buf + got, prefill, size - got))
		return "what is behind it";
	if (poison_in(buf, got) < *len)
		return "poison";
	for (at = 0; at < *len && !wrong;) {
		const struct nlmsghdr *head = (const void *)(buf + at);

		if (head->nlmsg_len < NLMSG_HDRLEN || head->nlmsg_len > *len - at)
			return "a message's length";
		wrong = wrong_message(head, genl->family);
		*ends = head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE;
		at += NLMSG_ALIGN(head->nlmsg_len);
	}
	return wrong;
}

/* All that is told of one object, or of all, twice, and the same, in whatever parts it comes */
static const char *told_twice(struct genl *genl, uint8_t *buf[2], uint16_t flags, const char *name)
{
	size_t len, total[2] = { 0 };
	const char *wrong;
	unsigned int i;
	bool ends;

	for (i = 0; i < 2; i++) {
		if (genl_send(genl, IPCX_CMD_GET, flags, name))
			return "asking";
		for (ends = false; !ends;) {
			wrong = told(genl, buf[i] + total[i], SIZE - total[i], prefills[i], &len,
				     &ends);
			if (wrong)
				return wrong;
			total[i] += len;
		}
	}
	return total[0] == total[1] && !memcmp(buf[0], buf[1], total[0]) ? NULL : "something else";
}

static const char *long_name(unsigned int len)
{
	static char name[IPCX_NAME_SIZE];
	unsigned int i;

	memset(name, 0, sizeof(name));
	/* No byte twice in a row, as some letters are poison */
	for (i = 0; i < len; i++)
		name[i] = 'a' + (i + len) % 26;
	return name;
}

TEST_F(listener, is_told_of_an_object_and_nothing_else)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_WAIT | IPCX_KNOB_WAKE | IPCX_KNOB_DELAY,
				  .wait = 1000, .wake = IPCX_WAKE_LAST, .delay = 1 };
	unsigned int len, turned;
	const char *name;
	int fd;

	for (len = 1; len < IPCX_NAME_SIZE; len++) {
		name = long_name(len);
		if (len % 2)
			fd = mailbox(name, O_RDWR | O_CREAT);
		else
			fd = region(name, O_RDWR | O_CREAT, len);
		ASSERT_LE(0, fd);
		for (turned = 0; turned < 3; turned++) {
			/* New; with statistics; with knobs */
			if (turned == 1 && len % 2)
				ASSERT_EQ(0, put(fd, 1, 10, 0));
			if (turned == 2 && len % 2)
				ASSERT_EQ(0, command(fd, IPCX_IOC_KNOB, &knob));
			EXPECT_STREQ("", told_twice(&self->genl, self->told, NLM_F_ACK,
						    name) ?: "");
		}
		close(fd);
	}
}

TEST_F(listener, is_told_of_all_objects_and_nothing_else)
{
	unsigned int len;
	int fd;

	for (len = 1; len < IPCX_NAME_SIZE; len++) {
		fd = mailbox(long_name(len), O_RDWR | O_CREAT);
		ASSERT_LE(0, fd);
		if (len % 3 == 0)
			ASSERT_EQ(0, put(fd, 1, 10, 0));
	}
	EXPECT_STREQ("", told_twice(&self->genl, self->told, NLM_F_DUMP, NULL) ?: "");
}

/* What is told next: the command of the event, or 0 */
static uint8_t next_event(const struct genl *genl, uint8_t *buf, const char **wrong)
{
	const struct nlmsghdr *head = (const void *)buf;
	size_t len;
	bool ends;

	*wrong = told(genl, buf, SIZE, prefills[0], &len, &ends);
	if (*wrong || head->nlmsg_type != genl->family)
		return 0;
	return ((const struct genlmsghdr *)NLMSG_DATA(head))->cmd;
}

#define EXPECT_EVENT(_cmd)								\
	do {										\
		const char *wrong;							\
											\
		EXPECT_EQ(_cmd, next_event(&self->genl, self->told[0], &wrong));	\
		EXPECT_STREQ("", wrong ?: "");						\
	} while (0)

TEST_F(listener, is_told_of_events_and_nothing_else)
{
	unsigned int len;

	ASSERT_EQ(0, genl_listen(&self->genl));
	for (len = 1; len < 10; len++) {
		struct ipcx_bind bind = mailbox_bind(long_name(len), IPCX_BIND_CREATE);
		struct ipcx_recv request;
		struct child client;
		uint8_t data[10];
		int fd, other;

		bind.max_msgs = 1;
		fd = bound(O_RDWR, &bind);
		ASSERT_LE(0, fd);
		EXPECT_EVENT(IPCX_CMD_CREATED_NTF);
		ASSERT_EQ(0, put(fd, 1, 1, 0));
		ASSERT_EQ(-EAGAIN, put(fd, 1, 1, IPCX_DONTWAIT));
		EXPECT_EVENT(IPCX_CMD_FULL_NTF);
		ASSERT_EQ(1, get(fd, 0));

		other = mailbox(bind.name, O_WRONLY);
		if (child_start(&client)) {
			close(fd);
			child_done(&client, ask(other, 1, sizeof(data), 0));
		}
		ASSERT_EQ(1, get_into(fd, &request, data, sizeof(data), 0));
		close(fd);
		EXPECT_EQ(-ECONNRESET, child_join(&client));
		EXPECT_EVENT(IPCX_CMD_OWNER_DIED_NTF);
		close(other);
		EXPECT_EVENT(IPCX_CMD_REMOVED_NTF);
	}
	/* Without root's right to more */
	ASSERT_EQ(0, set_limit("user_objects", "0"));
	become(ALICE);
	EXPECT_EQ(-EDQUOT, mailbox(NULL, O_RDWR));
	become(0);
	EXPECT_EVENT(IPCX_CMD_LIMIT_NTF);
}

/* With a sentence, and where it was wrong */
TEST_F(listener, is_told_of_errors_and_nothing_else)
{
	const struct nlmsghdr *head = (const void *)self->told[0];
	size_t len[2] = { 0 };
	unsigned int i, n;
	bool ends;

	for (n = 0; n < 10; n++) {
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, genl_send(&self->genl, n % 2 ? IPCX_CMD_REMOVE : IPCX_CMD_SET,
					       NLM_F_ACK, n < 5 ? long_name(10 + n) : NULL));
			EXPECT_STREQ("", told(&self->genl, self->told[i], SIZE, prefills[i],
					      &len[i], &ends) ?: "");
		}
		EXPECT_EQ(NLMSG_ERROR, head->nlmsg_type);
		EXPECT_LT(NLMSG_LENGTH(sizeof(struct nlmsgerr)), len[0]);
		EXPECT_EQ(len[0], len[1]);
		EXPECT_EQ(0, memcmp(self->told[0], self->told[1], len[0]));
	}
}

TEST_HARNESS_MAIN
