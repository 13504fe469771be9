"""In which bytes do machines get what a practice sets otherwise than its packs do?

One canonical file a clinic, signed as a target of its own; it may extend several packs.

- Nothing in it is believed: size, canonical bytes, every key, name and value are looked at here,
  and whether it fits its packs in rules.compiled.objections. It is taken whole or refused whole.
- Settings stand in an order of their own: the order of files and lines means nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from rules.compiled import canonical, instants, limits, literal, names, tree
from rules.compiled.assignment import LEVELS, Match, is_name
from rules.compiled.canonical import Json
from rules.compiled.grant import Grant
from rules.compiled.objections import objections
from rules.compiled.reader import Reader, pairs
from rules.compiled.rule import Pack
from rules.compiled.setting import Setting, Tailoring
from rules.compiled.versions import is_range
from rules.errors import TailoringRefused

FORM = "tailoring/v1"
LANGUAGE = 1


@dataclass(frozen=True, slots=True)
class Tailorings:
    """A file of tailorings as a machine loads it; `sha256` is of its bytes."""

    sha256: str
    tailorings: tuple[Tailoring, ...]


def write(tailorings: Sequence[Tailoring], digests: Mapping[str, str]) -> bytes:
    """The canonical bytes; `digests` holds the sha256 of each source file by its path.

    Of a path its last name alone is written: where the files lay means nothing.
    """
    sources = sorted(digests, key=lambda path: (PurePath(path).name, path))
    merged = groupby(sorted(tailorings, key=_named), key=_named)
    return canonical.encode(
        {
            "dentinel": FORM,
            "language": LANGUAGE,
            "sources": [[PurePath(path).name, digests[path]] for path in sources],
            "packs": [
                {
                    "pack": pack,
                    "version": versions,
                    "settings": sorted(
                        (_write_setting(one, sources) for each in same for one in each.settings),
                        key=canonical.encode,
                    ),
                }
                for (pack, versions), same in merged
            ],
        }
    )


def load(data: bytes, packs: Sequence[Pack]) -> Tailorings:
    """Read a tailoring for the packs of a machine; TailoringRefused if it is not sound."""
    found = read(data)
    for tailoring in found.tailorings:
        if not any(tailoring.extends(pack) for pack in packs):
            named = f"{tailoring.pack} {tailoring.versions}"
            raise TailoringRefused("DL605", f"it extends {named}, which is not here")
    for pack in packs:
        first = next(objections(found.tailorings, pack), None)
        if first is not None:
            raise TailoringRefused(first.id, f"{first.place}: {first.message}")
    return found


def read(data: bytes) -> Tailorings:
    """Read the bytes, without asking whether they fit any pack; TailoringRefused says why not."""
    if len(data) > limits.TAILORING_BYTES:
        raise TailoringRefused("DL704", f"{len(data)} bytes are more than a tailoring may have")
    try:
        document = canonical.decode(data)
        return Tailorings(hashlib.sha256(data).hexdigest(), _document(document))
    except (ValueError, RecursionError, OverflowError) as odd:
        raise TailoringRefused("DL704", str(odd)) from odd


def _named(tailoring: Tailoring) -> tuple[str, str]:
    return tailoring.pack, tailoring.versions


def _write_setting(setting: Setting, sources: Sequence[str]) -> dict[str, Json]:
    place, grant = setting.place, setting.grant
    wire = {
        "match": dict(setting.match.keys),
        "rule": setting.rule,
        "thing": setting.thing,
        "place": [sources.index(place.file), place.line, place.column, place.end],
        "value": None if setting.value is None else literal.write(setting.value),
        "add": [literal.write(item) for item in setting.add],
        "remove": [literal.write(item) for item in setting.remove],
        "reason": grant.reason,
        "approved_by": grant.approved_by,
        "since": None if grant.since is None else instants.write_timestamp(grant.since),
        "until": None if grant.until is None else instants.write_timestamp(grant.until),
    }
    return {key: value for key, value in wire.items() if value not in (None, [])}


def _document(document: Json) -> tuple[Tailoring, ...]:
    take = Reader(document, "the tailoring")
    if take.text("dentinel") != FORM or take.number("language", 0) != LANGUAGE:
        raise ValueError(f"it is no {FORM} in language {LANGUAGE}")
    sources = [name for name, digest in pairs(take.array("sources"), 2) if _is_source(name, digest)]
    packs = take.array("packs")
    take.done()
    found = tuple(_tailoring(wire, sources) for wire in packs)
    count = sum(len(tailoring.settings) for tailoring in found)
    if not found or not 0 < count <= limits.SETTINGS:
        raise ValueError(f"it sets {count} things; there must be 1 to {limits.SETTINGS}")
    return found


def _is_source(name: str, digest: Json) -> bool:
    if not isinstance(digest, str) or not names.is_file(name) or not names.is_sha256(digest):
        raise ValueError(f"{name[:40]!r} is no source with its digest")
    return True


def _tailoring(wire: Json, sources: Sequence[str]) -> Tailoring:
    take = Reader(wire, "a tailoring of a pack")
    pack, versions = take.text("pack"), take.text("version")
    settings = tuple(_setting(one, sources) for one in take.array("settings"))
    take.done()
    if not names.is_id(pack) or not is_range(versions):
        raise ValueError(f"{pack[:40]!r} {versions[:20]!r} is no pack with a range of versions")
    return Tailoring(pack, versions, settings)


def _setting(wire: Json, sources: Sequence[str]) -> Setting:
    take = Reader(wire, "a setting")
    setting = Setting(
        match=read_match(take.object("match")),
        rule=take.text("rule"),
        thing=take.text("thing"),
        place=tree.read_place(take.array("place"), sources),
        value=take.maybe("value", literal.read),
        add=tuple(literal.read(item) for item in take.optional_array("add")),
        remove=tuple(literal.read(item) for item in take.optional_array("remove")),
        grant=Grant(
            reason=_said(take.optional_text("reason"), limits.REASON),
            approved_by=_said(take.optional_text("approved_by"), limits.APPROVER_LENGTH),
            since=_instant(take.optional_text("since")),
            until=_instant(take.optional_text("until")),
        ),
    )
    take.done()
    return setting


def _said(text: str | None, longest: int) -> str | None:
    if text is not None and not 0 < len(text) <= longest:
        raise ValueError(f"a reason has 1 to {limits.REASON} characters, a name fewer")
    return text


def _instant(text: str | None) -> int | None:
    return None if text is None else instants.read_timestamp(text)


def read_match(wire: Mapping[str, Json]) -> Match:
    """The scope of a JSON object; ValueError if it names no scope."""
    known = all(isinstance(name, str) and is_name(level, name) for level, name in wire.items())
    if not wire or not wire.keys() <= set(LEVELS) or not known:
        raise ValueError("a scope names an org, a clinic, a group or a machine")
    return Match(tuple((level, wire[level]) for level in LEVELS if level in wire))
