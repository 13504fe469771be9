r"""Which names in a path are the same on every machine?

Only these stay in a recording of Windows or macOS; a name that is not among them is replaced, by
the same stand-in wherever it stands, its ending kept where a collector looks at it. Who asks for
a path with another name in it adds that name here.
"""

import re

from agent.host.kept.standins import StandIns

_NAME = re.compile(r"[^\\/]+")
_DRIVE = re.compile(r"[A-Za-z]:|\?\?|\.\.?|%[A-Za-z_()]+%|imaging-[0-9]+")
_APPLES = re.compile(r"(com(?:\.[a-zA-Z]+){2,4}?)(?:\.(?P<own>[0-9A-Fa-f-]{4,}))?\.plist")
_ENDING = re.compile(r".+(\.(?:plist|exe|dll|scr|vbk|vib|vbm|bak|zip|json|xml|ini|app|log))", re.I)
_HOMES = frozenset({"users", "home"})

COMMON = frozenset(
    re.split(
        r",\s+",
        """users, public, default, windows, system32, syswow64, config, systemprofile,
        serviceprofiles, localservice, networkservice, programdata, program files,
        program files (x86), common files, appdata, local, roaming, microsoft, ntuser.dat,
        library, preferences, managed preferences, byhost, system, volumes, data, private, var,
        db, dslocal, nodes, groups, admin.plist, root, empty, dev, console, bin, sbin, usr,
        libexec, etc, tmp, opt, applications, coreservices, systemversion.plist,
        systemconfiguration, preferences.plist, opendirectory, configurations, active directory,
        launchdaemons, launchagents, ssh, sshd_config, sshd_config.d, shared, zsh, bash, sh,
        false, nologin, uucico""",
    )
)
"""In lower case."""


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
    if above in _HOMES:
        return names.learn("user", name)
    ending = _ENDING.fullmatch(name)
    if ending is None:
        return names.give("name-{}", name)
    return names.give("name-{}", name.removesuffix(ending[1])) + ending[1].lower()
