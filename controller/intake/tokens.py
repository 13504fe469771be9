"""The SQL of joining: what a join token allows, and who has used it.

A token id comes before any org is known; what follows begins from `org_id`. Values stand in columns
as controller.ledger.sql says.
"""

from dataclasses import dataclass, fields
from typing import Literal

from controller.ledger.sql import Cursor
from evidence.words import MachineRole


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What a join token allows; times as they stand in columns."""

    id: str
    org_id: str
    clinic_id: str
    site_id: str | None
    secret_sha: str
    role: MachineRole | Literal[""]
    presence: str
    platforms: str
    approval: str
    max_uses: int
    uses: int
    receipt: int
    noticed: int
    expires_at: str
    withdrawn_at: str | None


_TOKEN = tuple(field.name for field in fields(TokenRow))
_READ_TOKEN = f"SELECT {', '.join(_TOKEN)} FROM join_token WHERE tid = %s"  # noqa: S608


def welcome(cursor: Cursor, tid: str) -> tuple[bytes, str, str | None] | None:
    """The welcome document of a token, when it expires, and whether it was withdrawn."""
    cursor.execute(
        "SELECT welcome, expires_at, withdrawn_at FROM join_token WHERE tid = %s", (tid,)
    )
    row: tuple[bytes, str, str | None] | None = cursor.fetchone()
    return row


def token(cursor: Cursor, tid: str) -> TokenRow | None:
    """What a token allows."""
    cursor.execute(_READ_TOKEN, (tid,))
    row = cursor.fetchone()
    return TokenRow(*row) if row else None


def noticed(cursor: Cursor, org: str, machine: str) -> int:
    """The last notice that had been given when the join string of a machine was made."""
    cursor.execute(
        "SELECT join_token.noticed FROM enrolment JOIN join_token"
        " ON join_token.org_id = enrolment.org_id AND join_token.id = enrolment.token_id"
        " WHERE enrolment.org_id = %s AND enrolment.machine_id = %s",
        (org, machine),
    )
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def use_token(cursor: Cursor, org: str, name: str) -> None:
    """Count one use."""
    cursor.execute(
        "UPDATE join_token SET uses = uses + 1 WHERE org_id = %s AND id = %s", (org, name)
    )


def answer_given(cursor: Cursor, org: str, name: str, req: str) -> tuple[bytes, str] | None:
    """The answer that these very bytes of a request got before, and the machine's nonce now."""
    cursor.execute(
        "SELECT enrolment.answer, machine.nonce FROM enrolment JOIN machine"
        " ON machine.org_id = enrolment.org_id AND machine.id = enrolment.machine_id"
        " WHERE enrolment.org_id = %s AND enrolment.token_id = %s AND enrolment.req_sha = %s",
        (org, name, req),
    )
    row = cursor.fetchone()
    return (bytes(row[0]), str(row[1])) if row else None


def site_slug(cursor: Cursor, org: str, name: str | None) -> str | None:
    """The word by which a site goes, if there is a site."""
    if name is None:
        return None
    cursor.execute("SELECT slug FROM site WHERE org_id = %s AND id = %s", (org, name))
    return str(cursor.fetchone()[0])
