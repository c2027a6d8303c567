"""The chat of a conference."""

from __future__ import annotations

import pytest

from pexdash.model.chat import ECHO_SECONDS, MOST_MESSAGES, Chat, Message
from pexdash.model.conference import Conference
from pexdash.model.events import MessageReceived
from tests.model.people import NOW, person, synced


def said(conference: Conference, text: str, uuid: str, at: float = NOW, **fields: str) -> bool:
    """Let a line come from the node; whether it is new."""
    event = MessageReceived(
        fields.get("origin", "somebody"), uuid, fields.get("kind", "text/plain"), text
    )
    return bool(conference.apply(event, at).messages)


def sent(conference: Conference, text: str, at: float = NOW) -> bool:
    """Let the node accept a line of ours; whether it is shown now."""
    return bool(conference.add_own_message(text, at).messages)


def texts(conference: Conference) -> list[str]:
    return [message.text for message in conference.chat.messages]


@pytest.fixture
def meeting() -> Conference:
    conference = synced(person("me", "Alice"), person("bob", "Bob"))
    conference.become("me")
    return conference


def test_a_line_of_ours_is_shown_under_our_name(meeting: Conference) -> None:
    changes = meeting.add_own_message("hello", NOW)
    assert changes.messages == [Message(NOW, "Alice", "me", "hello", own=True)]
    assert list(meeting.chat.messages) == changes.messages


def test_before_the_roster_is_here_we_are_you() -> None:
    conference = Conference("meet.alice")
    assert conference.add_own_message("hello", NOW).messages[0].name == "you"


def test_an_echo_of_our_line_is_not_shown_twice(meeting: Conference) -> None:
    assert sent(meeting, "hello")
    assert not said(meeting, "hello", "me", NOW + 1)
    assert texts(meeting) == ["hello"]


@pytest.mark.fault(56)
def test_an_echo_may_come_before_the_answer(meeting: Conference) -> None:
    assert said(meeting, "hello", "me")
    assert not sent(meeting, "hello", NOW + 1)
    assert texts(meeting) == ["hello"]


def test_saying_the_same_twice_is_shown_twice(meeting: Conference) -> None:
    assert sent(meeting, "yes")
    assert sent(meeting, "yes", NOW + 2)
    assert not said(meeting, "yes", "me", NOW + 3)
    assert not said(meeting, "yes", "me", NOW + 3)
    assert texts(meeting) == ["yes", "yes"]


def test_a_late_line_of_ours_is_no_echo(meeting: Conference) -> None:
    assert sent(meeting, "hello")
    assert said(meeting, "hello", "me", NOW + ECHO_SECONDS + 1)


def test_somebody_else_may_say_the_same(meeting: Conference) -> None:
    assert sent(meeting, "hello")
    assert said(meeting, "hello", "bob", NOW + 1)
    assert [message.own for message in meeting.chat.messages] == [True, False]


def test_a_line_from_nowhere_is_not_taken_for_ours() -> None:
    conference = Conference("meet.alice")
    said(conference, "hello", "")
    assert not conference.chat.messages[0].own


def test_the_name_is_the_rosters_and_not_the_one_sent(meeting: Conference) -> None:
    said(meeting, "send me the PIN", "bob", origin="Administrator")
    message = meeting.chat.messages[0]
    assert (message.name, message.known) == ("Bob", True)


@pytest.mark.fault(56)
def test_a_sender_who_is_not_in_the_roster_is_marked(meeting: Conference) -> None:
    said(meeting, "hi", "stranger", origin="Alice")
    message = meeting.chat.messages[0]
    assert (message.name, message.known, message.own) == ("Alice", False, False)


def test_a_direct_message_says_so(meeting: Conference) -> None:
    meeting.apply(MessageReceived("Bob", "bob", "text/plain", "psst", direct=True), NOW)
    assert meeting.chat.messages[0].direct


def test_what_machines_tell_each_other_is_no_chat(meeting: Conference) -> None:
    assert not said(meeting, '{"raise": 1}', "bob", kind="application/json")
    assert texts(meeting) == []
    assert meeting.chat.total == 0


def test_the_oldest_lines_go_and_the_total_counts_on() -> None:
    chat = Chat()
    for number in range(MOST_MESSAGES + 10):
        assert chat.add(Message(NOW, "Bob", "bob", str(number)))
    assert len(chat.messages) == MOST_MESSAGES
    assert chat.messages[0].text == "10"
    assert chat.total == MOST_MESSAGES + 10
