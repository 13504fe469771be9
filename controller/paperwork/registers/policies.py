"""Which policies and procedures are in force, since when? 45 CFR 164.316."""

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register

REGISTER = Register(
    id="policies",
    title="Policies",
    about="One line a policy. Old ones stay six years after they were last in effect.",
    owner="security_official",
    fields=(
        Field("title", "Policy", required=True),
        Field("version", "Version"),
        Field("effective", "In force since", "day", required=True),
        Field("reviewed", "Last reviewed", "day"),
        Field("ended", "In force until", "day"),
        Field("where", "Where it lies", required=True),
    ),
    name_field="title",
)
