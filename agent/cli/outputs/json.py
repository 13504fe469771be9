"""An audit for programs: one JSON document, the results in the order of the rules."""

from json import dumps

from agent.cli.outputs.base import Audited


def write(audited: Audited) -> str:
    """`{"results": […]}`, each as a report holds it, values in clear."""
    results = [result.to_json() for _, _, result in audited.rules()]
    return dumps({"results": results}, indent=2, ensure_ascii=False) + "\n"
