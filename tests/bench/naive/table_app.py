"""What one builds in an afternoon: a Textual DataTable, stock httpx-sse, a message an event."""

from __future__ import annotations

import argparse
import time
from typing import Any, ClassVar

import httpx
from httpx_sse import aconnect_sse
from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import DataTable, Input, Static

from tests.bench import heartbeat, stream
from tests.bench.limits.rows import COLUMN_OF, TITLES, WIDTHS, bar_of, cell_of, cells_of
from tests.bench.scenario import Change, Scenario, play


class TableApp(App[None]):
    """A roster in a table, and twenty voices."""

    CSS = """
    DataTable { width: 1fr; height: 1fr; }
    #voices { width: 50; }
    .voice { height: 1; }
    #filter { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("f", "sort", "Sort"), ("slash", "filter", "Filter")]

    class Told(Message):
        """An event of the node."""

        def __init__(self, name: str, fields: Any) -> None:
            super().__init__()
            self.name = name
            self.fields = fields

    def __init__(self, participants: int, url: str, beats: str) -> None:
        super().__init__()
        self._participants = participants
        self._url = url
        self._beats = beats
        self._people: dict[str, dict[str, Any]] = {}
        self._order = 0

    def compose(self) -> ComposeResult:
        yield Static("meet.alice@example.com", id="title")
        with Horizontal():
            yield DataTable(cursor_type="row")
            with Vertical(id="voices"):
                for _ in range(stream.SPEAKERS):
                    yield Static("", classes="voice")
        yield Input(id="filter")

    def on_mount(self) -> None:
        if self._beats:
            heartbeat.start(self._beats)
        self._table = self.query_one(DataTable)
        self._voices = list(self.query(".voice").results(Static))
        for title, width in zip(TITLES, WIDTHS, strict=True):
            self._table.add_column(title, key=title, width=width)
        self._table.focus()
        if self._participants:
            roster = stream.people(self._participants)
            self._people = {one["uuid"]: one for one in roster}
            self._fill(stream.in_order(roster))
            self._names = [self._people[one]["display_name"] for one in stream.speakers_of(roster)]
            told = Scenario(roster)
            self.run_worker(play(told.ticks, self._change, told.voices, self._hear, self._finish))
        if self._url:
            self.run_worker(self._follow())

    def _fill(self, people: list[dict[str, Any]]) -> None:
        self._table.clear()
        for one in people:
            self._table.add_row(*map(Text, cells_of(one, time.time())), key=one["uuid"])

    # Changes

    def _change(self, changes: list[Change]) -> None:
        for uuid, name, value in changes:
            self._people[uuid] = one = self._people[uuid] | {name: value}
            self._table.update_cell(
                uuid, COLUMN_OF[name], Text(cell_of(one, COLUMN_OF[name], time.time()))
            )

        if any(name == "buzz_time" for _, name, _ in changes):
            self._put_hands_first()

    def _put_hands_first(self) -> None:
        places = {one["display_name"]: stream.place_of(one) for one in self._people.values()}
        self._table.sort("name", key=lambda cell: places[cell.plain])

    def _hear(self, levels: list[int]) -> None:
        for voice, name, level in zip(self._voices, self._names, levels, strict=True):
            # Kindly: an update with layout lays the whole screen out anew.
            voice.update(Text(f"{name:30}{bar_of(level, 15)}"), layout=False)

    def _finish(self, text: str) -> None:
        self._people[stream.MARKER]["overlay_text"] = text
        cell = Text(cell_of(self._people[stream.MARKER], "state", time.time()))
        self._table.update_cell(stream.MARKER, "state", cell)

    # The node

    async def _follow(self) -> None:
        async with (
            httpx.AsyncClient(timeout=None) as client,
            aconnect_sse(client, "GET", self._url) as source,
        ):
            async for event in source.aiter_sse():
                self.post_message(self.Told(event.event, event.json()))

    @on(Told)
    def _take(self, told: Told) -> None:
        if told.name == "participant_create":
            self._people[told.fields["uuid"]] = told.fields
        elif told.name == "participant_sync_end":
            self._fill(stream.in_order(list(self._people.values())))
            self.query_one("#title", Static).update(f"complete: {len(self._people)}")
        elif told.name == "participant_update":
            uuid = told.fields["uuid"]
            old = zip(TITLES, cells_of(self._people[uuid], time.time()), strict=True)
            new = dict(zip(TITLES, cells_of(told.fields, time.time()), strict=True))
            self._people[uuid] = told.fields
            for title, cell in old:
                if new[title] != cell:
                    self._table.update_cell(uuid, title, Text(new[title]))

    # Keys

    def action_sort(self) -> None:
        """Sort by name, then by the newest, then by protocol, and over again."""
        self._order = (self._order + 1) % 3
        starts = {one["display_name"]: one["start_time"] for one in self._people.values()}
        if self._order == 0:
            self._table.sort("name", key=lambda cell: cell.plain.casefold())
        elif self._order == 1:
            self._table.sort("name", key=lambda cell: -starts[cell.plain])
        else:
            self._table.sort("by", key=lambda cell: cell.plain)

    def action_filter(self) -> None:
        """Open the filter line."""
        line = self.query_one("#filter", Input)
        line.display = True
        line.focus()

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        people = stream.in_order(list(self._people.values()))
        wanted = event.value.casefold()
        self._fill([one for one in people if wanted in one["display_name"].casefold()])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, default=0, metavar="PARTICIPANTS")
    parser.add_argument("--follow", default="", metavar="URL")
    parser.add_argument("--beats", default="", metavar="FILE")
    given = parser.parse_args()
    TableApp(given.play, given.follow, given.beats).run()


if __name__ == "__main__":
    main()
