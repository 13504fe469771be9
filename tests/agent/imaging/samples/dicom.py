"""X-rays of nobody, written by pydicom."""

from io import BytesIO
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

INTRAORAL = "1.2.840.10008.5.1.4.1.1.1.3"
SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}
LAYOUTS = {"explicit": (False, True), "implicit": (True, True), "big": (False, False)}


def xray(**elements: Any) -> Dataset:
    """A small intraoral picture; keywords set or replace its elements."""
    data = Dataset()
    data.SOPClassUID = INTRAORAL
    data.SOPInstanceUID = "2.25.1895"
    data.Modality = "IO"
    data.Manufacturer = "Nobody"
    referenced = Dataset()
    referenced.ReferencedSOPClassUID = INTRAORAL
    data.ReferencedImageSequence = Sequence([referenced])
    data.Rows = data.Columns = 16
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation, data.SamplesPerPixel = 7, 0, 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.PixelData = bytes(range(256))
    for keyword, value in elements.items():
        setattr(data, keyword, value)
    return data


def written(data: Dataset, syntax: str = "explicit") -> bytes:
    """As a file with preamble and meta group."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = SYNTAXES[syntax]
    meta.MediaStorageSOPClassUID = data.get("SOPClassUID", INTRAORAL)
    meta.MediaStorageSOPInstanceUID = "2.25.1895"
    data.file_meta, data.preamble = meta, b"\0" * 128
    out = BytesIO()
    pydicom.dcmwrite(out, data, enforce_file_format=True)
    return out.getvalue()


def bare(data: Dataset, layout: str) -> bytes:
    """Without preamble and meta group, as many programs write."""
    implicit, little = LAYOUTS[layout]
    out = BytesIO()
    pydicom.dcmwrite(out, data, implicit_vr=implicit, little_endian=little)
    return out.getvalue()
