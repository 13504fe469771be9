"""What is installed, and which of it is dental software?

`version` is null where the maker's text is no version; `version_text` is that text. `product`
names the imaging and practice software that this release knows.
"""

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import MAKER_NAME, PRODUCT_NAME, Open, Version

DentalProduct: TypeAlias = Literal[
    "open_dental",
    "sidexis",
    "cs_imaging",
    "romexis",
    "ezdent",
    "orthanc",
    "dentrix",
    "eaglesoft",
    "dexis",
    "dtx_studio",
    "vixwin",
    "schick",
    "dbswin",
    "visionx",
    "3shape",
    "medit",
    "dcm4chee",
]


@record
class App:
    """One program or package."""

    name: Maybe[Annotated[str, PRODUCT_NAME]]
    vendor: Maybe[Annotated[str | None, MAKER_NAME]]
    version: Maybe[Version | None]
    version_text: Maybe[Annotated[str, Open(r"[A-Za-z0-9][A-Za-z0-9 ._+:~()-]{0,63}|")]]
    product: Maybe[DentalProduct | None]
    source: Maybe[Literal["registry", "package", "bundle"]]


SOFTWARE = Fact(
    "software",
    Items[App],
    asks="What is installed, and which of it is dental software?",
    ttl=timedelta(hours=6),
    cost="medium",
    since="1.1",
)
