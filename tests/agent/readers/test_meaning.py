"""What the bytes mean, where it is easy to be wrong."""

from datetime import UTC, datetime

import pytest

from agent.readers import (
    accounts,
    aptsimulation,
    aptsources,
    ciphers,
    crypttable,
    gvdb,
    inrelease,
    kdeini,
    luks,
    modprobe,
    mountinfo,
    releases,
    shellidle,
    sudoers,
    superblock,
    usbguard,
)
from agent.readers.errors import ParseError
from tests.agent.storage.machine import luks2, segment


@pytest.mark.parametrize(
    ("spec", "key_bytes", "meant"),
    [
        ("aes-xts-plain64", 64, "xts_aes_256"),
        ("aes-xts-plain64", 32, "xts_aes_128"),
        ("aes-cbc-essiv:sha256", 32, "cbc_aes_256"),
        ("aes-cbc-essiv:sha256", 16, "cbc_aes_128"),
        ("capi:xts(aes)-plain64", 64, "xts_aes_256"),
        ("aes-gcm-random", 32, "aes_gcm"),
        ("cipher_null-ecb", 0, "null_cipher"),
        ("capi:ecb(cipher_null)-plain", 16, "null_cipher"),
        ("serpent-xts-plain64", 64, "other"),
        ("aes-xts-plain64", None, "other"),
    ],
)
def test_a_cipher_is_told_by_its_words_and_its_key(spec, key_bytes, meant) -> None:
    assert ciphers.cipher(spec, key_bytes) == meant


def test_an_empty_name_in_sudoers_is_nobody() -> None:
    assert sudoers.parse([b'User_Alias A = ", c\nA ALL=(ALL) ALL\n']).users == {"c"}


def test_a_key_in_the_kernels_keyring_has_its_size_in_its_name() -> None:
    line = b"vault: 0 100 crypt aes-xts-plain64 :64:logon:cryptsetup:abc-d0 0 8:1 32768\n"
    assert crypttable.parse(line)["vault"][0].cipher == "xts_aes_256"


def test_a_damaged_luks2_header_is_no_header() -> None:
    damaged = bytearray(luks2())
    damaged[6000] ^= 1
    with pytest.raises(ParseError, match="damaged"):
        luks.parse(bytes(damaged))


def test_segments_kept_as_a_backup_are_not_the_data() -> None:
    header = luks2(segment(), segment("linear", flags=["backup-previous"]), converting=True)
    parsed = luks.parse(header)
    assert [one.cipher for one in parsed.segments] == ["xts_aes_256"]
    assert parsed.converting


def test_a_blank_in_a_mount_point_is_a_blank() -> None:
    line = rb"20 1 8:1 / /mnt/X\040Ray rw - ext4 /dev/sda1 rw" + b"\n"
    assert mountinfo.parse(line)[0].point == "/mnt/X Ray"


@pytest.mark.parametrize(
    ("configuration", "by_alias", "by_name"),
    [
        ("", False, False),
        ("blacklist usb-storage", True, False),
        ("install usb_storage /bin/false", True, True),
        ("install usb-storage /usr/sbin/nologin", True, True),
        ("install usb-storage /bin/true", True, True),
        ("install usb-storage /bin/false || modprobe --ignore-install usb-storage", False, False),
        ("install usb-storage /opt/bin/false", False, False),
        ("install usb-storage /bin/false\ninstall usb-storage /sbin/real", False, False),
        ("install usb* /bin/false", True, True),
        ("# install usb-storage /bin/false", False, False),
        ("install usb-storage \\\n/bin/false", True, True),
    ],
)
def test_what_modprobe_would_do(configuration, by_alias, by_name) -> None:
    blocks = modprobe.parse({"x.conf": configuration.encode()})
    assert blocks.by_alias("usb_storage") is by_alias
    assert blocks.by_name("usb_storage") is by_name


def test_the_kernel_can_be_told_at_its_start() -> None:
    blocks = modprobe.parse({}, b"quiet modprobe.blacklist=uas module_blacklist=usb-storage,x")
    assert blocks.by_alias("uas")
    assert not blocks.by_name("uas")
    assert blocks.by_name("usb_storage")


@pytest.mark.parametrize(
    ("rule", "lets"),
    [
        ("allow id 1d6b:0002 with-interface 09:00:00", "none"),
        ("allow with-interface equals { 03:01:01 03:00:00 }", "none"),
        ("allow with-interface one-of { 03:01:01 }", "any"),
        ("allow with-interface one-of { 08:*:* }", "any"),
        ('allow id 0781:5581 serial "4C53"', "some"),
        ("allow id 0781:5581 with-interface 08:06:50", "some"),
        ("allow", "any"),
        ("allow id *:*", "any"),
        ("block with-interface one-of { 08:*:* }", "none"),
        ("allow with-interface none-of { 08:*:* }", "none"),
    ],
)
def test_which_disks_usbguard_lets_in(rule, lets) -> None:
    assert usbguard.storage(rule.encode()) == lets


@pytest.mark.parametrize(
    ("script", "seconds", "fixed"),
    [
        ("TMOUT=900", 900, False),
        ("readonly TMOUT=900", 900, True),
        ("TMOUT=900; readonly TMOUT; export TMOUT", 900, True),
        ("declare -xr TMOUT=600", 600, True),
        ("export TMOUT=600\nTMOUT=900", 900, False),
        ("TMOUT=600\nTMOUT=0", 0, False),
        ("# TMOUT=600", None, False),
        ("", None, False),
    ],
)
def test_when_a_shell_ends(script, seconds, fixed) -> None:
    assert shellidle.parse(script.encode()) == shellidle.Idle(seconds, fixed)


@pytest.mark.parametrize("script", ["unset TMOUT", "TMOUT=$X", "[ $TMOUT ] || TMOUT=9", "TMOUT+=9"])
def test_a_limit_that_is_computed_cannot_be_told(script) -> None:
    with pytest.raises(ParseError):
        shellidle.parse(script.encode())


def test_everybody_in_a_rule_of_sudo_is_found() -> None:
    named = sudoers.parse(
        [
            b"Defaults env_reset\nUser_Alias STAFF = front_desk, \\\n  dr_lee\n",
            b"STAFF ALL=(ALL) ALL\n%operators, #1005 PANO=/sbin/reboot\n",
            b"@includedir /etc/sudoers.d\n",
        ]
    )
    assert named.users == {"front_desk", "dr_lee", "#1005"}
    assert named.groups == {"operators"}
    assert not named.everybody
    assert sudoers.parse([b"ALL ALL=(ALL) NOPASSWD: ALL\n"]).everybody


def test_an_alias_of_an_alias_is_opened() -> None:
    named = sudoers.parse(
        [b"User_Alias IT = WEST, lee : WEST = EAST : EAST = ann, %ops\nIT ALL=ALL\n"]
    )
    assert (named.users, named.groups) == ({"lee", "ann"}, {"ops"})


def test_aliases_that_lead_in_a_circle_end() -> None:
    assert sudoers.parse([b"User_Alias A = B : B = A, lee\nA ALL=ALL\n"]).users == {"lee"}


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ("", "blank"),
        ("!", "off"),
        ("*", "off"),
        ("!$y$x", "off"),
        ("$y$x", "set"),
        ("x", "elsewhere"),
    ],
)
def test_a_password_is_only_ever_a_state(field, state) -> None:
    row = f"root:{field}:20000:0:99999:7:::\n".encode()
    assert accounts.shadow(row)["root"].password == state


def test_both_forms_of_a_source_mean_the_same() -> None:
    line = aptsources.parse(b"deb http://a.test/debian-security bookworm-security main\n", "x.list")
    stanza = aptsources.parse(
        b"# comment\nTypes: deb deb-src\nURIs: http://a.test/debian-security\n"
        b"Suites: bookworm-security\nComponents: main\nSigned-By: /usr/share/x.gpg\n",
        "x.sources",
    )
    assert line == stanza
    assert line[0].release == "a.test_debian-security_dists_bookworm-security_"
    assert line[0].line == "deb http://a.test/debian-security bookworm-security main\n"


@pytest.mark.parametrize(
    ("uri", "suite", "name"),
    [
        ("https://user:word@a.test/x_y", "s", "a.test_x%5fy_dists_s_"),
        ("http://a.test:8080/~p/", "s/updates", "a.test:8080_%7ep_dists_s_updates_"),
        ("file:/srv/repo", "./", "_srv_repo_._"),
    ],
)
def test_the_name_of_a_list_is_that_of_apt(uri, suite, name) -> None:
    assert aptsources.Source(uri, suite, ()).release == name


def test_a_source_that_is_switched_off_is_none() -> None:
    data = b"Types: deb\nURIs: http://a.test\nSuites: s\nComponents: c\nEnabled: no\n"
    assert aptsources.parse(data, "x.sources") == ()
    assert aptsources.parse(b"deb-src http://a.test s c\n", "x.list") == ()


def test_what_apt_keeps_back_is_still_missing() -> None:
    data = (
        b"The following packages have been kept back:\n  linux-image-amd64 curl\n"
        b"0 upgraded, 0 newly installed, 0 to remove and 2 not upgraded.\n"
    )
    assert [upgrade.package for upgrade in aptsimulation.parse(data)] == [
        "linux-image-amd64",
        "curl",
    ]


def test_an_answer_that_names_less_than_it_counts_is_none() -> None:
    with pytest.raises(ParseError):
        aptsimulation.parse(b"3 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")


def test_an_index_says_when_it_was_made_and_until_when_it_holds() -> None:
    read = inrelease.parse(
        b"Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\n"
        b"Date: Sat, 1 Nov 2026 06:05:04 UTC\nValid-Until: Sat, 08 Nov 2026 06:05:04 UTC\n"
    )
    assert read.made_at == datetime(2026, 11, 1, 6, 5, 4, tzinfo=UTC)
    assert read.holds_until == datetime(2026, 11, 8, 6, 5, 4, tzinfo=UTC)
    assert read.security


def test_a_release_that_nobody_listed_is_not_known() -> None:
    assert releases.support("debian", "99") is None
    assert releases.support("debian", "12.11") == releases.support("debian", "12")


def test_a_part_of_kdes_settings_may_be_fixed() -> None:
    read = kdeini.parse(b"[Daemon]\nTimeout[$i]=5\nAutolock=true\n[Other][$i]\nX=1\n")
    assert read.is_fixed("Daemon", "Timeout")
    assert not read.is_fixed("Daemon", "Autolock")
    assert read.is_fixed("Other", "X")
    assert kdeini.parse(b"[$i]\n[Daemon]\nTimeout=5\n").is_fixed("Daemon", "Timeout")


def test_a_written_database_reads_as_it_was_meant() -> None:
    values = {"/org/x": gvdb.Value("u", b"\x2c\1\0\0"), "/org/y": gvdb.Value("b", b"\1")}
    table = gvdb.parse(gvdb.write(values, ("/org/x",)))
    assert table.values == values
    assert set(table.tables[".locks"].values) == {"/org/x"}


@pytest.mark.parametrize(
    "content",
    [b"LUKS\xba\xbe\0\2", b"\0\0\0NTFS    ", bytes(0x438) + b"\x53\xef", bytes(100), b"\x9b" * 90],
)
def test_a_skeleton_is_recognised_as_what_it_was(content) -> None:
    start = content.ljust(superblock.WANTED, b"\0")
    assert superblock.recognise(superblock.skeleton(start)) == superblock.recognise(start)
