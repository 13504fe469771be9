"""What an author sees: the whole pack at once, errors before warnings."""

from pathlib import Path

import pytest

from rules.compiled import builtin
from rules.errors import Misused
from rules.workbench.build import build
from rules.workbench.check import check
from rules.workbench.packs import SHIPPED, folders
from rules.workbench.reports import text
from rules.workbench.reports.base import summary

SOUND = "must:\n  - {that: agent.elevated, say: wrong}"
TEST = """dentinel: rule-tests/v1
pack: north-quay
tests:
  - name: an agent without rights fails
    rule: a-rule
    facts: {agent: {elevated: false}}
    expect: {verdict: fail}
"""


def test_a_sound_pack_says_how_much_was_looked_at(write_pack) -> None:
    checked = check([write_pack(SOUND, rules_test=TEST)])
    assert not checked.has_errors
    assert summary(checked.problems, checked.counts) == "3 files, 1 rule, 1 leaf: no errors"


def test_the_packs_that_we_ship_are_sound() -> None:
    checked = check([SHIPPED])
    assert checked.problems == []
    assert checked.counts["rules"] == len(builtin.pack().rules)


def test_a_caret_stands_under_the_mistake(write_pack, monkeypatch) -> None:
    folder = write_pack('must:\n  - {that: agent.memry > 1 and host.os == "linus", say: wrong}')
    monkeypatch.chdir(folder)
    checked = check([folder])
    lines = text.lines(checked.problems, checked.sources)
    assert lines[:8] == [
        'rules.yaml:10:22: error DL302: agent has no field "memry"',
        '   10 |       - {that: agent.memry > 1 and host.os == "linus", say: wrong}',
        "      |                      ^^^^^",
        '      = help: did you mean "memory"?',
        'rules.yaml:10:47: error DL306: host.os is never "linus"',
        '   10 |       - {that: agent.memry > 1 and host.os == "linus", say: wrong}',
        "      |                                               ^^^^^^^",
        '      = help: did you mean "linux"?',
    ]
    assert lines[-2].startswith("      |     ") or "DL409" in lines[-3]
    said = summary(checked.problems, checked.counts)
    assert said == "2 files, 1 rule, 1 leaf: 2 errors, 1 warning"


def test_files_are_named_from_the_working_folder_on(write_pack, monkeypatch) -> None:
    folder = write_pack("must:\n  - {that: agent.memry > 1, say: wrong}")
    monkeypatch.chdir(folder.parent)
    assert check([folder]).problems[0].place.file == "north-quay/rules.yaml"
    monkeypatch.chdir(folder)
    assert check([folder]).problems[0].place.file == "rules.yaml"
    assert sorted(check([]).sources) == ["pack.yaml", "rules.yaml"]


def test_errors_stand_before_warnings_each_in_the_order_of_their_places(write_pack) -> None:
    folder = write_pack(
        "must:\n  - {that: 1 < 2, say: wrong}",
        "must:\n  - {that: agent.memry > 1, say: wrong}\n  - {that: agent.memry > 1, say: wrong}",
    )
    told = [(p.level, p.place.line, p.place.column) for p in check([folder]).problems]
    assert told == sorted(told)
    assert {level for level, _, _ in told} == {"error", "warning"}


def ids(checked) -> list[str]:
    return [problem.id for problem in checked.problems]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("other", "dentinel: rules/v1\npack: elsewhere\nrules: []\n", "DL104"),
        ("other", "dentinel: rules/v1\npack: north-quay\nrules: []\n", "DL107"),
        ("other", "dentinel: rules/v2\npack: north-quay\n", "DL108"),
        ("other", "pack: north-quay\ndentinel: rules/v1\n", "DL108"),
        ("other", "- a\n", "DL108"),
        ("other", "just text\n", "DL108"),
        ("pack", "dentinel: pack/v1\npack: north-quay\n", "DL102"),
        ("pack", "a: [\n", "DL002"),
    ],
)
def test_a_file_that_is_none_of_ours_is_told(write_pack, name, text, code) -> None:
    assert code in ids(check([write_pack(SOUND, **{name: text})]))


PACK = {
    "pack": "north-quay",
    "version": '"1.0.0"',
    "title": "North Quay",
    "requires_facts": '"1.0"',
    "language": "1",
}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"pack": "North"}, "DL106"),
        ({"version": "v1"}, "DL106"),
        ({"requires_facts": "new"}, "DL106"),
        ({"requires_facts": '"9.0"'}, "DL314"),
        ({"language": "2"}, "DL108"),
        ({"retired": "[{id: a-rule, last: '0.9.0', why: gone}]"}, "DL701"),
        ({"retired": "[{id: old-rule}]"}, "DL102"),
        ({"colour": "red"}, "DL101"),
    ],
)
def test_pack_yaml_says_what_the_pack_is(write_pack, changed, code) -> None:
    lines = {**PACK, **changed}
    text = "dentinel: pack/v1\n" + "".join(f"{key}: {value}\n" for key, value in lines.items())
    assert code in ids(check([write_pack(SOUND, pack=text)]))


def test_an_id_stands_once_in_a_pack(write_pack) -> None:
    folder = write_pack(SOUND)
    (folder / "more.yaml").write_text((folder / "rules.yaml").read_text())
    checked = check([folder])
    told = next(problem for problem in checked.problems if problem.id == "DL105")
    assert "more.yaml" in told.help


def test_a_pack_needs_rules(write_pack) -> None:
    assert "DL107" in ids(check([write_pack()]))


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path) -> None:
    with pytest.raises(Misused, match="no rules lie under"):
        check([tmp_path])
    with pytest.raises(Misused, match="there is no"):
        check([tmp_path / "nowhere"])
    (tmp_path / "notes.txt").write_text("call the plumber")
    with pytest.raises(Misused, match="no file of rules"):
        check([tmp_path / "notes.txt"])


def test_a_file_of_a_pack_stands_for_its_pack(write_pack) -> None:
    folder = write_pack(SOUND)
    assert folders([folder / "rules.yaml", folder]) == [folder]


def test_files_without_pack_yaml_are_checked_and_cannot_be_published(write_pack) -> None:
    folder = write_pack(SOUND)
    (folder / "pack.yaml").unlink()
    for path in (folder, folder / "rules.yaml"):
        checked = check([path])
        assert ids(checked) == ["DL409"]
        assert build(checked.packs[0])[0].pack == "north-quay"
        with pytest.raises(Misused, match=r"no pack\.yaml"):
            build(checked.packs[0], to_publish=True)


def test_without_a_path_the_packs_here_are_meant_else_those_shipped(
    write_pack, monkeypatch, tmp_path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert folders([]) == [SHIPPED / "dental-baseline"]
    monkeypatch.chdir(write_pack(SOUND).parent)
    assert folders([]) == [Path("north-quay")]
