"""Which imaging and practice software do we know, and by what does it show itself?

From one data file, products.json, which says what its fields mean: to know one product more, add
its record, and its id to the fact `software`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rules.facts.software import DentalProduct

_FILE = Path(__file__).with_name("products.json")

Trust: TypeAlias = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product; each path may hold `?:` for any drive and `*` for any one folder."""

    id: DentalProduct
    name: str
    trust: Trust
    apps: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that the data file says."""

    products: tuple[Product, ...]
    bridges: tuple[str, ...]
    listens: frozenset[str]
    captures: frozenset[str]
    clouds: Mapping[str, tuple[str, ...]]


@cache
def known() -> Known:
    """The data file of this release, read once."""
    said = json.loads(_FILE.read_bytes())
    products = tuple(Product(**_tuples(one)) for one in said["products"])
    listens = {name for product in products for name in product.listens}
    return Known(
        products,
        tuple(said["bridges"]),
        frozenset({*said["listens"], *listens}),
        frozenset(name for product in products for name in product.runs),
        _tuples(said["clouds"]),
    )


@cache
def bridge_patterns() -> tuple[tuple[str, ...], ...]:
    """The folders and the name of each bridge file, folded; `*` is any folder. No drive."""
    said = known()
    named = (*said.bridges, *(path for product in said.products for path in product.bridges))
    return tuple(tuple(path.casefold().split("\\"))[1:] for path in named)


@cache
def bridge_names() -> frozenset[str]:
    """The names alone: what bears none of them is no bridge."""
    return frozenset(pattern[-1] for pattern in bridge_patterns())


def of_app(name: str) -> DentalProduct | None:
    """The product that a program is, by the name that its system shows for it."""
    for product in known().products:
        if any(_names(words, name) for words in product.apps):
            return product.id
    return None


def of_package(name: str) -> DentalProduct | None:
    """The product that a package of Linux is."""
    return next((one.id for one in known().products if name in one.packages), None)


def cloud(path: str) -> str | None:
    """The service that copies a path away, by the name of a folder above it."""
    parts = [part.lower() for part in re.split(r"[\\/]", path)]
    for service, names in known().clouds.items():
        for name in map(str.lower, names):
            if any(part == name or part.startswith(f"{name} - ") for part in parts):
                return service
    return None


def _names(words: str, shown: str) -> bool:
    """Do the words stand in a name, whole?"""
    return re.search(rf"(?<!\w){re.escape(words)}(?![a-z])", shown, re.IGNORECASE) is not None


def _tuples(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(one) if isinstance(one, list) else one for key, one in said.items()}
