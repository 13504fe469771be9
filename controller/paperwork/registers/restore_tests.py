"""When were images last brought back from a copy, and opened? 45 CFR 164.308(a)(7)(ii)(D).

Every 90 days is the practice's own policy, as are the recovery goals that each is held against.
"""

from datetime import date, timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers import goals
from controller.paperwork.registers.base import Mark, Register, Values, newest_within


def _marks(values: Values, _today: date) -> tuple[Mark, ...]:
    if values.get("opened") is True:
        return (Mark("pass", "opened"),)
    return (Mark("fail", "could not be opened"),)


REGISTER = Register(
    id="restore-tests",
    title="Restore tests",
    about="Each time that images were restored from a copy, whether they opened or not.",
    owner="it_admin",
    fields=(
        Field("copy", "From which copy", required=True),
        Field("done", "Done on", "day", required=True),
        Field("opened", "The images opened", "yes_no", required=True),
        Field("took", "It took", "span"),
        Field("age", "The newest image that came back was so old", "span"),
        Field("system", "Which system", about="As on the list of recovery goals"),
        Field(
            "goal", "The goal was", "span", about="Where it was another than on the list of goals"
        ),
        Field("who", "Who did it"),
        Field("note", "What was learned"),
    ),
    name_field="copy",
    marks=_marks,
    against=goals.compared,
    sums=newest_within("done", timedelta(days=90)),
)
