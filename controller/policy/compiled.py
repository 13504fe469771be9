"""What does a pack of these bytes say? Asked often of few packs, so each is read once."""

from functools import lru_cache

from rules.compiled import names
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import PackRefused


@lru_cache(maxsize=32)
def read(data: bytes) -> Pack | None:
    """The pack; None if this release refuses it, and its rules go by their ids."""
    try:
        return load(data)
    except PackRefused:
        return None


def rank(pack: Pack) -> tuple[tuple[int, ...], str]:
    """By what versions of a pack are sorted: their numbers, then the digest."""
    return names.semver(pack.version) or (), pack.sha256
