r"""Who is signed in without being asked? The answer for Windows, as far as the registry knows it.

Lengths, history and lockout only functions of Windows tell (NetUserModalsGet). Of a password for
automatic sign-in its presence is looked for: Winlogon's is in the clear, that of the LSA is
listed by name; neither is read. Not yet confirmed on a real Windows.
"""

from agent.facts.base import About, answers, part
from agent.host.base import Host
from agent.host.registry import UNPROBED, WINDOWS, opened
from rules.facts.base import Unknown
from rules.facts.password_policy import PASSWORD_POLICY, PasswordPolicy

_WINLOGON = rf"{WINDOWS}\Winlogon"
_SECRETS = r"HKLM\SECURITY\Policy\Secrets"


@answers(PASSWORD_POLICY, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> PasswordPolicy:
    """From Winlogon's settings, and the names of the LSA's secrets."""
    unread = Unknown(UNPROBED)
    return PasswordPolicy(
        min_length=unread,
        history=unread,
        max_age=unread,
        lockout_after=unread,
        lockout_for=unread,
        complexity=unread,
        blank_allowed=unread,
        auto_logon=part(lambda: _auto_logon(host)),
        auto_logon_secret=part(lambda: _secret(host)),
        source=unread,
    )


def _auto_logon(host: Host) -> bool:
    """The text "1", as Winlogon documents it; it may also have been written as a number."""
    key = opened(host, _WINLOGON)
    return any(key.flag(name) for name in ("AutoAdminLogon", "ForceAutoLogon"))


def _secret(host: Host) -> bool:
    if opened(host, _WINLOGON).has("DefaultPassword"):
        return True
    return "defaultpassword" in {name.lower() for name in opened(host, _SECRETS).subkeys}
