"""May this file be believed to be a pack, and what is in it?

- It is refused whole or taken whole; the last good one stays with the caller.
- Size, canonical bytes, form and language are looked at before any rule.
- Nothing is evaluated and nothing outside the bytes is read.
"""

import hashlib
from functools import partial

from rules.compiled import canonical, catalogue, limits, literal
from rules.compiled.canonical import Json
from rules.compiled.load import rule
from rules.compiled.reader import Reader, pairs
from rules.compiled.rule import Pack
from rules.errors import PackRefused

FORM = "pack/v1"
LANGUAGE = 1

_damaged = partial(PackRefused, "DL704")


def load(data: bytes) -> Pack:
    """Read a compiled pack; PackRefused says why it cannot be trusted."""
    if len(data) > limits.PACK_BYTES:
        raise _damaged(f"{len(data)} bytes are more than {limits.PACK_BYTES}")
    try:
        document = canonical.decode(data)
        _check_language(document)
        return _pack(document, hashlib.sha256(data).hexdigest())
    except (ValueError, RecursionError, OverflowError) as odd:
        raise _damaged(str(odd)) from odd


def _check_language(document: Json) -> None:
    if not isinstance(document, dict) or document.get("dentinel") != FORM:
        raise ValueError(f"it is no {FORM}")
    language = document.get("language")
    if type(language) is not int or language != LANGUAGE:
        raise PackRefused(
            "DL705", f"it is written in language {language!r:.20}, this release reads {LANGUAGE}"
        )


def _pack(document: Json, sha256: str) -> Pack:
    take = Reader(document, "the pack")
    take.text("dentinel")
    take.number("language", LANGUAGE)
    sources = tuple((name, str(digest)) for name, digest in pairs(take.array("sources"), 2))
    retired = tuple((a, str(b), str(c)) for a, b, c in pairs(take.array("retired"), 3))
    wires = take.array("rules")
    if not 0 < len(wires) <= limits.RULES:
        raise ValueError(f"{len(wires)} rules; there must be 1 to {limits.RULES}")
    names = [name for name, _ in sources]
    rules = tuple(rule(wire, names) for wire in wires)
    if len({one.id for one in rules}) < len(rules):
        raise ValueError("two rules have one id")
    pack = Pack(
        pack=take.text("pack"),
        version=take.text("version"),
        title=take.text("title"),
        requires_facts=take.text("requires_facts"),
        sha256=sha256,
        citations=take.text("citations"),
        sources=sources,
        retired=retired,
        rules=rules,
    )
    take.done()
    if literal.version(pack.requires_facts)[0] > literal.version(catalogue.version())[0]:
        raise PackRefused(
            "DL703", f"it needs facts {pack.requires_facts}, this release has {catalogue.version()}"
        )
    return pack
