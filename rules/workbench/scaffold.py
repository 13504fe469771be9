"""How does a new pack look, and a new rule over a list of the catalogue, or about the machine?

Sound from the first line: `check`, `test` with all mutants, and `fmt` take it as it is. A new rule
cites the practice's own policy alone, because nobody should find a law there that he did not name.
"""

import re
from dataclasses import dataclass

from rules.compiled import catalogue
from rules.errors import Misused
from rules.facts.index import CATALOGUE, CATALOGUE_VERSION
from rules.facts.types import BOOL, Enum, Field, Mark, Record
from rules.language.suggest import did_you_mean

_PLAIN = re.compile(r"[a-z][a-z_]*(-[a-z0-9_]+)*")
_NAMES = ("C:", "usb-1", "first", "front_desk")

PACK = """\
# yaml-language-server: $schema={schemas}/pack-v1.schema.json
dentinel: pack/v1
pack: {pack}
version: "0.1.0"
title: Our own rules
requires_facts: "{facts}"
language: 1
"""

RULE = """\
# yaml-language-server: $schema={schemas}/rules-v1.schema.json
dentinel: rules/v1
pack: {pack}
rules:
  - id: {id}
    # what must be true, in one line
    title: {title}
    severity: medium
    # the controls that it serves, and whose word it is
    controls: [GOV-02]
    cite: {{practice_policy: [own-policy]}}
{body}"""

EVERY = """\
    # each {item} in turn; `where:` would select some of them
    every: {list}
    each_must:
      - that: {leaf}
        say: {say}
    # what it means that there is none: pass, fail, unknown or not-applicable
    if_none: unknown
"""

MUST = """\
    must:
      - that: {leaf}
        say: {say}
"""

TESTS = """\
# yaml-language-server: $schema={schemas}/rule-tests-v1.schema.json
dentinel: rule-tests/v1
pack: {pack}
tests:
{tests}"""

TEST = """\
  - name: {name}
    rule: {id}
    facts: {facts}
    expect: {expect}
"""

GUESTS = """\
# yaml-language-server: $schema={schemas}/rules-v1.schema.json
dentinel: rules/v1
pack: {pack}
rules:
  - id: guest-account-off
    title: Nobody signs in as a guest
    plain: Everybody who uses this computer does it under his own name.
    severity: high
    controls: [ACC-01]
    cite: {{in_force: [164.312(a)(2)(i)]}}
    every: users
    where: user.guest
    each_must:
      - that: not user.enabled
        say: the guest account ${{user.name}} is enabled
    if_none: pass
    fix: Disable the guest account.
"""

GUESTS_TEST = """\
# yaml-language-server: $schema={schemas}/rule-tests-v1.schema.json
dentinel: rule-tests/v1
pack: {pack}
fixtures:
  guest: {{name: guest, guest: true, enabled: false}}
  dr-lee: {{name: dr_lee, guest: false, enabled: true}}
tests:
  - name: a guest account that is off
    rule: guest-account-off
    facts: {{users: [{{$use: guest}}, {{$use: dr-lee}}]}}
    expect: {{verdict: pass}}
  - name: a guest account that is on, and is named
    rule: guest-account-off
    facts: {{users: [{{$use: guest, enabled: true}}, {{$use: dr-lee}}]}}
    expect:
      verdict: fail
      items: [{{item: guest, say: the guest account guest is enabled}}]
  - name: a machine without a guest account
    rule: guest-account-off
    facts: {{users: [{{$use: dr-lee}}]}}
    expect: {{verdict: pass}}
  - name: accounts that could not be read are never a pass
    rule: guest-account-off
    facts: {{users: [{{$use: guest, enabled: {{$unknown: timeout}}}}]}}
    expect: {{verdict: unknown, why: timeout}}
"""


@dataclass(frozen=True, slots=True)
class Where:
    """The pack that a file is for, and the way from its folder to the schemas for editors."""

    pack: str
    schemas: str


def pack(where: Where) -> dict[str, str]:
    """The files of a new pack by their names; it begins with one rule that every practice needs."""
    texts = {"pack": PACK, "accounts": GUESTS, "accounts_test": GUESTS_TEST}
    said = {"pack": where.pack, "schemas": where.schemas, "facts": CATALOGUE_VERSION}
    return {f"{name}.yaml": text.format(**said) for name, text in texts.items()}


def rule(where: Where, identifier: str, over: str | None) -> dict[str, str]:
    """The files of a new rule and its tests; Misused if there is no such list to walk."""
    sample = _of_list(over) if over is not None else _of_machine()
    title = identifier.replace("-", " ").capitalize()
    head = {"pack": where.pack, "schemas": where.schemas}
    tests = "".join(
        TEST.format(name=name, id=identifier, facts=facts, expect=expect)
        for name, facts, expect in sample.tests
    )
    return {
        f"{identifier}.yaml": RULE.format(**head, id=identifier, title=title, body=sample.body),
        f"{identifier}_test.yaml": TESTS.format(**head, tests=tests),
    }


def needs(over: str | None) -> str:
    """The version of the catalogue that brought the list; the first one for the machine itself."""
    return "1.0" if over is None else CATALOGUE[over.partition(".")[0]].since


@dataclass(frozen=True, slots=True)
class _Sample:
    """The part of a rule that asks, and its tests: name, facts, what is expected."""

    body: str
    tests: list[tuple[str, str, str]]


def _of_machine() -> _Sample:
    facts = "{{host: {{name: OP1, portable: {}}}}}"
    say = "${host.name} can be carried away"
    return _Sample(
        MUST.format(leaf="not host.portable", say=say),
        [
            ("as it must be", facts.format("false"), "{verdict: pass}"),
            ("as it must not be", facts.format("true"), "{verdict: fail}"),
            (
                "what could not be read is never a pass",
                facts.format("{$unknown: timeout}"),
                "{verdict: unknown, why: timeout}",
            ),
        ],
    )


def _of_list(over: str) -> _Sample:
    found = catalogue.lists().get(tuple(over.split(".")))
    if found is None or not isinstance(found.of, Record):
        known = [".".join(path) for path in catalogue.lists()]
        near = did_you_mean(over, known) or f"it is one of {', '.join(known)}"
        raise Misused(f"the catalogue has no list {over!r}; {near}")
    item, record = found.item, found.of
    asked = next(field for field in record.fields if _can_be_asked(field))
    good, bad, leaf = _values(f"{item}.{asked.name}", asked)
    named = _named(record)
    body = EVERY.format(item=item, list=over, leaf=leaf, say=_say(item, record, asked))
    return _Sample(body, _tests(over, asked, f"{named}{good}", (f"{named}{bad}", named)))


def _tests(
    over: str, asked: Field, good: str, others: tuple[str, str]
) -> list[tuple[str, str, str]]:
    bad, named = others
    facts = [
        ("as it must be", f"[{{{good}}}]", "{verdict: pass}"),
        ("one of them as it must not be", f"[{{{good}}}, {{{bad}}}]", "{verdict: fail}"),
        (
            "what could not be read is never a pass",
            f"[{{{named}{asked.name}: {{$unknown: timeout}}}}]",
            "{verdict: unknown, why: timeout}",
        ),
        (
            "half a list is not the list",
            f"{{$items: [{{{good}}}], $missing: timeout}}",
            "{verdict: unknown}",
        ),
        ("none of them", "[]", "{verdict: unknown}"),
    ]
    return [(name, _under(over, value), expect) for name, value, expect in facts]


def _under(over: str, value: str) -> str:
    for name in reversed(over.split(".")):
        value = f"{{{name}: {value}}}"
    return value


def _can_be_asked(field: Field) -> bool:
    return field.type == BOOL or (isinstance(field.type, Enum) and len(field.type.values) > 1)


def _values(path: str, asked: Field) -> tuple[str, str, str]:
    """The field as it must be and as it must not be, and the leaf that asks."""
    if isinstance(asked.type, Enum):
        good, bad = asked.type.values[:2]
        return _entry(asked.name, good), _entry(asked.name, bad), f'{path} == "{good}"'
    return f"{asked.name}: true", f"{asked.name}: false", path


def _say(item: str, record: Record, asked: Field) -> str:
    who = next((f"${{{item}.{field.name}}}" for field in record.fields if _names(field)), item)
    if isinstance(asked.type, Enum):
        return f"{who} is ${{{item}.{asked.name}}}"
    return f"{who} is not {asked.name.replace('_', ' ')}"


def _names(field: Field) -> bool:
    return not _can_be_asked(field) and field.leaves.mark is not Mark.LOCAL


def _named(record: Record) -> str:
    """The first field of an item in a test, which names it, if a plain word can stand there."""
    first = record.fields[0]
    if first.leaves.mark is Mark.NUMBERED:
        return f"{first.name}: front_desk, "
    pattern = first.leaves.pattern
    fits = [name for name in _NAMES if pattern and re.fullmatch(pattern, name)]
    return f"{_entry(first.name, fits[0])}, " if fits else ""


def _entry(name: str, value: str) -> str:
    is_plain = _PLAIN.fullmatch(value) and value not in ("on", "off", "yes", "no", "y", "n")
    return f"{name}: {value}" if is_plain else f'{name}: "{value}"'
