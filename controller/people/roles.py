"""Which role may do what? One static table, and nothing else decides.

A permission is `resource.action`. A membership gives a role in one clinic or in all clinics of an
org; `User.has_perm(permission, place)` looks here.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a place; the words of the pages stand in `LABELS`."""

    MSP_ADMIN = "msp_admin"
    MSP_TECH = "msp_tech"
    RULE_AUTHOR = "rule_author"
    CLINIC_OWNER = "clinic_owner"
    OFFICE_MANAGER = "office_manager"
    CLINIC_IT = "clinic_it"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """An act on a kind of thing."""

    VERDICTS_READ = "verdicts.read"
    FACTS_READ = "facts.read"
    MACHINES_JOIN = "machines.join"
    MACHINES_REVOKE = "machines.revoke"
    WAIVERS_REQUEST = "waivers.request"
    WAIVERS_APPROVE = "waivers.approve"
    ATTESTATIONS_SIGN = "attestations.sign"
    REGISTERS_READ = "registers.read"
    REGISTERS_WRITE = "registers.write"
    PACKS_STAGE = "packs.stage"
    ALERTS_MUTE = "alerts.mute"
    CHANNELS_MANAGE = "channels.manage"
    EVIDENCE_EXPORT = "evidence.export"
    TABLES_EXPORT = "tables.export"
    USERS_MANAGE = "users.manage"
    AUDIT_READ = "audit.read"
    SETTINGS_MANAGE = "settings.manage"


LABELS = {
    Role.MSP_ADMIN: "Administrator",
    Role.MSP_TECH: "Technician",
    Role.RULE_AUTHOR: "Rule author",
    Role.CLINIC_OWNER: "Owner",
    Role.OFFICE_MANAGER: "Office manager",
    Role.CLINIC_IT: "Clinic IT",
    Role.AUDITOR: "Auditor",
}

DESIGNATIONS = {
    "security_official": "Security official",
    "privacy_official": "Privacy official",
    "practice_owner": "Practice owner",
    "office_manager": "Office manager",
    "it_admin": "IT administrator",
}
"""What somebody may be named beside the role: who signs which statements (rules.compiled)."""

_ADMIN, _TECH, _AUTHOR = Role.MSP_ADMIN, Role.MSP_TECH, Role.RULE_AUTHOR
_OWNER, _MANAGER, _IT, _AUDITOR = (
    Role.CLINIC_OWNER,
    Role.OFFICE_MANAGER,
    Role.CLINIC_IT,
    Role.AUDITOR,
)
_MACHINES = {_ADMIN, _TECH, _IT}
MAY: dict[Permission, frozenset[Role]] = {
    Permission.VERDICTS_READ: frozenset(Role),
    # Facts, fixes and envelopes: what a technician needs, and more than an owner asked for.
    Permission.FACTS_READ: frozenset({*_MACHINES, _AUTHOR, _AUDITOR}),
    Permission.MACHINES_JOIN: frozenset(_MACHINES),
    Permission.MACHINES_REVOKE: frozenset({*_MACHINES, _OWNER}),
    Permission.WAIVERS_REQUEST: frozenset({*_MACHINES, _AUTHOR, _OWNER}),
    # To accept a risk is the covered entity's decision; an administrator's only where the clinic
    # has delegated it, which is asked for at the act.
    Permission.WAIVERS_APPROVE: frozenset({_ADMIN, _OWNER}),
    # Of an MSP only who is designated for it, which is asked for at the act.
    Permission.ATTESTATIONS_SIGN: frozenset({*_MACHINES, _OWNER, _MANAGER}),
    Permission.REGISTERS_READ: frozenset({*_MACHINES, _OWNER, _MANAGER, _AUDITOR}),
    Permission.REGISTERS_WRITE: frozenset({*_MACHINES, _OWNER, _MANAGER}),
    Permission.PACKS_STAGE: frozenset({_ADMIN, _AUTHOR}),
    Permission.ALERTS_MUTE: frozenset({*_MACHINES, _OWNER, _MANAGER}),
    Permission.CHANNELS_MANAGE: frozenset({_ADMIN, _OWNER}),
    Permission.EVIDENCE_EXPORT: frozenset({*_MACHINES, _OWNER, _AUDITOR}),
    Permission.TABLES_EXPORT: frozenset({*_MACHINES, _OWNER, _MANAGER, _AUDITOR}),
    Permission.USERS_MANAGE: frozenset({_ADMIN, _OWNER}),
    Permission.AUDIT_READ: frozenset({_ADMIN, _OWNER, _AUDITOR}),
    Permission.SETTINGS_MANAGE: frozenset({_ADMIN}),
}


_OF_A_CLINIC = (Role.CLINIC_OWNER, Role.OFFICE_MANAGER, Role.CLINIC_IT, Role.AUDITOR)


def grantable(held: frozenset[Role]) -> tuple[Role, ...]:
    """Which roles may be given by who has these? An administrator all, an owner his clinic's."""
    if Role.MSP_ADMIN in held:
        return tuple(Role)
    return _OF_A_CLINIC if Role.CLINIC_OWNER in held else ()


def allows(role: str, permission: str) -> bool:
    """May somebody in that role do that? A role or permission that is not in the table: no."""
    if permission not in set(Permission):
        return False
    return role in MAY[Permission(permission)]
