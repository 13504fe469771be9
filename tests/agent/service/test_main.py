"""Only Windows has a service manager that starts us."""

import sys

import pytest

from agent.__main__ import main


@pytest.mark.skipif(sys.platform == "win32", reason="there it waits for the service manager")
def test_elsewhere_it_says_what_to_do_instead(tmp_path, capsys):
    assert main(["--home", str(tmp_path), "service"]) == 2
    assert "dentinel run" in capsys.readouterr().err


def test_words_are_refused(tmp_path, capsys):
    assert main(["--home", str(tmp_path), "service", "install"]) == 2
    assert "usage" in capsys.readouterr().err
