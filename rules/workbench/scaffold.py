"""How does a new pack look, and a new rule over a list of the catalogue, or about the machine?

Sound from the first line: `check`, `test` with all mutants, and `fmt` take it as it is. A new rule
cites the practice's own policy alone, because nobody should find a law there that he did not name.
"""

from dataclasses import dataclass

from rules.facts.index import CATALOGUE, CATALOGUE_VERSION
from rules.workbench.sample import of_list, of_machine

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
    sample = of_list(over) if over is not None else of_machine()
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
