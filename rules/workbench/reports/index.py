"""In which forms can problems be written? To add one, add its line."""

from collections.abc import Mapping

from rules.workbench.reports import github, json, sarif, text
from rules.workbench.reports.base import Format

FORMATS: Mapping[str, Format] = {
    "text": text.write,
    "json": json.write,
    "sarif": sarif.write,
    "github": github.write,
}
