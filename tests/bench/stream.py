"""A seeded meeting as a node would send it: people, their updates, the stage, messages.

Everything that is measured is fed from here, so that two runs and two programs see the same bytes.
"""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any

ALIAS = "meet.alice@example.com"
ME = "2c34f35f-1060-438c-9e87-6c2dffbc9980"
MARKER = "0d6f9c52-6f6b-4d3c-8a55-2f0f3f1f9b01"
"""Its row stands first in the roster; its overlay text tells which event is shown."""

MARKER_SIGNS = "BCDEFGHIJKLMOPQRSTUVWXabcdefghijklmnopqrstuvwxyz123456789"
"""What that text is made of, none of which stands eight times elsewhere."""

FIRST_BY_NAME = "0" * 8
FIRST_BY_NEWEST = "Y" * 8
FIRST_BY_PROTOCOL = "Z" * 8
"""Who comes first in each order of the roster. No other name holds a y or a z."""

SPEAKERS = 20
_BEGIN = 1_760_000_000
_FIRST = ("Ada", "Ben", "Carla", "Dorian", "Edith", "Frank", "Greta", "Hugo", "Ines", "Jonas")
_LAST = ("Abel", "Brandt", "Castro", "Dahl", "Engel", "Fischer", "Grau", "Holm", "Iversen", "Jung")
_PROTOCOLS = ("webrtc", "sip", "h323", "rtmp")
_VENDORS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36 with a browser's usual list of what else it claims to be, and its build",
    "Polycom RealPresence Group 500 (release 6.2.2.8, hardware 3, camera EagleEye IV 12x, serial "
    "number 8217340FA1C2CV, in room 4.12 of the house behind the station)",
    "Cisco TelePresence Room Kit Pro (ce11.14.2.3 with two Quad Cameras, one Touch 10 panel, "
    "and the microphones in the ceiling of the large board room)",
)
_WORDS = ("budget", "agenda", "slides", "camera", "later", "agreed", "minutes", "question", "floor")


def person(number: int, name: str, identity: str, rng: random.Random) -> dict[str, Any]:
    """A participant of 28 fields in the shapes of today's nodes."""
    address = f"{name.replace(' ', '.').casefold()}@room{number % 40}.example.com"
    return {
        "api_url": f"/participants/{identity}",
        "buzz_time": 0,
        "call_direction": "in",
        "call_tag": f"policy-{rng.getrandbits(832):0208x}",
        "display_name": name,
        "encryption": "On",
        "has_media": True,
        "is_audio_only_call": "NO",
        "is_client_muted": False,
        "is_external": number % 7 == 0,
        "is_muted": "NO",
        "is_presenting": "NO",
        "is_streaming_conference": False,
        "is_video_call": "YES",
        "is_video_muted": False,
        "local_alias": ALIAS,
        "overlay_text": name,
        "presentation_supported": "YES",
        "protocol": rng.choice(_PROTOCOLS),
        "role": "guest",
        "rx_presentation_policy": "ALLOW",
        "service_type": "conference",
        "spotlight": 0,
        "start_time": _BEGIN + rng.randrange(3600),
        "transfer_supported": "YES",
        "uri": f"sip:{address}",
        "uuid": identity,
        "vendor": rng.choice(_VENDORS),
    }


def people(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """A roster of `count` (at least 5): ourselves, the marker, who comes first, and Guests."""
    rng = random.Random(seed)

    def known(number: int, name: str, **fields: Any) -> dict[str, Any]:
        identity = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        return person(number, name, identity, rng) | fields

    roster = [
        # The clock of the node stands where hands go up, and tells us so when we join.
        known(
            0, "Alice", uuid=ME, role="chair", protocol="api", has_media=False, start_time=_BEGIN
        ),
        known(1, "A marker", uuid=MARKER, role="chair"),
        known(2, FIRST_BY_NAME),
        known(3, FIRST_BY_NEWEST, start_time=_BEGIN + 9999, protocol="sip"),
        known(4, FIRST_BY_PROTOCOL, protocol="a-first", start_time=_BEGIN),
    ]
    for number in range(len(roster), count):
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {number:04d}"
        roster.append(known(number, name))
    return roster


def name_key(one: dict[str, Any]) -> str:
    """The key that sorts by name."""
    return str(one["display_name"]).casefold()


def place_of(one: dict[str, Any]) -> tuple[Any, ...]:
    """The key that sorts a roster as a screen shows it: raised hands, Hosts, and Guests by name."""
    if one["buzz_time"]:
        return 0, one["buzz_time"], one["uuid"]
    return 1, one["role"] != "chair", name_key(one)


def in_order(roster: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The roster as a screen shows it."""
    return sorted(roster, key=place_of)


def speakers_of(roster: list[dict[str, Any]]) -> list[str]:
    """The uuids of those who speak: the last of the roster, whose rows no screen shows."""
    return [one["uuid"] for one in in_order(roster)[-SPEAKERS:]]


def frame(event: str, number: int, data: Any) -> bytes:
    """One server-sent event."""
    identity = base64.b64encode(f"127.0.0.1_{number}".encode()).decode()
    return f"event: {event}\nid: {identity}\ndata: {json.dumps(data)}\n\n".encode()


def _fields(event: bytes) -> list[bytes]:
    return event[:-2].split(b"\n", 2)


def _event(*lines: bytes) -> bytes:
    return b"\n".join([*lines, b"", b""])


def _id_first(event: bytes) -> bytes:
    name, identity, data = _fields(event)
    return _event(identity, name, data)


def _data_first(event: bytes) -> bytes:
    return _event(*reversed(_fields(event)))


def _without_id(event: bytes) -> bytes:
    name, _, data = _fields(event)
    return _event(name, data)


def _without_blanks(event: bytes) -> bytes:
    return _event(*(line.replace(b": ", b":", 1) for line in _fields(event)))


def _with_comments(event: bytes) -> bytes:
    name, identity, data = _fields(event)
    return b": ping\n\n" + _event(b": next", name, identity, b":", data)


def _with_more_fields(event: bytes) -> bytes:
    return _event(b"retry: 1000", b"lang: en", *_fields(event))


def _in_two_lines(event: bytes) -> bytes:
    name, identity, data = _fields(event)
    half = data.find(b" ", len(data) // 2) + 1
    return _event(name, identity, data[:half], b"data: " + data[half:]) if half else event


def _by_crlf(event: bytes) -> bytes:
    return event.replace(b"\n", b"\r\n")


USUAL = "usual"
FORMS: dict[str, Callable[[bytes], bytes]] = {
    USUAL: lambda event: event,
    "id first": _id_first,
    "data first": _data_first,
    "no id": _without_id,
    "no blanks": _without_blanks,
    "comments": _with_comments,
    "more fields": _with_more_fields,
    "two lines of data": _in_two_lines,
    "CR LF": _by_crlf,
}
"""Ways to write the same event, all of them legal; each takes it in the usual form."""


def chunk(body: bytes) -> bytes:
    """A chunk of an HTTP answer."""
    return b"%x\r\n%b\r\n" % (len(body), body)


def stage(uuids: list[str], rng: random.Random) -> list[dict[str, Any]]:
    """Who speaks, all of them audible."""
    return [
        {"participant_uuid": one, "stage_index": place, "vad": rng.randrange(5, 101)}
        for place, one in enumerate(uuids)
    ]


def changed(one: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """`one` with one thing different that its row shows; a hand decides where the row stands."""
    field = rng.choice(CHANGING)
    return one | {field: toggled(field, one[field])}


CHANGING = ("is_muted", "is_video_muted", "buzz_time")


def toggled(field: str, value: Any) -> Any:
    """The other value of a changing field, as the node sends it."""
    if field == "is_muted":
        return "NO" if value == "YES" else "YES"
    if field == "buzz_time":
        return 0 if value else _BEGIN
    return not value


def meeting_events(count: int, seed: int = 7, participants: int = 5000) -> Iterator[bytes]:
    """The stream of a large meeting: nine updates of ten, the stage, and some messages."""
    rng = random.Random(seed)
    roster = people(participants, seed)
    uuids = [one["uuid"] for one in roster]
    for number in range(count):
        kind = rng.random()
        if kind < 0.92:
            at = rng.randrange(len(roster))
            roster[at] = changed(roster[at], rng)
            yield frame("participant_update", number, roster[at])
        elif kind < 0.98:
            speaking = rng.sample(uuids, rng.randint(10, 30))
            yield frame("stage", number, stage(speaking, rng))
        else:
            sender = rng.choice(roster)
            said = {
                "origin": sender["display_name"],
                "uuid": sender["uuid"],
                "type": "text/plain",
                "payload": " ".join(rng.choices(_WORDS, k=rng.randint(3, 40))),
            }
            yield frame("message_received", number, said)


ROUND = 400
"""How many events `meeting_round` has."""


def meeting_round(roster: list[dict[str, Any]], seed: int = 7) -> Iterator[bytes]:
    """What happens in an ordinary meeting, for an event a second, over and over.

    Half are voices and most others microphones; with a tenth somebody comes, or leaves again. Who
    comes does so once a round, for a participant who came oftener would be one that flaps.
    """
    rng = random.Random(seed)
    people = [one for one in roster if one["uuid"] not in (ME, MARKER)]
    uuids = [one["uuid"] for one in people]
    guest: dict[str, Any] = {}
    for number in range(ROUND):
        if number % 20 == 4:
            guest = person(number, f"Guest {number}", str(uuid.UUID(int=number)), rng)
            yield frame("participant_create", number, guest)
        elif number % 20 == 14:
            yield frame("participant_delete", number, {"uuid": guest["uuid"]})
        elif number % 2:
            yield frame("stage", number, stage(rng.sample(uuids, 3), rng))
        else:
            at = rng.randrange(len(people))
            people[at] = people[at] | {"is_muted": toggled("is_muted", people[at]["is_muted"])}
            yield frame("participant_update", number, people[at])
