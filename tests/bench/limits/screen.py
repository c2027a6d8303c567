"""The limit of the screen: no framework, no styles, only changed cells, by cursor addressing."""

from __future__ import annotations

import argparse
import asyncio
import os

from tests.bench import heartbeat, stream
from tests.bench.limits.rows import LEAD, WIDTH, WIDTHS, bar_of, cells_of, sound_of
from tests.bench.scenario import Change, Scenario, play

_METER_LEFT = WIDTH + 30
_METER_WIDTH = 15


class Screen:
    """What stands on the terminal, and the writing of what differs."""

    def __init__(self, roster: list[dict[str, object]], height: int) -> None:
        self.people = {str(one["uuid"]): one for one in roster}
        shown = stream.in_order(roster)[: height - 4]
        self._row = {str(one["uuid"]): at for at, one in enumerate(shown, 3)}
        self._bars = [" " * _METER_WIDTH] * stream.SPEAKERS
        self._lines = {uuid: self.line(uuid) for uuid in self._row}

    def whole(self) -> str:
        """Everything, as it is painted first."""
        lines = ["\x1b[?1049h\x1b[?25l\x1b[2J", "\x1b[1;1Hmeet.alice@example.com"]
        for uuid, row in self._row.items():
            lines.append(f"\x1b[{row};1H{self._lines[uuid]}")
        for at, uuid in enumerate(stream.speakers_of(list(self.people.values()))):
            name = str(self.people[uuid]["display_name"])
            lines.append(f"\x1b[{at + 3};{WIDTH + 4}H{name}")
        return "".join(lines)

    def shows(self, uuid: str) -> bool:
        """Whether a participant's row is on the screen."""
        return uuid in self._row

    def line(self, uuid: str) -> str:
        """A participant's line."""
        one = self.people[uuid]
        cells = zip(cells_of(one), WIDTHS, strict=True)
        return f" {sound_of(one)} ".rjust(LEAD) + " ".join(
            _fit(cell, width) for cell, width in cells
        )

    def change(self, changes: list[Change]) -> str:
        """Take changes; what has to be written."""
        written = []
        for uuid, name, value in changes:
            self.people[uuid] = self.people[uuid] | {name: value}
            if (row := self._row.get(uuid)) is None:
                continue
            old, new = self._lines[uuid], self.line(uuid)
            self._lines[uuid] = new
            # The sign before the name stands apart from the words behind it.
            if old[:LEAD] != new[:LEAD]:
                written.append(f"\x1b[{row};1H{new[:LEAD]}")
            written.append(_differing(old, new, row, LEAD))
        return "".join(written)

    def hear(self, levels: list[int]) -> str:
        """Take the voices; what has to be written: of each bar the cells that differ."""
        written = []
        for at, level in enumerate(levels):
            old, new = self._bars[at], bar_of(level, _METER_WIDTH)
            self._bars[at] = new
            written.append(_differing(old, new, at + 3, 0, _METER_LEFT))
        return "".join(written)


def _differing(old: str, new: str, row: int, begin: int, left: int = 1) -> str:
    """What writes the cells from `begin` on that differ; the first cell of both is at `left`."""
    cells = [cell for cell in range(begin, len(new)) if old[cell] != new[cell]]
    if not cells:
        return ""
    first, last = cells[0], cells[-1]
    return f"\x1b[{row};{left + first}H{new[first : last + 1]}"


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _write(text: str) -> None:
    if text:
        os.write(1, text.encode())


async def _play(participants: int, beats: str) -> None:
    roster = stream.people(participants)
    screen, scenario = Screen(roster, os.get_terminal_size().lines), Scenario(roster)
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
    pending: list[Change] = []

    def write() -> None:
        assert screen is not None
        _write(screen.change(pending))
        pending.clear()

    def take(person: Person | None) -> None:
        nonlocal screen
        if screen is None:
            if person is None:
                roster = [msgspec.structs.asdict(one) for one in model.people.values()]
                screen = Screen(roster, os.get_terminal_size().lines)
                _write(screen.whole())
            return
        if person is None or not screen.shows(person.uuid):
            return
        if not pending:
            asyncio.get_running_loop().call_soon(write)
        old = screen.people[person.uuid]
        for name in (*stream.CHANGING, "overlay_text"):
            if (value := getattr(person, name)) != old[name]:
                pending.append((person.uuid, name, value))

    model.changed = take
    await (await follow(url, model)).ended


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, default=0, metavar="PARTICIPANTS")
    parser.add_argument("--follow", default="", metavar="URL")
    parser.add_argument("--beats", default="", metavar="FILE")
    given = parser.parse_args()
    asyncio.run(_follow(given.follow) if given.follow else _play(given.play, given.beats))


if __name__ == "__main__":
    main()
