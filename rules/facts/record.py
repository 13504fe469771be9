"""What is a record of the catalogue? A frozen data class, made in a sixth of the time.

`@dataclass(frozen=True)` writes six functions as text and compiles them, for each class anew: 16 ms
of CPU for the 35 of the catalogue, at every start. Here they are written once, for all. Every
field is given by name, and none has a default: no collector can leave one out.
"""

from dataclasses import FrozenInstanceError, dataclass
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")

_put = object.__setattr__


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make one of a class with annotations; it is changed by `dataclasses.replace`."""
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    for name, method in _METHODS.items():
        setattr(made, name, method)
    return made


def _init(self: Any, **values: object) -> None:  # noqa: ANN401 - any record
    if values.keys() != set(self.__slots__):
        odd = ", ".join(sorted(values.keys() ^ {*self.__slots__}))
        raise TypeError(f"{type(self).__name__}: not given, or not known: {odd}")
    for name, value in values.items():
        _put(self, name, value)


def _repr(self: Any) -> str:  # noqa: ANN401
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__name__}({told})"


def _values(self: Any) -> tuple[object, ...]:  # noqa: ANN401
    return tuple(getattr(self, name) for name in self.__slots__)


def _eq(self: Any, other: object) -> bool:  # noqa: ANN401
    return type(other) is type(self) and _values(self) == _values(other)


def _hash(self: Any) -> int:  # noqa: ANN401
    return hash(_values(self))


def _fixed(self: Any, name: str, *_value: object) -> NoReturn:  # noqa: ANN401
    raise FrozenInstanceError(f"{type(self).__name__}.{name} is fixed")


_METHODS = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _fixed,
    "__delattr__": _fixed,
}
