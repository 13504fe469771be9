"""What of the results is to be sealed now?

- A `full` report at the start of a chain, by order, when the rules or their age have changed, when
  the agent starts, and once a day; after it all facts.
- A `delta` when a verdict or an imaging folder has changed since it was last said; before it the
  facts on which the changed verdicts rest, so that whoever sees the verdict can see its ground.
- The same of each host that is visited: `speaker.subject` says of whom is spoken.
- At the cap of the outbox only full reports are sealed: what could not be said is said next time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.errands import statements
from agent.errands.results import Results, Said
from agent.errands.statements import Speaker
from agent.errors import OutboxFull
from agent.outbox.seal import Sealer
from evidence.bodies import Cause, Delta, Full
from evidence.finding import Imaging

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """One patrol's word to the controller; `anchor` names the enrolment that it is said under."""

    sealer: Sealer
    speaker: Speaker
    anchor: str
    now: datetime

    def tell(self, results: Results, *, is_start: bool) -> Results:
        """Seal what is due, and return the results with what has been said by now."""
        if results.said.anchor != self.anchor:
            said = Said(anchor=self.anchor, news=results.said.news, state=results.said.state)
            results = replace(results, said=said)
        cause = self._cause(results.said, is_start=is_start)
        try:
            if cause is not None:
                return self._tell_all(results, cause)
            if "send_facts" in self.sealer.orders:
                self._tell_facts(results, set(results.readings))
            return self._tell_changes(results)
        except OutboxFull:
            return results

    def _cause(self, said: Said, *, is_start: bool) -> Cause | None:
        """Why a full report is due now, if it is."""
        if self.sealer.basis(self.speaker.subject) is None or said.full_at is None:
            return "epoch"
        if "send_full" in self.sealer.orders:
            return "order"
        if said.policy != self.speaker.rules.said:
            return "pack"
        if is_start:
            return "start"
        return None if said.full_at <= self.now < said.full_at + _DAY else "daily"

    def _tell_all(self, results: Results, cause: Cause) -> Results:
        imaging = self.speaker.imaging(results.readings.get("imaging"))
        self.sealer.seal(
            Full(
                subject=self.speaker.subject,
                cause=cause,
                agent_version=statements.agent_version(),
                os=statements.system(results.readings.get("host")),
                policy=self.speaker.policy,
                verdicts=self.speaker.verdicts(results.verdicts),
                imaging=imaging,
            )
        )
        said = replace(
            results.said,
            full_at=self.now,
            policy=self.speaker.rules.said,
            verdicts=_digests(results),
            imaging=_digest(imaging),
            host_key=self.speaker.subject.host_key,
        )
        self._tell_facts(results, set(results.readings))
        return replace(results, said=said)

    def _tell_changes(self, results: Results) -> Results:
        said, digests = results.said, _digests(results)
        changed = {rule for rule in digests if digests[rule] != said.verdicts.get(rule)}
        imaging = self.speaker.imaging(results.readings.get("imaging"))
        seen = _digest(imaging)
        is_news = seen != said.imaging
        basis = self.sealer.basis(self.speaker.subject)
        if basis is None or not (changed or is_news):
            return results
        rules = [rule for _, rule in self.speaker.rules.numbered() if rule.id in changed]
        names = {name for rule in rules for name in rule.reads}
        self._tell_facts(results, names | ({"imaging"} if is_news else set()))
        self.sealer.seal(
            Delta(
                subject=self.speaker.subject,
                cause="change",
                basis=basis,
                agent_version=statements.agent_version(),
                os=statements.system(results.readings.get("host")),
                policy=self.speaker.policy,
                verdicts=self.speaker.verdicts({r.id: results.verdicts[r.id] for r in rules}),
                imaging=imaging if is_news else None,
            )
        )
        return replace(results, said=replace(said, verdicts=digests, imaging=seen))

    def _tell_facts(self, results: Results, names: set[str]) -> None:
        read = [reading for name, reading in results.readings.items() if name in names]
        for body in self.speaker.facts(read):
            self.sealer.seal(body)


def _digest(imaging: Imaging | None) -> str | None:
    return None if imaging is None else statements.digest_of_imaging(imaging)


def _digests(results: Results) -> dict[str, str]:
    return {rule: statements.digest_of_verdict(one) for rule, one in results.verdicts.items()}
