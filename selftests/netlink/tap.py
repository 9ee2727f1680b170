# SPDX-License-Identifier: GPL-2.0-only
"""
Functions that are tests, and their results as TAP.
"""
import os
import time
import traceback

SKIPPED = 4
SLOW = int(os.environ.get("IPCX_SLOWDOWN") or 1)

tests = []


def test(function):
    """It returns nothing, or why it was skipped."""
    tests.append(function)
    return function


def equal(wanted, got):
    assert wanted == got, f"wanted {wanted!r}, got {got!r}"


def until(condition):
    for _ in range(600 * SLOW):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it does not come to pass")


def skip_all(why):
    print("1..0 # SKIP", why)
    return SKIPPED


def run_all(client):
    """Runs each with a @client of its own, which is closed. Returns the exit status."""
    print("TAP version 13")
    print(f"1..{len(tests)}", flush=True)
    failures = 0
    for number, function in enumerate(tests, 1):
        given = client()
        skip, verdict = None, "ok"
        try:
            skip = function(given)
        except Exception as error:  # pylint: disable=broad-except
            line = traceback.extract_tb(error.__traceback__)[-1].lineno
            print("#", f"{error!r}, line {line}".replace("\n", "\n# "))
            verdict = "not ok"
            failures += 1
        print(verdict, number, function.__name__ + (f" # SKIP {skip}" if skip else ""),
              flush=True)
        given.close()
    return 1 if failures else 0
