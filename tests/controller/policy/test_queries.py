"""A pack of years ago that this release reads no longer takes no page down."""

from controller.policy import queries
from controller.policy.models import Pack, Rule
from rules.compiled import builtin
from tests.controller.clinic import MORNING, Clinic


def stored(clinic: Clinic, data: bytes) -> None:
    """A pack as an older release kept it, and a rule that only it describes."""
    org = clinic.place.org
    named = {"pack": "north-quay", "name": "doors-locked", "severity": "high"}
    Rule(org_id=org, rule_no=900, **named).save(force_insert=True)
    pack = Pack(org_id=org, digest="0" * 64, name="north-quay", version="0.1.0", data=data)
    pack.known_at = MORNING
    pack.save(force_insert=True)


def test_a_rule_of_a_pack_that_is_refused_goes_by_its_id(home, bright_smiles: Clinic) -> None:
    stored(bright_smiles, builtin.data()[:-1])

    assert queries.described(bright_smiles.place)[900].title == "doors-locked"
    assert queries.packs(bright_smiles.place, ["0" * 64]) == {}


def test_a_pack_that_is_sound_is_found_by_its_digest(home, bright_smiles: Clinic) -> None:
    stored(bright_smiles, builtin.data())

    found = queries.packs(bright_smiles.place, ["0" * 64])
    assert found["0" * 64].pack == "dental-baseline"
