"""The wall on the screen: what its keys do, and what they never do."""

from __future__ import annotations

from time import monotonic

import pytest

from pexdash.model.alarms.kept import whole
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.alarms.listing import HOLD_SECONDS
from pexdash.model.line import LineState
from pexdash.session.feed.notices import Notice
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.burst import Burst
from pexdash.ui.screens.wall import PAGE_SECONDS
from pexdash.ui.wall.lag import BEHIND_SECONDS, Lag
from pexdash.ui.wall.since import AWAY_SECONDS
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.model.alarms.watching import host, waiting
from tests.ui.clicked_cells import cell_of, clicked
from tests.ui.typed_keys import typed
from tests.ui.wall.scripted import ScriptedEstate
from tests.ui.wall.shown import Shown, wall_of


def estate_of(*labels: str) -> tuple[ScriptedEstate, ManualClock]:
    clock = ManualClock()
    return ScriptedEstate(clock, *labels), clock


async def have_wait(shown: Shown, *labels: str) -> None:
    """Have somebody wait in each of these, until it is an alarm."""
    for label in labels:
        shown.estate.put(label, host(f"h-{label}"), waiting(f"w-{label}", f"Wendy of {label}"))
    await shown.later(61)


async def answers(shown: Shown) -> None:
    """Wait until the question on top takes keys."""
    await eventually(
        lambda: isinstance(shown.app.screen, GuardedDialog) and shown.app.screen.hears(monotonic())
    )


async def test_what_a_wall_tells_and_what_its_keys_do_to_alarms() -> None:
    estate, clock = estate_of("alpha", "beta", "gamma")
    async with wall_of(estate, clock, size=(170, 40)) as shown:
        assert " no alarms" in shown.lines()[0]
        await have_wait(shown, "beta", "gamma")
        assert "2 UNACK" in shown.lines()[0]
        # A stray `a` admits on the screen of a conference; here it is nothing.
        await shown.press("a")
        assert estate.asked == []

        await shown.press("n")
        assert "▸ △" in shown.text()
        await shown.press("k")
        assert estate.asked.pop() == ("acknowledge", "waiting beta@example.com")
        await shown.shows("1 UNACK", "acked jo")
        await shown.press("k")
        await eventually(lambda: "needs no acknowledgement" in shown.told())
        assert estate.asked == []

        await shown.press("K")
        await shown.shows("Acknowledge 1 alarm?", "gamma  1 waits")
        await answers(shown)
        await shown.press("escape")
        assert estate.asked == []

        await shown.press("n", "z")
        await shown.shows("Shelve: gamma", "15 min")
        await answers(shown)
        await shown.press("enter")
        await shown.shows("Say why")
        await shown.press(*"known", "enter")
        await eventually(lambda: bool(estate.asked))
        assert estate.asked.pop() == ("shelve", "waiting", "gamma@example.com", "known", 900.0)
        await shown.shows("1 shelved", "all acknowledged")

        await shown.press("Z")
        await shown.shows(
            "1 shelved", "Take back  gamma", "jo: known", "Shelve the whole cluster main"
        )
        await answers(shown)
        await shown.press("enter")
        await eventually(lambda: bool(estate.asked))
        assert estate.asked.pop() == ("unshelve", "waiting", "gamma@example.com")
        await shown.press("Z")
        await shown.shows("Shelve the whole conference gamma")
        await answers(shown)
        await shown.press("enter")
        await shown.shows("No alarm of it is shown", "1 h")
        await answers(shown)
        await shown.press(*"move", "tab", "right", "right", "right", "right")
        await shown.shows("7 days")
        await shown.press("enter")
        await eventually(lambda: bool(estate.asked))
        assert estate.asked.pop()[1:] == ("", "gamma@example.com", "move", 7 * 86_400.0)
        assert whole(estate.slot("gamma").key) in estate.alarms.kept.shelves


async def test_bell_order_filter_log_help_palette_and_leaving() -> None:
    estate, clock = estate_of("beta", "alpha")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        await shown.press("b")
        assert "BELL OFF" in shown.lines()[0]
        await shown.press("b")
        await eventually(lambda: "BELL OFF" not in shown.text())
        await shown.press("f")
        assert "by name" in shown.lines()[0]
        assert shown.text().index("alpha") < shown.text().index("beta")
        await shown.press("escape")
        assert "by name" not in shown.text()
        await shown.press("slash", *"alp")
        assert "filter alp" in shown.lines()[0]
        assert "beta" not in shown.text()
        await shown.press("enter")
        assert "esc Clear" in shown.lines()[-1]
        await shown.press("escape")
        assert "beta" in shown.text()
        assert "n Next" not in shown.lines()[-1]
        await have_wait(shown, "beta")
        assert "n Next" in shown.lines()[-1]
        await shown.press("T")
        await shown.shows("What happened on the wall", "beta  raised: 1 waits")
        await shown.press("escape", "question_mark")
        await shown.shows("What a wall cannot know", "Acknowledge the alarm", "one seat")
        await shown.press("escape", "ctrl+p")
        await shown.press(*"alpha")
        await shown.shows("go to it")
        await shown.press("enter")
        await eventually(lambda: shown.wall.board.cursor == estate.slot("alpha").key)
        await shown.press("q")
        await eventually(lambda: shown.app.return_value == 0)


async def test_clicks_go_to_what_they_are_on_and_keys_of_the_last_line_work() -> None:
    estate, clock = estate_of("alpha", "beta", "gamma")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        await have_wait(shown, "beta", "gamma")
        bar, board = "q Leave", shown.wall.board
        await clicked(shown, cell_of(shown, "gamma"))
        assert (board.cursor, board.in_list) == (estate.slot("gamma").key, False)
        await clicked(shown, cell_of(shown, "Alarms", within=bar))
        assert (board.cursor, board.in_list) == (estate.slot("gamma").key, True)
        alarms = shown.wall._alarms

        def key_of(label: str) -> AlarmKey:
            return AlarmKey("waiting", estate.slot(label).key)

        def row_of(label: str) -> int:
            row = board.listing.row_of(key_of(label))
            assert row is not None
            return row

        def cell_in_list(label: str) -> tuple[int, int]:
            cell = 10, alarms.region.y + 1 + row_of(label)
            assert label in shown.lines()[cell[1]]
            return cell

        await clicked(shown, cell_in_list("beta"))
        assert (board.alarm, board.in_list) == (key_of("beta"), True)
        await clicked(shown, cell_of(shown, "Ack", within=bar))
        assert estate.asked.pop() == ("acknowledge", "waiting beta@example.com")
        await clicked(shown, cell_of(shown, "Filter", within=bar))
        await shown.press(*"gam")
        await clicked(shown, cell_of(shown, "Clear", within="Keep"))
        assert board.filter == ""
        # Nobody leaves by a click alone.
        await clicked(shown, cell_of(shown, "Leave", within=bar))
        await shown.shows("Leave?", "Stay")
        await answers(shown)
        await shown.press("escape")
        assert shown.app.screen is shown.wall
        # What a row was just before is not what somebody meant.
        await shown.press("escape")
        await have_wait(shown, "alpha")
        await shown.later(HOLD_SECONDS + 1)
        before, row, cell = board.alarm, row_of("gamma"), cell_in_list("gamma")
        estate.shelve(key_of("gamma"), "known", 900.0)
        await shown.later(HOLD_SECONDS + 1)
        assert row_of("alpha") == row
        await clicked(shown, cell, at=alarms._sure._unsure_until[row] - 0.01)
        assert board.alarm == before != key_of("alpha")
        await clicked(shown, cell)
        assert board.alarm == key_of("alpha")


async def test_a_conference_that_is_refused_is_tried_again_with_a_pin_or_left() -> None:
    estate, clock = estate_of("alpha")
    estate.add("legal", state=LineState.REFUSED, why="Invalid PIN")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        await shown.press("n")
        for keys, asked in (
            (["enter"], ("try again", "legal@example.com", "")),
            (["down", "down", "enter"], ("leave", "legal@example.com")),
        ):
            await shown.press("enter")
            await shown.shows("legal: refused", "Invalid PIN", "Give a PIN")
            await answers(shown)
            await shown.press(*keys)
            await eventually(lambda: bool(estate.asked))
            assert estate.asked.pop() == asked
        await shown.press("enter")
        await answers(shown)
        await shown.press("down", "enter")
        await shown.shows("PIN for legal", "lock people out")
        await answers(shown)
        await shown.press(*"1234", "enter")
        await eventually(lambda: bool(estate.asked))
        assert estate.asked.pop() == ("try again", "legal@example.com", "1234")
        # The suggested action is another way to the same, and asks before.
        await shown.press("exclamation_mark")
        await shown.shows("Join legal again?")
        await answers(shown)
        await shown.press("y")
        await eventually(lambda: bool(estate.asked))
        assert estate.asked.pop()[0] == "try again"
        estate.read_only = True
        for pressed in ("exclamation_mark", "k", "K", "z", "Z"):
            shown.app.clear_notifications()
            await shown.press(pressed)
            assert "READ ONLY" in shown.told(), pressed
            assert shown.app.screen is shown.wall
        assert estate.asked == []
        # It stands in the line of the keys, which offers none of these.
        assert "READ ONLY: nothing is decided" in shown.lines()[-1]
        assert " Ack " not in shown.lines()[-1]
        # One that acknowledges for itself still acts on nobody.
        estate.local_ack = True
        await shown.press("n", "exclamation_mark")
        assert "READ ONLY: this wall acts on nobody" in shown.told()
        await shown.press("k")
        assert estate.asked == [("acknowledge", "refused legal@example.com")]


async def test_keys_that_were_not_meant_for_the_picture_do_nothing() -> None:
    estate, clock = estate_of("alpha", "beta")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        await have_wait(shown, "alpha", "beta")
        await shown.press("n")
        assert not shown.wall.hears(0.0, "k")
        assert shown.wall.hears(0.0, "q")
        # Text that came in one go is no order, but a filter where it begins with its key.
        await typed(shown, Burst("/bet"))
        await shown.shows("filter bet")
        await shown.press("escape")
        await typed(shown, Burst("kkz"))
        assert estate.asked == []
        await shown.pilot.resize_terminal(40, 10)
        await shown.shows("40x10 is too small", "60x16")
        assert not shown.wall.hears(0.0, "k")


async def test_held_keys_act_once() -> None:
    estate, clock = estate_of("alpha", "beta", "gamma")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        assert {"k", "K", "z", "exclamation_mark", "enter"} <= set(shown.wall.acting_keys)
        assert not {"n", "N", "f", "a"} & set(shown.wall.acting_keys)
        await have_wait(shown, "alpha", "beta", "gamma")
        await shown.press("n")
        deed = shown.wall.deed_of("k")
        await shown.press("n")
        deed()
        # It was pressed while the cursor was on the first.
        assert estate.asked == [("acknowledge", "waiting alpha@example.com")]


async def test_keys_are_the_users_own() -> None:
    estate, clock = estate_of("alpha")
    keys = keys_with({"acknowledge": "x", "suggested": "g"}, Place.WALL)
    async with wall_of(estate, clock, size=(170, 40), keys=keys) as shown:
        await have_wait(shown, "alpha")
        await shown.press("n")
        assert "g Admit them" in shown.text()
        await shown.press("k")
        assert estate.asked == []
        await shown.press("x")
        assert estate.asked == [("acknowledge", "waiting alpha@example.com")]


async def test_a_read_only_wall_turns_its_pages_while_nothing_needs_somebody() -> None:
    estate, clock = estate_of(*(f"c{at}" for at in range(700)))
    estate.read_only = True
    async with wall_of(estate, clock, size=(60, 16)) as shown:
        assert "1/2" in shown.lines()[0]
        await shown.later(PAGE_SECONDS)
        assert "2/2" in shown.lines()[0]
        await have_wait(shown, "c3")
        before = shown.wall.board.page
        for _ in range(3):
            await shown.later(PAGE_SECONDS)
        assert shown.wall.board.page == before
        # However much is told, the keys and the first line stay where they are.
        for number in range(3):
            shown.wall.say(Notice(f"{number} mistakes in the list: {'many words ' * 40}"))
        await shown.pilot.pause()
        assert "700 live" in shown.lines()[0]
        assert "q Leave" in shown.lines()[-1]
        assert not shown.wall.show_vertical_scrollbar


async def test_who_comes_back_reads_what_was_raised_meanwhile() -> None:
    estate, clock = estate_of("alpha")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        await shown.press("down")
        await have_wait(shown, "alpha")
        assert "your last key" not in shown.text()
        await shown.later(AWAY_SECONDS)
        assert "your last key: 1 raised" in shown.text(), shown.text()
        await shown.press("down")
        assert "your last key" not in shown.text()


@pytest.mark.parametrize(("late", "unsent", "words"), [(7.0, 0.0, "7 s"), (0.0, 6.0, "6 s")])
def test_a_screen_that_is_behind_says_so(late: float, unsent: float, words: str) -> None:
    now = [100.0]
    lag = Lag(lambda: now[0], lambda: unsent, 1.0)
    now[0] += 1.0 + late
    assert lag.tick() == late + unsent
    assert lag.words == f"this screen is {words} behind"
    lag = Lag(lambda: now[0], lambda: 0.0, 1.0)
    now[0] += BEHIND_SECONDS
    lag.tick()
    assert lag.words == ""


async def test_the_bell_rings_when_the_alarms_say_so_and_the_title_counts() -> None:
    estate, clock = estate_of("alpha")
    async with wall_of(estate, clock, size=(120, 40)) as shown:
        rung: list[str] = []
        shown.app.bell = lambda: rung.append("bell")  # type: ignore[method-assign]
        await have_wait(shown, "alpha")
        await shown.later(6)
        await eventually(lambda: rung == ["bell"])
        await shown.press("b")
        await shown.later(300)
        assert rung == ["bell"]
        assert "1 CRITICAL" in shown.text()
