r"""Which names in a path are the same on every machine?

Only these stay in a recording of Windows or macOS; a name that is not among them is replaced, by
the same stand-in wherever it stands, its ending kept where a collector looks at it.

A path that a collector asked for may hold more: below the system's own folders a name that no
answer of the machine has told can only have come from our own code, and stays.
"""

import re

from agent.host.kept.standins import StandIns

_NAME = re.compile(r"[^\\/]+")
_DRIVE = re.compile(r"[A-Za-z]:|\?\?|\.\.?|VeraCryptVolume[A-Z]|%[A-Za-z_()]+%|imaging-[0-9]+")
_APPLES = re.compile(r"(com(?:\.[a-zA-Z]+){2,4}?)(?:\.(?P<own>[0-9A-Fa-f-]{4,}))?\.plist")
_ENDING = re.compile(r".+(\.(?:plist|exe|dll|scr|vbk|vib|vbm|bak|zip|json|xml|ini|app|log))", re.I)
_JOB = re.compile(r"[A-Za-z0-9._-]+\.plist", re.IGNORECASE)
_OPEN = {
    "applications": re.compile(r".+\.app", re.IGNORECASE),
    "launchdaemons": _JOB,
    "launchagents": _JOB,
}
"""Programs and services of macOS: what is installed, and what may run, facts tell openly."""

_SYSTEMS = re.compile(
    r"/(System|Library|Applications|usr|bin|sbin|opt|etc|dev|var/db|private/etc|private/var/db)/"
    r"|C:[\\/](Windows|ProgramData|Program Files( \(x86\))?)[\\/]",
    re.IGNORECASE,
)
_HOMES = frozenset({"users", "home"})

COMMON = frozenset(
    re.split(
        r",\s+",
        """users, public, default, windows, system32, syswow64, config, systemprofile,
        serviceprofiles, localservice, networkservice, programdata, program files,
        program files (x86), common files, appdata, local, roaming, microsoft, ntuser.dat,
        library, preferences, managed preferences, byhost, system, volumes, data, private, var,
        db, dslocal, nodes, groups, admin.plist, root, empty, dev, console, bin, sbin, usr,
        libexec, device, etc, tmp, opt, applications, coreservices, systemversion.plist,
        systemconfiguration, preferences.plist, opendirectory, configurations, active directory,
        launchdaemons, launchagents, ssh, sshd_config, sshd_config.d, shared, zsh, bash, sh,
        false, nologin, uucico, kcpassword, application support, sentinel,
        sentinel-agent.bundle, sophos, sophos anti-virus, bitdefender, avp, malwarebytes, mbam,
        mdatp, dentinel, visits, ports.json""",
    )
)
"""In lower case."""


def asked(path: str, names: StandIns) -> str:
    """A path that a collector asked for, the names in it replaced that the machine has told."""
    if not _SYSTEMS.match(path):
        return cleaned(path, names)
    return _NAME.sub(
        lambda found: cleaned(found[0], names) if names.has_told(found[0]) else found[0], path
    )


def entry(folder: str, name: str, names: StandIns) -> str:
    """A name that a folder holds."""
    return _one(name, re.split(r"[\\/]", folder)[-1].lower(), names)


def cleaned(path: str, names: StandIns) -> str:
    """The path with each name replaced that is not every machine's."""
    above = ""

    def name(found: re.Match[str]) -> str:
        nonlocal above
        stand_in = _one(found[0], above, names)
        above = found[0].lower()
        return stand_in

    return _NAME.sub(name, path)


def _one(name: str, above: str, names: StandIns) -> str:
    if _DRIVE.fullmatch(name) or name.lower() in COMMON:
        return name
    if name.startswith("com.apple.") and (found := _APPLES.fullmatch(name)):
        own = found["own"]
        return name if own is None else f"{found[1]}.{names.give('id-{}', own)}.plist"
    if above in _OPEN and _OPEN[above].fullmatch(name):
        return names.known(name)
    if above in _HOMES:
        return names.learn("user", name)
    ending = _ENDING.fullmatch(name)
    if ending is None:
        return names.give("name-{}", name)
    return names.give("name-{}", name.removesuffix(ending[1])) + ending[1].lower()
