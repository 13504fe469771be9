"""What may be kept of a file of Windows or macOS?

Of a property list the fields that are declared here, in whichever file they stand; of any other
file nothing. Linux is in linux.py beside this one: its settings are text, and read as such.
"""

from agent.host.kept.forms import Fields, Form, Nothing, Words
from agent.host.kept.home import PLACE
from agent.host.kept.kinds import ADDRESS, CUT, HOST, OPEN, PLAIN, SERIAL, TIME, USER, VERSION, Like
from rules.facts.base import Why

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
        # daemons of launchd
        "Label": OPEN,
        "Disabled": PLAIN,
        "RunAtLoad": PLAIN,
        "KeepAlive": PLAIN,
        # programs, and what is shared
        "CFBundleName": OPEN,
        "CFBundleDisplayName": OPEN,
        "CFBundleShortVersionString": VERSION,
        "CFBundleVersion": VERSION,
        "ProtocolVersionMap": PLAIN,
        "SigningRequired": PLAIN,
        "enforceSmartCard": PLAIN,
        # Time Machine
        "Destinations": PLAIN,
        "DestinationID": SERIAL,
        "DestinationUUIDs": SERIAL,
        "RESULT": PLAIN,
        "SnapshotDates": PLAIN,
        "ReferenceLocalSnapshotDate": PLAIN,
        "LastKnownEncryptionState": Like("Encrypted|NotEncrypted|FileVault"),
        "NetworkURL": CUT,
        "AutoBackup": PLAIN,
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
_TEXTS = Words(
    """auth account password session required requisite sufficient optional include substack
    default pam so opendirectory launchd nologin sacl mount env krb5 smartcard tid u2f google
    authenticator oath duo pkcs11 unix deny permit use first pass try nullok
    Match Include Port AuthorizedKeysFile AcceptEnv LANG LC Subsystem sftp UsePAM yes no none
    PasswordAuthentication KbdInteractiveAuthentication PermitRootLogin prohibit any all
    etc ssh sshd config d usr libexec server
    protocol vers map signing required notify off smb neg only mc on
    ro rw maproot mapall network mask sec sys krb5i krb5p alldirs offline nobody
    dir flags minfree naflags policy filesz expire after superuser set sflags var audit lo aa ad
    fd fw fr fc fm na cnt argv arge ahlt M m h d y w"""
)
"""Settings of macOS that are texts: words of pam.conf(5), sshd_config(5), nsmb.conf(5), exports(5)
and audit_control(5); others are replaced."""

_CODES = Like("|".join(Why))
_PORTS = Fields(
    form=PLAIN,
    ports=PLAIN,
    address=ADDRESS,
    port=PLAIN,
    why=_CODES,
    at=TIME,
    dicom=Like("plain|tls|mutual_tls|no"),
    tls=PLAIN,
)
"""What the probe of this machine's own ports left, the one file of our own home that is kept."""

_NOTHING = Nothing()


def form(path: str) -> Form:
    """In which form a file's texts stand."""
    if path == PLACE.probed.as_posix():
        return _PORTS
    if path.startswith("/etc/") or path.endswith("\\sshd_config"):
        return _TEXTS
    return _PLISTS if path.endswith(".plist") else _NOTHING
