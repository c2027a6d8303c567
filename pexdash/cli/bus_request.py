"""Sends one request of `pexdash ctl` through the collector that holds the conference."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from pexdash.cli.answer_place import give
from pexdash.cli.options import say_on_stderr
from pexdash.cli.through_bus import BusOptions, conference_on, open_bus_of, who_on
from pexdash.errors import UsageFault

if TYPE_CHECKING:
    from pexdash.bus.bus import Bus
    from pexdash.model.alarms.keys import ConferenceKey
    from pexdash.session.membership.asked import Asked


async def carry_out_on_bus(
    asked: Asked,
    options: BusOptions,
    alias: str,
    output: Path | None,
    *,
    replaces: bool,
    log: Path | None,
) -> int:
    """Have the request sent, and print or write what came of it; returns the exit status.

    Raises NobodyHolds where no collector holds the conference, AnswerLost where the outcome is
    unknown, and whatever the node or the collector answered.
    """
    from pexdash.api.address import About
    from pexdash.cli.log_file import open_log
    from pexdash.session.estate.remote.asking import Asking
    from pexdash.session.estate.remote.remote_membership import BusSender
    from pexdash.session.moderation.journal import CTL
    from pexdash.session.moderation.told_actions import operator_here

    _check(asked)
    if log is not None:
        open_log(log, say=say_on_stderr)
    async with open_bus_of(options) as bus:
        key = await conference_on(bus, alias, options.cluster)
        asking = Asking(bus, who_on(bus).user, rng=random.SystemRandom(), operator=operator_here())
        about = About(await _whom(asked, bus, key), asked.call, asked.room, asked.mix)
        result = await BusSender(asking, key, source=CTL).call(
            asked.request, about, body=asked.body, query=asked.query or None
        )
    give(_answer(asked, result), output, replaces=replaces)
    return 0


def _check(asked: Asked) -> None:
    """Raise UsageFault for what needs a participant of our own."""
    from pexdash.api.requests import JOINING, Scope
    from pexdash.session.estate.remote.bus_policy import NOT_YOURS, OF_OWN_PARTICIPANT
    from pexdash.session.membership.asked import OURSELVES

    if asked.request in JOINING or asked.request.scope is Scope.NODE:
        raise UsageFault(f"{asked.request.name} is between a program and its node, not for the bus")
    if asked.participant == OURSELVES or asked.request in OF_OWN_PARTICIPANT:
        raise UsageFault(f"{asked.request.name}: {NOT_YOURS}")


async def _whom(asked: Asked, bus: Bus, key: ConferenceKey) -> str:
    """The uuid of whom it is about; raises UsageFault where the words fit nobody, or several."""
    if not asked.participant or asked.names_uuid:
        return asked.participant
    if asked.room:
        raise UsageFault("in a breakout room give the uuid: the bus has no list of its people")
    from pexdash.session.feed.bus_source import people_on
    from pexdash.session.membership.addressee import find_participant

    return find_participant(await people_on(bus, key), asked.participant).path_uuid


def _answer(asked: Asked, result: object) -> bytes:
    from pexdash.api.requests import Result
    from pexdash.errors import BadAnswer
    from pexdash.secret import MASK
    from pexdash.session.membership.visit import line_of_result

    if asked.request.result is not Result.PICTURE:
        return line_of_result(MASK if asked.request.result is Result.SECRET else result)
    if not isinstance(result, bytes):
        raise BadAnswer("the collector answered with no picture")
    return result
