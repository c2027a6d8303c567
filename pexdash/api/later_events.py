"""The server-sent events that came after the guide, but for those of breakout rooms."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api.coerce import as_flag, as_number, as_text, decode_text, object_of
from pexdash.api.participants import uuid_of, uuid_or_none
from pexdash.api.token import LONGEST_TOKEN
from pexdash.errors import BadAnswer
from pexdash.model import events
from pexdash.secret import Secret
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, NAME_LIMIT, clean

_LONGEST_SPLASH = 86_400.0
_LONGEST_MOVE = 60_000.0
"""The most milliseconds that a camera is believed to be moved at once."""
_MOST_MOVEMENTS = 10
_MOST_SPEAKERS = 20
_NAMES_OF_NOTHING = (b"hello", b"ping", b"bye")


def _refer(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    token = fields.get("token")
    alias = as_text(fields.get("alias"), ADDRESS_LIMIT)
    if not alias or not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
        raise BadAnswer("a referral without an alias or a token")
    return events.Referred(
        alias,
        Secret(token),
        as_text(fields.get("breakout_name"), NAME_LIMIT),
        as_text(fields.get("target"), NAME_LIMIT),
    )


def _on_hold(data: bytes, _: bytes) -> events.Event:
    value = decode_text(data)
    return events.HoldChanged(as_flag(value.get("setting") if isinstance(value, dict) else value))


def _live_captions(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    text = fields.get("data")
    if not isinstance(text, str):
        raise BadAnswer("a caption without text")
    sources = fields.get("sources")
    found = [
        uuid_or_none(one.get("participant_uuid"))
        for one in (sources[:_MOST_SPEAKERS] if isinstance(sources, list) else [])
        if isinstance(one, dict)
    ]
    return events.CaptionHeard(
        clean(text, CHAT_LIMIT),
        as_flag(fields.get("is_final")),
        as_text(fields.get("tgt_lang") or fields.get("src_lang"), NAME_LIMIT),
        tuple(dict.fromkeys(filter(None, found))),
    )


def _splash_screen(data: bytes, _: bytes) -> events.Event:
    value = decode_text(data) if data else None
    if not isinstance(value, dict):
        return events.SplashChanged()
    seconds = as_number(value.get("display_duration"), 0.0, _LONGEST_SPLASH, 0.0)
    return events.SplashChanged(as_text(value.get("screen_key"), NAME_LIMIT), seconds)


def _fecc(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    moves = fields.get("movement")
    return events.CameraMoved(
        as_text(fields.get("action"), NAME_LIMIT),
        tuple(
            (as_text(one.get("axis"), NAME_LIMIT), as_text(one.get("direction"), NAME_LIMIT))
            for one in (moves[:_MOST_MOVEMENTS] if isinstance(moves, list) else [])
            if isinstance(one, dict)
        ),
        as_number(fields.get("timeout"), 0.0, _LONGEST_MOVE, 0.0) / 1000,
    )


def _breakout_begin(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    room = uuid_of(fields.get("breakout_uuid"))
    return events.BreakoutBegun(room, uuid_or_none(fields.get("participant_uuid")))


def _breakout_end(data: bytes, _: bytes) -> events.Event:
    return events.BreakoutEnded(uuid_of(object_of(data).get("breakout_uuid")))


def _breakout_refer(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    return events.BreakoutReferred(
        uuid_of(fields.get("breakout_uuid")),
        as_text(fields.get("breakout_name"), NAME_LIMIT),
        uuid_or_none(fields.get("requester_uuid")),
    )


def _nothing(name: bytes) -> Callable[[bytes, bytes], events.Event]:
    told = events.EmptyEvent(name.decode())
    return lambda _, __: told


LATER_DECODERS: dict[bytes, Callable[[bytes, bytes], events.Event]] = {
    b"presentation_ended": lambda _, __: events.PresentationEnded(),
    b"refer": _refer,
    b"cancel_refer": lambda _, __: events.ReferCancelled(),
    b"on_hold": _on_hold,
    b"live_captions": _live_captions,
    b"splash_screen": _splash_screen,
    b"fecc": _fecc,
    b"breakout_begin": _breakout_begin,
    b"breakout_end": _breakout_end,
    b"breakout_refer": _breakout_refer,
    **{name: _nothing(name) for name in _NAMES_OF_NOTHING},
}
"""How the data of each event is read, with the event's id."""
