"""How are numbers of things and of bytes told to a person? `1 rule`, `1,043 rules`, `2.4 MB`."""

_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STEP = 1000


def counted(number: int, noun: str, many: str = "") -> str:
    """The number and its noun: in the singular for one alone; `many` where an s does not do."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def sized(number: int) -> str:
    """So many bytes, in the unit that a person would say: of 1,000, as disks are sold."""
    size, unit = float(number), 0
    while size >= _STEP and unit < len(_UNITS) - 1:
        size, unit = size / _STEP, unit + 1
    if not unit:
        return counted(number, "byte")
    return f"{size:.1f} {_UNITS[unit]}"
