"""Who types too much that is wrong waits at a real browser, and is let off by time or person."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOCKOUT_SECONDS, Person
from tests.browser.practice import FORGETFUL, RECOVERY_CODES
from tests.browser.test_looks import looks_right
from tests.controller.bright_smiles import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CODES = iter(RECOVERY_CODES)
ALERT = "#wrong"


def types(page: Page, site, email: str, password: str) -> None:
    page.goto(site.at("/sign-in"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_wrong_passwords_lock_and_an_administrator_unlocks(browser, site, person: Person) -> None:
    person.signs_in()
    context = browser.new_context()
    page = context.new_page()
    for _ in range(10):
        types(page, site, FORGETFUL, "not this one either")
        expect(page.locator(ALERT)).to_contain_text("do not belong together")
    types(page, site, FORGETFUL, PASSWORD)
    expect(page.locator(ALERT)).to_contain_text("Too many wrong passwords")

    person.opens("/north-quay-it/people/")
    looks_right(person)
    person.page.get_by_role("button", name="Unlock Alex").click()
    person.page.wait_for_url("**/again/**")
    person.page.get_by_label("Password").fill(PASSWORD)
    person.page.get_by_role("button", name="Go on").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("People of North Quay IT")
    expect(person.page.get_by_role("button", name="Unlock Alex")).to_be_hidden()
    types(page, site, FORGETFUL, PASSWORD)

    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    context.close()


def test_wrong_codes_lock_until_time_has_passed(person: Person, site) -> None:
    page = person.page
    types(page, site, FORGETFUL, PASSWORD)

    def shows(code: str) -> None:
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_load_state()

    for _ in range(5):
        shows("99999999")
        expect(page.locator(ALERT)).to_contain_text("Incorrect code")
    shows(next(CODES))
    expect(page.locator(ALERT)).to_contain_text("Too many wrong passwords or codes")
    looks_right(person)

    page.wait_for_timeout((LOCKOUT_SECONDS + 1) * 1000)
    shows(next(CODES))

    expect(page.get_by_role("heading", level=1)).to_have_text("North Quay IT")


def unknown_passkey(page: Page) -> None:
    """A passkey for this address that this server never saw."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    credential = {
        "credentialId": base64.b64encode(b"of another server").decode(),
        "isResidentCredential": True,
        "rpId": "localhost",
        "privateKey": base64.b64encode(key).decode(),
        "userHandle": base64.b64encode(b"nobody").decode(),
        "signCount": 1,
    }
    session.send(
        "WebAuthn.addCredential",
        {"authenticatorId": made["authenticatorId"], "credential": credential},
    )


def test_a_passkey_that_is_not_known_is_refused_in_a_sentence(person: Person) -> None:
    page = person.page
    person.opens("/sign-in")
    unknown_passkey(page)

    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/sign-in/passkey")
    expect(page.locator("#passkey-refused")).to_be_visible()
    looks_right(person)


def test_a_device_that_gives_none_is_told_as_well(person: Person) -> None:
    page = person.page
    person.opens("/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new Error('called off')) }"
    )

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("#passkey-refused")).to_be_visible()
    assert person.complaints == []
