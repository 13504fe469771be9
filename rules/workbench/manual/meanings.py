"""The pages of DL301 to DL314: what an expression means."""

from rules.workbench.manual.base import Page, Shape

PAGES = {
    "DL301": Page(
        "A leaf may name the facts, params and defines; in where and each_must also the item.",
        Shape.LEAF,
        "usr.enabled",
        "user.enabled",
    ),
    "DL302": Page(
        "A record has the fields that the fact catalogue names, and no others.",
        Shape.LEAF,
        "user.enabld",
        "user.enabled",
    ),
    "DL303": Page(
        "There is no function of this name, or it is called in another way.",
        Shape.LEAF,
        'agee(host.boot_time) < "30d"',
        'age(host.boot_time) < "30d"',
    ),
    "DL304": Page(
        "Values of these types do not go together. Nothing converts by itself: a duration is "
        'written "90s", never 90.',
        Shape.LEAF,
        "agent.cpu_day < 90",
        'agent.cpu_day < "90s"',
    ),
    "DL305": Page(
        'Beside a duration a string is read as one: "15m", "24h", "1d12h". A timestamp is '
        '"2026-11-22T10:00:00Z", a version "10.0.19045".',
        Shape.LEAF,
        'agent.cpu_day < "15 min"',
        'agent.cpu_day < "15m"',
    ),
    "DL306": Page(
        "The field holds one of a closed set of words, and never this one: the comparison would "
        "always come out the same.",
        Shape.LEAF,
        'user.kind == "locl"',
        'user.kind == "local"',
    ),
    "DL307": Page(
        "null means never, or none: known to be absent. What may be null is compared with null "
        "first, so that nobody forgets what never means.",
        Shape.LEAF,
        'user.lock.after <= "15m"',
        'user.lock.after != null and user.lock.after <= "15m"',
    ),
    "DL308": Page(
        "A leaf, and each side of and, or, not, is true or false; nothing else counts as either.",
        Shape.LEAF,
        "agent.memory",
        "agent.memory < 100000000",
    ),
    "DL309": Page(
        "This asks for a list or a record. In text one looks with contains, startsWith, glob.",
        Shape.LEAF,
        '"front" in user.name',
        'user.name.contains("front")',
    ),
    "DL310": Page(
        "now minus a time in the future is negative, and would pass for ever. age() is unknown "
        "of a time that lies more than five minutes ahead.",
        Shape.LEAF,
        'now - host.boot_time < "30d"',
        'age(host.boot_time) < "30d"',
    ),
    "DL311": Page(
        "The function takes other arguments, or another number of them.",
        Shape.LEAF,
        "has(user)",
        "has(user.last_seen)",
    ),
    "DL312": Page(
        "Whole numbers and decimals may be ordered beside each other; whether they are equal "
        "hangs on rounding.",
        Shape.LEAF,
        "agent.memory == 7.0",
        "agent.memory == 7",
    ),
    "DL313": Page(
        "A name that hides a fact, a param or another name makes the leaf mean something else "
        "than it says.",
        Shape.LEAF,
        "users.exists(host, host.admin)",
        "users.exists(u, u.admin)",
    ),
    "DL314": Page(
        "The rule reads what this release does not know. Older agents say unknown to it.",
        Shape.FILE,
        'dentinel: pack/v1\npack: north-quay\nversion: "1.0.0"\ntitle: North Quay\n'
        'requires_facts: "99.0"\nlanguage: 1',
        'dentinel: pack/v1\npack: north-quay\nversion: "1.0.0"\ntitle: North Quay\n'
        'requires_facts: "1.0"\nlanguage: 1',
    ),
}
