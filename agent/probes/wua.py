"""What does the Windows Update Agent know: what is missing, what was installed, when it looked?

Out of its cache alone (`Online = False`): nothing goes over the network. Categories are GUIDs;
times are in UTC. https://learn.microsoft.com/windows/win32/wua_sdk
"""

import sys
from collections.abc import Iterable
from typing import Any, TypeAlias

from agent.probes.calls.com import moment
from rules.facts.form import Json

Com: TypeAlias = Any
"""An object of the update agent, or what a test has in its place."""

WANTED = "IsInstalled=0 and IsHidden=0 and Type='Software'"
MOST = 600
"""Entries of the history, newest first; definitions of viruses come several times a day."""


def update(one: Com) -> Json:
    """IUpdate: what is offered and not installed."""
    return {
        "id": one.Identity.UpdateID,
        "kb": [str(number) for number in one.KBArticleIDs],
        "severity": one.MsrcSeverity or "",
        "released": moment(one.LastDeploymentChangeTime),
        "categories": _categories(one.Categories),
        "title": one.Title,
    }


def entry(one: Com) -> Json:
    """IUpdateHistoryEntry2: what was done."""
    return {
        "operation": one.Operation,
        "result": one.ResultCode,
        "at": moment(one.Date),
        "categories": _categories(one.Categories),
    }


def _categories(found: Iterable[Com]) -> list[str]:
    return [category.CategoryID for category in found]


if sys.platform == "win32":
    import win32com.client

    from agent.probes.calls.com import numbered
    from agent.probes.calls.leaves import leaf

    def ask() -> Json:
        """Three questions, each of which may fail alone."""
        session = numbered(lambda: win32com.client.Dispatch("Microsoft.Update.Session"))
        searcher = numbered(session.CreateUpdateSearcher)
        return {
            "found": leaf(lambda: numbered(lambda: _found(searcher))),
            "history": leaf(lambda: numbered(lambda: _history(searcher))),
            "searched": leaf(lambda: numbered(_searched)),
        }

    def _found(searcher: Com) -> Json:
        searcher.Online = False
        said = searcher.Search(WANTED)
        return {"result": said.ResultCode, "updates": [update(one) for one in said.Updates]}

    def _history(searcher: Com) -> Json:
        count = min(int(searcher.GetTotalHistoryCount()), MOST)
        return [entry(one) for one in searcher.QueryHistory(0, count)] if count else []

    def _searched() -> Json:
        """When a search last succeeded; null: never."""
        said = win32com.client.Dispatch("Microsoft.Update.AutoUpdate").Results
        return None if said.LastSearchSuccessDate is None else moment(said.LastSearchSuccessDate)
