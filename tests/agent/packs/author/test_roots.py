"""A root counts when enough of the people before and after it have signed."""

from datetime import timedelta

import pytest
from tuf.api.metadata import Metadata, Root

from agent.errors import AuthorError
from agent.packs.author import roots, rootwords
from tests.agent.packs.author.desks import NOON, key, msp, person, roster, signed


def after(change: roots.Change) -> Metadata[Root]:
    """Root 2 of the MSP, unsigned."""
    return Metadata(roots.following(msp().signed, change, NOON))


def is_enough(root: Metadata[Root], before: Root | None) -> bool:
    return roots.standing(root, before).is_enough


def test_the_first_root_of_an_msp_needs_two_of_three() -> None:
    assert roots.standing(msp(), None).missing == 2
    assert not is_enough(signed(msp(), "kim"), None)
    assert is_enough(signed(msp(), "kim", "sam"), None)


def test_a_key_that_the_root_does_not_name_counts_for_nothing() -> None:
    assert roots.standing(signed(msp(), "kim", "mallory"), None).signed == ("kim",)


def test_who_leaves_may_sign_the_root_by_which_he_leaves() -> None:
    change = roots.Change(without=("lee",), joined=(person("ann"),))
    assert not is_enough(signed(after(change), "lee", "ann"), msp().signed)
    assert is_enough(signed(after(change), "kim", "lee", "ann"), msp().signed)


def test_two_new_people_alone_make_no_root() -> None:
    change = roots.Change(without=("lee", "sam"), joined=(person("ann"), person("bob")))
    assert not is_enough(signed(after(change), "ann", "bob"), msp().signed)


def test_online_keys_are_replaced_and_nothing_else() -> None:
    before, now = msp().signed, after(roots.Change(online=roster("2"))).signed
    assert now.roles["root"].keyids == before.roles["root"].keyids
    assert now.roles["targets"].keyids == before.roles["targets"].keyids
    assert not set(now.roles["snapshot"].keyids) & set(before.roles["snapshot"].keyids)
    assert "new keys for what is newest" in "\n".join(rootwords.lines(now, before))


def test_too_few_people_left_is_refused() -> None:
    with pytest.raises(AuthorError, match="2 must sign root, and 1 could"):
        after(roots.Change(without=("lee", "sam")))


def test_a_threshold_that_nobody_can_meet_is_refused() -> None:
    with pytest.raises(AuthorError, match="4 must sign root, and 3 could"):
        after(roots.Change(threshold=4))


def test_nobody_of_that_name_is_told_with_who_there_is() -> None:
    with pytest.raises(AuthorError) as error:
        after(roots.Change(without=("leo",)))
    assert "kim, lee, sam" in error.value.advice


def test_one_person_has_one_key_a_role() -> None:
    with pytest.raises(AuthorError, match="has a key for root already"):
        after(roots.Change(joined=(person("kim"),)))


def test_a_new_key_takes_the_place_of_a_lost_one_in_one_step() -> None:
    lost = roots.Change(
        without=("kim",),
        joined=(
            roots.PublicKeys(
                name="kim", root=key("kim-2").public.hex, targets=key("kim-3").public.hex
            ),
        ),
    )
    now = after(lost).signed
    assert sorted(roots.holders(now, "root").values()) == ["kim", "lee", "sam"]
    told = "\n".join(rootwords.lines(now, msp().signed))
    assert "no longer kim" in told
    assert "now also kim" in told


@pytest.mark.parametrize(
    ("days", "said"),
    [(61, None), (60, "soon"), (30, "soon"), (8, "soon"), (7, "at once"), (0, "expired")],
)
def test_an_end_is_told_60_30_and_7_days_before(days: int, said: str | None) -> None:
    told = rootwords.alarm("root 1", NOON + timedelta(days=days), NOON)
    assert told is None if said is None else said in (told or "")
