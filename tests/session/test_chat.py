"""Chat: what we write is shown once the node has it, and once only."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import pytest

from pexdash.api.requests import MESSAGE
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.policy import NO_CHAT
from tests.eventually import eventually
from tests.session.host import Host, hosting, settled


def shown(host: Host) -> list[tuple[str, str, bool]]:
    messages = host.feed.conference.chat.messages
    return [(one.name, one.text, one.own) for one in messages]


def chat_is(host: Host, there: bool) -> bool:
    return host.membership.chat_enabled is there


async def test_what_we_write_is_sent_as_typed_and_shown_once_taken() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("message")
        watch = host.feed.watch()
        sending = asyncio.create_task(host.membership.moderation.send_message("Tom [Sales] <b>"))
        await eventually(lambda: host.count("message") == 1)
        assert shown(host) == []
        answer.set()
        assert await sending is True
        assert shown(host) == [("Alice", "Tom [Sales] <b>", True)]
        (request,) = host.requests("message")
        assert json.loads(request.body) == {"type": "text/plain", "payload": "Tom [Sales] <b>"}
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.SHOWN
        assert watch.take_changes().messages


async def test_a_line_for_one_person_goes_to_them_alone_and_is_shown_as_such() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("message", 200, {"status": "success", "result": True})
        assert await host.membership.moderation.send_message("psst", bob.uuid)
        (request,) = host.requests("message")
        assert request.path.endswith(f"/participants/{bob.uuid}/message")
        assert json.loads(request.body) == {"type": "text/plain", "payload": "psst"}
        (message,) = host.feed.conference.chat.messages
        assert (message.text, message.own, message.direct, message.to) == (
            "psst",
            True,
            True,
            "Bob",
        )
        host.node.faults.answer("message", 404, {"status": "failed", "result": "Not found"})
        assert not await host.membership.moderation.send_message("again", bob.uuid)
        assert host.said == ["Message to Bob not sent: This node does not have this"]
        assert len(host.feed.conference.chat.messages) == 1


async def test_whether_there_is_a_chat_is_what_the_node_said_last() -> None:
    async with hosting() as host:
        assert host.membership.chat_enabled
        for value in (False, True, False):
            host.conference.publish("conference_update", {"chat_enabled": value})
            await eventually(partial(chat_is, host, value))
        assert host.membership.policy.denial(MESSAGE, "") == NO_CHAT


@pytest.mark.parametrize("text", ["Thank you", "two  blanks\tand\ttabs", "e\u0301\u200bcole"])
@pytest.mark.parametrize("event", ["message", "message_received"])
@pytest.mark.parametrize("early", [True, False])
async def test_a_node_s_echo_is_not_shown_again(event: str, text: str, early: bool) -> None:
    async with hosting() as host:
        echo = {"origin": "Alice", "type": "text/plain", "payload": text, "uuid": host.me}
        if early:
            host.conference.publish(event, echo)
            await eventually(lambda: shown(host))
        await host.membership.moderation.send_message(text)
        if not early:
            host.conference.publish(event, echo)
        host.conference.publish(event, {**echo, "payload": "next", "uuid": "someone"})
        await eventually(lambda: shown(host)[-1][1] == "next")
        assert len(shown(host)) == 2
        assert shown(host)[0][2]


@pytest.mark.parametrize(
    ("status", "result", "words"),
    [
        (200, False, "Message not sent: the node said no"),
        (403, "Invalid role", "Message not sent: Invalid role"),
        (503, None, "Message not sent: the node is not available (HTTP 503)"),
    ],
)
async def test_a_message_the_node_does_not_take_is_not_shown(
    status: int, result: object, words: str
) -> None:
    async with hosting() as host:
        host.node.faults.answer("message", status, {"status": "success", "result": result})
        assert await host.membership.moderation.send_message("hello") is False
        assert shown(host) == []
        assert host.said == [words]
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.REFUSED
        assert host.count("message") == 1


async def test_a_message_whose_answer_is_lost_is_not_sent_again() -> None:
    async with hosting() as host:
        host.node.faults.lose_answer("message")
        assert await host.membership.moderation.send_message("hello") is False
        await host.clock.advance(10)
        await settled()
        assert host.count("message") == 1
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.UNKNOWN
        assert host.said[0].startswith("Message: no answer")


async def test_what_others_write_arrives_under_either_name() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.conference.say(bob.uuid, "first")
        data = {"origin": "Robert", "type": "text/plain", "payload": "second", "uuid": bob.uuid}
        host.conference.publish("message", data)
        host.conference.publish("message", {**data, "uuid": "stranger"})
        await eventually(lambda: len(shown(host)) == 3)
        assert shown(host) == [
            ("Bob", "first", False),
            ("Bob", "second", False),
            ("Robert", "second", False),
        ]


async def test_machine_chatter_is_not_chat() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.conference.say(bob.uuid, '{"plugin": 1}', "application/json; charset=utf-8")
        host.conference.say(bob.uuid, "hello", "text/plain; charset=utf-8")
        await eventually(lambda: shown(host))
        assert shown(host) == [("Bob", "hello", False)]
