"""What must a person state, how often, and who?

A kind of attestation, as it stands in a pack beside the rules, whose name space it shares. The
controller asks, reminds and expires; a machine only carries it, so the types of its fields may be
newer than what this release knows.
"""

from collections.abc import Mapping
from typing import NamedTuple

from rules.compiled import instants, limits, names
from rules.compiled.canonical import Json
from rules.compiled.reader import Reader, pairs
from rules.compiled.rule import BASES

OWNERS = (
    "practice_owner",
    "security_official",
    "privacy_official",
    "office_manager",
    "it_admin",
)
SCOPES = ("clinic", "machine", "vendor", "person")
TRIGGERS = (
    "imaging_machine",
    "imaging_software",
    "backup_software",
    "remote_access",
    "cloud_sync",
    "dataflow",
    "vendor",
    "incident",
    "pack_major",
)
"""What makes a statement due before its time."""


class AttestedField(NamedTuple):
    """One thing that is written down: its type is one of the types of params."""

    name: str
    type_text: str
    required: bool = False
    about: str | None = None


class Attestation(NamedTuple):
    """A kind of statement. Spans are nanoseconds; `renew` None: again with each event."""

    id: str
    title: str
    controls: tuple[str, ...]
    cite: Mapping[str, tuple[str, ...]]
    owner: str
    scope: str
    renew: int | None
    due_before: int | None = None
    changed_by: tuple[str, ...] = ()
    fields: tuple[AttestedField, ...] = ()
    may_hold_phi: bool = False


def write(kind: Attestation) -> dict[str, Json]:
    """The JSON form; `read` gives it back."""
    wire = {
        "id": kind.id,
        "title": kind.title,
        "controls": list(kind.controls),
        "cite": {basis: list(named) for basis, named in kind.cite.items()},
        "owner": kind.owner,
        "scope": kind.scope,
        "renew": None if kind.renew is None else instants.write_seconds(kind.renew),
        "due_before": None if kind.due_before is None else instants.write_seconds(kind.due_before),
        "changed_by": list(kind.changed_by),
        "fields": [[field.name, _write_field(field)] for field in kind.fields],
        "may_hold_phi": kind.may_hold_phi or None,
    }
    return {key: value for key, value in wire.items() if value not in (None, [])}


def read(wire: Json) -> Attestation:
    """Read the JSON form; ValueError says what is wrong with it."""
    take = Reader(wire, "an attestation")
    cite = Reader(take.object("cite"), "cite")
    kind = Attestation(
        id=take.named("id", names.is_id),
        title=take.text("title", limits.TITLE_LENGTH),
        controls=take.words("controls"),
        cite={basis: cite.words(basis) for basis in BASES if cite.has(basis)},
        owner=take.named("owner", OWNERS.__contains__),
        scope=take.named("scope", SCOPES.__contains__),
        renew=_span(take.optional_text("renew")),
        due_before=_span(take.optional_text("due_before")),
        changed_by=take.words("changed_by"),
        fields=tuple(_field(name, one) for name, one in pairs(take.optional_array("fields"), 2)),
        may_hold_phi=take.flag("may_hold_phi"),
    )
    cite.done()
    take.done()
    _check(kind)
    return kind


def _check(kind: Attestation) -> None:
    spans = [span for span in (kind.renew, kind.due_before) if span is not None]
    if any(span <= 0 for span in spans) or (len(spans) == 2 and spans[1] >= spans[0]):
        raise ValueError(f"{kind.id}: its times are none, or it is always due")
    if not set(kind.changed_by) <= set(TRIGGERS):
        raise ValueError(f"{kind.id}: it is changed by something that is not known")
    names_ = {one.name for one in kind.fields}
    if len(names_) < len(kind.fields) or len(names_) > limits.PARAMS:
        raise ValueError(f"{kind.id}: too many fields, or two of one name")


def _span(text: str | None) -> int | None:
    return None if text is None else instants.read_seconds(text)


def _write_field(field: AttestedField) -> dict[str, Json]:
    wire = {"type": field.type_text, "required": field.required or None, "about": field.about}
    return {key: value for key, value in wire.items() if value is not None}


def _field(name: str, wire: Json) -> AttestedField:
    take = Reader(wire, "a field of an attestation")
    type_text = take.text("type", limits.TITLE_LENGTH)
    field = AttestedField(
        name, type_text, take.flag("required"), take.optional_text("about", limits.TITLE_LENGTH)
    )
    take.done()
    if not names.is_word(name):
        raise ValueError(f"{name[:40]!r} is no name of a field")
    return field
