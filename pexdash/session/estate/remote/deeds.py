"""What people decide on a wall that reads from the bus: each a request to who holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable

from msgspec import Struct

from pexdash.bus.holder_requests import (
    ACKNOWLEDGE,
    LEAVE,
    SHELVE,
    TRY_AGAIN,
    UNSHELVE,
    Acknowledge,
    Shelve,
    Unshelve,
)
from pexdash.errors import PexdashError
from pexdash.model.alarms.kept import check_shelving, whole
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.secret import Secret
from pexdash.session.estate.remote.asking import Asking
from pexdash.session.estate.remote.mirrored_alarms import MirroredAlarms
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.policy import READ_ONLY

NO_PIN = "No PIN is sent over the bus: put it where the collector's wall file says, then try again"


class Deeds:
    """Asks the holders, and says what they did not do; `label_of` is what a conference is called.

    `conferences` returns those of a cluster.
    """

    def __init__(
        self,
        asking: Asking,
        alarms: MirroredAlarms,
        *,
        say: Callable[[Notice], None],
        label_of: Callable[[ConferenceKey], str],
        conferences: Callable[[str], Iterable[ConferenceKey]],
        read_only: bool,
    ) -> None:
        self._asking = asking
        self._alarms = alarms
        self._say = say
        self._label_of = label_of
        self._conferences = conferences
        self._read_only = read_only
        self._under_way: set[asyncio.Task[None]] = set()

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        """Have each holder take note of its alarms."""
        by_home: dict[ConferenceKey, list[AlarmKey]] = {}
        for key in keys:
            for home in self._alarms.homes_of(key) or (key.conference,):
                by_home.setdefault(home, []).append(key)
        for home, alarms in by_home.items():
            self._ask(home, ACKNOWLEDGE, Acknowledge(alarms))

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        """Have the holders put something aside; raises UsageFault for too long a time."""
        check_shelving(key, seconds)
        if key.rule or key.conference.alias:
            for home in self._alarms.homes_of(key) or (key.conference,):
                self._ask(home, SHELVE, Shelve(key, why, seconds))
            return
        # The conferences of a cluster are held by several: each puts its own aside.
        for conference in self._conferences(key.conference.cluster):
            self._ask(conference, SHELVE, Shelve(whole(conference), why, seconds))

    def unshelve(self, key: AlarmKey) -> None:
        """Have the holders take something off the shelf."""
        for home in self._alarms.homes_of(key) or (key.conference,):
            self._ask(home, UNSHELVE, Unshelve(key))

    def try_again(self, key: ConferenceKey, pin: Secret | None) -> None:
        """Have the holder join anew, by the PIN that it has."""
        if pin is not None:
            self._say(Notice(NO_PIN, Weight.WARNING))
        else:
            self._ask(key, TRY_AGAIN)

    def leave(self, key: ConferenceKey) -> None:
        """Have the holder leave the conference: it is gone for everybody then."""
        self._ask(key, LEAVE)

    async def close(self) -> None:
        """Wait for no answer any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _ask(self, key: ConferenceKey, name: str, body: Struct | None = None) -> None:
        if self._read_only:
            self._say(Notice(READ_ONLY, Weight.WARNING))
            return
        task = asyncio.ensure_future(self._asked(key, self._asking.deed(key, name, body)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _asked(self, key: ConferenceKey, asking: Coroutine[None, None, None]) -> None:
        try:
            await asking
        except PexdashError as fault:
            self._say(Notice(f"{self._label_of(key)}: {fault}", Weight.WARNING))
