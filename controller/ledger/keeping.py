"""How long are the payloads of a clinic's reports kept, and may any of them go?

Six years for what judged a machine: documentation is kept "for 6 years from the date of its
creation or the date when it last was in effect, whichever is later" (45 CFR 164.316(b)(2)(i), in
force). 90 days for facts, the newest of each always. A person may lengthen both, shorten neither,
and hold a clinic's evidence: then nothing is erased, whatever its age.

- Rows, hashes and lines of the log stay in any case: what was sent is never denied.
"""

from dataclasses import dataclass
from datetime import timedelta

from controller.errors import AlreadyDone, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.ledger.models import Keeping
from controller.ledger.sql import Cursor
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

SIX_YEARS_DAYS = 2192
"""Six years with two leap days, which is the most that six years can have."""
FACTS_DAYS = 90
LONGEST_DAYS = 36_525
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days payloads are kept; `held` while nothing may be erased."""

    reports_days: int = SIX_YEARS_DAYS
    facts_days: int = FACTS_DAYS
    held: bool = False

    @property
    def reports(self) -> timedelta:
        """How long what judged a machine is kept."""
        return timedelta(days=self.reports_days)

    @property
    def facts(self) -> timedelta:
        """How long plain facts are kept."""
        return timedelta(days=self.facts_days)

    def require_long_enough(self) -> None:
        """Refusal if they are shorter than may be."""
        for what, days, least in (
            ("reports", self.reports_days, SIX_YEARS_DAYS),
            ("facts", self.facts_days, FACTS_DAYS),
        ):
            if not least <= days <= LONGEST_DAYS:
                raise Refusal(
                    f"{what} cannot be kept for {days:,} days",
                    help=f"{least:,} days at least, and {LONGEST_DAYS:,} at most",
                )


def terms(cursor: Cursor, org: str, clinic: str) -> Terms:
    """The terms of a clinic; those of the design where nobody decided.

    Never shorter than may be, whatever stands in the table: nobody lowers them by editing it.
    """
    cursor.execute(
        "SELECT reports_days, facts_days, held_at IS NOT NULL FROM keeping"
        " WHERE org_id = %s AND clinic_id = %s",
        (org, clinic),
    )
    row = cursor.fetchone()
    if row is None:
        return Terms()
    return Terms(max(row[0], SIX_YEARS_DAYS), max(row[1], FACTS_DAYS), bool(row[2]))


def of_clinic(place: Place, clinic: Clinic) -> Keeping:
    """What was decided of a clinic, or a row not yet stored that holds the terms of the design."""
    decided = Keeping.objects.at(place).filter(clinic=clinic).first()
    return decided or Keeping(
        org_id=clinic.org_id,
        clinic=clinic,
        reports_days=SIX_YEARS_DAYS,
        facts_days=FACTS_DAYS,
    )


def held(place: Place) -> list[Keeping]:
    """The clinics of a place whose evidence is held, by name."""
    rows = Keeping.objects.at(place).filter(held_at__isnull=False)
    return list(rows.select_related("clinic").order_by("clinic__name"))


def set_terms(home: ControllerHome, clinic: Clinic, asked: Terms, by: By) -> None:
    """Keep payloads for so long from now on; Refusal for less than may be."""
    asked.require_long_enough()
    row = of_clinic(Place(clinic.org_id), clinic)
    before, after = _told(row), {"reports": asked.reports_days, "facts": asked.facts_days}
    if before == after:
        return
    row.reports_days, row.facts_days = asked.reports_days, asked.facts_days
    with acting(home, by) as books:
        row.save()
        act = Act("retention.set", clinic.slug, before=before, after=after)
        books.record(clinic.org_id, clinic.id, act)


def hold(home: ControllerHome, clinic: Clinic, reason: str, by: By) -> None:
    """Erase nothing of a clinic until this is taken back; Refusal without a reason."""
    row = of_clinic(Place(clinic.org_id), clinic)
    if row.held_at is not None:
        raise AlreadyDone(f"the evidence of {clinic.name} is held since {row.held_at:%Y-%m-%d}")
    row.held_at, row.held_by, row.held_for = by.at, by.actor, _reason(reason)
    with acting(home, by) as books:
        row.save()
        act = Act("retention.hold", clinic.slug, after={"reason": row.held_for})
        books.record(clinic.org_id, clinic.id, act)


def release(home: ControllerHome, clinic: Clinic, reason: str, by: By) -> None:
    """End a hold: what is older than the terms may go again. Refusal without a reason."""
    row = of_clinic(Place(clinic.org_id), clinic)
    if row.held_at is None:
        raise AlreadyDone(f"the evidence of {clinic.name} is not held")
    before = {"since": row.held_at.isoformat(), "reason": row.held_for}
    row.held_at, row.held_by, row.held_for = None, "", ""
    with acting(home, by) as books:
        row.save()
        act = Act(
            "retention.release", clinic.slug, before=before, after={"reason": _reason(reason)}
        )
        books.record(clinic.org_id, clinic.id, act)


def _told(row: Keeping) -> dict[str, int]:
    return {"reports": row.reports_days, "facts": row.facts_days}


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Refusal("a hold needs a reason", help="for example: records asked for by counsel")
    if len(said) > _LONGEST_REASON:
        raise Refusal(f"{_LONGEST_REASON} characters are the most that are kept of a reason")
    return said
