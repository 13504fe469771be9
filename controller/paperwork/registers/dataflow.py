"""Where do images arise, move, lie and leave? 45 CFR 164.308(a)(1)(ii)(A)."""

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register

REGISTER = Register(
    id="dataflow",
    title="Data-flow map",
    about="One line a flow: from the sensor to the store, to the backup, out of the house.",
    owner="security_official",
    fields=(
        Field("source", "From", required=True),
        Field("target", "To", required=True),
        Field("what", "What moves", required=True),
        Field("way", "How", required=True, about="Network share, DICOM, USB, cloud"),
        Field("encrypted", "Encrypted on the way", "yes_no", required=True),
        Field("vendor", "By which vendor"),
        Field(
            "shown_by",
            "As machines show it",
            "list",
            about="Chosen on the map: PANO-01/folder/store; empty for what no machine can show",
        ),
    ),
    name_field="source",
    trigger="dataflow",
    fires=lambda before, after: before != after,
)
