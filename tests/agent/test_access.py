"""The access list of the agent's folder on Windows."""

from agent.access import list_of


def test_system_and_administrators_alone_and_nothing_inherited():
    assert list_of(None) == "D:P(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)"


def test_who_has_no_rights_keeps_his_own_folder():
    assert list_of("S-1-5-21-1-2-3-1001").endswith("(A;OICI;FA;;;S-1-5-21-1-2-3-1001)")
