"""Who else reaches or holds images, and is an agreement on file? 45 CFR 164.308(b), 164.314(a)."""

from datetime import date

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values, by, day_of

_HOLDS = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet"))


def _marks(values: Values, today: date) -> tuple[Mark, ...]:
    if values.get("reaches_images") == "no":
        return (Mark("not-applicable", "reaches no images"),)
    signed, ends = day_of(values, "agreement_signed"), day_of(values, "agreement_ends")
    if signed is None or signed > today:
        return (Mark("fail", "in use, no agreement on file"),)
    late = by(ends, today, "the agreement ends") if ends else None
    return (late or Mark("pass", f"agreement of {signed}"),)


def _is_gone(values: Values, today: date) -> bool:
    ended = day_of(values, "ended")
    return values.get("reaches_images") == "no" or (ended is not None and ended <= today)


REGISTER = Register(
    id="vendors",
    title="Vendors and agreements",
    about="Everybody outside of the practice who holds images or can reach them: makers of imaging "
    "software, clouds, backup and support, the laboratory, this IT company.",
    owner="practice_owner",
    fields=(
        Field("name", "Vendor", required=True),
        Field("service", "What for", required=True),
        Field("reaches_images", "Holds or reaches images", "choice", required=True, choices=_HOLDS),
        Field("software", "Software of theirs", "list", about="As it is found on your computers"),
        Field("agreement_signed", "Agreement signed on", "day"),
        Field("agreement_ends", "It ends on", "day"),
        Field("agreement_where", "Where it lies"),
        Field("contact", "Whom to call in an incident"),
        Field("ended", "Used no more since", "day"),
    ),
    name_field="name",
    marks=_marks,
    scope="vendor",
    is_gone=_is_gone,
    trigger="vendor",
    fires=lambda before, after: before != after,
    lists="software",
)
