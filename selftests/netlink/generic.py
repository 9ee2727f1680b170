# SPDX-License-Identifier: GPL-2.0-only
"""
A client of generic netlink families that knows of a family what its YAML file says, and nothing
else. It makes requests that the file does not allow, too, for those who want to see them refused.
"""
import collections
import os
import socket
import struct

import yaml

NETLINK_GENERIC = 16
SOL_NETLINK = 270
ADD_MEMBERSHIP, CAP_ACK, EXT_ACK, STRICT_CHK = 1, 10, 11, 12
GENL_ID_CTRL = 0x10
CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY = 3, 10
CTRL_FAMILY_ID, CTRL_FAMILY_NAME, CTRL_MCAST_GROUPS = 1, 2, 7
CTRL_POLICY, CTRL_OP_POLICY, CTRL_OP = 8, 9, 10
ERROR, DONE = 2, 3
REQUEST, ACK, DUMP = 0x1, 0x4, 0x300
CAPPED, ACK_TLVS = 0x100, 0x200
TYPE_MASK = 0x3FFF

NUMBERS = {"u8": "=B", "u16": "=H", "u32": "=I", "u64": "=Q"}


def attr(number, data):
    return struct.pack("=HH", 4 + len(data), number) + data + bytes(-len(data) % 4)


def attrs(data):
    while len(data) >= 4:
        size, number = struct.unpack_from("=HH", data)
        yield number & TYPE_MASK, data[4:size]
        data = data[(size + 3) & ~3:]


def text(data):
    return data.rstrip(b"\0").decode(errors="surrogateescape")


class Refused(OSError):
    """What the kernel answers: the errno, its sentence, and what it points at"""

    def __init__(self, number, message="", offset=None, missing=None):
        super().__init__(-number, message or os.strerror(-number))
        self.message = message
        self.offset = offset
        self.missing = missing


class Spec:
    """The YAML file, and numbers for its names"""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.yaml = yaml.safe_load(file)
        self.name = self.yaml["name"]
        self.constants = {item["name"]: self._entries(item)
                          for item in self.yaml.get("definitions", [])}
        self.kinds = {item["name"]: item["type"] for item in self.yaml.get("definitions", [])}
        self.sets = {item["name"]: self._numbered(item["attributes"])
                     for item in self.yaml["attribute-sets"]}
        self.ops = self._numbered(self.yaml["operations"]["list"])

    @staticmethod
    def _numbered(items, start=1):
        numbered, value = {}, start
        for item in items:
            value = item.get("value", value)
            numbered[item["name"]] = dict(item, value=value)
            value += 1
        return numbered

    def _entries(self, item):
        entries = [entry if isinstance(entry, dict) else {"name": entry}
                   for entry in item["entries"]]
        numbered = self._numbered(entries, item.get("value-start", 0))
        values = {name: entry["value"] for name, entry in numbered.items()}
        if item["type"] == "flags":
            return {name: 1 << value for name, value in values.items()}
        return values

    def encode(self, of, name, value):
        what = self.sets[of][name]
        if what["type"] == "string":
            data = os.fsencode(value) + b"\0"
        else:
            data = struct.pack(NUMBERS[what["type"]], self._number(what, value))
        return attr(what["value"], data)

    def _number(self, what, value):
        return self.constants[what["enum"]][value] if isinstance(value, str) else value

    def decode(self, of, data):
        by_number = {what["value"]: what for what in self.sets[of].values()}
        values = {}
        for number, value in attrs(data):
            what = by_number[number]
            if what["type"] == "string":
                values[what["name"]] = text(value)
            elif what["type"] in NUMBERS:
                value, = struct.unpack(NUMBERS[what["type"]], value)
                values[what["name"]] = self._named(what, value)
            elif what["type"] == "nest":
                values[what["name"]] = self.decode(what["nested-attributes"], value)
            elif what["type"] == "binary":
                values[what["name"]] = [number for number, in
                                        struct.iter_unpack(NUMBERS[what["sub-type"]], value)]
        return values

    def _named(self, what, value):
        if "enum" not in what:
            return value
        names = self.constants[what["enum"]]
        if self.kinds[what["enum"]] == "flags":
            if value & ~sum(names.values()):
                raise ValueError(f"{what['name']} {value:#x} has flags that have no name")
            return {name for name, bit in names.items() if value & bit}
        return {number: name for name, number in names.items()}[value]


Message = collections.namedtuple("Message", "type flags seq body")


class Family:
    """A family, through a socket of its own"""

    def __init__(self, spec, room=None):
        self.spec = spec
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        for option in CAP_ACK, EXT_ACK, STRICT_CHK:
            self.socket.setsockopt(SOL_NETLINK, option, 1)
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.bind((0, 0))
        self.seq = 0
        self.pending = []
        reply = self._ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                          attr(CTRL_FAMILY_NAME, spec.name.encode() + b"\0"), ACK)[0]
        about = dict(attrs(reply))
        self.id, = struct.unpack("=H", about[CTRL_FAMILY_ID])
        self.groups = {}
        for _, group in attrs(about.get(CTRL_MCAST_GROUPS, b"")):
            fields = dict(attrs(group))
            self.groups[text(fields[1])], = struct.unpack("=I", fields[2])

    def close(self):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def _receive(self):
        data = self.socket.recv(1 << 17)
        while data:
            size, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
            yield Message(kind, flags, seq, data[16:size])
            data = data[(size + 3) & ~3:]

    @staticmethod
    def _refusal(message):
        number, = struct.unpack_from("=i", message.body)
        if not message.flags & ACK_TLVS:
            return Refused(number)
        size, = struct.unpack_from("=I", message.body, 4)
        said = dict(attrs(message.body[4 + (16 if message.flags & CAPPED else size):]))
        return Refused(number, text(said.get(1, b"")),
                       struct.unpack("=I", said[2])[0] if 2 in said else None,
                       struct.unpack("=I", said[5])[0] if 5 in said else None)

    def request(self, kind, command, body, flags):
        self.seq += 1
        return struct.pack("=IHHIIBBH", 20 + len(body), kind, REQUEST | flags, self.seq, 0,
                           command, 1, 0) + body

    def _ask(self, kind, command, body, flags, chunks=None):
        self.socket.send(self.request(kind, command, body, flags))
        replies = []
        while True:
            for message in self._receive():
                if message.seq != self.seq:
                    self.pending.append(message)
                elif message.type == ERROR or message.type == DONE:
                    if message.body and struct.unpack_from("=i", message.body)[0]:
                        raise self._refusal(message)
                    return replies
                else:
                    replies.append(message.body[4:])
            if chunks:
                chunks(replies)

    def raw(self, op, body=b"", flags=ACK):
        """A request of bytes"""
        return self._ask(self.id, self.spec.ops[op]["value"], body, flags)

    def _encode(self, op, values):
        of = self.spec.ops[op]["attribute-set"]
        return b"".join(self.spec.encode(of, name.replace("_", "-"), value)
                        for name, value in values.items())

    def do(self, op, **values):
        replies = self.raw(op, self._encode(op, values))
        if not replies:
            return None
        return self.spec.decode(self.spec.ops[op]["attribute-set"], replies[0])

    def dump(self, op, chunks=None, **values):
        """All objects; @chunks is called between the parts that they come in"""
        of = self.spec.ops[op]["attribute-set"]
        return [self.spec.decode(of, reply) for reply in
                self._ask(self.id, self.spec.ops[op]["value"], self._encode(op, values),
                          DUMP, chunks)]

    def join(self, group):
        self.socket.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, self.groups[group])

    def events(self, timeout=0.0):
        """What has come, and what comes until nothing does for that long"""
        by_number = {op["value"]: op for op in self.spec.ops.values()}
        messages, self.pending = self.pending, []
        self.socket.settimeout(timeout or 0.001)
        try:
            while True:
                messages += self._receive()
        except (TimeoutError, BlockingIOError):
            pass
        finally:
            self.socket.settimeout(None)
        return [dict(self.spec.decode(op["attribute-set"], message.body[4:]), event=op["name"])
                for message in messages for op in [by_number[message.body[0]]]]

    def policy(self, op):
        """What the kernel says that a request may have: by number, what it says of each"""
        number = self.spec.ops[op]["value"]
        replies = self._ask(GENL_ID_CTRL, CTRL_CMD_GETPOLICY,
                            attr(CTRL_FAMILY_ID, struct.pack("=H", self.id)) +
                            attr(CTRL_OP, struct.pack("=I", number)), DUMP)
        fields = [field for reply in replies for field in attrs(reply)]
        found = {}
        for _, ops in (field for field in fields if field[0] == CTRL_OP_POLICY):
            for _, ways in attrs(ops):
                index = struct.unpack("=I", dict(attrs(ways))[1])[0]
        for _, policies in (field for field in fields if field[0] == CTRL_POLICY):
            for where, policy in attrs(policies):
                if where == index:
                    for attribute, about in attrs(policy):
                        found[attribute] = {key: int.from_bytes(value, "little")
                                            for key, value in attrs(about)}
        return found
