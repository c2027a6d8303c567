"""The limits of a wall show what is there, and what is read of its terminal is so."""

from __future__ import annotations

import re

import pytest

from pexdash.api.events import event_of
from pexdash.api.sse import EventDecoder
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import Event, ParticipantCreated, StageUpdated
from tests.bench import stream
from tests.bench.feeding import feeding
from tests.bench.plain_cells import bells, first_shown, frames, plain_bytes
from tests.bench.processes import python
from tests.bench.terminals import terminal

SIZE = (20, 3)


def decoded(data: bytes) -> Event:
    """The one event of a frame."""
    ((told,),) = EventDecoder().feed(data)
    return event_of(*told)


def test_a_round_of_a_meeting_changes_people_voices_and_who_is_there() -> None:
    conference, seen = Conference(stream.ALIAS), []
    roster = stream.people(20)
    for one in roster:
        created = stream.frame("participant_create", 0, one)
        conference.apply(decoded(created), 0.0, Changes())
    several = set()
    for data in stream.meeting_round(roster):
        changes, event = Changes(), decoded(data)
        conference.apply(event, 0.0, changes)
        assert changes, event
        several.add(len(conference.participants))
        seen.append(type(event))
    assert len(seen) == stream.ROUND
    assert several == {20, 21}
    assert seen.count(StageUpdated) == stream.ROUND // 2
    assert seen.count(ParticipantCreated) == stream.ROUND // 20


def test_what_is_written_together_is_one_frame() -> None:
    chunks = [(1.0, b"a"), (1.01, b"b"), (1.5, b"c")]
    assert list(frames(chunks)) == [(1.0, b"ab"), (1.5, b"c")]


@pytest.mark.parametrize(
    ("written", "cost"),
    [
        (b"\x1b[1;1H\x1b[31mab", 0),
        (b"\x1b[1;1HaX", len("\x1b[1;2HX")),
        (b"\x1b[1;1HXY\x1b[2;4HZ", len("\x1b[1;1HXY\x1b[2;4HZ")),
        (b"\x1b[1;1HX\x1b[1;1Ha", 0),
    ],
    ids=["only a style", "one cell", "two places", "and back within a frame"],
)
def test_only_the_cells_that_differ_after_a_frame_cost(written: bytes, cost: int) -> None:
    assert plain_bytes([(0.0, b"\x1b[1;1Hab")], [(1.0, written)], SIZE) == cost


def test_the_end_of_a_title_is_no_bell() -> None:
    assert bells([(0.0, b"\x1b]2;a title\x07x\x07\x1b]2;an"), (1.0, b"other\x1b\\\x07")]) == 2


def test_a_line_is_first_shown_where_it_is_whole() -> None:
    chunks = [(1.0, b"\x1b[2;1H3 of"), (2.0, b" 4 lines"), (3.0, b" stale")]
    words = re.compile(r"\d of \d lines")
    assert first_shown(chunks, words, SIZE) == 2.0
    assert first_shown(chunks[:1], words, SIZE) is None


async def test_the_limit_counts_the_people_of_each_conference_and_moves_its_cursor() -> None:
    async with (
        feeding("--participants", "20") as feed,
        terminal(*python("limits.wall", feed.url, "3", "--draw")) as shown,
    ):
        await shown.shows("19")
        while len(await feed.opened()) < 3:
            await shown.quiet(0.1)
        since = len(shown.chunks)
        shown.press(b"\x1b[C")
        await shown.shows("▸", since)
