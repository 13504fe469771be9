"""A tiny stand-in for the errands: it writes down what it was asked, and does as it is told.

Files in the home tell it what to do: `hang` and `crash` hold words, and a file whose name contains
one hangs or kills this inspect; `patrol.json` and `courier.json` are what those errands print,
`patrol.rc` and `courier.rc` their exit codes, `patrol.sleep` how long the patrol takes.
"""

import json
import os
import sys
import time
from pathlib import Path


def told(home: Path, name: str) -> str:
    path = home / name
    return path.read_text().strip() if path.exists() else ""


def note(home: Path, **said: object) -> None:
    with (home / "asked.jsonl").open("a") as file:
        file.write(json.dumps({"pid": os.getpid(), "wall": time.time(), **said}) + "\n")


def inspect(home: Path) -> int:
    for line in sys.stdin:
        question = json.loads(line)
        name = str(question.get("file") or question.get("path") or "")
        if not question.get("gave_up"):
            for word in told(home, "hang").split():
                if word in name:
                    note(home, hung=name)
                    time.sleep(600)
            for word in told(home, "crash").split():
                if word in name:
                    note(home, crashed=name)
                    os._exit(9)
        note(home, asked=question)
        if "sweep" in question and told(home, "sweep.waits"):
            waits = {"id": question["id"], "changed": False, "later": told(home, "sweep.waits")}
            sys.stdout.write(json.dumps(waits) + "\n")
            sys.stdout.flush()
            continue
        changed = "dicom" in name or "sweep" in question
        sys.stdout.write(json.dumps({"id": question["id"], "changed": changed}) + "\n")
        sys.stdout.flush()
        time.sleep(float(told(home, "inspect.sleep") or 0))
    return 0


def errand(home: Path, name: str, words: list[str]) -> int:
    note(home, errand=name, words=words)
    if told(home, f"{name}.spawn"):
        if os.fork() == 0:
            note(home, grandchild=os.getpid())
            time.sleep(600)
        time.sleep(0.2)
    time.sleep(float(told(home, f"{name}.sleep") or 0))
    sys.stdout.write((told(home, f"{name}.json") or "{}") + "\n")
    note(home, done=name)
    return int(told(home, f"{name}.rc") or 0)


def main() -> int:
    home, part, words = Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
    return inspect(home) if part == "inspect" else errand(home, part, words)


sys.exit(main())
