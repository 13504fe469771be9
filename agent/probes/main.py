"""`python -m agent probe NAME`: what does Windows say? One JSON document on standard output.

Ends with 0 and the document, or with 1 and `{"error": {"code": …, "number": …}}`. The words of an
error are English and its numbers Windows' own, whatever language Windows speaks.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module

from agent.paths import Home
from agent.probes.base import Ask, ProbeError, failure
from agent.probes.index import PROBES
from rules.facts.base import Why
from rules.facts.form import Json


def main(_home: Home, words: Sequence[str]) -> int:
    """Run one probe; 2 for a name that is none."""
    if len(words) != 1 or words[0] not in PROBES:
        sys.stderr.write(f"usage: python -m agent probe {'|'.join(PROBES)}\n")
        return 2
    code, document = asked(_ask_of(PROBES[words[0]].module))
    sys.stdout.write(json.dumps(document))
    return code


def asked(ask: Ask | None) -> tuple[int, Json]:
    """Exit code and document; a module that has nothing to ask is not made for this system."""
    if ask is None:
        return 1, failure(ProbeError(Why.UNSUPPORTED_OS))
    try:
        return 0, ask()
    except ProbeError as error:
        return 1, failure(error)
    except OSError as error:
        return 1, failure(ProbeError.of(getattr(error, "winerror", None) or 0))


def _ask_of(module: str) -> Ask | None:
    ask: Ask | None = getattr(import_module(module), "ask", None)
    return ask
