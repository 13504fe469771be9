"""Sessions that ran out do not gather, whoever began them."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from controller.jobs import index, sessions


def test_what_ran_out_goes_and_what_is_open_stays(db, home) -> None:
    now, kept = timezone.now(), SessionStore()
    for hours in (-1, -1, 1):
        kept = SessionStore()
        kept["trip"] = "under way"
        kept.set_expiry(now + timedelta(hours=hours))
        kept.save()

    assert sessions.clear(home, now) == 2
    assert [one.session_key for one in Session.objects.all()] == [kept.session_key]
    assert sessions.JOB in index.JOBS
