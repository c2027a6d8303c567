"""What changed while a pane was hidden is there when it is shown again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.events import Key

from pexdash.session.membership.membership import Membership
from pexdash.ui.drawing.panel import Panel
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.drawn_terminal import DrawnTerminal

WIDE, NARROW, THIN, FLAT, LOW = (120, 40), (80, 24), (45, 24), (120, 8), (80, 16)
Do = Callable[[Dashboard], Awaitable[object]]


async def _resized(shown: Dashboard, size: tuple[int, int]) -> None:
    await shown.pilot.resize_terminal(*size)
    await eventually(lambda: shown.app.size == size)
    await shown.pilot.pause()


def _speaks(shown: Dashboard, name: str, *silent: str) -> None:
    levels = {shown.uuid_of(name): 90, **{shown.uuid_of(one): 0 for one in silent}}
    shown.meeting.speak(levels)


async def another_speaks(shown: Dashboard) -> None:
    _speaks(shown, "Dan", "Ann")
    dan = shown.uuid_of("Dan")
    await eventually(lambda: _latest(shown.membership) == dan)


def _latest(membership: Membership) -> str:
    return (
        membership.feed.conference.speakers[0].uuid if membership.feed.conference.speakers else ""
    )


async def it_is_locked(shown: Dashboard) -> None:
    shown.meeting.set_locked(True)
    await eventually(lambda: shown.feed.conference.status.locked)


async def somebody_writes(shown: Dashboard) -> None:
    shown.meeting.say(shown.uuid_of("Ann"), "hello")
    await eventually(lambda: shown.feed.conference.chat.total)


def _on_stage(drawn: DrawnTerminal, name: str) -> bool:
    """Whether the stage, be it a pane or a line, shows that `name` speaks."""
    pane, line = drawn.line_with("STAGE", 1), drawn.line_with("STAGE █")
    return f"│ ● {name} " in pane or f" {name}" in line


@pytest.mark.parametrize(
    ("size", "other", "change", "line", "words"),
    [
        (WIDE, NARROW, another_speaks, "│                Dan", "Dan"),
        (WIDE, THIN, another_speaks, "│ ● Dan ", "█"),
        (WIDE, FLAT, it_is_locked, "LOCKED", "LOCKED"),
        (WIDE, FLAT, it_is_locked, "L Unlock", "Mute Guests"),
        (NARROW, LOW, somebody_writes, "   1 new", "1 new"),
    ],
)
async def test_a_change_while_a_pane_was_hidden(
    drawn: DrawnTerminal,
    size: tuple[int, int],
    other: tuple[int, int],
    change: Do,
    line: str,
    words: str,
) -> None:
    async with dashboard("Ann", "Bob", "Cid", "Dan", size=size) as shown:
        _speaks(shown, "Ann")
        await eventually(lambda: _on_stage(drawn, "Ann"))
        await _resized(shown, other)
        await change(shown)
        await shown.pilot.pause()
        await _resized(shown, size)
        assert words in drawn.line_with(line)
        for panel in shown.app.screen.query(Panel):
            if panel.size:
                await eventually(lambda one=panel: one._drawn == one.lines(*one.size))  # type: ignore[misc]


async def test_who_is_let_in_again_sees_who_speaks_by_now(drawn: DrawnTerminal) -> None:
    async with dashboard("Ann", "Dan") as shown:
        me = shown.feed.conference.me
        await eventually(lambda: drawn.shows("Nobody spoke yet"))
        shown.meeting.update(me, service_type="waiting_room")
        await eventually(lambda: drawn.shows("Waiting to be let in"))
        _speaks(shown, "Ann")
        shown.meeting.update(me, service_type="conference")
        await eventually(lambda: _on_stage(drawn, "Ann"))


@pytest.mark.parametrize("sizes", [(THIN, WIDE), (WIDE, THIN, WIDE), ((120, 15), WIDE)])
async def test_a_bar_goes_on_falling_when_it_is_shown(
    drawn: DrawnTerminal, sizes: tuple[tuple[int, int], ...]
) -> None:
    names = ("Ann", "Bob", "Cid", "Dan", "Eve")
    async with dashboard(*names, size=sizes[0]) as shown:
        shown.meeting.speak({shown.uuid_of(name): 90 for name in names})
        await eventually(lambda: len(shown.feed.conference.speakers) == len(names))
        last = shown.feed.conference.speakers[-1].uuid
        shown.meeting.speak(
            {shown.uuid_of(name): 90 * (shown.uuid_of(name) != last) for name in names}
        )
        await eventually(lambda: shown.feed.conference.speakers[-1].vad == 0)
        for size in sizes[1:]:
            await _resized(shown, size)
        await shown.clock.advance(3)
        name = next(one for one in names if shown.uuid_of(one) == last)
        await eventually(lambda: f"  {name}" in drawn.line_with("STAGE", 5))
        await eventually(lambda: "█" not in drawn.line_with("STAGE", 5)[78:])


async def test_a_key_that_comes_when_the_screens_are_gone_is_dropped() -> None:
    async with dashboard("Ann") as shown:
        app = shown.app
        app.exit(0)
    app._waiting_keys.append(Key("m", "m"))
    await app._next_key()
    assert app._waiting_keys
