"""Which keys has a list of who gets what, form assignment/v1?"""

from rules.compiled import limits
from rules.compiled.assignment import roles
from rules.language.forms.base import (
    Form,
    Key,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Word,
    required,
)
from rules.language.forms.keys import ID, PACK_NAME, VERSION, head
from rules.language.forms.scopes import LABEL, MACHINE_NAME

_PATH = Spelling(
    "path", r"[A-Za-z0-9._/ -]{1,200}", "from this file on, with /: packs/our-practice"
)
_PATROL = Spelling(
    "time between patrols", r"[1-9][0-9]{0,4}(h|m|s)", "1h; from 5m to 24h", code="DL305"
)

STAND = Record(
    "a machine",
    (
        Key("site", LABEL, "The building, for scopes of a tailoring: site:NAME."),
        Key("groups", ListOf(LABEL, most=64, is_unique=True), "The groups that it is in."),
        Key("role", Word(roles()), "What it is for, for scopes of a tailoring: role:NAME."),
    ),
)

CLINIC = Record(
    "a clinic",
    (
        required("clinic", LABEL, "The short name of the clinic, as the controller shows it."),
        required(
            "packs",
            Named("a pack", PACK_NAME, Text(spelt=VERSION), most=16),
            "By which packs its machines are judged, each with its version, quoted.",
        ),
        Key("tailoring", ListOf(Text(spelt=_PATH), most=64), "Files of what it sets otherwise."),
        Key("patrol", Text(spelt=_PATROL), "How often its machines are looked through; else 1h."),
        Key(
            "data",
            Named("a table", ID, Text(spelt=_PATH), most=16),
            "Reference tables with a date, by name: files of JSON. They are signed and served; no"
            " agent reads one yet.",
        ),
        Key(
            "machines",
            Named("a machine", MACHINE_NAME, STAND, most=10_000),
            "Where machines stand; one that is not named stands as it joined.",
        ),
    ),
)

ASSIGNMENT = Form(
    "assignment/v1",
    "assignment.yaml",
    Record(
        "a list of who gets what",
        (
            head("assignment/v1"),
            Key(
                "sources",
                ListOf(Text(spelt=_PATH), least=0, most=limits.WORDS, is_unique=True),
                "Folders of packs of one's own; they are tested at every signing.",
            ),
            required(
                "clinics",
                ListOf(CLINIC, most=limits.RULES, unique_by="clinic"),
                "What the machines of each clinic get.",
            ),
        ),
    ),
)
