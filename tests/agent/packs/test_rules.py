"""By which rules, and on which terms: the tailoring of the place where a machine stands."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.packs.rules import Rules
from evidence.distribution import Names, Stand
from rules.compiled import builtin
from rules.compiled.assignment import Match
from rules.compiled.grant import Grant
from rules.compiled.instants import of_datetime
from rules.compiled.literal import Literal
from rules.compiled.setting import DISABLED, OFF, Setting
from rules.compiled.tailoring import Tailoring, write
from rules.errors import Place

RULE = builtin.pack().rules[0].id
NOW = datetime.now(UTC).replace(microsecond=0)


def switched_off(*keys: tuple[str, str]) -> bytes:
    """A tailoring that switches the first rule off for one scope."""
    grant = Grant(
        reason="vendor forbids it",
        approved_by="dr_lee",
        since=None,
        until=of_datetime(NOW + timedelta(days=30)),
    )
    place = Place("tailoring.yaml")
    setting = Setting(
        match=Match(keys), rule=RULE, thing=DISABLED, place=place, value=OFF, grant=grant
    )
    return write([Tailoring("dental-baseline", "9.x", (setting,))], {"tailoring.yaml": "ab" * 32})


def is_off(rules: Rules) -> bool:
    (result, *_) = rules.judge({}, NOW)
    assert result.rule == RULE
    return result.why == "disabled"


@pytest.fixture
def tailored(op1, repository):
    def done(*keys: tuple[str, str], stand: Stand | None = None, **changes: object) -> Rules:
        repository.tailoring = switched_off(*keys)
        repository.machines = {op1.identity.agent: stand} if stand else {}
        repository.publish("9.0.0", **changes)
        op1.update()
        return op1.rules()

    return done


@pytest.mark.parametrize(
    "key",
    [
        ("group", "imaging"),
        ("group", "site:main"),
        ("group", "role:imaging_server"),
        ("machine", "pano-01"),
    ],
)
def test_settings_reach_a_machine_by_where_the_assignment_says_it_stands(tailored, key):
    stand = Stand(site="main", groups=("imaging",), role="imaging_server", name="PANO-01")

    assert is_off(tailored(key, stand=stand))


@pytest.mark.parametrize("key", [("group", "imaging"), ("machine", "PANO-01")])
def test_they_do_not_reach_one_that_it_does_not_name(tailored, key):
    assert not is_off(tailored(key))


def test_a_machine_without_a_name_goes_by_its_id(tailored, op1):
    assert is_off(tailored(("machine", op1.identity.agent)))


def test_a_clinic_goes_by_its_id_or_by_the_name_that_is_signed(tailored, op1):
    assert is_off(tailored(("clinic", op1.identity.clinic)))
    assert is_off(tailored(("clinic", "bright-smiles"), names=Names(clinic="bright-smiles")))
    assert not is_off(tailored(("clinic", "other-smiles"), names=Names(clinic="bright-smiles")))


def test_a_visited_host_stands_where_its_visitor_does_and_has_its_own_role(tailored):
    stand = Stand(site="main", groups=("imaging",), role="server", name="SRV-1")
    rules = tailored(("group", "role:nas"), stand=stand)

    assert not is_off(rules)
    assert is_off(rules.of_host("nas", "nas"))
    assert not is_off(rules.of_host("nas", "server"))
    assert rules.of_host("nas", "nas").policy.site == "main"


def test_its_groups_are_not_its_visitors(tailored):
    stand = Stand(groups=("imaging",), role="server")

    assert not is_off(tailored(("group", "imaging"), stand=stand).of_host("nas", "nas"))


def test_rules_are_others_when_their_tailoring_or_their_place_is(tailored, repository):
    first = tailored(("group", "imaging"))
    again = tailored(("group", "imaging"))
    tighter = tailored(("group", "main"))
    moved = tailored(("group", "main"), stand=Stand(groups=("main",)))

    assert first.digest == again.digest
    assert len({first.digest, tighter.digest, moved.digest}) == 3


def test_a_machine_that_never_joined_is_judged_by_what_it_carries(tmp_path):
    from agent.packs.rules import in_force
    from agent.paths import Home

    rules = in_force(Home(tmp_path), None, NOW, builtin.pack)

    assert rules.policy.state == "builtin"
    assert [one.sha256 for one in rules.policy.packs] == [builtin.pack().sha256]


def test_a_literal_is_what_switches_off():
    assert Literal(kind="bool", value=True) == OFF
