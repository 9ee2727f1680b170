#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Prints, as C, which requests the YAML file has, and what their attributes may be: for the fuzzer.

Usage: grammar.py YAML
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from generic import Spec  # pylint: disable=wrong-import-position

SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "string": 0}


def macro(*words):
    return "_".join(words).upper().replace("-", "_")


def requests(spec):
    for op in spec.ops.values():
        names = op.get("do", {}).get("request", {}).get("attributes")
        if names:
            yield op, names


def attribute(spec, of, name):
    what = spec.sets[of][name]
    checks = what.get("checks", {})
    size = SIZES[what["type"]]
    most = checks.get("max", checks.get("max-len", 2 ** (8 * size) - 1))
    return f"{{ {macro(spec.name, 'a', of, name)}, {size}, {checks.get('min', 0)}, {most}ull }}"


def main():
    spec = Spec(sys.argv[1])
    prefix = macro(spec.yaml["operations"]["name-prefix"])
    used = {}
    print("/* SPDX-License-Identifier: GPL-2.0-only */")
    print(f"/* Made by selftests/netlink/grammar.py of {sys.argv[1]} */\n")
    print("static const struct request requests[] = {")
    for op, names in requests(spec):
        of = op["attribute-set"]
        used.update(((of, name), None) for name in names)
        dumps = "true" if "dump" in op else "false"
        print(f"\t{{ {prefix}{macro(op['name'])}, {dumps}, {{")
        for name in names:
            print(f"\t\t{macro(spec.name, 'a', of, name)},")
        print("\t} },")
    print("};\n\nstatic const struct attribute attributes[] = {")
    for of, name in used:
        print(f"\t{attribute(spec, of, name)},")
    print("};")


main()
