"""Run as a program: a webhook of North Quay IT in a home that stands, for critical failures."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(home: str, url: str) -> None:
    os.environ["DENTINEL_CONTROLLER_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    import django

    django.setup()
    from controller.alerts import actions
    from controller.alerts.actions import Wanted
    from controller.alerts.models import Route
    from controller.findings.models import RuleState
    from controller.identity.home import ControllerHome
    from controller.ledger.actions import By
    from controller.tenants import queries as tenants
    from controller.tenants.scope import Place

    org = tenants.orgs().get()
    by, here = By("shell", "", datetime.now(tz=UTC)), ControllerHome(Path(home))
    RuleState.objects.at(Place(org.id)).filter(verdict="fail").update(verdict="pass")
    wanted = Wanted(org.id, None, "webhook", "Tickets", {"url": url})
    channel, _ = actions.add_channel(here, wanted, by)
    route = Route(org=org, channel=channel, severity="critical", kinds=["rule"])
    actions.add_route(here, route, "all", by)


if __name__ == "__main__":
    main(*sys.argv[1:])
