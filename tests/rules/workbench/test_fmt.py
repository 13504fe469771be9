"""`fmt` changes how files look, never what they mean: over generated files and all that we ship."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import Misused
from rules.language.forms.index import FORMS
from rules.workbench.build import build
from rules.workbench.fmt import State, formatted, write
from rules.workbench.layout.text import comments, laid_out
from rules.workbench.new import new_pack, new_rule
from rules.workbench.packs import SHIPPED, check_pack
from rules.workbench.scaffold import Where, pack

RULES = FORMS["rules/v1"]
LEAVES = {
    "kind": [
        'volume.kind == "fixed" and volume.role != "boot"',
        '\'volume.kind=="fixed"&&volume.role!="boot"\'',
        "\"volume.kind == 'fixed'  and  volume.role!='boot'\"",
        "volume.kind=='fixed' && volume.role != 'boot'",
    ],
    "on": ['volume.protection == "protected"', "volume.protection=='protected'"],
    "size": ["not (volume.size > 1 + 2)", "not(volume.size>1+2)", "'!( volume.size > 1+2 )'"],
}


COMMENTS = st.sampled_from(["", "", "", "# why", "#no blank", "# a: b", "# 'quoted"])


class Hand:
    """Somebody who types a file of rules: order, depth, blanks and comments as they come."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._number = 0
        self._step = draw(st.integers(1, 4))

    def file(self) -> str:
        depth = self._draw(st.integers(2, 5))
        head = [*self._above(0), f"dentinel: rules/v1{self._behind()}"]
        head += [*self._line("pack: north-quay", 0), *self._line("rules:", 0)]
        tail = self._above(self._draw(st.integers(0, 6)))
        text = "\n".join([*head, *self._rule(depth), *tail])
        text += self._draw(st.sampled_from(["", "\n", "\n\n"]))
        return text.replace("\n", "\r\n") if self._draw(st.booleans()) else text

    def _rule(self, depth: int) -> list[str]:
        cite = "{benchmark: [CIS],in_force: [164.312(a)(2)(iv)]}"
        plain = ["id: disks-on", "title: Disks are encrypted", "severity:  high", f"cite: {cite}"]
        plain += ["controls: [ ENC-01,ENC-02 ]", "every: volumes", "if_none: unknown"]
        keys = [self._line(text, depth) for text in plain]
        keys += [self._where(depth), self._clauses(depth)]
        first, *rest = self._draw(st.permutations(keys))
        # The first key stands on the line of the dash, so nothing stands between.
        dashed = [line for line in first if line.strip() and not line.strip().startswith("#")]
        dashed[0] = f"{' ' * (depth - 2)}- {dashed[0].strip()}"
        return [*dashed, *(line for key in rest for line in key)]

    def _where(self, depth: int) -> list[str]:
        if self._draw(st.booleans()):
            return self._line(f"where: {self._leaf('kind')}", depth)
        inner = depth + self._draw(st.sampled_from([0, self._step]))
        items = [f"{' ' * inner}-  {self._leaf(name)}" for name in ("kind", "size")]
        return [*self._line("where:", depth), *self._above(inner), *items]

    def _clauses(self, depth: int) -> list[str]:
        inner = depth + self._step
        texts = [f"that: {self._leaf('on')}", "say: ${volume.name} is off"]
        first, second = self._draw(st.permutations(texts))
        dashed = f"{' ' * inner}- {first}"
        return [
            *self._line("each_must:", depth),
            *self._above(inner),
            dashed,
            *self._line(second, inner + 2),
        ]

    def _leaf(self, name: str) -> str:
        return self._draw(st.sampled_from(LEAVES[name]))

    def _line(self, text: str, depth: int) -> list[str]:
        # A comment behind a plain leaf is refused by the checker.
        key, _, value = text.partition(": ")
        is_plain_leaf = key in ("that", "where") and value[:1] not in ("", "'", '"')
        behind = "" if is_plain_leaf else self._behind()
        return [*self._above(depth), f"{' ' * depth}{text}{behind}"]

    def _above(self, depth: int) -> list[str]:
        blank = [""] * self._draw(st.sampled_from([0, 0, 0, 1, 3]))
        comment = self._comment()
        return [*blank, *([f"{' ' * depth}{comment}"] if comment else [])]

    def _behind(self) -> str:
        comment = self._comment()
        return f"{' ' * self._draw(st.integers(1, 9))}{comment}" if comment else ""

    def _comment(self) -> str:
        text = self._draw(COMMENTS)
        self._number += 1
        return f"{text} {self._number}" if text else ""


FILES = st.composite(lambda draw: Hand(draw).file())()


def compiled(folder: Path) -> Any:
    """What a machine would get of a pack, without the places and digests of its sources."""
    checked = check_pack(folder)
    assert not checked.has_errors, checked.problems
    _, data = build(checked)
    return without_places(json.loads(data))


def without_places(value: Any) -> Any:
    """Nodes are lists whose second part is four numbers: where they stood."""
    if isinstance(value, dict):
        return {k: without_places(v) for k, v in value.items() if k not in ("sources", "place")}
    if not isinstance(value, list):
        return value
    is_place = len(value) == 4 and all(type(one) is int for one in value)
    return "place" if is_place else [without_places(one) for one in value]


def at_their_lines(text: str) -> dict[str, str]:
    """Each comment behind something, by the key or the leaf on its line."""
    found = {}
    for line in text.splitlines():
        before, sign, comment = line.partition(" #")
        if sign and before.strip():
            found[comment.strip()] = before.strip().removeprefix("- ").split(":")[0]
    return found


def below_their_comments(text: str) -> dict[str, str]:
    """Each comment on a line of its own, by the key or the dash of the next line of content."""
    found, waiting = {}, []
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("#"):
            waiting.append(line)
        elif line:
            found |= dict.fromkeys(waiting, line.split(":")[0].removeprefix("- ").strip())
            waiting = []
    return found


ROOM = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def practice(tmp_path, monkeypatch) -> Path:
    """A pack of one file of rules, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "north-quay"
    folder.mkdir()
    (folder / "pack.yaml").write_text(pack(Where("north-quay", "../.dentinel"))["pack.yaml"])
    return folder


@pytest.fixture
def fresh(practice) -> Path:
    """A pack that was begun a minute ago."""
    return new_pack(Path("fresh")).pack


@ROOM
@given(FILES)
def test_formatting_changes_no_tree_and_loses_no_comment(practice, text) -> None:
    file = practice / "disks.yaml"
    file.write_bytes(text.encode())
    before = compiled(practice)
    for one in formatted([practice]):
        assert one.state in (State.GOOD, State.OTHER), one.why
        write(one)
    assert compiled(practice) == before
    after = file.read_bytes().decode()
    assert comments(after) == comments(text.replace("\r\n", "\n") + "\n")


@ROOM
@given(FILES)
def test_what_is_formatted_stays_as_it_is(text) -> None:
    once = laid_out(RULES, text)
    assert laid_out(RULES, once) == once


@ROOM
@given(FILES)
def test_line_ends_stay_and_the_last_line_has_one(text) -> None:
    once = laid_out(RULES, text)
    assert ("\r\n" in once) == ("\r\n" in text)
    assert once.count("\n") == once.count("\r\n") or "\r" not in once
    assert once.endswith("\n")


@ROOM
@given(FILES)
def test_comments_stand_behind_what_they_stood_behind(text) -> None:
    assert at_their_lines(laid_out(RULES, text)) == at_their_lines(text)


PACKS = sorted(file.parent for file in SHIPPED.glob("*/pack.yaml"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_packs_that_we_ship_are_formatted(folder) -> None:
    assert [one.name for one in formatted([folder]) if one.state is not State.GOOD] == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_shipped_pack_means_the_same_however_it_was_laid_out(folder, tmp_path) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    for file in copy.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(" and ", " && ").replace(" == ", "=="), encoding="utf-8")
    messy = compiled(copy)
    for one in formatted([copy]):
        if one.state is State.OTHER:
            write(one)
    assert compiled(copy) == messy


def test_what_rules_new_writes_is_formatted(fresh) -> None:
    new_rule("by-list", "imaging.roots", fresh)
    new_rule("by-machine", None, fresh)
    assert {one.state for one in formatted([fresh])} == {State.GOOD}


def test_a_file_with_errors_is_left_alone_and_the_others_are_not(fresh) -> None:
    wrong = fresh / "wrong.yaml"
    wrong.write_text("dentinel: rules/v1\npack: fresh\nrules:\n- {id: a, when: 'a&&b'}\n")
    untidy = fresh / "pack.yaml"
    untidy.write_text(f"{untidy.read_text()}\n\n\n")
    states = {one.path.name: one.state for one in formatted([fresh])}
    assert (states["pack.yaml"], states["wrong.yaml"]) == (State.OTHER, State.WRONG)


def test_a_layout_that_cannot_be_written_anew_is_left_alone_and_said(fresh) -> None:
    pack_file = fresh / "pack.yaml"
    pack_file.write_text(pack_file.read_text().replace("pack: fresh", "? pack\n: fresh"))
    (one,) = formatted([pack_file])
    assert (one.state, one.why) == (State.ODD, "a key begins with ?")


def test_a_mark_of_byte_order_and_the_rights_of_a_file_stay(fresh) -> None:
    file = fresh / "pack.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\n\n")
    file.chmod(0o640)
    before = sorted(path.name for path in fresh.iterdir())
    (one,) = formatted([file])
    write(one)
    assert file.read_bytes()[:4] == b"\xef\xbb\xbf#"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in fresh.iterdir()) == before


def test_a_link_is_followed_and_stays_a_link(fresh, tmp_path) -> None:
    real = tmp_path / "real.yaml"
    (fresh / "pack.yaml").rename(real)
    real.write_text(f"{real.read_text()}\n\n")
    (fresh / "pack.yaml").symlink_to(real)
    write(next(one for one in formatted([fresh]) if one.state is State.OTHER))
    assert (fresh / "pack.yaml").is_symlink()
    assert not real.read_text().endswith("\n\n")


def test_a_named_file_alone_is_formatted(fresh) -> None:
    assert [one.path.name for one in formatted([fresh / "pack.yaml"])] == ["pack.yaml"]


def test_shipped_packs_are_never_meant_by_saying_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misused, match="say which files or folders"):
        formatted([])


def test_a_rule_that_lacks_its_tests_is_laid_out_all_the_same(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("rules.workbench.check.SHIPPED", tmp_path)
    folder = tmp_path / "dental-baseline"
    shutil.copytree(SHIPPED / "dental-baseline", folder)
    (folder / "clouds_test.yaml").unlink()
    states = {one.path.name: one.state for one in formatted([folder])}
    assert states["clouds.yaml"] is State.GOOD
