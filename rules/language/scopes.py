"""Which machines does a scope mean, of a tailoring or of a waiver?"""

from rules.compiled.assignment import LEVELS, Match, of_site, roles
from rules.language.entry import Entry
from rules.language.suggest import did_you_mean

_SITE = "site"


def read_match(entry: Entry | None) -> Match | None:
    """The scope of an entry's keys; None if one of them is no name."""
    if entry is None:
        return None
    named = {level: entry.text(level) for level in (*LEVELS, _SITE)}
    keys = [(level, name) for level, name in named.items() if name is not None]
    if not keys or len(keys) < len(entry.of.entries) or not _is_known_role(entry):
        return None
    placed = [("group", of_site(name)) if level == _SITE else (level, name) for level, name in keys]
    return Match(tuple(sorted(placed, key=lambda key: LEVELS.index(key[0]))))


def _is_known_role(entry: Entry) -> bool:
    group = entry.scalar("group")
    if group is None or not group.text.startswith("role:"):
        return True
    role = group.text.removeprefix("role:")
    if role not in roles():
        help_ = did_you_mean(role, roles()) or f"it is one of {', '.join(roles())}"
        entry.say("DL605", f"no machine has the role {role[:40]!r}", group.place, help_)
    return role in roles()
