"""In which form a key lies on the disk."""

import sys

import pytest

from agent.errors import IdentityLost
from agent.identity.wrapping import unwrapped, wrapped

SEED = bytes(range(32))


def test_a_key_comes_back():
    assert unwrapped(wrapped(SEED)) == SEED


@pytest.mark.skipif(sys.platform == "win32", reason="there it may be ours")
def test_a_key_of_a_windows_opens_nowhere_else():
    with pytest.raises(IdentityLost, match="Windows"):
        unwrapped({"dpapi": "00"})
