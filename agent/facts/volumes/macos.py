"""Is each volume encrypted? The answer for macOS, by FileVault.

How a volume stands is decided in agent.storage (mac).
"""

from datetime import datetime

from agent.facts.base import About, answers, part
from agent.host.base import Host
from agent.storage import mac
from agent.storage.mac import MacVolume, MacVolumes
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.volumes import VOLUMES, Volume


@answers(VOLUMES, on="macos", confidence="derived", pace="heavy")
def macos(host: Host, about: About) -> Items[Volume]:
    """From `diskutil` and `fdesetup`; if the disks cannot be listed, nothing is known."""
    found = mac.volumes(host)
    holding = part(lambda: _holding(found, about))
    about.memory.retain("volumes", {volume.key for volume in found.all})
    return Items(tuple(_volume(volume, about, holding) for volume in found.all))


def _holding(found: MacVolumes, about: About) -> frozenset[str]:
    """The devices that hold imaging folders; HostError if one of them cannot be told."""
    return frozenset(found.at(str(root.path)).device for root in about.settings.roots)


def _volume(volume: MacVolume, about: About, holding: Maybe[frozenset[str]]) -> Volume:
    standing = volume.standing
    is_plain = standing.protection == "unprotected"
    return Volume(
        name="/" if volume.startup else about.memory.number("volume", volume.key),
        mount=volume.mount,
        kind=volume.kind,
        role="data",
        holds_imaging=holding if isinstance(holding, Unknown) else volume.device in holding,
        protection=standing.protection,
        mechanism=standing.mechanism,
        cipher=standing.cipher,
        percent=standing.percent,
        protectors=Items((), None if is_plain else Why.NOT_COLLECTED),
        suspend_reboots=None,
        state_since=_since(volume, about),
        used_space_only=None,
        hardware_encryption=Unknown(Why.NOT_COLLECTED),
        filesystem=volume.filesystem,
        size=volume.size,
    )


def _since(volume: MacVolume, about: About) -> Maybe[datetime]:
    protection = volume.standing.protection
    if isinstance(protection, Unknown):
        return protection
    return about.memory.since("volumes", volume.key, protection, about.now)
