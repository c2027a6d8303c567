"""Answers what is asked through the bus about the conferences that we hold, each thing once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from pexdash.api.answers import answered_with
from pexdash.bus.holder_requests import (
    ACKNOWLEDGE,
    HOLDER_REQUESTS,
    LEAVE,
    SHELVE,
    TRY_AGAIN,
    UNSHELVE,
    WATCH,
    Acknowledge,
    Shelve,
    Unshelve,
    body_as,
)
from pexdash.bus.messages import Answered, Asked, Opening, packed, unpacked
from pexdash.bus.subjects import CONFERENCE, action_of, shard_of
from pexdash.clock import Clock
from pexdash.errors import NobodyHolds, NodeUnreachable, PexdashError, Refused, UsageFault
from pexdash.log import logger
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.errands import BY_NAME, Errand
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.fleet import Fleet
from pexdash.session.moderation.audit import Audit
from pexdash.session.moderation.policy import READ_ONLY
from pexdash.text import NAME_LIMIT, clean

MOST_IDS = 1000
"""How many requests are remembered, so that one that comes again gets the same answer."""
LONGEST_RESULT_BYTES = 900_000
"""A server takes a million bytes."""


class Answering:
    """Gives `answer` to `Bus.answer` for each of our shards.

    `watch` returns the opening of a conference once all before it is stored, `written` waits until
    its alarms are stored as they are, and `try_again` joins one anew. Who asks is named in the
    subject, which the server lets nobody else use.
    """

    def __init__(
        self,
        fleet: Fleet,
        alarms: AlarmsAtWork,
        shards: Shards,
        clock: Clock,
        *,
        watch: Callable[[ConferenceKey], Awaitable[Opening]],
        written: Callable[[ConferenceKey], Awaitable[None]],
        try_again: Callable[[ConferenceKey], None],
        audit: Audit | None,
    ) -> None:
        self._fleet = fleet
        self._alarms = alarms
        self._shards = shards
        self._clock = clock
        self._watch = watch
        self._written = written
        self._try_again = try_again
        self._audit = audit
        self._answers: OrderedDict[tuple[str, str], asyncio.Future[bytes]] = OrderedDict()

    async def answer(self, subject: str, payload: bytes) -> bytes:
        """The packed `Answered`, nothing where another may hold it; raises no PexdashError."""
        try:
            user, key, scope, name = action_of(subject)
            asked = unpacked(Asked, payload)
        except PexdashError as fault:
            return packed(_refusal(fault))
        lease = self._shards.lease(shard_of(key))
        if lease is None or not self._shards.is_certain(shard_of(key)):
            return b""
        if asked.epoch is not None and asked.epoch > lease.epoch:
            return b""
        request = BY_NAME.get((scope, name))
        if name == WATCH or (request is not None and request.safe):
            # What changes nothing may be done again, and a picture is too much to remember.
            return await self._answered(user, key, scope, name, asked)
        known = self._answers.get((user, asked.id))
        if known is None:
            known = asyncio.ensure_future(self._answered(user, key, scope, name, asked))
            self._answers[user, asked.id] = known
            while len(self._answers) > MOST_IDS:
                self._answers.popitem(last=False)
        return await asyncio.shield(known)

    async def _answered(
        self, user: str, key: ConferenceKey, scope: str, name: str, asked: Asked
    ) -> bytes:
        began = self._clock.monotonic()
        answered_with.set(0)
        try:
            result = await self._done(user, key, scope, name, asked)
        except PexdashError as fault:
            logger.info("%s of %s for %s: %s", name, user, key.alias, fault)
            return packed(_refusal(fault))
        took = self._clock.monotonic() - began
        answer = packed(Answered(result, status=answered_with.get(), took=took))
        if len(answer) > LONGEST_RESULT_BYTES:
            return packed(_refusal(UsageFault("It was done, and its result is too large to send")))
        return answer

    async def _done(
        self, user: str, key: ConferenceKey, scope: str, name: str, asked: Asked
    ) -> Any:
        place = self._fleet.place(key)
        if place is None:
            raise NobodyHolds("The fleet does not have this conference, nothing was sent")
        if name in HOLDER_REQUESTS:
            if scope != CONFERENCE:
                raise UsageFault(f"{name} is for a conference")
            return await self._deed(clean(user, NAME_LIMIT), key, name, asked)
        membership = place.membership
        if membership is None:
            raise NodeUnreachable("The collector is not in this conference now, nothing was sent")
        return await Errand(user, scope, name, asked).run(membership, self._audit)

    async def _deed(self, user: str, key: ConferenceKey, name: str, asked: Asked) -> Any:
        """What only the holder does; who may not act may watch."""
        if name == WATCH:
            return packed(await self._watch(key))
        if self._fleet.read_only:
            raise Refused(READ_ONLY)
        if name == ACKNOWLEDGE:
            told = body_as(Acknowledge, asked.body)
            self._alarms.acknowledge([_of(key, one) for one in told.alarms], user)
        elif name == SHELVE:
            shelve = body_as(Shelve, asked.body)
            self._alarms.shelve(_of(key, shelve.alarm), shelve.why, shelve.seconds, user)
        elif name == UNSHELVE:
            self._alarms.unshelve(_of(key, body_as(Unshelve, asked.body).alarm), user)
        elif name == TRY_AGAIN:
            self._try_again(key)
        elif name == LEAVE:
            self._fleet.leave(key)
        # Whoever has the conference after us must know what was answered.
        await self._written(key)
        return None


def _of(key: ConferenceKey, alarm: AlarmKey) -> AlarmKey:
    """The key of an alarm: of the conference that the subject names, or of its cluster's nodes."""
    if alarm.conference not in (key, ConferenceKey(key.cluster, "")):
        raise UsageFault("The alarm is of another conference")
    return alarm


def _refusal(fault: PexdashError) -> Answered:
    return Answered(
        fault=type(fault).__name__,
        words=str(fault),
        status=getattr(fault, "status", 0) or answered_with.get(),
        reason=getattr(fault, "reason", ""),
    )
