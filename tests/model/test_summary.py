"""A summary says of a conference what a wall shows, and counts people as the wall does."""

from __future__ import annotations

from pexdash.model.events import (
    BreakoutHeard,
    ConferenceUpdated,
    PresentationStarted,
    Speaker,
    StageUpdated,
)
from pexdash.model.line import LineState
from pexdash.model.participant import Role
from pexdash.model.status import Classification, ConferenceStatus, CryForHelp
from pexdash.model.summary import Summary
from tests.model.alarms.watching import BEGAN, BOARD, NODE, Watching, host, ringing, waiting
from tests.model.people import person


def summary(wall: Watching) -> Summary:
    return wall.alarms.summary(BOARD)


def test_a_summary_counts_each_in_one_place() -> None:
    wall = Watching(
        host("ann", "Ann"),
        person("bob", "Bob", is_muted=True, buzz_time=BEGAN),
        person("tim", encryption="Off", is_client_muted=True),
        person("api", protocol="api", has_media=False),
        person("rec", is_recording=True),
        person("ai", is_ai_enabled=True),
        person("pin", service_type="ivr"),
        ringing("r"),
        waiting("w"),
    )
    told = summary(wall)
    assert (told.people, told.hosts, told.waiting, told.ringing) == (3, 1, 1, 1)
    assert (told.api, told.recorders, told.hands) == (2, 1, 1), "we are a control connection too"
    assert (told.open_microphones, told.unencrypted) == (1, 1)
    assert told.recording


def test_a_summary_says_how_the_meeting_stands() -> None:
    wall = Watching(host("ann", "Ann"), person("bob", "Bob"))
    assert summary(wall).started
    wall.set(locked=True, guests_muted=True, started=False, recording=True)
    wall.set(classification=Classification({0: "OPEN", 1: "SECRET"}, 1))
    wall.tell(StageUpdated((Speaker("bob", 0, 40),)), PresentationStarted("Ann", "", "ann"))
    cry = ConferenceStatus(breakoutbuzz=CryForHelp(asks=True))
    wall.tell(BreakoutHeard("room-b", ConferenceUpdated(cry)))
    told = summary(wall)
    assert (told.locked, told.guests_muted, told.started, told.recording) == (
        True,
        True,
        False,
        True,
    )
    assert (told.speaker, told.presenter) == ("Bob", "Ann")
    assert (told.classification, told.help_rooms) == ("SECRET", 1)
    wall.tell(StageUpdated((Speaker("bob", 0, 0),)))
    assert summary(wall).speaker == ""


def test_a_summary_has_the_longest_wait() -> None:
    wall = Watching(host("ann"))
    assert (summary(wall).waits, summary(wall).waits_since) == ("", None)
    wall.put(waiting("w"))
    wall.at(10)
    wall.put(waiting("a"))
    told = summary(wall)
    assert (told.waits, told.waits_since, told.waits_longer) == ("w", BEGAN, False)


def test_a_summary_knows_the_peak_of_this_meeting() -> None:
    wall = Watching()
    assert summary(wall).began is None
    wall.at(10)
    wall.put(host("ann"), person("bob"))
    wall.at(20)
    wall.leave("bob")
    told = summary(wall)
    assert (told.began, told.peak, told.peak_at) == (BEGAN + 10, 2, BEGAN + 10)
    wall.leave("ann")
    assert summary(wall).began is None
    wall.at(30)
    wall.put(host("ann"))
    assert (summary(wall).began, summary(wall).peak) == (BEGAN + 30, 1)


def test_a_summary_tells_of_our_line() -> None:
    wall = Watching(host("ann"))
    wall.at(5)
    wall.line(state=LineState.REFUSED, why="Invalid PIN", role=Role.GUEST)
    told = summary(wall)
    assert (told.alias, told.line, told.line_why) == ("board", LineState.REFUSED, "Invalid PIN")
    assert (told.line_since, told.node) == (BEGAN + 5, NODE)


def test_summaries_of_the_same_state_are_equal() -> None:
    wall = Watching(host("ann"), person("bob"))
    before = summary(wall)
    wall.put(person("bob", layout_group="left"))
    assert summary(wall) == before
