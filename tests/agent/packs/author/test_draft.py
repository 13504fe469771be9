"""What an author writes becomes targets, and what is wrong with it is told where it stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.packs.author import changes
from agent.packs.author.draft import Asked, Before, Draft, Shelf, draft
from evidence.distribution import Assignment, assignment_target, pack_target, tailoring_target
from rules.compiled import builtin
from rules.language.assignments import read_assignment
from rules.language.files import read_file
from tests.agent.packs.author.desks import BRIGHT_SMILES, HARBOR, NOON, PANO, roster

HEAD = "dentinel: assignment/v1\nclinics:\n"
BRIGHT = '  - clinic: bright-smiles\n    packs: {dental-baseline: "1.0.0"}\n'
OTHER = '  - clinic: harbor-dental\n    packs: {dental-baseline: "1.0.0"}\n'
TAILORING = """dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {machine: pano-01}
    disable:
      screen-locks: {reason: the X-ray would stop, approved_by: dr_lee, until: "2027-03-31"}
  - match: {clinic: bright-smiles}
    set: {screen-locks: {max_idle: 10m}}
"""


@pytest.fixture
def shelf() -> Shelf:
    """The built-in pack alone."""
    pack = builtin.pack()
    return Shelf({(pack.pack, pack.version): (pack, builtin.data())})


@pytest.fixture
def made(tmp_path: Path, shelf: Shelf):
    """What follows from a text, after what was signed before."""

    def make(text: str, before: dict[str, bytes] | None = None, *, back: bool = False) -> Draft:
        problems = []
        file = read_file("assignment.yaml", text.encode(), problems)
        source = read_assignment(file, problems)
        assert not problems
        held = Before(before or {})
        return draft(source, Asked(tmp_path, roster(), shelf, held, NOON.date(), may_go_back=back))

    return make


def of(contents: dict[str, bytes], clinic: str = BRIGHT_SMILES) -> Assignment:
    return Assignment.from_bytes(contents[assignment_target(clinic)])


def test_a_clinic_gets_its_assignment_and_the_bytes_of_its_packs(made) -> None:
    contents = made(HEAD + BRIGHT).contents
    assert of(contents).packs[0].sha256 == builtin.pack().sha256
    assert contents[pack_target("dental-baseline", "1.0.0")] == builtin.data()
    assert (of(contents).serial, of(contents).patrol) == (1, "3600s")
    assert of(contents).names.clinic == "bright-smiles"


def test_a_serial_grows_only_for_the_clinic_that_changed(made) -> None:
    before = made(HEAD + BRIGHT + OTHER).contents
    after = made(HEAD + BRIGHT + "    patrol: 30m\n" + OTHER, before).contents
    assert of(after).serial == 2
    assert after[assignment_target(HARBOR)] == before[assignment_target(HARBOR)]


def test_where_a_machine_stands_is_signed_under_its_id(made) -> None:
    text = HEAD + BRIGHT + "    machines: {pano-01: {site: main, groups: [xray]}}\n"
    stand = of(made(text).contents).machines[PANO]
    assert (stand.site, stand.groups, stand.name) == ("main", ("xray",), "PANO-01")


def test_a_tailoring_is_compiled_against_the_packs_of_the_clinic(made, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TAILORING)
    contents = made(HEAD + BRIGHT + "    tailoring: [t.yaml]\n").contents
    told = changes.told({}, contents, roster())
    assert tailoring_target(BRIGHT_SMILES) in contents
    assert of(contents).machines[PANO].name == "PANO-01"
    assert told.looser == 1
    assert any("screen-locks max_idle = 10m for clinic bright-smiles" in one for one in told.lines)
    assert any(
        "LOOSER: screen-locks disabled for machine pano-01 until 2027-03-31 (dr_lee" in one
        for one in told.lines
    )


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (BRIGHT.replace("smiles", "smile"), "DL605", 'did you mean "bright-smiles"?'),
        (BRIGHT.replace("1.0.0", "1.0.1"), "DL605", "there is 1.0.0"),
        (BRIGHT.replace("baseline", "basline"), "DL605", 'did you mean "dental-baseline"?'),
        (BRIGHT + "    machines: {PANO-1: {}}\n", "DL605", 'did you mean "PANO-01"?'),
        (BRIGHT + "    tailoring: [no.yaml]\n", "DL001", "cannot be read"),
        (BRIGHT + "    data: {builds: no.json}\n", "DL001", "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_was_meant(made, text, code, said) -> None:
    found = made(HEAD + text)
    (problem,) = found.problems
    assert problem.id == code
    assert said in problem.message + problem.help
    assert problem.place.line > 2
    assert not found.contents


def test_a_scope_that_reaches_no_machine_is_a_mistake(made, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TAILORING.replace("pano-01", "PANO-07"))
    found = made(HEAD + BRIGHT + "    tailoring: [t.yaml]\n")
    assert [one.id for one in found.problems] == ["DL605"]


def test_an_older_version_is_refused_unless_that_is_wanted(made) -> None:
    before = made(HEAD + BRIGHT).contents
    newer = of(before).to_bytes().replace(b'"version":"1.0.0"', b'"version":"1.2.0"')
    held = {**before, assignment_target(BRIGHT_SMILES): newer}
    assert [one.id for one in made(HEAD + BRIGHT, held).problems] == ["DL702"]
    assert of(made(HEAD + BRIGHT, held, back=True).contents).serial == 2


def test_a_table_goes_along_as_it_is(made, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"as_of":"2026-11-01"}')
    contents = made(HEAD + BRIGHT + "    data: {builds: b.json}\n").contents
    assert contents["data/builds.json"] == b'{"as_of":"2026-11-01"}'
    (tmp_path / "b.json").write_text("as of November")
    assert [one.id for one in made(HEAD + BRIGHT + "    data: {builds: b.json}\n").problems] == [
        "DL106"
    ]


def test_a_clinic_that_is_left_out_is_told(made) -> None:
    before = made(HEAD + BRIGHT + OTHER).contents
    told = changes.told(before, made(HEAD + BRIGHT, before).contents, roster())
    assert "harbor-dental: 0 machines" in told.lines
    assert any("keep what they have" in line for line in told.lines)
    assert "  nothing changes" in told.lines


def test_what_is_written_in_another_order_is_the_same(made) -> None:
    text = HEAD + BRIGHT + "    machines: {PANO-01: {site: main}, FRONT2: {site: main}}\n"
    other = HEAD + BRIGHT + "    machines: {FRONT2: {site: main}, PANO-01: {site: main}}\n"
    before = made(text).contents
    assert made(other, before).contents == before


def test_two_packs_with_one_rule_are_refused(made, shelf: Shelf) -> None:
    pack, data = shelf.packs["dental-baseline", "1.0.0"]
    twin = replace(pack, pack="twin")
    shelf.packs["twin", "1.0.0"] = (twin, data)  # type: ignore[index]
    found = made(HEAD + BRIGHT.replace('"1.0.0"', '"1.0.0", twin: "1.0.0"'))
    assert {one.id for one in found.problems} == {"DL105"}
