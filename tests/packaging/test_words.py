"""The words of the programs: every command has its page and is offered by the Tab key."""

import shutil
import subprocess

import pytest

from agent.cli.commands import COMMANDS
from shipping import completion, manual, words
from shipping.products import AGENT, CONTROLLER, PRODUCTS


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_every_command_has_its_place_in_the_manual(product) -> None:
    page = manual.pages(product)[product.name]
    named = {verb.words[1:] for verb in words.verbs(product)} - {()}

    assert named
    for command in named:
        assert f'.SS "{" ".join(command)}'.replace("-", "\\-") in page


def test_the_manual_has_what_help_says() -> None:
    page = manual.pages(AGENT)["dentinel"]

    assert ".B \\-\\-role store|export|backup|outbox" in page
    assert "Example: dentinel scan /srv/images \\-\\-role store" in page


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_groff_understands_every_line_of_the_manual(product, tmp_path) -> None:
    if not shutil.which("groff"):
        pytest.skip("groff is not on this machine")
    page = tmp_path / "page.1"
    page.write_text(manual.pages(product)[product.name], encoding="utf-8")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True, check=True
    )

    assert done.stderr == ""


def offered(product, *typed: str) -> list[str]:
    """What bash offers for the last of these words."""
    scripts = completion.scripts(product)
    script = scripts[f"usr/share/bash-completion/completions/{product.name}"]
    asked = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_${1//-/_}"; echo "${COMPREPLY[*]}"'
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{asked}", "bash", *typed],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (["dentinel", "sc"], ["scan"]),
        (["dentinel", "rules", "ex"], ["explain"]),
        (["dentinel", "scan", "--role", ""], ["store", "export", "backup", "outbox"]),
        (["dentinel", "scan", "/srv/images", "--id"], ["--identity"]),
        (["dentinel", "--home", "/srv/op1", "enroll", "--f"], ["--file"]),
        (["dentinel", "--home", "/srv/op1", "do"], ["doctor"]),
    ],
)
def test_bash_offers_what_may_follow(typed, wanted) -> None:
    assert offered(AGENT, *typed) == wanted


def test_bash_offers_the_controllers_commands() -> None:
    assert "backup" in offered(CONTROLLER, "dentinel-controller", "")


def test_every_command_of_the_agent_is_offered() -> None:
    assert {name for name, _, _ in COMMANDS} <= set(offered(AGENT, "dentinel", ""))
