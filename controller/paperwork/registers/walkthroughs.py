"""Can a patient read a screen or reach a computer? 45 CFR 164.310(b), (c)."""

from datetime import timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register, newest_within

REGISTER = Register(
    id="walkthroughs",
    title="Walk-throughs",
    about="A walk through the rooms: screens, open doors, notes with passwords.",
    owner="office_manager",
    fields=(
        Field("rooms", "Rooms", "list", required=True),
        Field("done", "Done on", "day", required=True),
        Field("screens", "No screen can be read by patients", "yes_no", required=True),
        Field("locked", "Unattended computers were locked", "yes_no", required=True),
        Field("servers", "Server room and NAS were locked", "yes_no", required=True),
        Field("found", "What was found"),
        Field("who", "Who walked", required=True),
    ),
    name_field="who",
    may_hold_phi=True,
    sums=newest_within("done", timedelta(days=365)),
)
