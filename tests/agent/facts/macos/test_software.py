"""Which programs lie on a Mac, by what their bundles say of themselves."""

from dataclasses import replace
from typing import Any

import pytest

from agent.facts.software import macos as software
from rules.facts.base import Items, Why
from rules.facts.software import App
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import ORTHANC, app, front_mac, plist

DENIED = {"error": "access_denied"}


def found(files: dict[str, Any] | None = None) -> Items[App]:
    return software.macos(front_mac(files), about())


def bundle(path: str, info: Any) -> dict[str, Any]:
    return {f"{path}.app/Contents/Info.plist": info}


def names(files: dict[str, Any]) -> list[str]:
    return [str(one.name) for one in found(files).items]


def test_a_program_says_its_name_and_version() -> None:
    (one,) = found().items
    assert (one.name, str(one.version), one.product) == ("Orthanc", "1.12.4", "orthanc")
    assert (one.vendor, one.source) == (None, "bundle")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/Applications/Romexis", True),
        ("/Applications/Planmeca/Romexis", True),
        ("/Applications/Planmeca/Old/Romexis", False),
        ("/Users/lee/Applications/Romexis", True),
        ("/System/Applications/Romexis", False),
    ],
)
def test_programs_are_where_people_put_them(path, there) -> None:
    assert ("Romexis" in names(bundle(path, app("Romexis", "6.4")))) is there


def test_what_lies_inside_a_bundle_is_part_of_it() -> None:
    inner = "/Applications/Orthanc.app/Contents/Helpers/Helper"
    assert names(bundle(inner, app("Helper", "1"))) == ["Orthanc"]


@pytest.mark.parametrize(
    ("info", "name", "text", "version"),
    [
        ({"CFBundleName": "Romexis"}, "Romexis", "", None),
        ({"CFBundleVersion": "6.4.1"}, "Planmeca", "6.4.1", "6.4.1"),
        (
            {"CFBundleDisplayName": "Romexis", "CFBundleVersion": "6 beta"},
            "Romexis",
            "6 beta",
            None,
        ),
        ({"CFBundleShortVersionString": "6.4", "CFBundleVersion": "640"}, "Planmeca", "6.4", "6.4"),
    ],
)
def test_what_a_bundle_leaves_out_its_file_says(info, name, text, version) -> None:
    files = bundle("/Applications/Planmeca", plist(info))
    one = {one.name: one for one in found(files).items}[name]
    assert (one.version_text, one.version and str(one.version)) == (text, version)


def test_a_dental_product_is_known_by_either_name() -> None:
    files = bundle("/Applications/DTX Studio Clinic", app("DTXClinic", "4.1"))
    assert {one.name: one.product for one in found(files).items}["DTXClinic"] == "dtx_studio"


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        (bundle("/Applications/A", b"garbage"), Why.PARSE_ERROR),
        (bundle("/Applications/A", plist({"CFBundleName": 7})), Why.PARSE_ERROR),
        (bundle("/Applications/A", DENIED), Why.ACCESS_DENIED),
        ({"/Users/lee/Applications": DENIED}, Why.ACCESS_DENIED),
        ({"/Users": DENIED}, Why.ACCESS_DENIED),
        ({"/Applications/Empty.app": {"folder": True}}, None),
        ({"/Applications/Safari.app": {"link": "/System/Safari.app"}}, None),
    ],
)
def test_what_cannot_be_read_leaves_the_list_incomplete(files, missing) -> None:
    said = found(files)
    assert "Orthanc" in {one.name for one in said.items}
    assert said.missing == missing


def test_a_folder_of_programs_that_is_shut_is_not_empty() -> None:
    host = front_mac()
    files = {path: said for path, said in host.files.items() if path != ORTHANC}
    files = {path: said for path, said in files.items() if not path.startswith("/Applications")}
    shut = replace(host, files=files | {"/Applications": DENIED})
    assert software.macos(shut, about()) == Items((), Why.ACCESS_DENIED)
