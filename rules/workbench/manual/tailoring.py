"""The pages of DL601 to DL608: tailorings and waivers."""

from rules.workbench.manual.base import Page, Shape

_CLINIC = "- match: {clinic: bright-smiles}\n  "
_SET = _CLINIC + "set:\n    "
_WAIVER = (
    "id: W-2026-014\nrule: {rule}\nscope: {{machine: SCAN-02}}\n{items}"
    "reason: The scanner exports only over USB.\nrisk_owner: dr_lee\n"
    'from: "2026-11-01"\nuntil: "{until}"'
)

PAGES = {
    "DL601": Page(
        "A misspelt name that is passed over would tailor nothing, in silence.",
        Shape.TAILORING,
        _SET + "screen-lock: {max_idle: 10m}",
        _SET + "screen-locks: {max_idle: 10m}",
    ),
    "DL602": Page(
        "What is looser than it was inherited needs a reason, a name and an end: it is shown as "
        "loosened everywhere, and falls back by itself.",
        Shape.TAILORING,
        _SET + "screen-locks: {max_idle: 30m}",
        _SET + "screen-locks:\n      max_idle:\n        value: 30m\n"
        "        reason: one screen for two chairs\n        approved_by: dr_lee\n"
        '        until: "2027-03-31"',
    ),
    "DL603": Page(
        "Two scopes of one level set the same thing for one machine, and the order of a file "
        "decides nothing.",
        Shape.TAILORING,
        _SET + "screen-locks: {max_idle: 10m}\n" + _SET + "screen-locks: {max_idle: 5m}",
        _SET + "screen-locks: {max_idle: 10m}\n- match: {clinic: north-quay}\n  set:\n"
        "    screen-locks: {max_idle: 5m}",
    ),
    "DL604": Page(
        "The author of the rule set a least or a greatest value.",
        Shape.TAILORING,
        _SET + "screen-locks: {max_idle: 10s}",
        _SET + "screen-locks: {max_idle: 10m}",
    ),
    "DL605": Page(
        "It can never reach anything: no machine, no version of the pack, no item.",
        Shape.TAILORING,
        "- match: {group: 'role:dentist'}\n  set:\n    screen-locks: {max_idle: 10m}",
        "- match: {group: 'role:server'}\n  set:\n    screen-locks: {max_idle: 10m}",
    ),
    "DL606": Page(
        "What is accepted for a time has an end, at most 366 days after it begins.",
        Shape.WAIVER,
        _WAIVER.format(rule="usb-storage-blocked", items="", until="2028-01-31"),
        _WAIVER.format(rule="usb-storage-blocked", items="", until="2027-01-31"),
    ),
    "DL607": Page(
        "The rule was retired, so that nothing is left to tailor or to waive.",
        Shape.NONE,
    ),
    "DL608": Page(
        "Waivers are judged on the controller, and fields that are marked (L) never get there.",
        Shape.WAIVER,
        _WAIVER.format(
            rule="volumes-encrypted", items='items: [volume.mount == "/srv"]\n', until="2027-01-31"
        ),
        _WAIVER.format(
            rule="volumes-encrypted", items='items: [volume.role == "data"]\n', until="2027-01-31"
        ),
    ),
}
