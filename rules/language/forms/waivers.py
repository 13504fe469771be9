"""Which keys has a file of waivers, form waivers/v1?"""

from rules.compiled import limits
from rules.language.forms.base import Form, Key, Leaf, ListOf, Record, Spelling, Text, required
from rules.language.forms.keys import DAY, ID, NAME, SENTENCE, head
from rules.language.forms.scopes import LABEL, SCOPE_KEYS

_WAIVER_ID = Spelling(
    "id of a waiver", r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", "W-2026-014", limits.ID_LENGTH
)

_ENDS = "a waiver ends, at most 366 days after it begins; renewing is a new request"

SCOPE = Record("scope", (*SCOPE_KEYS, Key("site", LABEL, "The site.")), least=1)

WAIVER = Record(
    "a waiver",
    (
        required("id", Text(spelt=_WAIVER_ID), "The id of the waiver; never reused."),
        required("rule", Text(spelt=ID), "The rule whose failure is accepted."),
        required("scope", SCOPE, "Where it is accepted."),
        Key("items", ListOf(Leaf()), "Which items may fail; of several leaves all must hold."),
        required("reason", SENTENCE, "Why it cannot be mended now."),
        Key("compensating", SENTENCE, "What protects the images instead."),
        required("risk_owner", NAME, "Who carries the risk."),
        required("from", Text(spelt=DAY), "The day or instant at which it begins, quoted."),
        required("until", Text(spelt=DAY), "When it ends, quoted.", _ENDS, "DL606"),
    ),
    rule_by="rule",
)

WAIVERS = Form(
    "waivers/v1",
    "anywhere",
    Record(
        "a file of waivers",
        (
            head("waivers/v1"),
            required(
                "waivers", ListOf(WAIVER, most=limits.WAIVERS, unique_by="id"), "The waivers."
            ),
        ),
    ),
)
