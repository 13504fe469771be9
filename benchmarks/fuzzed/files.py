"""Files of rules, of all forms: bytes, YAML, keys, leaves, and the report about them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import rules
from benchmarks.fuzzed.base import Target
from rules.errors import Problem
from rules.language.files import read_document, read_entry, read_pack, read_rules, read_text
from rules.language.meaning import check_rule
from rules.workbench.reports.base import Look, Outcome
from rules.workbench.reports.index import FORMATS
from rules.workbench.schema import data

ROOM = Path(rules.__file__).parent
LOOKS = (Look(), Look(columns=40, colour=True))


@cache
def seeds() -> Sequence[bytes]:
    """The packs that we ship, and one small file a form."""
    shipped = [path.read_bytes() for path in sorted(ROOM.glob("packs/*/*.yaml"))]
    return [*shipped, _TAILORING, _WAIVERS, *(b"- " * 3 + text for text in (_TAILORING,))]


def run(content: bytes) -> None:
    """Read and check a file, and write what is told of it."""
    problems: list[Problem] = []
    text = read_text("rules.yaml", content, problems)
    file = None if text is None else read_document(text, problems)
    if file is not None:
        data(file.of)
        if file.form == "rules/v1":
            for one in read_rules(file, problems)[1]:
                check_rule(one, "1.0", problems)
        elif file.form == "pack/v1":
            read_pack(file, problems)
        else:
            read_entry(file, problems)
    sources = {} if text is None else {"rules.yaml": text}
    for look in LOOKS:
        for form in FORMATS.values():
            form(Outcome(problems[:40], {"files": 1}, sources), look)


_TAILORING = b"""dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {clinic: bright-smiles, group: "site:main"}
    set:
      screen-locks: {max_idle: 10m}
      services-off: {ports: {add: [11112], reason: PACS, approved_by: dr_lee}}
    severity: {screen-locks: high}
    disable: {volumes-encrypted: {reason: x, approved_by: dr_lee, until: "2027-03-31"}}
"""
_WAIVERS = b"""dentinel: waivers/v1
waivers:
  - id: W-2026-014
    rule: usb-storage-blocked
    scope: {machine: SCAN-02}
    items: ['device.protection == "protected"']
    reason: The scanner exports only over USB.
    risk_owner: dr_lee
    from: "2026-11-01"
    until: "2027-01-31"
"""
WORDS = (
    *(b": ", b"- ", b"#", b" # ", b"&a ", b"*a ", b"!x ", b"<<: ", b"? ", b"| ", b">- ", b"---\n"),
    *(b"{", b"}", b"[", b"]", b",", b"'", b'"', b"\\", b"\n", b"\n  ", b"\t", b"\r\n", b"\x00"),
    *(b"null", b"true", b"no", b"1.10", b"0644", b"12:30", b"2026-11-22", b"1e999", b"~", b"="),
    *(b"${", b"$${", b"${user.name}", b"\xff", b"\xef\xbb\xbf", "\u202e".encode(), "歯".encode()),
    *(b"every: ", b"no: ", b"some: ", b"must: ", b"where: ", b"if_none: pass", b"params: "),
    *(b"dentinel: rules/v1\n", b"dentinel: pack/v1\n", b"rules: ", b"default: ", b"type: int"),
)
FILES = Target("files", seeds, WORDS, run)
