"""How is WMI asked, so that a failure is a number and nothing waits for ever?

Through the scripting interface (SWbemServices), which pywin32 speaks.
https://learn.microsoft.com/windows/win32/wmisdk/swbemservices
"""

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from agent.probes.base import ProbeError
from agent.probes.calls.leaves import leaf
from rules.facts.form import Json


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


if sys.platform == "win32":
    import win32com.client

    from agent.probes.calls.com import numbered, plain

    def instances(namespace: str, of: str) -> list[Thing]:
        r"""All instances of a class, say of `root\CIMV2`; ProbeError."""

        def ask() -> list[Thing]:
            locator = win32com.client.Dispatch("WbemScripting.SWbemLocator")
            services = locator.ConnectServer(".", namespace)
            return [_Instance(one) for one in services.InstancesOf(of)]

        return numbered(ask)

    class _Instance:
        """A Thing of COM."""

        def __init__(self, found: Any) -> None:  # noqa: ANN401 - COM's
            self._found = found

        def value(self, name: str) -> Json:
            return numbered(lambda: plain(self._found.Properties_(name).Value))

        def call(self, method: str, **given: str) -> Mapping[str, Json]:
            return numbered(lambda: self._call(method, given))

        def _call(self, method: str, given: Mapping[str, str]) -> Mapping[str, Json]:
            arguments = None
            if given:
                arguments = self._found.Methods_(method).InParameters.SpawnInstance_()
                for name, value in given.items():
                    arguments.Properties_(name).Value = value
            words = (method,) if arguments is None else (method, arguments)
            gave = self._found.ExecMethod_(*words)
            return {str(one.Name): plain(one.Value) for one in gave.Properties_}
