"""A package that carries no sound pack says so, and what to do, and judges nothing."""

import pytest

from rules.compiled import builtin
from rules.errors import PackRefused


def test_a_damaged_installation_is_told_what_to_do(tmp_path) -> None:
    cut = tmp_path / "compiled.json"
    cut.write_bytes(builtin.data()[:-9])
    with pytest.raises(PackRefused) as refused:
        builtin.carried(cut)
    assert str(refused.value) == (
        f"DL704: the built-in pack dental-baseline is refused: {refused.value.because}"
    )
    assert refused.value.because.endswith("this installation is damaged: install dentinel anew")


def test_a_pack_that_is_gone_is_no_traceback(tmp_path) -> None:
    with pytest.raises(PackRefused, match=r"compiled\.json cannot be read"):
        builtin.carried(tmp_path / "compiled.json")
