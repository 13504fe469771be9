r"""Who may sign in here, and when does each screen lock? The answer for Windows.

Three kinds of people: those whose account the machine keeps, those who have signed in here with
one of a domain or of Entra ID, and those who are named among its administrators. An account is
told by its number, never by its name: 500 is the built-in administrator, 501 the guest, in every
language. Whose account is gone may not sign in, though his profile stays.

- A group of a domain among the administrators is an item of its own, as whom nobody signs in: who
  is in it, only the domain knows.
- Whether a password is empty cannot be asked without trying it, which would count as a failure: it
  is known only where the password is kept elsewhere, or nobody knows it (a card is asked for).

Not yet confirmed on a real Windows.
"""

from collections.abc import Iterator

from agent.facts.base import About, answers
from agent.facts.users.idle import Idle
from agent.facts.users.names import is_generic
from agent.facts.users.people import BUILT_IN, GUEST, People, Person
from agent.host.base import Host
from agent.readers.probes.accounts import Member
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.users import USERS, User

_ELSEWHERE = Unknown(Why.NOT_LOCAL)


@answers(USERS, on="windows", confidence="derived", pace="medium")
def windows(host: Host, _about: About) -> Items[User]:
    """From the accounts, the profiles, who is signed in, and what locks each person's screen."""
    people, idle = People(host), Idle(host)
    return Items(tuple(_users(people, idle)), people.missing())


def _users(people: People, idle: Idle) -> Iterator[User]:
    for person in people.all():
        yield _user(people, person, idle)
    for group in people.groups():
        yield _group(people, group)


def _user(people: People, person: Person, idle: Idle) -> User:
    name = people.name(person)
    return User(
        name=name,
        id=person.sid,
        kind=people.kind(person.sid),
        enabled=_enabled(people, person),
        interactive=True,
        admin=people.is_admin(person.sid),
        built_in_admin=person.is_numbered(BUILT_IN),
        guest=person.is_numbered(GUEST),
        generic_name=name if isinstance(name, Unknown) else is_generic(name),
        signed_in=people.is_signed_in(person.sid),
        blank_password=_blank(people, person),
        last_seen=people.last_seen(person),
        lock=idle.of(person.sid if person.has_profile else None),
    )


def _enabled(people: People, person: Person) -> Maybe[bool]:
    """Of an account that another keeps: who is signed in with it could sign in."""
    if person.account is not None:
        return person.account.enabled
    if people.is_signed_in(person.sid) is True:
        return True
    return _unread(people)


def _unread(people: People) -> Unknown:
    """Of who has no account that is kept here: another keeps it, or it was not read."""
    return _ELSEWHERE if people.unread is None else people.unread


def _blank(people: People, person: Person) -> Maybe[bool | None]:
    account, kind = person.account, people.kind(person.sid)
    if kind == "cloud":
        return False
    if account is None:
        return _unread(people)
    if account.by_card or account.online is True:
        return False
    return Unknown(Why.UNRECOGNISED)


def _group(people: People, group: Member) -> User:
    """Those who are administrators because they are in it."""
    return User(
        name=group.name.rpartition("\\")[2] or group.sid,
        id=group.sid,
        kind=people.kind(group.sid),
        enabled=_ELSEWHERE,
        interactive=False,
        admin=True,
        built_in_admin=False,
        guest=False,
        generic_name=False,
        signed_in=False,
        blank_password=_ELSEWHERE,
        last_seen=_ELSEWHERE,
        lock=_ELSEWHERE,
    )
