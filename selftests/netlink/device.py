# SPDX-License-Identifier: GPL-2.0-only
"""
Mailboxes and regions through /dev/ipcx, as far as the tests of netlink need them.
"""
import contextlib
import ctypes
import fcntl
import itertools
import os
import struct

BIND = struct.Struct("=64s6I2Q")
UNLINK = struct.Struct("=64s2I")
STAT = struct.Struct("=64sQ8I2Q4IQ")
IOC_BIND = 1 << 30 | BIND.size << 16 | 0xC801
IOC_UNLINK = 1 << 30 | UNLINK.size << 16 | 0xC802
IOC_STAT = 2 << 30 | STAT.size << 16 | 0xC803

MAILBOX, REGION = 1, 2
CREATE, EXCL, PERSIST, HANGUP, HUGE = 1, 2, 4, 8, 32
KEEP = 1

ALICE, BOB = 1000, 2000
NEW_NET, NEW_USER = 0x40000000, 0x10000000

libc = ctypes.CDLL(None, use_errno=True)
numbers = itertools.count()


def fresh():
    """A name that nobody has"""
    return f"netlink-{os.getpid()}-{next(numbers)}"


class Endpoint:
    """An endpoint bound to an object, made now unless @flags says otherwise"""

    def __init__(self, name="", kind=MAILBOX, flags=CREATE, mode=0, max_msgs=0, max_msg_size=0,
                 max_bytes=0, size=0):
        self.name = name
        self.fd = os.open("/dev/ipcx", os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            fcntl.ioctl(self.fd, IOC_BIND, BIND.pack(os.fsencode(name), kind, flags, mode,
                                                     max_msgs, max_msg_size, 0, max_bytes, size))
        except OSError:
            os.close(self.fd)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    @property
    def id(self):
        return STAT.unpack(fcntl.ioctl(self.fd, IOC_STAT, bytes(STAT.size)))[1]

    def send(self, data=b"x"):
        """True if there was room"""
        try:
            os.write(self.fd, data)
        except BlockingIOError:
            return False
        return True

    def receive(self):
        return os.read(self.fd, 1 << 16)


def unlink(name, flags=0):
    fd = os.open("/dev/ipcx", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, IOC_UNLINK, UNLINK.pack(os.fsencode(name), flags, 0))
    finally:
        os.close(fd)


@contextlib.contextmanager
def user(uid):
    """Is that user meanwhile, who but for root has no capabilities"""
    os.setegid(uid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def in_child(function):
    """What a child of ours that runs it has found out: it must return a true value"""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            status = 0 if function() else 1
        except BaseException as error:  # pylint: disable=broad-except
            print("#", repr(error), flush=True)
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def set_limit(name, value):
    """Returns what it was"""
    with open("/proc/sys/net/ipcx/" + name, "r+", encoding="ascii") as file:
        was = int(file.read())
        file.seek(0)
        file.write(str(value))
    return was
