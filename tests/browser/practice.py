"""Fill a controller's home with North Quay IT. A program of its own: `python practice.py HOME`."""

import os
import sys
from pathlib import Path


def main(home: Path) -> None:
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    import django

    django.setup()
    from controller.identity.home import ControllerHome
    from tests.controller import bright_smiles

    practice = bright_smiles.practice(ControllerHome(home))
    bright_smiles.visited(practice, bright_smiles.Story("nas", role="nas"))
    bright_smiles.visited(practice, bright_smiles.Unreached("pacs", role="imaging_server"))
    bright_smiles.add_clinic(practice.home, practice.org, "Harbor Dental")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
