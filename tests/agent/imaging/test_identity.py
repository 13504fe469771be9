"""Whose picture it is, in one word; pydicom writes the pictures."""

import pytest

from agent.imaging.glance import Glance
from agent.imaging.identity import identify
from tests.agent.imaging.samples.dicom import SYNTAXES, bare, written, xray

NOBODY = {"PatientName": "ANON^7", "PatientID": "x", "PatientIdentityRemoved": "YES"}
CASES = {
    "identified": {"PatientName": "Doe^Jane"},
    "no_identifiers": {"PatientName": "", "PatientID": ""},
    "deid_claimed": NOBODY,
    "deid_contradicted": NOBODY | {"PatientBirthDate": "19870401"},
}


def state(data: bytes) -> str:
    return identify(Glance.of(data)).state


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("said", CASES)
def test_the_state_is_read_in_every_transfer_syntax(said, syntax) -> None:
    assert state(written(xray(**CASES[said]), syntax)) == said


@pytest.mark.parametrize("layout", ["explicit", "implicit", "big"])
def test_the_state_is_read_without_a_preamble(layout) -> None:
    assert state(bare(xray(PatientName="Doe^Jane"), layout)) == "identified"


@pytest.mark.parametrize(
    "elements",
    [
        {"PatientBirthDate": "19870401"},
        {"PatientAddress": "1 Quay"},
        {"PatientTelephoneNumbers": "555"},
        {"PatientName": "Doe^Jane"},
    ],
    ids=["birth-date", "address", "phone", "name"],
)
def test_a_claim_is_not_believed_against_the_values(elements) -> None:
    assert state(written(xray(**(NOBODY | elements)))) == "deid_contradicted"


@pytest.mark.parametrize("name", ["PHANTOM^HEAD", "Doe", "Subject^0007", "Removed^By PACS"])
def test_a_name_of_nobody_contradicts_nothing(name) -> None:
    assert state(written(xray(**(NOBODY | {"PatientName": name})))) == "deid_claimed"


def test_an_identifier_alone_identifies() -> None:
    for keyword in ("PatientID", "PatientBirthName", "PatientMotherBirthName"):
        assert state(written(xray(**{keyword: "A7"}))) == "identified"


def test_a_header_that_ends_too_early_is_unknown() -> None:
    data = written(xray(PatientName="Doe^Jane"))
    cut = data[: data.index(b"Nobody")]
    assert state(cut) == "unknown"


@pytest.mark.parametrize(
    ("said", "read"), [("IO", "IO"), ("PX", "PX"), ("CT", "CT"), ("MR", "other"), ("", "unknown")]
)
def test_the_modality_is_one_of_a_few_words(said, read) -> None:
    assert identify(Glance.of(written(xray(Modality=said)))).modality == read


def test_a_name_in_a_nested_sequence_is_not_the_patients() -> None:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    inner = Dataset()
    inner.PatientName = "Doe^Jane"
    data = xray()
    data.ReferencedStudySequence = Sequence([inner])
    data["ReferencedStudySequence"].is_undefined_length = True
    assert state(written(data)) == "no_identifiers"


def test_a_media_directory_names_those_in_its_records() -> None:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    record = Dataset()
    record.DirectoryRecordType = "PATIENT"
    record.PatientName = "Doe^Jane"
    directory = Dataset()
    directory.SOPClassUID = "1.2.840.10008.1.3.10"
    directory.DirectoryRecordSequence = Sequence([record])
    del directory.SOPClassUID
    for undefined in (False, True):
        directory["DirectoryRecordSequence"].is_undefined_length = undefined
        assert state(written(directory)) == "identified"
