"""The pages of DL501 to DL510: tests of rules."""

from rules.workbench.manual.base import Page, Shape

_USER = "{name: dr_lee, interactive: true, lock: {after: 10m}}"
_TEST = (
    "tests:\n  - name: a screen that locks after ten minutes passes\n    rule: screens-lock\n"
    "    facts: {{users: [{user}]}}\n    expect: {{verdict: {verdict}}}"
)
_PASSES = _TEST.format(user=_USER, verdict="pass")
_ALL = """\
tests:
  - name: two screens, one locks late
    rule: screens-lock
    facts:
      users:
        - {name: dr_lee, interactive: true, lock: {after: 15m}}
        - {name: front_desk, interactive: true, lock: {after: 1h}}
    expect: {verdict: fail, items: [{item: front_desk}]}
  - name: a screen that never locks
    rule: screens-lock
    facts: {users: [{name: dr_lee, interactive: true, lock: {after: null}}]}
    expect: {verdict: fail}
  - name: nobody sits there
    rule: screens-lock
    facts:
      users: [{name: backup, interactive: false, lock: {after: null}}]
    expect: {verdict: not-applicable}"""

PAGES = {
    "DL501": Page(
        "A test of a rule that is not there would test nothing, and be green.",
        Shape.TESTS,
        _PASSES.replace("rule: screens-lock", "rule: screen-locks"),
        _PASSES,
    ),
    "DL502": Page(
        "A fixture that no test uses is a leftover, or the test that should use it is missing.",
        Shape.TESTS,
        f"fixtures:\n  dr-lee: {_USER}\n{_PASSES}",
        f"fixtures:\n  dr-lee: {_USER}\n{_TEST.format(user='{$use: dr-lee}', verdict='pass')}",
    ),
    "DL503": Page(
        "Facts in tests are typed by the same catalogue as those of machines, so that no test "
        "leans on a machine that cannot be.",
        Shape.TESTS,
        _PASSES.replace("after: 10m", "after: ten"),
        _PASSES,
    ),
    "DL504": Page(
        "The rule says something else than the test expects: one of the two is wrong. The test "
        "is judged by the same engine as a machine is.",
        Shape.TESTS,
        _PASSES.replace("after: 10m", "after: 20m"),
        _PASSES,
    ),
    "DL505": Page(
        "With each test every fact that the rule read is lost once, and each list cut short. A "
        "verdict may then stay, or become unknown or error. If it gets better, not knowing "
        "would pass: a fault of the engine that its makers want to hear of.",
        Shape.NONE,
    ),
    "DL506": Page(
        "The rule was changed a little (< for <=, a clause dropped), and no test saw another "
        "result: that part of the rule could break unseen.",
        Shape.MUTANTS,
        _PASSES,
        _ALL,
    ),
    "DL507": Page(
        "A part of a leaf was never seen both true and false: the tests do not know what it is "
        "for.",
        Shape.COVERAGE,
        _PASSES,
        _ALL,
    ),
    "DL508": Page(
        "todo marks a known gap, and must fail. Once it holds, the mark is in the way.",
        Shape.TESTS,
        _PASSES.replace("    rule:", "    todo: true\n    rule:"),
        _PASSES,
    ),
    "DL509": Page(
        "No test reads the clock of the machine on which it runs: else it would turn red one "
        "day by itself.",
        Shape.TESTS,
        "tests:\n  - name: just started\n    rule: restarted-lately\n"
        '    facts: {host: {boot_time: "2026-11-22T09:00:00Z"}}\n    expect: {verdict: pass}',
        'now: "2026-11-22T10:00:00Z"\ntests:\n  - name: just started\n'
        '    rule: restarted-lately\n    facts: {host: {boot_time: "2026-11-22T09:00:00Z"}}\n'
        "    expect: {verdict: pass}",
    ),
    "DL510": Page(
        "equivalent lists mutants that nobody can ever see. An entry that names none, or one "
        "that a test sees, would excuse what needs no excuse.",
        Shape.MUTANTS,
        _ALL + '\nequivalent:\n  - at: "screens-lock each_must[0]: dropped"\n'
        "    why: Nobody looks at it.",
        _ALL,
    ),
}
