"""The names on the bus: of shards, conferences, streams and subjects.

A conference's own names hold every character that is syntax to NATS, so they are written in
base32, and the number of its shard comes from the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import sys

from pexdash.errors import BusFault
from pexdash.model.alarms.keys import ConferenceKey

SHARDS = 256
"""How many shards a fleet has; every program of it must agree."""

STATE = "PDX_STATE"
"""The stream with one message for each subject: who owns what, and how it stands."""
LOG = "PDX_LOG"
"""The stream of what happened, bounded by age and bytes."""
COL = "PDX_COL"
"""The stream of collectors' heartbeats, in memory; they expire."""
META = "PDX_META"
"""The stream of what goes for the whole fleet: its conferences' names."""


def code_of(key: ConferenceKey) -> str:
    """The token of a subject that stands for a conference (RFC 4648 base32, without padding)."""
    return base64.b32encode(_bytes_of(key)).decode().rstrip("=")


def key_of(code: str) -> ConferenceKey:
    """The conference that a token stands for; raises BusFault for what is none."""
    try:
        told = base64.b32decode(code + "=" * (-len(code) % 8)).decode()
    except (binascii.Error, ValueError) as fault:
        raise BusFault(f"{code!r} on the bus stands for no conference") from fault
    cluster, zero, alias = told.partition("\0")
    if not zero or not alias:
        raise BusFault(f"{code!r} on the bus stands for no conference")
    return ConferenceKey(sys.intern(cluster), alias)


def shard_of(key: ConferenceKey) -> int:
    """The shard that a conference is in, from 0 to 255."""
    return binascii.crc32(_bytes_of(key)) % SHARDS


def shard_in(subject: str) -> int:
    """The shard that a subject is about; raises BusFault where it is about none."""
    number = subject.split(".")[1]
    if not number.isdecimal():
        raise BusFault(f"{subject!r} on the bus is of no shard")
    return int(number)


def _bytes_of(key: ConferenceKey) -> bytes:
    return f"{key.cluster}\0{key.alias.lower()}".encode()


# In STATE: one message each


def own(shard: int | str = "*") -> str:
    """Who holds a shard; the revision of its message is the epoch."""
    return f"pdx.{shard}.own"


def token(key: ConferenceKey) -> str:
    """The token of the participant we are there, sealed; or why nobody may join."""
    return f"pdx.{shard_of(key)}.tok.{code_of(key)}"


def summary(key: ConferenceKey) -> str:
    """How a conference stands."""
    return f"pdx.{shard_of(key)}.su.{code_of(key)}"


def summaries(shard: int | str = "*") -> str:
    """How the conferences of a shard stand."""
    return f"pdx.{shard}.su.*"


def participant(key: ConferenceKey, uuid: str) -> str:
    """One participant; the uuid is written as a conference's name is."""
    named = base64.b32encode(uuid.encode()).decode().rstrip("=")
    return f"pdx.{shard_of(key)}.st.{code_of(key)}.{named}"


def participants(key: ConferenceKey) -> str:
    """Everybody in a conference."""
    return f"pdx.{shard_of(key)}.st.{code_of(key)}.*"


def alarms(key: ConferenceKey) -> str:
    """The alarms of a conference that are listed, and what is shelved there."""
    return f"pdx.{shard_of(key)}.al.{code_of(key)}"


def all_alarms(shard: int | str = "*") -> str:
    """The alarms of all conferences of a shard."""
    return f"pdx.{shard}.al.*"


def memory(key: ConferenceKey) -> str:
    """What whoever holds a conference next is to know beside its state: for collectors only."""
    return f"pdx.{shard_of(key)}.mem.{code_of(key)}"


def memories(shard: int | str = "*") -> str:
    """That of all conferences of a shard."""
    return f"pdx.{shard}.mem.*"


# In LOG


def fence(shard: int) -> str:
    """The epoch whose holder may write the log of a shard."""
    return f"pdx.{shard}.fence"


def log(shard: int | str = "*") -> str:
    """What happened in the conferences of a shard."""
    return f"pdx.{shard}.ev"


# In COL and META


def collector(name: str = "*") -> str:
    """The heartbeat of a collector.

    It has a word of its own between, as no subject may fit two streams (`pdx.*.own`).
    """
    return f"pdx.col.hb.{name}"


def conference(key: ConferenceKey) -> str:
    """That the fleet has this conference, and what it is called."""
    return f"pdx.meta.conf.{code_of(key)}"


def conferences() -> str:
    """All conferences that the fleet has."""
    return "pdx.meta.conf.*"


# Not stored


def pulse(shard: int | str = "*") -> str:
    """What changed in a shard within the last second; empty where nothing did."""
    return f"pdx.{shard}.w"


def live(key: ConferenceKey) -> str:
    """Whatever happens in a conference that somebody watches."""
    return f"pdx.{shard_of(key)}.live.{code_of(key)}"


CONFERENCE, PARTICIPANT = "conference", "participant"
"""The two scopes of an action."""


def action(user: str, key: ConferenceKey, scope: str, request: str) -> str:
    """A request of `user`, which the server lets nobody else publish."""
    return f"pdx.act.{user}.{shard_of(key)}.{code_of(key)}.{scope}.{request}"


def actions(shard: int) -> str:
    """Every request for the conferences of a shard."""
    return f"pdx.act.*.{shard}.>"


def action_of(subject: str) -> tuple[str, ConferenceKey, str, str]:
    """The user, the conference, the scope and the request of an action's subject.

    Raises BusFault for a subject that is none.
    """
    parts = subject.split(".")
    if len(parts) != 7 or parts[:2] != ["pdx", "act"]:
        raise BusFault(f"{subject!r} on the bus is no action")
    return parts[2], key_of(parts[4]), parts[5], parts[6]
