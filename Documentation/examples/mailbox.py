#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
A mailbox of /dev/ipcx from Python, with no binding: an ioctl opens it, and from then on it is a file
descriptor for os.read, os.write, select.epoll and asyncio.
"""
import asyncio
import fcntl
import os
import select
import struct
import sys

# struct ipcx_bind and IPCX_IOC_BIND of <linux/ipcx.h>, as most machines number ioctls
BIND = struct.Struct("=64s6I2Q")
IOC_BIND = 1 << 30 | BIND.size << 16 | 0xC8 << 8 | 0x01
KIND_MAILBOX = 1
BIND_CREATE = 1 << 0

# As long as any message may be: one that does not fit is refused, and stays.
LONGEST = 1 << 20


class Mailbox:
    """One endpoint. It goes into select.epoll, asyncio and the like as it is."""

    def __init__(self, name, flags=os.O_RDWR, create=False):
        self.name = name
        self.fd = os.open("/dev/ipcx", flags | os.O_CLOEXEC)
        bind = BIND.pack(os.fsencode(name), KIND_MAILBOX, BIND_CREATE if create else 0,
                         0, 0, 0, 0, 0, 0)
        try:
            fcntl.ioctl(self.fd, IOC_BIND, bind)
        except OSError:
            os.close(self.fd)
            raise

    def fileno(self):
        return self.fd

    def close(self):
        os.close(self.fd)

    def receive(self):
        return os.read(self.fd, LONGEST)

    def send(self, message):
        os.write(self.fd, message)

    # For asyncio: the descriptor must have O_NONBLOCK.

    async def receive_soon(self):
        while True:
            try:
                return self.receive()
            except BlockingIOError:
                await self._ready("reader")

    async def send_soon(self, message):
        while True:
            try:
                return self.send(message)
            except BlockingIOError:
                await self._ready("writer")

    async def _ready(self, way):
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        getattr(loop, "add_" + way)(self.fd, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            getattr(loop, "remove_" + way)(self.fd)


def show(*texts):
    print(*texts, flush=True)


def send(name, *messages):
    """Sends each of MESSAGE..., waiting for room."""
    box = Mailbox(name, os.O_WRONLY)
    for message in messages:
        box.send(os.fsencode(message))


def recv(name):
    """Prints what comes until an empty message does."""
    box = Mailbox(name, os.O_RDONLY)
    while message := box.receive():
        show(os.fsdecode(message))


def watch(*names):
    """Prints what comes to any of several mailboxes, until an empty message comes to each."""
    boxes = {}
    with select.epoll() as epoll:
        for name in names:
            box = Mailbox(name, os.O_RDONLY | os.O_NONBLOCK)
            boxes[box.fileno()] = box
            epoll.register(box, select.EPOLLIN)
        while boxes:
            for fd, _ in epoll.poll():
                box = boxes[fd]
                message = box.receive()
                if message:
                    show(box.name + ":", os.fsdecode(message))
                    continue
                epoll.unregister(box)
                boxes.pop(fd).close()


def relay(here, there):
    """Passes messages on from one mailbox to another, in capitals, by asyncio."""
    async def run():
        source = Mailbox(here, os.O_RDONLY | os.O_NONBLOCK)
        sink = Mailbox(there, os.O_WRONLY | os.O_NONBLOCK)
        while message := await source.receive_soon():
            await sink.send_soon(message.upper())
        await sink.send_soon(b"")

    asyncio.run(run())


def main():
    commands = {"send": send, "recv": recv, "watch": watch, "relay": relay}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        print("Usage: mailbox.py COMMAND NAME...", file=sys.stderr)
        for name, function in commands.items():
            print(f"  {name:6} {function.__doc__}", file=sys.stderr)
        return 2
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        print("mailbox.py:", error.strerror, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
