"""Which words of a rule read otherwise, though no verdict changes by them?"""

from collections.abc import Iterator

from rules.compiled.rule import Rule, Template
from rules.workbench.diff.kinds import Change, Kind


def changed_texts(before: Rule, after: Rule) -> Iterator[Change]:
    """Titles, messages, advice, citations and controls that differ."""
    old, new = _texts(before), _texts(after)
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield Change(after.id, Kind.REWORDED, key, old.get(key), new.get(key))


def _texts(rule: Rule) -> dict[str, str]:
    """What a rule says, by the key that says it; without what it does not say."""
    said = {
        "title": rule.title,
        "plain": rule.plain or "",
        "controls": ", ".join(sorted(rule.controls)),
        **{f"cite.{basis}": ", ".join(sorted(named)) for basis, named in rule.cite.items()},
        **{f"say {number}": written(clause.say) for number, clause in enumerate(rule.clauses)},
        **{f"fix.{system}": written(text) for system, text in rule.fix.items()},
        "tags": ", ".join(sorted(rule.tags)),
        "since": rule.since or "",
        "replaces": ", ".join(sorted(rule.replaces)),
    }
    return {key: text for key, text in said.items() if text}


def written(text: Template) -> str:
    """A text as its author writes it: `${user.name} has no lock`."""
    return "".join(
        part.replace("${", "$${") if isinstance(part, str) else f"${{{'.'.join(part)}}}"
        for part in text
    )
