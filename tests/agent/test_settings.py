"""agent.toml: what it says, and that every mistake in it is told at once."""

from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import settings
from agent.errors import SettingsError
from agent.paths import Home
from rules.facts import backups, host, imaging

WHOLE = """
role = "imaging_server"
patrol_every = "30m"
sync_every = "90s"
proxy = "http://proxy.practice:3128"

[[imaging.root]]
label = "sidexis"
path = '/srv/PDATA'
role = "store"
quiet = "20:00-06:00"

[[imaging.root]]
label = "teaching"
path = '/srv/Teaching'
role = "store"
must_be_deidentified = true

[[imaging.label]]
match = "*.vbk"
says = "encrypted"
by = "msp_tech"
until = 2027-03-31

[[imaging.exclude]]
path = '/srv/PDATA/Demo'
why = "vendor demo patients"
"""


def mistakes(text):
    with pytest.raises(SettingsError) as told:
        settings.parse(text)
    return told.value.message


def root(**changed):
    lines = {"label": '"sidexis"', "path": '"/srv/PDATA"', "role": '"store"'} | changed
    return "[[imaging.root]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


WHOLE_BACKUP = """
never_probe = [104, 11112]

[[backup]]
name = "vault"
path = '/mnt/vault'
destination = "usb"
offsite = true
immutable = false
images = true
database = true
by = "veeam"
encrypted = true
restored = 2026-10-01

[[backup]]
name = "cloud"
host = "backup.example.test"
destination = "cloud"
offsite = true
immutable = true
images = true
database = false
"""


def backup(**changed):
    lines = {"name": '"vault"', "path": '"/mnt/vault"', "destination": '"usb"'}
    lines |= dict.fromkeys(("offsite", "immutable", "images", "database"), "true") | changed
    return "[[backup]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value)


def test_all_that_can_be_said_is_read():
    found = settings.parse(WHOLE)

    assert found.role == "imaging_server"
    assert found.patrol_every == timedelta(minutes=30)
    assert found.sync_every == timedelta(seconds=90)
    assert found.roots[0].path == Path("/srv/PDATA")
    assert found.roots[0].quiet == (time(20), time(6))
    assert found.roots[1].must_be_deidentified
    assert found.labels[0].until == date(2027, 3, 31)
    assert found.excludes[0].why == "vendor demo patients"


def test_copies_and_ports_that_nobody_may_probe_are_read():
    found = settings.parse(WHOLE_BACKUP)

    vault, cloud = found.backups
    assert (vault.path, vault.by, vault.restored) == (
        Path("/mnt/vault"),
        "veeam",
        date(2026, 10, 1),
    )
    assert (cloud.host, cloud.encrypted, cloud.immutable) == ("backup.example.test", None, True)
    assert found.never_probe == (104, 11112)


def test_a_file_that_is_not_there_decides_nothing(tmp_path):
    assert settings.load(Home(tmp_path)) == settings.Settings()


def test_the_error_names_the_file_and_all_mistakes(tmp_path):
    home = Home(tmp_path)
    home.settings.write_text('role = "dentist"\n[[imaging.root]]\nlabel = "Sidexis"\n')

    with pytest.raises(SettingsError) as told:
        settings.load(home)

    for part in (
        str(home.settings),
        "role = 'dentist'",
        "label = 'Sidexis'",
        "imaging.root[0].path",
    ):
        assert part in str(told.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('rolle = "server"', "rolle"),
        ("patrol_every = 3600", "patrol_every"),
        ('patrol_every = "1m"', "patrol_every"),
        ('patrol_every = "2d"', "patrol_every"),
        ('sync_every = "1h1m"', "sync_every"),
        ('proxy = "https://proxy:3128"', "proxy"),
        ("imaging = 3", "imaging"),
        ("[imaging]\nroots = []", "imaging.roots"),
        ("[imaging.root]\nlabel = 'x'", "imaging.root"),
        ("[imaging]\nroot = [1]", "imaging.root"),
        (root(path='"PDATA"'), "path"),
        (root(path='"/"'), "path"),
        (root(role='"archive"'), "role"),
        (root(quiet='"20-6"'), "quiet"),
        (root(quiet='"25:00-06:00"'), "quiet"),
        (root(must_be_deidentified='"yes"'), "must_be_deidentified"),
        (root(colour='"blue"'), "colour"),
        (root() + root(), "label"),
        ('[[imaging.label]]\nmatch = "*.x"\nsays = "safe"\nby = "me"', "says"),
        (
            '[[imaging.label]]\nmatch = "*.x"\nsays = "encrypted"\nby = "me"\nuntil = "soon"',
            "until",
        ),
        ('[[imaging.exclude]]\npath = "/srv/x"', "why"),
        (backup(name='"Vault"'), "backup[0].name"),
        (backup(path='"vault"'), "backup[0].path"),
        (backup(path=""), "backup[0]"),
        (backup(host='"nas"'), "backup[0]"),
        (backup(path="", host='"a b"'), "backup[0].host"),
        (backup(destination='"floppy"'), "backup[0].destination"),
        (backup(immutable='"yes"'), "backup[0].immutable"),
        (backup(images=""), "backup[0].images"),
        (backup(by='"hand"'), "backup[0].by"),
        (backup(restored='"yesterday"'), "backup[0].restored"),
        (backup() + backup(), "backup.name"),
        ("backup = 3", "backup"),
        ("never_probe = 104", "never_probe"),
        ("never_probe = [0]", "never_probe"),
        ("never_probe = [true]", "never_probe"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, place):
    assert place in mistakes(text)


def test_what_is_no_toml_is_told():
    assert "no TOML" in mistakes("role = server")


@given(st.text(max_size=200))
def test_no_text_is_anything_but_settings_or_a_settings_error(text):
    with suppress(SettingsError):
        assert isinstance(settings.parse(text), settings.Settings)


def test_its_words_are_those_of_the_facts():
    copy = get_type_hints(backups.Copy)
    assert get_args(settings.Role) == get_args(host.Role) == settings._ROLES
    assert get_args(settings.RootRole) == get_args(imaging.RootRole) == settings._ROOT_ROLES
    assert get_args(settings.LabelSays) == settings._SAYS
    assert get_args(settings.Destination) == settings._DESTINATIONS
    assert get_args(settings.Destination) == get_args(get_args(copy["destination"])[0])
    assert get_args(settings.BackupBy) == settings._BACKUPS_BY
    assert set(settings._BACKUPS_BY) < set(get_args(backups.BackupProduct))


def test_no_more_hosts_are_visited_than_there_is_time_for():
    lines = "\n".join(f'[[host]]\nname = "h-{n}"\naddress = "h"\nuser = "u"' for n in range(65))

    with pytest.raises(SettingsError, match="64 at most"):
        settings.parse(lines)


def test_how_often_hosts_are_visited_is_bounded():
    assert settings.parse('visit_every = "30m"').visit_every == timedelta(minutes=30)
    with pytest.raises(SettingsError, match="visit_every"):
        settings.parse('visit_every = "1m"')
