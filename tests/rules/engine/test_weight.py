"""The engine alone brings the standard library, and no author's tools."""

import subprocess
import sys

HEAVY = ("yaml", "jsonschema", "re2", "typer", "rules.language", "rules.workbench", "cryptography")


def test_the_engine_loads_no_parser_and_no_yaml() -> None:
    code = (
        "import sys\n"
        "from rules.compiled import builtin\n"
        "from rules.engine import explain, judge\n"
        "builtin.pack()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
