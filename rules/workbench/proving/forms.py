"""Where in the JSON form of facts does a value stand, and what are the facts with another there?"""

from typing import Any

from rules.workbench.proving.reads import ITEM

Json = Any
Path = tuple[str | int, ...]
ITEMS, MISSING, UNKNOWN = "$items", "$missing", "$unknown"


def put(form: Json, path: Path, value: Json) -> Json:
    """The form with a value at a path; only what holds it is copied."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(form, list) and isinstance(step, int):
        return [*form[:step], put(form[step], rest, value), *form[step + 1 :]]
    return {**form, step: put(form.get(step), rest, value)}


def pattern(path: Path) -> tuple[str, ...]:
    """The path as what a rule reads is named: any item is `[]`."""
    return tuple(ITEM if isinstance(step, int) else step for step in path if step != ITEMS)


def name(path: Path) -> str:
    """The path for a person: `volumes[0].protection`."""
    text = ""
    for step in path:
        if step != ITEMS:
            text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def size(form: Json) -> int:
    """How many values a form holds."""
    if isinstance(form, dict):
        return sum(map(size, form.values()))
    return sum(map(size, form)) if isinstance(form, list) else 1
