"""What goes out as a pack is checked, tested, true to its past, and the same bytes everywhere."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from rules.compiled import builtin, tailoring
from rules.compiled.pack import load
from rules.errors import Misused
from rules.workbench.opened import all_opened, opened
from rules.workbench.release import TAILORING, Draft, Release, release

TODAY = date(2026, 11, 22)
RULES = """dentinel: rules/v1
pack: north-quay
rules:
  - id: agent-small
    title: The agent stays small
    severity: medium
    controls: [HRD-04]
    cite: {practice_policy: [own-policy]}
    params:
      most: {type: int, default: 100, max: 900, tighten: at-most, basis: practice_policy}
    must:
      - that: agent.memory <= params.most
        say: the agent takes ${agent.memory} bytes
"""
TESTS = """dentinel: rule-tests/v1
pack: north-quay
tests:
  - name: as much as it may take
    rule: agent-small
    facts: {agent: {memory: 100}}
    expect: {verdict: pass}
  - name: a byte more
    rule: agent-small
    facts: {agent: {memory: 101}}
    expect: {verdict: fail}
"""


@pytest.fixture
def north_quay(write_pack) -> Path:
    """A pack that is ready to go out."""
    return write_pack(agent=RULES, agent_test=TESTS)


def built(folder: Path, previous=None, tailorings=()) -> Release:
    return release(Draft(folder, TODAY, previous, tuple(tailorings)), lambda *_: None)


def ids(done: Release) -> list[str]:
    return [one.id for one in done.outcome.problems if one.level == "error"]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_sound_pack_goes_out_under_its_version(north_quay) -> None:
    done = built(north_quay)
    assert list(done.files) == ["1.0.0.json"]
    assert load(done.files["1.0.0.json"]).sha256 == done.pack.sha256


def test_an_error_of_the_check_hides_what_the_tests_would_say(north_quay) -> None:
    edit(north_quay / "agent.yaml", "agent.memory <=", "agent.memry <=")
    edit(north_quay / "agent_test.yaml", "verdict: pass", "verdict: fail")
    done = built(north_quay)
    assert (ids(done), done.pack, done.files) == (["DL302"], None, {})


def test_a_test_that_fails_stops_it(north_quay) -> None:
    edit(north_quay / "agent_test.yaml", "verdict: pass", "verdict: fail")
    assert ids(built(north_quay)) == ["DL504"]


def test_a_mutant_that_no_test_notices_stops_it(north_quay) -> None:
    edit(north_quay / "agent_test.yaml", "memory: 100}", "memory: 50}")
    assert ids(built(north_quay)) == ["DL506"]


def test_a_pack_without_tests_does_not_go_out(north_quay) -> None:
    (north_quay / "agent_test.yaml").unlink()
    done = built(north_quay)
    assert done.pack is None
    assert "DL107" in ids(done)


def test_files_without_a_name_of_their_own_are_no_pack(north_quay) -> None:
    (north_quay / "pack.yaml").unlink()
    with pytest.raises(Misused, match=r"no pack\.yaml"):
        built(north_quay)


def test_a_pack_that_machines_would_refuse_does_not_go_out(north_quay) -> None:
    words = ", ".join(f"w{n}{'x' * 980}" for n in range(990))
    huge = f"{{type: list<string>, default: [{words}], loosen: true, basis: practice_policy}}"
    for topic in ("one", "two", "three"):
        text = RULES.replace("agent-small", f"agent-{topic}")
        text = text.replace("    must:", f"      names: {huge}\n    must:")
        (north_quay / f"{topic}.yaml").write_text(text)
    done = built(north_quay)
    assert ids(done) == ["DL704"]
    assert "bytes are more than 2097152" in done.outcome.problems[0].message


# --- the version before -------------------------------------------------------------------------


@pytest.fixture
def before(north_quay):
    """The pack as it went out last."""
    return built(north_quay).pack


def retire(folder: Path, *names: str) -> None:
    rows = ", ".join(f'{{id: {name}, last: "1.0.0", why: it moved}}' for name in names)
    with (folder / "pack.yaml").open("a") as pack:
        pack.write(f"retired: [{rows}]\n")


def set_version(folder: Path, version: str) -> None:
    edit(folder / "pack.yaml", "'1.0.0'", f"'{version}'")


def test_the_same_pack_may_be_built_again(north_quay, before) -> None:
    assert built(north_quay, before).pack is not None


def test_a_comment_alone_is_another_file_and_needs_another_version(north_quay, before) -> None:
    edit(north_quay / "agent.yaml", "rules:\n", "# for the small ones\nrules:\n")
    done = built(north_quay, before)
    assert ids(done) == ["DL702"]
    assert 'write version: "1.0.1"' in done.outcome.problems[0].help
    set_version(north_quay, "1.0.1")
    assert built(north_quay, before).pack.version == "1.0.1"


@pytest.mark.parametrize(
    ("old", "new", "version"),
    [
        ("stays small", "is small", "1.0.1"),
        ("max: 900", "max: 800", "1.1.0"),
        ("max: 900", "max: 901", "2.0.0"),
    ],
)
def test_the_version_goes_as_far_as_the_meaning(north_quay, before, old, new, version) -> None:
    edit(north_quay / "agent.yaml", old, new)
    done = built(north_quay, before)
    assert ids(done) == ["DL702"]
    assert f'write version: "{version}" or later' in done.outcome.problems[0].help
    set_version(north_quay, version)
    assert built(north_quay, before).pack.version == version


def rename(folder: Path, old: str, new: str) -> None:
    for path in (folder / "agent.yaml", folder / "agent_test.yaml"):
        edit(path, old, new)


def test_a_rule_that_vanished_must_be_retired(north_quay, before) -> None:
    rename(north_quay, "agent-small", "agent-light")
    set_version(north_quay, "2.0.0")
    assert ids(built(north_quay, before)) == ["DL701"]
    retire(north_quay, "agent-small")
    assert built(north_quay, before).pack is not None


def test_a_retired_id_stays_retired_for_ever(north_quay, before) -> None:
    rename(north_quay, "agent-small", "agent-light")
    set_version(north_quay, "2.0.0")
    retire(north_quay, "agent-small")
    second = built(north_quay, before).pack
    edit(north_quay / "pack.yaml", "id: agent-small", "id: agent-smart")
    edit(north_quay / "pack.yaml", "'2.0.0'", "'3.0.0'")
    done = built(north_quay, second)
    assert ids(done) == ["DL701"]
    assert "no longer listed" in done.outcome.problems[0].message


def test_a_retired_id_never_comes_back(north_quay, before) -> None:
    rename(north_quay, "agent-small", "agent-light")
    set_version(north_quay, "2.0.0")
    retire(north_quay, "agent-small")
    second = built(north_quay, before).pack
    rename(north_quay, "agent-light", "agent-small")
    text = (north_quay / "pack.yaml").read_text()
    (north_quay / "pack.yaml").write_text(text.replace("'2.0.0'", "'3.0.0'").split("retired")[0])
    messages = [one.message for one in built(north_quay, second).outcome.problems]
    assert "the id 'agent-small' was retired; 1.0.0 had it last" in messages


def test_a_rule_goes_on_from_one_that_was(north_quay, before) -> None:
    rename(north_quay, "agent-small", "agent-light")
    edit(north_quay / "agent.yaml", "    severity", "    replaces: [agent-smal]\n    severity")
    set_version(north_quay, "2.0.0")
    retire(north_quay, "agent-small")
    done = built(north_quay, before)
    assert ids(done) == ["DL701"]
    assert "agent-small" in done.outcome.problems[0].help
    edit(north_quay / "agent.yaml", "[agent-smal]", "[agent-small]")
    assert built(north_quay, before).pack.rules[0].replaces == ("agent-small",)


def test_another_pack_is_no_version_before(north_quay) -> None:
    with pytest.raises(Misused, match="name one of the same"):
        built(north_quay, builtin.pack())


# --- tailorings ---------------------------------------------------------------------------------

TAILORED = """dentinel: tailoring/v1
extends: {pack: north-quay, version: "1.0.x"}
scopes:
  - match: {clinic: bright-smiles}
    set:
      agent-small: {most: 90}
"""


def test_a_tailoring_is_compiled_beside_its_pack(north_quay, tmp_path) -> None:
    path = tmp_path / "bright-smiles.yaml"
    path.write_text(TAILORED)
    done = built(north_quay, tailorings=[path])
    assert list(done.files) == ["1.0.0.json", TAILORING]
    found = tailoring.load(done.files[TAILORING], [done.pack])
    assert [one.rule for one in found.tailorings[0].settings] == ["agent-small"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TAILORED.replace("most: 90", "mst: 90"), "DL601"),
        (TAILORED.replace("most: 90", "most: 900"), "DL602"),
        (TAILORED.replace("most: 90", "most: 901"), "DL604"),
        (RULES, "DL108"),
        ("[", "DL002"),
    ],
)
def test_a_tailoring_that_does_not_fit_stops_both(north_quay, tmp_path, text, code) -> None:
    path = tmp_path / "bright-smiles.yaml"
    path.write_text(text)
    done = built(north_quay, tailorings=[path])
    assert code in ids(done)
    assert (done.pack, done.files) == (None, {})


# --- the same bytes -----------------------------------------------------------------------------

BUILD = """
import sys
from datetime import date
from pathlib import Path
from rules.workbench.release import Draft, release
done = release(Draft(Path(sys.argv[1]), date(2026, 11, 22)), lambda *_: None)
sys.stdout.buffer.write(done.files["1.0.0.json"])
"""


@pytest.mark.parametrize(
    "world",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    ],
    ids=["a plain world", "another world"],
)
def test_the_same_sources_give_the_same_bytes_in_any_process(world, tmp_path) -> None:
    there = tmp_path / "ordner mit leerzeichen" / "dental-baseline"
    shutil.copytree(builtin.FOLDER, there, ignore=shutil.ignore_patterns("*.json"))
    for path in there.iterdir():
        os.utime(path, (0, 0))
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(there)],
        env={**os.environ, **world},
        cwd=Path(builtin.__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert done.stdout == builtin.data()


# --- opening ------------------------------------------------------------------------------------


def test_a_pack_is_opened_from_its_file_or_its_folder(north_quay, tmp_path) -> None:
    compiled = tmp_path / "1.0.0.json"
    compiled.write_bytes(built(north_quay).files["1.0.0.json"])
    assert opened(compiled).sha256 == opened(north_quay).sha256
    assert [pack.pack for pack in all_opened([compiled, north_quay])] == ["north-quay"] * 2


def test_of_many_packs_one_must_be_named(north_quay, tmp_path) -> None:
    shutil.copytree(north_quay, tmp_path / "two")
    with pytest.raises(Misused, match="2 packs lie under"):
        opened(tmp_path)
