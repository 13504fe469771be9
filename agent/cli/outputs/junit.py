"""An audit for build servers: JUnit XML, as its readers agree on it.

A rule that fails is a failure; one that could not be judged is an error, so that nobody's green
light rests on something unread; one that does not apply is skipped.
"""

import re

from agent.cli.outputs.base import Audited
from agent.cli.wording import complaints
from rules.compiled.rule import Pack, Rule
from rules.engine.result import Result
from rules.verdict import Verdict

_TAGS = {Verdict.FAIL: "failure", Verdict.ERROR: "error", Verdict.UNKNOWN: "error"}
_NOT_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"

# The standard library's xml.sax.saxutils loads urllib and http.client: 15 ms of CPU at every audit.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_QUOTES = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
"""Of XML 1.0: sections 2.4, and 3.3.3 for what white space in an attribute becomes."""


def write(audited: Audited) -> str:
    """A suite a pack, a case a rule."""
    suites = "".join(_suite(pack, audited) for pack, _ in audited.results)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}</testsuites>\n'


def _suite(pack: Pack, audited: Audited) -> str:
    mine = [(rule, result) for one, rule, result in audited.rules() if one is pack]
    verdicts = [result.verdict for _, result in mine]
    counts = {
        "tests": len(mine),
        "failures": verdicts.count(Verdict.FAIL),
        "errors": verdicts.count(Verdict.ERROR) + verdicts.count(Verdict.UNKNOWN),
        "skipped": verdicts.count(Verdict.NOT_APPLICABLE),
    }
    said = " ".join(f'{name}="{count}"' for name, count in counts.items())
    cases = "".join(_case(pack, rule, result) for rule, result in mine)
    name = _quoted(f"{pack.pack} {pack.version}")
    return f"  <testsuite name={name} {said}>\n{_properties(audited)}{cases}  </testsuite>\n"


def _properties(audited: Audited) -> str:
    """Which facts are not yet confirmed on a real system of this kind."""
    if audited.caveat is None:
        return ""
    value = _quoted(audited.caveat)
    return f'    <properties><property name="caveat" value={value}/></properties>\n'


def _case(pack: Pack, rule: Rule, result: Result) -> str:
    head = f"    <testcase classname={_quoted(pack.pack)} name={_quoted(rule.id)}"
    if result.verdict is Verdict.PASS:
        return f"{head}/>\n"
    if result.verdict is Verdict.NOT_APPLICABLE:
        return f"{head}><skipped/></testcase>\n"
    tag = _TAGS[result.verdict]
    message = _quoted(_plain(f"{result.verdict}: {rule.title}"))
    text = _escaped(_plain("\n".join(complaint.sentence for complaint in complaints(rule, result))))
    kind = _quoted(str(result.verdict))
    return f"{head}><{tag} type={kind} message={message}>{text}</{tag}></testcase>\n"


def _escaped(text: str) -> str:
    return text.translate(_IN_TEXT)


def _quoted(text: str) -> str:
    return f'"{text.translate(_IN_QUOTES)}"'


def _plain(text: str) -> str:
    return re.sub(_NOT_XML, "�", text)
