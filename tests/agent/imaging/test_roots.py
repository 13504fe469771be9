"""Every path has one owner, by its true name."""

from pathlib import Path

import pytest

from agent.imaging.roots import Roots, holds
from agent.settings import Exclusion, RootSetting, Settings


@pytest.fixture
def roots(tmp_path: Path) -> Roots:
    (tmp_path / "disk" / "exports").mkdir(parents=True)
    (tmp_path / "images").symlink_to(tmp_path / "disk")
    return Roots.of(
        Settings(
            roots=(
                RootSetting(label="images", path=tmp_path / "images", role="store"),
                RootSetting(label="exports", path=tmp_path / "images/exports", role="export"),
            ),
            excludes=(Exclusion(path=tmp_path / "images/demo", why="demo"),),
        )
    )


def test_a_folder_behind_a_link_is_resolved_once(roots, tmp_path) -> None:
    images = roots.labelled("images")
    assert images.true_path(str(tmp_path / "images/a/../b.jpg")) == str(tmp_path / "disk/b.jpg")
    assert images.true_path(str(tmp_path / "disk/b.jpg")) == str(tmp_path / "disk/b.jpg")


def test_nothing_outside_has_a_true_path(roots, tmp_path) -> None:
    images = roots.labelled("images")
    for path in ("/etc/passwd", "images", str(tmp_path / "images/../x"), str(tmp_path / "disky/x")):
        assert images.true_path(path) is None


def test_the_inner_folder_owns(roots, tmp_path) -> None:
    assert roots.owner(str(tmp_path / "disk/exports/a.jpg")).label == "exports"
    assert roots.owner(str(tmp_path / "disk/a.jpg")).label == "images"
    assert roots.owner("/nowhere") is None
    assert roots.is_top(str(tmp_path / "disk/exports"))


def test_an_exclusion_holds_for_all_below_it(roots, tmp_path) -> None:
    assert roots.is_excluded(str(tmp_path / "disk/demo/deep/a.jpg"))
    assert not roots.is_excluded(str(tmp_path / "disk/demonstration"))


def test_the_whole_disk_holds_everything() -> None:
    assert holds("/", "/srv")
    assert not holds("/srv", "/srv2")
