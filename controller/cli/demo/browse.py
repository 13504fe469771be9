"""What stands on the pages, as a person's browser would get it.

The demo reads its own machine's page over HTTP with a session of its own, so that what it reports
is what somebody who opens the address sees.
"""

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_VERDICT = re.compile(r'id="rule-([a-z0-9-]+)"[^>]*data-verdict="([a-z-]+)"')
_FINDINGS = re.compile(r'data-findings="(\d+)"')
_FINDING = re.compile(r"show ([0-9a-f]{32})")
_SEQ = re.compile(r'data-seq="(\d+)"')


@dataclass(frozen=True, slots=True)
class MachinePage:
    """One answer of the machine's page: its status, verdicts by rule, findings, newest report."""

    status: int
    verdicts: dict[str, str]
    findings: int
    seq: int


class Browser:
    """A signed-in session on the people's listener."""

    def __init__(self, address: str, link: str) -> None:
        self._netloc = urlsplit(address).netloc
        self._cookies: dict[str, str] = {}
        status, _ = self.get(urlsplit(link).path)
        if status not in (302, 303) or not self._cookies:
            raise ConnectionError(f"the sign-in link was answered with {status}")

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; redirects are not followed."""
        connection = http.client.HTTPConnection(self._netloc, timeout=10)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            headers = {"Cookie": cookies} if cookies else {}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self._cookies[name] = value
            return answer.status, text
        finally:
            connection.close()

    def machine(self, path: str) -> MachinePage:
        """The machine's page, read."""
        status, text = self.get(path)
        findings, seq = _FINDINGS.search(text), _SEQ.search(text)
        return MachinePage(
            status,
            dict(_VERDICT.findall(text)),
            int(findings[1]) if findings else 0,
            int(seq[1]) if seq else 0,
        )

    def finding(self, path: str) -> str:
        """The id of the first finding on the page of findings."""
        found = _FINDING.search(self.get(path)[1])
        return found[1] if found else ""


def answers(address: str) -> bool:
    """Does the people's listener say that it is ready?"""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
