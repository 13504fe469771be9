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
    EVIDENCE_EXPORT = "evidence.export"
    USERS_MANAGE = "users.manage"


LABELS = {
    Role.MSP_ADMIN: "Administrator",
    Role.MSP_TECH: "Technician",
    Role.RULE_AUTHOR: "Rule author",
    Role.CLINIC_OWNER: "Owner",
    Role.OFFICE_MANAGER: "Office manager",
    Role.CLINIC_IT: "Clinic IT",
    Role.AUDITOR: "Auditor",
}

_EVERYONE = frozenset(Role)
MAY: dict[Permission, frozenset[Role]] = {
    Permission.VERDICTS_READ: _EVERYONE,
    # Facts, fixes and envelopes: what a technician needs, and more than an owner asked for.
    Permission.FACTS_READ: frozenset(
        {Role.MSP_ADMIN, Role.MSP_TECH, Role.RULE_AUTHOR, Role.CLINIC_IT, Role.AUDITOR}
    ),
    Permission.MACHINES_JOIN: frozenset({Role.MSP_ADMIN, Role.MSP_TECH, Role.CLINIC_IT}),
    Permission.EVIDENCE_EXPORT: frozenset(
        {Role.MSP_ADMIN, Role.MSP_TECH, Role.CLINIC_OWNER, Role.CLINIC_IT, Role.AUDITOR}
    ),
    Permission.USERS_MANAGE: frozenset({Role.MSP_ADMIN}),
}


def allows(role: str, permission: str) -> bool:
    """May somebody in that role do that? A role or permission that is not in the table: no."""
    if permission not in set(Permission):
        return False
    return role in MAY[Permission(permission)]
