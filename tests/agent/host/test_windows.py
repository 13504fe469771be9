"""A path of Windows is asked for only if it stays on the machine."""

import pytest

from agent.host.base import HostError
from agent.host.windows import checked
from rules.facts.base import Why

LINKS = {
    "C:\\Users\\lee\\Desktop": "\\\\server\\desktops\\lee",
    "C:\\PDATA": "D:\\PDATA",
    "C:\\images": "Z:\\images",
    "C:\\Users\\All Users": "\\\\?\\C:\\ProgramData",
    "C:\\circle": "C:\\circle\\in",
    "C:\\unc": "\\\\?\\UNC\\server\\share",
    "C:\\beside": "PDATA2",
}


def why(path: str) -> Why | None:
    try:
        checked(path, LINKS.get, lambda drive: drive == "Z:")
    except HostError as error:
        return error.why
    return None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\Windows\\System32", None),
        ("C:\\PDATA\\2026\\a.dcm", None),
        ("C:\\Users\\All Users\\x", None),
        ("C:\\beside\\x", None),
        ("Z:\\images", Why.NOT_LOCAL),
        ("\\\\server\\share\\x", Why.NOT_LOCAL),
        ("//server/share", Why.NOT_LOCAL),
        ("\\\\?\\C:\\x", Why.NOT_LOCAL),
        ("C:\\Users\\lee\\Desktop\\x.jpg", Why.NOT_LOCAL),
        ("C:\\images\\x", Why.NOT_LOCAL),
        ("C:\\unc\\x", Why.NOT_LOCAL),
        ("C:\\circle\\x", Why.API_ERROR),
        ("C:x", Why.PARSE_ERROR),
        ("C:\\x:stream", Why.PARSE_ERROR),
        ("/etc/passwd", Why.PARSE_ERROR),
        ("C:\\x\0y", Why.PARSE_ERROR),
    ],
)
def test_a_path_is_asked_for_only_if_it_stays_here(path, expected) -> None:
    assert why(path) is expected


def test_nothing_beyond_a_share_is_touched() -> None:
    touched = []

    def target(step: str) -> str | None:
        touched.append(step)
        return LINKS.get(step)

    with pytest.raises(HostError):
        checked("C:\\Users\\lee\\Desktop\\patients\\x.jpg", target, lambda _: False)
    assert touched == ["C:\\Users", "C:\\Users\\lee", "C:\\Users\\lee\\Desktop"]
