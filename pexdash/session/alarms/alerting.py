"""Keeps an Alertmanager told of the alarms that were announced: again and again while they last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from pexdash.api.alertmanager import Alert, Alertmanager, NotAlerted
from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey
from pexdash.session.alarms.whose import Whose
from pexdash.text import ADDRESS_LIMIT, REASON_LIMIT, clean

AGAIN_SECONDS = 60.0
"""How often each alert that lasts is sent again."""
LASTS_SECONDS = 4 * AGAIN_SECONDS
"""How long an alert lasts that is not sent again, as by a wall that has gone."""
RETRY_SECONDS = 10.0
"""How long to wait before the next try where Alertmanager was not to be reached."""
_APART_SECONDS = 1.0
"""How long after one request the next one comes at the soonest."""
_ENDS = (Change.RETURNED, Change.CLEARED, Change.WORSENED, Change.EASED)
"""What ends the alert of an announced alarm; another severity is another alert."""

_Labels = tuple[tuple[str, str], ...]


class Alerting:
    """Sends every announced alarm that is active, each minute, and the end of each once.

    Another severity is another alert, and the end of the old one. What cannot be sent is sent
    later, in the state that it has then; `say` is told of that once. Give `hear` to what tells of
    alarms, and have `run` running. Of an alarm that is not ours by `whose` nothing is sent.
    """

    def __init__(
        self,
        alarms: Alarms,
        alertmanager: Alertmanager,
        clock: Clock,
        *,
        say: Callable[[str], None],
        whose: Callable[[AlarmKey], Whose],
    ) -> None:
        self._whose = whose
        self._alarms = alarms
        self._alertmanager = alertmanager
        self._clock = clock
        self._say = say
        self._has_failed = False
        self._lasting: dict[_Labels, Alert] = {}
        self._over: dict[_Labels, Alert] = {}
        self._keys: dict[_Labels, AlarmKey] = {}
        self._wanted = asyncio.Event()

    def hear(self, edges: Iterable[Edge]) -> None:
        """Take what happened to alarms."""
        if any(_is_told(edge) for edge in edges):
            self._look()
            self._wanted.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._wanted.clear()
                self._look()
                rest = AGAIN_SECONDS
                if (self._lasting or self._over) and not await self._send():
                    rest = RETRY_SECONDS
                await self._wait(rest)
        finally:
            await self._alertmanager.aclose()

    def _look(self) -> None:
        """Note which alerts last, and which are over since now."""
        now = self._clock.wall()
        ahead = now - self._clock.monotonic()
        before, self._lasting = self._lasting, {}
        for alarm in self._alarms.listed():
            if alarm.is_active and alarm.is_announced:
                labels = labels_of(alarm)
                self._keys[labels] = alarm.key
                self._lasting[labels] = self._alert(alarm, labels, ahead, now)
                self._over.pop(labels, None)
        for labels, alert in before.items():
            if labels in self._lasting:
                continue
            whose = self._whose(self._keys[labels])
            if whose is Whose.ENDING:
                self._lasting[labels] = alert
            elif whose is Whose.OURS:
                self._over[labels] = Alert(
                    alert.labels, alert.annotations, min(alert.starts_at, now), now
                )
        for labels, alert in list(self._over.items()):
            if now - alert.ends_at > LASTS_SECONDS:
                # Alertmanager has let it end by itself meanwhile.
                del self._over[labels]
        for labels in self._keys.keys() - self._lasting.keys():
            del self._keys[labels]

    def _alert(self, alarm: Alarm, labels: _Labels, ahead: float, now: float) -> Alert:
        text = self._alarms.words(alarm, self._clock.monotonic())
        told = {"summary": clean(text, REASON_LIMIT), "node": clean(alarm.node, ADDRESS_LIMIT)}
        annotations = {name: value for name, value in told.items() if value}
        # An alert cannot begin after its end, as one may by a clock that was set back.
        began = min(alarm.began + ahead, now)
        return Alert(dict(labels), annotations, began, now + LASTS_SECONDS)

    async def _send(self) -> bool:
        over = dict(self._over)
        lasting = [
            alert
            for labels, alert in self._lasting.items()
            if self._whose(self._keys[labels]) is not Whose.ANOTHERS
        ]
        try:
            if over or lasting:
                await self._alertmanager.send([*over.values(), *lasting])
        except NotAlerted as fault:
            if not self._has_failed:
                self._has_failed = True
                self._say(f"{fault}; it is tried again until it works")
            return False
        self._has_failed = False
        for labels, alert in over.items():
            if self._over.get(labels) is alert:
                del self._over[labels]
        return True

    async def _wait(self, seconds: float) -> None:
        """Wait until it is time to send again, or something is to be sent."""
        if self._has_failed:
            # What happens meanwhile must not have it asked more often.
            await self._clock.sleep(seconds)
            return
        await self._clock.sleep(_APART_SECONDS)
        waits = [
            asyncio.ensure_future(self._clock.sleep(seconds - _APART_SECONDS)),
            asyncio.ensure_future(self._wanted.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()


def _is_told(edge: Edge) -> bool:
    return edge.change is Change.ANNOUNCED or (edge.was_announced and edge.change in _ENDS)


def labels_of(alarm: Alarm) -> _Labels:
    """The labels of an alarm, which tell it from every other; none is empty."""
    conference = alarm.key.conference
    told = (
        ("alertname", alarm.key.rule),
        ("cluster", conference.cluster),
        ("conference", conference.alias),
        ("subject", alarm.key.subject),
        ("severity", alarm.severity.value),
    )
    return tuple((name, text) for name, value in told if (text := clean(value, ADDRESS_LIMIT)))
