"""What somebody types into addresses and forms who wants something else than the page."""

import pytest
from django.test import Client

from controller.people.roles import Role
from tests.controller.bright_smiles import PASSWORD, Practice, path, person, practice
from tests.controller.pages.conftest import SignIn

ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example",
    "https:evil.example", "javascript:alert(1)", "/\t/evil.example", "http:///evil.example",
)  # fmt: skip


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client: Client, north_quay: Practice, onward: str) -> None:
    answer = client.post(
        "/sign-in", {"email": north_quay.dr_lee.email, "password": PASSWORD, "next": onward}
    )

    assert "evil" not in answer.get("Location", "")
    assert "javascript" not in answer.get("Location", "")


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_saying_again_who_one_is_leads_nowhere_else(dr_lee: Client, onward: str) -> None:
    answer = dr_lee.post(f"/again/password?next={onward}", {"password": PASSWORD, "next": onward})

    assert answer.status_code in (200, 302)
    assert "evil" not in answer.get("Location", "")
    assert "javascript" not in answer.get("Location", "")


@pytest.mark.parametrize(
    "query",
    [
        "to=9999-12-31", "from=0001-01-01", "from=2026-02-30", "before=99999999999999999",
        "before=-1", "before=%D9%A3", "actor=%00", "action=%27%20OR%201=1--", "object=%25",
        "actor=" + "x" * 5000,
    ],
)  # fmt: skip
def test_the_audit_page_answers_whatever_is_asked(
    dr_lee: Client, north_quay: Practice, query: str
) -> None:
    assert dr_lee.get(f"/{north_quay.org.slug}/audit/?{query}").status_code == 200


@pytest.mark.parametrize("deed", ["approve", "quarantine", "retire", "rotate-keys", "revoke"])
def test_no_act_on_a_machine_is_done_by_a_form_of_another_site(
    north_quay: Practice, sign_in: SignIn, deed: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(north_quay.dr_lee.email).cookies

    answer = strict.post(
        path(north_quay, f"m/{north_quay.machines['OP1'].id}/do/{deed}/"),
        {"why": "stolen", "reason": "x"},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OFFICE_MANAGER, Role.CLINIC_OWNER])
def test_a_seat_in_another_clinic_of_the_same_org_does_nothing_here(
    north_quay: Practice, sign_in: SignIn, role: Role
) -> None:
    other = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    stranger = sign_in(person(other, role, "stranger@elm.example", other.clinic).email)

    for deed in ("approve", "quarantine", "retire", "rotate-keys", "revoke"):
        address = path(north_quay, f"m/{north_quay.machines['OP1'].id}/do/{deed}/")
        there = (
            f"/{other.org.slug}/c/{other.clinic.slug}/m/{north_quay.machines['OP1'].id}/do/{deed}/"
        )
        for one in (address, there):
            assert stranger.post(one, {"why": "stolen", "reason": "x"}).status_code == 404


ODD = (
    *("\x00", "\xff", "x" * 9000, "-1", "bytes=0-", "bytes=9999999999-1,1-2,-5", "W/", "*"),
    *("Thu, 99 Foo 99999 99:99:99 GMT", '"' * 99, "../../etc/passwd", "%00%0d%0a", "[::1"),
)
HEADS = (
    *("range", "if-range", "if-modified-since", "if-none-match", "if-match", "accept-encoding"),
    *("if-unmodified-since", "accept", "accept-language", "user-agent", "referer", "origin"),
    *("hx-request", "hx-current-url", "dentinel-background", "x-forwarded-for", "te", "expect"),
    *("x-forwarded-host", "x-forwarded-proto", "forwarded", "x-http-method-override"),
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_header_breaks_a_page_a_table_a_stylesheet_or_a_calendar(
    odd: str, dr_lee: Client, north_quay: Practice
) -> None:
    ours = [path(north_quay, tail) for tail in ("", "calendar.ics", "tables/machines.csv")]
    for address in (*ours, "/static/dentinel/tokens.css", "/sign-in", "/healthz"):
        answer = dr_lee.get(address, headers=dict.fromkeys(HEADS, odd))

        assert (address, answer.status_code) in (
            (address, one) for one in (200, 206, 302, 304, 416)
        )
        assert "passwd" not in answer.getvalue().decode()


HOSTS = ("evil.example", "localhost@evil.example", "localhost\x00", "[::1", "a" * 300)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_is_no_address_of_ours(
    host: str, client: Client, north_quay: Practice
) -> None:
    """Neither a page nor a redirect nor a link is made of what a request says of itself."""
    for address in ("/sign-in", "/", f"/sign-in?next=//{host}/"):
        answer = client.get(address, headers={"host": host, "x-forwarded-host": host})

        assert answer.status_code == 400
        assert host.encode() not in answer.content
