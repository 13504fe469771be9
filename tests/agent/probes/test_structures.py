"""Each structure lies in memory as Windows' own headers say."""

import ctypes
import importlib
import inspect
import pkgutil

import pytest

import agent.host
import agent.probes
from tests.agent.probes.structures import STRUCTURES, Native


def test_every_structure_of_ours_is_named() -> None:
    known = {native.ours for native in STRUCTURES}
    assert {one for one in ours() if one not in known} == set()


def ours() -> set[type[ctypes.Structure]]:
    found = set()
    for package in (agent.host, agent.probes):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.startswith("agent.host.ssh"):
                continue
            members = vars(importlib.import_module(module.name)).values()
            found |= {one for one in members if inspect.isclass(one)}
    return {one for one in found if issubclass(one, ctypes.Structure)}


@pytest.mark.live
@pytest.mark.slow
def test_size_and_fields_are_those_of_the_headers_of_windows(wine) -> None:
    headers = dict.fromkeys(native.header for native in STRUCTURES)
    source = "\n".join(
        [
            "#include <winsock2.h>",
            "#include <windows.h>",
            "#include <stddef.h>",
            "#include <stdio.h>",
            *(f"#include <{name}>" for name in headers if name != "windows.h"),
            *(native.declared for native in STRUCTURES),
            "int main(void) {",
            *(line for native in STRUCTURES for line in asked(native)),
            "return 0; }",
        ]
    )
    said = wine.run(wine.compiled(source)).decode().splitlines()
    assert said == [line for native in STRUCTURES for line in told(native)]


def asked(native: Native) -> list[str]:
    """C that prints what `told` says."""
    name = native.name
    return [
        f'printf("{name} %d\\n", (int)sizeof({name}));',
        *(
            f'printf("{name}.{field} %d %d\\n", (int)offsetof({name}, {field}),'
            f" (int)sizeof((({name} *)0)->{field}));"
            for field in fields(native)
        ),
    ]


def told(native: Native) -> list[str]:
    return [
        f"{native.name} {ctypes.sizeof(native.ours)}",
        *(
            f"{native.name}.{field} {getattr(native.ours, field).offset}"
            f" {getattr(native.ours, field).size}"
            for field in fields(native)
        ),
    ]


def fields(native: Native) -> list[str]:
    """Their names; a union without a name has those of its members."""
    bare = getattr(native.ours, "_anonymous_", ())
    named = [field[:2] for field in native.ours._fields_]
    return [
        name
        for field, kind in named
        for name in ([inner[0] for inner in kind._fields_] if field in bare else [field])
    ]
