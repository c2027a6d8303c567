"""A node that a pasted link has named: it is told, and sent a PIN only after a question."""

from __future__ import annotations

import asyncio
import random

from pexdash.secret import Secret
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.joining import Joiner
from tests.api.broken_server import broken_server, http
from tests.session.host import ALIAS, client_of
from tests.session.pins import Answers

ASKS = http("403 Forbidden", b'{"status": "success", "result": {"pin": "required"}}')
LETS_IN = http(
    "200 OK",
    b'{"status": "success", "result": {"token": "t0", "expires": "120",'
    b' "participant_uuid": "7f8bdd7f-2d39-4c3f-9236-3e95b21f21a8", "role": "HOST"}}',
)


async def test_the_pin_given_before_is_not_sent_without_a_question() -> None:
    answers = iter([ASKS, LETS_IN])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(next(answers))
        await writer.drain()

    said: list[str] = []
    questions = Answers("99")
    async with broken_server(answer) as server:
        invitation = Invitation(
            ALIAS, "Alice", server.address, Secret("1234"), is_node_pasted=True, remarks=("named",)
        )
        joiner = Joiner(
            invitation, connect=client_of, ask_pin=questions, rng=random.Random(7), say=said.append
        )
        admission = await joiner.first_token()
        await admission.client.aclose()
        pins = [b"pin: " in request.lower() for request in server.requests]
    assert pins == [False, True]
    assert b"1234" not in b"".join(server.requests)
    assert [question.node for question in questions.asked] == [str(server.address)]
    assert said == ["named"]
