"""Fill a controller's home with North Quay IT. A program of its own: `python practice.py HOME`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.people.models import User

RECOVERY_CODES = tuple(f"{number:08}" for number in range(200))
"""Dr. Lee's, so that a browser can sign in as often as it likes."""

NEWCOMER = "sam@north-quay-it.example"
FORGETFUL = "alex@north-quay-it.example"


def main(home: Path) -> None:
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    import django

    django.setup()
    from controller.identity.home import ControllerHome
    from controller.people.actions import Grant, add_user, give_role
    from controller.people.roles import Role
    from controller.tenants.scope import Place
    from tests.controller import bright_smiles, overseen, waived
    from tests.controller.paperwork import papers

    practice = bright_smiles.practice(ControllerHome(home))
    second_factor(practice.dr_lee)
    newcomer = add_user(NEWCOMER, "Sam", bright_smiles.PASSWORD)
    everywhere = Place(practice.org.id)
    forgetful = add_user(FORGETFUL, "Alex", bright_smiles.PASSWORD)
    give_role(practice.home, forgetful, Grant(everywhere, Role.MSP_TECH), bright_smiles.by())
    second_factor(forgetful)
    give_role(practice.home, newcomer, Grant(everywhere, Role.MSP_TECH), bright_smiles.by())
    bright_smiles.visited(practice, bright_smiles.Story("nas", role="nas"))
    bright_smiles.visited(practice, bright_smiles.Unreached("pacs", role="imaging_server"))
    papers.fill(practice)
    overseen.fill(practice)
    bright_smiles.add_clinic(practice.home, practice.org, "Harbor Dental")
    waived.of(practice, label="W-2026-001", machine_id=practice.machines["OP1"].id)
    waived.of(practice, "volumes-encrypted", label="W-2026-002", state="requested")
    waived.of(practice, "clock-right", label="W-2026-003", self_approved=True)


def second_factor(user: "User") -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import encrypt

    TOTP.activate(user, generate_totp_secret())
    codes = [encrypt(code) for code in RECOVERY_CODES]
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"migrated_codes": codes}
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
