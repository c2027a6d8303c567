"""The files that list a wall's conferences: read at the start, and again whenever they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.wall_file import read_aliases, read_wall_file
from pexdash.session.estate.wanted import Plan, Rules, Wanted

LOOK_SECONDS = 1.0
"""How often it is looked whether a file has changed."""
STILL_SECONDS = 2.0
"""How long a file must have stood still: it may be written in pieces."""

_Stamp = tuple[tuple[int, int, int] | None, ...]


class Lists:
    """Conferences that are named one by one, by `config` and by `aliases_file`, in this order.

    `settings` are the rules of the settings file.
    """

    def __init__(
        self,
        aliases: tuple[str, ...] = (),
        config: Path | None = None,
        aliases_file: Path | None = None,
        settings: Rules = Rules(),  # noqa: B008
    ) -> None:
        self._aliases = aliases
        self._config = config
        self._aliases_file = aliases_file
        self._settings = settings
        self._read_at = self._stamp()

    def read(self) -> Plan:
        """All conferences to show, each once; raises UsageFault, with every mistake of every file.

        No conference at all is one.
        """
        self._read_at = self._stamp()
        faults: list[str] = []
        plan = Plan("wall", layers=(self._settings.alarms,), profiles=self._settings.profiles)
        aliases = [*self._aliases]
        try:
            if self._config is not None:
                plan = read_wall_file(self._config, self._settings)
        except UsageFault as fault:
            faults.append(str(fault))
        try:
            if self._aliases_file is not None:
                aliases += read_aliases(self._aliases_file)
        except UsageFault as fault:
            faults.append(str(fault))
        if faults:
            raise UsageFault("\n".join(faults))
        wanted: dict[ConferenceKey, Wanted] = {}
        for one in (*plan.wanted, *(Wanted(alias, is_bare=True) for alias in aliases)):
            wanted.setdefault(one.key, one)
        if not wanted:
            raise UsageFault("there is no conference to show: name one, or --config or --from")
        title = plan.title
        if self._config is None and self._aliases_file is not None:
            title = self._aliases_file.stem
        return replace(plan, title=title, wanted=tuple(wanted.values()))

    async def follow(
        self, adopt: Callable[[Plan], None], say: Callable[[str], None], clock: Clock
    ) -> None:
        """Read the files again after each change, until cancelled."""
        still, since = self._stamp(), clock.monotonic()
        while True:
            await clock.sleep(LOOK_SECONDS)
            now, stamp = clock.monotonic(), self._stamp()
            if stamp != still:
                still, since = stamp, now
            elif stamp != self._read_at and now - since >= STILL_SECONDS:
                self.read_again(adopt, say)

    def read_again(self, adopt: Callable[[Plan], None], say: Callable[[str], None]) -> None:
        """Read the files now; with a mistake in them everything stays as it is."""
        try:
            plan = self.read()
        except UsageFault as fault:
            mistakes = str(fault).splitlines()
            for words in mistakes:
                logger.warning("%s", words)
            say(f"The wall stays as it is: {'; '.join(mistakes)}")
            return
        adopt(plan)
        say(f"The list was read again: {len(plan.wanted)} conferences")

    def _stamp(self) -> _Stamp:
        return tuple(
            _stamp_of(file) for file in (self._config, self._aliases_file) if file is not None
        )


def _stamp_of(file: Path) -> tuple[int, int, int] | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size
