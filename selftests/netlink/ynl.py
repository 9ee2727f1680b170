#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
The generic netlink family as the kernel's own client uses it, which knows only its YAML file; and
that file as the kernel's schema wants it. Prints TAP.

The client is in build/selftests/ynl, as tools/setup/ynl gets it.
"""
import errno
import os
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

from tap import equal, run_all, skip_all, test  # pylint: disable=wrong-import-position
from device import CREATE, PERSIST, REGION, Endpoint, fresh  # pylint: disable=wrong-import-position

SPEC = os.path.join(here, "../../Documentation/netlink/specs/ipcx.yaml")
YNL = os.path.join(here, "../../build/selftests/ynl")
SCHEMA = os.path.join(YNL, "genetlink-c.yaml")

if not os.path.exists(SCHEMA):
    sys.exit(skip_all("the kernel's client could not be fetched: see tools/setup/ynl"))
try:
    sys.path.insert(0, YNL)
    import jsonschema
    from lib import NlError, SpecFamily, YnlFamily
except ImportError as missing:
    sys.exit(skip_all(missing))


class Family(YnlFamily):
    def __init__(self):
        super().__init__(SPEC, SCHEMA)

    def close(self):
        self.sock.close()

    def events(self, name):
        """What has come about the object of that name"""
        self.check_ntf()
        return [event["name"] for event in self.async_msg_queue if event["msg"]["name"] == name]


def refused(number, message, at, function, *args):
    try:
        result = function(*args)
    except NlError as error:
        equal(errno.errorcode[number], errno.errorcode[error.error])
        extack = error.nl_msg.extack
        assert message in extack["msg"], extack
        equal(at, extack.get("bad-attr") or extack.get("miss-type"))
        return
    raise AssertionError(f"{errno.errorcode[number]} wanted, but it returned {result!r}")


@test
def the_spec_is_as_the_schema_wants_it(_):
    SpecFamily(SPEC, SCHEMA)
    with open(SPEC, encoding="utf-8") as file:
        text = file.read()
    for good, bad in ("type: nest", "type: nets"), ("mcgrp: events", "mcgroup: events"):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(text.replace(good, bad, 1))
            file.flush()
            try:
                SpecFamily(file.name, SCHEMA)
            except jsonschema.ValidationError:
                continue
        raise AssertionError(f"it also wants {bad}")


@test
def an_object_is_found_by_its_name(family):
    with Endpoint(fresh(), max_msgs=7, max_msg_size=10, max_bytes=20) as box:
        box.send(b"hello")
        found = family.do("get", {"name": box.name})
        stats = found.pop("stats")
        equal({"id": box.id, "name": box.name, "kind": "mailbox", "flags": set(), "mode": 0o600,
               "uid": 0, "gid": 0, "endpoints": 1, "msgs": 1, "bytes": 5, "receivers": 0,
               "senders": 0, "max-msgs": 7, "max-msg-size": 10, "max-bytes": 20, "share": 100},
              found)
        equal((1, 5, 1), (stats["sent"], stats["sent-bytes"], stats["queued"]))
        equal([0] * 40, list(stats["delays"]))
        box.receive()
        delays = family.do("get", {"id": box.id})["stats"]["delays"]
        equal(1, sum(delays))
        refused(errno.ENOENT, "no object has this name", ".name", family.do, "get",
                {"name": box.name + "-not"})
    refused(errno.EINVAL, "which object?", "name", family.do, "get", {})


@test
def all_objects_are_dumped(family):
    boxes = [Endpoint(fresh()) for _ in range(300)]
    with Endpoint(fresh(), REGION, CREATE | PERSIST, size=5000) as region:
        found = {each["name"]: each for each in family.dump("get", {}) if "name" in each}
        for box in boxes:
            equal((box.id, "mailbox"), (found[box.name]["id"], found[box.name]["kind"]))
        equal(("region", 5000, {"persist"}),
              tuple(found[region.name][key] for key in ("kind", "size", "flags")))
        equal(1, found[region.name]["stats"]["opens"])
        family.do("remove", {"name": region.name})
    for box in boxes:
        box.close()


@test
def knobs_and_limits_are_set(family):
    with Endpoint(fresh()) as box:
        before = family.do("get", {"name": box.name})
        family.do("set", {"name": box.name, "knob-wait": 20000, "knob-copy": "heap",
                          "knob-wake": "last", "knob-drop": 5, "knob-delay": 6, "max-msgs": 9})
        equal(dict(before, **{"knob-wait": 20000, "knob-copy": "heap", "knob-wake": "last",
                              "knob-drop": 5, "knob-delay": 6, "max-msgs": 9}),
              family.do("get", {"name": box.name}))
        for name, value, number, message in (
                ("knob-wait", 2 * 10 ** 9, errno.EINVAL, "more than a second"),
                ("knob-drop", 1001, errno.ERANGE, "out of range"),
                ("max-bytes", 1, errno.EINVAL, "longest message"),
                ("mode", 0o666, errno.EINVAL, "")):
            refused(number, message, "." + name, family.do, "set", {"name": box.name, name: value})


@test
def objects_are_removed_and_events_tell_of_it(family):
    listener = Family()
    listener.ntf_subscribe("events")
    box = Endpoint(fresh(), flags=CREATE | PERSIST, max_msgs=1)
    box.send()
    assert not box.send()
    family.do("remove", {"name": box.name})
    refused(errno.ENOENT, "no object has this name", ".name", family.do, "get", {"name": box.name})
    equal(["created-ntf", "full-ntf", "removed-ntf"], listener.events(box.name))
    equal({"id", "kind", "name", "seq", "time"}, set(listener.async_msg_queue[-1]["msg"]))
    equal("mailbox", listener.async_msg_queue[-1]["msg"]["kind"])
    box.close()
    listener.close()


def main():
    if os.geteuid():
        return skip_all("needs root")
    return run_all(Family)


if __name__ == "__main__":
    sys.exit(main())
