"""Does a pack keep faith with the version before it?

- An id is never lost and never reused: one that vanished stands in `retired`, and stays there
  (DL701). Waivers, tailorings and reports of years ago name rules by their ids.
- The version grows at least as far as the meaning changed (DL702).
"""

from collections.abc import Iterator

from rules.compiled.rule import Pack
from rules.errors import Misused, Problem
from rules.language.suggest import did_you_mean
from rules.workbench.diff.kinds import Kind, Step
from rules.workbench.diff.packs import Diff, diff
from rules.workbench.packs import Checked


def problems(checked: Checked, pack: Pack, previous: Pack) -> Iterator[Problem]:
    """What speaks against `pack` as the next version; Misused if `previous` is another pack."""
    if pack.pack != previous.pack:
        raise Misused(
            f"the previous pack is {previous.pack}, this is {pack.pack}: name one of the same"
        )
    yield from _lost(checked, pack, previous)
    yield from _back(checked, pack, previous)
    yield from _orphaned(checked, pack, previous)
    yield from _step(checked, diff(previous, pack))


def ids(pack: Pack) -> Iterator[str]:
    """The ids of rules and attestations: one name space."""
    yield from (rule.id for rule in pack.rules)
    yield from (kind.id for kind in pack.attestations)


def _lost(checked: Checked, pack: Pack, previous: Pack) -> Iterator[Problem]:
    """Ids that were there, as a rule or as a retired one, and are neither now."""
    kept = {*ids(pack)} | {row[0] for row in pack.retired}
    place = checked.said("retired") or checked.whole
    for name in ids(previous):
        if name not in kept:
            row = f'{{id: {name}, last: "{previous.version}", why: …}}'
            message = f"{name} was in {previous.version} and is gone"
            yield Problem("DL701", message, place, f"write in pack.yaml: retired: [{row}]")
    for name, last, _ in previous.retired:
        if name not in kept:
            help_ = f'in pack.yaml: {{id: {name}, last: "{last}", why: …}} stays for ever'
            yield Problem("DL701", f"{name} is no longer listed as retired", place, help_)


def _back(checked: Checked, pack: Pack, previous: Pack) -> Iterator[Problem]:
    """Rules and attestations under an id that was retired before."""
    retired = {name: last for name, last, _ in previous.retired}
    for name in ids(pack):
        if name in retired:
            message = f"the id {name!r} was retired; {retired[name]} had it last"
            rule = checked.rules.get(name)
            place = checked.whole if rule is None else rule.place
            yield Problem("DL701", message, place, "an id is never reused: take another", name)


def _orphaned(checked: Checked, pack: Pack, previous: Pack) -> Iterator[Problem]:
    """Rules that replace what never was: history and waivers would go on from nowhere."""
    known = {*ids(previous)} | {row[0] for row in pack.retired}
    for rule in pack.rules:
        for name in rule.replaces:
            if name not in known:
                message = f"{rule.id} replaces {name[:48]!r}, and no rule was ever called so"
                help_ = did_you_mean(name, sorted(known)) or "leave it out"
                yield Problem("DL701", message, checked.rules[rule.id].place, help_, rule.id)


def _step(checked: Checked, found: Diff) -> Iterator[Problem]:
    before, after = found.before, found.after
    if before.sha256 == after.sha256:
        return
    step = max(found.step, Step.PATCH)
    if step.is_made(before.version, after.version):
        return
    why = next((c for c in found.changes if c.kind.step is step), None)
    because = "its bytes differ" if why is None else f"{why.rule or 'the pack'} {_does(why.kind)}"
    message = f"{after.version} does not follow {before.version} far enough: {because}"
    help_ = (
        f'write version: "{step.after(before.version)}" or later ({step.word}); '
        "dentinel rules diff shows every change"
    )
    yield Problem("DL702", message, checked.said("version") or checked.whole, help_)


def _does(kind: Kind) -> str:
    return {Kind.GONE: "is gone", Kind.ADDED: "is new"}.get(kind, f"is {kind}")
