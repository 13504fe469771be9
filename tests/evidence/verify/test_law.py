"""No edit of a true bundle is ever proven: of any byte, whatever it is for, and of any value.

The bundle has everything in it: rules of an author, waivers, an audit before, a witness, entries
of the organisation, and a log that changed its key.
"""

import io
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import archive
from evidence.errors import NoBundle
from evidence.trust_policy import TrustPolicy
from evidence.verify.run import verify
from tests.evidence.clinic import files
from tests.evidence.verify.practice import Practice
from tests.evidence.verify.test_run import signed_anew

PRACTICE = Practice(1, 1)
PRACTICE.renew_log()
BUNDLE = PRACTICE.export()
HELD = files(BUNDLE)
UNCHECKED = ("README", "derived/")
"""What a bundle says of itself: derived pages, and the page on checking by hand."""

END = 22
HEADER = {"signature": 4, "version": 2, "flags": 2, "method": 2, "time": 2, "date": 2, "crc": 4,
          "packed": 4, "size": 4, "name length": 2, "extra length": 2}  # fmt: skip
ENTRY = {"signature": 4, "made by": 2, "version": 2, "flags": 2, "method": 2, "time": 2, "date": 2,
         "crc": 4, "packed": 4, "size": 4, "name length": 2, "extra length": 2,
         "comment length": 2, "disk": 2, "internal": 2, "external": 4, "offset": 4}  # fmt: skip
TAIL = {"signature": 4, "disk": 2, "directory's disk": 2, "entries here": 2, "entries": 2,
        "directory": 4, "where": 4, "comment length": 2}  # fmt: skip


def fields(start: int, layout: Mapping[str, int]) -> Iterator[tuple[str, range]]:
    """The fields of a record of the container, one after the other."""
    for name, size in layout.items():
        yield name, range(start, start + size)
        start += size


def classes() -> dict[str, range]:
    """What each byte of the file is for: every field of every header, every name, every content."""
    found: dict[str, range] = {}
    members = archive.members(io.BytesIO(BUNDLE))
    at = members[-1].start + members[-1].size
    for member in members:
        begin = member.start - len(member.header)
        for name, where in fields(begin, HEADER):
            found[f"{member.name}: header, {name}"] = where
        found[f"{member.name}: its name"] = range(begin + 30, member.start)
        found[f"{member.name}: content"] = range(member.start, member.start + member.size)
        for name, where in fields(at, ENTRY):
            found[f"{member.name}: directory, {name}"] = where
        found[f"{member.name}: its name in the directory"] = range(at + 46, at + len(member.entry))
        at += len(member.entry)
    return found | {f"end: {name}": where for name, where in fields(at, TAIL)}


CLASSES = {name: where for name, where in classes().items() if len(where)}


def exit_code(data: bytes) -> int:
    """How `dentinel verify` would end."""
    named = TrustPolicy(
        (PRACTICE.named(PRACTICE.log_key), *PRACTICE.policy.logs[1:]),
        PRACTICE.policy.witnesses,
        (),
        PRACTICE.policy.quorum,
        PRACTICE.policy.rules,
    )
    try:
        return verify(io.BytesIO(data), named).exit_code
    except NoBundle:
        return 2


def test_the_bundle_itself_is_proven() -> None:
    assert exit_code(BUNDLE) == 0


def test_every_byte_has_its_class() -> None:
    assert sorted(at for where in CLASSES.values() for at in where) == list(range(len(BUNDLE)))


def test_no_byte_of_the_container_is_free() -> None:
    """Its first, of every class of every file: each is one that the verifier settles."""
    free = [
        name
        for name, (at, *_) in CLASSES.items()
        if exit_code(BUNDLE[:at] + bytes([BUNDLE[at] ^ 0x01]) + BUNDLE[at + 1 :]) == 0
    ]

    assert free == []


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=300)
@given(st.sampled_from(sorted(CLASSES)), st.data())
def test_no_edit_of_any_class_of_bytes_is_proven(name: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(CLASSES[name]))
    other = bytes([BUNDLE[at] ^ data.draw(st.integers(1, 255))])
    end = data.draw(st.integers(at + 1, CLASSES[name].stop))
    edits = {
        "flip": BUNDLE[:at] + other + BUNDLE[at + 1 :],
        "insert": BUNDLE[:at] + other + BUNDLE[at:],
        "cut out": BUNDLE[:at] + BUNDLE[end:],
        "cut off": BUNDLE[:at],
        "double": BUNDLE[:end] + BUNDLE[at:],
        "blank": BUNDLE[:at] + bytes(end - at) + BUNDLE[end:],
    }
    edit = data.draw(st.sampled_from(sorted(edits)))

    assert edits[edit] == BUNDLE or exit_code(edits[edit]) in (1, 2)


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value stands in a document, each member and element once."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        yield (*at, name)
        if isinstance(one, dict | list):
            yield from paths(one, (*at, name))


def altered(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool() | None:
            return not value
        case int():
            return value + 1
        case str():
            return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return type(value)()


def rewritten(document: Any, data: st.DataObject) -> Any:
    """A document of which one value is another, or is gone; in an envelope, within its payload."""
    if isinstance(document, dict) and "payload" in document and data.draw(st.booleans()):
        inner = rewritten(json.loads(b64decode(document["payload"])), data)
        return {**document, "payload": b64encode(json.dumps(inner).encode()).decode()}
    *way, last = data.draw(st.sampled_from(list(paths(document))))
    held = document
    for step in way:
        held = held[step]
    if data.draw(st.booleans()) or held[last] in ({}, []):
        del held[last]
    else:
        held[last] = altered(held[last])
    return document


JSON = sorted(
    name
    for name in set(HELD) - {"manifest.json"}
    if name.endswith((".json", ".jsonl")) and not name.startswith(UNCHECKED)
)


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=200)
@given(st.sampled_from(JSON), st.data())
def test_no_value_that_an_exporter_rewrote_is_proven(name: str, data: st.DataObject) -> None:
    """Any member of any record, log line, report, metadata: and the manifest truly signed anew."""
    lines = HELD[name].removesuffix(b"\n").split(b"\n") if name.endswith("l") else [HELD[name]]
    number = data.draw(st.integers(0, len(lines) - 1))
    document = json.loads(lines[number])
    before = json.dumps(document)
    if not document or not list(paths(document)):
        return
    after = rewritten(json.loads(lines[number]), data)
    lines[number] = json.dumps(after, separators=(",", ":")).encode()
    whole = b"\n".join(lines) + (b"\n" if name.endswith("l") else b"")
    argument = name.replace("/", "_").replace(".", "_")
    code = exit_code(signed_anew(BUNDLE, PRACTICE, **{argument: whole}))

    assert code in (1, 2) or json.dumps(after) == before or superfluous(name, document, after)


def superfluous(name: str, before: Any, after: Any) -> bool:
    """A signature of metadata beyond those that its root asks for: without it all still holds."""
    return name.startswith("tuf/") and before["signed"] == after.get("signed")
