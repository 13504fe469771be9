"""By which rules is this machine judged, how old are they, and must a person see to them?

For `dentinel status` and `dentinel doctor`: from the record of the last installation and the
results of the last patrol. Nothing is verified anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from agent.packs.record import InForce, News, Record
from agent.paths import Home
from rules.compiled import builtin
from rules.facts.form import Json, timestamp

_AGES = {
    "stale": "nobody has said for three days that they are the newest",
    "expired": "they have expired: who signs rules must sign again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The rules of the last patrol, as its reports say; `record` is of what is installed."""

    state: str
    packs: tuple[str, ...]
    rules: InForce | None
    news: News | None

    @classmethod
    def of(cls, home: Home, policy: Mapping[str, Json], now: datetime) -> Self:
        """Look at a home; HomeError if the record cannot be read or is damaged."""
        record = Record.load(home)
        state = policy.get("state", "builtin")
        if state != "builtin" and record.rules is not None:
            state = record.rules.state(now)
        named = tuple(f"{one['pack']} {one['version']}" for one in policy.get("packs", ()))
        carried = builtin.pack()
        return cls(
            state=state,
            packs=named or (f"{carried.pack} {carried.version}",),
            rules=record.rules if state != "builtin" else None,
            news=record.news,
        )

    @property
    def every(self) -> timedelta | None:
        """How often the assignment wants a patrol; None where the settings decide."""
        return timedelta(seconds=self.rules.patrol_s) if self.rules else None

    @property
    def said(self) -> str:
        """In one line."""
        packs = ", ".join(self.packs)
        if self.rules is None:
            return f"built in ({packs})"
        rules = self.rules
        return (
            f"signed ({packs}; assignment {rules.serial}, newest as of"
            f" {rules.refreshed_at:%Y-%m-%d %H:%M} UTC): {self.state}"
        )

    @property
    def fault(self) -> str | None:
        """What a person has to see to."""
        if self.state in _AGES:
            return f"the rules are {self.state}: {_AGES[self.state]}"
        if self.news is not None and self.news.event == "pack_rejected":
            code = f" ({self.news.code})" if self.news.code else ""
            return f"newer rules were refused{code}; those of before stay in force"
        return None

    def to_json(self) -> dict[str, Json]:
        """As a document."""
        rules = self.rules
        return {
            "state": self.state,
            "packs": list(self.packs),
            "assignment": rules.serial if rules else None,
            "root": rules.root if rules else None,
            "targets": rules.targets if rules else None,
            "refreshed_at": timestamp(rules.refreshed_at) if rules else None,
            "expires_at": timestamp(rules.expires_at) if rules else None,
        }
