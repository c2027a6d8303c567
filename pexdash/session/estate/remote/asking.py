"""Asks the holder of a conference, and gives back what it answered or why it did not."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from pexdash import errors
from pexdash.api.answers import answered_with
from pexdash.bus.bus import Bus
from pexdash.bus.holder_requests import WATCH, body_of
from pexdash.bus.messages import Answered, Asked, Epoch, Opening, packed, unpacked
from pexdash.bus.subjects import CONFERENCE, PARTICIPANT, action
from pexdash.errors import BusFault, BusRefused, PexdashError
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.text import REASON_LIMIT, clean

ANSWER_SECONDS = 20.0
"""How long the holder may take: longer than a node may take to answer the holder."""
WATCH_SECONDS = 5.0
"""How long it may take where it asks no node."""

_WITH_STATUS: Mapping[str, type[errors.Refused] | type[errors.NodeUnavailable]] = {
    "NodeUnavailable": errors.NodeUnavailable,
    "NoSuchConference": errors.NoSuchConference,
    "Refused": errors.Refused,
    "TokenRefused": errors.TokenRefused,
}
_PLAIN: Mapping[str, type[PexdashError]] = {
    kind.__name__: kind
    for kind in (
        errors.AnswerLost,
        errors.BadAnswer,
        errors.BusFault,
        errors.BusRefused,
        errors.Fenced,
        errors.NobodyHolds,
        errors.NodeUnreachable,
        errors.NodeUntrusted,
        errors.OutcomeUnknown,
        errors.Removed,
        errors.UsageFault,
    )
}


def result_of(answered: Answered) -> Any:
    """What the holder answered; raises the PexdashError that it met, in its words.

    A kind of refusal that needs more than words is a plain Refused.
    """
    answered_with.set(answered.status)
    if not answered.fault:
        return answered.result
    words = clean(answered.words, REASON_LIMIT) or "The collector refused without a word"
    if (plain := _PLAIN.get(answered.fault)) is not None:
        raise plain(words)
    kind = _WITH_STATUS.get(answered.fault, errors.Refused)
    raise kind(words, status=answered.status, reason=clean(answered.reason, REASON_LIMIT))


class Asking:
    """Asks by the name `user`, which the server vouches for where it has users.

    `operator` is who uses this program, for the holder's records. `epoch_of` is the epoch that we
    know of for a conference, None for none. `patience` is how many seconds an answer may take.
    Everything raises NobodyHolds at once where no
    collector holds the conference, OutcomeUnknown where none answered in time, and whatever the
    holder answered.
    """

    def __init__(
        self,
        bus: Bus,
        user: str,
        *,
        rng: random.Random,
        operator: str = "",
        epoch_of: Callable[[ConferenceKey], Epoch | None] = lambda _: None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self.user = user
        self._bus = bus
        self._rng = rng
        self._operator = operator
        self._epoch_of = epoch_of
        self._patience = patience

    async def request(
        self,
        key: ConferenceKey,
        name: str,
        *,
        participant: str = "",
        call: str = "",
        about: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
        source: str = "",
        epoch: Epoch | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Ask for one request of the node, or of the holder, once; returns its result.

        `epoch` is the one that the asker's view is of, where it has one.
        """
        asked = Asked(
            f"{self._rng.getrandbits(128):032x}",
            participant,
            call,
            about or {},
            body,
            query,
            epoch or self._epoch_of(key),
            source,
            self._operator,
        )
        scope = PARTICIPANT if participant else CONFERENCE
        answered_with.set(0)
        subject = action(self.user, key, scope, name)
        patience = self._patience if seconds is None else seconds
        try:
            payload = await self._bus.ask(subject, packed(asked), patience)
        except BusRefused as refusal:
            words = f"The bus does not let {self.user} do this here, nothing was sent"
            raise BusRefused(words) from refusal
        return result_of(unpacked(Answered, payload))

    async def deed(self, key: ConferenceKey, name: str, body: Struct | None = None) -> None:
        """Ask for what only the holder does (`bus.holder_requests`)."""
        fields = None if body is None else body_of(body)
        await self.request(key, name, body=fields)

    async def watch(self, key: ConferenceKey) -> Opening:
        """Have what happens in a conference published for a while; returns how it stands."""
        opening = await self.request(key, WATCH, seconds=WATCH_SECONDS)
        if not isinstance(opening, bytes):
            raise BusFault("the collector answered with no conference")
        return unpacked(Opening, opening)
