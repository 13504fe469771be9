"""Where the tool that made the bytes is at hand, it is asked whether we read them as it does."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.facts.users import gnome
from agent.host.tree import TreeHost
from agent.readers import gvdb, luks
from agent.readers.accounts import Account

pytestmark = pytest.mark.live

FAST = ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
SLOW = ("--pbkdf-force-iterations", "1000")


def tool(*words: str, given: str = "", **environment: str) -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    done = subprocess.run(
        words, input=given, capture_output=True, text=True, check=False, env=environment or None
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def disk(tmp_path) -> Path:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(48 << 20)
    return path


@pytest.mark.parametrize(
    ("options", "cipher"),
    [
        (("--type", "luks1", *SLOW), "xts_aes_256"),
        (("--type", "luks2", *FAST), "xts_aes_256"),
        (("--type", "luks2", *FAST, "-s", "256"), "xts_aes_128"),
        (("--type", "luks2", *FAST, "-c", "aes-cbc-essiv:sha256", "-s", "256"), "cbc_aes_256"),
    ],
)
def test_a_header_is_read_as_cryptsetup_wrote_it(disk, options, cipher) -> None:
    tool("cryptsetup", "luksFormat", "-q", *options, str(disk), "-", given="a long passphrase")
    data = disk.read_bytes()[: 1 << 20]
    header = luks.parse(data)
    (segment,) = header.segments
    assert segment.cipher == cipher
    assert not header.converting
    said = tool("cryptsetup", "luksDump", str(disk))
    assert f"{segment.offset}" in said or f"{segment.offset // 512}" in said
    assert luks.header_size(data) == (4096 if header.version == 1 else 16384)


def test_an_encryption_that_has_begun_is_one_that_is_not_done(disk) -> None:
    tool("mkfs.ext4", "-q", str(disk))
    words = ("--encrypt", "--type", "luks2", "--init-only", "--reduce-device-size", "32M", *FAST)
    tool("cryptsetup", "reencrypt", *words, "-q", str(disk), given="a long passphrase")
    said = json.loads(tool("cryptsetup", "luksDump", "--dump-json-metadata", str(disk)))
    header = luks.parse(disk.read_bytes()[: 1 << 20])
    assert header.converting
    kept = [one for one in said["segments"].values() if "flags" not in one]
    assert len(header.segments) == len(kept)
    assert [one.cipher is None for one in header.segments] == [
        one["type"] == "linear" for one in kept
    ]


KEYFILE = """\
[org/gnome/desktop/session]
idle-delay=uint32 600

[org/gnome/desktop/screensaver]
lock-enabled=true
lock-delay=uint32 30
"""
LOCKS = "/org/gnome/desktop/session/idle-delay\n"


@pytest.fixture
def databases(tmp_path) -> dict[str, bytes]:
    """A system's database with a lock, and a person's own, compiled by dconf."""
    for name, text in (
        ("system", KEYFILE),
        ("own", KEYFILE.replace("600", "0").replace("30", "7")),
    ):
        (tmp_path / f"{name}.d").mkdir()
        (tmp_path / f"{name}.d" / "00-keys").write_text(text)
    (tmp_path / "system.d" / "locks").mkdir()
    (tmp_path / "system.d" / "locks" / "00").write_text(LOCKS)
    for name in ("system", "own"):
        tool("dconf", "compile", str(tmp_path / name), str(tmp_path / f"{name}.d"))
    return {name: (tmp_path / name).read_bytes() for name in ("system", "own")}


def test_a_database_is_read_as_dconf_compiled_it(databases) -> None:
    table = gvdb.parse(databases["system"])
    assert table.values[gnome.IDLE].unsigned() == 600
    assert table.values[gnome.ENABLED].boolean() is True
    assert LOCKS.strip() in table.tables[".locks"].values


def test_the_value_in_force_is_the_one_that_dconf_reads(databases, tmp_path) -> None:
    home = tmp_path / "home"
    (home / ".config" / "dconf").mkdir(parents=True)
    (home / ".config" / "dconf" / "user").write_bytes(databases["own"])
    profile = tmp_path / "profile"
    profile.write_text(f"user-db:user\nfile-db:{tmp_path / 'system'}\n")
    environment = {"DCONF_PROFILE": str(profile), "HOME": str(home), "PATH": "/usr/bin:/bin"}
    said = {
        key: tool("dconf", "read", key, **environment).strip() for key in (gnome.IDLE, gnome.DELAY)
    }
    files = {
        "/etc/dconf/profile/user": "user-db:user\nfile-db:/system\n",
        "/system": databases["system"],
        "/home/dr_lee/.config/dconf/user": databases["own"],
    }
    account = Account("dr_lee", "elsewhere", 1000, 1000, "/home/dr_lee", "/bin/bash")
    lock = gnome.lock(TreeHost(files), account)
    assert said == {gnome.IDLE: "uint32 600", gnome.DELAY: "uint32 7"}
    assert lock.after.total_seconds() == 607


def test_the_defaults_are_those_of_the_installed_schemas() -> None:
    path = Path("/usr/share/glib-2.0/schemas/gschemas.compiled")
    if not path.exists():
        pytest.skip("no schemas are installed here")
    said = tool("gsettings", "get", "org.gnome.desktop.session", "idle-delay")
    found = gvdb.parse(path.read_bytes(), only={"org.gnome.desktop.session"})
    value = found.tables["org.gnome.desktop.session"].values["idle-delay"]
    assert said.strip() == f"uint32 {value.unsigned()}"
