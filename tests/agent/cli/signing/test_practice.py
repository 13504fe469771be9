"""A practice's path on the author's PC: keys, sign, publish; and what goes wrong on the way."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.packs.author import keyfile
from agent.packs.author.chain import check
from agent.packs.author.desk import Desk, read_handover
from evidence.distribution import Assignment, assignment_target
from tests.agent.packs.author.desks import BRIGHT_SMILES, roster

WORDS = "molar basket ninety harbour"


class Author:
    """dr_lee at the PC, with two sticks."""

    def __init__(self, root: Path) -> None:
        self.root, self.desk = root, Desk(root / "rules")

    def __call__(self, *words: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, ["pack", *map(str, words)], input=typed)

    def sign(self, *words: object) -> Result:
        return self(
            "sign", "--folder", self.desk.folder, "--passphrase-file", self.root / "pass", *words
        )

    def did(self, *words: object) -> str:
        found = self(*words)
        assert found.exit_code == 0, found.output
        return found.output


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys were made, once for all tests here."""
    root = tmp_path_factory.mktemp("practice")
    (root / "online-keys.json").write_bytes(roster().to_bytes())
    (root / "pass").write_text(f"{WORDS}\n")
    Author(root).did(
        "keys", "--new", "practice", "--online", root / "online-keys.json",
        "--root-a", root / "safe", "--root-b", root / "home", "--folder", root / "rules",
        "--sheet", root / "sheet.txt", "--passphrase-file", root / "pass",
    )  # fmt: skip
    return root


@pytest.fixture
def author(begun: Path, tmp_path: Path) -> Author:
    """dr_lee, whose keys were made yesterday."""
    shutil.copytree(begun, tmp_path / "pc")
    return Author(tmp_path / "pc")


def test_one_command_makes_two_sticks_a_key_here_and_a_sheet(author: Author) -> None:
    files = ["safe/root-a.key", "home/root-b.key", "rules/keys/author.key"]
    sheet = (author.root / "sheet.txt").read_text()
    for file in files:
        path = author.root / file
        locked = keyfile.read(path.read_bytes(), file)
        assert locked.public.keyid[:16] in sheet
        assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    root = author.desk.root()
    assert (root.roles["root"].threshold, len(root.roles["root"].keyids)) == (1, 2)
    assert (root.roles["targets"].threshold, len(root.roles["targets"].keyids)) == (1, 1)


@pytest.mark.threat("lost-author-key")
def test_a_stranger_with_the_sheet_alone_gets_the_key_back(author: Author) -> None:
    rows = (author.root / "sheet.txt").read_text().split("Key author")[1].splitlines()[2:6]
    file = author.root / "again.key"
    done = author(
        "keys", "--recover", "--to", file, "--passphrase-file", author.root / "pass",
        typed="\n".join(rows) + "\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    held = author.desk.keys / "author.key"
    assert keyfile.read(file.read_bytes(), "").public == keyfile.read(held.read_bytes(), "").public


def test_signing_tells_what_changes_before_it_signs(author: Author) -> None:
    shown = author.sign("--show")
    assert "dental-baseline 1.0.0  new: 40 rules" in shown.output
    assert author.desk.targets() is None
    assert author.sign().exit_code == 0
    assert "nothing changes" in author.sign("--show").output


def test_what_is_handed_over_holds_by_the_first_root(author: Author) -> None:
    author.sign()
    author.did("publish", "--folder", author.desk.folder, "-o", author.root / "out.dentinel-packs")
    handed = read_handover(author.root / "out.dentinel-packs")
    checked = check(handed, author.desk.roots())
    assert (checked.root.version, checked.targets.version) == (1, 1)
    name = assignment_target(BRIGHT_SMILES)
    digest = checked.targets.targets[name].hashes["sha256"]
    assert Assignment.from_bytes(handed.file(name, digest) or b"").serial == 1
    assert not any("key/v1" in data.decode("utf-8", "ignore") for data in handed.files.values())


def test_a_wrong_passphrase_signs_nothing(author: Author) -> None:
    (author.root / "pass").write_text("another one entirely\n")
    done = author.sign()
    assert done.exit_code == 2
    assert "error A902" in done.output
    assert author.desk.targets() is None


def test_a_passphrase_from_standard_input_is_enough(author: Author) -> None:
    done = author(
        "sign", "--folder", author.desk.folder, "--passphrase-file", "-", typed=f"{WORDS}\n"
    )
    assert done.exit_code == 0, done.output


def test_nobody_at_the_keyboard_is_told_the_option(author: Author) -> None:
    done = author("sign", "--folder", author.desk.folder, typed="")
    assert done.exit_code == 2
    assert "--passphrase-file" in done.output


def test_a_root_key_may_not_sign_rules(author: Author) -> None:
    done = author.sign("--key", author.root / "safe" / "root-a.key")
    assert done.exit_code == 2
    assert "may not sign targets" in done.output


def test_a_rule_that_fails_its_tests_is_not_signed(author: Author) -> None:
    CliRunner().invoke(app, ["rules", "new", "pack", str(author.desk.folder / "our-practice")])
    text = author.desk.assignment.read_text().replace(
        "# sources: [packs/our-practice]", "sources: [our-practice]"
    )
    text = text.replace('"1.0.0"}', '"1.0.0", our-practice: "0.1.0"}')
    author.desk.assignment.write_text(text)
    assert author.sign("--show").exit_code == 0, author.sign("--show").output
    (test,) = (author.desk.folder / "our-practice").glob("*_test.yaml")
    test.write_text(test.read_text().replace("verdict: fail", "verdict: pass"))
    done = author.sign()
    assert done.exit_code == 1
    assert "Nothing was signed." in done.output
    assert author.desk.targets() is None


def test_keys_are_never_written_over(author: Author) -> None:
    done = author(
        "keys", "--new", "practice", "--online", author.root / "online-keys.json", "--folder",
        author.root / "new", "--root-a", author.root / "safe", "--root-b", author.root / "home",
        "--passphrase-file", author.root / "pass",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "never written over" in done.output
    assert not (author.root / "new" / "signed").exists()


def test_status_says_who_and_until_when(author: Author) -> None:
    author.sign()
    found = json.loads(author.did("status", "--folder", author.desk.folder, "--format", "json"))
    assert found["holders"] == {"root": ["root-a", "root-b"], "targets": ["author"]}
    assert (found["root"], found["targets"], found["due"]) == (1, 1, [])


def test_a_second_author_takes_in_what_the_first_signed(author: Author) -> None:
    author.sign()
    out, second = author.root / "out.dentinel-packs", author.root / "second"
    author.did("publish", "--folder", author.desk.folder, "-o", out)
    said = author.did("take", out, "--folder", second, "--online", author.desk.online)
    assert "compare it with a colleague's" in said
    assert Desk(second).contents() == author.desk.contents()


def test_taking_in_never_goes_back(author: Author) -> None:
    author.sign()
    out = author.root / "out.dentinel-packs"
    author.did("publish", "--folder", author.desk.folder, "-o", out)
    author.sign()
    done = author("take", out, "--folder", author.desk.folder)
    assert done.exit_code == 2
    assert "nothing goes back" in done.output
