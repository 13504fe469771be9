"""What the environment says decides over cookies, hosts and keys."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from controller import settings


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    for name in ("HOME", "URL", "AGENTS"):
        monkeypatch.delenv(f"DENTINEL_CONTROLLER_{name}", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(f"DENTINEL_CONTROLLER_{name}", value)
    return runpy.run_path(settings.__file__)


def test_over_tls_cookies_are_secure_and_bound_to_the_host(monkeypatch) -> None:
    there = read(monkeypatch, URL="https://controller.bright-smiles.example")

    assert there["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert there["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert there["SESSION_COOKIE_SECURE"] is there["CSRF_COOKIE_SECURE"] is True
    assert there["SECURE_HSTS_SECONDS"] > 0
    assert "controller.bright-smiles.example" in there["ALLOWED_HOSTS"]
    assert there["CSRF_TRUSTED_ORIGINS"] == ["https://controller.bright-smiles.example"]


def test_on_loopback_they_are_plain(monkeypatch) -> None:
    there = read(monkeypatch)

    assert there["SESSION_COOKIE_NAME"] == "dentinel"
    assert there["SESSION_COOKIE_SECURE"] is False
    assert there["SECURE_HSTS_SECONDS"] == 0


def test_no_host_but_the_named_one_and_loopback_is_answered(monkeypatch) -> None:
    there = read(monkeypatch, URL="http://pages.lan:8444")

    assert there["ALLOWED_HOSTS"] == ["127.0.0.1", "[::1]", "localhost", "pages.lan"]


@pytest.mark.parametrize(
    ("said", "host", "port"),
    [("controller.lan:9443", "controller.lan", 9443), ("controller.lan", "controller.lan", 8443)],
)
def test_join_strings_name_where_machines_find_us(monkeypatch, said, host, port) -> None:
    there = read(monkeypatch, AGENTS=said)

    assert (there["AGENTS_HOST"], there["AGENTS_PORT"]) == (host, port)


def test_a_home_without_keys_says_to_make_them(monkeypatch, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="dentinel-controller init"):
        read(monkeypatch, HOME=str(tmp_path))


def test_the_session_key_stays_the_same_over_a_restart(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "seed").write_bytes(bytes(32))

    first, second = (read(monkeypatch, HOME=str(tmp_path)) for _ in range(2))

    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert read(monkeypatch)["SECRET_KEY"] != first["SECRET_KEY"]


def test_the_database_waits_for_the_writer_and_loses_nothing(monkeypatch) -> None:
    options = settings.DATABASES["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 10
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
