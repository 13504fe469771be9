"""DICOM is found with and without its preamble; pydicom is the oracle."""

import warnings
from pathlib import Path

import pydicom
import pydicom.data
import pytest
from pydicom.errors import InvalidDicomError

from agent.imaging.judge import judge
from tests.agent.imaging.samples.dicom import SYNTAXES, bare, written, xray
from tests.agent.imaging.samples.raster import NOISE

_PIXELS = 1000
DIRECTORY = "1.2.840.10008.1.3.10"


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_file_with_preamble_is_dicom(syntax, judged) -> None:
    found = judged(written(xray(), syntax))

    assert (found.verdict, found.kind, found.format) == ("plaintext", "dicom", "dicom")


@pytest.mark.parametrize("layout", ["explicit", "implicit", "big"])
def test_a_file_without_preamble_is_dicom(layout, judged) -> None:
    assert judged(bare(xray(), layout)).kind == "dicom"


def test_a_file_that_begins_with_its_prefix_is_dicom(judged) -> None:
    assert judged(written(xray())[128:]).kind == "dicom"


def test_a_preamble_that_lost_its_prefix_is_seen_through(judged) -> None:
    data = written(xray())
    assert judged(data[:128] + data[132:]).kind == "dicom"


def test_a_media_directory_is_told_from_a_picture(judged) -> None:
    assert judged(written(xray(SOPClassUID=DIRECTORY))).kind == "dicomdir"


def test_a_class_that_only_begins_like_a_directory_is_a_picture(judged) -> None:
    assert judged(written(xray(SOPClassUID=DIRECTORY + "7"))).kind == "dicom"


def test_a_known_modality_among_four_elements_is_enough(judged) -> None:
    data = xray()
    del data.SOPClassUID
    data.ImageType = ["ORIGINAL", "PRIMARY"]
    data.StudyDate, data.AccessionNumber = "20000101", "1"
    assert judged(bare(data, "implicit")).kind == "dicom"


def test_tags_that_fall_are_no_data_set(judged) -> None:
    rising = bare(xray(), "explicit")
    falling = rising[26:60] + rising[:26] + NOISE
    assert (
        judged(b"\x08\x00\x60\x00CS\x02\x00IO" + b"\x08\x00\x05\x00CS\x02\x00IR" + NOISE).kind
        != "dicom"
    )
    assert judged(falling).verdict in {"unknown", "plaintext"}


def test_every_file_that_pydicom_ships_and_reads_is_dicom() -> None:
    folder = Path(pydicom.data.__file__).parent
    missed = []
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        try:
            with warnings.catch_warnings(action="ignore"):
                pydicom.dcmread(path, stop_before_pixels=True)
        except (InvalidDicomError, EOFError):
            continue
        found = judge(path)
        if (found.verdict, found.format) != ("plaintext", "dicom"):
            missed.append((path.name, found))

    assert len(files) > 100
    assert missed == []
