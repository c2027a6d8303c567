"""One plain line for each event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pexdash.plain.event_lines import EventLines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard
from tests.decoded import decode_event
from tests.manual_clock import ManualClock

BOB = {"uuid": "bob", "display_name": "Bob", "role": "guest", "service_type": "conference"}
TIME_WIDTH = len("00:00:00 ")


class Lines:
    """The lines of events, without the time."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._feed = Feed("room", ManualClock())
        EventLines(self._feed, self.lines.append)

    def hear(self, name: str, data: Any = None, event_id: str = "") -> str:
        before = len(self.lines)
        text = data if isinstance(data, str) else "" if data is None else json.dumps(data)
        self._feed.tell(Heard([decode_event(name, text, event_id)]))
        (line,) = self.lines[before:]
        return line[TIME_WIDTH:]


@pytest.fixture
def heard() -> Lines:
    heard = Lines()
    heard.hear("participant_create", BOB)
    return heard


def test_what_changes_has_the_words_of_the_conference(heard: Lines) -> None:
    muted = {**BOB, "is_muted": "YES", "display_name": "Rob"}
    assert heard.hear("participant_update", muted) == "Rob is muted; Rob has a new name"
    assert heard.hear("conference_update", {"locked": True}) == "room is locked, Guests not muted"
    stage = [{"participant_uuid": "bob", "stage_index": 0, "vad": 80}]
    assert heard.hear("stage", stage) == "speaking: Rob"
    assert heard.hear("layout", {"view": "1:7", "participants": []}) == "layout 1:7"
    assert heard.hear("presentation_start", {"presenter_name": "Rob"}) == "Rob presents"
    assert heard.hear("presentation_stop") == "nobody presents"
    said = {"origin": "Rob", "uuid": "bob", "type": "text/plain", "payload": "a\nb"}
    assert heard.hear("message", said) == "chat Rob: a b"
    assert heard.hear("message_received", {**said, "payload": "c"}) == "chat Rob: c"
    assert heard.hear("participant_delete", {"uuid": "bob"}) == "Rob left"


def test_what_changes_nothing_has_words_of_its_own(heard: Lines) -> None:
    assert heard.hear("participant_sync_begin") == "the list of participants follows"
    assert heard.hear("participant_create", BOB) == "participant_create: Bob (in)"
    assert heard.hear("participant_sync_end") == "1 in, 0 api, 0 waiting"
    assert heard.hear("participant_update", BOB) == "participant_update: Bob (in)"
    assert heard.hear("presentation_frame", None, "MQ==") == "a new picture of the presentation"
    assert heard.hear("refresh_token") == "the node wants the token refreshed"
    assert heard.hear("presentation_stop") == "presentation_stop"
    assert heard.hear("stage", []) == "stage"
    machine = {"origin": "Bob", "type": "application/json", "payload": "{}"}
    assert heard.hear("message", machine) == "message of type application/json from Bob"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("call_disconnected", {"call_uuid": "c-1", "reason": "stolen"}, "call c-1 ended: stolen"),
        ("call_disconnected", {"call_uuid": "c-1"}, "call c-1 ended"),
        ("disconnect", {"reason": "by a host"}, "disconnected by the node: by a host"),
        ("disconnect", None, "disconnected by the node"),
        ("hello", None, "event hello"),
        ("presentation_ended", None, "the presentation is over"),
        ("refer", {"alias": "room7", "token": "b25l"}, "the node sends us to room7"),
        (
            "refer",
            {"alias": "room7", "token": "b25l", "breakout_name": "Red"},
            "the node sends us to room7, breakout room Red",
        ),
        ("cancel_refer", {}, "the node sends us nowhere after all"),
        ("on_hold", {"setting": True}, "we are on hold"),
        ("on_hold", {"setting": False}, "we are no longer on hold"),
        ("live_captions", {"data": "good", "is_final": False}, "caption so far: good"),
        ("live_captions", {"data": "Good.", "is_final": True}, "caption: Good."),
        ("splash_screen", {"screen_key": "welcome"}, "splash screen welcome"),
        ("splash_screen", None, "no splash screen"),
        (
            "fecc",
            {"action": "start", "movement": [{"axis": "pan", "direction": "left"}]},
            "camera start: pan left",
        ),
        ("breakout_begin", {"breakout_uuid": "red"}, "we are in breakout room red"),
        ("breakout_end", {"breakout_uuid": "red"}, "breakout room red is over"),
        (
            "breakout_refer",
            {"breakout_uuid": "red", "breakout_name": "Red"},
            "we are asked into breakout room Red",
        ),
        (
            "breakout_event",
            {"breakout_uuid": "red", "event": "participant_sync_begin"},
            "in breakout room red: the list of participants follows",
        ),
        ("stage", "{no JSON", "event stage: the node sent something that is not JSON"),
        ("", None, "event (no name)"),
    ],
)
def test_ends_and_the_unknown(heard: Lines, name: str, data: Any, words: str) -> None:
    assert heard.hear(name, data) == words


def test_a_room_has_the_words_of_a_conference(heard: Lines) -> None:
    def told(event: str, data: Any) -> str:
        return heard.hear("breakout_event", {"breakout_uuid": "red", "event": event, "data": data})

    update = {"breakout_name": "Red", "breakoutbuzz": {"value": True, "time": 1}, "locked": True}
    assert told("conference_update", update) == (
        "Red asks for help; in Red: Red is locked, Guests not muted"
    )
    assert told("participant_create", BOB) == "in Red: Bob joined (in)"
    assert told("participant_delete", {"uuid": "bob"}) == "in Red: Bob left"
    said = {"origin": "Bob", "type": "text/plain", "payload": "hi"}
    assert told("message_received", said) == "in Red: chat Bob: hi"
    assert heard.hear("breakout_end", {"breakout_uuid": "red"}) == "breakout room red is over"


def test_a_layout_that_is_asked_for_and_a_direct_message(heard: Lines) -> None:
    wanted = {"primary_screen": {"chair_layout": "4:0", "guest_layout": "4:0"}}
    layout = {"view": "1:7", "requested_layout": wanted}
    assert heard.hear("layout", layout) == "layout 1:7, asked for 4:0"
    assert heard.hear("layout", {**layout, "view": "4:0"}) == "layout 4:0"
    wanted["primary_screen"]["guest_layout"] = "ac"
    assert heard.hear("layout", layout) == "layout 1:7, asked for 4:0 and ac"
    said = {"origin": "Bob", "uuid": "bob", "type": "text/plain", "payload": "psst"}
    assert heard.hear("message_received", {**said, "direct": True}) == "direct chat Bob: psst"


def test_a_line_is_one_clean_line(heard: Lines) -> None:
    evil = "\x1b[2J\r\n\u202eevil"
    person = {**BOB, "uuid": "eve", "display_name": evil}
    for name, data in (
        ("participant_create", person),
        ("participant_update", person),
        ("call_disconnected", {"call_uuid": evil, "reason": evil}),
        ("disconnect", {"reason": evil}),
        ("message", {"origin": evil, "type": evil, "payload": evil}),
        ("layout", {"view": evil}),
        ("presentation_start", {"presenter_name": evil}),
        ("refer", {"alias": evil, "token": "b25l", "breakout_name": evil}),
        ("live_captions", {"data": evil, "is_final": True}),
        ("splash_screen", {"screen_key": evil}),
        ("fecc", {"action": evil, "movement": [{"axis": evil, "direction": evil}]}),
        ("breakout_refer", {"breakout_uuid": "red", "breakout_name": evil}),
        (
            "breakout_event",
            {
                "breakout_uuid": "red",
                "event": "conference_update",
                "data": {"breakout_name": evil, "locked": True, "breakoutbuzz": {"value": True}},
            },
        ),
        (f"new{evil}", evil),
    ):
        heard.hear(name, data)
    assert all(line.isprintable() for line in heard.lines)
