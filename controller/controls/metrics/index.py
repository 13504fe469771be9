"""Which figure answers which metric? To add one, add its line."""

from datetime import datetime

from controller.controls.catalogue import catalogue
from controller.controls.metrics import (
    measured,
    patches,
    recertification,
    restores,
    revoke,
    training,
)
from controller.controls.metrics.base import Answer, Asked, Figure
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

ANSWERS: dict[str, Answer] = {
    "MET-01": revoke.answer,
    "MET-02": patches.answer,
    "MET-03": restores.answer,
    "MET-04": measured.encryption,
    "MET-05": measured.exposure,
    "MET-06": measured.freshness,
    "MET-07": measured.time_to_fix,
    "MET-08": recertification.answer,
    "MET-09": training.answer,
    "MET-10": measured.coverage,
}


def of_clinic(clinic: Clinic, now: datetime) -> list[Figure]:
    """All ten figures of a clinic."""
    return figures(asked_of(clinic, now))


def asked_of(clinic: Clinic, now: datetime) -> Asked:
    """A clinic at a moment, for whoever wants more of it than the figures."""
    return Asked(clinic, Place(clinic.org_id).clinic(clinic.id), now)


def figures(asked: Asked) -> list[Figure]:
    """The same of what is at hand."""
    return [Figure(one, ANSWERS[one.id](asked)) for one in catalogue().metrics]
