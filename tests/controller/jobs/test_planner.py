"""The database plans by what is in its tables."""

from django.db import connection
from django.utils import timezone

from controller.fleet.models import Machine
from controller.jobs import index, planner
from tests.controller.clinic import Server


def test_lists_of_machines_are_planned_by_what_there_is(server: Server) -> None:
    server.machine("OP1")
    server.machine("OP2")

    assert planner.analyze(server.home, timezone.now()) > 0

    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'machine_clinic_host'")
        (told,) = cursor.fetchone()
    assert int(told.split()[0]) == Machine.objects.at(server.clinic.place).count() == 2


def test_serve_does_it_by_itself() -> None:
    assert planner.JOB in index.JOBS
