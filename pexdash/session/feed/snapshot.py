"""The state of a feed at one moment, to which it can be taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from enum import Enum
from types import MethodType
from typing import Any

import msgspec

from pexdash.model.airtime import Airtime
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.history import History
from pexdash.model.participant import Participant
from pexdash.model.status import ConferenceStatus
from pexdash.model.summary import Summing
from pexdash.session.feed.link import Link


def is_kept(value: object) -> bool:
    """Whether it is a part of the model that changes in place; all others are replaced."""
    is_ours = type(value).__module__.startswith("pexdash.model")
    return is_ours and hasattr(value, "__dict__") and not isinstance(value, Enum)


class Snapshot(msgspec.Struct, frozen=True):
    """Copies of all that a feed keeps; some milliseconds for 500 people and full logs.

    `link` and `values` hold by name what else there is: of the link, and of the feed itself.
    `summing` is None where the feed keeps nothing for a wall.
    """

    conference: Conference
    airtime: Airtime
    history: History
    link: Mapping[str, Any]
    values: Mapping[str, Any]
    summing: Summing | None = None


def copied(value: Any, made: dict[int, Any] | None = None) -> Any:
    """A copy in which nothing changes any more, however the original does.

    `made` maps what is copied already, by its identity, to its copy: what is one stays one.
    """
    made = {} if made is None else made
    if id(value) in made:
        return made[id(value)]
    kind: Any = type(value)
    if kind is dict:
        copy = made[id(value)] = {}
        copy.update((key, copied(one, made)) for key, one in value.items())
        return copy
    if kind in (list, set):
        return kind(copied(one, made) for one in value)
    if kind is deque:
        return deque((copied(one, made) for one in value), value.maxlen)
    if kind is MethodType:
        return MethodType(value.__func__, copied(value.__self__, made))
    if is_kept(value):
        copy = made[id(value)] = kind.__new__(kind)
        copy.__dict__.update((name, copied(one, made)) for name, one in value.__dict__.items())
        return copy
    if isinstance(value, msgspec.Struct) and not value.__struct_config__.frozen:
        return kind(*(copied(getattr(value, name), made) for name in value.__struct_fields__))
    return value


def put_back(target: Any, saved: Any, made: dict[int, Any] | None = None) -> None:
    """Make `target` what `saved` is; whoever holds it, or a part of it that stays, sees that.

    `made` maps what has been put back already, by its identity, to what it was made of.
    """
    made = {} if made is None else made
    if made.get(id(saved)) is target:
        return
    made[id(saved)] = target
    mine = target.__dict__
    for name in mine.keys() - saved.__dict__.keys():
        del mine[name]
    for name, value in saved.__dict__.items():
        if is_kept(value) and type(mine.get(name)) is type(value):
            put_back(mine[name], value, made)
        else:
            mine[name] = copied(value, made)


def values_of(link: Link) -> dict[str, Any]:
    """What a link has but for its clock."""
    return {name: value for name, value in vars(link).items() if name != "_clock"}


def leap(
    before: Mapping[str, Participant], rooms: Mapping[str, object], now: Conference
) -> Changes:
    """What a watch is to be told after a leap in time: everything, and nobody's arrival.

    `before` are the participants and `rooms` the breakout rooms before it.
    """
    people = now.participants
    changes = Changes(
        before={
            uuid: before.get(uuid)
            for uuid in before.keys() | people.keys()
            if before.get(uuid) != people.get(uuid)
        },
        conference=frozenset(ConferenceStatus.__struct_fields__),
    )
    for room in rooms.keys() | now.rooms.keys():
        changes.of_room(room).own = True
    changes.placed.update(changes.before)
    changes.synced = changes.spotlit = changes.stage = changes.own = True
    changes.layout = changes.presentation = changes.captions = True
    return changes
