"""Where alarms are told outside this program: the user's commands, and Alertmanager."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from msgspec import Struct

from pexdash.api.alertmanager import Alertmanager
from pexdash.clock import Clock
from pexdash.model.alarms.edge import Edge
from pexdash.session.alarms.alerting import Alerting
from pexdash.session.alarms.announcing import Announcing
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.alarms.commands import AlarmCommand, BellCommand, Command
from pexdash.session.alarms.together import run_together
from pexdash.session.alarms.whose import Told


class OutletSettings(Struct, frozen=True, kw_only=True):
    """What the user wants: the words of each command, and Alertmanager's URL; () and "" for none.

    `bell_command` is started when the bell rings, and `alarm_command` for each alarm that is
    announced and each end of one.
    """

    bell_command: tuple[str, ...] = ()
    alarm_command: tuple[str, ...] = ()
    alertmanager: str = ""


class Outlets:
    """Tells the commands and the Alertmanager of `settings` of what happens to alarms from now on.

    `tls` returns the TLS settings for an Alertmanager by https. `say` is told a sentence where
    something fails, once until it works again. `told` lets through what is ours to tell; None where
    all is. Raises UsageFault for a wrong URL.
    """

    def __init__(
        self,
        work: AlarmsAtWork,
        settings: OutletSettings,
        clock: Clock,
        *,
        tls: Callable[[], ssl.SSLContext],
        say: Callable[[str], None],
        told: Told | None = None,
    ) -> None:
        told = told or work
        self._clock = clock
        self._announcing = Announcing()
        self._bell: BellCommand | None = None
        self._command: AlarmCommand | None = None
        self._alerting: Alerting | None = None
        if settings.bell_command:
            command = Command("bell_command", settings.bell_command, clock, say)
            self._bell = BellCommand(command, clock)
            told.on_edges(self._bell.hear)
        if settings.alarm_command:
            command = Command("alarm_command", settings.alarm_command, clock, say)
            self._command = AlarmCommand(command)
            told.on_edges(self._announce)
        if settings.alertmanager:
            alertmanager = Alertmanager(settings.alertmanager, tls=tls)
            self._alerting = Alerting(work.alarms, alertmanager, clock, say=say, whose=told.whose)
            told.on_edges(self._alerting.hear)

    def _announce(self, edges: list[Edge]) -> None:
        assert self._command is not None
        ahead = self._clock.wall() - self._clock.monotonic()
        for announcement in self._announcing.take(edges, ahead):
            self._command.put(announcement)

    async def run(self) -> None:
        """Tell until cancelled; commands that run then are ended."""
        runs = [one.run() for one in (self._bell, self._command, self._alerting) if one is not None]
        await run_together(asyncio.Event().wait(), *runs)
