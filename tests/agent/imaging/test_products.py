"""The product data are whole, and know a program by the name that its system shows."""

from pathlib import Path
from typing import get_args

import pytest

from agent.imaging import products
from rules.facts.software import DentalProduct


def test_every_product_of_the_fact_is_in_the_data_once() -> None:
    assert sorted(one.id for one in products.known().products) == sorted(get_args(DentalProduct))


def test_every_product_says_by_what_it_is_known() -> None:
    for one in products.known().products:
        assert one.trust in get_args(products.Trust)
        assert one.apps, one.id
        assert one.marks, one.id


@pytest.mark.parametrize(
    ("shown", "product"),
    [
        ("Open Dental 24.1", "open_dental"),
        ("Sidexis 4", "sidexis"),
        ("Planmeca Romexis 6.4.1", "romexis"),
        ("CS Imaging Software 8", "cs_imaging"),
        ("DENTRIX G7", "dentrix"),
        ("3Shape Dental Desktop", "3shape"),
        ("Medit Link", "medit"),
        ("Meditation Timer", None),
        ("Indexis Search", None),
        ("Microsoft Edge", None),
        ("", None),
    ],
)
def test_a_program_is_known_by_its_name(shown, product) -> None:
    assert products.of_app(shown) == product


def test_a_package_is_known_by_its_whole_name() -> None:
    assert products.of_package("orthanc") == "orthanc"
    assert products.of_package("orthanc-doc") is None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        (r"C:\Users\front\OneDrive - Bright Smiles\PDATA", "OneDrive"),
        ("/home/lee/Dropbox/xray", "Dropbox"),
        ("/Users/lee/Library/Mobile Documents/xray", "iCloud"),
        (r"G:\My Drive\xray", "Google Drive"),
        (r"C:\OneDriveTools\PDATA", None),
        ("/srv/xray", None),
    ],
)
def test_a_folder_that_a_service_copies_away_is_known(path, service) -> None:
    assert products.cloud(path) == service


def test_the_data_file_names_no_address_and_no_patient() -> None:
    said = Path(products.__file__).with_name("products.json").read_text(encoding="utf-8")
    assert "://" not in said
    assert said.isascii()
