"""What is still missing before this practice is looked after? A list that checks itself.

Nothing here is ticked by hand: each step is asked of what is so. The first that is not done is the
next one, and says in one sentence what to do, where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.alerts import queries as alerts
from controller.alerts.troubles import last_backup
from controller.fleet import queries as fleet
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.pages.times import relative
from controller.people import queries as people
from controller.people.roles import MAY, Permission, Role
from controller.policy import queries as policy
from controller.tenants.queries import clinics
from rules.counted import counted

if TYPE_CHECKING:
    from controller.people.models import User
    from controller.tenants.models import Clinic

_SIGNING = (
    "dentinel-controller packs online-keys -o online-keys.json",
    (
        "dentinel pack keys --new practice --online online-keys.json"
        " --root-a /media/safe --root-b /media/home --folder our-rules"
    ),
    "dentinel pack sign --folder our-rules",
    "dentinel pack publish --folder our-rules -o our-rules.dentinel-packs",
    "dentinel-controller packs publish our-rules.dentinel-packs",
)
"""As docs/packs.md explains them."""
BACKUP_LASTS = timedelta(hours=26)
"""The practice's own limit for the age of a backup (domain.md, section 1)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be so. `said` is what is so now, `next` what to do while it is not.

    `link` leads to where it is done; `commands` are typed, `at` the place named.
    """

    title: str
    is_done: bool
    said: str
    next: str = ""
    link: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Who asks, in which org, with which clinics, when."""

    user: "User"
    where: Where
    clinics: "list[Clinic]"
    now: datetime

    def address(self, name: str, *more: str) -> str:
        """The address of a page of this org."""
        return reverse(name, args=(self.where.org.slug, *more))


@require_safe
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The list."""
    where = enter(request, org)
    if not may(request, Permission.SETTINGS_MANAGE, where):
        raise Http404
    here = Setting(person(request), where, list(clinics(where.place)), timezone.now())
    steps = [step(here) for step in STEPS]
    content = {
        "steps": steps,
        "done": sum(one.is_done for one in steps),
        "next": next((one for one in steps if not one.is_done), None),
    }
    return show(request, "pages/start.html", where, content)


def _second_factor(here: Setting) -> Step:
    is_done = bool(people.with_second_factor([here.user.pk]))
    return Step(
        "Your second factor",
        is_done,
        "Nobody comes in with a password alone." if is_done else "Your account has none yet.",
        "Set up a phone or a passkey.",
        reverse("mfa_index"),
    )


def _clinic(here: Setting) -> Step:
    if not here.clinics:
        return Step(
            "A clinic with its time zone and hours",
            is_done=False,
            said="There is no clinic yet.",
            next="Add the first one: its name, its time zone, when it is open.",
            link=here.address("clinic-new"),
        )
    unset = next((one for one in here.clinics if one.time_zone == "UTC"), None)
    first = here.clinics[0]
    told = f"{unset.name} runs by UTC, so its hours mean nothing yet." if unset else _clock(first)
    return Step(
        "A clinic with its time zone and hours",
        unset is None,
        told,
        "Say by which clock it opens and closes.",
        here.address("clinic-hours", (unset or first).slug),
    )


def _clock(clinic: "Clinic") -> str:
    local = timezone.now().astimezone(ZoneInfo(clinic.time_zone))
    days = sum(bool(spans) for spans in clinic.hours.values())
    return f"{clinic.name}: it is {local:%H:%M} there, open on {counted(days, 'day')} of the week."


def _rules(here: Setting) -> Step:
    newest = policy.publications(here.where.place).first()
    return Step(
        "Your author key, and dental-baseline signed by it",
        newest is not None,
        f"Signed rules, version {newest.targets}, are handed to machines."
        if newest
        else "Machines are judged by the rules that came with the agent (built in): they work, and"
        " nobody of this practice has signed them.",
        "On the server, then on the author's computer, then on the server again:",
        commands=_SIGNING,
    )


def _machine(here: Setting) -> Step:
    heard = fleet.joined(here.where.place).filter(reported_at__isnull=False).first()
    clinic = here.clinics[0].slug if here.clinics else None
    return Step(
        "A first machine",
        heard is not None,
        f"{heard.host} reported {relative(heard.reported_at)}."
        if heard and heard.reported_at
        else "No machine has reported yet.",
        "Make a join command and run it on the first computer."
        if clinic
        else "Add a clinic first: a machine joins a clinic.",
        here.address("join", clinic) if clinic else here.address("clinic-new"),
    )


def _alert(here: Setting) -> Step:
    tested = alerts.tested(here.where.place)
    return Step(
        "A test alert that arrived",
        tested is not None,
        f"{tested.name} took a test message {relative(tested.tested_at)}."
        if tested and tested.tested_at
        else "Nobody would be told: no channel has taken a test message.",
        "Add a channel, an e-mail address or a webhook, and press “Send test”.",
        here.address("channels"),
    )


def _backup(here: Setting) -> Step:
    last = last_backup(own_home())
    is_fresh = last is not None and here.now - last <= BACKUP_LASTS
    return Step(
        "A backup that was read back",
        is_fresh,
        f"The newest was written and read back {relative(last)}."
        if last
        else "There is none. Only the recovery sheet opens one: is it printed, and in the safe?",
        "On the server, daily, onto another disk:",
        commands=("dentinel-controller backup /mnt/other/dentinel-$(date +%F).box",),
    )


def _second_person(here: Setting) -> Step:
    held = [
        one for one in people.members(here.where.place) if one.until is None or one.until > here.now
    ]
    delegated = any(clinic.delegates_risk for clinic in here.clinics)
    approve = {Role.CLINIC_OWNER, *([Role.MSP_ADMIN] if delegated else [])}
    asks = {one.user_id for one in held if one.role in MAY[Permission.WAIVERS_REQUEST]}
    names = [one.user.name for one in held if one.role in approve and asks - {one.user_id}]
    return Step(
        "A second person who can approve",
        bool(names),
        f"What somebody else asks for, {names[0]} can approve."
        if names
        else "A risk is accepted by the practice's owner, and never by who asked for it.",
        "Let the owner in, with the role Owner.",
        here.address("people"),
    )


STEPS: tuple[Callable[[Setting], Step], ...] = (
    _second_factor,
    _clinic,
    _rules,
    _machine,
    _alert,
    _backup,
    _second_person,
)
"""In this order. One more is a function and its line."""
