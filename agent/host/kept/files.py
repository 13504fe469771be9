"""What may be kept of a file of Windows or macOS?

Of a property list the fields that are declared here, in whichever file they stand; of any other
file nothing. Linux is in linux.py beside this one: its settings are text, and read as such.
"""

from agent.host.kept.forms import Fields, Form, Nothing
from agent.host.kept.kinds import HOST, OPEN, PLAIN, USER, VERSION

_PLISTS = Fields(
    {
        **dict.fromkeys(("System", "Network", "HostNames"), PLAIN),
        "LocalHostName": HOST,
        "ProductName": OPEN,
        "ProductVersion": VERSION,
        # Software Update
        "LastFullSuccessfulDate": PLAIN,
        "RecommendedUpdates": PLAIN,
        "Identifier": OPEN,
        "Display Name": OPEN,
        "AutomaticCheckEnabled": PLAIN,
        "AutomaticDownload": PLAIN,
        "AutomaticallyInstallMacOSUpdates": PLAIN,
        "CriticalUpdateInstall": PLAIN,
        # the screen's lock
        "idleTime": PLAIN,
        "askForPassword": PLAIN,
        "askForPasswordDelay": PLAIN,
        # the firewall
        "globalstate": PLAIN,
        "EnableFirewall": PLAIN,
        # accounts
        "name": USER,
        "users": USER,
        "nestedgroups": PLAIN,
        "GuestEnabled": PLAIN,
        "autoLoginUser": USER,
    }
)
_NOTHING = Nothing()


def form(path: str) -> Form:
    """In which form a file's texts stand."""
    return _PLISTS if path.endswith(".plist") else _NOTHING
