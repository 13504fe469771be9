"""How is WMI asked, so that a failure is a number and nothing waits for ever?

Through the scripting interface (SWbemServices), which pywin32 speaks. A number arrives as COM's
signed one and is given without sign. https://learn.microsoft.com/windows/win32/wmisdk/swbemservices
"""

import sys
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from agent.probes.base import ProbeError
from agent.probes.calls.leaves import leaf
from rules.facts.form import Json

T = TypeVar("T")

_RAISED = 0x80020009
"""DISP_E_EXCEPTION: the number stands in what comes with it."""


class Thing(Protocol):
    """An instance of a WMI class."""

    def value(self, name: str) -> Json:
        """A property; ProbeError."""
        ...

    def call(self, method: str, **given: str) -> Mapping[str, Json]:
        """What a method gives, by name, `ReturnValue` among it; ProbeError."""
        ...


def told(thing: Thing, method: str, name: str, **given: str) -> Json:
    """One value that a method gives; a failure, if it returns another number than 0."""
    return leaf(lambda: answered(thing, method, **given)[name])


def answered(thing: Thing, method: str, **given: str) -> Mapping[str, Json]:
    """All that a method gives; ProbeError if it returns another number than 0."""
    answer = thing.call(method, **given)
    if answer["ReturnValue"]:
        raise ProbeError.of(answer["ReturnValue"])
    return answer


def number_of(hresult: int, raised: tuple[Any, ...] | None) -> int:
    """The number of an error of COM (`pywintypes.com_error`), without sign."""
    unsigned = hresult & 0xFFFFFFFF
    if unsigned == _RAISED and raised and isinstance(raised[-1], int) and raised[-1]:
        return int(raised[-1]) & 0xFFFFFFFF
    return unsigned


def plain(value: Any) -> Json:  # noqa: ANN401 - what COM gave
    """A value as JSON has it: whole numbers without sign, lists for tuples, texts for the rest."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value & 0xFFFFFFFF if value < 0 else value
        case tuple() | list():
            return [plain(one) for one in value]
    return str(value)


if sys.platform == "win32":
    from collections.abc import Callable

    import pywintypes
    import win32com.client

    def instances(namespace: str, of: str) -> list[Thing]:
        r"""All instances of a class, say of `root\CIMV2`; ProbeError."""

        def ask() -> list[Thing]:
            locator = win32com.client.Dispatch("WbemScripting.SWbemLocator")
            services = locator.ConnectServer(".", namespace)
            return [_Instance(one) for one in services.InstancesOf(of)]

        return _numbered(ask)

    class _Instance:
        """A Thing of COM."""

        def __init__(self, found: Any) -> None:  # noqa: ANN401 - COM's
            self._found = found

        def value(self, name: str) -> Json:
            return _numbered(lambda: plain(self._found.Properties_(name).Value))

        def call(self, method: str, **given: str) -> Mapping[str, Json]:
            return _numbered(lambda: self._call(method, given))

        def _call(self, method: str, given: Mapping[str, str]) -> Mapping[str, Json]:
            arguments = None
            if given:
                arguments = self._found.Methods_(method).InParameters.SpawnInstance_()
                for name, value in given.items():
                    arguments.Properties_(name).Value = value
            words = (method,) if arguments is None else (method, arguments)
            gave = self._found.ExecMethod_(*words)
            return {str(one.Name): plain(one.Value) for one in gave.Properties_}

    def _numbered(ask: Callable[[], T]) -> T:
        try:
            return ask()
        except pywintypes.com_error as error:
            hresult, _, raised, *_ = error.args
            raise ProbeError.of(number_of(hresult, raised)) from error
