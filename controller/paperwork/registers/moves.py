"""Which equipment moved, who answered for it on the way, and was it backed up before?

45 CFR 164.310(d)(2)(iii): a record of the movements of hardware and media and of any person
responsible for them; (iv): a retrievable, exact copy before equipment is moved. The copy is looked
up in the register of backup copies, and whether images came back from it in that of restore tests.
"""

from datetime import date

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Others, Register, Values, day_of
from controller.paperwork.registers.goals import done, plain


def _against(values: Values, others: Others, today: date) -> tuple[Mark, ...]:
    """The backup before a move, as the other registers know it."""
    moved, made = day_of(values, "moved"), day_of(values, "backed_up")
    if values.get("holds_images") is False:
        return (Mark("not-applicable", "it holds no images and no records"),)
    name = str(values.get("copy") or "")
    if moved is None or made is None or not name:
        return (Mark("fail", "no backup before it is written down"),)
    if made > moved:
        return (Mark("fail", f"the backup of {made} was made after it had moved"),)
    return (_copy(name, made, others, today),)


def _copy(name: str, made: date, others: Others, today: date) -> Mark:
    listed = {plain(one.get("name")) for one in others.get("backups", ())}
    if plain(name) not in listed:
        return Mark("unknown", f"the copy {name} is not on the register of backup copies")
    tests = [one for one in done(others, today) if plain(one.get("copy")) == plain(name)]
    newest = max(tests, key=lambda one: str(one.get("done")), default=None)
    if newest is None:
        return Mark("unknown", f"nothing was ever restored from the copy {name}")
    if newest.get("opened") is not True:
        return Mark("fail", f"the last restore from the copy {name} could not be opened")
    return Mark("pass", f"backed up on {made} to {name}, restored from on {newest.get('done')}")


REGISTER = Register(
    id="moves",
    title="Equipment that moved",
    about="Each time that a computer, a disk or another medium moved to another place: a new "
    "room, a repair, another office. What left for good stands in its own list.",
    owner="it_admin",
    fields=(
        Field("equipment", "Equipment", required=True, about="As its machine is called here"),
        Field("moved", "Moved on", "day", required=True),
        Field("holds_images", "It holds images or records", "yes_no", required=True),
        Field("to", "To", required=True),
        Field("from", "From", required=True),
        Field("who", "Who answered for it on the way", required=True),
        Field("copy", "Backed up to", about="The copy, as on the register of backup copies"),
        Field("backed_up", "Backed up on", "day", about="Before it moved"),
        Field("arrived", "Arrived and running on", "day"),
    ),
    name_field="equipment",
    against=_against,
)
