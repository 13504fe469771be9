"""What those who answer for Bright Smiles were shown and said."""

from datetime import datetime, timedelta
from typing import Any

from controller.exports import bundles, reviewing
from controller.exports.bundles import Wanted
from controller.exports.models import Export
from controller.ledger.actions import By
from controller.oversight import scorecards
from controller.oversight.models import Record
from controller.oversight.reviews import Said
from controller.oversight.scorecards import Answer
from controller.paperwork.sightings import look
from tests.controller.bright_smiles import DAY, NOW, Practice
from tests.controller.paperwork.papers import listed

SAYS: dict[str, Any] = {
    "clinic_name": "Bright Smiles",
    "figures": [
        {"id": "MET-04", "name": "encryption", "definition": "of all", "words": "3 of 6 (50 %)"}
    ],
    "controls": {"as_of": "2026-11-22", "sha256": "0" * 64},
}


def scorecard(there: Practice, month: str = "2026-10", at: datetime = NOW) -> Record:
    """A scorecard that was made at that time."""
    return scorecards.keep(there.home, there.clinic, month, SAYS, at)


def acknowledged(there: Practice, card: Record, after: timedelta) -> Record:
    """Dr. Lee read it so long after it was made."""
    by = By(there.dr_lee.email, "", card.made_at + after)
    said = Answer("seen with Sam", "practice_owner")
    return scorecards.acknowledge(there.home, here(there), card.id, said, by)


def bundle(there: Practice, at: datetime = NOW) -> Export:
    """Evidence that was asked for on the page, and made."""
    wanted = Wanted(there.clinic, "owner", at - DAY, at)
    row = bundles.ask(there.home, wanted, By(there.dr_lee.email, "", at, there.dr_lee.pk))
    bundles.work(there.home, at)
    return row


def reviewed(there: Practice, of: Export, at: datetime, found: str = "proven") -> Record:
    """Dr. Lee read it."""
    said = Said(found, "read with Sam", "security_official")
    return reviewing.review(there.home, here(there), of.id, said, By(there.dr_lee.email, "", at))


def here(there: Practice) -> Any:
    """The clinic as a place."""
    return there.place.clinic(there.clinic.id)


def fill(there: Practice) -> None:
    """Two scorecards of which one waits, evidence of which one is reviewed, and a map."""
    acknowledged(there, scorecard(there, "2026-09", NOW - 50 * DAY), DAY)
    scorecard(there, "2026-10", NOW - 20 * DAY)
    reviewed(there, bundle(there, NOW - DAY), NOW)
    bundle(there)
    listed(there, "dataflow", source="Sensors", target="PANO-01", what="images", way="Sidexis",
           encrypted=True, shown_by=["PANO-01/folder/sidexis"])  # fmt: skip
    listed(there, "dataflow", source="Front desk", target="Laboratory", what="images",
           way="portal", encrypted=True)  # fmt: skip
    look(there.place, NOW)
