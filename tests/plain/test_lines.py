"""One plain line for each change."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest

from pexdash.errors import PexdashError
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    LayoutChanged,
    MessageReceived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationStarted,
    PresentationStopped,
    Speaker,
    StageUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from pexdash.plain.lines import PlainLines, lines_of
from tests.eventually import eventually
from tests.session.host import Host, hosting

BOB = Participant(uuid="bob", display_name="Bob", role=Role.GUEST)


def changed(**fields: object) -> Participant:
    return Participant(**{"uuid": "bob", "display_name": "Bob", "role": Role.GUEST, **fields})  # type: ignore[arg-type]


def lines_after(conference: Conference, *events: Event) -> list[str]:
    """The lines of some events, taken together."""
    changes = Changes()
    for event in events:
        changes.merge(conference.apply(event, 0.0))
    return list(lines_of(changes, conference))


@pytest.fixture
def conference() -> Conference:
    """Bob alone in a conference."""
    conference = Conference("room")
    conference.apply(ParticipantCreated(BOB), 0.0)
    return conference


@pytest.mark.parametrize(
    ("fields", "words", "back"),
    [
        ({"service_type": "waiting_room"}, "is waiting", "is in the conference"),
        ({"service_type": "connecting"}, "is being called", "is in the conference"),
        ({"service_type": "ivr"}, "is entering a PIN", "is in the conference"),
        ({"is_on_hold": True}, "is on hold", "is in the conference"),
        ({"is_muted": True}, "is muted", "is unmuted"),
        ({"role": Role.HOST}, "is a Host", "is a Guest"),
        ({"role": Role.UNKNOWN}, "has a role of no known name", "is a Guest"),
        ({"spotlight": 1.5}, "has the spotlight", "no longer has the spotlight"),
        ({"is_presenting": True}, "presents", "stopped presenting"),
        (
            {"rx_presentation_allowed": False},
            "may not see the presentation",
            "may see the presentation",
        ),
        ({"buzz_time": 1.5}, "raises a hand", "lowers the hand"),
    ],
)
def test_words_for_what_becomes_of_someone(
    conference: Conference, fields: dict[str, object], words: str, back: str
) -> None:
    assert lines_after(conference, ParticipantUpdated(changed(**fields))) == [f"Bob {words}"]
    assert lines_after(conference, ParticipantUpdated(BOB)) == [f"Bob {back}"]


def test_words_for_a_new_name(conference: Conference) -> None:
    renamed = changed(display_name="Robert")
    assert lines_after(conference, ParticipantUpdated(renamed)) == ["Robert has a new name"]


def test_what_nobody_needs_to_know_is_no_line(conference: Conference) -> None:
    assert lines_after(conference, ParticipantUpdated(changed(is_client_muted=True))) == []


@pytest.mark.parametrize(
    ("service_type", "presence"),
    [("conference", "in"), ("waiting_room", "waiting"), ("connecting", "connecting")],
)
def test_who_comes_and_goes(conference: Conference, service_type: str, presence: str) -> None:
    ann = Participant(uuid="ann", display_name="Ann", service_type=service_type)
    assert lines_after(conference, ParticipantCreated(ann)) == [f"Ann joined ({presence})"]
    assert lines_after(conference, ParticipantDeleted("ann")) == ["Ann left"]


def test_several_changes_of_one_frame(conference: Conference) -> None:
    ann = Participant(uuid="ann", display_name="Ann")
    assert lines_after(
        conference,
        ParticipantCreated(ann),
        ParticipantUpdated(changed(is_muted=True, is_presenting=True)),
        ParticipantUpdated(changed(is_presenting=True)),
    ) == ["Ann joined (in)", "Bob presents"]


def test_a_list_is_told_in_numbers(conference: Conference) -> None:
    people = [
        Participant(uuid="ann", display_name="Ann"),
        Participant(uuid="me", display_name="Me", protocol="api"),
        Participant(uuid="w", display_name="Wendy", service_type="waiting_room"),
    ]
    created = [ParticipantCreated(one) for one in people]
    assert lines_after(conference, SyncBegun(), *created, SyncEnded()) == [
        "1 in, 1 api, 1 waiting",
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (ConferenceStatus(locked=True), "room is locked, Guests not muted"),
        (ConferenceStatus(guests_muted=True), "room is unlocked, Guests muted"),
        (ConferenceStatus(started=False), "room is unlocked, Guests not muted, not started"),
        (ConferenceStatus(False, False, True), "room is unlocked, Guests not muted"),
    ],
)
def test_words_for_the_conference(
    conference: Conference, sent: ConferenceStatus, words: str
) -> None:
    assert lines_after(conference, ConferenceUpdated(sent)) == [words]
    assert lines_after(conference, ConferenceUpdated(sent)) == []


def test_a_property_that_no_words_are_for_is_not_told(conference: Conference) -> None:
    sent = ConferenceStatus(streaming=True, guests_can_unmute=True)
    assert lines_after(conference, ConferenceUpdated(sent)) == []
    assert conference.status == sent


def test_words_for_what_is_seen_and_heard(conference: Conference) -> None:
    speakers = (Speaker("bob", 0, 80), Speaker("gone", 1, 10), Speaker("ann", 2, 0))
    assert lines_after(conference, StageUpdated(speakers)) == ["speaking: Bob"]
    assert lines_after(conference, StageUpdated(())) == ["speaking: nobody"]
    assert lines_after(conference, LayoutChanged("1:7", ("bob",))) == ["layout 1:7"]
    started = PresentationStarted("Bob", "sip:bob@x", "bob")
    assert lines_after(conference, started) == ["Bob presents"]
    assert lines_after(conference, PresentationStopped()) == ["nobody presents"]
    assert lines_after(conference, PresentationStarted("", "sip:bob@x")) == ["sip:bob@x presents"]


def test_a_chat_message_is_one_line(conference: Conference) -> None:
    message = MessageReceived("Robert", "bob", "text/plain", "one\ntwo\n\n  three")
    assert lines_after(conference, message) == ["chat Bob: one two three"]


async def written(host: Host) -> list[str]:
    """From now on, what a session's plain lines say, without the time."""
    lines: list[str] = []

    def write(line: str) -> None:
        assert re.fullmatch(r"\d\d:\d\d:\d\d .+", line)
        lines.append(line[9:])

    PlainLines(host.feed, write)
    return lines


async def test_who_speaks_is_written_only_when_it_changes() -> None:
    async with hosting() as host:
        bob, ann = await host.someone("Bob"), await host.someone("Ann")
        await eventually(lambda: host.feed.conference.layout)
        lines = await written(host)
        for vads in ({bob.uuid: 20}, {bob.uuid: 60}, {bob.uuid: 90}, {ann.uuid: 50}, {}):
            host.conference.speak(vads)
            host.conference.publish("message", {"payload": "mark", "uuid": bob.uuid})
            marks = lines.count("chat Bob: mark")
            await eventually(lambda: lines.count("chat Bob: mark") > marks)  # noqa: B023
        said = [line for line in lines if line.startswith("speaking")]
        assert said == ["speaking: Bob", "speaking: Ann", "speaking: nobody"]


async def test_a_layout_is_written_only_when_another_is_shown() -> None:
    async with hosting() as host:
        lines = await written(host)
        for seated in (["a"], ["b"], ["c"]):
            host.conference.publish("layout", {"view": "1:7", "participants": seated})
        host.conference.publish("layout", {"view": "2:21", "participants": seated})
        await eventually(lambda: "layout 2:21" in lines)
        assert [line for line in lines if line.startswith("layout")] == [
            "layout 1:7",
            "layout 2:21",
        ]


async def test_the_line_and_notices_are_written_too() -> None:
    async with hosting() as host:
        lines = await written(host)
        host.conference.join("Wendy", waiting=True)
        await eventually(lambda: "Wendy is waiting" in lines)
        host.node.faults.cut_streams()
        await eventually(lambda: any(line.startswith("reconnecting ") for line in lines))
        await host.pass_time_until(lambda: lines.count("live") == 2)
        await host.membership.close()
        with suppress(PexdashError):
            await host.running
        assert lines[-1] == "ended"
        assert lines.count("Wendy is waiting") == 1
        assert sum(line.startswith("reconnecting ") for line in lines) == 1
        assert sum(line.startswith("Wendy joined") for line in lines) == 1
        assert any(re.fullmatch(r"\d in, 1 api, 1 waiting", line) for line in lines)


async def test_a_breakout_room_is_written_about_as_the_conference_is() -> None:
    async with hosting() as host:
        lines = await written(host)

        def tell(event: str, data: object) -> None:
            told = {"breakout_uuid": "red", "event": event, "id": None, "data": data}
            host.conference.publish("breakout_event", told)

        tell("conference_update", {"breakout_name": "Red"})
        tell("participant_create", {"uuid": "bob", "display_name": "Bob"})
        for vad in (20, 60, 90):
            tell("stage", [{"participant_uuid": "bob", "stage_index": 0, "vad": vad}])
        for seated in (["a"], ["b"]):
            tell("layout", {"view": "1:7", "participants": seated})
        tell("conference_update", {"breakoutbuzz": {"value": True, "time": 5.0}})
        host.conference.publish("breakout_end", {"breakout_uuid": "red"})
        await eventually(lambda: "breakout room red is over" in lines)
        assert lines[lines.index("in Red: Bob joined (in)") :] == [
            "in Red: Bob joined (in)",
            "in Red: speaking: Bob",
            "in Red: layout 1:7",
            "Red asks for help",
            "breakout room red is over",
        ]
