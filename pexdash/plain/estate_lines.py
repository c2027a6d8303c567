"""Writes one plain line for each thing that happens on a wall: alarms, lines, what people did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Estate, Incident
from pexdash.session.feed.notices import Notice

TOGETHER_SECONDS = 0.2
"""How long what happens is gathered before it is written."""


class EstateLines:
    """Watches an estate; each line begins with the local time and the conference."""

    def __init__(self, estate: Estate, write: Callable[[str], object]) -> None:
        self._estate = estate
        self._write = write
        self._last: Incident | None = None
        self._joined: set[ConferenceKey] = set()
        self._is_asleep = True
        self._watch = estate.watch(self._changed, self._told)

    def close(self) -> None:
        """Write what is left, and then no more."""
        self._look()
        self._is_asleep = False
        self._watch.close()

    def _changed(self) -> None:
        if self._is_asleep:
            # A thousand conferences change at once: they are looked at together.
            self._is_asleep = False
            asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self._look)

    def _look(self) -> None:
        self._is_asleep = True
        changes = self._watch.take_changes()
        labels = {one.key: one.label for one in self._estate.slots if one is not None}
        for key in sorted((changes.conferences & labels.keys()) - self._joined):
            self._tell_line(key, labels[key])
        for incident in self._fresh():
            name = labels.get(incident.conference, incident.conference.cluster)
            self._say(incident.happening.time, name, incident.happening.words)

    def _tell_line(self, key: ConferenceKey, label: str) -> None:
        """Tell how a conference was joined, or why not: the log has what comes after."""
        summary = self._estate.summary(key)
        if (state := summary.line.value) == "joining":
            return
        self._joined.add(key)
        why = f": {summary.line_why}" if summary.line_why else f", {summary.people} in"
        self._say(self._estate.clock.wall(), label, f"{state}{why}")

    def _fresh(self) -> list[Incident]:
        fresh: list[Incident] = []
        for incident in reversed(self._estate.incidents):
            if incident is self._last:
                break
            fresh.append(incident)
        if fresh:
            self._last = fresh[0]
        return fresh[::-1]

    def _told(self, notice: Notice) -> None:
        self._say(self._estate.clock.wall(), "", notice.text)

    def _say(self, wall: float, name: str, words: str) -> None:
        at = time.strftime("%H:%M:%S", time.localtime(wall))
        self._write(f"{at}  {f'{name}  ' if name else ''}{words}")
