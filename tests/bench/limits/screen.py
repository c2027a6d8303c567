"""The limit of the screen: the cells that the product draws, without any framework.

It sends the cells that differ, by cursor addressing. What never changes in the scenario is not
drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time

from tests.bench import heartbeat, stream
from tests.bench.limits.panes import HAPPENED, STAGE, Happened, Stage
from tests.bench.limits.roster import TOP, Order
from tests.bench.limits.rows import Run, runs_of
from tests.bench.limits.writing import Written
from tests.bench.scenario import Change, Scenario, play

_WIDTH = 200
_TITLE_SECONDS, _LOG_SECONDS = 1.0, 0.19
"""How often the title and the log of what happened are written at most, as the product does.

A little less than every second change, which may come a little early.
"""


class Screen:
    """What stands on the terminal, and the writing of what differs."""

    def __init__(self, roster: list[dict[str, object]], height: int) -> None:
        self.people = {str(one["uuid"]): one for one in roster}
        self._order = Order(self.people, height - TOP - 1)
        self.stage = Stage(self.people, stream.speakers_of(roster))
        self.happened = Happened()
        self._written = Written()
        self._in_view: set[str] = set()
        self._rows: dict[str, list[Run]] = {}
        self._title = ""
        self._titled_at = self._logged_at = -_TITLE_SECONDS

    def whole(self) -> str:
        """Everything, as it is painted first."""
        return "\x1b[?1049h\x1b[?25l\x1b[2J" + self.change([])

    def change(self, changes: list[Change]) -> str:
        """Take changes; what has to be written."""
        now = time.time()
        for uuid, name, value in changes:
            old = self.people[uuid]
            new = self.people[uuid] = old | {name: value}
            self._rows.pop(uuid, None)
            self._order.replace(old, new)
            if name == "buzz_time" and value != old[name]:
                self.happened.add(str(new["display_name"]), is_up=bool(value), now=now)
        return self._roster() + self._stage_lines() + self._happenings(now)

    def hear(self, levels: list[int]) -> str:
        """Take the voices; what has to be written."""
        before = dict(self.stage.vads)
        self.stage.hear(levels, time.monotonic())
        changed = {uuid for uuid, vad in self.stage.vads.items() if vad != before[uuid]}
        for uuid in changed:
            self._rows.pop(uuid, None)
        return (self._roster() if changed & self._in_view else "") + self._stage_lines()

    def _roster(self) -> str:
        now = time.time()
        lines = enumerate(self.roster_lines(now), TOP)
        return self._top(now) + "".join(self._written.put(0, y, line) for y, line in lines)

    def roster_lines(self, now: float) -> list[list[Run]]:
        """The lines of the roster at Unix time `now`."""
        lines = self._order.lines(now)
        self._in_view = {line for line in lines if isinstance(line, str)}
        return [self._row(line, now) if isinstance(line, str) else line for line in lines]

    def _row(self, uuid: str, now: float) -> list[Run]:
        if (runs := self._rows.get(uuid)) is None:
            vad, is_cursor = self.stage.vads.get(uuid, 0.0), uuid == stream.MARKER
            runs = self._rows[uuid] = runs_of(self.people[uuid], vad, now, cursor=is_cursor)
        return runs

    def _top(self, now: float) -> str:
        """The counts and the clock at the right of the first line, and the window's title."""
        hands = self._order.hands
        said = f"  {hands} {'HAND' if hands == 1 else 'HANDS'}" if hands else ""
        clock = time.strftime("%H:%M:%S", time.localtime(now))
        runs = [
            ("1 api  ", "dim"),
            (f"{len(self.people) - 1} in" + " " * 8, ""),
            (said.ljust(9), "attention strong"),
            (f"  ● live  {clock} ", "dim"),
        ]
        width = sum(len(text) for text, _ in runs)
        runs.insert(0, (" " * (60 - width), ""))
        title = f"({hands} {'hand' if hands == 1 else 'hands'}) " if hands else ""
        titled = ""
        if title != self._title and now - self._titled_at >= _TITLE_SECONDS:
            self._title, self._titled_at = title, now
            titled = f"\x1b]2;{title}{stream.ALIAS}\x1b\\"
        return titled + self._written.put(_WIDTH - 60, 0, runs)

    def _stage_lines(self) -> str:
        x, top, _, _ = STAGE
        lines = self.stage.lines(time.monotonic())
        return "".join(self._written.put(x, y, line) for y, line in enumerate(lines, top))

    def _happenings(self, now: float) -> str:
        if now - self._logged_at < _LOG_SECONDS:
            return ""
        self._logged_at = now
        x, top, _, _ = HAPPENED
        lines = self.happened.lines()
        return "".join(self._written.put(x, y, line) for y, line in enumerate(lines, top + 1))


def _write(text: str) -> None:
    if text:
        os.write(1, text.encode())


async def _play(participants: int, beats: str, *, lively: bool) -> None:
    roster = stream.people(participants)
    screen = Screen(roster, os.get_terminal_size().lines)
    scenario = Scenario(roster, lively=lively)
    _write(screen.whole())
    if beats:
        heartbeat.start(beats)
    await play(
        scenario.ticks,
        lambda changes: _write(screen.change(changes)),
        scenario.voices,
        lambda levels: _write(screen.hear(levels)),
        lambda text: _write(screen.change([(stream.MARKER, "overlay_text", text)])),
    )
    await asyncio.Event().wait()


async def _follow(url: str) -> None:
    """Show the node's events as they come, those of one reading together."""
    import msgspec

    from tests.bench.limits.ingest import Model, Person, follow

    model = Model()
    screen: Screen | None = None
    pending: dict[tuple[str, str], object] = {}

    def write() -> None:
        assert screen is not None
        _write(screen.change([(*changed, value) for changed, value in pending.items()]))
        pending.clear()

    def take(person: Person | None) -> None:
        nonlocal screen
        if screen is None:
            if person is None:
                roster = [msgspec.structs.asdict(one) for one in model.people.values()]
                screen = Screen(roster, os.get_terminal_size().lines)
                _write(screen.whole())
            return
        if person is None:
            return
        if not pending:
            asyncio.get_running_loop().call_soon(write)
        for name in (*stream.CHANGING, "overlay_text"):
            pending[person.uuid, name] = getattr(person, name)

    model.changed = take
    await (await follow(url, model)).ended


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, default=0, metavar="PARTICIPANTS")
    parser.add_argument("--follow", default="", metavar="URL")
    parser.add_argument("--lively", action="store_true")
    parser.add_argument("--beats", default="", metavar="FILE")
    given = parser.parse_args()
    if given.follow:
        asyncio.run(_follow(given.follow))
    else:
        asyncio.run(_play(given.play, given.beats, lively=given.lively))


if __name__ == "__main__":
    main()
