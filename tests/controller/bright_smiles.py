"""North Quay IT and its clinics, as the pages would find them: real rows, judged by real rules.

The facts are those of six machines of a dental practice; the verdicts come from the built-in pack.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils.text import slugify

from controller.findings.models import ClinicRule, Finding, RuleSpan, RuleState
from controller.fleet.models import FactsNow, Machine, MachineKey
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By, open_clinic, open_org
from controller.ledger.lock import CheckpointLock
from controller.people.actions import Grant, add_user, give_role
from controller.people.models import User
from controller.people.roles import Role
from controller.policy.models import Rule
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.facts.base import Reading, Source, Status
from rules.facts.form import timestamp, to_json
from rules.facts.index import CATALOGUE

PASSWORD = "a calm and dense ward list"
NOW = datetime.now(tz=UTC).replace(microsecond=0)
DAY = timedelta(days=1)
_CALLS = {
    "volumes": ("read:/proc", "read:/sys", "run:blkid"),
    "usb_storage": ("read:/etc/modprobe.d",),
    "users": ("read:/etc", "read:/home"),
    "patching": ("run:apt-get",),
    "imaging": ("read:local.sqlite",),
}


def at(**ago: float) -> str:
    return timestamp(NOW - timedelta(**ago))


def volume(name: str, protection: object = "protected", **more: object) -> dict[str, object]:
    is_safe = protection == "protected"
    return {
        "name": name,
        "kind": "fixed",
        "role": "system" if name == "/" else "data",
        "holds_imaging": name != "/",
        "protection": protection,
        "mechanism": "luks2" if is_safe else "none",
        "cipher": "xts_aes_256" if is_safe else None,
        "percent": None,
        "protectors": ["password"] if is_safe else [],
        "suspend_reboots": None,
        "state_since": at(days=9),
        "used_space_only": None,
        "hardware_encryption": False,
        "filesystem": "ext4",
        "size": 512_110_190_592,
        **more,
    }


def user(number: int, after: object = "900s", **more: object) -> dict[str, object]:
    return {
        "name": f"user-{number}",
        "id": f"k:{'AbCdEf012345'[number:]}{'x' * number}",
        "kind": "local",
        "enabled": True,
        "interactive": True,
        "admin": number == 1,
        "built_in_admin": False,
        "guest": False,
        "generic_name": number == 2,
        "signed_in": number == 2,
        "blank_password": False,
        "last_seen": at(hours=2),
        "lock": {
            "after": after,
            "asks_password": True,
            "on_wake": True,
            "enforced": False,
            "source": "preference",
        },
        **more,
    }


def root(label: str, role: str, exposed: object = 0, **more: object) -> dict[str, object]:
    return {
        "label": label,
        "role": role,
        "present": True,
        "watched": True,
        "complete": True,
        "as_of": at(minutes=1),
        "owner": "here",
        "served_by": None,
        "protection": "unprotected",
        "protection_since": at(days=9),
        "cloud_sync": "none",
        "placeholders": 0,
        "files": 8_412,
        "exposed": exposed,
        "unproven": 0 if exposed == 0 or isinstance(exposed, int) else 3,
        "excluded": 12,
        "unreadable": 0,
        "must_be_deidentified": False,
        "identified": 0,
        "secrets": 0,
        "names_exposed": 0,
        "past_retention": None,
        "silently_changed": None,
        **more,
    }


def finding(number: int, of: str, role: str, verdict: str = "plaintext") -> dict[str, object]:
    return {
        "id": f"{number:032x}",
        "root": of,
        "role": role,
        "verdict": verdict,
        "kind": "dicom" if number % 2 else "image",
        "reason": "content" if verdict == "plaintext" else "opaque",
        "volume": "unprotected",
        "reach": "local",
        "state": "open",
    }


def patch(name: str, **ago: float) -> dict[str, object]:
    return {
        "id": name,
        "title": name,
        "security": True,
        "severity": "critical" if "openssl" in name else "high",
        "released": at(**ago),
        "waiting_since": at(**ago),
    }


def host(name: str, role: str) -> dict[str, object]:
    return {
        "name": name,
        "os": "linux",
        "distribution": "Debian",
        "os_version": "12.5",
        "edition": None,
        "arch": "x86_64",
        "role": role,
        "portable": False,
        "virtual": "none",
        "joined": "none",
        "boot_time": at(days=3),
        "vendor": "Dell Inc.",
        "model": "OptiPlex 7010",
        "serial": "k:7Q2fM1xTz0aB",
    }


@dataclass
class Story:
    """One machine and what its agent found."""

    host: str
    role: str = "operatory"
    volumes: list[Any] = field(default_factory=lambda: [volume("/"), volume("/srv")])
    usb: str = "blocked"
    users: list[Any] | None = field(default_factory=lambda: [user(1), user(2)])
    pending: list[Any] = field(default_factory=list)
    roots: list[Any] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    seen: timedelta = timedelta(minutes=2)
    is_silent: bool = False
    has_reported: bool = True

    def values(self) -> dict[str, Any]:
        return {
            "host": host(self.host, self.role),
            "volumes": self.volumes,
            "usb_storage": {
                "control": self.usb,
                "gaps": [],
                "layers": [{"name": "driver", "effective": self.usb == "blocked"}],
                "devices": [],
            },
            "users": self.users,
            "patching": {
                "supported": True,
                "support_ends": None,
                "extended_support": None,
                "automatic": "on",
                "last_scan": at(hours=5),
                "last_security_install": at(days=6),
                "reboot_required": False,
                "reboot_since": None,
                "kernel_current": True,
                "pending": self.pending,
            },
            "imaging": {
                "roots": self.roots,
                "exposed": self.findings,
                "coverage": {"complete": True, "as_of": at(minutes=1), "overflowed": False},
                "mass_change": {
                    "state": "none",
                    "since": None,
                    "files": "under_100",
                    "note": False,
                    "expected": False,
                },
            },
        }

    def readings(self) -> dict[str, Reading]:
        return {
            name: Reading(
                fact=name,
                status=Status.UNKNOWN if value is None else Status.OK,
                value={"$unknown": "not_elevated"} if value is None else value,
                observed_at=NOW - timedelta(minutes=1),
                ttl=CATALOGUE[name].ttl,
                source=tuple(Source(call) for call in _CALLS.get(name, ("read:/etc",))),
                confidence="derived" if name == "users" else "authoritative",
                privilege="root",
            )
            for name, value in self.values().items()
        }


BRIGHT_SMILES = (
    Story(
        "OP1",
        volumes=[volume("/", "unprotected"), volume("/srv")],
        usb="open",
        pending=[patch("openssl", days=22), patch("libtiff6", days=4)],
    ),
    Story(
        "PANO-01",
        role="imaging_server",
        roots=[
            root("sidexis", "store"),
            root("export", "export", 2),
            root("referrals", "outbox", {"$unknown": "unrecognised"}),
        ],
        findings=[
            finding(1, "export", "export"),
            finding(2, "export", "export"),
            finding(3, "referrals", "outbox", "unknown"),
        ],
    ),
    Story("OP2", users=None, usb="read_only"),
    Story(
        "FRONT2",
        role="front_desk",
        users=[user(1), user(2, None)],
        seen=timedelta(days=2),
        is_silent=True,
    ),
    Story("OP3"),
    Story("NAS-1", role="nas", has_reported=False),
)


@dataclass(frozen=True)
class Practice:
    """Everything that a test may want to name."""

    home: ControllerHome
    org: Org
    clinic: Clinic
    place: Place
    machines: dict[str, Machine]
    dr_lee: User


def new_home(folder: Path) -> ControllerHome:
    home = ControllerHome(folder)
    home.make(uuid4())
    keys = Keys.make(home, secrets.token_bytes)
    CheckpointLock.make(home)
    authority.ensure(home, keys, ["localhost"], NOW)
    return home


def by() -> By:
    return By("shell", "", NOW)


def practice(
    home: ControllerHome,
    name: str = "North Quay IT",
    clinic_name: str = "Bright Smiles",
    stories: tuple[Story, ...] = BRIGHT_SMILES,
) -> Practice:
    """An org with one clinic, its machines and its administrator, Dr. Lee."""
    org = open_org(home, name, slugify(name), by())
    clinic = add_clinic(home, org, clinic_name)
    number_rules(org)
    machines = {story.host: settle(clinic, story) for story in stories}
    dr_lee = account(f"dr_lee@{org.slug}.example", "Dr. Lee")
    give_role(home, dr_lee, Grant(Place(org.id), Role.MSP_ADMIN), by())
    return Practice(home, org, clinic, Place(org.id), machines, dr_lee)


def add_clinic(home: ControllerHome, org: Org, name: str) -> Clinic:
    clinic = Clinic(
        org=org, name=name, slug=slugify(name), time_zone="America/New_York", made_at=NOW
    )
    return open_clinic(home, clinic, by())


@cache
def hashed() -> str:
    """One password for everybody, hashed once: Argon2 is slow on purpose."""
    return make_password(PASSWORD)


def account(email: str, name: str) -> User:
    user = add_user(email, name)
    user.password = hashed()
    user.save()
    return user


def person(practice: Practice, role: Role, email: str, clinic: Clinic | None = None) -> User:
    """Somebody with a role in the org, or in one clinic; everybody has the same password."""
    user = account(email, email.partition("@")[0])
    place = practice.place.clinic(clinic.id) if clinic else practice.place
    until = NOW + 90 * DAY if role is Role.AUDITOR else None
    give_role(practice.home, user, Grant(place, role, until), by())
    return user


def number_rules(org: Org) -> None:
    Rule.objects.at(Place(org.id)).bulk_create(
        Rule(org=org, rule_no=number, pack=builtin.NAME, name=rule.id, severity=rule.severity)
        for number, rule in enumerate(builtin.pack().rules, start=1)
    )


def settle(clinic: Clinic, story: Story) -> Machine:
    """Write a machine, its facts, its verdicts and its findings."""
    machine = _machine(clinic, story)
    _keys(machine)
    if story.has_reported:
        _facts(machine, story)
        _verdicts(machine, story)
        _findings(machine, story)
    machine.save()
    return machine


@dataclass
class Unreached(Story):
    """A host of which nothing is known, and why."""

    why: str = "untrusted_host"

    def readings(self) -> dict[str, Reading]:
        return {
            name: one._replace(status=Status.UNKNOWN, value={"$unknown": self.why})
            for name, one in Story.readings(self).items()
        }


def visited(practice: Practice, story: Story) -> Machine:
    """A host without an agent, that PANO-01 asks over SSH."""
    machine = settle(practice.clinic, story)
    machine.visitor, machine.host_key = practice.machines["PANO-01"], "c0ffee" + "0" * 58
    machine.save()
    practice.machines[story.host] = machine
    return machine


def _machine(clinic: Clinic, story: Story) -> Machine:
    pack = builtin.pack()
    identity = uuid4()
    machine = Machine(
        id=identity,
        agent_id=identity,
        org_id=clinic.org_id,
        clinic=clinic,
        host=story.host,
        os_family="linux",
        os_version="12.5",
        os_arch="x86_64",
        agent_version="0.1.0",
        role=story.role,
        state="active",
        enrolled_at=NOW - 30 * DAY,
        head_seq=212 if story.has_reported else 0,
        head_sha=secrets.token_hex(32),
        anchor=secrets.token_hex(32),
        nonce=secrets.token_hex(16),
        key_id=secrets.token_hex(32),
        seen_at=NOW - story.seen,
        due_by=NOW - timedelta(hours=20) if story.is_silent else NOW + timedelta(hours=8),
    )
    if story.has_reported:
        machine.reported_at = machine.observed_at = NOW - story.seen
        machine.policy_state, machine.pack_sha = "builtin", pack.sha256
        machine.pack_version, machine.clock_trust = pack.version, "ok"
    machine.save(force_insert=True)
    return machine


def _keys(machine: Machine) -> None:
    for purpose, key_id in (("report", machine.key_id), ("courier", secrets.token_hex(32))):
        MachineKey(
            org_id=machine.org_id,
            machine=machine,
            key_id=key_id,
            purpose=purpose,
            scheme="ed25519",
            public=secrets.token_hex(32),
            valid_from_leaf=1,
        ).save()


def _facts(machine: Machine, story: Story) -> None:
    imaging = story.values()["imaging"]
    FactsNow(
        org_id=machine.org_id,
        machine=machine,
        catalogue="1.0",
        document={name: to_json(reading) for name, reading in story.readings().items()},
        digest=secrets.token_hex(32),
        observed_at=NOW - story.seen,
        known_at=NOW - story.seen,
        imaging={key: value for key, value in imaging.items() if key != "exposed"},
        imaging_observed_at=NOW - story.seen,
    ).save(force_insert=True)


_RANKS = {"critical": 4, "high": 3, "medium": 2, "low": 1}
_COLUMNS = {
    "pass": "n_pass",
    "fail": "n_fail",
    "error": "n_error",
    "unknown": "n_unknown",
    "not-applicable": "n_na",
}


def _verdicts(machine: Machine, story: Story) -> None:
    """Written many at once: hundreds of tests begin with these rows."""
    place, pack = Place(machine.org_id), builtin.pack()
    judged = dict(enumerate(judge(pack, story.readings(), NOW), start=1))
    RuleState.objects.at(place).bulk_create(
        _state(machine, number, result) for number, result in judged.items()
    )
    RuleSpan.objects.at(place).bulk_create(
        span for number, result in judged.items() for span in _spans(machine, number, result)
    )
    counts = ClinicRule.objects.at(place.clinic(machine.clinic_id))
    counts.bulk_create(
        [
            ClinicRule(org_id=machine.org_id, clinic_id=machine.clinic_id, rule_no=number)
            for number in judged
        ],
        ignore_conflicts=True,
    )
    for verdict, column in _COLUMNS.items():
        numbers = [number for number, result in judged.items() if result.verdict == verdict]
        counts.filter(rule_no__in=numbers).update(**{column: F(column) + 1})
        setattr(machine, column, getattr(machine, column) + len(numbers))
        if verdict == "fail":
            ranks = (_RANKS[pack.rules[number - 1].severity] for number in numbers)
            machine.worst = max(machine.worst, *ranks, 0)


def _since(result: Result) -> datetime:
    return NOW - (9 * DAY if result.verdict == "fail" else 20 * DAY)


def _state(machine: Machine, number: int, result: Result) -> RuleState:
    wire = result.to_json()
    return RuleState(
        org_id=machine.org_id,
        machine=machine,
        rule_no=number,
        clinic_id=machine.clinic_id,
        verdict=result.verdict,
        observed_since=_since(result),
        known_since=_since(result) + timedelta(seconds=4),
        rev=1,
        pack_sha=builtin.pack().sha256,
        evidence={key: wire[key] for key in ("why", "n", "items", "left_out")},
    )


def _spans(machine: Machine, number: int, result: Result) -> Iterator[RuleSpan]:
    verdict, since = str(result.verdict), _since(result)
    if verdict == "fail":
        yield _span(machine, number, 1, "pass", NOW - 30 * DAY, since)
        recent = NOW - timedelta(hours=3) if machine.host == "OP1" else since
        yield _span(machine, number, 90, verdict, recent, None)
    else:
        yield _span(machine, number, 1, verdict, since, None)


def _span(
    machine: Machine, number: int, seq: int, verdict: str, since: datetime, until: datetime | None
) -> RuleSpan:
    return RuleSpan(
        org_id=machine.org_id,
        machine=machine,
        rule_no=number,
        epoch=1,
        seq=seq,
        verdict=verdict,
        observed_from=since,
        observed_to=until,
        known_from=since,
        known_to=until,
    )


def _findings(machine: Machine, story: Story) -> None:
    machine.n_findings = len(story.findings)
    for one in story.findings:
        row = {key: value for key, value in one.items() if key != "id"}
        Finding(
            org_id=machine.org_id,
            machine=machine,
            clinic_id=machine.clinic_id,
            finding_id=one["id"],
            observed_from=NOW - timedelta(minutes=40),
            known_from=NOW - timedelta(minutes=40),
            known_last=NOW,
            **row,
        ).save(force_insert=True)


def path(practice: Practice, tail: str = "") -> str:
    return f"/{practice.org.slug}/c/{practice.clinic.slug}/{tail}"


def machine_path(practice: Practice, host: str | UUID) -> str:
    identity = practice.machines[host].id if isinstance(host, str) else host
    return path(practice, f"m/{identity}/")
