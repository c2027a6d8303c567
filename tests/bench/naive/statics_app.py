"""Another thing one builds: a Textual Static for every visible row, updated when it changes."""

from __future__ import annotations

import argparse
import time
from typing import Any

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tests.bench import stream
from tests.bench.limits.rows import WIDTHS, bar_of, cells_of
from tests.bench.scenario import Change, Scenario, play


class StaticsApp(App[None]):
    """As many rows as there is room for, and twenty voices."""

    CSS = """
    #rows { width: 1fr; }
    #voices { width: 50; }
    Static { height: 1; }
    """

    def __init__(self, participants: int) -> None:
        super().__init__()
        self._roster = stream.people(participants)
        self._people = {one["uuid"]: one for one in self._roster}
        self._rows: dict[str, Static] = {}
        self._statics: list[Static] = []
        self._voices: list[Static] = []
        self._speakers = stream.speakers_of(self._roster)

    def compose(self) -> ComposeResult:
        for one in stream.in_order(self._roster)[: self.size.height - 4]:
            self._rows[one["uuid"]] = Static(_line(one), markup=False)
        self._statics = list(self._rows.values())
        self._voices = [Static("", markup=False) for _ in range(stream.SPEAKERS)]
        yield Static("meet.alice@example.com")
        with Horizontal():
            yield Vertical(*self._rows.values(), id="rows")
            yield Vertical(*self._voices, id="voices")

    def on_mount(self) -> None:
        scenario = Scenario(self._roster)
        self.run_worker(play(scenario.ticks, self._change, scenario.voices, self._hear))

    def _change(self, changes: list[Change]) -> None:
        for uuid, name, value in changes:
            self._people[uuid] = one = self._people[uuid] | {name: value}
            if uuid in self._rows:
                self._rows[uuid].update(_line(one), layout=False)
        if any(name == "buzz_time" for _, name, _ in changes):
            self._put_hands_first()

    def _put_hands_first(self) -> None:
        before = list(self._rows)
        shown = stream.in_order(list(self._people.values()))[: len(self._statics)]
        self._rows = {}
        for static, one, old in zip(self._statics, shown, before, strict=True):
            self._rows[one["uuid"]] = static
            if one["uuid"] != old:
                static.update(_line(one), layout=False)

    def _hear(self, levels: list[int]) -> None:
        for voice, uuid, level in zip(self._voices, self._speakers, levels, strict=True):
            name = self._people[uuid]["display_name"]
            voice.update(f"{name:30}{bar_of(level, 15)}", layout=False)


def _line(one: dict[str, Any]) -> str:
    cells = zip(cells_of(one, time.time()), WIDTHS, strict=True)
    return " ".join(cell[:width].ljust(width) for cell, width in cells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, required=True, metavar="PARTICIPANTS")
    StaticsApp(parser.parse_args().play).run()


if __name__ == "__main__":
    main()
