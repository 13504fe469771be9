"""Whose logs and witnesses does the reader trust?"""

import pytest

from evidence import trust_policy
from evidence.errors import Malformed, TooLarge
from evidence.keys import PublicKey
from evidence.note import COSIGNATURE_ED25519, Verifier
from evidence.trust_policy import FirstRoot, Group, TrustPolicy, Witness
from tests.evidence.clinic import ORG, key

LOG = Verifier("dentinel/log", key("log").public)
OTHER = Verifier("dentinel/other", key("other").public)
X1, X2, Y = (
    str(Verifier(name, key(name).public, COSIGNATURE_ED25519)) for name in ("x1", "x2", "y")
)


def test_what_is_written_for_paper_is_read() -> None:
    text = trust_policy.write([LOG, OTHER], ["Bright Smiles Dental, 2 Nov 2026"])

    assert text.startswith("# Bright Smiles")
    assert trust_policy.read(text) == TrustPolicy((LOG, OTHER))
    assert not trust_policy.read(text).asks_witnesses


def test_the_first_root_of_rules_stands_in_a_comment_that_is_read() -> None:
    root = FirstRoot(ORG, "ab" * 32)
    text = trust_policy.write([LOG], ["Bright Smiles"], [root])

    assert f"\n#dentinel-rules {ORG} {'ab' * 32}\n" in text
    assert trust_policy.read(text).first_roots(ORG) == {"ab" * 32}
    assert trust_policy.read(text).first_roots("another") == frozenset()


@pytest.mark.parametrize(
    "said", ["", ORG, f"{ORG} abc", f"{ORG} {'AB' * 32}", f"x {'ab' * 32}", f"{ORG} {'ab' * 32} x"]
)
def test_a_damaged_line_of_rules_is_no_comment(said: str) -> None:
    with pytest.raises(Malformed, match="line 2"):
        trust_policy.read(f"log {LOG}\n#dentinel-rules {said}\nquorum none\n")


def test_a_word_that_begins_like_it_is_no_comment_either() -> None:
    with pytest.raises(Malformed, match="line 1"):
        trust_policy.read(f"#dentinel-rules: {ORG} {'ab' * 32}\nquorum none\n")


def test_the_whole_form_is_read() -> None:
    policy = trust_policy.read(
        f"log {LOG} https://controller.example/log\n"
        f"\n  # the accountant and the owner\n"
        f"witness X1 {X1}\nwitness X2\t{X2} https://x2.example\nwitness Y {Y}\n"
        "group X any X1 X2\ngroup all all X Y\nquorum all\n"
    )

    assert policy.witnesses == (Witness("X1", X1), Witness("X2", X2), Witness("Y", Y))
    assert policy.groups == (Group("X", 1, ("X1", "X2")), Group("all", 2, ("X", "Y")))
    assert policy.quorum == "all"
    assert policy.asks_witnesses


@pytest.mark.parametrize(
    "lines",
    [
        "",
        f"log {LOG}",
        "quorum none\nquorum none",
        "quorum X1",
        "quorum",
        "key x\nquorum none",
        "log\nquorum none",
        "log x\nquorum none",
        f"log {LOG}\nlog {LOG}\nquorum none",
        f"log {X1}\nquorum none",
        f"witness X1 {X1}\nwitness X1 {X2}\nquorum none",
        f"witness X1 {X1}\nwitness X2 {X1}\nquorum none",
        f"witness none {X1}\nquorum none",
        f"witness X1 {X1}\ngroup G 2 X1\nquorum G",
        f"witness X1 {X1}\ngroup G 0 X1\nquorum G",
        f"witness X1 {X1}\ngroup G some X1\nquorum G",
        f"witness X1 {X1}\ngroup G any\nquorum G",
        f"witness X1 {X1}\ngroup G any X1 X1\nquorum G",
        f"witness X1 {X1}\ngroup G any X1\ngroup H any X1\nquorum G",
        f"group G any X1\nwitness X1 {X1}\nquorum G",
        "quorum none\r",
        "quorum none\x0b",
    ],
)
def test_what_is_no_policy_is_refused(lines: str) -> None:
    with pytest.raises(Malformed):
        trust_policy.read(lines + "\n")


def test_an_error_names_its_line() -> None:
    with pytest.raises(Malformed, match="line 2"):
        trust_policy.read("# ours\nlog x\nquorum none\n")


@pytest.mark.threat("weak-key")
def test_a_weak_log_key_is_refused() -> None:
    weak = Verifier("dentinel/log", PublicKey(bytes(32), "", key("any").public._point))

    with pytest.raises(Malformed, match="small order"):
        trust_policy.read(f"log {weak}\nquorum none\n")


def test_a_policy_has_its_limits() -> None:
    with pytest.raises(TooLarge):
        trust_policy.read("#" * 70_000)
    many = "".join(
        f"witness w{n} {Verifier('w', key(f'w{n}').public, COSIGNATURE_ED25519)}\n"
        for n in range(300)
    )
    with pytest.raises(Malformed):
        trust_policy.read(many + "quorum none\n")
