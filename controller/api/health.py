"""Is the controller alive, and is it ready to work? For balancers and service managers.

Both answer one word and nothing about whom the controller serves.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and holds our tables, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM org")
    except DatabaseError:
        return HttpResponse("not ready: the database does not answer\n", "text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
