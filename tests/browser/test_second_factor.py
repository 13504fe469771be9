"""A phone and a passkey, set up and used in a real browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.practice import NEWCOMER
from tests.browser.test_looks import looks_right
from tests.controller.bright_smiles import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def types_password(person: Person, email: str) -> None:
    person.opens("/sign-in")
    person.page.get_by_label("E-mail").fill(email)
    person.page.get_by_label("Password").fill(PASSWORD)
    person.page.get_by_role("button", name="Sign in", exact=True).click()


def phone_shows(key: str) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30))


def with_authenticator(page: Page) -> None:
    """A security key in the browser that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )


def test_a_newcomer_sets_up_a_phone_then_a_passkey_and_signs_in_by_it_alone(
    person: Person,
) -> None:
    page = person.page
    with_authenticator(page)
    types_password(person, NEWCOMER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    looks_right(person)
    page.get_by_label("Code").fill(phone_shows(page.locator("#secret").inner_text()))
    page.get_by_role("button", name="Use this phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    looks_right(person)

    person.opens("/me/second-factor/passkeys/add")
    looks_right(person)
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("/me/second-factor$"))
    looks_right(person)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North Quay IT")
    assert person.complaints == []
