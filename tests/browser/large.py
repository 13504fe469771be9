"""Fill a controller's home with a large practice, and say where each of its pages is.

A program of its own: `python large.py HOME` prints one line of JSON. The rows are those that the
bars are measured with (benchmarks.large_practice), the person is an administrator of the MSP.
"""

import json
import sys
from pathlib import Path

from benchmarks import pages
from benchmarks.large_practice import CLINICS, LARGE, WHO, made
from tests.browser.practice import second_factor


def main(home: Path) -> None:
    """The practice, and its pages by the names of their addresses."""
    client = pages.signed_in(home)
    from controller.alerts.models import Route
    from controller.people.models import User
    from controller.tenants.scope import Place
    from tests.controller.bright_smiles import PASSWORD

    there = made(LARGE, CLINICS)
    # A fragment is no page: it has no head.
    found = {
        name: path
        for name, path in pages.pages(client, there)
        if client.get(path).content.lstrip()[:9].lower() == b"<!doctype"
    }
    # All alerts are new to its sixty channels: to tell them is long work, and not looked at here.
    Route.objects.at(Place(there.org)).update(kinds=["clone"])
    administrator = User.objects.get(email=WHO)
    administrator.set_password(PASSWORD)
    administrator.save()
    second_factor(administrator)
    sys.stdout.write(json.dumps({"slug": there.slug, "pages": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
