"""Who is judged by an org's rules, as its author needs to know: clinics and machines by name."""

import re

from controller.fleet.queries import machines
from controller.policy.online import Online
from controller.tenants.models import Org
from controller.tenants.queries import clinics
from controller.tenants.scope import Place
from evidence.roster import Clinic, Machine, Numbers, Roster
from evidence.roster import Org as Named

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def roster(org: Org, online: Online, used: Numbers) -> Roster:
    """What `online-keys.json` holds: nothing of it is a secret."""
    place = Place(org.id)
    found: dict[object, list[Machine]] = {}
    for one in machines(place).select_related("site", "group").order_by("host", "id"):
        found.setdefault(one.clinic_id, []).append(
            Machine(
                id=str(one.agent_id),
                name=one.host if _HOST.fullmatch(one.host) else None,
                site=one.site.slug if one.site else None,
                groups=(one.group.slug,) if one.group else (),
                role=one.role or None,  # type: ignore[arg-type]
            )
        )
    return Roster(
        org=Named(id=str(org.id), name=org.slug),
        snapshot=online.snapshot.public.hex,
        timestamp=online.timestamp.public.hex,
        used=used,
        clinics=tuple(
            Clinic(id=str(one.id), name=one.slug, machines=tuple(found.get(one.id, ())))
            for one in clinics(place).order_by("slug")
        ),
    )
