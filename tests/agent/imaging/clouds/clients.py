"""What the clients of lee leave behind, in the forms that they write themselves; no real person."""

import json
import plistlib

LEE = "S-1-5-21-1111111111-2222222222-3333333333-1001"
DESK = "S-1-5-21-1111111111-2222222222-3333333333-1002"
WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
SYNC_ROOTS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager"


def dropbox(*folders: str) -> str:
    """info.json: one account each."""
    kinds = ("personal", "business")
    return json.dumps(
        {
            kind: {"path": path, "host": 4711, "is_team": False, "subscription_type": "Basic"}
            for kind, path in zip(kinds, folders, strict=False)
        }
    )


def nextcloud(*folders: str) -> str:
    """nextcloud.cfg as the client writes it, secrets and all."""
    lines = ["[General]", "clientVersion=3.16.4", "", "[Accounts]", r"0\dav_user=lee"]
    lines += [r"0\url=https://cloud.example.test", r"0\General\http_password=hunter2", "version=13"]
    for number, folder in enumerate(folders, 1):
        lines += [rf"0\Folders\{number}\localPath={folder}", rf"0\Folders\{number}\paused=false"]
    return "\n".join([*lines, "", "[Settings]", "geometry=@ByteArray(\\x1\\xd9)", ""])


def syncthing(*folders: str) -> str:
    """config.xml: a device and its key stand beside the folders."""
    shared = "".join(
        f'<folder id="f{n}" label="x" path="{path}" type="sendreceive"><device id="D"/></folder>'
        for n, path in enumerate(folders)
    )
    return (
        f'<configuration version="37">{shared}<device id="ABC" name="front-desk"/>'
        "<gui><apikey>k3y</apikey></gui>"
        '<defaults><folder id="" path="~/never" type="sendreceive"/></defaults></configuration>'
    )


ONEDRIVE = '# Where it is kept\nsync_dir = "~/Cloud/One"\nskip_file = "~*|.~*"\n'


def passwd(*homes: str) -> str:
    """Root, and one person a home."""
    people = [f"p{n}:x:{1000 + n}:{1000 + n}::{home}:/bin/bash\n" for n, home in enumerate(homes)]
    return "root:x:0:0:root:/root:/bin/bash\n" + "".join(people)


def dscl(*homes: str) -> str:
    """What `dscl -plist . -readall /Users` says of root and one person a home."""
    people = [
        ("root", "0", "/var/root"),
        *((f"p{n}", f"{501 + n}", h) for n, h in enumerate(homes)),
    ]
    records = [
        {
            "dsAttrTypeStandard:RecordName": [name],
            "dsAttrTypeStandard:UniqueID": [uid],
            "dsAttrTypeStandard:NFSHomeDirectory": [home],
            "dsAttrTypeStandard:UserShell": ["/bin/zsh"],
        }
        for name, uid, home in people
    ]
    return plistlib.dumps(records).decode()
