r"""Who may open the agent's folder on Windows? SYSTEM, Administrators, and nobody else.

Everybody may make folders in C:\ProgramData, so the agent's own is made with its access list from
the first instant, inherits nothing, and is refused if somebody else has made it before: he could
have put anything in it. Who runs the agent without rights, in a folder of his own, keeps it.

https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format
"""

import sys

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
"""LocalSystem and the group of administrators, on every Windows."""


def list_of(person: str | None) -> str:
    """The access list, in SDDL: all rights, for all below too, and protected from inheritance."""
    whole = (SYSTEM, ADMINISTRATORS, *((person,) if person else ()))
    return "D:P" + "".join(f"(A;OICI;FA;;;{sid})" for sid in whole)


if sys.platform == "win32":
    import os
    import winreg
    from pathlib import Path

    import pywintypes
    import win32api
    import win32file
    import win32security

    from agent.errors import HomeError

    _DACL = win32security.DACL_SECURITY_INFORMATION
    _PROTECTED = -0x80000000
    """PROTECTED_DACL_SECURITY_INFORMATION (winnt.h), as the signed number that pywin32 takes."""

    def program_data() -> Path:
        """Where programs keep what is everybody's: as the machine says, not an environment."""
        key = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as profiles:
                said = winreg.QueryValueEx(profiles, "ProgramData")[0]
        except OSError:
            said = "C:\\ProgramData"
        return Path(winreg.ExpandEnvironmentStrings(str(said)))

    def shut(folder: Path) -> None:
        """Make the folder for us alone, or see to it that it is; HomeError, OSError."""
        person = _person()
        is_administrator = bool(
            win32security.CheckTokenMembership(
                0, win32security.ConvertStringSidToSid(ADMINISTRATORS)
            )
        )
        wanted = list_of(None if is_administrator or person == SYSTEM else person)
        try:
            _shut(folder, wanted, {SYSTEM, ADMINISTRATORS, person})
        except pywintypes.error as error:
            raise OSError(error.winerror, error.strerror) from error

    def _shut(folder: Path, wanted: str, owners: set[str]) -> None:
        described = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            wanted, win32security.SDDL_REVISION_1
        )
        if not os.path.lexists(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            made = win32security.SECURITY_ATTRIBUTES()
            made.SECURITY_DESCRIPTOR = described
            win32file.CreateDirectory(str(folder), made)
            return
        _refuse_others(folder, owners)
        win32security.SetNamedSecurityInfo(
            *(str(folder), win32security.SE_FILE_OBJECT, _DACL | _PROTECTED),
            *(None, None, described.GetSecurityDescriptorDacl(), None),
        )

    def _refuse_others(folder: Path, owners: set[str]) -> None:
        owner = win32security.GetNamedSecurityInfo(
            *(str(folder), win32security.SE_FILE_OBJECT, win32security.OWNER_SECURITY_INFORMATION)
        ).GetSecurityDescriptorOwner()
        sid = win32security.ConvertSidToStringSid(owner)
        if sid not in owners or os.lstat(folder).st_reparse_tag:
            raise HomeError(
                f"the agent's home {folder} was made by somebody else ({sid}), or leads elsewhere",
                "look what lies there, remove it, and start again: the agent makes its own",
            )

    def _person() -> str:
        """Who runs this process."""
        token = win32security.OpenProcessToken(
            win32api.GetCurrentProcess(), win32security.TOKEN_QUERY
        )
        sid, _ = win32security.GetTokenInformation(token, win32security.TokenUser)
        return str(win32security.ConvertSidToStringSid(sid))
