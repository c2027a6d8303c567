"""What is said on the bus: msgpack arrays, in the order of the fields here.

All times are Unix times by the clock of the collector that holds the conference, and `at` is the
same clock when the message was made: a reader counts ages from it, and never from its own clock. A
`record` is one object of a recording (`session.feed.record_lines`) as JSON, without its `t`.
"""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from pexdash.errors import BusFault
from pexdash.model.alarms.carried import Carried
from pexdash.model.line import LineState

_FASTEST = 1
"""The level of zlib: a pulse becomes a quarter, and a higher one makes it a tenth less."""
_MOST_BYTES = 16 * 1024 * 1024
"""How much a compressed message may become."""
_DECODERS: dict[type[Struct], msgspec.msgpack.Decoder[Any]] = {}

_Message = TypeVar("_Message", bound=Struct)


class Epoch(NamedTuple):
    """When its holder took a shard; of two the greater one is later.

    `stream` is when the stream was made, in nanoseconds of Unix time: in one that was made anew
    revisions begin at 1 again. `revision` is that of the shard's `own`.
    """

    stream: int
    revision: int


class Owned(Struct, array_like=True, frozen=True):
    """The shard is held by the collector of that name; "" where `giver` has given it away."""

    collector: str
    claimed_at: float
    giver: str = ""


class Fence(Struct, array_like=True, frozen=True):
    """From here on the log takes what is of this epoch."""

    epoch: Epoch


class NodeAlarm(Struct, array_like=True, frozen=True):
    """A collector has announced an alarm about a node; one that `tells` has told other programs.

    One that `is_over` for it is told as over once no other collector has it.
    """

    rule: str
    cluster: str
    node: str
    is_over: bool = False
    tells: bool = False


class Heartbeat(Struct, array_like=True, frozen=True):
    """A collector is alive; it holds so many shards, and its version of pexdash.

    One that `leaves` gives its shards away and takes none. `nodes` are the alarms about nodes that
    it has.
    """

    at: float
    held: int
    version: str
    leaves: bool = False
    nodes: list[NodeAlarm] = []


class Named(Struct, array_like=True, frozen=True):
    """The fleet has this conference: its alias as written, and its label, "" for none.

    `place` is its place in the collectors' list, from 0; -1 where nobody says.
    """

    cluster: str
    alias: str
    label: str = ""
    place: int = -1


class Stamp(Struct, array_like=True, frozen=True):
    """Whose message it is, and which: `n` counts within the epoch and the shard, without gaps."""

    epoch: Epoch
    n: int
    at: float


class SummaryTold(Struct, array_like=True, frozen=True):
    """How a conference stands: `fields` are those of `model.summary.Summary` in their order.

    Those that are times of the handed clock are Unix times, and states are their words.
    """

    stamp: Stamp
    fields: list[Any]


class SummaryRead(Struct, array_like=True, frozen=True):
    """`SummaryTold` as a reader takes it, who looks into few of them: `fields` are still packed."""

    stamp: Stamp
    fields: msgspec.Raw


class PersonTold(Struct, array_like=True, frozen=True):
    """One participant, as the node sent it: the JSON object."""

    stamp: Stamp
    person: dict[str, Any]


class AlarmsTold(Struct, array_like=True, frozen=True):
    """The alarms of a conference that are listed, and what is shelved in it, each as a map."""

    stamp: Stamp
    alarms: list[dict[str, Any]] = []
    shelves: list[dict[str, Any]] = []


class MemoryTold(Struct, array_like=True, frozen=True):
    """What whoever holds a conference next is to know beside its state.

    `carried` is what the rules know, with Unix times, and `talked` for how many seconds each person
    has talked since the log was told of that.
    """

    stamp: Stamp
    carried: Carried = Carried()
    talked: dict[str, float] = {}


class Pulse(Struct, array_like=True, frozen=True):
    """What changed in a shard within a second: codes of conferences, each with its summary.

    How its line stands is told beside it, for readers that look no further. A pulse is compressed
    (`squeezed`): it goes to every wall.
    """

    stamp: Stamp
    summaries: list[tuple[str, LineState, list[Any]]] = []


class PulseRead(Struct, array_like=True, frozen=True):
    """`Pulse` as a reader takes it: each summary is still packed."""

    stamp: Stamp
    summaries: list[tuple[str, LineState, msgspec.Raw]] = []


class Happened(Struct, array_like=True, frozen=True):
    """One record of a conference, at a Unix time."""

    code: str
    at: float
    record: bytes


class Logged(Struct, array_like=True, frozen=True):
    """What happened in a shard within some 20 ms."""

    stamp: Stamp
    records: list[Happened]


class Live(Struct, array_like=True, frozen=True):
    """What happened in one conference, talk and chat included; `n` counts within the conference.

    While somebody watches one is said each second, empty where nothing happened, so that a reader
    knows what it has missed. `heard_at` is when the holder last heard the node, in its Unix time.
    """

    stamp: Stamp
    records: list[Happened]
    heard_at: float = 0.0


class Opening(Struct, array_like=True, frozen=True):
    """The answer to `watch`: the conference as it is, but for its people.

    `Live` messages with a greater `n` go on from here; `participants` has the people. `collector`
    is the name of the holder, and `heard_at` as of `Live`.
    """

    stamp: Stamp
    records: list[Happened]
    collector: str = ""
    heard_at: float = 0.0


class TokenKept(Struct, array_like=True, frozen=True):
    """What a successor needs to be the participant we are; sealed wherever it is written.

    Where `barred` is a sentence nobody joins again until a person says so: the node removed us
    ("removed"), or refused us ("refused"), as `kind` tells.
    """

    token: str = ""
    expires_at: float = 0.0
    life: float = 0.0
    participant: str = ""
    node: str = ""
    alias: str = ""
    is_host: bool = False
    kind: str = ""
    barred: str = ""
    more: dict[str, Any] = {}


class Asked(Struct, array_like=True, frozen=True):
    """A request to the holder: an id of its own, whom it is about, and its body as JSON values.

    A request for a participant names one by `participant`. `epoch` is the one that the asker knows
    of, None where it knows none. `source` is "key", "palette", "ctl", "rule:NAME" or "alarm:ID".
    """

    id: str
    participant: str = ""
    call: str = ""
    about: dict[str, str] = {}
    body: dict[str, Any] | None = None
    query: dict[str, str] | None = None
    epoch: Epoch | None = None
    source: str = ""
    operator: str = ""


class Answered(Struct, array_like=True, frozen=True):
    """What came of it: the node's result, or whose refusal it was and in which words.

    `fault` is the name of the class of `pexdash.errors`, "" where it was done; `status` is the HTTP
    status. `took` is the node's own time in seconds. The result of a picture is its bytes.
    """

    result: Any = None
    fault: str = ""
    words: str = ""
    status: int = 0
    reason: str = ""
    took: float = 0.0


def packed(message: Struct) -> bytes:
    """A message as it is sent."""
    return msgspec.msgpack.encode(message)


def squeezed(message: Struct) -> bytes:
    """A message as it is sent where it goes to many (RFC 1950)."""
    return zlib.compress(packed(message), _FASTEST)


def unsqueezed(kind: type[_Message], payload: bytes) -> _Message:
    """A compressed message as it came; raises BusFault where it is none of this kind."""
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(payload, _MOST_BYTES)
    except zlib.error as fault:
        raise BusFault(f"what came on the bus is no {kind.__name__}: {fault}") from fault
    return unpacked(kind, plain)


def unpacked(kind: type[_Message], payload: bytes) -> _Message:
    """A message as it came; raises BusFault where it is none of this kind."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        decoder = _DECODERS[kind] = msgspec.msgpack.Decoder(kind)
    try:
        message: _Message = decoder.decode(payload)
        return message
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BusFault(f"what came on the bus is no {kind.__name__}: {fault}") from fault
