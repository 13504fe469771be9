"""The pages of DL401 to DL410: warnings."""

from rules.workbench.manual.base import Page, Shape

_EACH = "every: users\neach_must:\n  - {that: user.enabled, say: "

PAGES = {
    "DL401": Page(
        "Whatever a machine says, this comes out the same where it stands: by its types, by what "
        "stands before it, by when or where. A rule that cannot fail is no rule.",
        Shape.LEAF,
        'user.kind != "local" or user.kind != "domain"',
        'user.kind != "local" and user.kind != "domain"',
    ),
    "DL402": Page(
        "A param or define that no leaf and no text names changes nothing when it is tailored.",
        Shape.KEYS,
        "params:\n  most: {type: int, default: 3, basis: practice_policy}\n"
        "must:\n  - {that: users.size() <= 3, say: too many accounts}",
        "params:\n  most: {type: int, default: 3, basis: practice_policy}\n"
        "must:\n  - {that: users.size() <= params.most, say: too many accounts}",
    ),
    "DL403": Page(
        "and binds tighter than or, and few readers are sure of it.",
        Shape.LEAF,
        "user.admin or user.enabled and user.interactive",
        "user.admin or (user.enabled and user.interactive)",
    ),
    "DL404": Page(
        "A list of every word that the field can hold accepts anything, and will miss the word "
        "that the next release adds.",
        Shape.LEAF,
        'user.kind in ["local", "domain", "cloud", "service"]',
        'user.kind in ["local", "domain"]',
    ),
    "DL405": Page(
        "Fields that are marked (L) never leave the machine: a controller can only print (on the "
        "machine) in their place.",
        Shape.KEYS,
        "no: volumes\nwhere: volume.holds_imaging\nsay: images lie on ${volume.mount}",
        "no: volumes\nwhere: volume.holds_imaging\nsay: images lie on ${volume.name}",
    ),
    "DL406": Page(
        "A pattern without special characters is a comparison, written so that one has to look "
        "twice.",
        Shape.LEAF,
        'user.name.glob("front")',
        'user.name == "front"',
    ),
    "DL407": Page(
        "A clause of each item that never looks at the item says the same of all. What is about "
        "the machine stands under must, or in when. A loop whose body never looks at its own name "
        "has lost its way, too.",
        Shape.KEYS,
        "every: users\neach_must:\n  - {that: agent.elevated, say: no rights}\nif_none: pass",
        _EACH + "disabled}\nif_none: pass",
    ),
    "DL408": Page(
        "The plain sentence is for the owner of the practice, who knows no names of facts.",
        Shape.KEYS,
        "plain: It is bad if volume.protection is off.",
        "plain: If this computer is stolen, nobody can read the X-rays on it.",
    ),
    "DL409": Page(
        "A rule that no test has seen fail may never fail. In the packs of this project that is "
        "an error.",
        Shape.TESTS,
        "# there is no screens_test.yaml",
        "tests:\n  - name: a screen that locks passes\n    rule: screens-lock\n"
        "    facts: {users: [{name: dr_lee, interactive: true, lock: {after: 10m}}]}\n"
        "    expect: {verdict: pass}",
    ),
    "DL410": Page(
        "Lists come in no order that a rule may lean on.",
        Shape.LEAF,
        "users[0].enabled",
        "users.exists(u, u.enabled)",
    ),
}
