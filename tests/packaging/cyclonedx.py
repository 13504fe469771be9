"""Is a bill of materials one, by the JSON Schema of CycloneDX and by what no schema can say?"""

from collections.abc import Iterator
from typing import Any

import pytest


def against_the_schema(text: str) -> str:
    """What CycloneDX's own strict schema of 1.6 says against it; empty if nothing."""
    library = "cyclonedx-python-lib is not installed"
    validation = pytest.importorskip("cyclonedx.validation.json", reason=library)
    from cyclonedx.schema import SchemaVersion

    found = validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return str(found or "")


def references(bill: dict[str, Any]) -> tuple[list[str], set[str]]:
    """Every name that a component is known by in the document, and every one that is named."""
    known = [bill["metadata"]["component"]["bom-ref"], *_known(bill["components"])]
    named = {ref for one in bill["dependencies"] for ref in (one["ref"], *one["dependsOn"])}
    return known, named


def _known(components: list[dict[str, Any]]) -> Iterator[str]:
    for one in components:
        if "bom-ref" in one:
            yield one["bom-ref"]
        yield from _known(one.get("components", []))
