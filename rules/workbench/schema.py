"""What do editors need to know of each form? JSON Schema 2020-12, from the tables of keys.

The same tables stand behind `rules check`, so both refuse the same files. What a schema cannot
say is left to the checker: a key that stands twice, an id that two records share, text that YAML
readers take for something else, and all that an expression means.

`if` and `then` choose by the key that is there (`every`, `no`, `some`), because an editor answers
to `oneOf` that nothing fits, and not what is missing.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rules import whole
from rules.errors import Misused
from rules.language.document import Mapping, Scalar, Value
from rules.language.forms.base import Form
from rules.language.forms.index import FORMS
from rules.language.suggest import did_you_mean
from rules.workbench.kind_schema import Writer

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json = Any


def schema(of: Form) -> dict[str, Json]:
    """The schema of the files of one form."""
    writer = Writer()
    whole = writer.record(of.keys)
    return {
        "$schema": DIALECT,
        "$id": f"urn:dentinel:{of.name.replace('/', ':')}",
        "title": of.name,
        "description": f"{of.keys.what}, {of.file}",
        **whole,
        "$defs": {name: writer.shared[name] for name in sorted(writer.shared)},
    }


def text(of: Form) -> str:
    """The schema as a file holds it; it was validated against its own dialect."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - authors who want schemas alone

    made = schema(of)
    Draft202012Validator.check_schema(made)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def file_name(of: Form) -> str:
    """The name of the file that holds the schema of a form: `rules-v1.schema.json`."""
    return f"{of.name.replace('/', '-')}.schema.json"


def write(of: Iterable[Form], folder: Path) -> list[Path]:
    """Write the schemas of some forms into a folder, and say where they are."""
    made = [(folder / file_name(one), text(one)) for one in of]
    folder.mkdir(parents=True, exist_ok=True)
    for path, schema_text in made:
        whole.write(path, schema_text.encode())
    return [path for path, _ in made]


def form(name: str) -> Form:
    """The form of that name; Misused if there is none."""
    if name not in FORMS:
        near = did_you_mean(name, FORMS) or f"it is one of {', '.join(FORMS)}"
        raise Misused(f"there is no form {name[:40]!r}; {near}")
    return FORMS[name]


def forms(name: str | None) -> list[Form]:
    """The form of that name, or all."""
    return list(FORMS.values()) if name is None else [form(name)]


def data(value: Value) -> Json:
    """What a document is to a validator: plain numbers, bools and null, and all else text."""
    if isinstance(value, Mapping):
        return {key.text: data(inner) for key, inner in value.entries}
    if isinstance(value, Scalar):
        return _plain(value)
    return [data(item) for item in value.items]


def _plain(value: Scalar) -> Json:
    if value.is_null:
        return None
    for read in (value.as_bool(), value.as_int(), value.as_double()):
        if read is not None:
            return read
    return value.text
