"""Who may read and publish what on the bus: the roles, as rights that a NATS server enforces.

A reader of what is stored asks for a consumer or for one message by a subject that names the stream
and what is read of it, so that a right to publish there is the right to read that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pexdash.bus.subjects import (
    COL,
    LOG,
    META,
    STATE,
    all_alarms,
    code_of,
    collector,
    conferences,
    live,
    log,
    own,
    participants,
    pulse,
    shard_of,
    summaries,
)
from pexdash.model.alarms.keys import ConferenceKey

Role = Literal["viewer", "host", "operator", "collector"]
ROLES: dict[Role, str] = {
    "viewer": "how conferences stand, and their alarms",
    "host": "as a viewer, and all of some conferences, where it acts by its own name",
    "operator": "all conferences and the log, and acts everywhere by its own name",
    "collector": "whatever a fleet's collector needs, tokens too",
}
"""What each role sees and does."""
_STREAMS = (STATE, LOG, COL, META)
_ANYBODY = {STATE: (summaries(), all_alarms(), own()), META: (conferences(),), COL: (collector(),)}


class User(Struct, frozen=True):
    """Somebody the server knows: `name` is in the subjects of actions, and so is one word of such.

    `conferences` are those of a host.
    """

    name: str
    role: Role
    conferences: tuple[ConferenceKey, ...] = ()


def may_publish(user: User) -> list[str]:
    """The subjects that a user may publish to, requests included."""
    if user.role == "collector":
        return [
            "pdx.>",
            "_INBOX.>",
            "$JS.API.INFO",
            *(
                f"$JS.API.{one}.{stream}"
                for stream in _STREAMS
                for one in ("STREAM.INFO", "STREAM.CREATE", "STREAM.UPDATE", "STREAM.PURGE")
            ),
            *(f"$JS.API.CONSUMER.CREATE.{stream}.>" for stream in _STREAMS),
            *(f"$JS.API.DIRECT.GET.{stream}.>" for stream in _STREAMS),
            *(f"$JS.FC.{stream}.>" for stream in _STREAMS),
        ]
    found = ["$JS.API.INFO", *(f"$JS.API.STREAM.INFO.{stream}" for stream in _STREAMS)]
    found += [f"$JS.FC.{stream}.>" for stream in _STREAMS]
    for stream, subjects in _ANYBODY.items():
        found += _reading(stream, subjects)
    if user.role == "operator":
        found += _reading(STATE, ["pdx.*.st.*.*"]) + _reading(LOG, [log()])
        found.append(f"pdx.act.{user.name}.>")
    for key in user.conferences:
        found += _reading(STATE, [participants(key)])
        found.append(f"pdx.act.{user.name}.{shard_of(key)}.{code_of(key)}.>")
    return found


def may_subscribe(user: User) -> list[str]:
    """The subjects that a user may hear; of what is sent to an inbox, only its own."""
    found = [f"_INBOX.{user.name}.>"]
    if user.role == "collector":
        return [*found, "pdx.>"]
    found.append(pulse())
    if user.role == "operator":
        found.append("pdx.*.live.*")
    return found + [live(key) for key in user.conferences]


def _reading(stream: str, subjects: Iterable[str]) -> list[str]:
    """The rights to read what is stored in these subjects."""
    return [
        f"$JS.API.{one}.{subject}"
        for subject in subjects
        for one in (f"CONSUMER.CREATE.{stream}.*", f"DIRECT.GET.{stream}")
    ]
