"""Check this file, please."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from evidence import __main__ as program
from evidence import trust_policy
from evidence.checkpoint import Checkpoint
from evidence.verify.ask import Brought, ask
from tests.evidence.clinic import ORIGIN, BrightSmiles, edited


@pytest.fixture
def bundle(tmp_path: Path, clinic: BrightSmiles) -> Path:
    path = tmp_path / "clinic.dentinel-evidence"
    path.write_bytes(clinic.export())
    return path


@pytest.fixture
def policy(tmp_path: Path, clinic: BrightSmiles) -> Path:
    path = tmp_path / "clinic.policy"
    path.write_text(trust_policy.write([clinic.verifier]))
    return path


def test_a_true_bundle_with_its_policy_exits_0(bundle: Path, policy: Path) -> None:
    code, answer = ask(bundle, Brought(policy), as_json=False)

    assert code == 0
    assert answer.startswith("PROVEN")


def test_without_the_policy_it_exits_2(bundle: Path) -> None:
    code, answer = ask(bundle, Brought(), as_json=True)

    assert code == 2
    assert json.loads(answer)["outcome"] == "incomplete"


def test_a_changed_bundle_exits_1(bundle: Path, policy: Path) -> None:
    bundle.write_bytes(edited(bundle.read_bytes(), "README.txt", bytes.lower))
    code, answer = ask(bundle, Brought(policy), as_json=True)

    assert code == 1
    assert json.loads(answer)["outcome"] == "false"


@pytest.mark.parametrize("as_json", [True, False])
def test_wrong_use_exits_2_and_says_that_nothing_was_checked(
    bundle: Path, tmp_path: Path, as_json: bool
) -> None:
    broken = tmp_path / "broken.policy"
    broken.write_bytes(b"\xff")
    unfit = tmp_path / "unfit.policy"
    unfit.write_text("log x\n")
    for asked in (
        (tmp_path / "nowhere", None),
        (bundle, tmp_path / "nowhere"),
        (bundle, broken),
        (bundle, unfit),
    ):
        code, answer = ask(asked[0], Brought(asked[1]), as_json=as_json)
        assert code == 2
        if as_json:
            assert json.loads(answer)["outcome"] == "usage"
        else:
            assert answer.startswith("Nothing was checked: ")


def test_the_module_is_a_program(
    bundle: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main([str(bundle), "--policy", str(policy), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "proven"


def test_the_program_needs_cryptography_and_nothing_else_that_is_not_ours(bundle: Path) -> None:
    script = (
        "import sys; from evidence.__main__ import main; code = main(sys.argv[1:]);"
        "print({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names));"
        "sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(bundle)], capture_output=True, text=True, check=False
    )
    loaded = set(ran.stdout.strip().rsplit("\n", 1)[1].strip("{}").replace("'", "").split(", "))

    assert ran.returncode == 2
    loaded -= {"sitecustomize", "usercustomize"}  # the interpreter's own, where a system has them
    assert {name for name in loaded if not name.startswith(("_", "__"))} == {
        "cryptography",
        "evidence",
        "rules",
    }


_BLOCKED = """
import importlib.abc, runpy, sys
OURS = {"evidence", "rules", "cryptography", "_cffi_backend", "sitecustomize", "usercustomize"}
class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in OURS | set(sys.stdlib_module_names):
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocked())
sys.argv[0] = "evidence"
runpy.run_module("evidence", run_name="__main__", alter_sys=True)
"""


def test_with_everything_but_cryptography_blocked_it_proves_the_same(
    bundle: Path, policy: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _BLOCKED, str(bundle), "--policy", str(policy)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("PROVEN")


def test_a_checkpoint_that_the_reader_kept_is_looked_at(
    bundle: Path, policy: Path, tmp_path: Path, clinic: BrightSmiles
) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(clinic.checkpoint(), encoding="utf-8")
    assert ask(bundle, Brought(policy, kept), as_json=False)[0] == 0

    kept.write_text(Checkpoint(ORIGIN, 4, b"\1" * 32).sign(clinic.log_key), encoding="utf-8")
    code, answer = ask(bundle, Brought(policy, kept), as_json=False)
    assert code == 1
    assert "the checkpoint that you brought is of another history" in answer.lower()

    kept.write_text("a letter", encoding="utf-8")
    assert ask(bundle, Brought(policy, kept), as_json=False)[0] == 2


def test_a_file_of_another_kind_is_not_called_false(tmp_path: Path, policy: Path) -> None:
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"Dear Dr. Lee")

    assert ask(letter, Brought(policy), as_json=False) == (
        2,
        (
            f"Nothing was checked: {letter}: this is no evidence bundle\n"
            "  = help: a bundle ends in .dentinel-evidence; `dentinel-controller evidence export`"
            " and the page Evidence write it\n"
        ),
    )


@pytest.mark.parametrize("bytes_", [b"", b"\xff", b"a letter"])
def test_a_file_that_was_named_in_the_wrong_place_is_told_by_what_it_should_be(
    bundle: Path, policy: Path, tmp_path: Path, bytes_: bytes
) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(bytes_)

    said = ask(bundle, Brought(other), as_json=False)[1]
    assert f"{other} is no policy: " in said
    assert "dentinel-controller evidence policy" in said

    said = ask(bundle, Brought(policy, other), as_json=False)[1]
    assert f"{other} is no checkpoint: " in said
    assert "dentinel-controller checkpoint show" in said


def test_python_m_evidence_runs_it(
    bundle: Path,
    policy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["evidence", str(bundle), "--policy", str(policy)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(program.__file__), run_name="__main__")

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("PROVEN   Bright Smiles Dental")


def test_dentinel_verify_says_the_same(bundle: Path, policy: Path) -> None:
    script = "import typer; from agent.cli.verify import verify; typer.run(verify)"
    ran = subprocess.run(
        [sys.executable, "-c", script, str(bundle), "--policy", str(policy), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["outcome"] == "proven"
