"""The pages of DL101 to DL110: keys, ids, sources."""

from rules.workbench.manual.base import Page, Shape

_PACK = (
    'dentinel: pack/v1\npack: north-quay\nversion: "1.0.0"\ntitle: North Quay\n'
    'requires_facts: "1.0"\nlanguage: {language}'
)

PAGES = {
    "DL101": Page(
        "A misspelt key that is passed over in silence is a condition that nobody looks at. So "
        "every key must be known in the place where it stands.",
        Shape.KEYS,
        "severety: high",
        "severity: high",
    ),
    "DL102": Page(
        "Without this key nobody knows what is meant. The reference lists the keys of every "
        "form; `dentinel rules schema` gives them to an editor.",
        Shape.KEYS,
        "must:\n  - that: agent.elevated",
        "must:\n  - that: agent.elevated\n    say: the agent has no rights here",
    ),
    "DL103": Page(
        "The key is there, and its value is of another kind or none of the words that it may be.",
        Shape.KEYS,
        "severity: urgent",
        "severity: critical",
    ),
    "DL104": Page(
        "A rule walks one list with every, no or some, and each of them has keys of its own: an "
        "empty list must not pass by accident, so `every` needs `if_none`.",
        Shape.KEYS,
        "every: volumes\neach_must:\n  - {that: volume.holds_imaging, say: no images here}",
        "every: volumes\neach_must:\n  - {that: volume.holds_imaging, say: no images here}\n"
        "if_none: unknown",
    ),
    "DL105": Page(
        "Ids and names tell things apart, in results, in tests and for years: each is given once.",
        Shape.KEYS,
        "controls: [ENC-01, ENC-01]",
        "controls: [ENC-01, ENC-02]",
    ),
    "DL106": Page(
        "Ids stand in file names, addresses and reports. They are words in small letters and "
        "digits with a hyphen between, at most 48 characters, and claim what is true.",
        Shape.KEYS,
        "id: Screen Locks",
        "id: screen-locks",
    ),
    "DL107": Page(
        "An empty list, text or file asks nothing, and what asks nothing would always pass.",
        Shape.KEYS,
        "must: []",
        "must:\n  - {that: agent.elevated, say: the agent has no rights here}",
    ),
    "DL108": Page(
        "The first key of a file names its form and version. Another version of this program "
        "may know a form that this one does not.",
        Shape.FILE,
        _PACK.format(language=2),
        _PACK.format(language=1),
    ),
    "DL109": Page(
        "Controls and citations are closed tables of the release, so that a report never names "
        "a paragraph that is not there.",
        Shape.KEYS,
        "controls: [ENC-1]",
        "controls: [ENC-01]",
    ),
    "DL110": Page(
        "Law in force, proposal, benchmark and own policy are never mixed. The proposed rule of "
        "90 FR 898 is no law, and law in force sets almost no numbers.",
        Shape.KEYS,
        "cite: {in_force: [90FR898/encryption]}",
        "cite: {proposed: [90FR898/encryption]}",
    ),
}
