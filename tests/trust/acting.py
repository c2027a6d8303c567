"""A host's actions on a node that fails in every way: is any of them carried out twice?"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from unittest.mock import patch

from pexdash.errors import PexdashError
from pexdash.node.faults.faults import Faults
from pexdash.node.handlers import HANDLERS
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.participant_requests import Handler
from pexdash.node.settings import ConferenceSettings
from pexdash.session.moderation.action import Step
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.participant_actions import dtmf_step, transfer_step
from tests.session.host import ALIAS, Host, hosting, settled

AT_ONCE = 20
ELSEWHERE = "meet.elsewhere@example.com"
OFTEN = 3
STEP_SECONDS = 0.5

Id = tuple[str, str, str]


@dataclass
class Figures:
    """How often each action was carried out at the node, and the faults that were played."""

    actions: int = 0
    carried_out: Counter[Id] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def most(self) -> int:
        """How often the one that was carried out most often was."""
        return max(self.carried_out.values(), default=0)

    def __str__(self) -> str:
        faults = self.faults.total() - self.faults["none"]
        return (
            f"{self.actions} actions under {faults} faults: {len(self.carried_out)} carried out, "
            f"none more than {self.most}x"
        )


def _message(host: Host, uuid: str, number: int) -> Awaitable[object]:
    return host.membership.moderation.send_message(f"message {number}")


def _dial_body(number: int) -> dict[str, str]:
    return {"destination": f"sip:{number}@example.com", "protocol": "sip", "role": "GUEST"}


def _dial(host: Host, uuid: str, number: int) -> Awaitable[object]:
    return host.membership.dialled.dial(_dial_body(number))


def _on(action: str, step: Callable[[int], Step] | None = None) -> Callable[..., Awaitable[object]]:
    def act(host: Host, uuid: str, number: int) -> Awaitable[object]:
        moderation = host.membership.moderation
        plan = moderation.plan(BY_ID[action], [uuid], step(number) if step else None)
        return moderation.carry_out(plan)

    return act


ACTIONS: dict[str, Callable[[Host, str, int], Awaitable[object]]] = {
    "mute": _on("mute"),
    "disconnect": _on("disconnect"),
    "transfer": _on("transfer", lambda _: transfer_step(ELSEWHERE, "guest")),
    "dtmf": _on("dtmf", lambda number: dtmf_step(str(number))),
    "message": _message,
    "dial": _dial,
}


def _delayed(faults: Faults, name: str) -> None:
    faults.delay(name, 3)


def _delayed_and_lost(faults: Faults, name: str) -> None:
    faults.delay(name, 3)
    faults.lose_answer(name)


def _answering(
    status: int, body: object, kind: str = "application/json", **headers: str
) -> Callable[[Faults, str], None]:
    return lambda faults, name: faults.answer(name, status, body, kind, headers=headers)


FAULTS: dict[str, Callable[[Faults, str], None]] = {
    "none": lambda faults, name: None,
    "answer lost": lambda faults, name: faults.lose_answer(name),
    "request lost": lambda faults, name: faults.lose_request(name),
    "delayed": _delayed,
    "delayed and lost": _delayed_and_lost,
    "dripped": lambda faults, name: faults.drip(name, 0.01),
    "502": _answering(502, b"<html>bad gateway</html>", "text/html"),
    "503": _answering(503, b"", "", **{"retry-after": "2"}),
    "429": _answering(429, {"status": "failed", "result": "slow down"}),
    "HTML": _answering(200, b"<html>login</html>", "text/html"),
    "nothing": _answering(200, b""),
    "false": _answering(200, {"status": "success", "result": False}),
    "redirect": _answering(307, b"", "", location="http://127.0.0.1:1/"),
    "invalid token": _answering(403, {"status": "success", "result": "Invalid token"}),
    "stream cut": lambda faults, name: faults.cut_streams(),
}


@contextmanager
def _counting(carried_out: Counter[Id]) -> Iterator[None]:
    """Count what the node carries out, but not what keeps the session."""

    def counted(handler: Handler) -> Handler:
        def handle(request: IncomingRequest) -> object:
            carried_out[request.row.name, request.uuid, str(sorted(request.body.items()))] += 1
            return handler(request)

        return handle

    asked = {which: counted(handler) for which, handler in HANDLERS.items() if which[1] in ACTIONS}
    with patch.dict(HANDLERS, asked):
        yield


async def act_under_faults(actions: int, rng: random.Random) -> Figures:
    """Send that many actions, each of its own kind and id, under random faults."""
    figures = Figures()
    conferences = (ConferenceSettings(ALIAS), ConferenceSettings(ELSEWHERE))
    with _counting(figures.carried_out):
        async with hosting(*conferences) as host:
            while figures.actions < actions:
                await _batch(host, figures, rng)
    return figures


async def _batch(host: Host, figures: Figures, rng: random.Random) -> None:
    people = [host.conference.join(f"Person {number}").uuid for number in range(AT_ONCE)]
    await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
    names = rng.choices(list(ACTIONS), k=AT_ONCE)
    faults = rng.choices(list(FAULTS), [OFTEN, *[1] * (len(FAULTS) - 1)], k=AT_ONCE)
    for name, fault in zip(names, faults, strict=True):
        FAULTS[fault](host.node.faults, name)
    figures.faults.update(faults)
    acting = [
        asyncio.ensure_future(_act(host, name, uuid, figures.actions + at))
        for at, (name, uuid) in enumerate(zip(names, people, strict=True))
    ]
    while not all(one.done() for one in acting):
        await host.clock.advance(STEP_SECONDS)
        await settled()
    for one in acting:
        await one
    figures.actions += len(acting)
    host.node.faults.recover()
    _empty(host)


async def _act(host: Host, name: str, uuid: str, number: int) -> None:
    with suppress(PexdashError):
        await ACTIONS[name](host, uuid, number)


def _empty(host: Host) -> None:
    """Let everybody go whom a batch has brought."""
    for alias in (ALIAS, ELSEWHERE):
        conference = host.node.conference(alias)
        for uuid in [one.uuid for one in conference.participants.values() if one.protocol != "api"]:
            conference.leave(uuid)
