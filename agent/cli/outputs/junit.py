"""An audit for build servers: JUnit XML, as its readers agree on it.

A rule that fails is a failure; one that could not be judged is an error, so that nobody's green
light rests on something unread; one that does not apply is skipped.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from agent.cli.outputs.base import Audited
from agent.cli.wording import complaints
from rules.compiled.rule import Pack, Rule
from rules.engine.result import Result
from rules.verdict import Verdict

_TAGS = {Verdict.FAIL: "failure", Verdict.ERROR: "error", Verdict.UNKNOWN: "error"}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    name = quoteattr(f"{pack.pack} {pack.version}")
    return f"  <testsuite name={name} {said}>\n{cases}  </testsuite>\n"


def _case(pack: Pack, rule: Rule, result: Result) -> str:
    head = f"    <testcase classname={quoteattr(pack.pack)} name={quoteattr(rule.id)}"
    if result.verdict is Verdict.PASS:
        return f"{head}/>\n"
    if result.verdict is Verdict.NOT_APPLICABLE:
        return f"{head}><skipped/></testcase>\n"
    tag = _TAGS[result.verdict]
    message = quoteattr(_plain(f"{result.verdict}: {rule.title}"))
    text = escape(_plain("\n".join(complaint.sentence for complaint in complaints(rule, result))))
    kind = quoteattr(str(result.verdict))
    return f"{head}><{tag} type={kind} message={message}>{text}</{tag}></testcase>\n"


def _plain(text: str) -> str:
    return _NOT_XML.sub("�", text)
