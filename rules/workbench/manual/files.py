"""The pages of DL001 to DL009: reading a file."""

from rules.workbench.manual.base import Page, Shape

PAGES = {
    "DL001": Page(
        "A file is at most 1 MiB of UTF-8. Control characters, and characters that turn the "
        "direction of text, are refused: a person must see the same rule as a machine.",
        Shape.BYTES,
        r"title: Every disk is encrypted\x00",
        "title: Every disk is encrypted",
    ),
    "DL002": Page(
        "YAML ends or begins something where the author meant text: a colon with a blank, a "
        "quote or a bracket at the start, ${ inside braces. Quotes around the whole value help "
        "always. The lines after it are checked all the same.",
        Shape.KEYS,
        "fix: Turn on BitLocker: manage-bde -on C:",
        'fix: "Turn on BitLocker: manage-bde -on C:"',
    ),
    "DL003": Page(
        "Files, lists and expressions have limits, so that no file can keep a machine busy: 24 "
        "levels and 50,000 values a file, 200 rules, 64 levels and 500 parts a leaf.",
        Shape.KEYS,
        "tags: " + "[" * 25 + "]" * 25,
        "tags: [disks]",
    ),
    "DL004": Page(
        "YAML has signs of its own for anchors, aliases and tags, and takes them away from the "
        "text: !x becomes a tag without a value. Rules use none of them.",
        Shape.KEYS,
        "when: !agent.elevated",
        "when: not agent.elevated",
    ),
    "DL005": Page(
        "Most readers of YAML keep the last of two equal keys and say nothing, so that one of "
        "two conditions is lost.",
        Shape.KEYS,
        'when: agent.elevated\nwhen: host.os == "linux"',
        'when: agent.elevated and host.os == "linux"',
    ),
    "DL006": Page(
        "A file holds one document: what stands behind a line of three dashes would be read by "
        "nobody.",
        Shape.FILE,
        "dentinel: rules/v1\npack: north-quay\n---\nrules: []",
        'dentinel: pack/v1\npack: north-quay\nversion: "1.0.0"\ntitle: North Quay\n'
        'requires_facts: "1.0"\nlanguage: 1',
    ),
    "DL007": Page(
        "Some readers of YAML take yes, no, on and off for bools, 12:30 for 750, 0644 for 420, "
        "1.10 for 1.1. Where text is meant, quotes say so to all of them.",
        Shape.KEYS,
        "tags: [1.10]",
        'tags: ["1.10"]',
    ),
    "DL008": Page(
        "YAML takes a blank and # for a comment. Behind a leaf that may cut off half of a "
        "condition, and leave a weaker rule that looks whole.",
        Shape.KEYS,
        'when: agent.elevated # and host.os == "linux"',
        '# only where it can look\nwhen: agent.elevated and host.os == "linux"',
    ),
    "DL009": Page(
        "A leaf stands on one line: what YAML folds together would be shown in another place "
        "than it was written. A long one gets names for its parts under define.",
        Shape.KEYS,
        'when: agent.elevated\n  and host.os == "linux"',
        'when: agent.elevated and host.os == "linux"',
    ),
}
