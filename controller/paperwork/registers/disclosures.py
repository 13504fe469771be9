"""Which images left the practice, to whom, by which way? 45 CFR 164.528, 164.312(e)."""

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register

REGISTER = Register(
    id="disclosures",
    title="Disclosures and transmissions",
    about="Images that left: to whom, why and how. Patients stay in your chart system: no name "
    "here, at most its reference.",
    owner="privacy_official",
    fields=(
        Field("recipient", "To whom", required=True),
        Field("sent", "On", "day", required=True),
        Field("purpose", "Why", required=True),
        Field("way", "By which way", required=True, about="Encrypted e-mail, portal, disk"),
        Field("encrypted", "Encrypted on the way", "yes_no", required=True),
        Field(
            "reference",
            "Where the accounting stands",
            about="A reference of the chart system; no name",
        ),
    ),
    name_field="recipient",
    may_hold_phi=True,
)
