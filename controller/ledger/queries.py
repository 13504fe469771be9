"""What has been received of a machine, and what has been logged?"""

from uuid import UUID

from django.db.models import QuerySet

from controller.ledger.models import Log, Report
from controller.tenants.scope import Place


def reports(place: Place, machine_id: UUID) -> QuerySet[Report]:
    """The chain of a machine as it came, the newest first. Ask fleet first whether it is here."""
    return (
        Report.objects.at(place)
        .filter(machine_id=machine_id)
        .defer("raw")
        .order_by("-epoch", "-seq", "-received_at")
    )


def logs(place: Place) -> QuerySet[Log]:
    """The open logs of the clinics of a place, and of its org."""
    return Log.objects.at(place).filter(state="open").select_related("clinic")
