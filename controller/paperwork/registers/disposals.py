"""Which disks and media left, and how were they wiped? 45 CFR 164.310(d)(2)(i), (ii)."""

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register

REGISTER = Register(
    id="disposals",
    title="Media that left",
    about="Each medium that was destroyed, wiped, returned or sold.",
    owner="it_admin",
    fields=(
        Field("medium", "Medium", required=True, about="Computer and serial number"),
        Field("done", "On", "day", required=True),
        Field(
            "method",
            "How it was wiped or destroyed",
            required=True,
            about="NIST SP 800-88 names the methods",
        ),
        Field("who", "By whom", required=True),
        Field("certificate", "Where the certificate lies"),
    ),
    name_field="medium",
)
