"""May this file be believed to be a pack, and what is in it?

- It is refused whole or taken whole; the last good one stays with the caller.
- Size, number of parts, canonical bytes, form and language are looked at before any rule.
- Nothing is evaluated and nothing outside the bytes is read.
"""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rules.compiled import attestation, canonical, limits, names
from rules.compiled.attestation import Attestation
from rules.compiled.canonical import Json
from rules.compiled.history import History, order
from rules.compiled.load import rule
from rules.compiled.reader import Reader, pairs
from rules.compiled.rule import Pack, Rule
from rules.compiled.write import FORM, LANGUAGE
from rules.errors import PackRefused

_damaged = partial(PackRefused, "DL704")


def load(data: bytes, history: History | None = None) -> Pack:
    """Read a compiled pack; PackRefused says why it cannot be trusted.

    `history` is of the fact catalogue by which it is judged, if not this release's own.
    """
    if len(data) > limits.PACK_BYTES:
        raise _damaged(f"{len(data)} bytes are more than {limits.PACK_BYTES}")
    if f'"dentinel":"{FORM}"'.encode() not in data:
        raise _damaged("it is no pack/v1")
    if data.count(b"[") + data.count(b"{") > limits.PACK_PARTS:
        raise _damaged(f"it has more than {limits.PACK_PARTS} parts")
    try:
        with _no_collection():
            document = canonical.decode(data)
            _check_language(document)
            return _pack(document, hashlib.sha256(data).hexdigest(), history or History())
    except (ValueError, RecursionError, OverflowError) as odd:
        raise _damaged(str(odd)) from odd


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing here is garbage in circles, and looking for it takes a sixth of the time."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def _check_language(document: Json) -> None:
    if not isinstance(document, dict) or document.get("dentinel") != FORM:
        raise ValueError(f"it is no {FORM}")
    language = document.get("language")
    if type(language) is not int:
        raise ValueError("it does not say in which language it is written")
    if language != LANGUAGE:
        raise PackRefused("DL705", f"its language is {language}, this release reads {LANGUAGE}")


def _pack(document: Json, sha256: str, history: History) -> Pack:
    take = Reader(document, "the pack")
    take.text("dentinel")
    take.number("language", LANGUAGE)
    sources = _sources(take)
    requires_facts = take.text("requires_facts")
    _check_facts(requires_facts, history)
    pack = Pack(
        pack=take.named("pack", names.is_id),
        version=take.named("version", names.semver),
        title=take.text("title", limits.TITLE_LENGTH),
        requires_facts=requires_facts,
        sha256=sha256,
        citations=take.named("citations", names.is_day),
        sources=sources,
        retired=_retired(take),
        rules=_rules(take, [name for name, _ in sources], history),
        attestations=_attestations(take),
    )
    take.done()
    _check_ids(pack)
    return pack


def _sources(take: Reader) -> tuple[tuple[str, str], ...]:
    found = pairs(take.array("sources"), 2)
    for name, digest in found:
        if not names.is_file(name) or not isinstance(digest, str) or not names.is_sha256(digest):
            raise ValueError(f"a source is called {name[:40]!r}, or its digest is none")
    if len({name for name, _ in found}) < len(found):
        raise ValueError("two sources have one name")
    return tuple((name, digest) for name, digest in found)


def _retired(take: Reader) -> tuple[tuple[str, str, str], ...]:
    found = pairs(take.array("retired"), 3)
    if len(found) > limits.RETIRED:
        raise ValueError(f"more than {limits.RETIRED} ids are retired")
    for name, last, why in found:
        if not names.is_id(name) or not isinstance(last, str) or not isinstance(why, str):
            raise ValueError(f"the retired id {name[:40]!r} is none, or lacks last or why")
        if names.semver(last) is None or len(why) > limits.TEXT_LENGTH:
            raise ValueError(f"of the retired id {name!r} last is no version, or why is too long")
    return tuple((name, last, why) for name, last, why in found)


def _rules(take: Reader, sources: list[str], history: History) -> tuple[Rule, ...]:
    wires = take.array("rules")
    if not 0 < len(wires) <= limits.RULES:
        raise ValueError(f"{len(wires)} rules; there must be 1 to {limits.RULES}")
    return tuple(rule(wire, sources, history) for wire in wires)


def _attestations(take: Reader) -> tuple[Attestation, ...]:
    wires = take.optional_array("attestations")
    if len(wires) > limits.RULES:
        raise ValueError(f"{len(wires)} attestations; there may be {limits.RULES}")
    return tuple(attestation.read(wire) for wire in wires)


def _check_facts(requires_facts: str, history: History) -> None:
    """Another major catalogue has other types; a newer minor one is each rule's own affair."""
    if order(requires_facts)[0] > order(history.version)[0]:
        raise PackRefused(
            "DL703", f"it needs facts {requires_facts}, this release has {history.version}"
        )


def _check_ids(pack: Pack) -> None:
    ids = [*(one.id for one in pack.rules), *(kind.id for kind in pack.attestations)]
    if len({*ids}) < len(ids):
        raise ValueError("two rules or attestations have one id")
    back = sorted({*ids} & {name for name, _, _ in pack.retired})
    if back:
        raise ValueError(f"the id {back[0]!r} is retired, and is used again")
    for one in pack.rules:
        if order(one.needs) > order(pack.requires_facts):
            raise PackRefused(
                "DL703",
                f"rule {one.id!r} needs facts {one.needs}, the pack says {pack.requires_facts}",
            )
