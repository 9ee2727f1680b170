#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Prints C that compiles only if the headers have the names and numbers of the YAML file, and no others.

Usage: header.py YAML
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from generic import Spec  # pylint: disable=wrong-import-position


UAPI = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../uapi")


def macro(text):
    return text.upper().replace("-", "_")


def wanted(spec):
    """All pairs of a C expression and what it must be"""
    family = spec.name
    for item in spec.yaml["definitions"]:
        for name, value in spec.constants[item["name"]].items():
            yield macro(item["name-prefix"] + name), value
    for of, attributes in spec.sets.items():
        prefix = f"{family}-a-{of}-"
        for name, what in attributes.items():
            yield macro(prefix + name), what["value"]
        yield macro(prefix + "max"), len(attributes)
    prefix = spec.yaml["operations"]["name-prefix"]
    for name, op in spec.ops.items():
        yield macro(prefix + name), op["value"]
    yield macro(prefix + "max"), len(spec.ops)
    yield f"sizeof({macro(family)}_FAMILY_NAME)", len(family) + 1


def unknown(spec):
    """Names of definitions that a header has and the specification has not"""
    for item in spec.yaml["definitions"]:
        prefix = macro(item["name-prefix"])
        known = {prefix + macro(name) for name in spec.constants[item["name"]]}
        path = os.path.join(UAPI, item.get("header", spec.yaml["uapi-header"]))
        with open(path, encoding="utf-8") as file:
            defined = re.findall(rf"^(?:#define\s+|\t)({prefix}\w+)(?:\s+\(1U|,| =)", file.read(),
                                 re.MULTILINE)
        yield from set(defined) - known


def main():
    spec = Spec(sys.argv[1])
    print("#include <linux/ipcx.h>\n#include <linux/ipcx_netlink.h>")
    for expression, value in wanted(spec):
        print(f'_Static_assert({expression} == {value}, "{expression} is not {value}");')
    for group in spec.yaml["mcast-groups"]["list"]:
        name = f"{macro(spec.name)}_MCGRP_{macro(group['name'])}"
        print(f'_Static_assert(sizeof({name}) == {len(group["name"]) + 1}, "{name}");')
    for name in unknown(spec):
        print(f"#error {name} is not in the specification")
    name = spec.sets["object"]["name"]["checks"]["max-len"] + 1
    print(f'_Static_assert(IPCX_NAME_SIZE == {name}, "IPCX_NAME_SIZE is not {name}");')


main()
