"""Which keys, names and texts do several forms have alike?"""

from rules.compiled import limits, names
from rules.compiled.rule import BASES
from rules.language.controls import controls
from rules.language.forms.base import (
    Citation,
    Key,
    Kind,
    Known,
    ListOf,
    Record,
    Spelling,
    Text,
    Word,
    required,
)

ID = Spelling(
    "id",
    names.ID.pattern,
    "words in small letters and digits with - between, at most 48: screen-locks",
    limits.ID_LENGTH,
)
PACK_NAME = Spelling(
    "name of a pack",
    names.ID.pattern,
    "words in small letters and digits with - between: dental-baseline",
    limits.ID_LENGTH,
)
VERSION = Spelling("version", names.SEMVER.pattern, 'a version has three numbers: "1.0.0"')
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"T{_CLOCK}:[0-5][0-9](\.[0-9]{{1,9}})?(Z|[-+]{_CLOCK})"
INSTANT = Spelling("timestamp", _DATE + _TIME, 'such as "2026-11-22T10:00:00Z"', code="DL305")
DAY = Spelling(
    "day or timestamp",
    rf"{_DATE}({_TIME})?",
    'such as "2027-03-31" or "2027-03-31T18:00:00Z"',
    code="DL305",
)

LINE = Text(limits.TITLE_LENGTH)
SENTENCE = Text(limits.PLAIN_LENGTH)
TEXT = Text(limits.TEXT_LENGTH)
NAME = Text(limits.NAME_LENGTH)

CONTROLS = ListOf(Known("control", controls), most=limits.WORDS, is_unique=True)
CITE = Record(
    "cite",
    tuple(
        Key(basis, ListOf(Citation(basis), most=limits.WORDS, is_unique=True), about)
        for basis, about in zip(
            BASES,
            (
                "Law as it is: paragraphs of 45 CFR, such as 164.312(a)(2)(iv).",
                "The proposed rule of 90 FR 898: a proposal, not law. By topic.",
                "Good practice that binds nobody: CIS, NIST.",
                "The practice's own policy.",
            ),
            strict=True,
        )
    ),
    least=1,
)


def head(form: str) -> Key:
    """The key that names the form; it stands first."""
    return required("dentinel", Word((form,)), "The form of this file; it stands first.")


def pack_name(about: str) -> Key:
    """The key that names the pack."""
    return required("pack", Text(spelt=PACK_NAME), about)


def one_or_more(kind: Kind) -> tuple[Kind, ...]:
    """One of a kind, or a list of them."""
    return (kind, ListOf(kind))
