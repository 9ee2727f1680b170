#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
The generic netlink family, as a client that knows only its YAML file sees it: what it tells, what it
refuses and why, who may what, what is dumped while others come and go, events. Prints TAP.
"""
import errno
import glob
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

from tap import SLOW, equal, run_all, skip_all, test, until  # pylint: disable=wrong-import-position

try:
    from generic import Family, Refused, Spec, NUMBERS, attr
except ImportError as missing:
    sys.exit(skip_all(missing))
from device import *  # pylint: disable=wildcard-import,unused-wildcard-import

SPEC = Spec(os.path.join(here, "../../Documentation/netlink/specs/ipcx.yaml"))
POKE = os.path.join(here, "../../build/selftests/poke")
REQUESTS = ["get", "set", "remove"]
HEAD = {"id", "name", "kind", "flags", "mode", "uid", "gid"}
NO_NEWS = dict.fromkeys(["maps", "map-bytes", "opens", "used", "notices", "heard", "coalesced",
                         "unheard", "waits", "waits-slept", "waits-vain"], 0)


def refused(number, function, *args, **kwargs):
    """Expects that errno; returns what the kernel said"""
    try:
        result = function(*args, **kwargs)
    except Refused as error:
        assert error.errno == number, \
            f"{errno.errorcode[error.errno]} ({error.message}), not {errno.errorcode[number]}"
        return error
    raise AssertionError(f"{errno.errorcode[number]} wanted, but it returned {result!r}")


def names_of(objects):
    return [found.get("name") for found in objects]


@test
def the_kernel_checks_what_the_spec_says(family):
    for op in REQUESTS:
        allowed = SPEC.ops[op]["do"]["request"]["attributes"]
        wanted = {}
        for name in allowed:
            what = SPEC.sets["object"][name]
            checks = what.get("checks", {})
            if what["type"] == "string":
                wanted[what["value"]] = {1: 12, 7: checks["max-len"]}
            else:
                largest = {"u32": 2 ** 32, "u64": 2 ** 64}[what["type"]] - 1
                wanted[what["value"]] = {1: {"u32": 4, "u64": 5}[what["type"]],
                                         4: checks.get("min", 0), 5: checks.get("max", largest)}
        equal(wanted, family.policy(op))
    equal({group["name"] for group in SPEC.yaml["mcast-groups"]["list"]}, set(family.groups))


@test
def an_object_is_found_by_name_by_id_and_by_both(family):
    with Endpoint(fresh(), max_msgs=7, max_msg_size=10, max_bytes=20) as box:
        box.send(b"hello")
        found = family.do("get", name=box.name)
        equal(found, family.do("get", id=box.id))
        equal(found, family.do("get", id=box.id, name=box.name))
        stats = found.pop("stats")
        equal([0] * 40, stats.pop("delays"))
        equal({"sent": 1, "sent-bytes": 5, "queued": 1, "msgs": 1, "bytes": 5, "peak-msgs": 1,
               "peak-bytes": 5}, {name: value for name, value in stats.items() if value})
        equal({"id": box.id, "name": box.name, "kind": "mailbox", "flags": set(), "mode": 0o600,
               "uid": 0, "gid": 0, "endpoints": 1, "msgs": 1, "bytes": 5, "receivers": 0,
               "senders": 0, "max-msgs": 7, "max-msg-size": 10, "max-bytes": 20, "share": 100},
              found)
        with Endpoint(fresh(), REGION, size=5000) as region:
            equal({"id": region.id, "name": region.name, "kind": "region", "flags": set(),
                   "mode": 0o600, "uid": 0, "gid": 0, "endpoints": 1, "size": 5000,
                   "receivers": 0, "stats": dict(NO_NEWS, opens=1)},
                  family.do("get", name=region.name))
            with Endpoint("", REGION, CREATE | HUGE, size=1) as huge:
                # If the kernel has huge pages for shared memory
                equal(set(), family.do("get", id=huge.id)["flags"] - {"huge"})
            error = refused(errno.ENOENT, family.do, "get", id=region.id, name=box.name)
            equal("no object has this id and this name", error.message)


@test
def limits_change_and_nothing_else_does(family):
    with Endpoint(fresh()) as box:
        before = family.do("get", name=box.name)
        family.do("set", name=box.name, max_msgs=2)
        equal(dict(before, **{"max-msgs": 2}), family.do("get", name=box.name))
        family.do("set", id=box.id, max_msg_size=100, max_bytes=1000, share=50)
        equal(dict(before, **{"max-msgs": 2, "max-msg-size": 100, "max-bytes": 1000,
                              "share": 50}), family.do("get", name=box.name))
        error = refused(errno.EINVAL, family.do, "set", name=box.name, max_bytes=99)
        assert "longest message" in error.message and error.offset, error.message
        error = refused(errno.EINVAL, family.do, "set", name=box.name)
        assert "nothing to change" in error.message, error.message
    with Endpoint(fresh(), REGION, size=1) as region:
        refused(errno.EOPNOTSUPP, family.do, "set", name=region.name, share=1)


@test
def knobs_are_turned_and_told_while_they_are(family):
    as_made = {"knob_wait": 2 ** 64 - 1, "knob_copy": "default", "knob_wake": "default",
               "knob_drop": 0, "knob_delay": 0}
    with Endpoint(fresh(), mode=0o606) as box:
        before = family.do("get", name=box.name)
        family.do("set", name=box.name, knob_wait=20000)
        equal(dict(before, **{"knob-wait": 20000}), family.do("get", name=box.name))
        family.do("set", name=box.name, knob_copy="heap", knob_wake="last", knob_drop=1000,
                  knob_delay=1000, share=50)
        found = family.do("get", name=box.name)
        equal(dict(before, **{"knob-wait": 20000, "knob-copy": "heap", "knob-wake": "last",
                              "knob-drop": 1000, "knob-delay": 1000, "share": 50}), found)
        # Nothing changes if one thing cannot.
        for values in ({"knob_wait": 10 ** 9 + 1, "share": 5}, {"knob_drop": 0, "max_bytes": 1}):
            error = refused(errno.EINVAL, family.do, "set", name=box.name, **values)
            assert error.message and error.offset, error.message
            equal(found, family.do("get", name=box.name))
        with user(ALICE):
            refused(errno.EPERM, family.do, "set", name=box.name, knob_wait=0)
        family.do("set", name=box.name, **as_made, share=100)
        equal(before, {name: value for name, value in family.do("get", name=box.name).items()
                       if name != "stats"})
    with user(ALICE):
        box = Endpoint(fresh())
        family.do("set", name=box.name, knob_wake="sync")
        for knob in "knob_drop", "knob_delay":
            error = refused(errno.EPERM, family.do, "set", name=box.name, share=5, **{knob: 1})
            assert "CAP_SYS_ADMIN" in error.message, error.message
        equal(100, family.do("get", name=box.name)["share"])
        box.close()
    with Endpoint(fresh(), REGION, size=1) as region:
        refused(errno.EOPNOTSUPP, family.do, "set", name=region.name, knob_drop=1)


@test
def removing_wakes_who_sleeps(family):
    def sleeper():
        os.set_blocking(box.fd, True)
        try:
            box.receive()
        except OSError as error:
            return error.errno == errno.EIDRM
        return False

    for name in fresh(), "":
        with Endpoint(name) as box:
            pid = os.fork()
            if not pid:
                os._exit(0 if sleeper() else 1)
            until(lambda: family.do("get", id=box.id)["receivers"] == 1)
            family.do("remove", id=box.id)
            equal(0, os.waitpid(pid, 0)[1])
            equal({"removed"}, family.do("get", id=box.id)["flags"])
            refused(errno.ENOENT, family.do, "remove", id=box.id)
            if name:
                refused(errno.ENOENT, family.do, "get", name=name)


@test
def a_persistent_object_is_gone_when_it_is_removed(family):
    with Endpoint(fresh(), flags=CREATE | PERSIST) as box:
        number = box.id
        equal({"persist"}, family.do("get", id=number)["flags"])
    equal(0, family.do("get", id=number)["endpoints"])
    family.do("remove", name=box.name, id=number)
    refused(errno.ENOENT, family.do, "get", id=number)


def wrong_values(what):
    """Payloads that an attribute must not have, and the errno of each"""
    checks = what.get("checks", {})
    if what["type"] == "string":
        longest = checks["max-len"]
        return [(data, errno.EINVAL) for data in (b"", b"box", b"x" * (longest + 1) + b"\0",
                                                  b"x" * 1000 + b"\0")]
    form = NUMBERS[what["type"]]
    size = struct.calcsize(form)
    wrong = [(data, errno.EINVAL) for data in (b"", bytes(size - 1), bytes(size + 1), b"text\0")]
    if "min" in checks:
        wrong += [(struct.pack(form, checks["min"] - 1), errno.ERANGE)]
    if "max" in checks:
        wrong += [(struct.pack(form, checks["max"] + 1), errno.ERANGE),
                  (b"\xff" * size, errno.ERANGE)]
    return wrong


def refused_attribute(family, op, body, number, payload):
    try:
        family.raw(op, body + attr(number, payload))
    except Refused as error:
        assert error.errno in (errno.EINVAL, errno.ERANGE), error
        assert error.message, f"{op}: {number}: no sentence"
        equal(20 + len(body), error.offset)
        return error.errno
    raise AssertionError(f"{op} has taken attribute {number} with {payload!r}")


@test
def what_an_attribute_must_not_be_is_refused_and_pointed_at(family):
    with Endpoint(fresh()) as box:
        key = SPEC.encode("object", "id", box.id)
        before = family.do("get", id=box.id)
        for op in REQUESTS:
            for name in SPEC.ops[op]["do"]["request"]["attributes"]:
                what = SPEC.sets["object"][name]
                body = b"" if name == "id" else key
                for payload, number in wrong_values(what):
                    got = refused_attribute(family, op, body, what["value"], payload)
                    assert number == got, (op, name, payload, errno.errorcode[got])
                # As if it had others in it
                refused_attribute(family, op, body, what["value"] | 0x8000, bytes(8))
        equal(before, family.do("get", id=box.id))


@test
def an_attribute_that_a_command_does_not_take_is_refused(family):
    with Endpoint(fresh()) as box:
        key = SPEC.encode("object", "id", box.id)
        last = max(what["value"] for what in SPEC.sets["object"].values())
        for op in REQUESTS:
            allowed = SPEC.ops[op]["do"]["request"]["attributes"]
            for what in SPEC.sets["object"].values():
                if what["name"] not in allowed:
                    refused_attribute(family, op, key, what["value"], bytes(4))
            refused_attribute(family, op, key, last + 1, bytes(4))
            refused_attribute(family, op, key, 0x3fff, b"")
        assert family.do("get", id=box.id)


@test
def a_request_without_an_object_says_so(family):
    for op, more in ("get", {}), ("set", {"share": 1}), ("remove", {}):
        error = refused(errno.EINVAL, family.do, op, **more)
        assert "which object" in error.message, error.message
        equal(SPEC.sets["object"]["name"]["value"], error.missing)
        for key in {"name": fresh()}, {"id": 1 << 60}, {"name": ""}, {"id": 0}:
            error = refused(errno.ENOENT, family.do, op, **key, **more)
            assert "no object has this" in error.message and error.offset == 20, error.message


@test
def what_is_no_request_is_refused(family):
    key = SPEC.encode("object", "name", "box")
    for op in SPEC.ops:
        if op not in REQUESTS:
            refused(errno.EOPNOTSUPP, family.raw, op)
    # No attribute is that short, or that long
    for body in b"\x03\0\x03\0", b"\xff\0\x03\0", key + b"\x04":
        refused(errno.EINVAL, family.raw, "get", body)
    # A reserved field of the header
    data = bytearray(family.request(family.id, SPEC.ops["get"]["value"], key, 4))
    data[18] = 1
    family.socket.send(data)
    equal(errno.EINVAL, Family._refusal(next(family._receive())).errno)
    error = refused(errno.EINVAL, family.dump, "get", name="box")
    # Not every kernel passes on what is said of a dump.
    assert not error.message or "no attributes" in error.message, error.message


@test
def without_a_right_there_is_little_to_see_and_nothing_to_do(family):
    for mode, whole in (0o600, False), (0o604, True), (0o602, True), (0o060, False), (0o640, False):
        with Endpoint(fresh(), mode=mode) as box, user(ALICE):
            found = family.do("get", name=box.name)
            equal(whole, set(found) > HEAD)
            assert set(found) >= HEAD
            equal([found], [seen for seen in family.dump("get") if seen["id"] == found["id"]])
            for op, more in ("set", {"share": 1}), ("remove", {}):
                error = refused(errno.EPERM, family.do, op, name=box.name, **more)
                assert "owner" in error.message and error.offset, error.message
        assert box.fd < 0
    with user(ALICE):
        box = Endpoint(fresh(), mode=0o200)
        assert set(family.do("get", name=box.name)) > HEAD
        family.do("set", name=box.name, share=5)
        family.do("remove", name=box.name)
    box.close()


@test
def what_has_no_name_is_its_owners(family):
    with user(ALICE):
        nameless, lost = Endpoint(), Endpoint(fresh())
        unlink(lost.name, KEEP)
    for box, flags in (nameless, set()), (lost, {"unlinked"}):
        for uid in ALICE, 0:
            with user(uid):
                equal(flags, family.do("get", id=box.id)["flags"])
                assert box.id in [found["id"] for found in family.dump("get")]
        with user(BOB):
            refused(errno.ENOENT, family.do, "get", id=box.id)
            refused(errno.ENOENT, family.do, "remove", id=box.id)
            assert box.id not in [found["id"] for found in family.dump("get")]
        box.close()


@test
def a_request_needs_the_rights_of_who_opened_the_socket_too(family):
    with user(ALICE):
        hers = Family(SPEC)
    with Endpoint(fresh()) as box:
        # Root's pen, Alice's words
        refused(errno.EPERM, hers.do, "set", name=box.name, share=3)
        equal(HEAD, set(hers.do("get", name=box.name)))
        # Alice, through what root has opened
        with user(ALICE):
            refused(errno.EPERM, family.do, "set", name=box.name, share=3)
        # Who gives an address knows whom he speaks to.
        body = SPEC.encode("object", "name", box.name) + SPEC.encode("object", "share", 3)
        hers.socket.sendto(hers.request(hers.id, SPEC.ops["set"]["value"], body, 4), (0, 0))
        equal(0, struct.unpack_from("=i", next(hers._receive()).body)[0])
        equal(3, family.do("get", name=box.name)["share"])
    hers.close()


@test
def owners_are_numbered_as_the_reader_has_them(family):
    def stranger():
        unshare(NEW_USER)
        found = family.do("get", name=box.name)
        return found["uid"] == 65534 and found["gid"] == 65534

    with Endpoint(fresh(), mode=0o604) as box:
        assert in_child(stranger)


@test
def other_namespaces_are_other_worlds(family):
    def there():
        unshare(NEW_NET)
        theirs = Family(SPEC)
        theirs.join("events")
        equal([], theirs.dump("get"))
        refused(errno.ENOENT, theirs.do, "get", name=box.name)
        refused(errno.ENOENT, theirs.do, "remove", id=box.id)
        # A socket stays where it was opened.
        equal(box.name, family.do("get", id=box.id)["name"])
        with Endpoint(fresh(), flags=CREATE | PERSIST) as own:
            equal([own.name], names_of(theirs.dump("get")))
            refused(errno.ENOENT, family.do, "get", name=own.name)
        family.do("set", id=box.id, share=7)
        equal(["created-ntf"], [event["event"] for event in theirs.events()])
        return True

    listener = Family(SPEC)
    listener.join("events")
    with Endpoint(fresh()) as box:
        assert in_child(there)
        equal([("created-ntf", box.name)],
              [(event["event"], event["name"]) for event in listener.events()])
    listener.close()


@test
def a_dump_tells_what_lasts_once_whatever_comes_and_goes(family):
    def churn(replies):
        parts.append(len(replies))
        for box in passing:
            box.close()
        passing[:] = [Endpoint(fresh()) for _ in range(20)]
        for box in lasting[::50]:
            box.send()

    parts, passing = [], []
    lasting = [Endpoint(fresh() if i % 3 else "") for i in range(2000)]
    # Every other one goes, so that there are gaps before the dump begins, too.
    for box in lasting[1::2]:
        box.close()
    lasting = lasting[::2]
    churn([])
    found = [seen["id"] for seen in family.dump("get", churn)]
    equal(sorted(set(found)), found)
    equal(set(), {box.id for box in lasting} - set(found))
    assert len(parts) > 4, parts
    for box in lasting + passing:
        box.close()


@test
def two_dumps_do_not_disturb_each_other(family):
    boxes = [Endpoint(fresh()) for _ in range(300)]
    other, seen = Family(SPEC), []
    names = names_of(family.dump("get", lambda _: seen.append(names_of(other.dump("get")))))
    equal([names] * len(seen), seen)
    for box in boxes:
        box.close()
        assert box.name in names
    other.close()


def listed_in(room):
    """Lists all, and returns how many, and what memory that took in KiB; ends at @room"""
    with subprocess.Popen(["ipcx", "ls", "--json"], stdout=subprocess.PIPE,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA,
                                                                (room, room))) as lister:
        lines = sum(1 for _ in lister.stdout)
        _, status, usage = os.wait4(lister.pid, 0)
        lister.returncode = os.waitstatus_to_exitcode(status)
    equal(0, lister.returncode)
    return lines, usage.ru_maxrss


@test
def very_many_are_listed_in_the_memory_that_few_take(_):
    many = int(os.environ.get("IPCX_MANY") or 20000)

    def there():
        unshare(NEW_NET)
        for count in 10, many - 10:
            subprocess.run([POKE, "many", fresh(), str(count)], check=True)
            found.append(listed_in(8 << 20))
        print("#", found, flush=True)
        equal([10, many], [count for count, _ in found])
        return found[1][1] - found[0][1] < 512

    if SLOW > 1:
        return "it would take too long"
    found = []
    assert in_child(there), "see above"
    return None


class Listening:
    """A family that has joined the group, in a namespace of its own"""

    def __init__(self, room=None):
        unshare(NEW_NET)
        self.family = Family(SPEC, room)
        self.family.join("events")

    def events(self):
        return [(event["event"], event.get("name")) for event in self.family.events()]


def isolated(function):
    """A test that runs in a child, in a network namespace of its own"""
    def run(_):
        assert in_child(lambda: function(Listening()) is None), "see above"

    run.__name__ = function.__name__
    return test(run)


@isolated
def names_come_and_go_in_order(listening):
    start = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    with Endpoint(fresh()) as box, Endpoint() as nameless, Endpoint(fresh(), REGION, size=1) as reg:
        ids = [box.id, box.id, reg.id, reg.id]
        unlink(box.name, KEEP)
        assert nameless.send()
    events = listening.family.events()
    equal([("created-ntf", box.name, "mailbox"), ("created-ntf", reg.name, "region"),
           ("removed-ntf", box.name, "mailbox"), ("removed-ntf", reg.name, "region")],
          [(event["event"], event["name"], event["kind"]) for event in events])
    equal(sorted(ids), sorted(event["id"] for event in events))
    equal([1, 2, 3, 4], [event["seq"] for event in events])
    times = [start] + [event["time"] for event in events]
    times.append(time.clock_gettime_ns(time.CLOCK_MONOTONIC))
    equal(sorted(times), times)


@isolated
def events_are_counted_while_somebody_listens(listening):
    with Endpoint(fresh()):
        pass
    listening.family.close()
    with Endpoint(fresh()):
        pass
    again = Family(SPEC)
    again.join("events")
    with Endpoint(fresh()):
        pass
    equal([3, 4], [event["seq"] for event in again.events()])


@isolated
def a_mailbox_is_full_once(listening):
    with Endpoint(fresh(), max_msgs=4) as box, Endpoint(max_msgs=1) as nameless:
        while nameless.send():
            pass
        for _ in range(4):
            assert box.send()
        equal([("created-ntf", box.name)], listening.events())
        for _ in range(3):
            assert not box.send()
        equal([("full-ntf", box.name)], listening.events())
        # Not when there is room for one now and then
        for _ in range(5):
            box.receive()
            assert box.send()
            assert not box.send()
        equal([], listening.events())
        # But when it was half empty
        box.receive()
        box.receive()
        while box.send():
            pass
        equal([("full-ntf", box.name)], listening.events())
    with Endpoint(fresh(), max_bytes=10, max_msg_size=10) as box:
        box.send(b"12345678")
        assert box.send(b"12") and not box.send(b"1")
        equal([("removed-ntf"), ("created-ntf"), ("full-ntf")],
              [event for event, _ in listening.events()])


def hits(listening):
    return [(event["limit"], event["uid"]) for event in listening.family.events()
            if event["event"] == "limit-ntf"]


def hit(name, value, function):
    was = set_limit(name, value)
    for _ in range(3):
        try:
            function()
        except OSError:
            pass
        else:
            raise AssertionError(f"{name} does not hold")
    set_limit(name, was)
    # It is told at most once a second.
    time.sleep(1.2)


@isolated
def who_is_refused_by_a_limit_is_told_once_a_second(listening):
    with user(ALICE):
        box = Endpoint(fresh())

    def as_alice(function):
        def run():
            with user(ALICE):
                function()
        return run

    hit("user_objects", 1, as_alice(Endpoint))
    equal([("user-objects", ALICE)], hits(listening))
    hit("max_objects", 1, as_alice(Endpoint))
    equal([("max-objects", ALICE)], hits(listening))
    hit("user_bytes", 10, as_alice(box.send))
    equal([("user-bytes", ALICE)], hits(listening))
    hit("max_bytes", 10, as_alice(box.send))
    equal([("max-bytes", ALICE)], hits(listening))
    hit("user_region_bytes", 10, as_alice(lambda: Endpoint("", REGION, size=11)))
    equal([("user-region-bytes", ALICE)], hits(listening))
    hit("max_region_bytes", 10, as_alice(lambda: Endpoint("", REGION, size=11)))
    equal([("max-region-bytes", ALICE)], hits(listening))
    box.close()


@isolated
def a_server_that_dies_with_a_reply_owed_is_told_of(listening):
    with Endpoint(fresh()) as box:
        server = subprocess.Popen(["ipcx", "serve", box.name, "--", "sleep", "1000"],
                                  start_new_session=True)
        until(lambda: listening.family.do("get", id=box.id)["receivers"] == 1)
        caller = subprocess.Popen(["ipcx", "call", box.name, "hello"], stderr=subprocess.DEVNULL)
        until(lambda: listening.family.do("get", id=box.id)["endpoints"] == 3 and
              listening.family.do("get", id=box.id)["receivers"] == 0)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        equal(1, caller.wait())
        events = listening.family.events()
        equal([("created-ntf", None), ("owner-died-ntf", 1)],
              [(event["event"], event.get("owed")) for event in events])
        equal((box.name, box.id), (events[1]["name"], events[1]["id"]))


@test
def a_listener_notices_what_it_has_missed(_):
    def overflow():
        listening = Listening(room=1)
        for _ in range(100):
            with Endpoint(fresh()):
                pass
        try:
            listening.family.socket.recv(1 << 16, socket.MSG_DONTWAIT)
        except OSError as error:
            equal(errno.ENOBUFS, error.errno)
        else:
            raise AssertionError("nothing was missed")
        seqs = [event["seq"] for event in listening.family.events()]
        equal(list(range(1, len(seqs) + 1)), seqs)
        assert 0 < len(seqs) < 200, seqs
        with Endpoint(fresh()):
            pass
        equal([201, 202], [event["seq"] for event in listening.family.events()])
        return True

    assert in_child(overflow), "see above"


@test
def the_module_goes_under_a_listener_but_not_under_a_dump(family):
    module = os.environ.get("IPCX_MODULE") or next(iter(glob.glob("/run/vm/ipcx*.ko")), None)
    if not module:
        return "no module file: set IPCX_MODULE"
    listener = Family(SPEC)
    boxes = [Endpoint(fresh(), flags=CREATE | PERSIST) for _ in range(300)]
    other = Family(SPEC)
    # Asked for, and not read to its end
    family.socket.send(family.request(family.id, SPEC.ops["get"]["value"], b"", 0x300))
    for box in boxes:
        other.do("remove", name=box.name)
        box.close()
    other.close()
    listener.join("events")
    assert subprocess.run(["rmmod", "ipcx"], stderr=subprocess.DEVNULL, check=False).returncode
    family.close()
    subprocess.run(["rmmod", "ipcx"], check=True)
    refused(errno.ENOENT, listener.do, "get", name="box")
    subprocess.run(["insmod", module], check=True)
    with Endpoint(fresh()) as box:
        equal([], [event for event in listener.events() if event.get("name") == box.name])
        again = Family(SPEC)
        again.join("events")
        equal(box.name, again.do("get", id=box.id)["name"])
    equal(["removed-ntf"], [event["event"] for event in again.events()])
    again.close()
    listener.close()
    return None


def main():
    if os.geteuid():
        return skip_all("needs root")
    os.umask(0)
    os.setgroups([])
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    return run_all(lambda: Family(SPEC))


if __name__ == "__main__":
    sys.exit(main())
