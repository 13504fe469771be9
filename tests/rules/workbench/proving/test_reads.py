"""Which leaves of the facts a rule reads is found in its trees, and never too few of them."""

import pytest

from rules.workbench.proving.reads import reads


@pytest.fixture
def read(check_rule):
    """What a rule reads: its values, and its lists, as text."""

    def read(body):
        checked = check_rule(body)
        assert not checked.has_errors, checked.problems
        found = reads(checked.rules["a-rule"])
        return ({".".join(one) for one in found.values}, {".".join(one) for one in found.lists})

    return read


def must(leaf, define=""):
    return f"{define}must:\n  - that: '{leaf}'\n    say: it is not so\n"


def test_a_fact_and_its_fields(read) -> None:
    assert read(must('host.os == "linux" and not host.portable')) == (
        {"host.os", "host.portable"},
        set(),
    )


def test_the_items_of_a_walk(read) -> None:
    body = "every: users\nwhere: user.enabled\neach_must:\n"
    body += "  - {that: user.lock.asks_password, say: no password}\nif_none: pass\n"
    assert read(body) == ({"users.[].enabled", "users.[].lock.asks_password"}, {"users"})


def test_through_loops_and_defines(read) -> None:
    define = "define:\n  admins: users.filter(u, u.admin).map(u, u.name)\n"
    values, lists = read(must("admins.size() > 1", define))
    assert values == {"users.[].admin", "users.[].name"}
    assert lists == {"users"}


def test_what_is_compared_whole(read) -> None:
    values, _ = read(must('volumes.all(v, "tpm" in v.protectors)'))
    assert values == {"volumes.[].protectors"}


def test_what_may_be_one_or_the_other(read) -> None:
    values, _ = read(must('(host.portable ? host.vendor : host.model) == "Dell"'))
    assert values == {"host.portable", "host.vendor", "host.model"}


def test_an_item_by_its_number(read) -> None:
    assert read(must("users[0].admin")) == ({"users.[].admin"}, {"users"})
