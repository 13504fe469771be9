"""What nobody looks at is said to be so to an insurer, by the name of its control."""

from controller.controls.catalogue import catalogue
from controller.controls.parts import Part, shown
from controller.exports.paper.answers import answers


def test_a_control_that_nothing_serves_is_not_looked_at() -> None:
    found = answers([shown(one, []) for one in catalogue().controls])

    assert all(kind == "not looked at" for one in found for kind, _ in one.parts)
    assert all(one.parts or one.not_looked_at for one in found)


def test_a_part_that_serves_keeps_its_kind() -> None:
    rule = Part("rule", "Every disk is encrypted", "pass", "4 of 4 machines proven")
    rows = [shown(one, [rule] if one.id == "ENC-01" else []) for one in catalogue().controls]

    (disks,) = [one for one in answers(rows) if one.question.startswith("Are disks")]
    assert ("measured", rule) in disks.parts
