"""Which copies of the images are there, and do they make three on two media, one of them away?

Three copies, two media, one off-site is good practice (CISA, "3-2-1"); the law in force asks for
retrievable exact copies (45 CFR 164.308(a)(7)(ii)(A)) and names no number.
"""

from collections.abc import Sequence
from datetime import date

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values
from rules.counted import counted

_MEDIA = (
    ("disk", "Disk of a computer or server"),
    ("nas", "NAS"),
    ("usb", "USB disk"),
    ("tape", "Tape"),
    ("cloud", "Cloud"),
)


def _marks(values: Values, _today: date) -> tuple[Mark, ...]:
    is_encrypted = values.get("encrypted")
    if is_encrypted is None:
        return (Mark("unknown", "not known whether encrypted"),)
    return (Mark("pass", "encrypted") if is_encrypted else Mark("fail", "not encrypted"),)


def _sums(all_: Sequence[Values], _today: date) -> tuple[Mark, ...]:
    media = {"disk", *(one.get("medium") for one in all_)}
    away = sum(one.get("offsite") is True or one.get("immutable") is True for one in all_)
    copies = counted(1 + len(all_), "copy", "copies")
    said = (
        (1 + len(all_) >= 3, f"{copies} with the original (3 are the aim)"),
        (len(media) >= 2, f"{counted(len(media), 'kind')} of medium (2 are the aim)"),
        (away >= 1, f"{away} off-site or unchangeable (1 is the aim)"),
    )
    return tuple(Mark("pass" if is_so else "fail", word) for is_so, word in said)


REGISTER = Register(
    id="backups",
    title="Backup copies",
    about="Each copy beside the original images and database, which lie on a disk.",
    owner="it_admin",
    fields=(
        Field("name", "Copy", required=True),
        Field("medium", "Medium", "choice", required=True, choices=_MEDIA),
        Field("where", "Where it is", required=True),
        Field("offsite", "In another building", "yes_no", required=True),
        Field("immutable", "Off-line or unchangeable", "yes_no", required=True),
        Field("encrypted", "Encrypted", "yes_no"),
        Field("holds", "What it holds", "list", required=True, about="Image stores, database"),
        Field("key_kept", "Where its key is kept"),
    ),
    name_field="name",
    marks=_marks,
    sums=_sums,
)
