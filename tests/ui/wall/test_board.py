"""Which conference stands where, and where the cursor is."""

from __future__ import annotations

import random

import pytest

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.events import Speaker, StageUpdated
from pexdash.model.line import LineState
from pexdash.ui.drawing.glyphs import UNICODE
from pexdash.ui.drawing.wall.facts import Mark
from pexdash.ui.wall.board import COUNT_SECONDS, WallBoard
from pexdash.ui.wall.places import VIEW_SECONDS, View
from pexdash.ui.wall.since import AWAY_SECONDS
from tests.manual_clock import ManualClock
from tests.model.alarms.watching import host, waiting
from tests.model.people import person
from tests.ui.wall.scripted import ScriptedEstate


def board_of(*labels: str, size: tuple[int, int] = (120, 40)) -> tuple[WallBoard, ManualClock]:
    clock = ManualClock()
    estate = ScriptedEstate(clock, *labels)
    board = WallBoard(estate, UNICODE, "!")
    look(board)
    board.fit(*size)
    return board, clock


def look(board: WallBoard) -> None:
    board.take_slots()
    board.take(slot.key for slot in board.estate.slots if slot is not None)
    board.take_alarms()


def script(board: WallBoard) -> ScriptedEstate:
    assert isinstance(board.estate, ScriptedEstate)
    return board.estate


async def have_wait(board: WallBoard, clock: ManualClock, *labels: str) -> None:
    """Have somebody wait in each of these, until it is an alarm."""
    estate = script(board)
    for label in labels:
        estate.put(label, host(f"h-{label}"), waiting(f"w-{label}", f"Wendy of {label}"))
    await clock.advance(61)
    estate.advance()
    look(board)


def labels(board: WallBoard) -> list[str]:
    return [slot.label if slot is not None else "" for slot in board.on_page()]


def under(board: WallBoard) -> str:
    slot = board.slot(board.cursor)
    return "" if slot is None else slot.label


async def test_places_never_move_whatever_happens() -> None:
    names = [f"c{at:02}" for at in range(24)]
    board, clock = board_of(*names)
    rng = random.Random(7)
    estate = script(board)
    for step in range(200):
        label = rng.choice(names)
        match rng.randrange(4):
            case 0:
                estate.put(label, person(f"p{step}", f"P{step}"))
            case 1:
                estate.put(label, waiting(f"w{step}"))
            case 2:
                estate.line(label, LineState.LOST)
            case _:
                estate.line(label, LineState.LIVE)
        await clock.advance(rng.choice((1, 30, 90)))
        estate.advance()
        look(board)
        assert labels(board) == names
    estate.slots[3] = None
    look(board)
    assert labels(board) == [*names[:3], "", *names[4:]]


async def test_next_goes_round_what_needs_somebody_in_list_and_places_alike() -> None:
    board, clock = board_of("a", "b", "c", "d")
    assert not board.next_unacked(1)
    await have_wait(board, clock, "b", "d")
    went = []
    for by in (1, 1, 1, -1):
        assert board.next_unacked(by)
        alarm = board.current()
        assert alarm is not None
        assert alarm.key.conference == board.cursor
        went.append(under(board))
    assert went == ["b", "d", "b", "d"]
    script(board).acknowledge([alarm.key for alarm in board.listing.rows if under(board) == "d"])
    look(board)
    assert not board.next_unacked(1)


async def test_the_list_stands_still_while_the_cursor_is_in_it() -> None:
    board, clock = board_of("a", "b", "c")
    await have_wait(board, clock, "b")
    board.in_list = True
    board.move_in_list(0)
    assert under(board) == "b"
    await have_wait(board, clock, "a")
    script(board).acknowledge([board.listing.rows[0].key])
    look(board)
    assert [row.key.conference.alias[0] for row in board.listing.rows] == ["b", "a"]
    assert board.listing.unseen == 1
    board.in_list = False
    board.let_go()
    assert [row.key.conference.alias[0] for row in board.listing.rows] == ["a", "b"]
    assert board.listing.unseen == 0


async def test_a_key_holds_the_list_for_ten_seconds() -> None:
    board, clock = board_of("a", "b")
    await have_wait(board, clock, "b")
    board.key_pressed()
    script(board).acknowledge([board.listing.rows[0].key])
    await clock.advance(9)
    await have_wait(board, clock, "a")
    assert board.listing.rows[0].key.conference.alias[0] == "a"


async def test_what_is_over_keeps_its_row_while_the_list_is_held() -> None:
    board, clock = board_of("a", "b")
    await have_wait(board, clock, "b")
    board.in_list = True
    board.move_in_list(0)
    board.key_pressed()
    alarm = board.current()
    assert alarm is not None
    script(board).acknowledge([alarm.key])
    script(board).drop("b", "w-b")
    await clock.advance(11)
    script(board).advance()
    look(board)
    assert board.current() is alarm
    assert not alarm.is_listed
    assert board.telling.row(alarm, "b", board.now).state == "over"
    board.let_go()
    was_in_list = board.in_list
    # Nobody has been there for long: what comes now must not stand below what is over.
    await clock.advance(AWAY_SECONDS)
    board.let_go()
    assert (was_in_list, board.in_list) == (True, False)
    assert board.listing.rows == []


def test_arrows_go_over_free_places_and_on_to_other_pages() -> None:
    board, _ = board_of(*(f"c{at:04}" for at in range(1000)), size=(60, 16))
    assert board.plan.pages == 2
    board.move(0, 0)
    board.put_cursor(script(board).slot("c0000").key)
    board.move(1, 0)
    assert under(board) == "c0001"
    script(board).slots[2] = None
    look(board)
    board.move(1, 0)
    assert under(board) == "c0003"
    board.move(-1, 0)
    assert under(board) == "c0001"
    board.move(-1, -1)
    assert under(board) == "c0001"
    for _ in range(board.plan.rows):
        board.move(0, 1)
    assert board.page == 1
    assert board.page_of(board.cursor or ConferenceKey("", "")) == 1
    board.turn(1)
    assert board.page == 0


async def test_a_view_changes_no_place_and_goes_back_by_itself() -> None:
    board, clock = board_of("b", "c", "a")
    script(board).put("c", person("p1"), person("p2"))
    await have_wait(board, clock, "a")
    board.put_cursor(script(board).slot("c").key)
    seen = []
    for _ in View:
        board.key_pressed()
        board.next_view()
        seen.append("".join(labels(board)))
        assert under(board) == "c"
    assert seen == ["abc", "cab", "abc", "bca"]
    board.next_view()
    await clock.advance(VIEW_SECONDS - 1)
    assert not board.end_view()
    await clock.advance(2)
    assert board.end_view()
    assert "".join(labels(board)) == "bca"


async def test_a_filter_narrows_places_and_list_but_no_count() -> None:
    board, clock = board_of("board.oslo", "clinic.a", "clinic.b")
    await have_wait(board, clock, "board.oslo", "clinic.b")
    before = board.totals()
    board.set_filter("clinic is:waiting")
    assert labels(board) == ["clinic.b"]
    assert [row.key.conference.alias for row in board.listing.rows] == ["clinic.b@example.com"]
    assert under(board) == "clinic.b"
    assert board.totals() == before
    script(board).slot("clinic.a").gone_since = board.now
    board.take_slots()
    assert board.totals().conferences == before.conferences - 1
    assert board.flaw("is:nothing")
    board.set_filter("")
    assert len(labels(board)) == 3


def test_the_number_of_a_chip_changes_at_most_once_in_ten_seconds() -> None:
    board, clock = board_of(*(f"c{at}" for at in range(300)), size=(80, 24))
    slot = script(board).slot("c7")
    assert board.facts(slot).people == 0
    script(board).put("c7", person("p"))
    look(board)
    clock._move_to(clock.monotonic() + COUNT_SECONDS)
    assert board.facts(slot).people == 1
    script(board).put("c7", person("q"))
    look(board)
    assert board.facts(slot).people == 1
    assert board.take_owed() == {slot.key}
    clock._move_to(clock.monotonic() + COUNT_SECONDS)
    assert board.facts(slot).people == 2


async def test_a_calm_tile_is_the_same_for_a_minute_whoever_speaks() -> None:
    from pexdash.model.events import Speaker, StageUpdated

    board, clock = board_of("a")
    estate, slot = script(board), script(board).slot("a")
    estate.put("a", host("h", "Hanna"), person("p", "Pia"))
    look(board)
    before = board.facts(slot)
    for second in range(50):
        estate.tell("a", StageUpdated((Speaker("hp"[second % 2], 0, 60),)))
        await clock.advance(1)
        look(board)
        assert board.facts(slot) == before
    await clock.advance(10)
    assert board.facts(slot) != before


async def test_an_acknowledged_alarm_moves_once_a_minute() -> None:
    board, clock = board_of("a")
    slot = script(board).slot("a")
    await have_wait(board, clock, "a")
    loud = board.facts(slot)
    await clock.advance(1)
    assert board.facts(slot) != loud
    assert loud.is_loud
    assert loud.advice == "! Admit them"
    script(board).acknowledge([board.listing.rows[0].key])
    look(board)
    first = board.facts(slot)
    assert not first.is_loud
    assert first.word.startswith("acked jo")
    assert [one.text for one in first.alarms] == ["1 waits, longest 1:02 Wendy of a"]
    await clock.advance(40)
    assert board.facts(slot) == first


async def test_what_is_over_is_loud_no_more_but_waits_for_somebody_to_take_note() -> None:
    board, clock = board_of("a", "b")
    await have_wait(board, clock, "a", "b")
    script(board).acknowledge([one.key for one in board.listing.rows[1:]])
    script(board).drop("a", "w-a")
    await clock.advance(11)
    script(board).advance()
    look(board)
    facts = board.facts(script(board).slot("a"))
    assert (facts.is_loud, facts.mark, facts.alarms) == (False, Mark.FINE, ())
    assert facts.word.startswith("RETURNED")
    assert [one.key.conference.alias[0] for one in board.listing.rows] == ["b", "a"]
    counts = board.estate.alarms.counts(board.now)
    assert (counts.unacked, counts.returned) == (0, 1)
    assert board.next_unacked(1)
    assert under(board) == "a"


async def test_pages_with_critical_alarms_are_named() -> None:
    board, clock = board_of(*(f"c{at:04}" for at in range(1000)), size=(60, 16))
    estate = script(board)
    estate.put("c0900", host("h"), person("p"))
    estate.drop("c0900", "h")
    await clock.advance(11)
    estate.advance()
    look(board)
    assert board.totals().off_page == (2,)
    board.turn(1)
    assert board.totals().off_page == ()


async def test_only_what_is_suppressed_or_shelved_is_not_shown() -> None:
    board, clock = board_of("a", "b")
    await have_wait(board, clock, "a", "b")
    key = board.listing.rows[0].key
    script(board).shelve(key, "known", 900.0)
    look(board)
    assert [row.key.conference.alias[0] for row in board.listing.rows] == ["b"]
    assert script(board).alarms.counts(board.now).shelved == 1
    script(board).line("b", LineState.LOST)
    await clock.advance(31)
    script(board).advance()
    look(board)
    assert [row.rule.id for row in board.listing.rows] == ["line-stale"]


@pytest.mark.parametrize("state", [LineState.REFUSED, LineState.REMOVED, LineState.ENDED])
def test_nothing_is_said_of_people_of_whom_nothing_is_known(state: LineState) -> None:
    board, _ = board_of("a")
    script(board).put("a", person("p"))
    script(board).line("a", state, "Invalid PIN")
    look(board)
    facts = board.facts(script(board).slot("a"))
    assert not facts.is_known
    assert facts.word.startswith(state.value)
    assert facts.why == ("" if state is LineState.ENDED else "Invalid PIN")


async def test_a_chip_is_drawn_anew_for_people_and_a_tile_for_voices_too() -> None:
    names = [f"c{at:03}" for at in range(300)]
    for size, hears in (((80, 24), False), ((1000, 400), True)):
        board, _ = board_of(*names, size=size)
        key = board.estate.slots[7].key  # type: ignore[union-attr]
        script(board).put("c007", person("a", "Ann"))
        assert board.take([key]) == {key}
        script(board).tell("c007", StageUpdated((Speaker("a", 0, 90),)))
        assert board.take([key]) == ({key} if hears else set())
        assert board.summary(key).speaker == "Ann"


async def test_only_what_stands_on_the_page_is_drawn() -> None:
    board, _ = board_of(*(f"c{at:03}" for at in range(800)), size=(60, 16))
    keys = [slot.key for slot in board.places if slot is not None]
    each = board.plan.per_page
    assert each < len(keys)
    assert board.at_on_page(reversed(keys)) == list(range(each))
    board.turn(1)
    assert board.at_on_page(keys[each - 1 : each + 2]) == [0, 1]
    assert board.at_on_page([ConferenceKey("", "nobody")]) == []


async def test_a_conference_that_has_just_come_stands_nowhere_until_it_is_looked_at() -> None:
    board, _ = board_of("a", "b")
    script(board).add("c")
    assert [one.label for one in board.places if one is not None] == ["a", "b"]
    assert all(board.facts(one) for one in board.places if one is not None)
    look(board)
    assert [one.label for one in board.places if one is not None] == ["a", "b", "c"]
