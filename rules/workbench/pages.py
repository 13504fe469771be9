"""What does a problem id mean, and how is it mended? The page that `rules explain DL302` shows.

Ids of expressions have an example, wrong and right, about a user or about the machine; the tests
hold that the wrong one is told by that id and the right one by none.
"""

from rules.compiled.codes import MEANINGS
from rules.errors import Misused
from rules.language.suggest import did_you_mean

EXAMPLES: dict[str, tuple[str, str]] = {
    "DL201": ('host.os = "linux"', 'host.os == "linux"'),
    "DL202": ("user.enabled and", "user.enabled and user.interactive"),
    "DL203": (r'user.name == "C:\new"', r'user.name == "C:\\new"'),
    "DL204": ("agent.memory < 9223372036854775808", "agent.memory < 9223372036854775807"),
    "DL205": ("users.exists(for, for.admin)", "users.exists(u, u.admin)"),
    "DL206": ("user.name == b'front'", 'user.name == "front"'),
    "DL207": (r'user.name.matches("(a|b")', r'user.name.matches("(a|b)")'),
    "DL301": ("usr.enabled", "user.enabled"),
    "DL302": ("user.enabld", "user.enabled"),
    "DL303": ('agee(host.boot_time) < "30d"', 'age(host.boot_time) < "30d"'),
    "DL304": ("agent.cpu_day < 90", 'agent.cpu_day < "90s"'),
    "DL305": ('agent.cpu_day < "15 min"', 'agent.cpu_day < "15m"'),
    "DL306": ('user.kind == "locl"', 'user.kind == "local"'),
    "DL307": (
        'user.lock.after <= "15m"',
        'user.lock.after != null and user.lock.after <= "15m"',
    ),
    "DL308": ("agent.memory", "agent.memory < 100000000"),
    "DL309": ('"front" in user.name', 'user.name.contains("front")'),
    "DL310": ('now - host.boot_time < "30d"', 'age(host.boot_time) < "30d"'),
    "DL311": ("has(user)", "has(user.last_seen)"),
    "DL312": ("agent.memory == 7.0", "agent.memory == 7"),
    "DL313": ("users.exists(host, host.admin)", "users.exists(u, u.admin)"),
    "DL401": ("1 < 2", "agent.memory < 2"),
    "DL403": (
        "user.admin or user.enabled and user.interactive",
        "user.admin or (user.enabled and user.interactive)",
    ),
    "DL406": ('user.name.glob("front")', 'user.name == "front"'),
    "DL410": ("users[0].enabled", "users.exists(u, u.enabled)"),
}


def page(identifier: str) -> list[str]:
    """The lines about a problem id; Misused if there is none such."""
    if identifier not in MEANINGS:
        near = did_you_mean(identifier, MEANINGS)
        raise Misused(f"there is no problem {identifier!r}; {near or 'rules check tells its ids'}")
    lines = [f"{identifier}: {MEANINGS[identifier]}"]
    if identifier in EXAMPLES:
        wrong, right = EXAMPLES[identifier]
        lines += [f"  wrong  {wrong}", f"  right  {right}"]
    return lines
