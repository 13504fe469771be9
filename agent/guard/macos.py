"""How is a folder watched on macOS, and how is it known when something was missed?

watchdog's emitter, with a look at the flags of FSEvents before it (watchdog 7.1, read and not yet
run there; the contract tests hold what it leans on):

- MustScanSubDirs, UserDropped, KernelDropped and EventIdsWrapped mean that events were coalesced or
  lost; watchdog ignores them (gorakhargosh/watchdog#124). A volume that comes or goes below is told
  by a flag too, and by nothing else.
- An error in watchdog's callback drops the rest of a batch and writes a path into the log: the
  batch is doubted, and that log is shut.
- watchdog remembers every file that was ever created; here it forgets, because to be told twice of
  one costs us nothing.
"""

import logging
import os
from typing import Any

from watchdog.events import FileSystemEvent
from watchdog.observers.api import BaseObserver, EventQueue, ObservedWatch
from watchdog.observers.fsevents import FSEventsEmitter, FSEventsObserver

from agent.guard.doubt import Doubt

MUST_SCAN, USER_DROPPED, KERNEL_DROPPED, IDS_WRAPPED = 0x01, 0x02, 0x04, 0x08
MOUNT, UNMOUNT = 0x40, 0x80
_DOUBTFUL = MUST_SCAN | USER_DROPPED | KERNEL_DROPPED | IDS_WRAPPED | MOUNT | UNMOUNT
"""FSEventStreamEventFlags of FSEvents.h."""
MOST_REMEMBERED = 10_000

logging.getLogger("fsevents").disabled = True


class Emitter(FSEventsEmitter):
    """watchdog's emitter, which doubts what it did not see."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        doubt: Doubt,
        timeout: float,
        event_filter: list[type[FileSystemEvent]] | None = None,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._doubt = doubt
        self._has_understood = False

    def events_callback(
        self, paths: list[bytes], inodes: list[int], flags: list[int], ids: list[int]
    ) -> None:
        """Called by FSEvents on the emitter's thread with one batch."""
        top = os.fsdecode(self.watch.path)
        for path, flag in zip(paths, flags, strict=False):
            if flag & _DOUBTFUL:
                self._doubt(top, os.fsdecode(path).rstrip("/"))
        self._has_understood = False
        super().events_callback(paths, inodes, flags, ids)
        if not self._has_understood:
            self._doubt(top, top)
        if len(self._fs_view) > MOST_REMEMBERED:
            self._fs_view.clear()

    def queue_events(  # type: ignore[override]
        self, timeout: float, events: list[Any]
    ) -> None:
        """Hand on what a batch means; not reached to its end, the batch is doubted."""
        super().queue_events(timeout, events)
        self._has_understood = True


class Observer(FSEventsObserver):
    """watchdog's observer, which spells paths as FSEvents wants them, with our emitter."""

    def __init__(self, doubt: Doubt) -> None:
        BaseObserver.__init__(self, Emitter, doubt=doubt)


def observer(doubt: Doubt) -> BaseObserver:
    """Watches by FSEvents; `doubt` is called on its threads."""
    return Observer(doubt)
