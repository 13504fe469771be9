"""What does macOS guard even from root? Its privacy control (TCC) is asked by reading a file."""

from agent.host.base import Host, HostError
from rules.facts.base import Why


def guarded(host: Host, path: str, limit: int | None = None) -> bytes:
    """A file, or its start, behind macOS's privacy control (TCC).

    That refuses even root: `tcc_denied`. Absent where it is proven not to be there.
    """
    try:
        return host.read(path, limit or 8 << 20, whole=limit is None)
    except HostError as error:
        if error.why is Why.ACCESS_DENIED and host.elevated:
            raise HostError(Why.TCC_DENIED, f"{path}: give the agent Full Disk Access") from error
        raise
