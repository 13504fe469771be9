"""Does the demo of a whole MSP hold what it shows? Asked of itself, as a stranger would ask.

Everybody's pages open, a practice's evidence is verified offline with the keys of its log, the
tables are what the reports say, and the audit log is whole.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from controller.cli.demo.browse import Browser
from controller.cli.demo.msp import people, plot
from controller.cli.demo.msp.stage import Told
from controller.cli.demo.processes import DemoStopped, finish

_PERIOD_HELD = ("proven", "incomplete")


def checked(done: Told) -> tuple[dict[str, Any], bool]:
    """What was found, and whether all of it is as it must be."""
    pages = {person.key: _opens(done, person, link) for person, link in done.links}
    evidence = _evidence(done)
    document = {
        "practices": len(done.story.places),
        "machines": sum(len(place.machines) for place in done.story.places),
        "days": plot.DAYS,
        "seconds": round(done.seconds, 1),
        "pages": pages,
        "evidence": evidence,
        "rebuilt": _says(done, "rebuild", "--check"),
        "audit": _says(done, "audit", "verify"),
    }
    is_demo = bool(evidence["demo"])
    holds = all(status == 200 for status in pages.values()) and is_demo
    holds = holds and evidence["outcome"] in _PERIOD_HELD
    return document, holds and document["rebuilt"] is True and document["audit"] is True


def _opens(done: Told, person: people.Person, link: str) -> int:
    return Browser(done.address, urlsplit(link).path).get(done.path(person))[0]


def _evidence(done: Told) -> dict[str, Any]:
    bundle, policy = done.folder / "practice.dentinel-evidence", done.folder / "policy.txt"
    slug = people.ward(done.story).clinic.slug
    finish("`evidence export`", _command(done, "evidence", "export", str(bundle), "--clinic", slug))
    policy.write_text(finish("`evidence policy`", _command(done, "evidence", "policy")), "utf-8")
    verify = ["-m", "evidence", str(bundle), "--policy", str(policy), "--format", "json"]
    said = json.loads(finish("`dentinel verify`", verify, good=(0, 1, 2)))
    named = ("outcome", "demo", "machines", "reports", "silent_days", "days")
    return {name: said[name] for name in named}


def _says(done: Told, *words: str) -> bool:
    try:
        finish(f"`{' '.join(words)}`", _command(done, *words))
    except DemoStopped:
        return False
    return True


def _command(done: Told, *words: str) -> list[str]:
    return ["-m", "controller.cli.app", "--home", str(done.home), *words]
