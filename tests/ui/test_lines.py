"""Lines that changed go to the terminal without a repaint, and only where they can be seen."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.events import MouseMove, MouseScrollUp
from textual.widget import Widget

from pexdash.ui.themes.framework_theme import themes_for
from pexdash.ui.themes.palettes import Depth
from pexdash.ui.themes.roles import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.drawn_terminal import DrawnTerminal

WIDE, NARROW = (120, 40), (80, 24)
NAMES = ("Ann", "Bob", "山田 太郎", "Zoë", "김민준", "Jean-Luc 👩‍👧", "Tom [Sales]")
OPENERS = ("question_mark", "j", "o", "D", "enter", "slash", "c")


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word for each paint of the framework."""
    painted: list[str] = []
    real = Compositor.render_update

    def render_update(self: Compositor, *given: Any, **named: Any) -> Any:
        painted.append("paint")
        return real(self, *given, **named)

    monkeypatch.setattr(Compositor, "render_update", render_update)
    return painted


async def at_rest(shown: Dashboard, paints: list[str]) -> None:
    """Wait until nothing is painted any more, and count from here."""
    while True:
        paints.clear()
        await shown.pilot.pause()
        if not paints:
            return


def sees_notices(shown: Dashboard) -> bool:
    """Whether there is a notice on the screen."""
    return bool(shown.told())


async def test_a_change_that_is_seen_needs_no_paint(
    drawn: DrawnTerminal, paints: list[str]
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await eventually(lambda: drawn.shows("Bob"))
        await at_rest(shown, paints)
        ann = shown.uuid_of("Ann")
        shown.meeting.speak({ann: 60})
        shown.meeting.update(shown.uuid_of("Bob"), is_muted="YES")
        await eventually(lambda: drawn.shows("1 speaking", "speaking", "muted"))
        assert paints == []


async def test_a_change_beside_a_notice_needs_no_paint_either(
    drawn: DrawnTerminal, paints: list[str]
) -> None:
    names = [f"{'日本' * (n % 2)}Person {n:02}" for n in range(40)]
    async with dashboard(*names, size=WIDE) as shown:
        await eventually(lambda: drawn.shows("Person 01"))
        shown.app.notify("Somebody said something\n" * 12, timeout=600)
        await eventually(lambda: drawn.shows("Somebody said something"))
        await at_rest(shown, paints)
        for name in names:
            shown.meeting.update(shown.uuid_of(name), overlay_text="日本語" * 20)
        shown.meeting.speak({shown.uuid_of(names[1]): 60})
        await eventually(lambda: any(one.vad > 0 for one in shown.feed.conference.speakers))
        await eventually(lambda: drawn.shows("shown as"))
        await shown.pilot.pause()
        assert paints == []
        as_drawn = drawn.picture(*WIDE)
        shown.app.action_draw_everything()
        await eventually(lambda: paints)
        await at_rest(shown, paints)
        assert drawn.picture(*WIDE) == as_drawn


async def test_what_lies_over_a_line_is_not_drawn_over(
    drawn: DrawnTerminal, paints: list[str]
) -> None:
    async with dashboard(*(f"Person {n:02}" for n in range(40)), size=NARROW) as shown:
        await eventually(lambda: drawn.shows("Person 01"))
        await shown.press("asterisk", "D")
        await eventually(lambda: drawn.shows("Disconnect 40 people?"))
        await at_rest(shown, paints)
        before = drawn.picture(*NARROW)
        for number in range(40):
            shown.meeting.update(shown.uuid_of(f"Person {number:02}"), is_muted="YES")
        conference = shown.feed.conference
        await eventually(lambda: sum(o.is_muted for o in conference.participants.values()) == 40)
        await at_rest(shown, paints)
        question = [line[10:70] for line in before[8:16]]
        assert [line[10:70] for line in drawn.picture(*NARROW)[8:16]] == question
        await eventually(shown.takes_keys)
        await shown.press("n")
        await eventually(lambda: drawn.shows("Person 01") and not drawn.shows("Disconnect 40"))
        await eventually(lambda: drawn.shows("muted"))


def steps(shown: Dashboard, rng: random.Random) -> list[Callable[[], object]]:
    """What may happen to a dashboard at any time."""
    meeting = shown.meeting

    def someone() -> str:
        return rng.choice(list(meeting.participants))

    return [
        lambda: meeting.update(someone(), is_muted=rng.choice(("YES", "NO"))),
        lambda: meeting.update(someone(), overlay_text=rng.choice(NAMES)),
        lambda: meeting.update(someone(), spotlight=rng.choice((0, 1_770_000_000.0))),
        lambda: meeting.update(someone(), buzz_time=rng.choice((0, 1_770_000_000.0))),
        lambda: meeting.speak({someone(): rng.randrange(101) for _ in range(3)}),
        lambda: meeting.say(someone(), rng.choice(NAMES)),
        lambda: meeting.join(rng.choice(NAMES)),
        lambda: shown.app.notify(f"Notice {rng.random()}", timeout=rng.uniform(0.02, 0.3)),
        lambda: shown.app.simulate_key(rng.choice(("down", "up", "pagedown", "space", "f"))),
        lambda: shown.app.simulate_key(rng.choice(OPENERS)),
        lambda: shown.app.simulate_key("escape"),
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW, (45, 14)])
@pytest.mark.parametrize("seed", range(2))
async def test_the_terminal_shows_what_a_whole_repaint_would(
    drawn: DrawnTerminal, paints: list[str], size: tuple[int, int], seed: int
) -> None:
    rng = random.Random(seed)
    async with dashboard(*NAMES * 6, size=size) as shown:
        await eventually(lambda: drawn.shows("Ann"))
        for number in range(72):
            rng.choice(steps(shown, rng))()
            if rng.random() < 0.5:
                await shown.pilot.pause()
            if number % 12 == 11:
                for _ in range(4):
                    await shown.press("escape")
                await eventually(lambda: shown.app.screen is shown.screen)
                # Those of the test go within a moment by themselves, but the program's stay long.
                shown.app.clear_notifications()
                await eventually(lambda: not sees_notices(shown))
                await at_rest(shown, paints)
                as_drawn = drawn.picture(*size)
                shown.app.action_draw_everything()
                await eventually(lambda: paints)
                await at_rest(shown, paints)
                assert drawn.picture(*size) == as_drawn, number


@pytest.mark.parametrize("size", [(200, 50), WIDE, NARROW, (45, 14)])
async def test_a_repaint_of_one_widget_leaves_its_neighbours(
    drawn: DrawnTerminal, paints: list[str], size: tuple[int, int]
) -> None:
    async with dashboard(*NAMES, size=size) as shown:
        for number in range(40):
            shown.meeting.say(shown.uuid_of("Ann"), f"words {number}")
        await eventually(lambda: shown.feed.conference.chat.total == 40)
        await at_rest(shown, paints)
        before = drawn.picture(*size)
        for one in shown.screen.walk_children(Widget):
            one.refresh()
            await at_rest(shown, paints)
            assert drawn.picture(*size) == before, one


def move_the_mouse_over(shown: Dashboard, name: str) -> None:
    x = shown.roster.region.x + 3
    y = next(y for y, line in enumerate(shown.lines()) if name in line)
    moved = MouseMove(None, x, y, 1, 0, 0, False, False, False, screen_x=x, screen_y=y)
    shown.app.screen._forward_event(moved)


@pytest.mark.parametrize(
    "looked_at",
    [
        lambda shown: move_the_mouse_over(shown, "Bob"),
        lambda shown: shown.screen.query_one("#roster-heading").refresh(),
    ],
    ids=["the mouse", "a repaint nearby"],
)
async def test_what_was_drawn_for_nobody_is_drawn_again(
    drawn: DrawnTerminal, looked_at: Callable[[Dashboard], None]
) -> None:
    """Between an event and the next frame the framework may draw the row and not send it."""
    async with dashboard("Ann", "Bob", size=WIDE) as shown:
        await eventually(lambda: drawn.shows("Bob"))
        shown.screen._gate.interval = 0.3
        shown.meeting.update(shown.uuid_of("Ann"), is_muted="YES")
        await eventually(lambda: "muted" in drawn.line_with("Ann"))
        bob = shown.uuid_of("Bob")
        shown.meeting.update(bob, is_muted="YES")
        await eventually(lambda: shown.feed.conference.participants[bob].is_muted)
        looked_at(shown)
        await eventually(lambda: "muted" in drawn.line_with("Bob"))


@pytest.mark.parametrize("size", [WIDE, (180, 40)])
async def test_the_wheel_scrolls_the_chat(size: tuple[int, int]) -> None:
    async with dashboard("Ann", size=size) as shown:
        for number in range(60):
            shown.meeting.say(shown.uuid_of("Ann"), f"line {number}")
        await shown.shows("line 59")
        log = shown.screen.query_one("#chat-log")
        await eventually(lambda: log.allow_vertical_scroll)
        x, y = log.region.x + 3, log.region.y + 3
        for _ in range(8):
            turned = MouseScrollUp(None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y)
            shown.app.screen._forward_event(turned)
            await shown.pilot.pause()
        await eventually(lambda: "line 59" not in shown.text())


async def test_a_new_theme_is_drawn_whole_and_costs_nothing_then(
    drawn: DrawnTerminal, paints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with dashboard(*NAMES, size=WIDE) as shown:
        await eventually(lambda: drawn.shows("Ann"))
        await at_rest(shown, paints)
        sent: list[str] = []
        write = drawn.write

        def count(text: str) -> None:
            sent.append(text)
            write(text)

        monkeypatch.setattr(drawn, "write", count)
        shown.app.choose_theme("light")
        await at_rest(shown, paints)
        grounds = {cell[1] if cell[0] == " " else cell[2] for cell in chain(*drawn.picture(*WIDE))}
        light = themes_for(Depth.MILLIONS)["light"].variables
        assert grounds <= {light[role].removeprefix("#") for role in Role if role in light}
        assert sum(map(len, sent)) < WIDE[0] * WIDE[1] * 4
        sent.clear()
        for widget in shown.screen.walk_children(Widget):
            widget.refresh()
        shown.app.choose_theme("light")
        await at_rest(shown, paints)
        assert sent == []
