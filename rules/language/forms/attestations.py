"""Which keys has a file of attestations, form attestations/v1?"""

from rules.compiled import limits
from rules.compiled.attestation import OWNERS, SCOPES, TRIGGERS
from rules.language.forms.base import (
    Form,
    Key,
    Known,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Truth,
    Word,
    required,
)
from rules.language.forms.keys import CITE, CONTROLS, ID, LINE, head, pack_name
from rules.language.param_types import param_types

_FIELD = Spelling("name of a field", r"[a-z_][a-z0-9_]*", "systems", limits.NAME_LENGTH)
_SPAN = r"([0-9]+(w|d|h|m|s))+"
_RENEW = Spelling("time of renewal", rf"{_SPAN}|each_event", "365d, or each_event", code="DL305")
_DURATION = Spelling("duration", _SPAN, "30d", code="DL305")

FIELD = Record(
    "a field",
    (
        required("type", Known("type of a field", param_types, "DL103"), "What is written there."),
        Key("required", Truth(), "true: it may not be left empty."),
        Key("about", LINE, "What is asked, in a line."),
    ),
)

KIND = Record(
    "a kind",
    (
        required("id", Text(spelt=ID), "Kebab-case; shares the name space of rules."),
        required("title", LINE, "What is stated, in a line."),
        required("controls", CONTROLS, "The controls that it serves."),
        required("cite", CITE, "Its sources, by basis."),
        required("owner", Word(OWNERS), "Who must state it."),
        required("renew", Text(spelt=_RENEW), "How long a statement holds; or each_event."),
        Key("due_before", Text(spelt=_DURATION), "How long before its end it is asked for again."),
        required("scope", Word(SCOPES), "Of what each statement speaks."),
        Key(
            "changed_by",
            ListOf(Word(TRIGGERS), least=0, is_unique=True),
            "What makes it due before its time.",
        ),
        Key("fields", Named("a field", _FIELD, FIELD, limits.PARAMS), "What is written down."),
        required(
            "may_hold_phi",
            Truth(),
            "true: its documents may hold patients' data, so nothing is uploaded.",
        ),
    ),
    rule_by="id",
)

ATTESTATIONS = Form(
    "attestations/v1",
    "attestations.yaml",
    Record(
        "a file of attestations",
        (
            head("attestations/v1"),
            pack_name("The pack that the attestations belong to."),
            required("kinds", ListOf(KIND, unique_by="id"), "What people must state, by kind."),
        ),
    ),
)
