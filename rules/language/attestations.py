"""What must people state, by a file of attestations, and does each kind say enough?"""

from rules.compiled import instants
from rules.compiled.attestation import Attestation, AttestedField
from rules.compiled.rule import BASES
from rules.errors import Problem
from rules.language.document import Scalar
from rules.language.entry import Entry
from rules.language.files import File, read_entry

EACH_EVENT = "each_event"
_NEEDED = ("id", "title", "controls", "owner", "renew", "scope")


def read_attestations(
    file: File, problems: list[Problem]
) -> tuple[Scalar | None, tuple[tuple[Attestation, Scalar], ...]]:
    """The pack that a file names, and its sound kinds, each with the place of its id."""
    entry = read_entry(file, problems)
    found = [(_kind(one), one.scalar("id")) for one in entry.entries("kinds")]
    sound = [(kind, name) for kind, name in found if kind is not None and name is not None]
    return entry.scalar("pack"), tuple(sound)


def _kind(entry: Entry) -> Attestation | None:
    before = len(entry.teller.problems)
    cite = entry.entry("cite")
    renew, due_before = _span(entry, "renew"), _span(entry, "due_before")
    if renew is not None and due_before is not None and due_before >= renew:
        place = entry.scalar("due_before") or entry
        entry.say("DL104", "due_before is shorter than renew, or it is always due", place.place)
    is_sound = entry.lost_nothing and all(map(entry.has, _NEEDED))
    if not is_sound or cite is None or len(entry.teller.problems) > before:
        return None
    return Attestation(
        id=entry.text("id") or "",
        title=entry.text("title") or "",
        owner=entry.text("owner") or "",
        scope=entry.text("scope") or "",
        controls=_texts(entry, "controls"),
        cite={basis: named for basis in BASES if (named := _texts(cite, basis))},
        renew=renew,
        due_before=due_before,
        changed_by=_texts(entry, "changed_by"),
        fields=tuple(_field(name.text, of) for name, of in entry.named_entries("fields")),
        may_hold_phi=entry.truth("may_hold_phi"),
    )


def _span(entry: Entry, key: str) -> int | None:
    """A duration in nanoseconds; None if there is none, or it comes with each event."""
    text = entry.scalar(key)
    if text is None or text.text == EACH_EVENT:
        return None
    try:
        span = instants.read_span(text.text)
    except ValueError:
        span = 0
    if span <= 0:
        entry.say("DL305", f"{text.text[:40]!r} is no duration", text.place, "such as 365d")
        return None
    return span


def _field(name: str, of: Entry) -> AttestedField:
    return AttestedField(name, of.text("type") or "", of.truth("required"), of.text("about"))


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    return tuple(text.text for text in entry.scalars(key))
