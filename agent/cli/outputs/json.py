"""An audit for programs: one JSON document, the results in the order of the rules.

`caveat` stands there if a fact that was judged is not yet confirmed on a real system of its kind.
"""

from json import dumps

from agent.cli.outputs.base import Audited


def write(audited: Audited) -> str:
    """`{"results": […]}`, each as a report holds it, values in clear."""
    results = [result.to_json() for _, _, result in audited.rules()]
    caveat = {"caveat": audited.caveat} if audited.caveat else {}
    return dumps({"results": results} | caveat, indent=2, ensure_ascii=False) + "\n"
