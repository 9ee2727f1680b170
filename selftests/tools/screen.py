#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs a command on a pseudo terminal and looks at its screen, step by step; prints the last screen,
# with what was wrong if something was, and ends with the command's status.

"""Usage: screen.py ROWSxCOLUMNS COMMAND STEP...

COMMAND is for the shell. A STEP is one of

  see=REGEX           wait until the screen, its lines joined by newlines, has it; '.' is any byte
  key=TEXT            type it
  size=ROWSxCOLUMNS   resize the terminal
  run=COMMAND         run another meanwhile, to its end
  within=SECONDS      from now on, what is to be seen must come that soon

After the last, the command has to end, and to leave the terminal as it was.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE = 60.0

# A terminal that can do little, so that little is to be emulated
TERMINAL = r"""ipcx-test|terminal of a test,
	am, cols#80, lines#24,
	cr=\r, ind=\n, cub1=\b, clear=\E[H\E[J, ed=\E[J, el=\E[K, home=\E[H,
	cup=\E[%i%p1%d;%p2%dH, smcup=\E[?1049h, rmcup=\E[?1049l,
"""

SEQUENCE = re.compile(rb"\x1b\[(\??[0-9;]*)([A-Za-z])|([\r\n\b])|([^\x1b\r\n\b])", re.DOTALL)


class Screen:
    def __init__(self, rows, columns):
        self.alternate = False
        self.rest = b""
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.y = self.x = 0
        self.cells = [[" "] * columns for _ in range(rows)]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def feed(self, data):
        data = self.rest + data
        at = 0
        while match := SEQUENCE.match(data, at):
            at = match.end()
            if match[2]:
                self.obey(match[1].decode(), match[2])
            elif match[3]:
                self.move(match[3])
            else:
                self.put(match[4].decode("latin-1"))
        self.rest = data[at:]

    def put(self, char):
        if self.x == self.columns:
            self.x = 0
            self.move(b"\n")
        self.cells[self.y][self.x] = char
        self.x += 1

    def move(self, how):
        if how == b"\r":
            self.x = 0
        elif how == b"\b":
            self.x = max(0, self.x - 1)
        elif self.y < self.rows - 1:
            self.y += 1
        else:
            self.cells = self.cells[1:] + [[" "] * self.columns]

    def obey(self, text, what):
        if what == b"H":
            y, x = (int(number) for number in (text or "1;1").split(";"))
            self.y, self.x = min(y, self.rows) - 1, min(x, self.columns) - 1
        elif what in b"JK":
            self.cells[self.y][self.x:] = [" "] * (self.columns - self.x)
            if what == b"J":
                for row in self.cells[self.y + 1:]:
                    row[:] = [" "] * self.columns
        elif text == "?1049":
            self.alternate = what == b"h"


def parse_size(text):
    rows, columns = text.split("x")
    return int(rows), int(columns)


class Session:
    def __init__(self, size, command, terminals):
        self.screen = Screen(*size)
        self.patience = PATIENCE
        self.fd, slave = pty.openpty()
        self.set_size(*size)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.child = subprocess.Popen(
            ["sh", "-c", "exec " + command], stdin=slave, stdout=slave, stderr=slave,
            env=dict(os.environ, TERM="ipcx-test", TERMINFO=terminals),
            preexec_fn=self.take_terminal)

    @staticmethod
    def take_terminal():
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def set_size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            self.screen.feed(os.read(self.fd, 65536))

    def wait_for(self, what, true):
        end = time.monotonic() + self.patience
        while not true():
            if time.monotonic() > end:
                raise SystemExit(f"{self.screen.text()}\nnot within {self.patience} s: {what}")
            self.read(0.05)

    def step(self, text):
        what, value = text.split("=", 1)
        if what == "see":
            wanted = re.compile(value, re.DOTALL | re.MULTILINE)
            self.wait_for(text, lambda: wanted.search(self.screen.text()))
        elif what == "key":
            os.write(self.fd, value.encode())
        elif what == "size":
            self.set_size(*parse_size(value))
        elif what == "within":
            self.patience = float(value)
        elif what == "run":
            subprocess.run(value, shell=True, check=True, stdout=subprocess.DEVNULL)

    def end(self):
        self.wait_for("its end", lambda: self.child.poll() is not None)
        self.read(0.05)
        if self.screen.alternate or termios.tcgetattr(self.slave) != self.before:
            raise SystemExit("the terminal is not as it was")
        return self.child.returncode


def main():
    with tempfile.TemporaryDirectory() as terminals:
        subprocess.run(["tic", "-x", "-o", terminals, "-"], input=TERMINAL.encode(), check=True)
        session = Session(parse_size(sys.argv[1]), sys.argv[2], terminals)
        try:
            for step in sys.argv[3:]:
                session.step(step)
            status = session.end()
        finally:
            session.child.kill()
    print(session.screen.text())
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
