"""The tables of controls and sources agree with each other and keep the four sources apart."""

from pathlib import Path

import rules
from rules.compiled import builtin
from rules.compiled.rule import BASES
from rules.language import events, source
from rules.language.controls import citations, controls
from rules.language.document import Mapping, Sequence


def test_every_citation_has_one_basis_and_only_law_is_required() -> None:
    table = citations().table
    assert citations().as_of == "2026-11-22"
    assert len(table) > 60
    for citation in table.values():
        assert citation.basis in BASES
        assert citation.title
        assert (citation.requirement is not None) is (citation.basis == "in_force")


def test_the_rules_in_force_set_almost_no_numbers() -> None:
    setting = {one.id for one in citations().table.values() if one.sets}
    assert setting == {
        "164.316(b)(2)(i)",
        "164.404",
        "164.406",
        "164.408",
        "164.410",
        "164.412",
    }


def test_no_param_that_we_ship_claims_to_be_law() -> None:
    for rule in builtin.pack().rules:
        for param in rule.params.values():
            assert param.basis in ("proposed", "benchmark", "practice_policy")
            assert param.about


def test_there_are_93_controls_and_the_shipped_rules_name_some() -> None:
    assert len(controls()) == 93
    for rule in builtin.pack().rules:
        assert set(rule.controls) <= controls().keys()


def test_the_controls_that_are_picked_out_are_those_that_yaml_reads() -> None:
    path = Path(rules.__file__).parent / "controls.yaml"
    read = source.read("controls.yaml", path.read_bytes())
    assert isinstance(read, source.Source)
    document, problems = events.compose(read)
    assert problems == []
    assert isinstance(document, Mapping)
    table = document.get("controls")
    assert isinstance(table, Sequence)
    rows = [(row.get("id"), row.get("title")) for row in table.items]
    assert controls() == {name.text: title.text for name, title in rows}
